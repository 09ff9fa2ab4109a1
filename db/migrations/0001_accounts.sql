-- The first schema. Every table that holds customer data starts with account_id, and every query is scoped by it (P15).
-- Drive, item and revision ids are Google's; all other ids are ours (see newId in db/kit/random.ts).

create table account (
  id               text primary key,
  name             text not null,
  last_job_number  integer not null default 1000,            -- the first job is R-1001
  created_at       timestamptz not null
);

-- People

create table person (
  id            text primary key,
  account_id    text not null references account,
  handle        text not null,                       -- short name for mentions and `--as`, such as "ada"
  email         text not null,
  display_name  text not null,
  roles         text[] not null,                     -- 'admin' | 'approver' | 'on-call'; bot/access maps them to permissions
  time_zone     text not null default 'UTC',
  created_at    timestamptz not null,
  unique (account_id, handle),
  unique (account_id, email)
);

create table chat_identity (
  platform      text not null check (platform in ('console', 'slack', 'teams')),
  team_id       text not null,
  chat_user_id  text not null,
  account_id    text not null references account,
  person_id     text not null references person,
  linked_at     timestamptz not null,
  primary key (platform, team_id, chat_user_id)
);

create table sign_in_link (
  token_hash  bytea primary key,                     -- SHA-256 of the token; the token itself is never stored
  account_id  text not null references account,
  person_id   text not null references person,
  expires_at  timestamptz not null,
  used_at     timestamptz
);

create table web_session (
  token_hash  bytea primary key,
  account_id  text not null references account,
  person_id   text not null references person,
  csrf_token  text not null,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  revoked_at  timestamptz
);

-- Tasks and drives

create table backup_task (
  id                text primary key,
  account_id        text not null references account,
  name              text not null,
  state             text not null default 'active' check (state in ('active', 'paused')),
  connection        text not null check (connection in ('Connected', 'Disconnected')),  -- SET-03
  connection_note   text,                                  -- why it is disconnected, in words
  connected_email   text,                                  -- the Google identity that consented
  credential        bytea,                                 -- sealed refresh token or service-account key
  frequency         text not null default 'Daily' check (frequency in ('Daily', 'Every 3 days', 'Weekly', '3 times a day')),  -- SET-18
  hour_utc          integer not null default 2 check (hour_utc between 0 and 23),
  auto_activate     boolean not null default false,        -- SET-09
  index_for_search  boolean not null default true,         -- SET-06
  discovered_at     timestamptz,
  created_at        timestamptz not null,
  updated_at        timestamptz not null,
  unique (account_id, name)
);

create table consent_request (
  state_hash     bytea primary key,
  account_id     text not null references account,
  person_id      text not null references person,
  task_id        text references backup_task,              -- set for a reconnect, empty for a new task
  task_name      text not null,
  code_verifier  bytea not null,                           -- sealed
  expires_at     timestamptz not null,
  used_at        timestamptz
);

create table drive (
  account_id         text not null references account,
  id                 text not null,
  task_id            text not null references backup_task,
  name               text not null,
  lifecycle          text not null default 'not-active' check (lifecycle in ('not-active', 'active', 'paused', 'archived')),
  current_run_id     text,                                 -- set while a backup is queued or running
  last_outcome       text check (last_outcome in ('success', 'partial', 'failed')),
  last_error         text,
  manager_reachable  boolean not null default true,        -- TASK-05: an organizer can be impersonated
  latest_generation  integer not null default 0,           -- 0: no snapshot yet
  page_token         text,                                 -- cache of the newest position in the change feed; the root has the truth
  item_count         bigint not null default 0,
  backup_bytes       bigint not null default 0,
  first_seen_at      timestamptz not null,
  activated_at       timestamptz,
  last_backup_at     timestamptz,                          -- last run that ended well or partly
  last_checked_at    timestamptz,                          -- last time the feed was drained to its end
  primary key (account_id, id)
);
create index drive_by_task on drive (account_id, task_id, name);
