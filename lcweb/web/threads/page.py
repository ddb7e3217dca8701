"""The thread page, which every refused move comes back to with what was typed."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Asked, Conflict, Refused
from lcweb.domain.permissions import Act
from lcweb.domain.threads import ACT_OF, Move
from lcweb.domain.units import closed_sentence
from lcweb.domain.workdays import local_day
from lcweb.queries import deadlines, phrases, recipients, threads
from lcweb.queries.drafts import OwnDraft
from lcweb.queries.units import heir_of
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import TEXT_FIELDS
from lcweb.web.forms.moves import PARTS, MoveForm, ReplyForm, Untouched
from lcweb.web.poll import thread_digest
from lcweb.web.session import actor, now, rule_book, rules

blueprint = Blueprint("threads", __name__, url_prefix="/arenden/<id:thread_id>")

Answer = Response | str | tuple[str, int]
T = TypeVar("T")


@blueprint.get("")
@needs(Act.SEE_THREADS)
def show(thread_id: int) -> Answer:
    return page(thread_id)


def show_with_text(thread_id: int, text: str) -> Answer:
    """The thread with `text` in its reply box, not sent."""
    form = ReplyForm(formdata=None)
    form.body.data = text
    return page(thread_id, form)


def page(
    thread_id: int,
    form: MoveForm | None = None,
    problems: dict[str, str] | None = None,
    *,
    status: int = 200,
    asked: Asked | None = None,
) -> Answer:
    """The opening is written and logged before anything is read (L1). `form`: what was refused, shown again."""
    may_see = verbs.open_thread(actor(), thread_id, now=now())
    own_id, typed = actor().require_unit(), typed_text(form)
    if not may_see:
        head = threads.get_head(thread_id=thread_id, unit_id=own_id)
        return render_template("threads/protected.html", head=head, typed=typed), status
    thread, begun, unopened = threads.show(thread_id=thread_id, unit_id=own_id, user_id=actor().user_id)
    head, can = thread.head, _allowed(thread)
    return render_template(
        "threads/show.html",
        thread=thread,
        unopened=unopened,
        digest=thread_digest(head),
        origin=deadlines.origin(thread, rule_book()),
        can=can,
        Move=Move,
        forms=_forms(form, head.version, begun.own),
        drafts=begun,
        phrases=phrases.usable(head.own_unit_id) if Move.REPLY in can else [],
        refused=form.part if form and problems else "",
        anchors=_anchors(form, problems or {}),
        asked=asked,
        problems=problems or {},
        closed_note=_closed_note(head),
        typed=typed if form and not _is_shown(form, head) else "",
        units=recipients.all_units(except_id=head.own_unit_id) if can & {Move.FORWARD, Move.RETURN} else [],
        answer_due_at=deadlines.preview(head.other_unit_id, now=now(), rules=rules()),
        tomorrow=local_day(now()) + timedelta(days=1),
        last_callback=deadlines.last_callback(head.own_unit_id, now=now(), rules=rules()),
    ), status


def _forms(form: MoveForm | None, version: int, draft: OwnDraft | None) -> dict[str, MoveForm | Untouched]:
    """What the person has seen is what is on this page, and one page sends one message (S7)."""
    reply = form if isinstance(form, ReplyForm) else ReplyForm(formdata=None)
    if draft and not reply.draft_page.data:  # a form that comes back keeps what was typed, whatever the draft says
        reply.take_up(draft)
    reply.follow(draft)
    filled: dict[str, MoveForm] = {each.part: each for each in (reply, form) if each}
    for each in filled.values():
        each.version.data, each.submission_id.data = str(version), str(uuid.uuid4())
    return {part: Untouched(part, version) for part in PARTS} | filled


def _allowed(thread: threads.ThreadPage) -> frozenset[Move]:
    """What both the thread's state and the person's role allow."""
    moves = {move for move in thread.head.moves if actor().may(ACT_OF[move])}
    possible = {
        Move.ACKNOWLEDGE: thread.can_acknowledge,
        Move.CORRECT: bool(thread.correctable),
        Move.WITHDRAW: bool(thread.withdrawable),
        Move.VOID: bool(thread.voidable),
        Move.TRANSFER: not (thread.transferred and thread.transferred.up_to_date),
    }
    return frozenset(move for move in moves if possible.get(move, True))


def _closed_note(head: threads.ThreadHead) -> str:
    """Why there is no reply box, and whom to write to instead."""
    if not head.lacks_receiver:
        return ""
    return closed_sentence(head.other_unit, heir_of(head.other_unit_id), own_id=head.own_unit_id)


def _is_shown(form: MoveForm, head: threads.ThreadHead) -> bool:
    """Whether the page still has the form, so that the typed text comes back in it and not beside it."""
    needed = {"reply": Move.REPLY, "correct": Move.CORRECT, "forward": Move.FORWARD, "return": Move.RETURN}
    return needed.get(form.part, Move.NOTE) in head.moves


def _anchors(form: MoveForm | None, problems: dict[str, str]) -> dict[str, str]:
    """Field → where it stands on the page: only the reply box's fields are known by their bare names."""
    part = form.part if form else ""
    return {} if part in ("", "reply") else {name: f"{part}-{name}" for name in problems if name != "hints"}


def typed_text(form: MoveForm | None) -> str:
    """What a person would miss most, of whichever form it was."""
    return next((form[name].data for name in TEXT_FIELDS if form and name in form and form[name].data), "")


def submitted(
    form: MoveForm,
    thread_id: int,
    move: Callable[[], T],
    receipt: Callable[[T], Response],
    *,
    conflict: str = "{}",
) -> Answer:
    """What every form of the page goes through: its token, the move, and what the move may answer instead (S5, 409).

    `conflict` is the sentence for a thread that has moved on; what the move itself says of it goes into its braces.
    """
    expired = form.expired()
    if expired:
        return page(thread_id, form, {"form": expired}, status=400)
    try:
        made = move()
    except Refused as refused:
        return page(thread_id, form, refused.problems, status=400)
    except Asked as asked:
        return page(thread_id, form, {asked.question: asked.sentence}, status=409, asked=asked)
    except Conflict as moved:
        return page(thread_id, form, {"form": conflict.format(moved)}, status=409)
    return receipt(made)


def other_unit(thread_id: int) -> str:
    return threads.get_head(thread_id=thread_id, unit_id=actor().require_unit()).other_unit


def back(thread_id: int, receipt: str) -> Response:
    """To where the button was pressed."""
    flash(receipt)
    if request.form.get("back") == "inkorg":
        return redirect(url_for("inbox.show"), 303)
    return redirect(url_for("threads.show", thread_id=thread_id), 303)


def to_inbox(receipt: str) -> Response:
    flash(receipt)
    return redirect(url_for("inbox.show"), 303)
