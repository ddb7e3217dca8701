"""Every polled GET. None of them writes, but for the access-log row of a thread's text handed out (L1)."""

from flask import Blueprint, render_template, request

from lcweb.domain import deadlines
from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import Act
from lcweb.queries import deadlines as due_days
from lcweb.queries import threads
from lcweb.queries.inbox import count_unopened
from lcweb.services import threads as verbs
from lcweb.web import inbox
from lcweb.web.access import needs, poll, signed_in
from lcweb.web.fragments import digest, soonest, unchanged
from lcweb.web.session import actor, me, now, rule_book, time_left
from lcweb.web.session_words import for_script

blueprint = Blueprint("poll", __name__, url_prefix="/poll")

UNCHANGED = "", 204


@blueprint.get("/inkorg")
@needs(Act.SEE_THREADS)
@poll
def inbox_list() -> str | tuple[str, int]:
    if _unchanged_inbox():
        return UNCHANGED
    return render_template("inbox/_polled.html", view=inbox.view())


@blueprint.get("/meny")
@needs(Act.SEE_THREADS)
@poll
def menu() -> str | tuple[str, int]:
    """The number beside Inkorg, on every page but the inbox, whose own poll brings it along."""
    if _unchanged_inbox():
        return UNCHANGED
    return render_template("_menu_inbox.html", count=count_unopened(actor().require_unit()))


@blueprint.get("/session")
@signed_in
@poll
def session() -> dict[str, str]:
    """What is left of it: another tab may have put the end off. Asking does not."""
    person = me()
    return for_script(time_left(person)) if person else {}


@blueprint.get("/arenden/<id:thread_id>")
@needs(Act.SEE_THREADS)
@poll
def thread(thread_id: int) -> str | tuple[str, int]:
    own_id = actor().require_unit()
    head = threads.get_head(thread_id=thread_id, unit_id=own_id)
    if unchanged(request.args.get("d", ""), head.revision, at=now()):
        return UNCHANGED
    if not verbs.shown_by_poll(actor(), thread_id, now=now()):
        raise NotFound("a protected identity that is not claimed")
    found, begun, _ = threads.show(thread_id=thread_id, unit_id=own_id, user_id=actor().user_id)
    return render_template(
        "threads/_polled.html",
        thread=found,
        drafts=begun,
        digest=thread_digest(found.head),
        origin=due_days.origin(found, rule_book()),
    )


def thread_digest(head: threads.ThreadHead) -> str:
    turn = deadlines.next_turn(head.duty.due_at, now=now()) if head.duty else None
    return digest(head.revision, soonest(turn))


def _unchanged_inbox() -> bool:
    person = me()
    return person is not None and unchanged(request.args.get("d", ""), person.inbox_version, at=now())
