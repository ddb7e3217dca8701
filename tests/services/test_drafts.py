"""Drafts are kept, followed, cleared and swept; whose they are and what the log says of it."""

from functools import partial
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.drafts import Content, unpacked
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role
from lcweb.models import AccessLogRow, Draft, ThreadParty
from lcweb.services import drafts, threads
from lcweb.services.drafts import WrittenOn
from tests.at import at
from tests.factories import PATIENT, RULES, colleague, new_thread, pair, submission_id, thread, unit, user, version_of
from tests.race import race
from tests.rows import count, nothing_written, row, rows

NOW, LATER = at("Mon 2026-11-16 09:00"), at("Mon 2026-11-16 10:41")
NUMBER = PATIENT.replace("-", "")


def on(page: str = "a", *, after: str = "", sends: str | None = None) -> WrittenOn:
    return WrittenOn(page=page, after=after, submission_id=sends or f"sent-by-{page}")


def answer(actor: Actor, thread_id: int, body: str = "Vi kom", *, at_page: WrittenOn | None = None) -> bool:
    return drafts.save_reply(actor, thread_id, {"body": body}, written_on=at_page or on(), now=LATER)


def letter(actor: Actor, *, at_page: WrittenOn | None = None, **typed: str) -> int | None:
    fields = {"body": "Kan ni", "recipient_unit": "2"} | typed
    return drafts.save_letter(actor, fields, written_on=at_page or on(), now=LATER)


def stored(**where: Any) -> Content:
    return unpacked(row(Draft, **where).fields)


@pytest.fixture
def two(app: Flask) -> tuple[Actor, Actor, int]:
    """Sender, recipient, and their thread."""
    sender, recipient = pair()
    return sender, recipient, thread(sender, recipient.require_unit(), now=NOW)


Two = tuple[Actor, Actor, int]


# A reply --------------------------------------------------------------------------------------------------------------


def test_a_reply_is_kept_where_it_was_written(two: Two) -> None:
    _, karin, thread_id = two
    assert answer(karin, thread_id, "Vi kommer\x00 på må")
    kept = row(Draft)
    assert (kept.user_id, kept.unit_id, kept.thread_id, kept.page_id) == (karin.user_id, karin.unit_id, thread_id, None)
    assert (kept.begun_at, kept.saved_at) == (LATER, LATER)
    assert stored() == Content("a", {"body": "Vi kommer\x00 på må"})


def test_the_first_save_tells_colleagues_and_the_log_and_later_ones_do_not(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id)
    logged = row(AccessLogRow, action="draft")
    assert (logged.user_id, logged.unit_id, logged.thread_id) == (karin.user_id, karin.unit_id, thread_id)
    assert logged.patient_number == NUMBER
    before = rows(ThreadParty), rows(AccessLogRow)
    drafts.save_reply(karin, thread_id, {"body": "Vi kommer"}, written_on=on(), now=at("Mon 2026-11-16 10:42"))
    assert (rows(ThreadParty), rows(AccessLogRow)) == before
    assert (row(Draft).begun_at, row(Draft).saved_at) == (LATER, at("Mon 2026-11-16 10:42"))


def test_only_the_own_unit_s_side_rises(two: Two) -> None:
    sender, karin, thread_id = two
    answer(karin, thread_id)
    assert row(ThreadParty, unit_id=karin.unit_id).revision == 1
    assert row(ThreadParty, unit_id=sender.unit_id).revision == 0


def test_an_emptied_box_is_no_draft_any_more(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id)
    assert answer(karin, thread_id, " \n") is False
    assert count(Draft) == 0
    assert row(ThreadParty, unit_id=karin.unit_id).revision == 2
    with nothing_written():
        assert answer(karin, thread_id, "") is False


def test_each_person_and_unit_has_a_draft_of_its_own(two: Two) -> None:
    sender, karin, thread_id = two
    for person in (sender, karin, colleague(karin)):
        answer(person, thread_id, person.name)
    assert [unpacked(draft.fields).fields["body"] for draft in rows(Draft)] == ["Anna Lind", "Karin Berg", "Bo Ek"]


def test_who_may_not_see_the_thread_or_not_write_keeps_nothing_in_it(two: Two) -> None:
    _, karin, thread_id = two
    desk, stranger = colleague(karin, role=Role.RECEPTIONIST), user(unit_id=unit())
    for person, error in ((stranger, NotFound), (desk, NotAllowed)):
        with nothing_written(), pytest.raises(error):
            answer(person, thread_id)
    with nothing_written(), pytest.raises(NotFound):
        answer(karin, 987_654)
    with nothing_written(), pytest.raises(NotFound):
        drafts.discard_reply(stranger, thread_id)


