"""Signing in, choosing the unit to act from, signing out."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.demo.accounts import DEMO_ACCOUNTS
from lcweb.domain.errors import NotFound, Refused, Throttled
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.sessions import browser_words
from lcweb.queries import providers
from lcweb.queries.sessions import open_unit_name
from lcweb.queries.signed_in import own_units
from lcweb.services import sessions
from lcweb.web import session as web_session
from lcweb.web.access import public, signed_in
from lcweb.web.errors import Page, csrf, throttled_page
from lcweb.web.forms.people import SignInForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, me, now, settings
from lcweb.web.session_words import WHY_ENDED

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/")
@signed_in
def start() -> Response:
    return redirect(landing(actor()), 303)


@blueprint.route("/logga-in", methods=["GET", "POST"])
@public
@csrf.exempt  # the form checks the token itself, and gives the name back
def sign_in() -> Response | str | Page:
    person = me()
    if request.method != "POST" and person is not None:
        return redirect(landing(person.actor), 303)
    form = SignInForm()
    if request.method != "POST":
        return _page(form, {})
    problems = form.problems()
    if problems:
        return _page(form, problems), 400
    try:
        found = _signed_in(form)
    except Refused as refused:
        return _page(form, refused.problems), 401
    except Throttled as throttled:
        return throttled_page(throttled, lambda sentence: _page(form, {"username": sentence}))
    if isinstance(found, sessions.CodeAsked):
        web_session.ask_code(found.token)
        return redirect(url_for("sign_in_steps.show"), 303)
    return enter(found)


def enter(found: sessions.SignedIn) -> Response:
    """The person is signed in at this browser."""
    web_session.start(found.token)
    chosen = found.unit_id is not None or found.units == 0
    return redirect(url_for("sign_in.start") if chosen else url_for("sign_in.choose_unit"), 303)


def _signed_in(form: SignInForm) -> sessions.SignedIn | sessions.CodeAsked:
    return sessions.sign_in(
        form.username.data or "",
        form.password.data or "",
        address=request.remote_addr or "",
        lifetime=timedelta(hours=settings().session_hours),
        now=now(),
        demo=settings().demo,
        browser=browser_words(request.user_agent.string),
        unit_id=web_session.unit_here(),
    )


def _page(form: SignInForm, problems: dict[str, str]) -> str:
    unit_id = web_session.unit_here()
    return render_template(
        "people/sign_in.html",
        form=form,
        problems=problems,
        demo_accounts=DEMO_ACCOUNTS if settings().demo else (),
        ended=WHY_ENDED[web_session.why_ended()] if web_session.was_signed_in() else None,
        unit_here=open_unit_name(unit_id) if unit_id is not None else None,
    )


@blueprint.get("/valj-enhet")
@signed_in
def choose_unit() -> Response | str:
    units = own_units(actor().user_id, now=now())
    if not units:
        return redirect(url_for("recipients.show"), 303)
    return render_template("people/choose_unit.html", units=units, problems={})


@blueprint.post("/valj-enhet")
@signed_in
def switch_unit() -> Response | tuple[str, int]:
    unit_id = chosen_number(request.form.get("unit"))
    if unit_id is None:
        units = own_units(actor().user_id, now=now())
        if not units:
            raise NotFound("no units to choose from")
        problems = {"unit": "Välj vilken enhet du arbetar för nu."}
        return render_template("people/choose_unit.html", units=units, problems=problems), 400
    found = sessions.switch_unit(session[web_session.TOKEN], unit_id, now=now())
    web_session.start(found.token)
    return redirect(url_for("sign_in.start"), 303)


@blueprint.post("/logga-ut")
@public
def sign_out() -> Response:
    provider = providers.find_key(session.get(web_session.TOKEN, ""))
    web_session.end()
    answer = _left("Du är utloggad.")
    if any(provider == known.key for known in settings().identity_providers):
        answer.location = url_for("providers.signed_out", key=provider)
    return answer


@blueprint.post("/byt-person")
@public
def switch_person() -> Response:
    """At a shared screen: signed out wholly, and the next one signs in for the same unit."""
    web_session.hand_over()
    return _left("Du är utloggad. Nästa person kan logga in.")


@blueprint.post("/glom-enheten")
@public
def forget_unit() -> Response:
    web_session.forget_unit()
    return redirect(url_for("sign_in.sign_in"), 303)


def _left(receipt: str) -> Response:
    """The browser throws away what it has kept of the pages; the cookie is new, and holds nothing of the person."""
    flash(receipt)
    answer = redirect(url_for("sign_in.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def landing(person: Actor) -> str:
    """The inbox for those who have one; the others meet the page that everybody may read."""
    if person.unit_id is not None and person.may(Act.SEE_THREADS):
        return url_for("inbox.show")
    return url_for("sign_in.choose_unit") if person.several_units else url_for("recipients.show")
