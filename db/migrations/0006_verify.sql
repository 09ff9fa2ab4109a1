-- Verification: what of the vault was read and found right, and when. The vault is the truth; this is how far its checks have come.

-- An object of the vault that snapshots need.
create table stored_object (
  account_id     text not null references account,
  drive_id       text not null,
  object_key     text collate "C" not null,
  version_id     text,                                     -- on stores that keep versions
  role           text not null check (role in ('root', 'manifest', 'index', 'container')),
  size_bytes     bigint not null,
  first_needed   integer not null,                         -- generations of the first and the last snapshot that need it
  last_needed    integer not null,
  first_seen_at  timestamptz not null,
  listed_at      timestamptz not null,                     -- the last listing that had it
  verified_at    timestamptz,                              -- when it was last read whole and was right
  damage         jsonb,                                    -- what was wrong when it was read last; null when nothing was
  primary key (account_id, drive_id, object_key)
);
create index stored_object_by_age on stored_object (account_id, coalesce(verified_at, '-infinity'), drive_id, object_key);
create index stored_object_damaged on stored_object (account_id, drive_id) where damage is not null;

-- The last result of each level of verification of a drive.
create table verification (
  account_id   text not null references account,
  drive_id     text not null,
  level        integer not null check (level between 0 and 4),
  finished_at  timestamptz not null,
  alarms       bigint not null,                            -- findings that mean loss or tampering
  findings     bigint not null,                            -- all of them
  report       jsonb not null,                             -- bounded: the first findings, with who needs what is damaged
  primary key (account_id, drive_id, level)
);
