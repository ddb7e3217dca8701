"""The mail server fails in every way it can: what is still owed leaves in the end, once, and people see what cannot."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
from flask import Flask

from lcweb import mail, worker
from lcweb.config import Settings
from lcweb.domain.outbox import MailStatus
from lcweb.domain.permissions import Actor
from lcweb.domain.reminders import Kind
from lcweb.models import OutboxMail
from lcweb.queries import outbox
from tests import factories
from tests.at import at
from tests.clock import Clock
from tests.mail_server import HANGS_UP, Said, smtp
from tests.postman import ELEVEN, FRIDAY, nurse, read
from tests.rows import row, rows

MINUTE = timedelta(minutes=1)


@contextmanager
def answering(said: Said) -> Iterator[str]:
    with smtp(said) as port:
        yield f"smtp://127.0.0.1:{port}"


@contextmanager
def refusing() -> Iterator[str]:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield f"smtp://127.0.0.1:{nobody.getsockname()[1]}"


@contextmanager
def silent() -> Iterator[str]:
    """Which is given up sooner than in operation."""
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mail, "TIMEOUT", 0.2)
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"


def one_round(settings: Settings, url: str, moment: str | datetime) -> list[MailStatus]:
    now = at(moment) if isinstance(moment, str) else moment
    delivered = worker.one_round(replace(settings, smtp_url=url), now=now, holder="one")
    return [each.status for each in delivered]


def ids(said: Said) -> Counter[str]:
    """How often each Message-ID was handed over."""
    return Counter(str(message_from_bytes(letter)["Message-ID"]) for letter in said.mails)


AWAY = {
    "refuses": refusing,
    "is silent": silent,
    "is closed": lambda: answering(Said(answers={"greeting": "421 closed for today"})),
    "hangs up at once": lambda: answering(Said(answers={"EHLO": HANGS_UP, "HELO": HANGS_UP})),
    "is full": lambda: answering(
        Said(answers={"mail": "452 insufficient storage", "MAIL": "452 insufficient storage"})
    ),
    "is closing": lambda: answering(Said(answers={"RCPT": "421 going down"})),
}
REFUSED = {
    "4xx": lambda: answering(Said(answers={"RCPT": "450 try later"})),
    "4xx after the letter": lambda: answering(Said(answers={"letter": "451 try later"})),
    "5xx": lambda: answering(Said(answers={"RCPT": "550 no such box"})),
    "drops before the letter": lambda: answering(Said(answers={"DATA": HANGS_UP})),
}


@pytest.mark.parametrize("fault", [*AWAY, *REFUSED])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_did_not_leave_waits_and_leaves_once_when_the_fault_is_over(
    app: Flask, settings: Settings, clock: Clock, fault: str
) -> None:
    """A try is spent only on what the server said of this mail."""
    nurse()
    with (AWAY | REFUSED)[fault]() as url:
        assert one_round(settings, url, ELEVEN) == [MailStatus.QUEUED]
        assert one_round(settings, url, f"{FRIDAY} 11:03") == [MailStatus.QUEUED]
    waiting = row(OutboxMail)
    assert (waiting.attempts, bool(waiting.error)) == (1 if fault in AWAY else 2, True)
    with answering(said := Said()) as url:
        assert one_round(settings, url, f"{FRIDAY} 11:08") == [MailStatus.SENT]
        assert one_round(settings, url, f"{FRIDAY} 11:09") == []
    assert ids(said) == {f"<{waiting.message_id}@localhost>": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_m5_a_server_that_drops_the_line_after_the_letter_gets_it_again_under_the_same_message_id(
    app: Flask, settings: Settings, clock: Clock
) -> None:
    """Nobody can know whether it was taken."""
    nurse()
    with answering(said := Said(answers={"letter": HANGS_UP})) as url:
        assert one_round(settings, url, ELEVEN) == [MailStatus.QUEUED]
        said.answers = {}
        assert one_round(settings, url, f"{FRIDAY} 11:01") == [MailStatus.SENT]
    assert ids(said) == {f"<{row(OutboxMail).message_id}@localhost>": 2}


def test_m4_what_is_refused_for_good_fails_where_people_see_it(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Enhet A")
    now, seen = at(ELEVEN), []
    with answering(Said(answers={"RCPT": "550 no such box"})) as url:
        while now < at(f"{FRIDAY} 16:30"):
            seen += one_round(settings, url, now)
            now += 5 * MINUTE
    assert set(seen) == {MailStatus.QUEUED, MailStatus.FAILED}
    failed = outbox.mails().rows[0]
    assert (failed.status, failed.unit_name, failed.error) == ("failed", "Enhet A", "550 no such box")
    assert outbox.worker_state(now).failed >= 1
    assert [unit.unit for unit in outbox.unreachable(admin=None) if unit.address == failed.address] == ["Enhet A"]


def owing(number: int) -> list[Actor]:
    """Units whose answers are late, whose managers are told of it; and units that have read nothing today: these."""
    reading = [nurse(f"Läser inte {n}", notify_email=f"laser{n}@lcweb.test") for n in range(number)]
    addresses = [{"notify_email": f"sen{n}@lcweb.test", "manager_email": f"chef{n}@x.test"} for n in range(number)]
    late = [nurse(f"Sen {n}", **fields) for n, fields in enumerate(addresses)]
    for person in late:
        read(person, f"{FRIDAY} 07:35", f"{FRIDAY} 12:00")
        factories.thread(reading[0], person.require_unit(), now=at("Mon 2026-11-16 09:00"))  # due Thursday
    return reading


@pytest.mark.prove
def test_after_eight_hours_without_a_mail_server_all_that_is_still_owed_leaves_within_five_minutes(
    app: Flask, settings: Settings, clock: Clock, scale: Callable[[int, int], int]
) -> None:
    """And nothing for a unit that has done meanwhile what it was to be asked for."""
    number = scale(2, 200)
    reading = owing(number)
    with refusing() as url:
        moment, back = at(f"{FRIDAY} 07:40"), at(f"{FRIDAY} 15:40")
        while moment < back:
            one_round(settings, url, moment)
            moment += scale(20, 1) * MINUTE
    assert {mail.status for mail in rows(OutboxMail)} == {"queued", "superseded"}
    read(reading[0], f"{FRIDAY} 12:30", f"{FRIDAY} 15:38")
    with answering(said := Said()) as url:
        for minute in range(6):
            one_round(settings, url, back + minute * MINUTE)
    sent = Counter(str(message_from_bytes(letter)["To"]) for letter in said.mails)
    kinds = Counter((mail.kind, mail.status) for mail in rows(OutboxMail))
    told = {address: times for address, times in sent.items() if address.startswith(("sen", "chef", "laser"))}
    assert told == {
        **{f"laser{n}@lcweb.test": 1 for n in range(1, number)},
        **{f"sen{n}@lcweb.test": 1 for n in range(number)},
        **{f"chef{n}@x.test": 1 for n in range(number)},
    }
    assert kinds[Kind.READING_SECOND, "sent"] == number - 1
    assert kinds[Kind.READING_FIRST, "superseded"] == number  # the second one has overtaken it
    assert {status for _kind, status in kinds} == {"sent", "superseded"}
    assert max(ids(said).values()) == 1


@pytest.mark.parametrize(
    ("begins", "minutes", "becomes"),
    [
        ("14:54", 10, {(Kind.READING_FIRST, "superseded"): 3, (Kind.READING_SECOND, "queued"): 3}),
        ("15:55", 40, {(Kind.READING_SECOND, "failed"): 3}),
    ],
    ids=["overtaken, whichever minute its last try falls on", "its day is over"],
)
def test_what_could_not_leave_has_failed_when_its_day_is_over_and_not_when_another_asks_for_the_same(
    app: Flask, settings: Settings, clock: Clock, begins: str, minutes: int, becomes: dict[tuple[Kind, str], int]
) -> None:
    for number in range(3):
        nurse(f"Enhet {number}")
    with refusing() as url:
        for minute in range(minutes):
            one_round(settings, url, at(f"{FRIDAY} {begins}") + minute * MINUTE)
    assert Counter((mail.kind, mail.status) for mail in rows(OutboxMail)) == becomes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_silent_server_is_waited_for_once_in_a_round(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        nurse(f"Enhet {number}")
    tried: list[str] = []
    connect = mail.SmtpTransport._connect
    monkeypatch.setattr(mail.SmtpTransport, "_connect", lambda self: tried.append(self.host) or connect(self))
    with silent() as url:
        assert one_round(settings, url, ELEVEN) == [MailStatus.QUEUED] * 5
    assert tried == ["127.0.0.1"]
