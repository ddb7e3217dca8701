"""The compose page's fields, by their contract names."""

import re
import uuid

from wtforms import BooleanField, HiddenField, StringField

from lcweb.domain.compose import Confirmation, NewThread
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.recipients import CaseType, Choice, read_choice
from lcweb.queries.drafts import OwnDraft
from lcweb.services.drafts import WrittenOn
from lcweb.web.forms.own import OwnForm

YES, NO = "ja", "nej"
_SUBMISSION = re.compile(r"[0-9a-f-]{36}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class SubmittedForm(OwnForm):
    submission_id = HiddenField()

    def submission(self) -> str:
        """One for each page shown (S7); a made-up one counts as none."""
        return own_id(self.submission_id.data)


class DraftedForm(SubmittedForm):
    """A form whose text is saved while it is written: which page this is, and which page's draft it goes on from."""

    draft_page = HiddenField()
    draft_after = HiddenField()

    def written_on(self) -> WrittenOn:
        return WrittenOn(
            page=own_id(self.draft_page.data), after=self.draft_after.data or "", submission_id=self.submission()
        )

    def follow(self, draft: OwnDraft | None) -> None:
        """Before it is shown. A form that comes back from a refusal is still the same page."""
        self.draft_page.data = own_id(self.draft_page.data)
        self.draft_after.data = draft.content.page if draft else ""


class NewThreadForm(DraftedForm):
    municipality = StringField()
    case_type = StringField()
    recipient_unit = StringField()
    patient_id = StringField()
    reserve_number = BooleanField(false_values=(False, "", NO))
    reserve_type = StringField()
    patient_name = StringField()
    protected_identity = BooleanField(false_values=(False, "", NO))
    subject = StringField()
    body = StringField()
    phrase = StringField()
    expects_reply = StringField()
    disclosure_basis = StringField()
    disclosure_words = StringField()
    not_acute = BooleanField(false_values=(False, "", NO))
    new_thread = BooleanField(false_values=(False, "", NO))
    hints = StringField()

    @property
    def hints_confirmed(self) -> int:
        """0 until the person has ticked the box, whose value is the count (S5)."""
        return chosen_number(self.hints.data) or 0

    @property
    def recipient(self) -> Choice | None:
        return read_choice(self.recipient_unit.data or "")

    @property
    def unit_id(self) -> int | None:
        return self.recipient.unit_id if self.recipient else None

    @property
    def chosen_municipality(self) -> str:
        return self.municipality.data if self.municipality.data in MUNICIPALITIES else ""

    @property
    def chosen_case_type(self) -> CaseType | None:
        return CaseType(self.case_type.data) if self.case_type.data in set(CaseType) else None

    def typed(self) -> NewThread:
        answers = {YES: True, NO: False}
        ticks = {Confirmation.RESERVE_NUMBER: self.reserve_number.data, Confirmation.NEW_THREAD: self.new_thread.data}
        return NewThread(
            recipient_unit_id=self.unit_id,
            recipient_entry_id=self.recipient.entry_id if self.recipient else None,
            municipality=self.chosen_municipality,
            case_type=self.chosen_case_type or "",
            patient_id=self.patient_id.data or "",
            patient_name=self.patient_name.data or "",
            protected=self.protected_identity.data,
            subject=self.subject.data or "",
            body=self.body.data or "",
            expects_reply=answers.get(self.expects_reply.data or ""),
            disclosure_basis=self.disclosure_basis.data or "",
            disclosure_words=self.disclosure_words.data or "",
            not_acute=self.not_acute.data,
            reserve_type=self.reserve_type.data or "",
            confirmed=frozenset(question for question, ticked in ticks.items() if ticked),
            hints_confirmed=self.hints_confirmed,
        )


def own_id(given: str | None) -> str:
    """A made-up one is replaced."""
    return given if given and _SUBMISSION.fullmatch(given) else str(uuid.uuid4())


def chosen_number(raw: str | None) -> int | None:
    return int(raw) if raw and _NUMBER.fullmatch(raw) else None
