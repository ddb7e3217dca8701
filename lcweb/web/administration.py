"""Administration: its pages in the order of its menu, and the first of them that a person may see."""

from typing import NamedTuple

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from lcweb.domain.permissions import Act, Actor
from lcweb.web.access import signed_in
from lcweb.web.session import actor

blueprint = Blueprint("administration", __name__)


class AdminPage(NamedTuple):
    act: Act
    address: str
    title: str

    @property
    def here(self) -> str:
        """What `aria-current` says of its link: "page", "true" on a page below it, or nothing."""
        if request.path == self.address:
            return "page"
        return "true" if request.path.startswith(f"{self.address}/") else ""


PAGES = (
    AdminPage(Act.EDIT_UNIT, "/admin/enheter", "Enheter"),
    AdminPage(Act.EDIT_PEOPLE, "/admin/anvandare", "Användare"),
    AdminPage(Act.EDIT_PEOPLE, "/admin/organisationer", "Huvudmän"),
    AdminPage(Act.EDIT_PEOPLE, "/admin/uppdrag", "Uppdrag"),
    AdminPage(Act.EDIT_LIST, "/admin/mottagare", "Mottagarlistor"),
    AdminPage(Act.EDIT_LIST, "/admin/import", "Import"),
    AdminPage(Act.EDIT_CALENDAR, "/admin/kalender", "Kalender"),
    AdminPage(Act.EDIT_SETTINGS, "/admin/installningar", "Inställningar"),
    AdminPage(Act.EDIT_SETTINGS, "/admin/paminnelser", "Påminnelser"),
    AdminPage(Act.EDIT_PHRASES, "/admin/fraser", "Fraser"),
    AdminPage(Act.SEE_OUTBOX, "/admin/utskick", "Utskick"),
    AdminPage(Act.EDIT_SETTINGS, "/admin/gallring", "Gallring"),
    AdminPage(Act.SEE_OUTBOX, "/admin/drift", "Driftläge"),
)


def pages_of(person: Actor) -> list[AdminPage]:
    return [page for page in PAGES if person.may(page.act)]


@blueprint.get("/admin")
@signed_in
def start() -> Response:
    """404 for whoever administers nothing."""
    own = pages_of(actor())
    if not own:
        abort(404)
    return redirect(own[0].address, 303)
