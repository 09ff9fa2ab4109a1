-- Chat

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

-- What happened

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

-- Shared limits

create table quota_bucket (
  key          text primary key,                             -- 'user:<identity>' or 'project:<id>'
  available    double precision not null,                    -- units that may be spent now; negative: spent ahead
  refilled_at  timestamptz not null
);
