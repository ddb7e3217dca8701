"""What a page may show of drafts: the own text, of colleagues' only that it was begun."""

import pytest
from flask import Flask

from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import Actor
from lcweb.queries import drafts as queries
from lcweb.queries import threads
from lcweb.queries.drafts import Begun, InThread, LetterRow
from lcweb.services import drafts
from lcweb.services.drafts import WrittenOn
from tests.at import at
from tests.factories import PATIENT, colleague, pair, thread, user

NOW, LATER = at("Mon 2026-11-16 09:00"), at("Mon 2026-11-16 10:41")


def begin(actor: Actor, thread_id: int, body: str) -> None:
    written_on = WrittenOn(page="sida", after="", submission_id=body)
    drafts.save_reply(actor, thread_id, {"body": body}, written_on=written_on, now=LATER)


def begin_letter(actor: Actor, page: str = "sida", **typed: str) -> int:
    fields = {"body": "Kan ni", "patient_id": PATIENT, "patient_name": "Tove Testsson", "subject": "Sår"} | typed
    written_on = WrittenOn(page=page, after="", submission_id=page)
    draft_id = drafts.save_letter(actor, fields, written_on=written_on, now=LATER)
    assert draft_id
    return draft_id


def who(actor: Actor) -> dict[str, int]:
    return {"user_id": actor.user_id, "unit_id": actor.require_unit()}


def in_thread(*, thread_id: int, user_id: int, unit_id: int) -> InThread:
    return threads.around(thread_id=thread_id, unit_id=unit_id, user_id=user_id, last_event_id=None).drafts


def test_in_a_thread_the_own_text_and_that_colleagues_have_begun(app: Flask) -> None:
    anna, karin = pair()
    bo = colleague(karin)
    thread_id = thread(anna, karin.require_unit(), now=NOW)
    begin(karin, thread_id, "Karins text")
    begin(anna, thread_id, "Annas text")
    found = in_thread(thread_id=thread_id, **who(karin))
    assert found.own is not None
    assert (found.own.content.fields, found.own.saved_at, found.begun) == ({"body": "Karins text"}, LATER, ())
    assert in_thread(thread_id=thread_id, **who(bo)) == InThread(None, (Begun("Karin B.", LATER),))
    assert in_thread(thread_id=thread_id, **who(user())) == InThread(None, ())


def test_a_person_s_draft_is_of_the_unit_acted_from(app: Flask) -> None:
    anna, karin = pair()
    thread_id = thread(anna, karin.require_unit(), now=NOW)
    begin(karin, thread_id, "Karins text")
    elsewhere = {"user_id": karin.user_id, "unit_id": anna.require_unit()}
    assert in_thread(thread_id=thread_id, **elsewhere) == InThread(None, ())


def test_p2_the_list_of_begun_letters_names_the_unit_and_nothing_of_the_patient(app: Flask) -> None:
    anna, karin = pair()
    first = begin_letter(anna, "a", recipient_unit=str(karin.unit_id))
    strange = [begin_letter(anna, f"b{n}", recipient_unit=raw) for n, raw in enumerate(("", "x", "9" * 30, "１"))]
    begin_letter(colleague(anna), "c")
    found = queries.letters(**who(anna))
    assert {row.id: row.recipient for row in found} == {first: karin.unit_name, **dict.fromkeys(strange)}
    assert LetterRow(first, LATER, karin.unit_name) in found
    assert not [word for word in ("Tove", "2384", "Sår", "Kan ni") if word in repr(found)]


def test_a_letter_is_given_to_its_own_person_alone(app: Flask) -> None:
    anna, karin = pair()
    draft_id = begin_letter(anna)
    found = queries.get_letter(draft_id, **who(anna))
    assert (found.page_id, found.content.fields["patient_id"]) == ("sida", PATIENT)
    assert queries.find_letter("sida", **who(anna)) == found
    elsewhere = {"user_id": anna.user_id, "unit_id": karin.require_unit()}
    for stranger in (who(karin), who(colleague(anna)), elsewhere):
        assert queries.find_letter("sida", **stranger) is None
        with pytest.raises(NotFound):
            queries.get_letter(draft_id, **stranger)


def test_a_reply_s_draft_is_no_letter(app: Flask) -> None:
    anna, karin = pair()
    begin(anna, thread(anna, karin.require_unit(), now=NOW), "Hej")
    with pytest.raises(NotFound):
        queries.get_letter(1, **who(anna))
    assert queries.letters(**who(anna)) == []
