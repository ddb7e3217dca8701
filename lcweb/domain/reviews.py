"""What a reviewer asks of the access log (L3)."""

from dataclasses import dataclass
from datetime import date

from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.identity import compact
from lcweb.domain.search import day_problem, patient_numbers_of, patient_problem, read_day

MAX_NAME = 200  # characters


@dataclass(frozen=True, kw_only=True)
class TypedReview:
    """The page's fields, as typed."""

    patient_id: str = ""
    person: str = ""
    unit_id: int | None = None
    action: LogAction | None = None
    from_day: str = ""
    to_day: str = ""


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """Rows that fulfil all of it. `patient_numbers`: all that the typed one may stand for. Days are inclusive."""

    patient_numbers: tuple[str, ...] = ()
    person: str = ""
    unit_id: int | None = None
    action: LogAction | None = None
    from_day: date | None = None
    to_day: date | None = None


def query(typed: TypedReview) -> LogQuery:
    """Raises Refused with everything that is wrong: form-field name → sentence."""
    found = {
        "patient_id": patient_problem(typed.patient_id),
        "person": _name_problem(typed.person),
        "from_day": day_problem(typed.from_day),
        "to_day": day_problem(typed.to_day),
    }
    problems = {field: sentence for field, sentence in found.items() if sentence}
    if problems:
        raise Refused(problems)
    first, last = read_day(typed.from_day), read_day(typed.to_day)
    if first and last and first > last:
        raise Refused({"to_day": "Den sista dagen ligger före den första. Byt plats på dem."})
    return LogQuery(
        patient_numbers=patient_numbers_of(compact(typed.patient_id)), person=typed.person.strip(),
        unit_id=typed.unit_id, action=typed.action, from_day=first, to_day=last,
    )  # fmt: skip


def is_named(name: str, typed: str) -> bool:
    """Whether each typed word begins one of the name's."""
    words = name.casefold().split()
    return all(any(word.startswith(part) for word in words) for part in typed.casefold().split())


def _name_problem(typed: str) -> str | None:
    if len(typed) > MAX_NAME:
        return f"Namnet är {len(typed)} tecken. Högst {MAX_NAME} får plats."
    return None
