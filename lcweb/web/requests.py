"""Each request's number, and the one line that is logged of it: by route, never by address, and without a name."""

import logging
import re
import secrets
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

from lcweb.config import Settings
from lcweb.web.access import is_poll
from lcweb.web.session import known_user_id

log = logging.getLogger("lcweb.access")

HEADER = "X-Request-Id"
_IN_ENVIRON = "HTTP_X_REQUEST_ID"
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}
#: Asked for all the time, by pages and machines: told of at DEBUG.
ORDINARY = {"static", "health.show", "metrics.show"}
#: What proxies make: nothing that a person could have typed fits.
_FROM_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def number_of(environ: Mapping[str, Any], settings: Settings) -> str:
    """The proxy's own, or a new one."""
    given = environ.get(_IN_ENVIRON, "") if settings.proxies else ""
    return given if given and _FROM_PROXY.fullmatch(given) else secrets.token_hex(8)


def count(app: Flask, endpoint: str | None, status: int, seconds: float) -> None:
    app.extensions["lcweb_meters"].note(endpoint, status, seconds)


def tells_of_polls() -> bool:
    return log.isEnabledFor(logging.DEBUG)


def register(app: Flask, settings: Settings) -> None:
    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        g.request_id = number_of(request.environ, settings)

    @app.after_request
    def end(response: Response) -> Response:
        seconds = perf_counter() - g.began
        response.headers[HEADER] = g.request_id
        count(app, request.endpoint, response.status_code, seconds)
        level = logging.DEBUG if is_poll() or request.endpoint in ORDINARY else logging.INFO
        if log.isEnabledFor(level):
            _tell(level, response.status_code, seconds)
        return response


def _tell(level: int, status: int, seconds: float) -> None:
    fields = {
        "method": request.method if request.method in METHODS else "?",
        "route": request.url_rule.rule if request.url_rule else "-",
        "status": status,
        "ms": round(seconds * 1000, 1),
        "user": known_user_id(),
    }
    log.log(level, "%s %s %s %s ms user %s", *fields.values(), extra=fields)
