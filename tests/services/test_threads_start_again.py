"""The same thing twice: S6 offers the thread there is, S7 makes one message of one submission."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.compose import Confirmation, NewThread
from lcweb.domain.errors import Asked, Refused
from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow, Message, Obligation, Thread, ThreadParty
from lcweb.services import threads
from lcweb.services.threads import Sent
from tests.at import at
from tests.factories import OTHER_PATIENT, PATIENT, RULES, new_thread, organization, pair, submission_id, unit, user
from tests.race import race, until_it_waits
from tests.rows import count, nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")
start_module = import_module("lcweb.services.threads.start")  # the verb of the same name hides it


def start(actor: Actor, new: NewThread, *, submission: str = "") -> Sent:
    return threads.start(actor, new, submission_id=submission or submission_id(), now=NOW, rules=RULES)


# S6: the thread there is already ------------------------------------------------------------------------------------


def test_s6_an_open_thread_of_the_two_units_is_offered_from_either_side(app: Flask) -> None:
    """Which is told of the patient as a search tells it, and is logged as one (L1)."""
    sender, recipient = pair()
    first = start(sender, new_thread(recipient.unit_id)).thread_id
    for actor, other in ((sender, recipient), (recipient, sender)):
        with pytest.raises(Asked) as asked:
            start(actor, new_thread(other.unit_id, subject="En annan sak"))
        assert (asked.value.question, asked.value.thread_id) == (Confirmation.NEW_THREAD, first)
        logged = rows(AccessLogRow)[-1]
        assert (logged.action, logged.unit_id, logged.patient_number) == ("search", actor.unit_id, "200001012384")
    assert (count(Thread), count(AccessLogRow)) == (1, 3)


def test_s6_a_confirmed_new_thread_is_sent(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id))
    again = new_thread(recipient.unit_id, confirmed=frozenset({Confirmation.NEW_THREAD}))
    start(sender, again)
    assert count(Thread) == 2


def test_s6_nothing_is_asked_about_other_patients_other_units_or_closed_threads(app: Flask) -> None:
    sender, recipient = pair()
    first = start(sender, new_thread(recipient.unit_id)).thread_id
    start(sender, new_thread(recipient.unit_id, patient_id=OTHER_PATIENT))
    start(sender, new_thread(unit()))
    start(user(), new_thread(recipient.unit_id))
    threads.close(sender, first, version=1, now=NOW)
    start(sender, new_thread(recipient.unit_id, patient_id=PATIENT))
    assert count(Thread) == 5


def test_s6_another_unit_of_the_same_organization_has_a_thread_of_its_own(app: Flask) -> None:
    shared = organization()
    sender, other = user(unit_id=unit(organization_id=shared)), user(unit_id=unit(organization_id=shared))
    recipient = unit()
    start(sender, new_thread(recipient))
    start(other, new_thread(recipient))
    assert count(Thread) == 2


# S7: one submission, one message ------------------------------------------------------------------------------------


def test_s7_the_same_submission_twice_is_one_message(app: Flask) -> None:
    sender, recipient = pair()
    first = start(sender, new_thread(recipient.unit_id), submission="s1")
    with nothing_written():
        again = start(sender, new_thread(recipient.unit_id), submission="s1")
    assert again == Sent(first.thread_id, again=True)


def test_s7_somebody_elses_submission_is_refused(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id), submission="s1")
    with nothing_written(), pytest.raises(Refused) as refused:
        start(recipient, new_thread(sender.unit_id, patient_id=OTHER_PATIENT), submission="s1")
    assert list(refused.value.problems) == ["form"]


def test_s7_twenty_at_once_are_one_message(app: Flask) -> None:
    sender, recipient = pair()
    results = race(app, [partial(start, sender, new_thread(recipient.unit_id), submission="s1")] * 20)
    assert [result for result in results if not isinstance(result, Sent)] == []
    assert sorted(result.again for result in results) == [False] + [True] * 19
    assert (count(Thread), count(Message), count(Obligation), count(AccessLogRow)) == (1, 1, 1, 1)
    assert row(ThreadParty, unit_id=recipient.unit_id).unopened == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_s7_a_twin_that_comes_halfway_through_is_not_asked_about_the_thread_it_began(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S6 must not ask a person about the very message she is sending. On SQLite a twin waits before it has begun."""
    sender, recipient = pair()
    new = new_thread(recipient.unit_id)
    receiving_unit = start_module._receiving_unit
    twins: list[Future[Sent]] = []

    def twin() -> Sent:
        with app.app_context():
            return start(sender, new, submission="s1")

    def when_the_twin_waits(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(start_module, "_receiving_unit", receiving_unit)
        twins.append(pool.submit(twin))
        until_it_waits(twins[0])
        return receiving_unit(*args, **kwargs)

    monkeypatch.setattr(start_module, "_receiving_unit", when_the_twin_waits)
    with ThreadPoolExecutor(1) as pool:
        first = start(sender, new, submission="s1")
    assert (first, twins[0].result()) == (Sent(row(Thread).id), Sent(row(Thread).id, again=True))
