"""The clock is set two hours forward or back, and Stockholm's two nights: nothing is lost or doubled."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lcweb import worker
from lcweb.config import Settings
from lcweb.db import db, log_key
from lcweb.domain.access_log import verify
from lcweb.domain.errors import Refused, Throttled
from lcweb.domain.outbox import MailStatus
from lcweb.domain.reminders import Kind
from lcweb.models import AccessLogRow, Obligation, OutboxMail, UserSession
from lcweb.queries import access_log
from lcweb.queries import outbox as queries
from lcweb.services import lease, outbox, reminders, sessions, threads
from tests import factories
from tests.at import at
from tests.clock import Clock
from tests.postman import FRIDAY, Postman, nurse, read
from tests.rows import row, rows
from tests.web.visits import Visitor

MINUTE, TWO_HOURS = timedelta(minutes=1), timedelta(hours=2)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    carries = Postman()
    monkeypatch.setattr(worker, "post_of", lambda _settings: carries.post())
    return carries


def round_at(settings: Settings, now: datetime, holder: str = "one") -> list[MailStatus]:
    return [mail.status for mail in worker.one_round(settings, now=now, holder=holder)]


def sent(kind: Kind | None = None) -> Counter[tuple[str, int | None]]:
    found = Counter((mail.kind, mail.unit_id) for mail in rows(OutboxMail) if mail.status == MailStatus.SENT)
    return Counter({key: times for key, times in found.items() if kind in (None, key[0])})


# The worker -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [TWO_HOURS, -TWO_HOURS])
@pytest.mark.parametrize("wrong_from", ["10:40", "14:40"])
def test_each_reminder_of_the_day_goes_out_once_while_the_clock_is_wrong_for_a_while(
    app: Flask, settings: Settings, postman: Postman, clock: Clock, step: timedelta, wrong_from: str
) -> None:
    """For half an hour; one that comes too early is not sent again at its time."""
    nurse("Enhet A")
    late = nurse("Enhet B", manager_email="chef@lcweb.test")
    factories.thread(nurse("Enhet C"), late.require_unit(), now=at("Mon 2026-11-16 09:00"))  # due Thursday
    begins = at(f"{FRIDAY} {wrong_from}")
    for minute in range(0, 9 * 60, 20):
        true = at(f"{FRIDAY} 07:40") + minute * MINUTE
        is_wrong = begins <= true < begins + 30 * MINUTE
        round_at(settings, true + step if is_wrong else true)
    kinds = Counter(kind for kind, _unit in sent())
    assert kinds[Kind.READING_FIRST] == kinds[Kind.READING_SECOND] == 3
    assert kinds[Kind.OVERDUE] == kinds[Kind.OVERDUE_MANAGER] == 1
    assert len(postman.sent) == len({mail["Message-ID"] for mail in postman.sent}) == kinds.total()


def test_a_lease_from_a_clock_that_was_ahead_keeps_nobody_away(
    app: Flask, settings: Settings, postman: Postman, clock: Clock
) -> None:
    """Else no mail would leave for two hours. Machines whose clocks differ by seconds still take turns."""
    nurse("Enhet A")
    now = at(f"{FRIDAY} 11:00")
    assert lease.acquire("worker", holder="dead", now=now + TWO_HOURS, ttl=worker.LEASE)
    assert queries.worker_state(now).lease_age == 7200  # no worker is at work, whatever the row says
    assert round_at(settings, now, "two") == [MailStatus.SENT]
    assert lease.acquire("worker", holder="two", now=now + 30 * timedelta(seconds=1), ttl=worker.LEASE)
    assert not lease.acquire("worker", holder="behind", now=now, ttl=worker.LEASE)
    assert queries.worker_state(now).lease_age == 30


def test_what_a_worker_left_half_sent_while_the_clock_was_ahead_is_sent_when_it_is_owed(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse("Enhet A")
    reminders.tick(now=at(f"{FRIDAY} 12:15"), rules=settings.rules)
    (mail_id,) = outbox.waiting(now=at(f"{FRIDAY} 12:15"))

    def power_cut() -> None:
        raise RuntimeError("power cut")

    dying, living = Postman(on_the_way=power_cut), Postman()
    with pytest.raises(RuntimeError):
        outbox.deliver(mail_id, now=at(f"{FRIDAY} 12:15"), rules=settings.rules, post=dying.post())
    monkeypatch.setattr(worker, "post_of", lambda _settings: living.post())
    assert [round_at(settings, at(f"{FRIDAY} {clock_}")) for clock_ in ("10:15", "10:59")] == [[], []]
    assert round_at(settings, at(f"{FRIDAY} 11:00")) == [MailStatus.SENT]
    assert round_at(settings, at(f"{FRIDAY} 12:15")) == []
    assert [mail["Message-ID"] for mail in dying.sent] == [mail["Message-ID"] for mail in living.sent]


def test_what_a_clock_ahead_gave_up_as_past_is_sent_when_the_clock_is_right_again(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a quarter past three it said a quarter past five, when no reading can be asked for any more."""
    nurse("Enhet A")
    carries = Postman(refuses="451 busy")
    monkeypatch.setattr(worker, "post_of", lambda _settings: carries.post())
    assert round_at(settings, at(f"{FRIDAY} 15:00")) == [MailStatus.QUEUED]
    carries.refuses = ""
    assert round_at(settings, at(f"{FRIDAY} 17:15")) == [MailStatus.SUPERSEDED]
    assert round_at(settings, at(f"{FRIDAY} 15:16")) == [MailStatus.SENT]
    assert round_at(settings, at(f"{FRIDAY} 15:17")) == []
    assert len(carries.sent) == 1


