"""Lines as text and as JSON: what happened and where, and nothing that somebody typed."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from lcweb import logs
from lcweb.logs import LogFormat, failed, kinds, places
from tests.hidden import given_away

TOKEN = "Tove Testsson 20000101-2384"
log = logging.getLogger("lcweb.test")


@pytest.fixture(params=list(LogFormat))
def form(request: pytest.FixtureRequest) -> LogFormat:
    return request.param


@pytest.fixture
def written(form: LogFormat) -> Iterator[io.StringIO]:
    """What the process would have written; its own handlers are given back afterwards."""
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    root.handlers[:] = []
    logs.configure(form, "INFO", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


def typed() -> None:
    words = TOKEN
    raise ValueError(f"{words} is no number")


def wrapped() -> None:
    try:
        typed()
    except ValueError as error:
        raise RuntimeError(TOKEN) from error


def caught() -> Exception:
    try:
        wrapped()
    except RuntimeError as error:
        return error
    raise AssertionError


def test_a_failure_is_told_by_kind_and_place(written: io.StringIO, form: LogFormat) -> None:
    failed(log, caught(), "endpoint %s", "threads.show")
    said = written.getvalue()
    assert "RuntimeError from ValueError at " in said and "endpoint threads.show" in said
    assert "typed" in said and "wrapped" in said and "Testsson" not in said and "2384" not in said
    if form is LogFormat.JSON:
        line = json.loads(said)
        assert (line["level"], line["logger"], line["request_id"]) == ("ERROR", "lcweb.test", "-")
        assert line["kind"] == "RuntimeError from ValueError"
        assert [frame.rpartition(" ")[2] for frame in line["frames"]] == ["wrapped", "typed", "caught", "wrapped"]


@pytest.mark.parametrize("name", ["sqlalchemy.pool", "gunicorn.error", "lcweb.test"])
def test_so_is_a_traceback_that_somebody_else_passes_on(written: io.StringIO, name: str) -> None:
    other = logging.getLogger(name)
    try:
        wrapped()
    except RuntimeError:
        other.exception("Job %s broke", "x", stack_info=True)
        other.error("Again", exc_info=True, extra={"body": TOKEN, "params": {"patient": TOKEN}})
    said = written.getvalue()
    assert said.count("RuntimeError from ValueError") >= 2 and "Job x broke" in said
    assert given_away(("Testsson", "2384", "is no number", "words = ", "raise "), said) == []


def test_what_another_handler_has_made_of_a_traceback_is_left_out(written: io.StringIO) -> None:
    record = log.makeRecord("lcweb.test", logging.ERROR, __file__, 1, "Broke", (), None)
    record.exc_text = f"Traceback … ValueError: {TOKEN}"
    logging.getLogger().handle(record)
    assert "Broke" in written.getvalue() and "Testsson" not in written.getvalue()


def test_a_line_is_one_line(written: io.StringIO, form: LogFormat) -> None:
    """Nobody writes a line of their own by sending a line break."""
    forged = "a\r\n2026-01-01 INFO lcweb.access: forged\x1b[2J\u2028\ud800x"
    record = log.makeRecord("lcweb.test", logging.INFO, __file__, 1, "file %s", (forged,), None)
    # To our own handler alone: a lone surrogate that pytest captures too cannot be told to the process that collects.
    next(known for known in logging.getLogger().handlers if getattr(known, "stream", None) is written).handle(record)
    assert len(written.getvalue().splitlines()) == 1


def test_an_exception_that_comes_of_itself_ends(written: io.StringIO) -> None:
    first, second = ValueError(TOKEN), KeyError(TOKEN)
    first.__cause__, second.__cause__ = second, first
    assert (kinds(first), places(first)) == ("ValueError from KeyError", [])
    failed(log, first, "twice")
    assert "ValueError from KeyError at ?, twice" in written.getvalue()


@pytest.mark.parametrize("raw", ["", "LOUD", "10", "NOTSET"])
def test_a_level_is_one_of_four(raw: str) -> None:
    with pytest.raises(ValueError, match="must be one of DEBUG, INFO, WARNING, ERROR"):
        logs.log_level(raw)
    assert logs.log_level(" debug ") == "DEBUG"
