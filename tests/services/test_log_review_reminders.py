"""L3, M1–M5: reviewers are reminded by mail, from rows in the database to the mail that leaves."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.log_reviews import LogRule, Plan
from lcweb.domain.outbox import Addresses, MailStatus, address_for
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.rules import Rules
from lcweb.domain.search import SearchQuery
from lcweb.models import Membership, Organization, OutboxMail, User
from lcweb.queries import outbox as queries
from lcweb.services import log_reviews, outbox, reminders, search
from tests.at import at, day
from tests.factories import RULES, organization, unit, user
from tests.postman import Postman
from tests.race import race
from tests.rows import nothing_written, row, rows

FIRST_ROW = at("Mon 2026-10-12 10:00")
BEFORE, DUE = "Tue 2026-11-10 10:00", "Wed 2026-11-11 10:00"


@dataclass(frozen=True)
class Place:
    region: int
    anna: Actor
    birgitta: Actor
    bo: Actor


@pytest.fixture
def place(app: Flask) -> Place:
    """An organization whose log has one row, two reviewers, one of them without an address; and one without any log."""
    region = organization("Region Halland", notify_email="region@lcweb.test")
    unit_id = unit(organization_id=region)
    anna = user("Anna Åberg", unit_id=unit_id)
    reviewer = {"role": Role.LOG_REVIEWER, "organization_id": region}
    birgitta = user("Birgitta Ahl", email="birgitta@lcweb.test", **reviewer)
    user("Sven Ström", role=Role.LOG_REVIEWER, organization_id=organization(), email="sven@lcweb.test")
    search.search(anna, SearchQuery(), now=FIRST_ROW)
    return Place(region, anna, birgitta, user("Bo Ek", **reviewer))


def tick(moment: str, rules: Rules = RULES) -> list[Reminder]:
    made = reminders.tick(now=at(moment), rules=rules)
    return [reminder for reminder in made if reminder.kind is Kind.LOG_REVIEW]


def slots(moment: str) -> list[tuple[int | None, str, int]]:
    return [(reminder.organization_id, reminder.slot, reminder.count) for reminder in tick(moment)]


def deliver(moment: str, postman: Postman, **changes: str | None) -> list[MailStatus]:
    """What became of the reviewers' mails that wait."""
    found = []
    for mail_id in outbox.waiting(now=at(moment)):
        if row(OutboxMail, id=mail_id).kind == Kind.LOG_REVIEW:
            made = outbox.deliver(mail_id, now=at(moment), rules=RULES, post=postman.post(**changes))
            assert made
            found.append(made.status)
    return found


def ended_review(place: Place, now: datetime) -> None:
    period = {"from_day": FIRST_ROW.date(), "to_day": now.date()}
    plan = Plan(organization_id=place.region, unit_id=None, rules=(LogRule.PROTECTED,), wanted=1, **period)
    log_reviews.begin(place.bo, plan, now=now, rules=RULES)


def test_each_reviewer_with_an_address_is_told_once_a_week(place: Place) -> None:
    told = [(place.region, str(place.birgitta.user_id))]
    assert slots(BEFORE) == []
    assert slots(DUE) == [(*told[0], 30)]
    assert slots(DUE) == slots("Wed 2026-11-11 15:00") == slots("Tue 2026-11-17 10:00") == []
    assert slots("Wed 2026-11-18 08:00") == [(*told[0], 37)]


def test_an_ended_review_begins_the_count_anew(place: Place) -> None:
    ended_review(place, at("Mon 2026-11-09 10:00"))
    assert slots("Tue 2026-12-08 10:00") == []
    assert slots("Wed 2026-12-09 10:00") == [(place.region, str(place.birgitta.user_id), 30)]


def test_another_number_of_days(place: Place) -> None:
    assert [reminder.count for reminder in tick(BEFORE, Rules(review_days=29))] == [29]


