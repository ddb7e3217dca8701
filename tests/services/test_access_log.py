"""L1: each act on patient data is one row, written with the act or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from lcweb.domain import search as search_rules
from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow, Draft, Message
from lcweb.services import access_log, drafts, search, threads
from lcweb.services.drafts import WrittenOn
from tests.at import at
from tests.factories import OTHER_PATIENT, RULES, colleague, new_thread, pair, submission_id, thread, unit, version_of
from tests.rows import nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")
LATER = at("Mon 2026-11-16 11:05")


@dataclass(frozen=True)
class Scene:
    """Information that the recipient has claimed and acknowledged; a question it has answered; one that is closed."""

    sender: Actor
    recipient: Actor
    other: Actor
    elsewhere: int
    thread_id: int
    answered: int
    answer: int
    closed: int

    @property
    def draft(self) -> int:
        return row(Draft).id


@pytest.fixture
def scene(app: Flask) -> Scene:
    sender, recipient = pair()
    told, answered, closed = (
        thread(sender, recipient.unit_id, now=NOW, expects_reply=ask) for ask in (False, True, True)
    )
    threads.open_thread(recipient, told, now=NOW)
    threads.claim(recipient, told, now=NOW)
    threads.acknowledge(recipient, told, now=NOW)
    for thread_id in (answered, closed):
        reply(recipient, thread_id, close=thread_id == closed)
    drafts.save_letter(recipient, {"body": "Hej", "patient_id": OTHER_PATIENT}, written_on=written_on(), now=NOW)
    return Scene(
        sender, recipient, colleague(recipient), unit(), told, answered,
        rows(Message, thread_id=answered)[-1].id, closed,
    )  # fmt: skip


def written_on() -> WrittenOn:
    return WrittenOn(page=submission_id(), after="", submission_id=submission_id())


def reply(actor: Actor, thread_id: int, *, close: bool = False, now: Any = NOW) -> None:
    threads.reply(actor, thread_id, "Tack.", expects_reply=False, close=close, version=version_of(thread_id),
                  submission_id=submission_id(), now=now, rules=RULES)  # fmt: skip


def send(scene: Scene) -> None:
    new = new_thread(scene.sender.unit_id, patient_id=OTHER_PATIENT)
    threads.start(scene.recipient, new, submission_id=submission_id(), now=LATER, rules=RULES)


def find(scene: Scene) -> None:
    query = search_rules.query(search_rules.TypedSearch(patient_id=OTHER_PATIENT))
    search.search(scene.recipient, query, now=LATER)


def save(scene: Scene) -> None:
    drafts.save_reply(scene.recipient, scene.thread_id, {"body": "Vi"}, written_on=written_on(), now=LATER)


def on(
    which: str, verb: Callable[..., object], *more: str, who: str = "recipient", **how: Any
) -> Callable[[Scene], None]:
    """`more`: what of the scene the verb is told besides the thread; `how`: what else."""

    def act(scene: Scene) -> None:
        thread_id = getattr(scene, which)
        known = {"version": version_of(thread_id)} if "version" in how else {}
        told = (getattr(scene, name) for name in more)
        verb(getattr(scene, who), thread_id, *told, now=LATER, **(how | known))

    return act


def forward(scene: Scene) -> None:
    threads.forward(scene.recipient, scene.thread_id, unit_id=scene.elsewhere, reason="other_area", words="",
                    version=1, now=LATER, rules=RULES)  # fmt: skip


ANY_VERSION = {"version": 0, "rules": RULES}
ACTS: dict[LogAction, Callable[[Scene], None]] = {
    LogAction.SEND: send,
    LogAction.OPEN: on("thread_id", threads.open_thread),
    LogAction.SHOWN_BY_POLL: on("thread_id", threads.shown_by_poll),
    LogAction.REPLY: lambda scene: reply(scene.recipient, scene.thread_id, now=LATER),
    LogAction.ACKNOWLEDGE: on("thread_id", threads.acknowledge),
    LogAction.CLAIM: on("thread_id", threads.claim),
    LogAction.RELEASE: on("thread_id", threads.release),
    LogAction.TAKE_OVER: on("thread_id", threads.claim, who="other", take_over=True),
    LogAction.CLOSE: on("thread_id", threads.close, version=0),
    LogAction.REOPEN: on("closed", threads.reopen, rules=RULES),
    LogAction.FORWARD: forward,
    LogAction.RETURN: on(
        "thread_id", threads.give_back, suggested_unit_id=None, reason="urgent", words="", **ANY_VERSION
    ),
    LogAction.WITHDRAW: on("answered", threads.withdraw, "answer"),
    LogAction.VOID: on("answered", threads.void, "answer", reason="mixed_up"),
    LogAction.CORRECT: on("answered", threads.correct, "answer", body="Nej.", submission_id="c1", **ANY_VERSION),
    LogAction.TRANSFER: on("thread_id", threads.transfer),
    LogAction.NOTE: on("thread_id", threads.note, body="Ring dottern.", submission_id="n1"),
    LogAction.DRAFT: save,
    LogAction.DRAFT_SHOWN: lambda scene: drafts.open_letter(scene.recipient, scene.draft, now=LATER),
    LogAction.SEARCH: find,
    LogAction.PRINT: on("thread_id", threads.printed),
    LogAction.EXPORT: on("thread_id", threads.exported),
}
#: What belongs to no thread, and names the other patient.
WITHOUT_THREAD = {LogAction.SEARCH, LogAction.DRAFT_SHOWN}


def test_every_action_of_the_log_is_tried_here() -> None:
    """Of those that belong to no unit, tests/web/test_access_log.py and tests/services/test_keeping.py tell."""
    of_no_unit = {LogAction.DISPOSE, LogAction.LOG_REVIEW, LogAction.LOG_EXPORT, LogAction.LOG_EXTRACT}
    assert set(ACTS) == set(LogAction) - of_no_unit


@pytest.mark.parametrize("action", ACTS)
def test_l1_an_act_is_one_row(scene: Scene, action: LogAction) -> None:
    before = len(rows(AccessLogRow))
    ACTS[action](scene)
    written = rows(AccessLogRow)[before:]
    assert [(logged.action, logged.at) for logged in written] == [(action, LATER)]
    who = scene.other if action is LogAction.TAKE_OVER else scene.recipient
    assert (written[0].user_id, written[0].unit_id) == (who.user_id, who.unit_id)
    if action in WITHOUT_THREAD:
        assert (written[0].thread_id, written[0].patient_number) == (None, "189001019802")
    elif action is LogAction.SEND:
        assert (written[0].thread_id, written[0].patient_number) == (scene.closed + 1, "189001019802")
    else:
        assert written[0].thread_id in (scene.thread_id, scene.answered, scene.closed)
        assert written[0].patient_number == "200001012384"


@pytest.mark.parametrize("action", ACTS)
def test_l1_what_cannot_be_logged_does_not_happen(
    scene: Scene, action: LogAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*args: object, **kwargs: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(access_log, "write", full_disk)
    with nothing_written(), pytest.raises(OSError, match="no space"):
        ACTS[action](scene)


def test_l1_the_row_dies_with_a_verb_that_fails_after_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    write = access_log.write

    def write_and_fail(*args: Any, **kwargs: Any) -> None:
        write(*args, **kwargs)
        raise RuntimeError("power cut")

    monkeypatch.setattr(access_log, "write", write_and_fail)
    with nothing_written(), pytest.raises(RuntimeError):
        reply(scene.recipient, scene.thread_id)