def test_what_was_done_is_not_asked_for_because_the_clock_was_wrong(
    app: Flask, settings: Settings, clock: Clock, postman: Postman
) -> None:
    person = nurse("Enhet A")
    reminders.tick(now=at(f"{FRIDAY} 13:00"), rules=settings.rules)
    read(person, f"{FRIDAY} 10:50")
    assert [round_at(settings, at(f"{FRIDAY} {moment}")) for moment in ("11:00", "11:01", "12:59")] == [[], [], []]
    assert round_at(settings, at(f"{FRIDAY} 13:00")) == [MailStatus.SUPERSEDED]
    assert postman.sent == []


# People at their pages ------------------------------------------------------------------------------------------------


@pytest.fixture
def karin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        person = factories.user("Karin Berg")
    return Visitor(bare_app, person)


def test_a_clock_that_jumps_ahead_and_is_set_back_has_ended_no_session(karin: Visitor, clock: Clock) -> None:
    """While it is ahead the session seems idle, and nothing is written of that."""
    assert karin.fetch("/inkorg").status_code == 200
    clock.forward(hours=2)
    assert karin.fetch("/poll/inkorg").status_code == 401
    clock.forward(hours=-2)
    assert karin.fetch("/inkorg").status_code == 200


@pytest.mark.parametrize("woken_by", ["a request", "the worker"])
def test_a_session_from_a_clock_ahead_is_not_prolonged_by_it(
    karin: Visitor, clock: Clock, settings: Settings, woken_by: str
) -> None:
    """It is idle half an hour after the clock was set back, not two hours and a half."""
    clock.forward(hours=2)
    ahead = Visitor(karin.app, karin.actor)
    clock.forward(hours=-2)
    if woken_by == "a request":
        assert ahead.fetch("/inkorg").status_code == 200
    else:
        with karin.context():
            round_at(settings, clock.now)
    clock.forward(minutes=29)
    assert ahead.fetch("/poll/inkorg").status_code == 200
    clock.forward(minutes=2)
    assert ahead.fetch("/poll/inkorg").status_code == 401


