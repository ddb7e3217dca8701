"""What every answer says about itself, and which requests are not read at all."""

from collections.abc import Mapping
from posixpath import normpath
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from lcweb.assets import AssetMode, all_assets
from lcweb.config import Settings
from lcweb.web.filters import own_file

LONGEST_ADDRESS = 4_000  # characters with its query; the longest of ours has a few hundred
MOST_HEADERS = 100
LONGEST_HEADERS = 32_000  # characters together
VARY = "Cookie, HX-Request"
YEAR = 365 * 24 * 3600  # seconds

#: No page of ours asks the browser for any of these.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip


def content_security_policy(settings: Settings) -> str:
    """No inline script or style, no eval; in CDN mode that one host besides our own."""
    own = "'self'"
    if settings.assets is AssetMode.CDN:
        cdn = urlsplit(settings.cdn_url)
        own += f" {cdn.scheme}://{cdn.netloc}"
    return (
        f"default-src 'none'; script-src {own}; style-src {own}; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def standing(settings: Settings) -> dict[str, str]:
    """What every answer says. `same-origin`, because the check of forms needs the Referer over TLS."""
    said = {
        "Content-Security-Policy": content_security_policy(settings),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return said | ({"Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains"} if settings.over_tls else {})


def of_pages(settings: Settings) -> dict[str, str]:
    """What every answer but a file's own says."""
    text = {"Content-Type": "text/html; charset=utf-8"}
    return text | standing(settings) | {"Cache-Control": "no-store", "Vary": VARY}


def too_much(environ: Mapping[str, Any]) -> bool:
    """More headers than a browser of ours sends."""
    lengths = [len(name) + len(value) for name, value in environ.items() if name.startswith("HTTP_")]
    return len(lengths) > MOST_HEADERS or sum(lengths) > LONGEST_HEADERS


def is_guess(environ: Mapping[str, Any]) -> bool:
    """Of a browser, about what is wanted next: nobody's reading and nobody's opening (A1)."""
    return environ.get("HTTP_SEC_PURPOSE", environ.get("HTTP_PURPOSE", "")).startswith("prefetch")


class _PagesAlone(SecureCookieSessionInterface):
    """A file is the same for everybody: its answer sets no cookie and may be kept whatever cookie there is."""

    _signs: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask makes one for each request."""
        if self._signs is None:
            self._signs = super().get_signing_serializer(app)
        return self._signs

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def register(app: Flask, settings: Settings) -> None:
    said = standing(settings)
    app.session_interface = _PagesAlone()
    app.config["TRUSTED_HOSTS"] = settings.hosts
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(said)
        response.headers["Cache-Control"] = _keeping(response.status_code)
        if request.endpoint != "static":
            response.headers["Vary"] = VARY
        return response

    @app.before_request
    def refuse() -> None:
        if len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
            abort(414)
        if too_much(request.environ):
            abort(431)
        if any("\0" in value for values in request.args.listvalues() for value in values):
            abort(400)  # a form's NUL is answered by the form, with the text given back
        if is_guess(request.environ):
            abort(503)


def _keeping(status: int) -> str:
    """Our own files by the address of their bytes for a year, by another only while they are the same; no page."""
    if request.endpoint != "static" or status >= 400:
        return "no-store"
    return f"public, max-age={YEAR}, immutable" if _is_version_asked() else "no-cache"


def _is_version_asked() -> bool:
    """Not while another version is put in place: its address must not keep these bytes."""
    path, version = (request.view_args or {}).get("filename", ""), request.args.get("v")
    if not version or normpath(path) != path:
        return False
    address = f"/static/{path}?v={version}"
    return address in (asset.local_url for asset in all_assets()) or address == own_file(path)
