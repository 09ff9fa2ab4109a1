-- The first schema. Every table that holds customer data starts with account_id, and every query is scoped by it (P15).
-- Drive, item and revision ids are Google's; all other ids are ours (see newId in db/kit/random.ts).

create table account (
  id               text primary key,
  name             text not null,
  last_job_number  integer not null default 1000,            -- the first job is R-1001
  created_at       timestamptz not null
);

-- People ---------------------------------------------------------------------------------------------------------------

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

-- Tasks and drives -----------------------------------------------------------------------------------------------------

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

-- Backups --------------------------------------------------------------------------------------------------------------

create table backup_run (
  id                 text primary key,
  account_id         text not null references account,
  drive_id           text not null,
  task_id            text not null,
  reason             text not null check (reason in ('scheduled', 'on demand', 'catch-up')),
  requested_by       text references person,
  mode               text check (mode in ('initial', 'incremental', 'full')),
  phase              text not null default 'queued' check (phase in ('queued', 'listing', 'storing', 'committing', 'done')),
  outcome            text check (outcome in ('success', 'partial', 'failed', 'canceled')),
  parent_generation  integer not null default 0,
  generation         integer,                              -- the snapshot that it made; null when nothing had changed
  next_page_token    text,                                 -- where the next incremental run begins
  list_cursor        text,                                 -- page of the listing or feed to read next
  listing_done       boolean not null default false,
  drive_changed      boolean not null default false,       -- the feed says that the drive itself has changed: read its record again
  listed             bigint not null default 0,
  stored             bigint not null default 0,
  skipped            bigint not null default 0,
  failed             bigint not null default 0,
  bytes_total        bigint not null default 0,            -- bytes that this run has to fetch
  bytes_done         bigint not null default 0,
  api_calls          bigint not null default 0,
  api_units          bigint not null default 0,
  reasons            jsonb not null default '{}',          -- how many items ended for which reason
  error              text,
  queued_at          timestamptz not null,
  started_at         timestamptz,
  finished_at        timestamptz
);
create index backup_run_by_drive on backup_run (account_id, drive_id, queued_at desc);

-- What a run has seen and not yet committed. A row here is the session journal: content that is set is durable in the vault.
create table backup_run_item (
  account_id  text not null,
  run_id      text not null references backup_run on delete cascade,
  item_id     text collate "C" not null,
  row         jsonb,                                        -- the manifest row; null for a tombstone
  pending     boolean not null,                             -- content or sharing still has to be fetched
  size        bigint not null default 0,
  unchanged   boolean not null default false,               -- a listing saw it as it was: it is not gone, and nothing is to be written
  primary key (run_id, item_id)
);
create index backup_run_item_pending on backup_run_item (run_id, item_id) where pending;

-- Where each stored blob lies: a cache of the vault's index segments, and the journal of blobs that no snapshot refers to yet.
create table blob (
  account_id  text not null,
  drive_id    text not null,
  blob_id     text collate "C" not null,
  entry       jsonb not null,                               -- the vault's index entry
  generation  integer,                                      -- the snapshot whose index has it; null until then
  primary key (account_id, drive_id, blob_id)
);
create index blob_uncommitted on blob (account_id, drive_id, blob_id) where generation is null;

-- Whole contents that the drive's vault holds, by what Drive tells before a download: the same content is fetched once.
create table content (
  account_id  text not null,
  drive_id    text not null,
  sha256      text not null,
  size        bigint not null,
  content     jsonb not null,                               -- the vault's content reference
  primary key (account_id, drive_id, sha256, size)
);

create table snapshot (
  account_id    text not null references account,
  drive_id      text not null,
  generation    integer not null,
  root_key      text not null,
  run_id        text,
  mode          text not null,
  outcome       text not null,                              -- 'success' | 'partial'
  committed_at  timestamptz not null,
  changed       bigint not null,                            -- rows in this run's delta
  listed        bigint not null,
  stored        bigint not null,
  skipped       bigint not null,
  failed        bigint not null,
  item_count    bigint not null,                            -- live items in the whole snapshot
  total_bytes   bigint not null,
  root_hash     text not null,
  page_token    text not null,
  primary key (account_id, drive_id, generation)
);
create index snapshot_by_time on snapshot (account_id, drive_id, committed_at desc);

