-- Backups

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
