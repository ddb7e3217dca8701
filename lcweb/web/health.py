"""For the operator's watch: is the database there, is the worker alive, do mails leave, is there room left?"""

from flask import Blueprint, Response, jsonify

from lcweb import machine
from lcweb.db import Unreachable, trouble_with_reading, trouble_with_writing
from lcweb.queries import outbox, revisions
from lcweb.web.access import public
from lcweb.web.session import now, settings

blueprint = Blueprint("health", __name__)

STALE_WORKER = 180  # seconds: three missed rounds
STALE_MAIL = 900  # seconds in the outbox


@blueprint.get("/halsa")
@public
def show() -> tuple[Response, int]:
    """503 only without a database, or with one that takes no writes: the pages still work while a worker is away.

    The words say what is wrong.
    """
    try:
        state = outbox.worker_state(now())
        trouble = trouble_with_writing()
        schema_ok = revisions.is_current()
    except Unreachable:
        trouble = trouble_with_reading()
    if trouble:
        return jsonify(status="failing", database=trouble), 503
    worker_ok = state.lease_age is not None and state.lease_age < STALE_WORKER
    mail_ok = state.oldest_queued_age is None or state.oldest_queued_age < STALE_MAIL
    room = machine.find_room(settings())
    disk_ok = room is None or room.free >= machine.LEAST_ROOM
    return jsonify(
        status="ok" if worker_ok and mail_ok and schema_ok and disk_ok and not state.failed else "degraded",
        database="ok",
        worker={"ok": worker_ok, "seconds_since_last_round": state.lease_age},
        outbox={"ok": mail_ok, "oldest_queued_seconds": state.oldest_queued_age, "failed_last_week": state.failed},
        schema={"ok": schema_ok},
        disk={"ok": disk_ok},
    ), 200
