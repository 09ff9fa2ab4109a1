-- Retention, and collecting garbage: what keeps writers and the collector apart.

create table gc_state (
  account_id  text not null references account,
  drive_id    text not null,
  epoch       integer not null default 0,                  -- counted on when something is taken out of blob and content
  plan        text,                                        -- the vault's list of what is to go; null when no cycle goes on
  marked_at   timestamptz,
  clean_gen   integer,                                     -- the newest root when nothing at all was found: the same one need not be looked at again
  primary key (account_id, drive_id)
);

alter table backup_run
  add column gc_epoch  integer not null default 0,         -- the epoch when it began: what it may have seen
  add column seen_at   timestamptz,                        -- last sign of life
  add column fenced_at timestamptz;                        -- given up by a collection: it must not write any more

alter table account
  add column retention_days integer check (retention_days >= 1);  -- SET-16; null: nothing is given up by itself
