"""Vilka ser inkorgen: everybody with a role in a unit, for its manager and for system administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lcweb.domain import units as unit_rules
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Role
from lcweb.queries import account, members, people, units
from lcweb.services import invitations, second_factor
from lcweb.services import people as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.people import ChosenRoleForm, MemberForm, NewPersonForm, PersonForm
from lcweb.web.invitations import link_page
from lcweb.web.people import SAVE_AGAIN, filled_in, reset_receipt, since
from lcweb.web.person_words import shown
from lcweb.web.session import actor, now

blueprint = Blueprint("members", __name__, url_prefix="/admin/enheter/<id:unit_id>/medlemmar")

Answer = Response | str | tuple[str, int]
Problems = dict[str, str]
#: The roles that a unit's own manager gives, in the order of the page.
ROLES = (Role.NURSE, Role.RECEPTIONIST, Role.UNIT_MANAGER)


@blueprint.get("")
@needs(Act.EDIT_UNIT)
def show(unit_id: int) -> str:
    return _page(unit_id, {})


@blueprint.post("")
@needs(Act.EDIT_UNIT)
@csrf.exempt  # the form checks the token itself, and gives the text back
def add(unit_id: int) -> Answer:
    """A person who is known."""
    form = MemberForm()
    problems = form.expiry()
    if problems:
        return _page(unit_id, problems, member=form), 400
    try:
        name = verbs.add_member(actor(), unit_id, form.who.data or "", form.chosen_role, now=now())
    except Refused as refused:
        found = {"who_role" if field == "role" else field: words for field, words in refused.problems.items()}
        return _page(unit_id, found, member=form), 400
    return _done(unit_id, f"{name} är tillagd och ser enhetens inkorg från och med nu.")


@blueprint.post("/bjud-in")
@needs(Act.EDIT_UNIT)
@csrf.exempt  # the form checks the token itself, and gives the text back
def invite_new(unit_id: int) -> Answer:
    """Answers with the link itself: it is in no address and no cookie."""
    form = NewPersonForm()
    problems = form.expiry()
    if problems:
        return _page(unit_id, problems, form=form), 400
    try:
        link = verbs.invite_member(actor(), unit_id, form.person(), form.chosen_role, now=now())
    except Refused as refused:
        return _page(unit_id, refused.problems, form=form), 400
    return link_page(link, back=url_for("members.show", unit_id=unit_id))


@blueprint.post("/avsluta")
@needs(Act.EDIT_UNIT)
def end_role(unit_id: int) -> Answer:
    membership_id = ChosenRoleForm().membership_id
    if membership_id is None:
        raise NotFound("membership")
    try:
        verbs.end_member_role(actor(), unit_id, membership_id, now=now())
    except Refused as refused:
        return _page(unit_id, {"form": str(refused)}), 400
    except Conflict as conflict:
        return _page(unit_id, {"form": str(conflict)}), 409
    return _done(unit_id, "Rollen är avslutad. Det gäller redan nu.")


@blueprint.post("/<id:user_id>/inbjudan")
@needs(Act.EDIT_UNIT)
def invite_again(unit_id: int, user_id: int) -> Answer:
    """Answers with the link itself: it is in no address and no cookie."""
    _member(unit_id, user_id)
    try:
        link = invitations.invite(actor(), user_id, now=now())
    except Refused as refused:
        return _page(unit_id, {"form": str(refused)}), 400
    return link_page(link, back=url_for("members.show", unit_id=unit_id))


@blueprint.get("/<id:user_id>")
@needs(Act.EDIT_UNIT)
def person(unit_id: int, user_id: int) -> str:
    return _person_page(unit_id, user_id)


@blueprint.post("/<id:user_id>")
@needs(Act.EDIT_UNIT)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change(unit_id: int, user_id: int) -> Answer:
    form = PersonForm()
    problems = form.expiry()
    if problems:
        return _person_page(unit_id, user_id, form, problems), 400
    try:
        verbs.change_member(actor(), unit_id, user_id, form.person(), seen=form.seen_number, now=now())
    except Refused as refused:
        return _person_page(unit_id, user_id, form, refused.problems), 400
    except Conflict as conflict:
        changed = since(people.person_history(user_id), form.seen_number)
        form.seen.data = str(people.latest_change(user_id))  # it is told now
        problems = {"form": f"Uppgifterna är inte sparade. {conflict} {SAVE_AGAIN}"}
        return _person_page(unit_id, user_id, form, problems, changed=changed), 409
    return _done(unit_id, "Uppgifterna är sparade.")


@blueprint.post("/<id:user_id>/tva-steg")
@needs(Act.EDIT_UNIT)
def reset_second_factor(unit_id: int, user_id: int) -> Answer:
    _member(unit_id, user_id)
    try:
        was_on = second_factor.reset(actor(), user_id, now=now())
    except Refused as refused:
        return _page(unit_id, {"form": str(refused)}), 400
    return _done(unit_id, reset_receipt(was_on))


def _done(unit_id: int, receipt: str) -> Response:
    """Who has ended the own last role comes to a page that is theirs."""
    flash(receipt)
    return redirect(url_for("members.show", unit_id=unit_id), 303)


def _own_unit(unit_id: int) -> units.UnitRow:
    """Raises NotFound: to a manager no other unit exists."""
    if not unit_rules.may_edit(actor(), unit_id):
        raise NotFound("unit")
    return units.get_unit(unit_id)


def _member(unit_id: int, user_id: int) -> members.Member:
    """Raises NotFound for who has no role in the unit now."""
    _own_unit(unit_id)
    found = next((one for one in members.of_unit(unit_id, now=now()).now if one.user_id == user_id), None)
    if found is None:
        raise NotFound("member")
    return found


def _page(
    unit_id: int, problems: Problems, *, member: MemberForm | None = None, form: NewPersonForm | None = None
) -> str:
    return render_template(
        "members/show.html",
        unit=_own_unit(unit_id),
        members=members.of_unit(unit_id, now=now()),
        member_form=member or MemberForm(formdata=None),
        form=form or NewPersonForm(formdata=None),
        problems=problems,
        roles=ROLES,
        everywhere=unit_rules.may_edit_all(actor()),
    )


def _person_page(
    unit_id: int, user_id: int, form: PersonForm | None = None, problems: Problems | None = None, *,
    changed: list[people.PersonChange] | None = None,
) -> str:  # fmt: skip
    """Raises NotFound also where only a system administrator may change the person."""
    member = _member(unit_id, user_id)
    everywhere = unit_rules.may_edit_all(actor())
    if not everywhere and (member.elsewhere or user_id == actor().user_id):
        raise NotFound("somebody whom others administer")
    found = people.get_person(user_id, now=now())
    return render_template(
        "members/person.html",
        unit=units.get_unit(unit_id),
        person=found,
        factor=account.find_factor(user_id),
        form=form or filled_in(found, seen=str(people.latest_change(user_id))),
        problems=problems or {},
        changed=changed or [],
        shown=shown,
    )
