"""Having a thread on screen: openings, who sees what, P3, L1."""

from functools import partial

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed, NotFound
from lcweb.domain.permissions import Actor, Role
from lcweb.models import AccessLogRow, InboxVersion, Message, Opening, Thread, ThreadParty
from lcweb.services import threads
from tests.at import at
from tests.factories import RULES, colleague, organization, pair, submission_id, thread, unit, user, version_of
from tests.race import race
from tests.rows import count, nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")
LATER = at("Mon 2026-11-16 11:03")


def test_the_first_opening_is_noted_by_whom_and_when(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    assert threads.open_thread(recipient, thread_id, now=LATER) is True
    opening = row(Opening)
    assert (opening.message_id, opening.unit_id) == (row(Message).id, recipient.unit_id)
    assert (opening.user_id, opening.opened_at) == (recipient.user_id, LATER)
    assert row(ThreadParty, unit_id=recipient.unit_id).unopened == 0


def test_opening_again_changes_only_the_log(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.open_thread(recipient, thread_id, now=LATER)
    before = (rows(Opening), rows(InboxVersion), row(Thread).revision)
    threads.open_thread(recipient, thread_id, now=at("Mon 2026-11-16 11:04"))
    assert (rows(Opening), rows(InboxVersion), row(Thread).revision) == before
    assert [logged.action for logged in rows(AccessLogRow)] == ["send", "open", "open"]


def test_each_colleague_has_an_opening_of_their_own(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.open_thread(recipient, thread_id, now=NOW)
    threads.open_thread(second, thread_id, now=LATER)
    assert {opening.user_id for opening in rows(Opening)} == {recipient.user_id, second.user_id}


def test_the_author_opens_nothing_by_looking_at_the_own_message(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.open_thread(sender, thread_id, now=LATER)
    assert count(Opening) == 0
    assert row(ThreadParty, unit_id=recipient.unit_id).unopened == 1


def test_opening_raises_the_senders_view_and_the_own_inbox_alone(app: Flask) -> None:
    """The sender's delivery line changes (revision), the sender's inbox does not."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = {version.unit_id: version.version for version in rows(InboxVersion)}
    threads.open_thread(recipient, thread_id, now=LATER)
    after = {version.unit_id: version.version for version in rows(InboxVersion)}
    assert after == before | {recipient.unit_id: before[recipient.unit_id] + 1}
    assert (row(Thread).revision, row(Thread).version) == (2, 1)


def test_a_reply_is_unopened_at_the_sender_until_opened_there(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.reply(recipient, thread_id, "Ja.", expects_reply=False, close=False, version=1,
                  submission_id=submission_id(), now=LATER, rules=RULES)  # fmt: skip
    assert row(ThreadParty, unit_id=sender.unit_id).unopened == 1
    threads.open_thread(sender, thread_id, now=LATER)
    assert row(ThreadParty, unit_id=sender.unit_id).unopened == 0


def test_another_unit_is_told_that_there_is_no_such_thread(app: Flask) -> None:
    sender, recipient = pair()
    stranger = user(unit_id=unit())
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    for show in (threads.open_thread, threads.shown_by_poll):
        with nothing_written(), pytest.raises(NotFound):
            show(stranger, thread_id, now=LATER)


def test_unknown_threads_are_not_found(app: Flask) -> None:
    sender, _ = pair()
    for show in (threads.open_thread, threads.shown_by_poll):
        with pytest.raises(NotFound):
            show(sender, 987_654, now=LATER)


@pytest.mark.parametrize("role", [Role.LIST_ADMIN, Role.SYSTEM_ADMIN, Role.LOG_REVIEWER])
def test_administrators_and_reviewers_see_no_thread(app: Flask, role: Role) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    actor = user(role=role, organization_id=None if role is Role.SYSTEM_ADMIN else organization())
    for show in (threads.open_thread, threads.shown_by_poll):
        with nothing_written(), pytest.raises(NotAllowed):
            show(actor, thread_id, now=LATER)


def test_p3_a_protected_identity_opens_for_who_has_claimed_it_alone(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW, protected=True)
    for show in (threads.open_thread, threads.shown_by_poll):
        with nothing_written():
            assert show(recipient, thread_id, now=LATER) is False
    threads.claim(recipient, thread_id, now=LATER)
    assert threads.open_thread(recipient, thread_id, now=LATER) is True
    assert threads.shown_by_poll(recipient, thread_id, now=LATER) is True
    with nothing_written():
        assert threads.open_thread(second, thread_id, now=LATER) is False


def test_p3_the_unit_manager_opens_a_protected_identity_unclaimed(app: Flask) -> None:
    sender, recipient = pair()
    manager = colleague(recipient, role=Role.UNIT_MANAGER)
    thread_id = thread(sender, recipient.unit_id, now=NOW, protected=True)
    assert threads.open_thread(manager, thread_id, now=LATER) is True


def test_p3_the_senders_colleagues_need_the_claim_too(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(sender)
    thread_id = thread(sender, recipient.unit_id, now=NOW, protected=True)
    assert threads.open_thread(sender, thread_id, now=LATER) is True
    with nothing_written():
        assert threads.open_thread(second, thread_id, now=LATER) is False


def test_l1_a_poll_is_logged_and_opens_nothing(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = (rows(Thread), rows(ThreadParty), rows(InboxVersion), rows(Opening))
    assert threads.shown_by_poll(recipient, thread_id, now=LATER) is True
    assert (rows(Thread), rows(ThreadParty), rows(InboxVersion), rows(Opening)) == before
    logged = rows(AccessLogRow)[-1]
    assert (logged.action, logged.at, logged.user_id) == ("shown_by_poll", LATER, recipient.user_id)


def test_the_same_person_in_two_tabs_opens_once(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    assert race(app, [partial(threads.open_thread, recipient, thread_id, now=LATER)] * 8) == [True] * 8
    assert (count(Opening), count(AccessLogRow)) == (1, 9)


def test_a_message_that_arrives_meanwhile_stays_unopened(app: Flask) -> None:
    """Whoever is first, the counter agrees with the openings."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    more = partial(threads.reply, sender, thread_id, "En sak till.", expects_reply=True, close=False, version=1,
                   submission_id=submission_id(), now=LATER, rules=RULES)  # fmt: skip
    results = race(app, [partial(threads.open_thread, recipient, thread_id, now=LATER), more])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert row(ThreadParty, unit_id=recipient.unit_id).unopened == count(Message) - count(Opening)


# What a poll brought, and somebody then used ----------------------------------------------------------------------


def answer(actor: Actor, thread_id: int) -> int:
    """The new message's number."""
    threads.reply(actor, thread_id, "En sak till.", expects_reply=False, close=False, version=version_of(thread_id),
                  submission_id=submission_id(), now=LATER, rules=RULES)  # fmt: skip
    return rows(Message)[-1].id


def test_only_what_was_on_the_page_is_opened(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    first, second = (answer(recipient, thread_id) for _ in range(2))
    threads.mark_opened(sender, thread_id, up_to=first, now=LATER)
    assert [(opening.message_id, opening.user_id) for opening in rows(Opening)] == [(first, sender.user_id)]
    assert row(ThreadParty, unit_id=sender.unit_id).unopened == 1
    assert rows(AccessLogRow)[-1].action == "open"
    threads.mark_opened(sender, thread_id, up_to=second, now=LATER)
    assert row(ThreadParty, unit_id=sender.unit_id).unopened == 0


def test_marking_again_or_what_is_not_there_changes_nothing(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    number = answer(recipient, thread_id)
    threads.mark_opened(sender, thread_id, up_to=number, now=LATER)
    for up_to in (number, number + 99, number - 1, 0):
        with nothing_written():
            threads.mark_opened(sender, thread_id, up_to=up_to, now=LATER)


def test_a_mark_tells_both_units_pages(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    number = answer(recipient, thread_id)
    before, inboxes = row(Thread).revision, {version.unit_id: version.version for version in rows(InboxVersion)}
    threads.mark_opened(sender, thread_id, up_to=number, now=LATER)
    assert row(Thread).revision == before + 1
    after = {version.unit_id: version.version for version in rows(InboxVersion)}
    assert after == inboxes | {sender.unit_id: inboxes[sender.unit_id] + 1}


def test_nobody_else_marks(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, protected=True)
    stranger, admin = user(unit_id=unit()), user(role=Role.SYSTEM_ADMIN)
    for person, error in ((stranger, NotFound), (recipient, NotFound), (admin, NotAllowed)):
        with nothing_written(), pytest.raises(error):
            threads.mark_opened(person, thread_id, up_to=99, now=LATER)
