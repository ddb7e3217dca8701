"""What is kept of a person and of their roles, in Swedish words."""

from datetime import datetime

from lcweb.domain.permissions import Role
from lcweb.web import words
from lcweb.web.filters import moment_words


def role_words(role: str, place: str | None) -> str:
    """Receptionist, Vårdcentralen Kärleken."""
    name = words.ROLES[Role(role)].capitalize()
    return f"{name}, {place}" if place else name


def shown(name: str, value: object) -> str:
    """A field's value as the history shows it."""
    if name == "membership" and isinstance(value, tuple):
        return role_words(*value)
    if name in ("ended_at", "expires_at"):
        return moment_words(datetime.fromisoformat(str(value)))
    return {True: "ja", False: "nej"}[value] if isinstance(value, bool) else str(value)