-- Every version of every item: a row holds in the snapshots [from_generation, to_generation). Rebuilt from the vault when lost.
create table item (
  account_id       text not null,
  drive_id         text not null,
  item_id          text collate "C" not null,
  from_generation  integer not null,
  to_generation    integer,
  parent_id        text,
  name             text not null,
  mime_type        text not null,
  size             bigint,
  modified_at      timestamptz,
  trashed          boolean not null,
  outcome          text not null,
  row              jsonb not null,
  primary key (account_id, drive_id, item_id, from_generation)
);
create unique index item_now on item (account_id, drive_id, item_id) where to_generation is null;
create index item_failed on item (account_id, drive_id, item_id) where to_generation is null and outcome = 'failed';
create index item_children on item (account_id, drive_id, parent_id, name, item_id);
create index item_by_name on item (account_id, drive_id, lower(name) text_pattern_ops);

-- Jobs and approvals ---------------------------------------------------------------------------------------------------

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

-- Chat -----------------------------------------------------------------------------------------------------------------

-- A message that hangs somewhere. One with a subject is rendered again whenever its subject changes.
create table chat_message (
  id                text primary key,
  account_id        text not null references account,
  platform          text not null check (platform in ('console', 'slack', 'teams')),
  team_id           text not null,
  conversation_id   text not null,
  message_id        text,                                   -- the platform's own id, once it is posted
  person_id         text references person,                 -- who wrote it, or for whom it was written
  direction         text not null check (direction in ('in', 'out')),
  text              text,                                   -- what was typed, for 'in'
  card              jsonb,                                  -- the card as last rendered, for 'out'
  subject_type      text,                                   -- 'backup-run' | 'job' | 'approval' | 'task' | …
  subject_id        text,
  desired_version   integer not null default 1,
  rendered_version  integer not null default 0,
  rendered_hash     text,
  claimed_until     timestamptz,                            -- a process renders it just now, and has until then
  created_at        timestamptz not null,
  updated_at        timestamptz not null,
  dead_at           timestamptz
);
create index chat_message_by_subject on chat_message (account_id, subject_type, subject_id) where dead_at is null;
create index chat_message_by_conversation on chat_message (account_id, platform, conversation_id, created_at);
create index chat_message_stale on chat_message (id) where desired_version > rendered_version and dead_at is null;

-- A button or form that was shown: an opaque token that stands for exactly one intent on one subject (R3).
create table card_action (
  token       text primary key,
  account_id  text not null references account,
  intent      text not null,
  subject_id  text,
  payload     jsonb not null,
  created_at  timestamptz not null,
  expires_at  timestamptz
);

-- Inbound events by content key; a repeat gets the stored answer (R18).
create table chat_inbound (
  key         text not null,
  account_id  text not null references account,
  seen_at     timestamptz not null,
  result      jsonb,
  primary key (account_id, key)
);
create index chat_inbound_by_time on chat_inbound (seen_at);

-- What happened ----------------------------------------------------------------------------------------------------------

create table activity (
  id           bigint generated always as identity primary key,
  account_id   text not null references account,
  at           timestamptz not null,
  activity     text not null,
  service      text not null default 'Google Shared Drives',
  sub_service  text,
  status       text not null,
  task_name    text,
  item         text,
  actor_id     text references person
);
create index activity_by_time on activity (account_id, at desc);

create table audit (
  id          bigint generated always as identity primary key,
  account_id  text not null references account,
  at          timestamptz not null,
  actor_id    text,
  surface     text not null,
  verb        text not null,
  target      text,
  arguments   jsonb not null,
  decision    text not null check (decision in ('allowed', 'denied', 'refused')),
  outcome     text not null,
  latency_ms  integer not null
);
create index audit_by_time on audit (account_id, at desc);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
create trigger audit_is_append_only before update or delete on audit for each row execute function refuse_change();
create trigger audit_is_never_emptied before truncate on audit for each statement execute function refuse_change();

-- Shared limits ----------------------------------------------------------------------------------------------------------

create table quota_bucket (
  key          text primary key,                             -- 'user:<identity>' or 'project:<id>'
  available    double precision not null,                    -- units that may be spent now; negative: spent ahead
  refilled_at  timestamptz not null
);