def test_p3_a_protected_identity_that_is_not_claimed_takes_no_draft(app: Flask) -> None:
    sender, karin = pair()
    thread_id = thread(sender, karin.require_unit(), now=NOW, protected=True)
    with nothing_written(), pytest.raises(NotFound):
        answer(karin, thread_id)
    threads.claim(karin, thread_id, now=NOW)
    assert answer(karin, thread_id)


def test_what_is_too_long_to_keep_leaves_the_draft_as_it_was(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id)
    with nothing_written(), pytest.raises(Refused, match="20001 tecken"):
        answer(karin, thread_id, "x" * 20_001)


def test_an_older_page_does_not_write_over_a_newer_one(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id, "Första fliken", at_page=on("a"))
    answer(karin, thread_id, "Andra fliken", at_page=on("b", after="a"))
    with nothing_written(), pytest.raises(Conflict, match="nyare utkastet ligger kvar"):
        answer(karin, thread_id, "Första fliken igen", at_page=on("a"))
    answer(karin, thread_id, "Andra fliken igen", at_page=on("b", after="a"))
    assert stored() == Content("b", {"body": "Andra fliken igen"})


def test_two_tabs_at_once_leave_one_whole_draft(app: Flask, two: Two) -> None:
    _, karin, thread_id = two
    saves = [partial(answer, karin, thread_id, page * 50, at_page=on(page)) for page in "abcdefgh"]
    results = race(app, saves)
    assert [type(result) for result in results].count(Conflict) == 7
    assert results.count(True) == 1
    assert stored().fields["body"] == stored().page * 50
    assert [logged.action for logged in rows(AccessLogRow)] == ["send", "draft"]


def test_a_sent_reply_takes_its_draft_along_and_only_its_own(two: Two) -> None:
    _, karin, thread_id = two
    bo = colleague(karin)
    answer(karin, thread_id)
    answer(bo, thread_id, "Bo skriver")
    sends = submission_id()
    send_reply(karin, thread_id, sends)
    assert [draft.user_id for draft in rows(Draft)] == [bo.user_id]
    with nothing_written():  # the autosave that was under way when the button was pressed
        assert answer(karin, thread_id, at_page=on(sends=sends)) is False


def send_reply(actor: Actor, thread_id: int, sends: str, version: int | None = None) -> None:
    threads.reply(
        actor, thread_id, "Vi kommer.", expects_reply=False, close=False, version=version or version_of(thread_id),
        submission_id=sends, now=LATER, rules=RULES,
    )  # fmt: skip


def test_a_refused_reply_leaves_its_draft(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id)
    with nothing_written(), pytest.raises(Conflict):
        send_reply(karin, thread_id, submission_id(), version=99)


