-- Who sits in the committee that votes on an audit of tier critical, and who was left out of it and why. The votes
-- themselves are decisions.
create table attest_seat (
  audit_id     varchar(120) not null references attest_audit (id),
  round_number integer      not null,
  member       varchar(200) not null,
  votes        boolean      not null,
  reason       text         not null,
  quorum       integer      not null,
  task_id      varchar(100),
  primary key (audit_id, round_number, member)
);

-- Who stands in for whom. Both days are within it. One that is ended early keeps its days and says when it ended;
-- handed_at says when the open tasks of the person went to the deputy.
create table attest_absence (
  id         varchar(40)  primary key,
  person     varchar(200) not null,
  deputy     varchar(200) not null,
  from_day   date         not null,
  until_day  date         not null,
  entered_by varchar(200) not null,
  entered_at timestamp(6) with time zone not null,
  handed_at  timestamp(6) with time zone,
  ended_at   timestamp(6) with time zone
);
create index attest_absence_person on attest_absence (person, from_day);

-- Published reports that no longer stand. The sealed files are not touched.
create table attest_withdrawal (
  audit_id      varchar(120) primary key references attest_audit (id),
  state         varchar(40)  not null,
  former_state  varchar(40)  not null,
  withdrawn_at  timestamp(6) with time zone not null,
  requested_by  varchar(200) not null,
  confirmed_by  varchar(200),
  reason        text         not null,
  superseded_by varchar(120) references attest_audit (id),
  told          text         not null
);
create index attest_withdrawal_by on attest_withdrawal (superseded_by);
