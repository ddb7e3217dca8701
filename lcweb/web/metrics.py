"""`/matt`: figures for Prometheus, for those networks alone that a setting names. No label knows a person or a unit."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, request

from lcweb import anchors, machine
from lcweb.db import Unreachable
from lcweb.network import is_within
from lcweb.queries import metrics as queries
from lcweb.web.access import public
from lcweb.web.session import now, settings

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram
    from prometheus_client.core import GaugeMetricFamily

blueprint = Blueprint("metrics", __name__)

#: The library's own name: set before the library is first imported, its counters are shared by all processes.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)  # seconds
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
SIGN_INS = {401: "refused", 429: "held"}

#: Figures → name and meaning, in the order in which they are shown.
GAUGES = {
    "beat_age": ("lcweb_worker_beat_age_seconds", "Since the worker's last round."),
    "lease_left": ("lcweb_worker_lease_left_seconds", "Until another worker may take over; below 0: none is at work."),
    "mails_waiting": ("lcweb_mails_waiting", "Mails in the outbox."),
    "oldest_mail_age": ("lcweb_mails_oldest_age_seconds", "Age of the oldest mail that waits."),
    "mails_failed": ("lcweb_mails_failed", "Mails that failed in the last seven days."),
    "sessions": ("lcweb_sessions", "Signed-in browsers."),
    "log_rows": ("lcweb_access_log_rows", "The place of the access log's last row."),
    "sign_ins_held": ("lcweb_sign_ins_held", "Accounts and addresses that must wait after failures."),
    "follow_up_age": ("lcweb_follow_up_age_seconds", "Since the worker's last round that came to its end."),
    "schema_current": ("lcweb_schema_current", "1: the database's tables are those of this version."),
    "clock_ahead": ("lcweb_clock_ahead_seconds", "By how much the database's clock is ahead of the app's."),
    "database_seconds": ("lcweb_database_seconds", "What these figures took the database to tell."),
    "disk_free": ("lcweb_disk_free_bytes", "Left on the disk of the instance folder, or of SQLite if that is less."),
    "disk_free_share": ("lcweb_disk_free_ratio", "The same, as a share from 0 to 1."),
    "anchor_age": ("lcweb_access_log_anchor_age_seconds", "Since the access log's head was last noted elsewhere."),
    "backup_age": ("lcweb_backup_age_seconds", "Since the newest backup was begun."),
}


@dataclass(frozen=True)
class Meters:
    requests: "Counter"
    seconds: "Histogram"
    sign_ins: "Counter"

    def note(self, endpoint: str | None, status: int, seconds: float) -> None:
        name = endpoint or "none"
        self.requests.labels(name, f"{status // 100}xx").inc()
        self.seconds.labels(name).observe(seconds)
        if name.startswith(("providers.", "sign_in.")) and status in SIGN_INS:
            self.sign_ins.labels(SIGN_INS[status]).inc()


def share(folder: Path) -> None:
    """Before the app is made: its processes count together there. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    os.environ[SHARED] = str(folder)


def _sweep(folder: Path) -> None:
    """What was counted before, once none of those who counted is alive.

    While one is, the others' counts stay: a sum that falls is taken for one that has begun anew, and its rest for news.
    """
    counted = [path for path in folder.glob("*_*.db") if path.stem.rpartition("_")[2].isdigit()]
    if not any(_is_alive(int(path.stem.rpartition("_")[2])) for path in counted):
        for path in counted:
            path.unlink(missing_ok=True)


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def register(app: Flask) -> None:
    from prometheus_client import CollectorRegistry, Counter, Histogram  # not before `share`

    registry = CollectorRegistry()
    app.extensions["lcweb_registry"] = registry
    app.extensions["lcweb_meters"] = Meters(
        Counter("lcweb_requests", "Answers, by address and kind.", ["endpoint", "status"], registry=registry),
        Histogram("lcweb_request_seconds", "Time to answer.", ["endpoint"], registry=registry, buckets=BUCKETS),
        Counter("lcweb_sign_ins_refused", "Sign-ins that did not succeed.", ["why"], registry=registry),
    )


@blueprint.get("/matt")
@public
def show() -> Response:
    """404 for everybody else. A forwarded request whose sender is not known to us is somebody else's."""
    forwarded = not settings().proxies and any(name in request.headers for name in FORWARDED)
    if forwarded or not is_within(request.remote_addr, settings().metrics_from):
        abort(404)
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    registry.register(_Now())
    counted = registry
    if SHARED in os.environ:
        MultiProcessCollector(registry, os.environ[SHARED])
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    counted = current_app.extensions["lcweb_registry"]
    return Response(generate_latest(registry) + generate_latest(counted), content_type=CONTENT_TYPE_LATEST)


class _Now:
    """What the database and the machine say at this moment, the same whichever process is asked."""

    def collect(self) -> Iterator["GaugeMetricFamily"]:
        from prometheus_client.core import GaugeMetricFamily

        found = _of_database()
        yield GaugeMetricFamily("lcweb_database_up", "1: the database answers.", value=1 if found else 0)
        found |= _of_machine()
        for field, (name, about) in GAUGES.items():
            if found.get(field) is not None:
                yield GaugeMetricFamily(name, about, value=found[field])


def _of_database() -> dict[str, float | None]:
    """Empty: it does not answer."""
    started = perf_counter()
    try:
        found = queries.figures(now(), idle=settings().idle)._asdict()
    except Unreachable:
        return {}
    return found | {"database_seconds": perf_counter() - started}


def _of_machine() -> dict[str, float | None]:
    room = machine.find_room(settings())
    return {
        "disk_free": room and room.free,
        "disk_free_share": room and room.share,
        "anchor_age": _age(_anchored_at),
        "backup_age": _age(_backed_up_at),
    }


def _anchored_at() -> datetime | None:
    latest = anchors.find_latest(settings().anchor_file)
    return latest.at if latest else None


def _backed_up_at() -> datetime | None:
    folder = settings().backup_folder
    return machine.find_newest_backup(folder) if folder else None


def _age(find: Callable[[], datetime | None]) -> float | None:
    """None: there is none yet, or it cannot be read by this process."""
    try:
        moment = find()
    except OSError:
        return None
    return (now() - moment).total_seconds() if moment else None
