"""What was withdrawn or voided: no page, poll, search, print or mail that another unit can get has a byte of it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from lcweb.models import Message
from lcweb.services import outbox, reminders, threads
from tests.clock import Clock
from tests.factories import RULES, submission_id, thread, unit, user, version_of
from tests.hidden import given_away
from tests.postman import Postman
from tests.rows import rows
from tests.web.visits import Visitor

#: All that a person typed into the message that turned out to be wrong.
SECRETS = ("Hemligkropp", "Hemligtamne", "Hemliganamn", "18900101", "9802", "Hemliggrund")
Cast = tuple[Visitor, Visitor, Visitor]


@pytest.fixture
def cast(bare_app: Flask, clock: Clock) -> Cast:
    """A clinic that writes to home care, which may send it on to a third unit."""
    with bare_app.app_context():
        people = [
            user(name, unit_id=unit(place, notify_email="enhet@lcweb.test"))
            for name, place in (
                ("Anna Lind", "Vårdcentralen Kärleken"),
                ("Karin Berg", "Hemsjukvård Norr"),
                ("Cecilia Dahl", "Hemsjukvård Söder"),
            )
        ]
    anna, karin, cecilia = (Visitor(bare_app, person) for person in people)
    return anna, karin, cecilia


def wrong(anna: Visitor, karin: Visitor, clock: Clock) -> int:
    with anna.context():
        return thread(
            anna.actor, karin.unit_id, now=clock.now, body="Hemligkropp ska badas.", subject="Hemligtamne",
            patient_id="18900101-9802", patient_name="Hemliganamn Testsson", disclosure_basis="other",
            disclosure_words="Hemliggrund",
        )  # fmt: skip


def everything(visitor: Visitor, thread_id: int) -> Iterator[tuple[str, str]]:
    """(what, the whole answer) of all that hands out anything about threads."""
    for address in (
        "/inkorg", "/inkorg?vy=vantar", "/inkorg?vy=avslutade", "/inkorg?vy=avslutade&visa=ej-overforda",
        "/poll/inkorg?vy=att-besvara&d=x", "/poll/inkorg?vy=avslutade&d=x", "/poll/meny?d=x",
        f"/arenden/{thread_id}", f"/poll/arenden/{thread_id}?d=x", f"/arenden/{thread_id}/utskrift",
        f"/arenden/{thread_id}/utskrift?anteckningar=ja", "/arenden/ny", "/sok", "/mottagare",
    ):  # fmt: skip
        yield address, visitor.fetch(address).get_data(as_text=True)
    for words in ("hemli", "testsson", "badas", "ska"):
        answer = visitor.send("/sok", words=words).get_data(as_text=True)
        assert "Inget ärende hittades" in answer, f"{words} finds it"
        yield f"search {words}", answer
    assert "Inget ärende hittades" in visitor.send("/sok", patient_id="18900101-9802").get_data(as_text=True)
    for move in ("svara", "vidarebefordra", "atersand", "anteckning", "ratta", "makulera", "aterta", "oppna-igen"):
        yield move, visitor.send(f"/arenden/{thread_id}/{move}", version="1", message="1").get_data(as_text=True)


def mails(visitor: Visitor, clock: Clock) -> Iterator[tuple[str, str]]:
    postman = Postman()
    with visitor.context():
        for _ in range(5 * 24):
            clock.forward(hours=1)
            reminders.tick(now=clock.now, rules=RULES)
            for mail_id in outbox.waiting(now=clock.now):
                outbox.deliver(mail_id, now=clock.now, rules=RULES, post=postman.post())
    assert postman.sent, "no mail at all proves nothing"
    for mail in postman.sent:
        yield "mail", mail.as_string() + str(mail["Subject"]) + mail.get_body().get_content()


def assert_hidden(visitor: Visitor, thread_id: int) -> None:
    for what, answer in everything(visitor, thread_id):
        assert told(answer) == [], what


def withdraw(anna: Visitor, thread_id: int, clock: Clock) -> None:
    threads.withdraw(anna.actor, thread_id, first_message(thread_id), now=clock.now)


def void(anna: Visitor, thread_id: int, clock: Clock) -> None:
    threads.void(anna.actor, thread_id, first_message(thread_id), reason="wrong_patient", now=clock.now)


def first_message(thread_id: int) -> int:
    return rows(Message, thread_id=thread_id)[0].id


@pytest.mark.parametrize("retract", [withdraw, void])
def test_the_other_unit_gets_no_byte_of_it(cast: Cast, clock: Clock, retract: Callable[..., None]) -> None:
    anna, karin, cecilia = cast
    thread_id = wrong(anna, karin, clock)
    with anna.context():
        if retract is void:
            threads.open_thread(karin.actor, thread_id, now=clock.now)
            note(karin, thread_id, clock)
        retract(anna, thread_id, clock)
    for visitor in (karin, cecilia) if retract is withdraw else (anna, karin, cecilia):
        assert_hidden(visitor, thread_id)
    for what, mail in mails(anna, clock):
        assert told(mail) == [], what


def told(answer: str) -> list[str]:
    """The secrets in it, in whatever letters."""
    return given_away([secret.lower() for secret in SECRETS], answer.lower())


def note(visitor: Visitor, thread_id: int, clock: Clock) -> None:
    body = "Hemligkropp: ring Hemliganamn."
    threads.note(visitor.actor, thread_id, body, submission_id=submission_id(), now=clock.now)


@pytest.mark.parametrize("written", ["Hemligkropp", "18900101-9802", "189001019802", "900101-9802", "hos 9802."])
def test_a_secret_is_found_where_keys_are_passed_over(written: str) -> None:
    assert told(f'<a href="/arenden/1">f0c9{"0" * 12}980251ab</a> {written}'), written
    assert told(f"Message-ID: <f0c9{'0' * 12}980251ab@lcweb.test>") == []


def test_a_unit_that_had_sent_it_on_gets_no_byte_either(cast: Cast, clock: Clock) -> None:
    anna, karin, cecilia = cast
    thread_id = wrong(anna, karin, clock)
    with anna.context():
        threads.open_thread(karin.actor, thread_id, now=clock.now)
        threads.forward(
            karin.actor, thread_id, unit_id=cecilia.unit_id, reason="other", words="Hemliganamn har flyttat.",
            version=version_of(thread_id), now=clock.now, rules=RULES,
        )  # fmt: skip
        threads.open_thread(cecilia.actor, thread_id, now=clock.now)
        void(anna, thread_id, clock)
    for visitor in cast:
        assert_hidden(visitor, thread_id)


def test_the_proof_would_find_the_text_were_it_shown(cast: Cast, clock: Clock) -> None:
    anna, karin, _cecilia = cast
    thread_id = wrong(anna, karin, clock)
    with pytest.raises(AssertionError):
        assert_hidden(karin, thread_id)


def test_a_reply_that_is_withdrawn_or_voided_is_hidden_alone(cast: Cast, clock: Clock) -> None:
    anna, karin, _cecilia = cast
    with anna.context():
        thread_id = thread(anna.actor, karin.unit_id, now=clock.now)
        for retract in (threads.withdraw, threads.void):
            threads.reply(
                karin.actor, thread_id, "Hemligkropp kommer hem.", expects_reply=False, close=False,
                version=version_of(thread_id), submission_id=submission_id(), now=clock.now, rules=RULES,
            )  # fmt: skip
            message_id = rows(Message, thread_id=thread_id)[-1].id
            reason = {"reason": "mixed_up"} if retract is threads.void else {}
            retract(karin.actor, thread_id, message_id, now=clock.now, **reason)
    for address in (f"/arenden/{thread_id}", f"/poll/arenden/{thread_id}?d=x", f"/arenden/{thread_id}/utskrift"):
        answer = anna.fetch(address).get_data(as_text=True)
        assert "Kan ni lägga om såret" in answer and "Hemligkropp" not in answer
    assert "Inget ärende hittades" in anna.send("/sok", words="hemligkropp").get_data(as_text=True)
