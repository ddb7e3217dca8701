"""L1: each act on patient data is one row, written with the act or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow
from lcweb.services import access_log, threads
from tests.at import at
from tests.factories import OTHER_PATIENT, RULES, new_thread, pair, submission_id, thread
from tests.rows import nothing_written, rows

NOW = at("Mon 2026-11-16 09:00")
LATER = at("Mon 2026-11-16 11:05")


@dataclass(frozen=True)
class Scene:
    """An information thread that the recipient has claimed and acknowledged, so that every verb is possible."""

    sender: Actor
    recipient: Actor
    thread_id: int


@pytest.fixture
def scene(app: Flask) -> Scene:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    threads.claim(recipient, thread_id, now=NOW)
    threads.acknowledge(recipient, thread_id, now=NOW)
    return Scene(sender, recipient, thread_id)


def send(scene: Scene) -> None:
    new = new_thread(scene.sender.unit_id, patient_id=OTHER_PATIENT)
    threads.start(scene.recipient, new, submission_id=submission_id(), now=LATER, rules=RULES)


def reply(scene: Scene) -> None:
    threads.reply(scene.recipient, scene.thread_id, "Tack.", expects_reply=True, close=False, version=1,
                  submission_id=submission_id(), now=LATER, rules=RULES)  # fmt: skip


def close(scene: Scene) -> None:
    threads.close(scene.recipient, scene.thread_id, version=1, now=LATER)


def simple(verb: Callable[..., object]) -> Callable[[Scene], None]:
    return lambda scene: verb(scene.recipient, scene.thread_id, now=LATER)


ACTS: dict[LogAction, Callable[[Scene], None]] = {
    LogAction.SEND: send,
    LogAction.OPEN: simple(threads.open_thread),
    LogAction.SHOWN_BY_POLL: simple(threads.shown_by_poll),
    LogAction.REPLY: reply,
    LogAction.ACKNOWLEDGE: simple(threads.acknowledge),
    LogAction.CLAIM: simple(threads.claim),
    LogAction.RELEASE: simple(threads.release),
    LogAction.CLOSE: close,
}


def test_every_action_of_the_log_is_tried_here() -> None:
    assert set(ACTS) == set(LogAction)


@pytest.mark.parametrize("action", ACTS)
def test_l1_an_act_is_one_row(scene: Scene, action: LogAction) -> None:
    before = len(rows(AccessLogRow))
    ACTS[action](scene)
    written = rows(AccessLogRow)[before:]
    assert [(logged.action, logged.at) for logged in written] == [(action, LATER)]
    assert (written[0].user_id, written[0].unit_id) == (scene.recipient.user_id, scene.recipient.unit_id)
    if action is LogAction.SEND:
        assert (written[0].thread_id, written[0].patient_number) == (scene.thread_id + 1, "189001019802")
    else:
        assert (written[0].thread_id, written[0].patient_number) == (scene.thread_id, "200001012384")


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
        reply(scene)
