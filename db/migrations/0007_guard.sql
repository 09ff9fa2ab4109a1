-- What a backup must not take for the will of a drive's people by itself: mass deletion, lost access, a drive that is gone.

alter table backup_task
  add column hold_percent  integer not null default 30 check (hold_percent between 1 and 100),  -- a run that would remove more of a drive is held,
  add column hold_items    integer not null default 50 check (hold_items >= 1),                 -- if it is at least so many items
  add column with_comments boolean not null default false,                                      -- one more call for each changed file
  add column fetch_flagged boolean not null default false,                                      -- fetch what Google has flagged as malware or spam
  add column label_ids     text[] not null default '{}';                                        -- labels that are stored; they cost no call

alter table drive
  add column domain_seen_by text,                          -- domain whose administrator's view has shown it: only there can its absence mean that it was deleted (G8)
  add column held_removals  bigint,                        -- removals that wait for a person's word
  add column archived_at    timestamptz,                   -- SET-10
  add column archived_from  text,                          -- the lifecycle that it gets back if it is found again
  drop constraint drive_last_outcome_check,
  add constraint drive_last_outcome_check check (last_outcome in ('success', 'partial', 'held', 'failed'));

alter table backup_run
  add column accepted_removals bigint,                     -- a person has said that up to so many items may go
  add column held_removals     bigint,                     -- so many did not go, because nobody had said so
  drop constraint backup_run_outcome_check,
  add constraint backup_run_outcome_check check (outcome in ('success', 'partial', 'held', 'failed', 'canceled', 'archived'));

-- Finished segments of large files whose download is not: each is durable in the vault and has its entry in blob.
create table backup_segment (
  account_id  text not null references account,
  drive_id    text not null,
  item_id     text collate "C" not null,
  number      integer not null,                            -- 0, 1, 2, … from the start of the file
  version     text not null,                               -- the content that it belongs to: another one makes it worthless
  segment     jsonb not null,                              -- the vault's segment
  primary key (account_id, drive_id, item_id, number)
);
