"""An unchanged poll, answered before Flask makes a request of it: what thousands of open pages ask for all day.

It only ever says "nothing new" (204), and only where the ordinary way would say the same with the same headers, which a
test compares. Whatever is not plainly that – another address, another cookie, a session that has ended, a person whom
the gate would stop, news, a database that does not answer – goes the ordinary way, as if this were not here.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from time import perf_counter
from typing import Any

from flask import Flask
from itsdangerous import BadSignature
from werkzeug.sansio.utils import host_is_trusted

from lcweb import clock
from lcweb.config import Settings
from lcweb.db import GLANCES, Unreachable, db
from lcweb.domain.second_factor import must_set_up
from lcweb.glances import Glances
from lcweb.queries import signed_in
from lcweb.web import requests
from lcweb.web.access import lets_in
from lcweb.web.fragments import unchanged
from lcweb.web.headers import is_guess, of_pages, too_much
from lcweb.web.session import TOKEN

#: What changes with the unit's inbox version and by the clock, and with nothing else.
ENDPOINTS = {"/poll/inkorg": "poll.inbox_list", "/poll/meny": "poll.menu"}
#: What changes with the thread's revision, as the unit sees it, and by the clock. Numbers that every database takes.
_THREAD, _OF_THREAD = "poll.thread", re.compile(r"/poll/arenden/([1-9][0-9]{0,8})", re.ASCII)
#: Signatures that are remembered to be right: as many as may be asking in turn.
MOST_COOKIES = 4096
#: As our own pages ask, with nothing that would have to be unquoted.
_QUERY = re.compile(r"(?:vy=[a-z-]+&visa=[a-z-]+&sida=[0-9]{1,4}&)?d=([0-9]{1,20}-[0-9]{1,11})")

Environ = dict[str, Any]
Start = Callable[..., Any]


class Unchanged:
    """WSGI: wraps the app's own."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings, self._then = app, settings, app.wsgi_app
        self._cookie = re.compile(
            rf"(?:^|; ?){re.escape(app.config['SESSION_COOKIE_NAME'])}=([\w.-]+)(?:;|$)", re.ASCII
        )
        self._headers = list(of_pages(settings).items())
        self._token_in = lru_cache(MOST_COOKIES)(self._read)  # the session's end is the table's business
        self._is_ours = lru_cache(16)(lambda host: host_is_trusted(host, settings.hosts))

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        endpoint, thread_id = _place(environ["PATH_INFO"])
        if endpoint is None or not self._is_ordinary(environ):
            return self._then(environ, start)
        began = perf_counter()
        if not self._says_unchanged(environ, endpoint, thread_id):
            return self._then(environ, start)
        start("204 NO CONTENT", [*self._headers, (requests.HEADER, requests.number_of(environ, self._settings))])
        requests.count(self._app, endpoint, 204, perf_counter() - began)
        return ()

    def _is_ordinary(self, environ: Environ) -> bool:
        return (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("CONTENT_TYPE")
            and self._is_ours(environ.get("HTTP_HOST", ""))
            and not too_much(environ)
            and not is_guess(environ)
            and not requests.tells_of_polls()
        )

    def _says_unchanged(self, environ: Environ, endpoint: str, thread_id: int | None) -> bool:
        asked = _QUERY.fullmatch(environ.get("QUERY_STRING", ""))
        token = self._token(environ.get("HTTP_COOKIE", ""))
        if asked is None or token is None:
            return False
        now = clock.now()
        try:
            person = signed_in.glance(self._glances, token, idle=self._settings.idle, now=now, thread_id=thread_id)
        except Unreachable:
            return False
        if person is None:
            return False
        if person.version is None or not unchanged(asked[1], person.version, at=now):
            return False
        if person.unit_id is None or must_set_up(self._settings.second_factor, person.how):
            return False
        return lets_in(self._app.view_functions[endpoint], person.roles)

    def _token(self, cookies: str) -> str | None:
        found = self._cookie.search(cookies)
        return self._token_in(found[1]) if found else None

    def _read(self, cookie: str) -> str | None:
        try:
            signed: Any = self._app.session_interface.get_signing_serializer(self._app)
            return signed.loads(cookie, max_age=self._longest).get(TOKEN)
        except BadSignature:
            return None

    @cached_property
    def _glances(self) -> Glances:
        with self._app.app_context():
            return Glances(db.engines[GLANCES])

    @cached_property
    def _longest(self) -> int:
        return int(self._app.permanent_session_lifetime.total_seconds())


def _place(path: str) -> tuple[str | None, int | None]:
    """The endpoint of a poll that can be answered here, and whose thread it is."""
    of_thread = _OF_THREAD.fullmatch(path)
    return (_THREAD, int(of_thread[1])) if of_thread else (ENDPOINTS.get(path), None)


def register(app: Flask, settings: Settings) -> None:
    app.wsgi_app = Unchanged(app, settings)  # type: ignore[method-assign]