def test_a_session_that_began_ahead_lasts_no_longer_than_another(app: Flask, clock: Clock, settings: Settings) -> None:
    person = factories.user("Karin Berg", username="karin")
    lifetime, ahead = timedelta(hours=settings.session_hours), clock.now + TWO_HOURS
    sessions.sign_in("karin", factories.PASSWORD, address="a", lifetime=lifetime, now=ahead, demo=False)
    sessions.set_back(lifetime=lifetime, now=clock.now)
    session = row(UserSession, user_id=person.user_id)
    assert (session.started_at, session.active_at) == (clock.now, clock.now)
    assert session.ends_at == clock.now + lifetime


def test_a_wait_from_a_clock_ahead_holds_nobody_back(app: Flask, clock: Clock, settings: Settings) -> None:
    factories.user("Karin Berg", username="karin")

    def sign_in(password: str, now: datetime) -> None:
        sessions.sign_in(
            "karin", password, address="a", lifetime=timedelta(hours=settings.session_hours), now=now, demo=False
        )

    refused: list[type[Exception]] = []
    for number in range(10):
        try:
            sign_in("fel", clock.now + TWO_HOURS + number * timedelta(minutes=11))
        except (Refused, Throttled) as error:
            refused.append(type(error))
    assert len(refused) == 10
    sign_in(factories.PASSWORD, clock.now)


def test_the_log_follows_the_acts_and_not_the_clock(app: Flask, clock: Clock) -> None:
    """L2: rows of a clock set back stand after those before it, and the chain is whole."""
    sender, receiver = factories.pair()
    moments = [clock.now, clock.now + TWO_HOURS, clock.now - TWO_HOURS, clock.now]
    thread_id = factories.thread(sender, receiver.require_unit(), now=moments[0])
    for moment in moments[1:]:
        assert threads.open_thread(receiver, thread_id, now=moment)
    assert [entry.at for entry in rows(AccessLogRow)] == moments
    with access_log.whole() as found:
        assert verify(log_key(), found.rows, head=found.head).fault is None


# The nights when Stockholm's clocks change ----------------------------------------------------------------------------


NIGHTS = {
    # shortly before the change, a message of the week before, when it is due, and the working day after
    "autumn": ("Sun 2026-10-25 01:50", "Thu 2026-10-22 09:00", "Tue 2026-10-27 16:30", "Mon 2026-10-26"),
    "spring": ("Sun 2027-03-28 01:30", "Wed 2027-03-24 09:00", "Wed 2027-03-31 16:30", "Tue 2027-03-30"),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_over_the_night_one_worker_goes_on_and_the_next_day_is_reminded_at_its_own_hours(
    app: Flask, settings: Settings, postman: Postman, clock: Clock, night: str
) -> None:
    begins, received, due, after = NIGHTS[night]
    asked = nurse("Enhet A", read_until=None)
    thread_id = factories.thread(nurse("Enhet B", read_until=None), asked.require_unit(), now=at(received))
    with db.engine.connect() as connection:
        found = connection.scalar(select(Obligation.due_at).where(Obligation.thread_id == thread_id))
    assert found == at(due)
    for minute in range(0, 80, 2):  # over the hour that comes twice, or not at all
        now = at(begins) + minute * MINUTE
        assert round_at(settings, now) == []
        assert not lease.acquire("worker", holder="another", now=now + MINUTE, ttl=worker.LEASE)
        assert queries.worker_state(now).lease_age == 0
    about = {"READING_FIRST": "11:00", "READING_SECOND": "15:00"}
    for kind, hour in about.items():
        before = at(f"{after} {hour}") - MINUTE
        round_at(settings, before)
        assert not sent(Kind[kind])
        round_at(settings, before + MINUTE)
        round_at(settings, before + 2 * MINUTE)
        assert sent(Kind[kind]) == {(Kind[kind], unit_id): 1 for _, unit_id in sent(Kind[kind])}
        assert len(sent(Kind[kind])) == 2
    assert not sent(Kind.OVERDUE)
    round_at(settings, at(due) + timedelta(hours=16))
    assert sent(Kind.OVERDUE) == {(Kind.OVERDUE, asked.unit_id): 1}
