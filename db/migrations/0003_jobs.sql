-- Jobs and approvals

create table job (
  id                     text primary key,
  account_id             text not null references account,
  number                 integer not null,                  -- shown as R-1042
  kind                   text not null check (kind in ('restore', 'export')),
  service                text not null default 'Google Shared Drives',  -- JOB-07
  label                  text check (char_length(label) <= 50),
  status                 text not null default 'pending'
    check (status in ('pending', 'in-progress', 'succeeded', 'partially-succeeded', 'failed', 'canceled')),
  phase                  text not null default 'planning' check (phase in ('planning', 'approval', 'applying', 'done')),
  task_id                text not null,
  drive_id               text not null,
  generation             integer not null,
  selection              jsonb not null,                    -- {"kind":"drive"} | {"kind":"items","itemIds":[…]}
  destination_drive_id   text not null,
  destination_folder_id  text,
  with_sharing           boolean not null default true,
  requested_by           text not null references person,
  reason                 text,
  plan                   jsonb,                             -- the summary that people decide on
  plan_hash              text,
  total_items            bigint not null default 0,
  total_bytes            bigint not null default 0,
  done_items             bigint not null default 0,
  skipped_items          bigint not null default 0,
  failed_items           bigint not null default 0,
  done_bytes             bigint not null default 0,
  warnings               bigint not null default 0,
  error                  text,
  created_at             timestamptz not null,
  started_at             timestamptz,
  finished_at            timestamptz,
  unique (account_id, number)
);
create index job_by_time on job (account_id, created_at desc);

-- One line of a restore plan, in the order in which it is carried out: folders by depth, then files, then shortcuts.
create table job_item (
  account_id        text not null,
  job_id            text not null references job on delete cascade,
  ordinal           integer not null,
  item_id           text not null,
  action            text not null,                          -- 'create-folder' | 'reuse-folder' | 'untrash' | 'upload' | 'import' | 'shortcut' | 'keep' | 'none'
  name              text not null,
  path              text not null,
  size              bigint not null default 0,
  parent_ordinal    integer,                                -- the line that brings the parent
  parent_id         text,                                   -- or the parent that exists
  target_id         text,                                   -- the id in Drive, fixed before the call so that a retry is safe
  conflict          boolean not null default false,         -- something with this name is there already; both are kept
  sharing           jsonb not null default '[]',            -- direct grants that will be re-created
  row               jsonb not null,
  state             text not null default 'planned',        -- 'planned' | 'done' | 'skipped' | 'failed'
  note              text,                                   -- reason of a skip or failure, or a warning
  link              text,
  primary key (job_id, ordinal)
);
create index job_item_open on job_item (job_id, ordinal) where state = 'planned';

create table approval (
  id            text primary key,
  account_id    text not null references account,
  job_id        text not null references job,
  requester_id  text not null references person,
  approver_ids  text[] not null,
  quorum        integer not null check (quorum >= 1),
  plan_hash     text not null,
  status        text not null default 'pending' check (status in ('pending', 'approved', 'denied', 'expired', 'canceled')),
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  decided_at    timestamptz
);
create index approval_by_job on approval (account_id, job_id);

create table approval_vote (
  approval_id  text not null references approval on delete cascade,
  account_id   text not null,
  person_id    text not null references person,
  choice       text not null check (choice in ('approve', 'deny')),
  comment      text,
  voted_at     timestamptz not null,
  primary key (approval_id, person_id)
);
