-- What a reviewer made of each finding. The finding itself is kept as JSON: another round judges anew and may number
-- its findings alike. Who and when stand in the decision.
create table attest_disposition (
  audit_id varchar(120) not null,
  task_id  varchar(100) not null,
  position integer      not null,
  answer   varchar(20)  not null,
  reason   text         not null,
  finding  text         not null,
  primary key (audit_id, task_id, position),
  foreign key (audit_id, task_id) references attest_decision (audit_id, task_id)
);
