"""One thread as a plain file for the archive: what the unit may see of it. Its fields are in docs/operations.md."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from lcweb.domain.permissions import Act, Actor
from lcweb.queries import threads
from lcweb.queries.threads import MessageRow, ThreadPage
from lcweb.services import threads as verbs
from lcweb.web import words
from lcweb.web.access import needs
from lcweb.web.session import actor, now

blueprint = Blueprint("archive", __name__)

#: Another way of writing it has another name.
FORMAT = "lcweb thread 1"
UNREAD = "Det har kommit något nytt i ärendet. Läs det först, och hämta sedan filen."


@blueprint.get("/arenden/<id:thread_id>/arkiv.json")
@needs(Act.SEE_THREADS)
def show(thread_id: int) -> Response:
    """The export is logged before anything is read (L1)."""
    if not verbs.exported(actor(), thread_id, now=now()):
        flash(UNREAD)
        return redirect(url_for("threads.show", thread_id=thread_id), 303)
    whole = threads.get_thread(threads.get_head(thread_id=thread_id, unit_id=actor().require_unit()))
    text = json.dumps(archived(whole, by=actor(), at=now()), ensure_ascii=False, indent=2)
    answer = Response(f"{text}\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename=arende-{thread_id}.json"
    return answer


def archived(thread: ThreadPage, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Of what is hidden from the unit nothing but that it is hidden; a patient is then null."""
    head = thread.head
    return {
        "format": FORMAT,
        "exported": {"at": _time(at), "by": by.name, "title": by.title, "unit": by.unit_name},
        "thread": {
            "id": head.id,
            "state": head.state,
            "subject": thread.subject,
            "case_type": thread.case_type,
            "case_type_name": words.CASE_TYPES[thread.case_type],
            "protected_identity": head.protected,
            "closed_at": _time(head.closed_at),
        },
        "patient": None if head.is_hidden else _patient(thread),
        "disclosure": None
        if head.is_hidden
        else {"basis": thread.disclosure_basis, "words": thread.disclosure_words or None},
        "own_unit": _own_unit(thread, by),
        "other_unit": {"name": head.other_unit, "acute_phone": head.other_phone},
        "duty": _duty(thread),
        "messages": [_message(message) for message in thread.messages],
        "events": [_plain(event) for event in thread.events],
        "opened_by": [_plain(opened) for opened in thread.opened_by],
        "internal_notes": [_plain(note) for note in thread.notes],
    }


def _patient(thread: ThreadPage) -> dict[str, Any]:
    return {
        "number": thread.patient_number.text,
        "number_type": thread.number_type,
        "number_words": thread.number_words or None,
        "name": thread.patient_name,
    }


def _own_unit(thread: ThreadPage, by: Actor) -> dict[str, Any]:
    """`left`: it has sent the thread on, and nothing later is in the file."""
    head = thread.head
    left = {"at": _time(head.left_at), "how": head.left_how} if head.left_at else None
    done = thread.transferred
    return {
        "name": by.unit_name,
        "side": head.side,
        "handled_by": head.handler,
        "left": left,
        "transferred_to_record": _plain(done) if done else None,
    }


def _duty(thread: ThreadPage) -> dict[str, Any] | None:
    """What somebody owes at this moment."""
    duty, head = thread.head.duty, thread.head
    if duty is None or head.is_hidden:
        return None
    return {
        "owed_by": "own_unit" if duty.unit_id == head.own_unit_id else "other_unit",
        "kind": duty.kind,
        "received_at": _time(duty.received_at),
        "due_at": _time(duty.due_at),
        "message_id": duty.message_id,
    }


def _message(message: MessageRow) -> dict[str, Any]:
    """A voided text is null: it was about another patient."""
    told = ("id", "own", "expects_reply", "withdrawn", "voided", "corrected")
    author = {
        "name": message.author_name, "title": message.author_title, "unit": message.author_unit,
        "phone": message.author_phone,
    }  # fmt: skip
    return {
        **{name: getattr(message, name) for name in told},
        "author": author,
        "sent_at": _time(message.sent_at),
        "opened_at": _time(message.opened_at),
        "acknowledged_at": _time(message.acknowledged_at),
        "acknowledged_by": message.acknowledged_by,
        "corrects_message_sent_at": _time(message.corrects_sent_at),
        "body": None if message.voided else message.body,
    }


def _plain(row: NamedTuple) -> dict[str, Any]:
    return {name: _time(value) if isinstance(value, datetime) else value for name, value in row._asdict().items()}


def _time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, whole seconds: 2026-11-17T09:00:00Z."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
