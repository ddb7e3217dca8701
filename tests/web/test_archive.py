"""One thread as a file for the archive: all that the unit may see, logged, and nothing more."""

import json
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import Role
from lcweb.models import AccessLogRow, Message
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import colleague, version_of
from tests.rows import rows
from tests.web.talk import answer, note
from tests.web.visits import Visitor, Write, writes


def address(thread_id: int) -> str:
    return f"/arenden/{thread_id}/arkiv.json"


def archive(visitor: Visitor, thread_id: int) -> dict[str, Any]:
    visitor.get(f"/arenden/{thread_id}")
    answer = visitor.fetch(address(thread_id))
    assert answer.status_code == 200
    return json.loads(answer.data)


NINE = "2026-11-17T09:00:00Z"
AUTHOR = {"title": "Sjuksköterska", "phone": "035-13 10 10"}
FILE = {
    "format": "lcweb thread 1",
    "exported": {"at": NINE, "by": "Anna Lind", "title": "Sjuksköterska", "unit": "Vårdcentralen Kärleken"},
    "thread": {
        "id": 1, "state": "closed", "subject": "Såromläggning", "case_type": "general",
        "case_type_name": "Övrig fråga eller information", "protected_identity": False, "closed_at": NINE,
    },
    "patient": {"number": "200001012384", "number_type": "personal", "number_words": None, "name": "Tove Testsson"},
    "disclosure": {"basis": "consent", "words": None},
    "own_unit": {
        "name": "Vårdcentralen Kärleken", "side": "sender", "handled_by": "Anna L.", "left": None,
        "transferred_to_record": {"at": NINE, "by": "Anna L.", "up_to_date": True},
    },
    "other_unit": {"name": "Hemsjukvård Norr", "acute_phone": "035-13 20 01"},
    "duty": None,
    "messages": [
        {
            "id": 1, "own": True, "expects_reply": True, "withdrawn": False, "voided": False, "corrected": False,
            "author": {"name": "Anna Lind", "unit": "Vårdcentralen Kärleken"} | AUTHOR,
            "sent_at": NINE, "opened_at": NINE, "acknowledged_at": NINE, "acknowledged_by": "Karin B.",
            "corrects_message_sent_at": None, "body": "Kan ni lägga om såret på måndag?",
        },
        {
            "id": 2, "own": False, "expects_reply": False, "withdrawn": False, "voided": False, "corrected": False,
            "author": {"name": "Karin Berg", "unit": "Hemsjukvård Norr"} | AUTHOR | {"phone": "035-13 20 00"},
            "sent_at": NINE, "opened_at": NINE, "acknowledged_at": None, "acknowledged_by": None,
            "corrects_message_sent_at": None, "body": "Vi kommer på måndag.",
        },
    ],
    "events": [
        {"at": NINE, "kind": kind, "unit": "Vårdcentralen Kärleken", "by": "Anna L.", "due_at": None,
         "to_unit": None, "reason": None, "words": None}
        for kind in ("transferred", "closed")
    ],
    "opened_by": [{"at": NINE, "by": "Anna L."}],
    "internal_notes": [{"written_at": NINE, "by": "Anna L.", "note": "Nyckeln ligger hos grannen"}],
}  # fmt: skip


