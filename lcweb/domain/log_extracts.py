"""What a patient's extract of the log is asked by (L4): one patient, with the whole number."""

from dataclasses import dataclass
from datetime import date

from lcweb.domain.errors import Refused
from lcweb.domain.identity import compact
from lcweb.domain.search import day_problem, patient_problem, read_day


@dataclass(frozen=True, kw_only=True)
class ExtractQuery:
    """Days are inclusive, in Stockholm; None: from the beginning, or until now."""

    patient_number: str
    from_day: date | None = None
    to_day: date | None = None


def query(*, patient_id: str, from_day: str, to_day: str) -> ExtractQuery:
    """`patient_id`, `from_day`, `to_day`: as typed. Raises Refused with everything that is wrong.

    Ten digits may stand for two people, whose acts must never stand in one extract.
    """
    number = compact(patient_id)
    found = {
        "patient_id": _number_problem(number) or patient_problem(patient_id),
        "from_day": day_problem(from_day),
        "to_day": day_problem(to_day),
    }
    problems = {field: sentence for field, sentence in found.items() if sentence}
    if problems:
        raise Refused(problems)
    first, last = read_day(from_day), read_day(to_day)
    if first and last and first > last:
        raise Refused({"to_day": "Den sista dagen ligger före den första. Byt plats på dem."})
    return ExtractQuery(patient_number=number, from_day=first, to_day=last)


def _number_problem(number: str) -> str | None:
    if not number:
        return "Skriv patientens personnummer, eller reservnumret som det står."
    if len(number) == 10 and number.isdigit():
        return "Skriv personnumret med alla tolv siffror. Tio siffror kan gälla två personer."
    return None
