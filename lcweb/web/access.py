"""Who may call which address: said at each view, refused where nothing is said."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.permissions import IN_UNIT, Act, Role, roles_allow
from lcweb.web.session import lacks_code, me, note_activity

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed in"
_NEEDS = "lcweb_needs"
_POLL = "lcweb_poll"
_WITHOUT_CODE = "lcweb_without_code"


def public(view: View) -> View:
    """Anybody may call it."""
    setattr(view, _NEEDS, PUBLIC)
    return view


def signed_in(view: View) -> View:
    """Any role may call it."""
    setattr(view, _NEEDS, SIGNED_IN)
    return view


def needs(act: Act) -> Callable[[View], View]:
    """Who may not do the act gets 404: the page does not exist for them."""

    def mark(view: View) -> View:
        setattr(view, _NEEDS, act)
        return view

    return mark


def poll(view: View) -> View:
    """Asked for by the page and not by the person: no session activity, 401 instead of a redirect."""
    setattr(view, _POLL, True)
    return view


def without_code(view: View) -> View:
    """Reachable also for who must set up a second factor before anything else."""
    setattr(view, _WITHOUT_CODE, True)
    return view


def need_of(endpoint: str) -> Act | str | None:
    """None for a view that says nothing, which nobody reaches."""
    return PUBLIC if endpoint == "static" else getattr(current_app.view_functions[endpoint], _NEEDS, None)


def lets_in(view: Callable[..., Any], roles: frozenset[Role]) -> bool:
    """Whether the gate would not stop somebody with these roles, who acts from a unit and lacks no code."""
    need = getattr(view, _NEEDS, None)
    return isinstance(need, Act) and roles_allow(roles, need)


def register(app: Flask) -> None:
    app.before_request(_gate)


def _gate() -> Response | tuple[str, int, dict[str, str]] | None:
    if request.endpoint is None:
        return None
    need = need_of(request.endpoint)
    if need == PUBLIC:
        return None
    person = me()
    if request.method == "HEAD":  # nothing would be shown, so nothing may be marked as opened or read
        abort(405)
    if person is None:
        return _elsewhere(url_for("sign_in.sign_in"))
    if lacks_code() and not _is(_WITHOUT_CODE):
        return _elsewhere(url_for("second_factor.show"))
    if need in IN_UNIT and person.actor.unit_id is None and person.actor.several_units:
        return _elsewhere(url_for("sign_in.choose_unit"))
    if need is None or (isinstance(need, Act) and not person.actor.may(need)):
        abort(404)
    if not is_poll():
        note_activity()
    return None


def is_poll() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), _POLL, False)


def _is(mark: str) -> bool:
    return getattr(current_app.view_functions[request.endpoint or ""], mark, False)


def _elsewhere(address: str) -> Response | tuple[str, int, dict[str, str]]:
    """A poll's page goes there as a whole, never into a fragment; a form's text is given back on the way."""
    if is_poll() or "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": address}
    if request.method in ("GET", "HEAD"):
        return redirect(address, 303)
    abort(401)
