-- How long an approval holds, and of which file it speaks: for gates and for re-validation.
create table attest_approval (
  audit_id     varchar(120) primary key references attest_audit (id),
  model        varchar(100) not null,
  approved_at  timestamp(6) with time zone not null,
  valid_until  date         not null,
  outcome      varchar(40)  not null,
  model_sha256 varchar(64)  not null,
  yaml_sha256  varchar(64)  not null
);
create index attest_approval_model on attest_approval (model, approved_at);

-- Conditions of an approval, and what became of each, step by step.
create table attest_condition (
  audit_id  varchar(120) not null references attest_audit (id),
  position  integer      not null,
  model     varchar(100) not null,
  wording   text         not null,
  owner     varchar(200) not null,
  due_on    date         not null,
  state     varchar(20)  not null,
  primary key (audit_id, position)
);
create table attest_condition_step (
  audit_id varchar(120) not null,
  position integer      not null,
  step     integer      not null,
  done_at  timestamp(6) with time zone not null,
  who      varchar(255) not null,
  what     varchar(60)  not null,
  comment  text         not null,
  primary key (audit_id, position, step),
  foreign key (audit_id, position) references attest_condition (audit_id, position)
);

-- What the table revalidation.dmn decided of each event, on which facts; key makes recording idempotent.
create table attest_watch (
  event_key  varchar(300) primary key,
  model      varchar(100) not null,
  decided_at timestamp(6) with time zone not null,
  event      varchar(60)  not null,
  detail     text         not null,
  facts      text         not null,
  action     varchar(20)  not null,
  rule       varchar(40)  not null,
  reason     text         not null,
  reference  text         not null,
  basis      varchar(200) not null,
  audit_id   varchar(120),
  outcome    text         not null,
  suspension varchar(20)  not null,
  answered_by varchar(255),
  answered_at timestamp(6) with time zone,
  answer     text
);
create index attest_watch_model on attest_watch (model, decided_at);
