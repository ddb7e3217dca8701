"""HSA-id: what the care sector's directory calls an organization, a unit or a person."""

import re

LONGEST = 31  # characters
#: A country's or a test's letters, an organization number, a dash, and what the organization itself has chosen.
_FORM = re.compile(r"(?:SE|TST[A-Z]{0,5})[0-9]{10}-[A-Z0-9]{1,18}")


def normalized(raw: str) -> str:
    """Upper case, without white space at either end."""
    return raw.strip().upper()


def problem(raw: str) -> str | None:
    """A sentence when `raw`, which may be empty, has not the form of an HSA-id. Whether it exists is not asked."""
    hsa_id = normalized(raw)
    if not hsa_id or (len(hsa_id) <= LONGEST and _FORM.fullmatch(hsa_id)):
        return None
    return "HSA-id skrivs som SE2321000115-1A2B: SE, organisationsnumret med tio siffror, bindestreck och en kod."
