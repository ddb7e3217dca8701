"""B4, M1–M5: the ladder of a late answer, from rows in the database to the mail and to both units' thread."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from lcweb.domain.escalation import Step
from lcweb.domain.outbox import MailStatus
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.rules import Rules
from lcweb.domain.threads import EventKind
from lcweb.models import AccessLogRow, Escalation, InboxVersion, Obligation, OutboxMail, Thread, ThreadEvent
from lcweb.queries import outbox as queries
from lcweb.services import calendar, outbox, reminders, threads
from lcweb.services.calendar import Place as Where
from tests.at import at
from tests.factories import RULES, organization, submission_id, thread, unit, user
from tests.postman import Postman
from tests.race import race
from tests.rows import nothing_written, row, rows

SENT, DUE = "Mon 2026-11-16 09:00", "Thu 2026-11-19 16:30"
FRIDAY, MONDAY, TUESDAY = "Fri 2026-11-20 08:00", "Mon 2026-11-23 08:00", "Tue 2026-11-24 08:00"
LADDER = (Kind.OVERDUE_MANAGER, Kind.OVERDUE_ORGANIZATION)


@dataclass(frozen=True)
class Town:
    sender: Actor
    recipient: Actor
    organization_id: int
    thread_id: int


@pytest.fixture
def town(app: Flask) -> Town:
    """A question that Hemsjukvård Söder should have answered on Thursday."""
    own = organization("Halmstads kommun", notify_email="kommun@lcweb.test")
    south = unit(
        "Hemsjukvård Söder", organization_id=own, notify_email="soder@lcweb.test", manager_email="chef@lcweb.test"
    )
    sender, recipient = user("Anna Lind", unit_id=unit("Vårdcentralen Ek")), user("Karin Berg", unit_id=south)
    return Town(sender, recipient, own, thread(sender, south, now=at(SENT)))


def tick(moment: str, rules: Rules = RULES) -> list[Reminder]:
    return [made for made in reminders.tick(now=at(moment), rules=rules) if made.kind in LADDER]


def kinds(moment: str, rules: Rules = RULES) -> list[Kind]:
    return [reminder.kind for reminder in tick(moment, rules)]


def steps() -> list[tuple[str, str]]:
    found = sorted(rows(Escalation), key=lambda one: (one.at, one.step))
    return [(one.step, f"{one.at:%m-%d %H:%M}") for one in found]


def reply(town: Town, moment: str) -> None:
    threads.reply(
        town.recipient, town.thread_id, "Vi kommer på måndag.", expects_reply=False, close=False,
        version=row(Thread, id=town.thread_id).version,
        submission_id=submission_id(), now=at(moment), rules=RULES,
    )  # fmt: skip


def deliver(moment: str, kind: Kind, postman: Postman) -> list[MailStatus]:
    waiting = [mail_id for mail_id in outbox.waiting(now=at(moment)) if row(OutboxMail, id=mail_id).kind == kind]
    made = [outbox.deliver(mail_id, now=at(moment), rules=RULES, post=postman.post()) for mail_id in waiting]
    return [one.status for one in made if one]


def test_each_step_once_over_many_rounds(town: Town) -> None:
    moment, queued = at(DUE), Counter()
    while moment < at("Fri 2026-12-04 17:00"):
        queued += Counter(made.kind for made in reminders.tick(now=moment, rules=RULES) if made.kind in LADDER)
        moment += timedelta(hours=3, minutes=30)
    assert queued == Counter(LADDER)
    assert [step for step, _at in steps()] == list(Step)
    assert [event.reason for event in rows(ThreadEvent)] == list(Step)


def test_the_steps_and_what_the_thread_says_of_them(town: Town) -> None:
    assert [kinds(moment) for moment in (DUE, FRIDAY, MONDAY)] == [[], [Kind.OVERDUE_MANAGER], []]
    (made,) = tick(TUESDAY)
    assert (made.kind, made.unit_id, made.organization_id, made.count) == (
        Kind.OVERDUE_ORGANIZATION, None, town.organization_id, 1,
    )  # fmt: skip
    assert steps() == [("manager", "11-20 07:00"), ("organization", "11-24 07:00")]
    said = [(event.kind, event.at, event.unit_name, event.to_unit_name, event.user_name) for event in rows(ThreadEvent)]
    assert said == [
        (EventKind.ESCALATED, at(FRIDAY), "Hemsjukvård Söder", None, ""),
        (EventKind.ESCALATED, at(TUESDAY), "Hemsjukvård Söder", "Halmstads kommun", ""),
    ]


def test_open_pages_of_both_units_learn_of_it_and_no_draft_is_refused_for_it(town: Town) -> None:
    logged, before = len(rows(AccessLogRow)), {one.unit_id: one.version for one in rows(InboxVersion)}
    seen = row(Thread)
    tick(FRIDAY)
    thread_now = row(Thread)
    assert (thread_now.version, thread_now.revision) == (seen.version, seen.revision + 1)
    after = {one.unit_id: one.version for one in rows(InboxVersion)}
    risen = {unit_id for unit_id, version in after.items() if version == before[unit_id] + 1}
    assert risen == {town.sender.unit_id, town.recipient.unit_id}
    assert len(rows(AccessLogRow)) == logged  # L1: a worker shows nobody anything


def test_m1_the_whole_mail_to_the_organization(town: Town) -> None:
    tick(FRIDAY), tick(TUESDAY)
    postman = Postman()
    assert deliver(TUESDAY, Kind.OVERDUE_ORGANIZATION, postman) == [MailStatus.SENT]
    (mail,) = postman.sent
    kept = row(OutboxMail, kind=Kind.OVERDUE_ORGANIZATION)
    assert (mail["To"], mail["Subject"]) == ("kommun@lcweb.test", "1 ärende är försenat")
    assert mail["Message-ID"] == f"<{kept.message_id}@lcweb.test>"
    assert mail.get_content().replace("\r\n", "\n") == (
        """\
