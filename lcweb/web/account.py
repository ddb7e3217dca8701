"""Mitt konto: who one is here, how one signs in, and the password."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, Refused, Throttled
from lcweb.domain.passwords import MIN_PASSWORD
from lcweb.domain.second_factor import Policy
from lcweb.queries import account
from lcweb.services import account as verbs
from lcweb.web import session as web_session
from lcweb.web.access import signed_in
from lcweb.web.errors import Page, csrf, throttled_page
from lcweb.web.forms.account import ChangePasswordForm
from lcweb.web.session import actor, now, settings
from lcweb.web.session_words import way

blueprint = Blueprint("account", __name__, url_prefix="/konto")


@blueprint.get("")
@signed_in
def show() -> str:
    return _page({})


@blueprint.post("/losenord")
@signed_in
@csrf.exempt  # the form checks the token itself; a password that was typed is never given back
def change_password() -> Response | Page:
    form = ChangePasswordForm()
    problems = form.problems()
    if problems:
        return _page(problems), 400
    try:
        token = verbs.change_password(
            actor(), form.password.data or "", form.new.data or "", token=session[web_session.TOKEN],
            address=request.remote_addr or "", now=now(), demo=settings().demo,
        )  # fmt: skip
    except Refused as refused:
        return _page(refused.problems), 400
    except Conflict as conflict:
        return _page({"form": str(conflict)}), 409
    except Throttled as throttled:
        return throttled_page(throttled, lambda sentence: _page({"password": sentence}))
    web_session.start(token)
    flash("Lösenordet är bytt. Du är utloggad överallt utom här.")
    return redirect(url_for("account.show"), 303)


def _page(problems: dict[str, str]) -> str:
    return render_template(
        "account/show.html",
        account=account.get_account(actor().user_id, session[web_session.TOKEN], now=now()),
        problems=problems,
        min_password=MIN_PASSWORD,
        offered=settings().second_factor is not Policy.OFF,
        way=way,
        providers=settings().identity_providers,
    )
