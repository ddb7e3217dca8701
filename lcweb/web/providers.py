"""Signing in by an identity provider: the way there, the answer, and what is said when nobody is signed in."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.config import Settings
from lcweb.domain import providers as rules
from lcweb.domain.errors import Throttled
from lcweb.domain.providers import Asked, Provider, Reason, Rejected, Unreachable
from lcweb.domain.sessions import browser_words
from lcweb.services import attempts, sessions
from lcweb.web import session as web_session
from lcweb.web.access import public
from lcweb.web.errors import Page, throttled_page
from lcweb.web.provider_words import Said, said_of, unreachable, waiting
from lcweb.web.session import me, now, settings

if TYPE_CHECKING:
    from lcweb.oidc import Client

log = logging.getLogger(__name__)
blueprint = Blueprint("providers", __name__, url_prefix="/logga-in")

Answer = Response | str | Page

ASKED = "asked"  # in the cookie, while the person is at the provider
RETRY_AFTER = "60"  # seconds


def register(app: Flask, config: Settings) -> None:
    providers = config.identity_providers
    app.extensions["lcweb_oidc"] = _clients(config) if providers else {}
    app.jinja_env.globals["identity_providers"] = providers


def _clients(config: Settings) -> "dict[str, Client]":
    from lcweb.oidc import Client  # with what it speaks by, which no app without a provider needs: late.py

    return {
        provider.key: Client(provider, f"{config.base_url}/logga-in/{provider.key}/svar")
        for provider in config.identity_providers
    }


@blueprint.post("/<key>")
@public
def begin(key: str) -> Answer:
    """A POST with a token of this browser's, so that no other site can begin it.

    The page moves on by itself instead of answering with a redirect: `form-action 'self'` would stop that one, and
    the provider's own ones after it.
    """
    client = _client(key)
    if me() is not None:
        return redirect(url_for("sign_in.start"), 303)
    try:
        attempts.require_provider_heard(_address(), now=now())
        url, asked = client.begin(now())
    except Throttled as throttled:
        return _throttled(throttled)
    except Unreachable as error:
        return _unreachable(client.provider, error)
    session[ASKED] = _kept(asked)
    return render_template("providers/begin.html", provider=client.provider, url=url)


@blueprint.get("/<key>/svar")
@public
def answer(key: str) -> Answer:
    """What the browser kept is used up by the first answer, whatever it is."""
    client, kept = _client(key), session.pop(ASKED, None)
    try:
        attempts.require_provider_heard(_address(), now=now())
        found = _signed_in(client, _taken(kept))
    except Throttled as throttled:
        return _throttled(throttled)
    except Rejected as rejected:
        if rejected.reason in rules.UNTRUE:
            attempts.note_failure(attempts.of_providers(_address()), now=now())
        return _rejected(client.provider, rejected)
    except Unreachable as error:
        return _unreachable(client.provider, error)
    web_session.end()
    web_session.start(found.token)
    chosen = found.unit_id is not None or found.units == 0
    return redirect(url_for("sign_in.start" if chosen else "sign_in.choose_unit"), 303)


@blueprint.get("/<key>/utloggad")
@public
def signed_out(key: str) -> Answer:
    """The provider's own session may go on, in other services too: the person is offered its end."""
    client = _client(key)
    if me() is not None:
        return redirect(url_for("sign_in.start"), 303)
    try:
        elsewhere = client.sign_out_address(f"{settings().base_url}/logga-in", now())
    except Unreachable:
        elsewhere = None
    return render_template("providers/signed_out.html", provider=client.provider, elsewhere=elsewhere)


def _client(key: str) -> "Client":
    return current_app.extensions["lcweb_oidc"].get(key) or abort(404)


def _signed_in(client: "Client", asked: Asked | None) -> sessions.SignedIn:
    """Raises Rejected and Unreachable."""
    told, provider = request.args, client.provider
    asked = rules.check_asked(asked, provider=provider.key, state=told.get("state", ""), now=now())
    rules.check_issuer(told.get("iss"), provider)
    if "error" in told:
        raise Rejected(Reason.CANCELLED if told["error"] == "access_denied" else Reason.DECLINED)
    if not told.get("code"):
        raise Rejected(Reason.CODE)
    person = client.finish(told["code"], told.get("iss"), asked, now())
    lifetime = timedelta(hours=settings().session_hours)
    browser = browser_words(request.user_agent.string)
    return sessions.sign_in_by_provider(person, how=provider.how, lifetime=lifetime, browser=browser, now=now())


def _kept(asked: Asked) -> dict[str, str]:
    words = {name: getattr(asked, name) for name in ("provider", "state", "nonce", "verifier")}
    return words | {"at": asked.at.isoformat()}


def _taken(kept: dict[str, str] | None) -> Asked | None:
    """Our own cookie, signed: it has what _kept put there."""
    return Asked(**(kept | {"at": datetime.fromisoformat(kept["at"])})) if kept else None


def _rejected(provider: Provider, rejected: Rejected) -> Page:
    """The log tells which provider and why, never who."""
    log.warning("sign-in by %s rejected: %s", provider.key, rejected.reason)
    said = said_of(rejected, provider)
    return _page(said), said.status


def _throttled(throttled: Throttled) -> Page:
    return throttled_page(throttled, lambda sentence: _page(waiting(sentence)))


def _unreachable(provider: Provider, error: Unreachable) -> Page:
    log.error("sign-in by %s failed: %s", provider.key, error)
    said = unreachable(provider)
    return _page(said), said.status, {"Retry-After": RETRY_AFTER}


def _page(said: Said) -> str:
    return render_template("providers/rejected.html", said=said)


def _address() -> str:
    return request.remote_addr or ""
