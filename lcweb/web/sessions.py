"""Inloggningar: the browsers in which one is signed in oneself, and staying signed in."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.queries.sessions import open_sessions
from lcweb.services import sessions
from lcweb.web import session as web_session
from lcweb.web.access import signed_in
from lcweb.web.session import actor, me, note_activity, now, settings, time_left
from lcweb.web.session_words import for_script, way

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/konto/inloggningar")
@signed_in
def show() -> str:
    found = open_sessions(actor().user_id, token=_token(), idle=settings().idle, now=now())
    return render_template("sessions/show.html", sessions=found, way=way, providers=settings().identity_providers)


@blueprint.post("/konto/inloggningar/avsluta")
@signed_in
def end() -> Response:
    """Another of one's own. Nobody's and somebody else's are the same: not found."""
    sessions.end_own(actor(), request.form.get("session", ""), but=_token(), now=now())
    return _done("Inloggningen är avslutad.")


@blueprint.post("/konto/inloggningar/avsluta-andra")
@signed_in
def end_others() -> Response:
    ended = sessions.end_own_others(actor(), but=_token(), now=now())
    return _done(f"Avslutade inloggningar: {ended}.")


@blueprint.post("/session/fortsatt")
@signed_in
def go_on() -> Response | dict[str, str]:
    """Fortsätt arbeta: a deliberate request like any other, which says how long it lasts."""
    person = me()
    note_activity(exactly=True)
    if person is None or "HX-Request" not in request.headers:
        return redirect(url_for("sign_in.start"), 303)
    return for_script(time_left(person))


def _token() -> str:
    return session[web_session.TOKEN]


def _done(receipt: str) -> Response:
    flash(receipt)
    return redirect(url_for("sessions.show"), 303)
