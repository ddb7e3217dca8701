"""Inbox, compose page, thread, drafts, print, search and their polls."""

from typing import Any

from lcweb.models import Message
from tests.rows import rows
from tests.web.ids import Takes
from tests.web.visits import letter
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  inbox.show           in     200    200    200    200     200    404    404    404    200    unit
POST inbox.gone_through   401    303    303    303    303     303    404    404    404    303    401
GET  compose.new          in     200    200    404    200     404    404    404    404    200    unit
POST compose.send         401    303    303    404    303     404    404    404    404    303    401
POST compose.recipient    401    200    200    404    200     404    404    404    404    200    401
GET  threads.show         in     200    200    200    200     200    404    404    404    404    unit
POST threads.reply        401    303    303    403    303     403    404    404    404    404    401
POST threads.acknowledge  401    303    303    303    303     303    404    404    404    404    401
POST threads.claim        401    303    303    303    303     303    404    404    404    404    401
POST threads.release      401    303    303    303    303     303    404    404    404    404    401
POST threads.close        401    303    303    303    303     303    404    404    404    404    401
POST threads.reopen       401    303    303    303    303     303    404    404    404    404    401
POST threads.transfer     401    303    303    303    303     303    404    404    404    404    401
POST threads.note         401    303    303    303    303     303    404    404    404    404    401
POST threads.forward      401    303    303    303    303     303    404    404    404    404    401
POST threads.give_back    401    303    303    303    303     303    404    404    404    404    401
POST threads.withdraw     401    303    404    404    303     303    404    404    404    404    401
POST threads.void         401    303    404    404    303     303    404    404    404    404    401
POST threads.correct      401    303    404    404    303     303    404    404    404    404    401
POST threads.mark_opened  401    204    204    204    204     204    404    404    404    404    401
POST drafts.save_reply    401    303    303    403    303     403    404    404    404    404    401
POST drafts.discard_reply 401    303    303    303    303     303    404    404    404    404    401
POST drafts.save_letter   401    303    303    404    303     404    404    404    404    303    401
POST drafts.discard_letter 401   404    404    404    404     404    404    404    404    404    401
GET  archive.show         in     200    200    200    200     200    404    404    404    404    unit
GET  print.show           in     200    200    200    200     200    404    404    404    404    unit
GET  search.show          in     200    200    200    200     200    404    404    404    200    unit
POST search.find          401    200    200    200    200     200    404    404    404    200    401
GET  poll.inbox_list      401    200    200    200    200     200    404    404    404    200    401
GET  poll.menu            401    200    200    200    200     200    404    404    404    200    401
GET  poll.thread          401    200    200    200    200     200    404    404    404    404    401
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
POST compose.send          400   303    303      303  303   404     404
GET  threads.show          200   200    200      200  404   404     404
POST threads.reply         303   409    409      303  404   404     404
POST threads.acknowledge   303   409    409      303  404   404     404
POST threads.claim         303   303    303      303  404   404     404
POST threads.release       303   303    303      303  404   404     404
POST threads.close         303   409    409      303  404   404     404
POST threads.reopen        303   409    409      303  404   404     404
POST threads.transfer      303   303    303      303  404   404     404
POST threads.note          303   303    303      303  404   404     404
POST threads.forward       409   409    409      303  404   404     404
POST threads.give_back     409   409    409      303  404   404     404
POST threads.withdraw      409   409    409      303  404   404     404
POST threads.void          303   303    303      303  404   404     404
POST threads.correct       303   409    409      303  404   404     404
POST threads.mark_opened   204   204    204      204  404   404     404
POST drafts.save_reply     303   303    303      303  404   404     404
POST drafts.discard_reply  303   303    303      303  404   404     404
GET  archive.show          200   200    200      200  404   404     404
GET  print.show            200   200    200      200  404   404     404
GET  poll.thread           200   200    200      200  404   404     404
"""

#: The tables that a GET may write to; every other GET writes nothing.
WRITING_GETS = {
    "inbox.show": {"reading", "inbox_version"},
    "threads.show": {"opening", "access_log", "thread", "thread_party", "inbox_version"},
    "poll.thread": {"access_log"},
    "print.show": {"access_log"},
    "archive.show": {"access_log"},
}
#: What the smaller forms of a thread page send; the world fills in the unit and the message.
MOVES: dict[str, dict[str, Any]] = {
    "threads.note": {"note": "Har frågat doktor Ek."},
    "threads.forward": {"recipient_unit": "", "reason": "other_area", "words": "Patienten har flyttat."},
    "threads.give_back": {"suggested_unit": "", "reason": "wrong_recipient", "words": "Hör till Söder."},
    "threads.withdraw": {"message": ""},
    "threads.void": {"message": "", "reason": "mixed_up"},
    "threads.correct": {"message": "", "correction": "Jag menade tisdag."},
}

#: Whose id a field takes (tests/test_foreign_ids.py).
_PHRASE = Takes("phrase", along={"insert_phrase": "ja"})
_MESSAGE = {"message": Takes("message")}
IDS = {
    ("POST", "compose.send"): {
        "recipient_unit": Takes("any unit"), "phrase": _PHRASE, "submission_id": Takes("sent page"),
        "continue_in": Takes("thread"),
    },
    ("POST", "compose.recipient"): {"recipient_unit": Takes("any unit", ignored=True)},
    ("GET", "compose.new"): {"utkast": Takes("letter"), "recipient_unit": Takes("any unit", ignored=True)},
    ("POST", "drafts.save_letter"): {"submission_id": Takes("begun page")},
    ("POST", "drafts.discard_letter"): {"draft": Takes("letter")},
    ("POST", "threads.reply"): {"phrase": _PHRASE, "submission_id": Takes("sent page"), "version": Takes("version")},
    ("POST", "threads.close"): {"version": Takes("version")},
    ("POST", "threads.forward"): {"recipient_unit": Takes("any unit"), "version": Takes("version")},
    ("POST", "threads.give_back"): {
        "suggested_unit": Takes("any unit", optional=True), "version": Takes("version"),
    },
    ("POST", "threads.withdraw"): _MESSAGE,
    ("POST", "threads.void"): _MESSAGE,
    ("POST", "threads.correct"): _MESSAGE | {"version": Takes("version")},
    ("POST", "threads.mark_opened"): {"up_to": Takes("message", ignored=True)},
    ("POST", "search.find"): {"unit": Takes("any unit", ignored=True)},
}  # fmt: skip


def fields(world: World, endpoint: str, thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    letter_home = letter(world.clinic.require_unit(), new_thread="ja")
    known: dict[str, dict[str, Any]] = {
        "search.find": {"words": "sår"},
        "compose.send": letter_home,
        "compose.recipient": letter_home,
        "drafts.save_letter": letter_home,
        "drafts.save_reply": {"body": "Ja, vi"},
        "drafts.discard_letter": {"draft": "987654"},
        "threads.mark_opened": {"up_to": "1"},
        "threads.reply": {"body": "Ja, vi kommer på måndag.", "version": world.version(thread_id)},
        "threads.close": {"version": world.version(thread_id)},
    }
    return known.get(endpoint) or _move_fields(world, endpoint, thread_id)


def _move_fields(world: World, endpoint: str, thread_id: int) -> dict[str, Any] | None:
    if endpoint not in MOVES:
        return None
    with world.app.app_context():
        own = [message.id for message in rows(Message, thread_id=thread_id) if message.unit_id == world.unit_id]
    known = {"recipient_unit": str(world.elsewhere), "message": str(own[0]) if own else "1"}
    fields = MOVES[endpoint] | {name: value for name, value in known.items() if name in MOVES[endpoint]}
    return fields | {"version": world.version(thread_id)}
