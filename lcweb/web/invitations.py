"""Inbjudan: the link that is shown once to who makes it, and the page behind it where a password is chosen."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.invitations import VALID_DAYS
from lcweb.domain.passwords import MIN_PASSWORD
from lcweb.queries import invitations
from lcweb.services import invitations as verbs
from lcweb.services.invitations import Link
from lcweb.web import session as web_session
from lcweb.web.access import public
from lcweb.web.errors import csrf
from lcweb.web.forms.people import PasswordForm
from lcweb.web.session import now, settings

blueprint = Blueprint("invitations", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/inbjudan/<token>")
@public
def show(token: str) -> Answer:
    """Uses nothing up: a mail program that looks at links beforehand does no harm."""
    try:
        verbs.require_link(token, address=request.remote_addr or "", now=now())
        return _page(token, {})
    except NotFound:
        return _dead()


@blueprint.post("/inbjudan/<token>")
@public
@csrf.exempt  # the form checks the token itself; a password that was typed is never given back
def use(token: str) -> Answer:
    """Whoever is signed in at this browser no longer is: the next to sign in is the person invited."""
    try:
        verbs.require_link(token, address=request.remote_addr or "", now=now())
        problems = PasswordForm().problems()
        if problems:
            return _page(token, problems), 400
        verbs.use(token, PasswordForm().password.data or "", now=now())
    except Refused as refused:
        return _page(token, refused.problems), 400
    except NotFound:
        return _dead()
    web_session.end()
    flash("Lösenordet är valt. Logga in med ditt användarnamn och det nya lösenordet.")
    return redirect(url_for("sign_in.sign_in"), 303)


def link_page(link: Link, *, back: str) -> str:
    """The only time that the link is shown."""
    address = f"{settings().base_url}/inbjudan/{link.token}"
    return render_template("invitations/made.html", invited=link, address=address, back=back, valid_days=VALID_DAYS)


def _page(token: str, problems: dict[str, str]) -> str:
    """Raises NotFound."""
    invited = invitations.get_invited(token, now=now())
    return render_template(
        "invitations/show.html", invited=invited, problems=problems, min_password=MIN_PASSWORD
    )  # fmt: skip


def _dead() -> tuple[str, int]:
    """The same page whatever the reason: nobody learns by it which links there have been."""
    return render_template("invitations/dead.html", valid_days=VALID_DAYS), 404
