"""The fields of the sign-in page, of a person, of a person's role, and of a password that is chosen."""

from datetime import date

from wtforms import BooleanField, PasswordField, StringField

from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import UNIT_ROLES, Role
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number


class SignInForm(OwnForm):
    username = StringField()
    password = PasswordField()

    def problems(self) -> dict[str, str]:
        found = {
            "form": self.expired(),
            "username": None if (self.username.data or "").strip() else "Skriv ditt användarnamn.",
            "password": None if self.password.data else "Skriv ditt lösenord.",
        }
        if "\0" in (self.username.data or "") + (self.password.data or ""):
            found["username"] = "Användarnamnet eller lösenordet stämmer inte. Försök igen."
        return {field: sentence for field, sentence in found.items() if sentence}


class CheckedForm(OwnForm):
    def expiry(self) -> dict[str, str]:
        """As a page's problems."""
        expired = self.expired()
        return {"form": expired} if expired else {}


class PasswordForm(CheckedForm):
    password = PasswordField()
    again = PasswordField()

    def problems(self) -> dict[str, str]:
        same = self.password.data == self.again.data
        return self.expiry() or ({} if same else {"again": "De två lösenorden är inte lika. Skriv båda igen."})


class PersonForm(CheckedForm):
    """`seen`: the last change that the page knew of."""

    username = StringField()
    name = StringField()
    title = StringField()
    licensed = BooleanField()
    phone = StringField()
    email = StringField()
    hsa_id = StringField()
    seen = StringField()

    def person(self) -> NewPerson:
        return NewPerson(
            username=self.username.data or "",
            name=self.name.data or "",
            title=self.title.data or "",
            licensed=bool(self.licensed.data),
            phone=self.phone.data or None,
            email=self.email.data or None,
            hsa_id=self.hsa_id.data or None,
        )

    @property
    def seen_number(self) -> int:
        """-1, which nobody has seen, for what is no number."""
        return 0 if self.seen.data == "0" else chosen_number(self.seen.data) or -1


class RoleForm(CheckedForm):
    """A role with its one place; a place that does not belong to the role is left aside."""

    role = StringField()
    unit = StringField()
    organization = StringField()

    @property
    def chosen_role(self) -> Role | None:
        return Role(self.role.data) if self.role.data in set(Role) else None

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data) if self.chosen_role in UNIT_ROLES else None

    @property
    def organization_id(self) -> int | None:
        in_organization = self.chosen_role in (Role.LIST_ADMIN, Role.LOG_REVIEWER)
        return chosen_number(self.organization.data) if in_organization else None

    def place_problems(self) -> dict[str, str]:
        role = self.chosen_role
        if role is None:
            return {"role": "Välj roll."}
        if role in UNIT_ROLES and self.unit_id is None:
            return {"unit": "Välj vilken enhet rollen gäller."}
        if role in (Role.LIST_ADMIN, Role.LOG_REVIEWER) and self.organization_id is None:
            return {"organization": "Välj vilken huvudman rollen gäller."}
        return {}


class NewPersonForm(PersonForm, RoleForm):
    """A person with a first role."""


class MemberForm(CheckedForm):
    """Somebody who is known, and the role that they get in the unit."""

    who = StringField()
    who_role = StringField()

    @property
    def chosen_role(self) -> Role | None:
        return Role(self.who_role.data) if self.who_role.data in set(Role) else None


class EndForm(CheckedForm):
    last_day = StringField()
    seen = StringField()

    @property
    def day(self) -> date | None:
        """None for what is no day."""
        try:
            return date.fromisoformat((self.last_day.data or "").strip())
        except ValueError:
            return None

    @property
    def seen_number(self) -> int:
        return 0 if self.seen.data == "0" else chosen_number(self.seen.data) or -1


class ChosenRoleForm(CheckedForm):
    """`membership`: the role that is ended."""

    membership = StringField()

    @property
    def membership_id(self) -> int | None:
        return chosen_number(self.membership.data)
