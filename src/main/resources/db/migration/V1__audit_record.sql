-- The record of audits. Beside the engine's tables, in the same database, so that a decision and the
-- completion of its task are one transaction.

create table attest_audit (
  id           varchar(120) primary key,
  model        varchar(100) not null,
  model_name   varchar(400) not null,
  tier         varchar(20)  not null,
  reason       varchar(4000) not null,
  audience     varchar(100) not null,
  started_how  varchar(40)  not null,
  started_by   varchar(200) not null,
  started_at   timestamp(6) with time zone not null,
  state        varchar(40)  not null,
  verdict      varchar(20),
  data_source  varchar(1000),
  round_number integer      not null,
  ended_at     timestamp(6) with time zone
);

create index attest_audit_model on attest_audit (model, started_at);

-- One row a stage; one an explainer for the stage explain. The content is JSON.
create table attest_section (
  audit_id varchar(120) not null references attest_audit (id),
  stage    varchar(40)  not null,
  part     varchar(100) not null,
  content  text         not null,
  saved_at timestamp(6) with time zone not null,
  primary key (audit_id, stage, part)
);

-- What people decided. The engine's task id makes recording idempotent.
create table attest_decision (
  audit_id     varchar(120) not null references attest_audit (id),
  task_id      varchar(100) not null,
  task         varchar(100) not null,
  who          varchar(200) not null,
  decided_at   timestamp(6) with time zone not null,
  decision     varchar(60)  not null,
  comment_text text         not null,
  detail       text         not null,
  round_number integer      not null,
  primary key (audit_id, task_id)
);

-- How far running stages are: for people who watch, not part of the record.
create table attest_progress (
  audit_id   varchar(120) not null,
  stage      varchar(40)  not null,
  part       varchar(100) not null,
  done       bigint       not null,
  total      bigint       not null,
  updated_at timestamp(6) with time zone not null,
  primary key (audit_id, stage, part)
);
