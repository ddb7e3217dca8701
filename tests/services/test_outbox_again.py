"""A failed mail is tried again by hand: what is still owed leaves, and what is not is superseded (M3–M5)."""

import json
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Row, update

from lcweb.db import transaction
from lcweb.domain.errors import NotAllowed
from lcweb.domain.outbox import MailStatus
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Change, OutboxMail, Unit
from lcweb.queries import outbox as queries
from lcweb.services import outbox, reminders
from lcweb.services.outbox import Delivered
from tests.at import at
from tests.factories import RULES, user
from tests.postman import ELEVEN, FRIDAY, MONDAY, Postman, nurse, read
from tests.race import race
from tests.rows import nothing_written, row, rows

ADMIN = operator()
GONE = "550 5.1.1 User unknown"
LATER = f"{FRIDAY} 14:30"  # after the last try, and while the reminder of eleven is still owed


def deliver(moment: str, postman: Postman) -> Delivered | None:
    return outbox.deliver(mail().id, now=at(moment), rules=RULES, post=postman.post())


def mail() -> Row:
    return row(OutboxMail)


def failed() -> Actor:
    """A nurse whose unit's mail at eleven could not be sent, however often."""
    person = nurse("Kärleken")
    reminders.tick(now=at(ELEVEN), rules=RULES)
    give_up()
    return person


def give_up() -> None:
    moment = at(ELEVEN)
    while mail().status != MailStatus.FAILED:
        outbox.deliver(mail().id, now=moment, rules=RULES, post=Postman(refuses=GONE).post())
        moment = max(moment, mail().next_try_at)


def again(moment: str, actor: Actor = ADMIN) -> int:
    return outbox.try_again(actor, [mail().id], now=at(moment))


def unreachable() -> list[tuple[str, str | None]]:
    return [(lost.unit, lost.error) for lost in queries.unreachable(admin="admin@lcweb.test")]


def test_m5_what_is_still_owed_leaves_under_the_same_message_id(app: Flask) -> None:
    failed()
    key, before = mail().message_id, mail().attempts
    assert before == 7  # by the next try the second reminder would have taken its place
    assert again(LATER) == 1
    assert (mail().status, mail().attempts, mail().next_try_at) == (MailStatus.QUEUED, 0, at(LATER))
    postman = Postman()
    delivered = deliver(LATER, postman)
    assert delivered and delivered.status is MailStatus.SENT
    assert [message["Message-ID"] for message in postman.sent] == [f"<{key}@lcweb.test>"]
    assert (mail().attempts, mail().error, mail().ended_at) == (1, None, at(LATER))


def test_m3_what_is_no_longer_owed_is_superseded(app: Flask) -> None:
    read(failed(), f"{FRIDAY} 14:25")
    again(LATER)
    postman = Postman()
    delivered = deliver(LATER, postman)
    assert delivered and delivered.status is MailStatus.SUPERSEDED
    assert (mail().status, postman.sent) == (MailStatus.SUPERSEDED, [])


def test_m3_nor_is_yesterday_s_sent_today(app: Flask) -> None:
    failed()
    again(f"{MONDAY} 09:00")
    postman = Postman()
    delivered = deliver(f"{MONDAY} 09:00", postman)
    assert delivered and (delivered.status, postman.sent) == (MailStatus.SUPERSEDED, [])


def test_m4_it_goes_to_the_address_of_that_moment(app: Flask) -> None:
    person = failed()
    with transaction() as session:
        session.execute(update(Unit).where(Unit.id == person.unit_id).values(notify_email="ny@lcweb.test"))
    again(LATER)
    postman = Postman()
    deliver(LATER, postman)
    assert [message["To"] for message in postman.sent] == ["ny@lcweb.test"]


def test_what_fails_again_has_a_fresh_row_of_tries(app: Flask) -> None:
    failed()
    again(LATER)
    delivered = deliver(LATER, Postman(refuses="451 later"))
    assert delivered and delivered.next_try_at == at(f"{FRIDAY} 14:31")
    assert (mail().attempts, mail().error) == (1, "451 later")


def test_who_did_it_and_what_the_answer_was_is_kept(app: Flask) -> None:
    failed()
    admin = user("Ada Min", role=Role.SYSTEM_ADMIN)
    again(LATER, admin)
    change = row(Change, noun="mail")
    assert (change.row_id, change.what, change.made_by, change.made_at) == (
        mail().id, "tried_again", "Ada Min", at(LATER),
    )  # fmt: skip
    assert json.loads(change.before) == {"status": "failed", "attempts": 7, "error": GONE}
    assert queries.mails().rows[0].tried_again == ((at(LATER), "Ada Min"),)


def test_only_what_failed_is_queued(app: Flask) -> None:
    nurse("Kärleken")
    reminders.tick(now=at(ELEVEN), rules=RULES)
    with nothing_written():
        assert again(ELEVEN) == 0
        assert outbox.try_again(ADMIN, [], now=at(ELEVEN)) == 0
        assert outbox.try_again(ADMIN, [987_654], now=at(ELEVEN)) == 0
    deliver(ELEVEN, Postman())
    with nothing_written():
        assert again(LATER) == 0


def test_of_two_administrators_at_once_one_has_queued_it(app: Flask) -> None:
    failed()
    press = partial(outbox.try_again, ADMIN, [mail().id], now=at(LATER))
    assert sorted(race(app, [press] * 4)) == [0, 0, 0, 1]
    assert len(rows(Change, noun="mail")) == 1


@pytest.mark.parametrize("role", [Role.UNIT_MANAGER, Role.NURSE])
def test_nobody_else_tries_again(app: Flask, role: Role) -> None:
    person = failed()
    other = user(role=role, unit_id=person.unit_id)
    with nothing_written(), pytest.raises(NotAllowed):
        again(LATER, other)


# Who is not reached ---------------------------------------------------------------------------------------------------


def test_a_unit_is_not_reached_until_a_mail_has_left(app: Flask) -> None:
    """Trying again silences nothing by itself."""
    nurse("Kärleken")
    reminders.tick(now=at(ELEVEN), rules=RULES)
    assert unreachable() == []
    give_up()
    assert unreachable() == [("Kärleken", GONE)]
    again(LATER)
    assert unreachable() == [("Kärleken", GONE)]
    deliver(LATER, Postman(refuses="451 later"))
    assert unreachable() == [("Kärleken", "451 later")]
    deliver(f"{FRIDAY} 14:31", Postman())
    assert unreachable() == []


def test_what_turned_out_not_to_be_needed_says_nothing_about_the_address(app: Flask) -> None:
    person = failed()
    since = mail().ended_at
    read(person, f"{FRIDAY} 14:25")
    again(LATER)
    deliver(LATER, Postman())
    (lost,) = queries.unreachable([person.require_unit()], admin="admin@lcweb.test")
    assert (lost.since, lost.error, lost.address) == (since, GONE, "enhet@lcweb.test")
