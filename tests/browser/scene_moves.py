"""Of the scene: a thread for each move that leaves a mark on the page, all of them from the clinic to home care."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lcweb.domain.permissions import Actor
from lcweb.models import Message
from lcweb.services import threads
from tests import factories
from tests.at import at, day
from tests.browser.halland import Halland
from tests.rows import rows

#: With a word that has to be broken.
WORDS = f"Patienten har flyttat till en släkting, se brevet. {'Samordningsansvarigomsorgskontakt' * 3}"
WRITTEN, READ, DONE = at("Mon 2026-11-16 13:00"), at("Mon 2026-11-16 14:00"), at("Mon 2026-11-16 15:00")
LATER = at("Mon 2026-11-16 16:00")


def made(people: Halland, colleague: Actor) -> dict[str, int]:
    """State → thread. Home care has opened every thread but the withdrawn one before it happened."""
    moves = _Moves(people, colleague)
    withdrawn = moves.written("Uppföljning withdrawn")
    threads.withdraw(people.nurse, withdrawn, last_message(withdrawn), now=READ)
    return {"withdrawn": withdrawn} | {
        "forwarded": moves.forwarded(),
        "returned": moves.returned(),
        "promised": moves.promised(),
        "voided": moves.voided(),
        "later voided": moves.later_voided(),
        "corrected": moves.corrected(),
        "taken over": moves.taken_over(),
        "noted": moves.noted(),
        "transferred": moves.transferred(),
    }


def answer(actor: Actor, thread_id: int, *, now: datetime, body: str = "Det gör vi.", **moves: Any) -> None:
    threads.open_thread(actor, thread_id, now=now)
    threads.reply(
        actor, thread_id, body, **({"expects_reply": False, "close": False} | moves),
        version=factories.version_of(thread_id), submission_id=factories.submission_id(), now=now,
        rules=factories.RULES,
    )  # fmt: skip


def last_message(thread_id: int) -> int:
    return rows(Message, thread_id=thread_id)[-1].id


@dataclass(frozen=True)
class _Moves:
    people: Halland
    colleague: Actor

    def written(self, subject: str) -> int:
        return factories.thread(
            self.people.nurse, self.people.home_nurse.require_unit(), now=WRITTEN, subject=subject
        )  # fmt: skip

    def opened(self, state: str) -> int:
        thread_id = self.written(f"Uppföljning {state}")
        threads.open_thread(self.people.home_nurse, thread_id, now=READ)
        return thread_id

    def forwarded(self) -> int:
        thread_id = self.opened("forwarded")
        threads.forward(
            self.people.home_nurse, thread_id, unit_id=self.people.other_home_nurse.unit_id, reason="other_area",
            words=WORDS, version=factories.version_of(thread_id), now=DONE, rules=factories.RULES,
        )  # fmt: skip
        return thread_id

    def returned(self) -> int:
        thread_id = self.opened("returned")
        threads.give_back(
            self.people.home_nurse, thread_id, suggested_unit_id=self.people.other_home_nurse.unit_id,
            reason="wrong_recipient", words=WORDS, version=factories.version_of(thread_id), now=DONE,
            rules=factories.RULES,
        )  # fmt: skip
        return thread_id

    def promised(self) -> int:
        thread_id = self.opened("promised")
        answer(self.people.home_nurse, thread_id, now=DONE, callback_day=day("Wed 2026-11-25"))
        return thread_id

    def voided(self) -> int:
        thread_id = self.opened("voided")
        threads.void(self.people.nurse, thread_id, last_message(thread_id), reason="wrong_patient", now=DONE)
        return thread_id

    def later_voided(self) -> int:
        thread_id = self.opened("later voided")
        answer(self.people.home_nurse, thread_id, now=DONE)
        threads.void(self.people.home_nurse, thread_id, last_message(thread_id), reason="mixed_up", now=LATER)
        return thread_id

    def corrected(self) -> int:
        thread_id = self.opened("corrected")
        threads.correct(
            self.people.nurse, thread_id, last_message(thread_id), "Jag menade tisdag.",
            version=factories.version_of(thread_id), submission_id=factories.submission_id(), now=DONE,
            rules=factories.RULES,
        )  # fmt: skip
        return thread_id

    def taken_over(self) -> int:
        thread_id = self.opened("taken over")
        threads.claim(self.colleague, thread_id, now=DONE)
        threads.claim(self.people.home_nurse, thread_id, take_over=True, now=LATER)
        return thread_id

    def noted(self) -> int:
        thread_id = self.opened("noted")
        submission = factories.submission_id()
        threads.note(
            self.people.home_nurse, thread_id, f"Har frågat doktor Ek.\n\n{WORDS}", submission_id=submission, now=DONE
        )  # fmt: skip
        return thread_id

    def transferred(self) -> int:
        thread_id = self.opened("transferred")
        answer(self.people.home_nurse, thread_id, now=DONE, close=True)
        threads.transfer(self.people.home_nurse, thread_id, now=LATER)
        return thread_id
