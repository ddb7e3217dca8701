"""The fields of a thread page's forms, by their contract names."""

import uuid
from datetime import date
from typing import NamedTuple

from wtforms import BooleanField, StringField

from lcweb.domain.errors import Refused
from lcweb.queries.drafts import OwnDraft
from lcweb.web.forms.threads import NO, DraftedForm, SubmittedForm, chosen_number


class MoveForm(SubmittedForm):
    """`part` names the form on the page; a refused one is shown open, with what was typed in it."""

    part = ""
    version = StringField()
    hints = StringField()

    @property
    def seen_version(self) -> int:
        """0, which no thread has, when the field is missing or made up: the answer is then a 409, never a guess."""
        return chosen_number(self.version.data) or 0

    @property
    def hints_confirmed(self) -> int:
        """The count that the person has confirmed (S5)."""
        return chosen_number(self.hints.data) or 0


class MessageForm(MoveForm):
    """Of a move that concerns one of the unit's messages."""

    message = StringField()

    @property
    def message_id(self) -> int | None:
        return chosen_number(self.message.data)


class ReplyForm(DraftedForm, MoveForm):
    part = "reply"
    body = StringField()
    phrase = StringField()
    expects_reply = BooleanField(false_values=(False, "", NO))
    callback_day = StringField()

    def day(self) -> date | None:
        """None when no day is given. Raises Refused for what is no date."""
        given = (self.callback_day.data or "").strip()
        try:
            return date.fromisoformat(given) if given else None
        except ValueError:
            raise Refused({"callback_day": "Skriv dagen som ÅÅÅÅ-MM-DD, till exempel 2026-11-27."}) from None

    def take_up(self, draft: OwnDraft) -> None:
        """What stood half-written comes first."""
        fields = draft.content.fields
        self.body.data = "\n\n".join(text for text in (fields.get("body"), self.body.data) if text)
        self.expects_reply.data = "expects_reply" in fields
        self.callback_day.data = fields.get("callback_day", "")


class ForwardForm(MoveForm):
    part = "forward"
    recipient_unit = StringField()
    reason = StringField()
    words = StringField()

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.recipient_unit.data)


class ReturnForm(MoveForm):
    part = "return"
    suggested_unit = StringField()
    reason = StringField()
    words = StringField()

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.suggested_unit.data)


class CorrectForm(MessageForm):
    part = "correct"
    correction = StringField()


class WithdrawForm(MessageForm):
    part = "withdraw"


class VoidForm(MessageForm):
    part = "void"
    reason = StringField()


class CloseForm(MoveForm):
    part = "close"


class NoteForm(MoveForm):
    part = "note"
    note = StringField()


class Value(NamedTuple):
    """What a template asks of a field."""

    data: str | None = None


class Untouched:
    """A form in which nothing has been written, as the page's macros ask a MoveForm: a page has many of them, and each
    MoveForm takes longer to make than to show.
    """

    unit_id = message_id = None
    reason = Value()

    def __init__(self, part: str, version: int) -> None:
        self.part, self.version, self.submission_id = part, Value(str(version)), Value(str(uuid.uuid4()))

    def __getitem__(self, name: str) -> Value:
        return Value()


#: Those that stand on the page beside the reply.
PARTS = tuple(form.part for form in (ForwardForm, ReturnForm, CorrectForm, WithdrawForm, VoidForm, NoteForm))
