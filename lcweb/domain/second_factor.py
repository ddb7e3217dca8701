"""Inloggning i två steg: codes from an app (TOTP, RFC 6238: six digits, 30 seconds) and recovery codes."""

from datetime import datetime, timedelta
from enum import StrEnum

STEP_SECONDS = 30
DRIFT = 1  # steps before and after that a telephone's clock may be wrong by
DIGITS = 6

CODES = 10  # recovery codes in a set
CODE_LENGTH = 10  # characters
CODE_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another

SET_UP_WITHIN = timedelta(minutes=15)  # from the secret to its first code
SIGN_IN_WITHIN = timedelta(minutes=5)  # from the password to the code


class Policy(StrEnum):
    """Whether accounts with a password have a second factor."""

    OFF = "off"  # nobody sets one up; who has one still needs it
    OFFERED = "offered"
    REQUIRED = "required"


class SignInWay(StrEnum):
    """How a session began. An identity provider's has a word of its own."""

    PASSWORD = "password"
    PASSWORD_AND_CODE = "password+totp"


def must_set_up(policy: Policy, how: str) -> bool:
    """Whether the session leads nowhere but to setting up a second factor."""
    return policy is Policy.REQUIRED and how == SignInWay.PASSWORD


def step_of(moment: datetime) -> int:
    """The number of the time step, as RFC 6238 counts them."""
    return int(moment.timestamp()) // STEP_SECONDS


def steps_heard(now: datetime, *, after: int) -> list[int]:
    """Whose codes are taken: the present step and its neighbours, but none up to the last one taken."""
    present = step_of(now)
    return [step for step in range(present - DRIFT, present + DRIFT + 1) if step > after]


def typed(raw: str) -> str:
    """What was meant: people leave spaces and dashes in, or out."""
    return "".join(raw.split()).replace("-", "").lower()[:64]


def is_from_app(code: str) -> bool:
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def is_recovery_code(code: str) -> bool:
    return len(code) == CODE_LENGTH and set(code) <= set(CODE_CHARACTERS)


def in_groups(code: str, size: int) -> str:
    """As it is shown: easier to read and to type."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))
