-- Quota: lanes within the shared buckets, what a day has used, and which limits belong to whom.

alter table quota_bucket
  add column version         bigint not null default 0,            -- of a change that was decided on an older version nothing is written
  add column lanes           jsonb not null default '{}',          -- what each lane has put by, and until when it waits
  add column day             date,                                 -- Google's day (Pacific time) that the sums below belong to
  add column units_today     double precision not null default 0,
  add column egress_today    double precision not null default 0,  -- bytes read out of Drive
  add column per_minute      double precision,                     -- the limits as the workers keep to them; null: none
  add column units_per_day   double precision,
  add column egress_per_day  double precision;

-- The identities and projects that a task works with, so that people see their own limits and nobody else's.
create table quota_use (
  account_id  text not null references account,
  task_id     text not null,
  key         text not null,                                       -- of quota_bucket
  noted_at    timestamptz not null,
  primary key (account_id, task_id, key)
);

-- What a first backup would take, measured by listing: one row that a person asked for, and one for each drive of it.
create table estimate (
  id            text primary key,
  account_id    text not null references account,
  requested_by  text not null references person,
  state         text not null default 'queued' check (state in ('queued', 'measuring', 'done', 'failed')),
  error         text,
  created_at    timestamptz not null,
  finished_at   timestamptz
);
create table estimate_drive (
  account_id   text not null references account,
  estimate_id  text not null references estimate on delete cascade,
  drive_id     text not null,
  task_id      text not null,
  position     integer not null,
  state        text not null default 'waiting' check (state in ('waiting', 'measuring', 'done', 'failed')),
  cursor       text,                                          -- page of the listing to read next
  calls        bigint not null default 0,                     -- calls that the measuring itself has made
  measured     jsonb not null default '{}',                   -- the sums so far
  sample       jsonb not null default '[]',                   -- of contents, to tell how many are there more than once
  error        text,
  primary key (estimate_id, drive_id)
);

-- When a running backup will end, as it was last said, so that it never moves without saying so.
create table backup_run_eta (
  account_id  text not null,
  run_id      text primary key references backup_run on delete cascade,
  eta         jsonb not null,
  sampled_at  timestamptz not null
);

-- The ledger of an item: which restores have used it.
create index job_item_by_item on job_item (account_id, item_id);
