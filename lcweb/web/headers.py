"""What every answer says about itself."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from lcweb.assets import AssetMode
from lcweb.config import Settings


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


def register(app: Flask, settings: Settings) -> None:
    policy = content_security_policy(settings)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.before_request
    def refuse() -> None:
        if any("\0" in value for values in request.args.listvalues() for value in values):
            abort(400)  # a form's NUL is answered by the form, with the text given back
        if request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")).startswith("prefetch"):
            abort(503)  # a browser guessing what is wanted next is nobody's reading and nobody's opening (A1)