def test_sending_and_saving_at_once_never_leaves_a_draft_of_what_was_sent(app: Flask, two: Two) -> None:
    _, karin, thread_id = two
    sends = submission_id()
    saves = [partial(answer, karin, thread_id, "Vi kommer.", at_page=on("a", sends=sends))] * 4
    results = race(app, [*saves, partial(send_reply, karin, thread_id, sends, 1)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert count(Draft) == 0


def test_throwing_away_is_done_once(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id)
    drafts.discard_reply(karin, thread_id)
    assert count(Draft) == 0
    assert row(ThreadParty, unit_id=karin.unit_id).revision == 2
    with nothing_written():
        drafts.discard_reply(karin, thread_id)


# A compose page -------------------------------------------------------------------------------------------------------


def test_a_letter_is_kept_by_its_page(app: Flask) -> None:
    anna, _ = pair()
    draft_id = letter(anna, patient_id="2000")
    kept = row(Draft)
    assert (kept.id, kept.page_id, kept.thread_id) == (draft_id, "sent-by-a", None)
    assert letter(anna, body="Kan ni komma") == draft_id
    assert letter(anna, at_page=on("b")) != draft_id
    assert count(Draft) == 2


def test_the_log_names_the_patient_as_soon_as_the_number_is_whole(app: Flask) -> None:
    """L1. A number changed is another patient."""
    anna, _ = pair()
    for typed in ("", "2000", PATIENT, f" {PATIENT} ", "18900101-9802"):
        letter(anna, patient_id=typed)
    logged = [(log.action, log.thread_id, log.patient_number) for log in rows(AccessLogRow)]
    assert logged == [("draft", None, ""), ("draft", None, NUMBER), ("draft", None, "189001019802")]


def test_handing_a_letter_out_again_is_logged(app: Flask) -> None:
    anna, _ = pair()
    draft_id = letter(anna, patient_id=PATIENT)
    drafts.open_letter(anna, draft_id, now=LATER)
    logged = rows(AccessLogRow)[-1]
    assert (logged.action, logged.user_id, logged.unit_id) == ("draft_shown", anna.user_id, anna.unit_id)
    assert logged.patient_number == NUMBER


def test_a_letter_is_nobody_else_s(app: Flask, two: Two) -> None:
    anna, karin, thread_id = two
    answer(karin, thread_id)
    reply_id = row(Draft).id
    draft_id = letter(anna)
    elsewhere = user(unit_id=karin.unit_id)
    for person in (colleague(anna), karin, elsewhere):
        for verb in (partial(drafts.open_letter, now=LATER), drafts.discard_letter):
            with nothing_written(), pytest.raises(NotFound):
                verb(person, draft_id)
        with nothing_written(), pytest.raises(NotFound):
            letter(person)
    for unknown in (reply_id, 987_654):
        with nothing_written(), pytest.raises(NotFound):
            drafts.open_letter(anna, unknown, now=LATER)


def test_who_may_not_write_has_no_letter(app: Flask) -> None:
    anna, _ = pair()
    desk = colleague(anna, role=Role.RECEPTIONIST)
    with nothing_written(), pytest.raises(NotAllowed):
        letter(desk)


def test_a_letter_emptied_or_thrown_away_is_gone(app: Flask) -> None:
    anna, _ = pair()
    letter(anna)
    assert letter(anna, body="") is None
    assert count(Draft) == 0
    drafts.discard_letter(anna, letter(anna))
    assert count(Draft) == 0


def test_the_same_page_in_two_tabs_keeps_the_newer(app: Flask) -> None:
    anna, _ = pair()
    letter(anna, at_page=on("a", sends="s"))
    letter(anna, at_page=on("b", after="a", sends="s"), body="Nyare")
    with nothing_written(), pytest.raises(Conflict):
        letter(anna, at_page=on("a", sends="s"), body="Äldre")
    assert stored().fields["body"] == "Nyare"


def test_a_sent_letter_takes_its_draft_along(app: Flask) -> None:
    anna, karin = pair()
    sends = submission_id()
    letter(anna, at_page=on("a", sends=sends))
    letter(anna, at_page=on("b"), body="En annan patient")
    send_letter(anna, karin, sends)
    assert stored().fields["body"] == "En annan patient"
    with nothing_written():
        assert letter(anna, at_page=on("a", sends=sends)) is None


def send_letter(anna: Actor, karin: Actor, sends: str) -> None:
    threads.start(anna, new_thread(karin.unit_id), submission_id=sends, now=LATER, rules=RULES)


def test_a_letter_sent_and_saved_at_once_leaves_no_draft(app: Flask) -> None:
    anna, karin = pair()
    sends = submission_id()
    saves = [partial(letter, anna, at_page=on("a", sends=sends))] * 4
    results = race(app, [*saves, partial(send_letter, anna, karin, sends)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert count(Draft) == 0


# After fourteen days --------------------------------------------------------------------------------------------------


def test_what_nobody_goes_on_with_is_swept_after_fourteen_days(two: Two) -> None:
    anna, karin, thread_id = two
    answer(karin, thread_id)
    letter(anna)
    with nothing_written():
        assert drafts.sweep(now=at("Mon 2026-11-30 10:41"), rules=RULES) == 0
    assert drafts.sweep(now=at("Mon 2026-11-30 10:42"), rules=RULES) == 2
    assert count(Draft) == 0
    assert row(ThreadParty, unit_id=karin.unit_id).revision == 2


def test_writing_on_begins_the_fourteen_days_anew(two: Two) -> None:
    _, karin, thread_id = two
    answer(karin, thread_id)
    drafts.save_reply(karin, thread_id, {"body": "Mer"}, written_on=on(), now=at("Fri 2026-11-20 09:00"))
    assert drafts.sweep(now=at("Tue 2026-12-01 10:42"), rules=RULES) == 0
