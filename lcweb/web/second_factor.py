"""Inloggning i två steg: set up with an app, its recovery codes, and how it is taken away."""

import pyotp
import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused, Throttled
from lcweb.domain.second_factor import SET_UP_WITHIN, Policy, in_groups
from lcweb.queries import account
from lcweb.services import second_factor as verbs
from lcweb.web import session as web_session
from lcweb.web.access import signed_in, without_code
from lcweb.web.errors import Page, csrf, throttled_page
from lcweb.web.forms.account import CodeForm, OwnPasswordForm, ProofForm
from lcweb.web.session import actor, now, settings

blueprint = Blueprint("second_factor", __name__, url_prefix="/konto/tva-steg")

Answer = Response | str | Page
Problems = dict[str, str]
ISSUER = "Vårdmeddelanden"


@blueprint.get("")
@signed_in
@without_code
def show() -> str:
    return _page({})


@blueprint.post("")
@signed_in
@without_code
@csrf.exempt  # the form checks the token itself
def begin() -> Answer:
    form = OwnPasswordForm()
    problems = form.expiry()
    if problems:
        return _page(problems), 400
    if settings().second_factor is Policy.OFF:
        raise NotFound("second factor")
    try:
        verbs.begin(actor(), form.password.data or "", key=settings().codes_key, address=_address(), now=now())
    except (Refused, Conflict, Throttled) as error:
        return _not_done(error)
    return redirect(url_for("second_factor.new"), 303)


@blueprint.get("/ny")
@signed_in
@without_code
def new() -> Answer:
    try:
        return _set_up_page({})
    except NotFound:
        return _begin_anew()


@blueprint.post("/ny")
@signed_in
@without_code
@csrf.exempt  # the form checks the token itself
def confirm() -> Answer:
    """Answers with the recovery codes: they are in no address and no cookie."""
    form = CodeForm()
    try:
        problems = form.expiry()
        if problems:
            return (_set_up_page(problems) if _waits() else _page(problems)), 400
        confirmed = verbs.confirm(actor(), form.code.data or "", token=session[web_session.TOKEN],
                                  key=settings().codes_key, now=now())  # fmt: skip
    except NotFound:
        return _begin_anew()
    except Refused as refused:
        return _set_up_page(refused.problems), 400
    except Conflict as conflict:
        return _page({"form": str(conflict)}), 409
    web_session.start(confirmed.token)
    return _codes_page(confirmed.recovery_codes, fresh=True)


@blueprint.post("/koder")
@signed_in
@without_code
@csrf.exempt  # the form checks the token itself
def renew_codes() -> Answer:
    """Answers with the codes, as `confirm` does."""
    try:
        form = _proof()
        found = verbs.renew_codes(actor(), form.password.data or "", form.code.data or "", key=settings().codes_key,
                                  address=_address(), now=now())  # fmt: skip
    except (Refused, Conflict, Throttled) as error:
        return _not_done(error)
    return _codes_page(found, fresh=False)


@blueprint.post("/ta-bort")
@signed_in
@without_code
@csrf.exempt  # the form checks the token itself
def remove() -> Answer:
    try:
        form = _proof()
        token = verbs.remove(
            actor(), form.password.data or "", form.code.data or "", token=session[web_session.TOKEN],
            key=settings().codes_key, address=_address(), now=now(),
        )  # fmt: skip
    except (Refused, Conflict, Throttled) as error:
        return _not_done(error)
    web_session.start(token)
    flash("Inloggning i två steg är borttagen. Du är utloggad överallt utom här.")
    return redirect(url_for("second_factor.show"), 303)


def _proof() -> ProofForm:
    """Raises Refused when the form's token is too old."""
    form = ProofForm()
    problems = form.expiry()
    if problems:
        raise Refused(problems)
    return form


def _not_done(error: Refused | Conflict | Throttled) -> Page:
    if isinstance(error, Throttled):
        return throttled_page(error, lambda sentence: _page({"form": sentence}))
    if isinstance(error, Conflict):
        return _page({"form": str(error)}), 409
    return _page(error.problems), 400


def _begin_anew() -> Response:
    """Nothing waits for a first code, or not any longer."""
    return redirect(url_for("second_factor.show"), 303)


def _waits() -> bool:
    try:
        return bool(verbs.begun(actor(), key=settings().codes_key, now=now()))
    except NotFound:
        return False


def _page(problems: Problems) -> str:
    found = account.get_account(actor().user_id, session[web_session.TOKEN], now=now())
    if not found.has_password or (found.factor is None and settings().second_factor is Policy.OFF):
        raise NotFound("second factor")
    return render_template("second_factor/show.html", account=found, problems=problems,
                           required=settings().second_factor is Policy.REQUIRED)  # fmt: skip


def _set_up_page(problems: Problems) -> str:
    """Raises NotFound when nothing waits for a first code."""
    secret = verbs.begun(actor(), key=settings().codes_key, now=now())
    found = account.get_account(actor().user_id, session[web_session.TOKEN], now=now())
    uri = pyotp.TOTP(secret).provisioning_uri(name=found.username, issuer_name=ISSUER)
    return render_template(
        "second_factor/new.html",
        picture=segno.make_qr(uri).svg_data_uri(scale=5, border=4, light="#fff"),
        secret=in_groups(secret, 4),
        username=found.username,
        issuer=ISSUER,
        minutes=int(SET_UP_WITHIN.total_seconds()) // 60,
        problems=problems,
    )


def _codes_page(codes: list[str], *, fresh: bool) -> str:
    """The only time that they are shown. `fresh`: the second factor was just turned on."""
    return render_template("second_factor/codes.html", codes=[in_groups(code, 5) for code in codes], fresh=fresh)


def _address() -> str:
    return request.remote_addr or ""
