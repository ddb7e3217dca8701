"""M2–M5: what becomes of a queued mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row, select, update

from lcweb import worker
from lcweb.config import Settings
from lcweb.db import db, transaction
from lcweb.domain.outbox import MOST_ATTEMPTS, Addresses, MailStatus, address_for, pause_after
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import Rules
from lcweb.mail import NotSent
from lcweb.models import OutboxMail, Unit
from lcweb.queries import outbox as queries
from lcweb.services import lease, outbox, reminders
from lcweb.services.outbox import Delivered
from tests import factories
from tests.at import at
from tests.postman import ELEVEN, FRIDAY, MONDAY, Postman, nurse, read

RULES = Rules()


def queued(moment: str = ELEVEN) -> int:
    """The id of the one mail owed at that moment."""
    assert len(reminders.tick(now=at(moment), rules=RULES)) == 1
    (mail_id,) = outbox.waiting(now=at(moment))
    return mail_id


def deliver(mail_id: int, moment: str | datetime, postman: Postman, **changes: Any) -> Delivered:
    delivered = try_to_deliver(mail_id, moment, postman, **changes)
    assert delivered
    return delivered


def try_to_deliver(mail_id: int, moment: str | datetime, postman: Postman, **changes: Any) -> Delivered | None:
    now = at(moment) if isinstance(moment, str) else moment
    return outbox.deliver(mail_id, now=now, rules=RULES, post=postman.post(**changes))


def row_of(mail_id: int) -> Row:
    with db.engine.connect() as connection:
        return connection.execute(select(OutboxMail.__table__).where(OutboxMail.id == mail_id)).one()


def test_a_mail_is_sent_once(app: Flask) -> None:
    nurse("Vårdcentralen Kärleken")
    mail_id, postman = queued(), Postman()
    delivered = deliver(mail_id, f"{FRIDAY} 11:01", postman)
    assert (delivered.status, delivered.address, delivered.error) == (MailStatus.SENT, "enhet@lcweb.test", None)
    assert (delivered.unit_name, delivered.reminder.count) == ("Vårdcentralen Kärleken", 2)
    row = row_of(mail_id)
    assert (row.status, row.attempts, row.address) == ("sent", 1, "enhet@lcweb.test")
    assert (row.ended_at, row.error) == (at(f"{FRIDAY} 11:01"), None)
    assert try_to_deliver(mail_id, f"{FRIDAY} 11:02", postman) is None
    assert outbox.waiting(now=at(f"{FRIDAY} 12:00")) == []
    assert [(message["To"], message["Message-ID"]) for message in postman.sent] == [
        ("enhet@lcweb.test", f"<{row.message_id}@lcweb.test>")
    ]


def test_a_mail_before_its_time_waits(app: Flask) -> None:
    nurse()
    mail_id, postman = queued(), Postman()
    assert outbox.waiting(now=at(f"{FRIDAY} 10:59")) == []
    assert try_to_deliver(mail_id, f"{FRIDAY} 10:59", postman) is None
    assert postman.sent == []


def test_a_unit_that_has_opened_its_inbox_meanwhile_gets_no_mail(app: Flask) -> None:
    person = nurse()
    mail_id, postman = queued(), Postman()
    read(person, f"{FRIDAY} 11:01")
    delivered = deliver(mail_id, f"{FRIDAY} 11:02", postman)
    assert delivered.status is MailStatus.SUPERSEDED
    row = row_of(mail_id)
    assert (row.status, row.attempts, row.ended_at) == ("superseded", 0, at(f"{FRIDAY} 11:02"))
    assert postman.sent == []


def test_the_count_is_that_of_the_sending(app: Flask) -> None:
    person = nurse()
    mail_id, postman = queued(f"{FRIDAY} 15:00"), Postman()
    read(person, f"{FRIDAY} 15:02")
    delivered = deliver(mail_id, f"{FRIDAY} 15:03", postman)
    assert delivered.reminder.count == 1
    assert postman.sent[0]["Subject"] == "1 avläsning saknas i dag"


def test_a_mail_not_even_tried_on_its_day_is_superseded(app: Flask) -> None:
    nurse()
    mail_id, postman = queued(), Postman()
    delivered = deliver(mail_id, f"{MONDAY} 07:00", postman)
    assert delivered.status is MailStatus.SUPERSEDED
    assert postman.sent == []


def test_while_a_mail_is_on_its_way_no_transaction_is_open(app: Flask) -> None:
    nurse()
    in_use: list[int] = []
    postman = Postman(on_the_way=lambda: in_use.append(db.engine.pool.checkedout()))
    deliver(queued(), ELEVEN, postman)
    assert in_use == [0]


def test_while_a_mail_is_on_its_way_nobody_else_sends_it(app: Flask) -> None:
    nurse()
    mail_id, others = queued(), []
    postman = Postman(on_the_way=lambda: others.append(try_to_deliver(mail_id, ELEVEN, Postman())))
    deliver(mail_id, ELEVEN, postman)
    assert others == [None]


def test_a_worker_that_stops_after_sending_is_followed_by_a_repeat_with_the_same_message_id(app: Flask) -> None:
    nurse()

    def power_cut() -> None:
        raise RuntimeError("power cut")

    mail_id, postman = queued(), Postman(on_the_way=power_cut)
    with pytest.raises(RuntimeError):
        deliver(mail_id, ELEVEN, postman)
    assert row_of(mail_id).status == "sending"
    postman.on_the_way = lambda: None
    assert outbox.waiting(now=at(f"{FRIDAY} 11:04")) == []
    assert outbox.waiting(now=at(f"{FRIDAY} 11:05")) == [mail_id]
    delivered = deliver(mail_id, f"{FRIDAY} 11:05", postman)
    assert delivered.status is MailStatus.SENT
    first, repeat = postman.sent
    assert first["Message-ID"] == repeat["Message-ID"]
    assert row_of(mail_id).attempts == 2


def test_a_mail_that_always_stops_the_worker_is_given_up(app: Flask) -> None:
    nurse()
    mail_id, postman = queued(), Postman()
    with transaction() as session:
        session.execute(update(OutboxMail).values(status="sending", attempts=MOST_ATTEMPTS))
    delivered = deliver(mail_id, ELEVEN, postman)
    assert (delivered.status, delivered.error) == (MailStatus.FAILED, "the worker stopped while sending it")
    assert row_of(mail_id).attempts == MOST_ATTEMPTS
    assert postman.sent == []


def tries(mail_id: int, first: str, postman: Postman) -> list[Delivered]:
    """One after the other, each at the moment the one before named, until there is no next."""
    now: datetime | None = at(first)
    made = []
    while now:
        delivered = deliver(mail_id, now, postman)
        made.append(delivered)
        now = delivered.next_try_at
    return made


def test_what_cannot_leave_is_tried_again_after_growing_pauses_and_then_shown_as_failed(app: Flask) -> None:
    sender, receiver = nurse(), nurse(manager_email="chef@lcweb.test")
    factories.thread(sender, receiver.unit_id, now=at("Mon 2026-11-16 09:00"))  # due Thu 2026-11-19 16:30
    reminders.tick(now=at(f"{FRIDAY} 08:00"), rules=RULES)
    with db.engine.connect() as connection:
        manager = OutboxMail.kind == Kind.OVERDUE_MANAGER
        mail_id = connection.execute(select(OutboxMail.id).where(manager)).scalar_one()
    made = tries(mail_id, f"{FRIDAY} 08:00", Postman(refuses="451 try again later"))
    again = [delivered.next_try_at for delivered in made]
    clocks = ("08:01", "08:06", "08:21", "09:21", "10:21", "11:21", "12:21")
    assert again == [*(at(f"{FRIDAY} {clock}") for clock in clocks), None]
    assert {delivered.status for delivered in made[:-1]} == {MailStatus.QUEUED}
    assert made[-1].status is MailStatus.FAILED
    row = row_of(mail_id)
    assert (row.status, row.attempts, row.error) == ("failed", 8, "451 try again later")
    assert (row.address, row.ended_at) == ("chef@lcweb.test", at(f"{FRIDAY} 12:21"))
    assert queries.worker_state(at(f"{FRIDAY} 13:00")).failed == 1
    first = queries.mails().rows[0]
    assert (first.status, first.error, first.unit_name) == ("failed", "451 try again later", receiver.unit_name)


def test_a_mail_that_leaves_at_the_second_try_keeps_no_error(app: Flask) -> None:
    nurse()
    mail_id = queued()
    assert deliver(mail_id, ELEVEN, Postman(refuses="421 busy"))
    assert (row_of(mail_id).status, row_of(mail_id).error) == ("queued", "421 busy")
    assert row_of(mail_id).ended_at is None
    assert deliver(mail_id, f"{FRIDAY} 11:01", Postman())
    assert (row_of(mail_id).status, row_of(mail_id).error, row_of(mail_id).attempts) == ("sent", None, 2)


def test_no_try_is_planned_past_the_day_of_the_reminder(app: Flask) -> None:
    nurse()
    mail_id = queued(f"{FRIDAY} 15:00")
    made = tries(mail_id, f"{FRIDAY} 16:20", Postman(refuses="421 busy"))
    assert [(delivered.status, delivered.next_try_at) for delivered in made] == [
        (MailStatus.QUEUED, at(f"{FRIDAY} 16:21")),
        (MailStatus.QUEUED, at(f"{FRIDAY} 16:26")),
        (MailStatus.FAILED, None),
    ]


def test_what_was_refused_on_its_day_has_failed_when_the_day_is_over(app: Flask) -> None:
    nurse()
    mail_id = queued()
    deliver(mail_id, ELEVEN, Postman(refuses="421 busy"))
    delivered = deliver(mail_id, f"{MONDAY} 07:00", Postman())  # the worker was away over the weekend
    assert (delivered.status, delivered.error) == (MailStatus.FAILED, "421 busy")
    assert row_of(mail_id).attempts == 1


def test_what_was_refused_and_is_done_meanwhile_is_superseded(app: Flask) -> None:
    person = nurse()
    mail_id = queued()
    deliver(mail_id, ELEVEN, Postman(refuses="421 busy"))
    read(person, f"{FRIDAY} 11:01")
    delivered = deliver(mail_id, f"{FRIDAY} 11:02", Postman())
    assert (delivered.status, delivered.error) == (MailStatus.SUPERSEDED, None)


def test_a_late_failure_does_not_undo_what_another_worker_has_sent(app: Flask) -> None:
    nurse()
    mail_id, postman = queued(), Postman()

    class Slow(Postman):
        def send(self, message: EmailMessage, *, name: str) -> None:
            deliver(mail_id, f"{FRIDAY} 11:06", postman)  # the claim has run out meanwhile
            raise NotSent("timed out")

    deliver(mail_id, ELEVEN, Slow())
    assert len(postman.sent) == 1
    assert (row_of(mail_id).status, row_of(mail_id).error) == ("sent", None)


@pytest.mark.parametrize("address", ["enhet", "a@b, c@d", "a@b\r\nBcc: c@d", "a@b\x01", "å@b", "a@b@c"])
def test_an_unusable_address_fails_at_once(app: Flask, address: str) -> None:
    """No form takes such a one, but an older version may have."""
    unit_id = nurse().unit_id
    with transaction() as session:
        session.execute(update(Unit).where(Unit.id == unit_id).values(notify_email=address))
    postman = Postman()
    delivered = deliver(queued(), ELEVEN, postman)
    assert (delivered.status, delivered.error) == (MailStatus.FAILED, "unusable address")
    assert postman.sent == []


def test_no_address_anywhere_fails_at_once(app: Flask) -> None:
    nurse(notify_email=None)
    delivered = deliver(queued(), ELEVEN, Postman(), admin=None)
    assert (delivered.status, delivered.address, delivered.error) == (MailStatus.FAILED, None, "no address")


OWN, MANAGER, ORGANIZATION, ADMIN = "enhet@x.test", "chef@x.test", "huvudman@x.test", "admin@x.test"


@pytest.mark.parametrize(
    ("unit", "manager", "organization", "to_unit", "to_manager"),
    [
        (OWN, MANAGER, ORGANIZATION, OWN, MANAGER),
        (None, MANAGER, ORGANIZATION, ORGANIZATION, MANAGER),
        (OWN, None, ORGANIZATION, OWN, ORGANIZATION),
        (OWN, None, None, OWN, ADMIN),
        (" ", "", "", ADMIN, ADMIN),
    ],
)
def test_whose_address_a_mail_goes_to(
    unit: str | None, manager: str | None, organization: str | None, to_unit: str, to_manager: str
) -> None:
    addresses = Addresses(unit=unit, manager=manager, organization=organization, admin=ADMIN)
    for kind in set(Kind) - {Kind.LOG_REVIEW, Kind.FOLLOW_UP_REPORT, Kind.OVERDUE_ORGANIZATION}:
        expected = to_manager if kind in (Kind.READING_SHORTFALL, Kind.OVERDUE_MANAGER) else to_unit
        assert address_for(kind, addresses) == expected
    assert address_for(Kind.OVERDUE, Addresses(unit=None, manager=MANAGER, organization=None, admin=None)) is None


def test_a_unit_without_an_address_is_reached_by_its_organization(app: Flask) -> None:
    nurse(notify_email=None, organization_id=factories.organization(notify_email=ORGANIZATION))
    delivered = deliver(queued(), ELEVEN, Postman())
    assert (delivered.status, delivered.address) == (MailStatus.SENT, ORGANIZATION)


def test_a_manager_without_an_address_is_reached_by_the_administrator_not_by_the_unit(app: Flask) -> None:
    nurse(manager_email=None)
    delivered = deliver(queued(f"{MONDAY} 08:30"), f"{MONDAY} 08:30", Postman())
    assert (delivered.reminder.kind, delivered.address) == (Kind.READING_SHORTFALL, "admin@lcweb.test")


def test_the_plan_names_units_and_addresses(app: Flask) -> None:
    nurse("Vårdcentralen Hjortsberg", notify_email=None)
    plan = outbox.planned(reminders.preview(now=at(ELEVEN), rules=RULES), admin="admin@lcweb.test")
    assert [(mail.unit_name, mail.address) for mail in plan] == [("Vårdcentralen Hjortsberg", "admin@lcweb.test")]


def test_pauses_grow_to_an_hour_and_end() -> None:
    minutes = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert minutes == [timedelta(minutes=count) for count in (1, 5, 15, 60, 60, 60, 60)]
    assert pause_after(MOST_ATTEMPTS) is None


def test_four_workers_at_once_send_each_mail_once(app: Flask, settings: Settings) -> None:
    units = 100 if db.engine.dialect.name == "postgresql" else 25
    for number in range(units):
        factories.unit(f"Enhet {number} i lopp", notify_email=f"enhet{number}@lcweb.test", manager_email="chef@x.test")

    def one_worker(_number: int) -> list[Delivered]:
        with app.app_context():
            reminders.tick(now=at(ELEVEN), rules=RULES)
            return list(worker.deliver_waiting(settings, now=at(ELEVEN)))

    with ThreadPoolExecutor(4) as workers:
        delivered = [mail for sent in workers.map(one_worker, range(4)) for mail in sent]
    mails = [message_from_bytes(path.read_bytes()) for path in settings.mail_folder.glob("*.eml")]
    to_units = {f"enhet{number}@lcweb.test" for number in range(units)}
    asked = [mail for mail in mails if mail["To"] in to_units]
    assert {mail.status for mail in delivered} == {MailStatus.SENT}
    assert len(delivered) == len(mails) == len({mail["Message-ID"] for mail in mails})
    assert len(asked) == units
    assert {mail["To"] for mail in asked} == to_units


def test_health_knows_the_worker_and_the_oldest_mail(app: Flask) -> None:
    assert queries.worker_state(at(ELEVEN)) == (None, None, 0)
    nurse()
    lease.acquire("worker", holder="one", now=at(f"{FRIDAY} 10:59"), ttl=timedelta(seconds=150))
    mail_id = queued()
    assert queries.worker_state(at(f"{FRIDAY} 11:02")) == (180, 120, 0)
    deliver(mail_id, f"{FRIDAY} 11:02", Postman())
    assert queries.worker_state(at(f"{FRIDAY} 11:03")) == (240, None, 0)


def test_failures_older_than_a_week_no_longer_trouble_health(app: Flask) -> None:
    nurse(notify_email=None)
    deliver(queued(), ELEVEN, Postman(), admin=None)
    assert queries.worker_state(at("Fri 2026-11-27 11:00")).failed == 1
    assert queries.worker_state(at("Fri 2026-11-27 11:01")).failed == 0


def test_the_administrators_list_has_failures_first_and_then_the_newest(app: Flask) -> None:
    nurse("A", notify_email="a@lcweb.test")
    deliver(queued(), ELEVEN, Postman(), admin=None)
    nurse("B", notify_email=None)
    deliver(queued(f"{FRIDAY} 11:01"), f"{FRIDAY} 11:01", Postman(), admin=None)
    nurse("C", notify_email="c@lcweb.test")
    queued(f"{FRIDAY} 11:02")
    assert [(mail.unit_name, mail.status) for mail in queries.mails().rows] == [
        ("B", "failed"),
        ("C", "queued"),
        ("A", "sent"),
    ]
    last = queries.mails(page=9, size=2)
    assert ([mail.unit_name for mail in last.rows], last.page, last.pages) == (["A"], 2, 2)
    assert (last.total, last.failed) == (3, 1)