Till kontaktpersonen hos huvudmannen

Svarstiden har gått ut för 1 ärende i inkorgen för Hemsjukvård Söder. Enheten och enhetsansvarig har redan fått \
påminnelser.

Kontakta enheten och se till att den svarar. Har du ett konto loggar du in här:
http://lcweb.test/logga-in

Vårdmeddelanden skickar mejlet automatiskt. Svara inte på det.
"""
    )


def test_m3_an_answer_in_between_supersedes_the_mail_and_stops_the_ladder(town: Town) -> None:
    tick(FRIDAY)
    reply(town, "Fri 2026-11-20 08:01")
    assert deliver("Fri 2026-11-20 08:02", Kind.OVERDUE_MANAGER, Postman()) == [MailStatus.SUPERSEDED]
    assert kinds(TUESDAY) == []


def test_m3_an_answer_before_the_organizations_mail_leaves(town: Town) -> None:
    tick(FRIDAY), tick(TUESDAY)
    reply(town, "Tue 2026-11-24 08:01")
    assert deliver("Tue 2026-11-24 08:02", Kind.OVERDUE_ORGANIZATION, Postman()) == [MailStatus.SUPERSEDED]


def test_m5_what_could_not_leave_is_tried_again_under_the_same_id_the_next_day_too(town: Town) -> None:
    tick(FRIDAY), tick("Tue 2026-11-24 16:29")
    assert deliver("Tue 2026-11-24 16:29", Kind.OVERDUE_ORGANIZATION, Postman("451 later")) == [MailStatus.QUEUED]
    before = row(OutboxMail, kind=Kind.OVERDUE_ORGANIZATION).message_id
    assert deliver("Wed 2026-11-25 08:00", Kind.OVERDUE_ORGANIZATION, Postman()) == [MailStatus.SENT]
    assert row(OutboxMail, kind=Kind.OVERDUE_ORGANIZATION).message_id == before


def test_m2_workers_at_once_take_each_step_once(town: Town, app: Flask) -> None:
    for number in range(6):
        thread(town.sender, town.recipient.unit_id, now=at(SENT), subject=f"Fråga {number}")
    for moment in (FRIDAY, TUESDAY):
        made = race(app, [lambda moment=moment: len(tick(moment))] * 3)
        assert sorted(made) == [0, 0, 1]
    assert len(rows(Escalation)) == len(rows(ThreadEvent)) == 14
    assert Counter(mail.kind for mail in rows(OutboxMail) if mail.kind in LADDER) == Counter(LADDER)


def test_an_answer_and_a_worker_at_once_agree(town: Town, app: Flask) -> None:
    """Whoever is first: no step is said of a thread after its answer."""
    race(app, [lambda: reply(town, FRIDAY), lambda: tick(FRIDAY)])
    assert len(rows(Escalation)) == len(rows(ThreadEvent, kind=EventKind.ESCALATED))
    assert row(Obligation).ended_at == at(FRIDAY)


def test_turned_off_and_other_numbers_of_days(town: Town) -> None:
    later = Rules(escalate_manager_days=2, escalate_organization_days=0)
    moments = (FRIDAY, MONDAY, TUESDAY, "Mon 2026-12-07 08:00")
    assert [kinds(moment, later) for moment in moments] == [[], [Kind.OVERDUE_MANAGER], [], []]


def test_a_setting_that_is_changed_takes_no_step_twice_and_leaves_none_out(town: Town) -> None:
    assert kinds(FRIDAY) == [Kind.OVERDUE_MANAGER]
    assert kinds(MONDAY, Rules(escalate_manager_days=1)) == []
    assert kinds(TUESDAY, Rules(escalate_organization_days=5)) == []
    assert kinds("Wed 2026-11-25 08:00", RULES) == [Kind.OVERDUE_ORGANIZATION]


def test_t5_a_duty_that_is_moved_climbs_from_its_new_day(town: Town) -> None:
    for closed in ("Wed 2026-11-18", "Mon 2026-11-23"):
        day = at(f"{closed} 12:00").date()
        calendar.close_day(operator(), day, Where(), now=at("Mon 2026-11-16 12:00"), rules=RULES)
    assert row(Obligation).due_at == at("Fri 2026-11-20 16:30")
    moments = (FRIDAY, TUESDAY, "Wed 2026-11-25 08:00", "Thu 2026-11-26 08:00")
    assert [kinds(moment) for moment in moments] == [[], [Kind.OVERDUE_MANAGER], [], [Kind.OVERDUE_ORGANIZATION]]


def test_a_day_closed_after_the_due_day_moves_only_the_step_that_is_left(town: Town) -> None:
    tick(FRIDAY)
    closed = at("Tue 2026-11-24 12:00").date()
    calendar.close_day(operator(), closed, Where(), now=at("Fri 2026-11-20 12:00"), rules=RULES)
    assert [kinds(moment) for moment in (TUESDAY, "Wed 2026-11-25 08:00")] == [[], [Kind.OVERDUE_ORGANIZATION]]


def test_information_climbs_no_ladder_though_its_manager_is_told(app: Flask) -> None:
    sender, recipient = user("Anna Lind"), user("Karin Berg")
    thread(sender, recipient.unit_id, now=at(SENT), expects_reply=False)
    assert [kinds(moment) for moment in (FRIDAY, TUESDAY)] == [[Kind.OVERDUE_MANAGER], []]
    assert rows(Escalation) == rows(ThreadEvent) == []


def test_m4_without_an_address_of_the_organization_it_goes_to_the_administrator(app: Flask) -> None:
    sender, recipient = user("Anna Lind"), user("Karin Berg")
    thread(sender, recipient.unit_id, now=at(SENT))
    tick(FRIDAY), tick(TUESDAY)
    deliver(TUESDAY, Kind.OVERDUE_ORGANIZATION, postman := Postman())
    assert [mail["To"] for mail in postman.sent] == ["admin@lcweb.test"]


def test_the_plan_names_the_unit_and_the_organizations_address_and_writes_nothing(town: Town) -> None:
    with nothing_written():
        owed = [mail for mail in reminders.preview(now=at(TUESDAY), rules=RULES) if mail.kind in LADDER]
        plan = outbox.planned(owed, admin=None)
    assert [(mail.unit_name, mail.address) for mail in plan] == [
        ("Hemsjukvård Söder", "chef@lcweb.test"), ("Hemsjukvård Söder", "kommun@lcweb.test"),
    ]  # fmt: skip
    tick(TUESDAY)
    wanted = queries.MailFilter(kind=Kind.OVERDUE_ORGANIZATION)
    assert [mail.unit_name for mail in queries.mails(wanted).rows] == ["Halmstads kommun"]