def test_the_whole_mail_goes_to_the_reviewer(place: Place) -> None:
    """M1: nothing about anybody but the organization."""
    tick(DUE)
    postman = Postman()
    assert deliver(DUE, postman) == [MailStatus.SENT]
    (mail,) = postman.sent
    kept = row(OutboxMail, kind=Kind.LOG_REVIEW)
    assert (kept.unit_id, kept.organization_id, kept.address) == (None, place.region, "birgitta@lcweb.test")
    headers = "".join(f"{name}: {value}\n" for name, value in mail.items())
    assert f"{headers}\n{mail.get_content()}".replace("\r\n", "\n") == (
        f"""\
From: lcweb@lcweb.test
To: birgitta@lcweb.test
Subject: Dags för loggkontroll
Date: Wed, 11 Nov 2026 10:00:00 +0100
Message-ID: <{kept.message_id}@lcweb.test>
Auto-Submitted: auto-generated
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

Hej!

Ingen loggkontroll har avslutats för Region Halland på 30 dagar.

Logga in, välj Logg och sedan Loggkontroll:
http://lcweb.test/logga-in

Har du redan börjat på en kontroll räcker det att du bedömer de rader som är kvar.

Vårdmeddelanden skickar mejlet automatiskt. Svara inte på det.
"""
    )


def change(table: type, where: int, **values: object) -> None:
    with transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(table, where), name, value)


def test_m3_a_review_that_has_ended_meanwhile_supersedes_it(place: Place) -> None:
    tick(DUE)
    ended_review(place, at(DUE))
    assert deliver("Wed 2026-11-11 10:01", Postman()) == [MailStatus.SUPERSEDED]


@pytest.mark.parametrize("table", [Membership, User])
def test_m3_a_reviewer_who_has_left_meanwhile_gets_none(place: Place, table: type) -> None:
    tick(DUE)
    where = place.birgitta.user_id if table is User else row(Membership, user_id=place.birgitta.user_id).id
    change(table, where, ended_at=at(DUE))
    assert deliver("Wed 2026-11-11 10:01", Postman()) == [MailStatus.SUPERSEDED]


def test_m3_an_organization_without_any_reviewer_owes_none(place: Place) -> None:
    tick(DUE)
    for person in (place.birgitta, place.bo):
        change(User, person.user_id, ended_at=at(DUE))
    assert deliver("Wed 2026-11-11 10:01", Postman()) == [MailStatus.SUPERSEDED]


def test_m4_without_an_address_it_goes_to_the_organization_and_then_to_the_administrator(place: Place) -> None:
    change(User, place.birgitta.user_id, email=None)
    assert [slot for _own, slot, _count in slots(DUE)] == [str(place.birgitta.user_id)]
    change(Organization, place.region, notify_email=None)
    postman = Postman(refuses="451 later")
    assert deliver(DUE, postman) == [MailStatus.QUEUED]
    assert row(OutboxMail, kind=Kind.LOG_REVIEW).address == "admin@lcweb.test"
    change(Organization, place.region, notify_email="region@lcweb.test")
    assert deliver("Wed 2026-11-11 10:05", later := Postman()) == [MailStatus.SENT]
    assert [mail["To"] for mail in later.sent] == ["region@lcweb.test"]


def test_m4_whose_address() -> None:
    every = Addresses(unit="u@x.test", manager="m@x.test", person="r@x.test", organization="o@x.test", admin="a@x.test")
    assert address_for(Kind.LOG_REVIEW, every) == "r@x.test"


def test_m5_what_could_not_leave_is_tried_the_next_morning_too(place: Place) -> None:
    tick("Wed 2026-11-11 16:29")
    assert deliver("Wed 2026-11-11 16:29", Postman(refuses="451 later")) == [MailStatus.QUEUED]
    assert deliver("Thu 2026-11-12 08:00", Postman()) == [MailStatus.SENT]


def test_m2_two_workers_queue_it_once(place: Place, app: Flask) -> None:
    made = race(app, [lambda: len(tick(DUE))] * 2)
    assert sorted(made) == [0, 1]
    assert len(rows(OutboxMail, kind=Kind.LOG_REVIEW)) == 1


def test_the_plan_and_the_page_of_mails_name_the_organization(place: Place) -> None:
    owed = [mail for mail in reminders.preview(now=at(DUE), rules=RULES) if mail.kind is Kind.LOG_REVIEW]
    with nothing_written():
        (plan,) = outbox.planned(owed, admin=None)
    assert (plan.unit_name, plan.address) == ("Region Halland", "birgitta@lcweb.test")
    tick(DUE)
    deliver(DUE, Postman(refuses="451 later"))
    wanted = queries.MailFilter(kind=Kind.LOG_REVIEW, first=day("Wed 2026-11-11"))
    assert [mail.unit_name for mail in queries.mails(wanted).rows] == ["Region Halland"]
    assert "birgitta@lcweb.test" not in [lost.address for lost in queries.unreachable(admin="admin@lcweb.test")]
