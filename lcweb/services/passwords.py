"""How passwords are kept, and which are taken."""

from functools import cache

from argon2 import PasswordHasher

from lcweb.domain.people import DEMO_PASSWORD, MAX_PASSWORD, MIN_PASSWORD

HASHER = PasswordHasher()


def hashed(password: str) -> str:
    return _demo_hash() if password == DEMO_PASSWORD else HASHER.hash(password)


def password_problem(password: str, *, demo: bool) -> str | None:
    """A sentence for one that is not taken."""
    if password == DEMO_PASSWORD and not demo:
        return "Demolösenordet går bara att använda i demoläge."
    if len(password) < MIN_PASSWORD:
        return f"Lösenordet måste ha minst {MIN_PASSWORD} tecken."
    if len(password) > MAX_PASSWORD or "\0" in password:
        return f"Lösenordet får ha högst {MAX_PASSWORD} tecken, och inga styrtecken."
    return None


@cache
def _demo_hash() -> str:
    """One for all: argon2 is slow on purpose, and a salt hides nothing of a password that the sign-in page shows."""
    return HASHER.hash(DEMO_PASSWORD)
