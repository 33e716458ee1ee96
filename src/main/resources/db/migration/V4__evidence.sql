-- The evidence log: who did what, each entry bound to the one before by its SHA-256. Only ever added to: at start
-- triggers are put on it that refuse every change, where the database has them.
create table attest_log (
  sequence      bigint        primary key,
  logged_at     timestamp(6) with time zone not null,
  who           varchar(200)  not null,
  what          varchar(60)   not null,
  subject       varchar(200)  not null,
  detail        text          not null,
  previous_hash varchar(64)   not null,
  hash          varchar(64)   not null
);

create index attest_log_subject on attest_log (subject, sequence);

-- One row: the end of the log. Whoever adds an entry holds it until the commit, so that no two entries follow the same.
create table attest_log_head (
  id       integer     primary key check (id = 1),
  sequence bigint      not null,
  hash     varchar(64) not null
);

insert into attest_log_head (id, sequence, hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- What must be kept although its time is over: an audit, or everything of a model.
create table attest_hold (
  kind    varchar(10)   not null,
  subject varchar(120)  not null,
  reason  varchar(2000) not null,
  set_by  varchar(200)  not null,
  set_at  timestamp(6) with time zone not null,
  primary key (kind, subject)
);

-- Audits whose sections and files are gone because their time was over. The line in attest_audit stays.
create table attest_removed (
  audit_id   varchar(120) primary key references attest_audit (id),
  removed_at timestamp(6) with time zone not null,
  rule       varchar(400) not null
);
