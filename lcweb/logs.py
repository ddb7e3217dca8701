"""What the app says of itself: lines as text or as JSON, and never what somebody typed.

An exception's own words may be a patient's, so only its kind and the places it passed are written, for our own code and
for everybody else's.
"""

import copy
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO

from flask import g, has_request_context
from pythonjsonlogger.json import JsonFormatter

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
#: What else a line may carry. Whatever another library attaches to one is left out.
FIELDS = ("method", "route", "status", "ms", "user", "kind", "frames", "request_id")
#: Talkative, and with addresses in full.
QUIET = ("alembic", "apscheduler", "werkzeug", "urllib3")


_ORDINARY = logging.makeLogRecord({}).__dict__.keys()


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


def log_level(raw: str) -> str:
    """Raises ValueError."""
    if raw.strip().upper() not in LEVELS:
        raise ValueError(f"must be one of {', '.join(LEVELS)}")
    return raw.strip().upper()


def configure(form: LogFormat, level: str, stream: TextIO | None = None) -> None:
    """All of this process's lines go to standard error, in one form."""
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else TextLines())
    handler.addFilter(_with_request_id)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def failed(log: logging.Logger, error: BaseException, words: str, *args: object) -> None:
    """`words`, and what broke: its kind and where, which every handler may show."""
    kind, frames = kinds(error), places(error)
    where = frames[-1].rpartition(" ")[0] if frames else "?"
    log.error(f"%s at %s{words and f', {words}'}", kind, where, *args, extra={"kind": kind, "frames": frames})


def kinds(error: BaseException) -> str:
    """`NotLogged from OperationalError`: the exception and what it came of, without their words."""
    return " from ".join(type(one).__name__ for one in _chain(error))


def places(error: BaseException) -> list[str]:
    """`file:line function`, the outermost first, of the exception and of those it came of; no code, no values."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for one in reversed(list(_chain(error)))
        for frame in traceback.extract_tb(one.__traceback__, limit=-40)
    ]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


class _Handler(logging.StreamHandler):
    def handleError(self, _record: logging.LogRecord) -> None:
        """The standard one prints the line's parts, with a traceback of everything."""
        sys.stderr.write("lcweb: a log line could not be written\n")


class _Moments(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class TextLines(_Moments):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record = _without_words(record)
        places = [f"  {place}" for place in getattr(record, "frames", ())]
        return "\n".join([_one_line(super().format(record)), *places])


def _one_line(words: str) -> str:
    """Whoever sends a line break or an escape sequence writes no line of their own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)


class JsonLines(_Moments, JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            ["asctime", "levelname", "name", "request_id", "message"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_without_words(record))


def _without_words(record: logging.LogRecord) -> logging.LogRecord:
    """A traceback as others pass it on, made into kind and places; what another handler has made of it is left out."""
    record = copy.copy(record)
    if record.exc_info and record.exc_info[1]:
        record.kind, record.frames = kinds(record.exc_info[1]), places(record.exc_info[1])
        record.msg, record.args = f"{record.getMessage()}: {record.kind}", ()
    record.exc_info = record.exc_text = record.stack_info = None
    for name in record.__dict__.keys() - _ORDINARY - set(FIELDS):
        delattr(record, name)
    return record


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = g.get("request_id", "-") if has_request_context() else "-"
    return True
