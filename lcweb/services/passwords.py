"""How passwords are kept, and which are taken."""

import secrets
from collections.abc import Iterable, Set
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.domain import passwords
from lcweb.domain.passwords import MIN_GUESSES, Weakness, likely_words, normalized, readings_of, weak
from lcweb.domain.people import DEMO_PASSWORD
from lcweb.models import Membership, Unit, User

HASHER = PasswordHasher()
#: Verified against when the account is unknown, so that the answer takes as long.
NOBODY = HASHER.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    return _demo_hash() if password == DEMO_PASSWORD else HASHER.hash(normalized(password))


def verified(password_hash: str, password: str) -> bool:
    """One that was set before passwords were normalized is heard as it was typed then."""
    spellings = dict.fromkeys((normalized(password), password))
    fits = [_verified(password_hash, spelling) for spelling in spellings]  # each of them, so that it takes as long
    return any(fits)


def password_problem(password: str, *, demo: bool, about: Iterable[str] = ()) -> str | None:
    """A sentence for one that is not taken. `about`: what somebody who guesses may know of the person."""
    if password == DEMO_PASSWORD:
        return None if demo else "Demolösenordet går bara att använda i demoläge."
    password = normalized(password)
    problem = passwords.problem(password)
    because = None if problem else weakness(password, tuple(about))
    return weak(because) if because else problem


def known_about(session: Session, row: User) -> tuple[str, ...]:
    """Within a transaction: what a password of the person must not be built on."""
    units = select(Unit.name).join(Membership, Membership.unit_id == Unit.id).where(Membership.user_id == row.id)
    return (row.name, row.username, row.title, (row.email or "").partition("@")[0], *session.scalars(units))


def weakness(password: str, about: tuple[str, ...]) -> Weakness | None:
    """What makes it easy to guess, if it is."""
    from zxcvbn import matching, scoring  # its word lists are large, and a password is seldom chosen: late.py

    # Not the library's search for l3tters, which takes seconds for some inputs: `readings_of` does that part.
    matchers = (
        matching.dictionary_match, matching.reverse_dictionary_match, matching.spatial_match, matching.sequence_match,
        matching.regex_match, matching.date_match,
    )  # fmt: skip
    dictionaries = {**matching.RANKED_DICTIONARIES, "near": matching.build_ranked_dict(likely_words(about))}
    for reading, factor in readings_of(password):
        found = [match for matcher in matchers for match in matcher(reading, _ranked_dictionaries=dictionaries)]
        found.sort(key=lambda match: (match["i"], match["j"]))
        # Without what the library adds for each further part: three words that all know would count as good.
        estimate = scoring.most_guessable_match_sequence(reading, found, _exclude_additive=True)
        if estimate["guesses"] * factor < MIN_GUESSES:
            patterns = {match.get("dictionary_name", match["pattern"]) for match in estimate["sequence"]}
            return _because(patterns, dictionaries.keys())
    return None


def _because(patterns: set[str], dictionaries: Set[str]) -> Weakness:
    if "near" in patterns:
        return Weakness.NEAR_AT_HAND
    return Weakness.COMMON if patterns & dictionaries else Weakness.PATTERN


def _verified(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@cache
def _demo_hash() -> str:
    """One for all: argon2 is slow on purpose, and a salt hides nothing of a password that the sign-in page shows."""
    return HASHER.hash(DEMO_PASSWORD)