def test_the_whole_file(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> None:
    """As docs/operations.md describes it."""
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    answer(karin, thread_id, "Vi kommer på måndag.", clock)
    note(anna, thread_id, "Nyckeln ligger hos grannen", clock)
    note(karin, thread_id, "Ring dottern", clock)
    with anna.context():
        threads.open_thread(anna.actor, thread_id, now=clock.now)
        threads.transfer(anna.actor, thread_id, now=clock.now)
        threads.close(anna.actor, thread_id, version=version_of(thread_id), now=clock.now)
    assert archive(anna, thread_id) == FILE


def test_l1_it_is_logged_once_and_kept_nowhere(anna: Visitor, write: Write) -> None:
    thread_id = write()
    with writes(anna.app) as changed:
        answered = anna.fetch(address(thread_id))
    assert changed == {"access_log"}
    assert answered.headers["Content-Disposition"] == f"attachment; filename=arende-{thread_id}.json"
    assert answered.mimetype == "application/json" and "no-store" in answered.headers["Cache-Control"]
    with anna.context():
        logged = rows(AccessLogRow, action="export")
        assert [(found.user_id, found.unit_id, found.thread_id, found.patient_number) for found in logged] == [
            (anna.actor.user_id, anna.unit_id, thread_id, "200001012384")
        ]


def test_what_is_unopened_is_read_first(karin: Visitor, write: Write) -> None:
    thread_id = write()
    with writes(karin.app) as changed:
        answered = karin.fetch(address(thread_id))
    assert (answered.status_code, answered.location, changed) == (303, f"/arenden/{thread_id}", set())


def test_p3_a_protected_identity_is_handed_out_to_who_may_open_it(
    karin: Visitor, write: Write, clock: Clock, bare_app: Flask
) -> None:
    thread_id = write(protected=True)
    with writes(karin.app) as changed:
        assert karin.fetch(address(thread_id)).status_code == 404
    assert changed == set()
    with karin.context():
        threads.claim(karin.actor, thread_id, now=clock.now)
        other, manager = (Visitor(bare_app, colleague(karin.actor, name, role=role))
                          for name, role in (("Bo Ek", Role.NURSE), ("Eva Ek", Role.UNIT_MANAGER)))  # fmt: skip
    for visitor in (karin, manager):
        assert archive(visitor, thread_id)["thread"]["protected_identity"] is True
    assert other.fetch(address(thread_id)).status_code == 404


def test_a_unit_that_has_sent_the_thread_on_has_what_it_had_seen(karin: Visitor, sent_on: int) -> None:
    found = archive(karin, sent_on)
    assert found["own_unit"]["left"] == {"at": "2026-11-17T09:00:00Z", "how": "forwarded"}
    assert [message["body"] for message in found["messages"]] == ["Kan ni lägga om såret på måndag?"]
    assert "Hissen" not in json.dumps(found) and found["duty"] is None


def test_a_hidden_text_stays_hidden(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    for how in ("voided", "withdrawn"):
        answer(anna, thread_id, f"Hissen är {how}.", clock)
        with anna.context():
            last = rows(Message)[-1].id
            if how == "voided":
                threads.open_thread(karin.actor, thread_id, now=clock.now)
                threads.void(anna.actor, thread_id, last, reason="mixed_up", now=clock.now)
            else:
                threads.withdraw(anna.actor, thread_id, last, now=clock.now)
    theirs, own = archive(karin, thread_id)["messages"], archive(anna, thread_id)["messages"]
    assert [(message["voided"], message["body"]) for message in theirs[1:]] == [(True, None)]
    assert [message["body"] for message in own[1:]] == [None, "Hissen är withdrawn."]


def test_of_a_voided_thread_only_that_it_is_hidden(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write(subject="Hemlig rubrik")
    karin.get(f"/arenden/{thread_id}")
    note(karin, thread_id, "Hissen lagad", clock)
    with anna.context():
        threads.void(anna.actor, thread_id, rows(Message)[-1].id, reason="wrong_patient", now=clock.now)
    found = archive(karin, thread_id)
    assert (found["thread"]["state"], found["patient"], found["messages"]) == ("voided", None, [])
    assert (found["internal_notes"], found["disclosure"], found["thread"]["subject"]) == ([], None, "Makulerat ärende")


@pytest.mark.parametrize("thread_id", [999, 2_147_483_647])
def test_what_is_not_there(anna: Visitor, thread_id: int) -> None:
    assert anna.fetch(address(thread_id)).status_code == 404


def test_the_links_beside_the_print(anna: Visitor, write: Write) -> None:
    thread_id = write()
    assert anna.get(f"/arenden/{thread_id}").links()["Arkivfil"] == address(thread_id)
    assert anna.get(f"/arenden/{thread_id}/utskrift").links()["Hämta arkivfil"] == address(thread_id)
