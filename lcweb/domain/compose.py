"""What the compose page sends, and all that may stop it (S1–S8, P1)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lcweb.domain import guards, identity, outlines
from lcweb.domain.identity import TYPE_NAMES, Doubt, Doubtful, NumberType, PatientNumber, may_be_reserve
from lcweb.domain.recipients import CaseType


class DisclosureBasis(StrEnum):
    CONSENT = "consent"
    HARM_ASSESSMENT = "harm_assessment"
    OTHER = "other"


class Confirmation(StrEnum):
    """What a person may be asked to confirm once; also the name of the form field that does it."""

    RESERVE_NUMBER = "reserve_number"  # P1
    NEW_THREAD = "new_thread"  # S6
    HINTS = "hints"  # S5


@dataclass(frozen=True, kw_only=True)
class NewThread:
    """What the compose page sends, as typed. `expects_reply` None: neither alternative was chosen.

    `recipient_entry_id`: the row of the municipality's list, where the unit stands in several (S2). `hints_confirmed`:
    the count that was confirmed (S5).
    """

    recipient_unit_id: int | None
    recipient_entry_id: int | None = None
    municipality: str = ""
    case_type: str = ""
    patient_id: str = ""
    patient_name: str = ""
    protected: bool = False
    subject: str = ""
    body: str = ""
    expects_reply: bool | None = None
    disclosure_basis: str = ""
    disclosure_words: str = ""
    not_acute: bool = False
    reserve_type: str = ""
    confirmed: frozenset[Confirmation] = frozenset()
    hints_confirmed: int = 0


_DOUBTS = {
    Doubt.EMPTY: "Skriv patientens personnummer med tolv siffror.",
    Doubt.CENTURY: "Skriv personnumret med århundrade, tolv siffror: {centuries}.",
    Doubt.FORM: "Det här är inget identitetsnummer. Skriv tolv siffror: ÅÅÅÅMMDD-NNNN.",
    Doubt.CHECK_DIGIT: "Sista siffran stämmer inte. Kontrollera numret mot journalen.",
    Doubt.DATE: "Numret börjar inte med ett datum som finns. Kontrollera numret mot journalen.",
    Doubt.FUTURE: "Födelsedatumet ligger i framtiden. Kontrollera numret mot journalen.",
    Doubt.RESERVE: "Det ser ut som ett {sort}. Kontrollera det mot journalen och bekräfta under fältet.",
    Doubt.OTHER_NUMBER: "Det här är varken personnummer eller samordningsnummer. Kontrollera numret mot journalen.",
}
_VOUCH = " Är det ett reservnummer? Bekräfta det under fältet och skriv vilken sort."


def patient_number(new: NewThread, today: date) -> PatientNumber:
    """Raises Doubtful."""
    return identity.classify(
        new.patient_id, today=today, reserve_confirmed=Confirmation.RESERVE_NUMBER in new.confirmed
    )


def reserve_sort(new: NewThread, today: date) -> NumberType | None:
    """Which sort of reserve number the page offers to confirm, or has had confirmed (P1). None: there is no doubt."""
    try:
        sort = patient_number(new, today).type
    except Doubtful as doubtful:
        return doubtful.sort if may_be_reserve(doubtful.doubt) else None
    return sort if sort.is_reserve else None


def reserve_words(new: NewThread, number: PatientNumber) -> str:
    """The sort as stated by hand, of a number whose form does not tell."""
    return guards.normalized(new.reserve_type) if number.type is NumberType.OTHER_RESERVE else ""


def problems(new: NewThread, *, today: date) -> dict[str, str]:
    """Everything that stops the message, all at once: form-field name → sentence, in the page's order."""
    found = {
        "recipient_unit": None if new.recipient_unit_id else "Välj vilken enhet som ska få meddelandet.",
        "case_type": None if new.case_type in set(CaseType) else "Välj ärendetyp.",
        "patient_id": _patient_problem(new, today),
        "reserve_type": _reserve_problem(new, today),
        "patient_name": _name_problem(new),
        "subject": _subject_problem(new.subject),
        "body": guards.body_problem(new.body) or outlines.body_problem(new.body),
        "expects_reply": "Välj om du vill ha svar." if new.expects_reply is None else None,
        "disclosure_basis": _basis_problem(new),
        "disclosure_words": _basis_words_problem(new),
        "not_acute": None if new.not_acute else "Bekräfta att ärendet inte är akut. Är det akut – ring enheten.",
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _subject_problem(raw: str) -> str | None:
    subject = guards.normalized(raw)
    if not subject:
        return "Skriv ett kort ämne."
    return guards.text_problem(subject, what="Ämnet", most=guards.MAX_SUBJECT, lines=False)


def _patient_problem(new: NewThread, today: date) -> str | None:
    try:
        patient_number(new, today)
    except Doubtful as doubtful:
        return _doubt_sentence(doubtful)
    return None


def _doubt_sentence(doubtful: Doubtful) -> str:
    centuries = " eller ".join(identity.dashed(number) for number in doubtful.centuries)
    sentence = _DOUBTS[doubtful.doubt].format(centuries=centuries, sort=TYPE_NAMES[doubtful.sort])
    by_hand = may_be_reserve(doubtful.doubt) and doubtful.sort is NumberType.OTHER_RESERVE
    return sentence + (_VOUCH if by_hand else "")


def _reserve_problem(new: NewThread, today: date) -> str | None:
    """The words are needed where the number's form does not tell its sort."""
    if Confirmation.RESERVE_NUMBER not in new.confirmed:
        return None
    kind = guards.normalized(new.reserve_type)
    if not kind and reserve_sort(new, today) is NumberType.OTHER_RESERVE:
        return "Skriv vilken sorts reservnummer det är, till exempel Halland eller Skåne."
    return guards.text_problem(kind, what="Reservnumrets sort", most=60, lines=False)


def _name_problem(new: NewThread) -> str | None:
    name = guards.normalized(new.patient_name)
    if not name and not new.protected:
        return "Skriv patientens namn. Namnet och numret ska höra ihop."
    return guards.text_problem(name, what="Namnet", most=100, lines=False)


def _basis_problem(new: NewThread) -> str | None:
    if new.disclosure_basis in set(DisclosureBasis):
        return None
    return "Välj vad som gör att du får lämna ut uppgifterna."


def _basis_words_problem(new: NewThread) -> str | None:
    if new.disclosure_basis != DisclosureBasis.OTHER:
        return None
    words = guards.normalized(new.disclosure_words)
    if not words:
        return "Skriv vilken annan grund du har för att lämna ut uppgifterna."
    return guards.text_problem(words, what="Grunden", most=200, lines=False)
