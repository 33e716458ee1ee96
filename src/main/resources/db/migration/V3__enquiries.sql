-- Who asked why a case was decided so, what was answered, and by whom. Data of the case stand in the files only.
create table attest_enquiry (
  id           varchar(120)  primary key,
  model        varchar(100)  not null,
  model_name   varchar(300)  not null,
  audit_id     varchar(120)  not null references attest_audit (id),
  case_name    varchar(200)  not null,
  data_source  varchar(1000),
  recipient    text          not null,
  jurisdiction varchar(40)   not null,
  reason       text          not null,
  started_how  varchar(20)   not null,
  asked_by     varchar(255)  not null,
  asked_at     timestamp(6) with time zone not null,
  received_on  date          not null,
  due_on       date          not null,
  state        varchar(40)   not null,
  round_number integer       not null,
  outcome      varchar(20),
  draft        text,
  checked      text,
  ended_at     timestamp(6) with time zone
);
create index attest_enquiry_by_model on attest_enquiry (model, asked_at);

-- What was done, in order; a decision of a person has its words in comment and what it changed in detail.
create table attest_enquiry_step (
  enquiry_id varchar(120) not null references attest_enquiry (id),
  position   integer      not null,
  done_at    timestamp(6) with time zone not null,
  who        varchar(255) not null,
  what       varchar(60)  not null,
  comment    text         not null,
  detail     text         not null,
  primary key (enquiry_id, position)
);

create table attest_enquiry_file (
  enquiry_id varchar(120) not null references attest_enquiry (id),
  name       varchar(200) not null,
  about      varchar(300) not null,
  sha256     varchar(64)  not null,
  bytes      bigint       not null,
  media_type varchar(150) not null,
  primary key (enquiry_id, name)
);
