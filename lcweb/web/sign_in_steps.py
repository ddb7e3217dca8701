"""The second step of a sign-in: a code from the app, or a recovery code."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import NotFound, Refused, Throttled
from lcweb.domain.sessions import browser_words
from lcweb.services import second_factor, sign_in_steps
from lcweb.web import session as web_session
from lcweb.web.access import public
from lcweb.web.errors import Page, csrf, throttled_page
from lcweb.web.forms.account import CodeForm
from lcweb.web.session import now, settings
from lcweb.web.sign_in import enter

blueprint = Blueprint("sign_in_steps", __name__, url_prefix="/logga-in/kod")


@blueprint.get("")
@public
def show() -> Response | str:
    """Only for who has just typed the right password: nobody else learns that there is a second step."""
    try:
        sign_in_steps.user_id_of(_token(), now=now())
    except NotFound:
        return _begin_anew()
    return _page({})


@blueprint.post("")
@public
@csrf.exempt  # the form checks the token itself
def use() -> Response | Page:
    form = CodeForm()
    problems = form.expiry()
    if problems:
        return _page(problems), 400
    try:
        entered = second_factor.sign_in(
            _token(), form.code.data or "", key=settings().codes_key, address=request.remote_addr or "",
            lifetime=timedelta(hours=settings().session_hours), now=now(),
            browser=browser_words(request.user_agent.string), unit_id=web_session.unit_here(),
        )  # fmt: skip
    except NotFound:
        return _begin_anew()
    except Refused as refused:
        return _page(refused.problems), 401
    except Throttled as throttled:
        return throttled_page(throttled, lambda sentence: _page({"code": sentence}))
    answer = enter(entered.signed_in)
    if entered.codes_left is not None:
        flash(f"Du loggade in med en reservkod. Du har {_left(entered.codes_left)} kvar. Gör nya på Mitt konto.")
    return answer


def _token() -> str:
    return session.get(web_session.STEP, "")


def _begin_anew() -> Response:
    """The step is over, used or was never there. The sign-in page sends on whoever is signed in."""
    if session.pop(web_session.STEP, None):
        flash("Det tog för lång tid. Logga in igen.")
    return redirect(url_for("sign_in.sign_in"), 303)


def _page(problems: dict[str, str]) -> str:
    return render_template("sign_in_steps/show.html", problems=problems)


def _left(codes: int) -> str:
    return {0: "ingen", 1: "en"}.get(codes, str(codes))
