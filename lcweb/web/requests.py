"""Each request's number, and the one line that is logged of it: by route, never by address, and without a name."""

import logging
import re
import secrets
from time import perf_counter

from flask import Flask, Response, current_app, g, request

from lcweb.config import Settings
from lcweb.web.access import is_poll
from lcweb.web.session import known_user_id

log = logging.getLogger("lcweb.access")

HEADER = "X-Request-Id"
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}
#: Asked for all the time, by pages and machines: told of at DEBUG.
ORDINARY = {"static", "health.show", "metrics.show"}
#: What proxies make: nothing that a person could have typed fits.
_FROM_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def register(app: Flask, settings: Settings) -> None:
    trusted = bool(settings.proxies)

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        given = request.headers.get(HEADER, "") if trusted else ""
        g.request_id = given if _FROM_PROXY.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        seconds = perf_counter() - g.began
        response.headers[HEADER] = g.request_id
        current_app.extensions["lcweb_meters"].note(request.endpoint, response.status_code, seconds)
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
