"""Sending the first message: S1–S8, T5, B1."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.compose import Confirmation, DisclosureBasis, NewThread
from lcweb.domain.errors import NotAllowed, NotFound, Refused
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyKind
from lcweb.domain.workdays import OfficeHours
from lcweb.models import AccessLogRow, InboxVersion, Message, Obligation, Thread, ThreadParty
from lcweb.services import calendar, recipients, threads
from lcweb.services.calendar import Place
from lcweb.services.threads import Sent
from tests.at import at, day
from tests.factories import LONG_AGO, RULES, new_thread, pair, submission_id, unit, user
from tests.rows import count, nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")


def start(actor: Actor, new: NewThread, *, now: datetime = NOW, rules: Rules = RULES) -> Sent:
    return threads.start(actor, new, submission_id=submission_id(), now=now, rules=rules)


def refusal(actor: Actor, new: NewThread, *, now: datetime = NOW) -> dict[str, str]:
    with nothing_written(), pytest.raises(Refused) as refused:
        start(actor, new, now=now)
    return refused.value.problems


# What is stored -----------------------------------------------------------------------------------------------------


def test_a_thread_its_parties_its_message_and_its_duty_are_written(app: Flask) -> None:
    """S1, S3, B1."""
    sender, recipient = pair()
    sent = start(sender, new_thread(recipient.unit_id, case_type=CaseType.SINGLE_HOME_VISIT))
    thread = row(Thread)
    assert (sent.thread_id, sent.again) == (thread.id, False)
    assert (thread.sender_unit_id, thread.recipient_unit_id) == (sender.unit_id, recipient.unit_id)
    assert (thread.case_type, thread.subject) == ("single_home_visit", "Såromläggning")
    assert (thread.disclosure_basis, thread.not_acute) == ("consent", True)
    assert (thread.created_at, thread.closed_at) == (NOW, None)
    assert (thread.version, thread.revision, thread.message_count) == (1, 1, 1)
    mine, theirs = row(ThreadParty, unit_id=sender.unit_id), row(ThreadParty, unit_id=recipient.unit_id)
    assert (mine.claimed_by_id, mine.claimed_at, mine.unopened) == (sender.user_id, NOW, 0)
    assert (theirs.claimed_by_id, theirs.claimed_at, theirs.unopened) == (None, None, 1)
    assert mine.last_at == theirs.last_at == NOW


def test_the_author_block_is_as_it_was_when_sent(app: Flask) -> None:
    place = unit("Vårdcentralen Kolla", phone="0300-11 11 11")
    at_desk = user("Anna Lind", unit_id=place, title="Distriktssköterska")
    with_own_phone = user("Bo Ek", unit_id=place, phone="070-1")
    start(at_desk, new_thread(unit()))
    start(with_own_phone, new_thread(unit()))
    first, second = rows(Message)
    assert (first.author_name, first.author_title) == ("Anna Lind", "Distriktssköterska")
    assert (first.author_unit, first.author_phone) == ("Vårdcentralen Kolla", "0300-11 11 11")
    assert second.author_phone == "070-1"
    assert (first.sent_at, first.acknowledged_at, first.expects_reply) == (NOW, None, True)


@pytest.mark.parametrize(
    ("expects_reply", "kind"), [(True, DutyKind.REPLY), (False, DutyKind.ACKNOWLEDGE)], ids=["reply", "information"]
)
def test_b1_a_message_puts_a_duty_on_the_recipient(app: Flask, expects_reply: bool, kind: DutyKind) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id, expects_reply=expects_reply))
    duty = row(Obligation)
    assert (duty.unit_id, duty.owed_to_unit_id, duty.kind) == (recipient.unit_id, sender.unit_id, kind)
    assert (duty.message_id, duty.received_at, duty.answer_days) == (row(Message).id, NOW, 3)
    assert (duty.due_at, duty.ended_at, duty.ended_by) == (at("Thu 2026-11-19 16:30"), None, None)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("Mon 2026-11-16 09:00", "Thu 2026-11-19 16:30"),
        ("Fri 2026-11-20 16:29", "Wed 2026-11-25 16:30"),
        ("Fri 2026-11-20 16:30", "Thu 2026-11-26 16:30"),
        ("Fri 2026-01-02 09:00", "Thu 2026-01-08 16:30"),
        ("Tue 2026-03-31 10:00", "Tue 2026-04-07 16:30"),
        ("Wed 2026-06-17 09:00", "Tue 2026-06-23 16:30"),
        ("Tue 2026-12-22 09:00", "Tue 2026-12-29 16:30"),
        ("Wed 2026-12-23 16:30", "Mon 2027-01-04 16:30"),
        ("Thu 2026-12-31 10:00", "Fri 2027-01-08 16:30"),
    ],
)
def test_t5_the_table_of_the_routine(app: Flask, received: str, due: str) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id), now=at(received))
    assert row(Obligation).due_at == at(due)


def test_t5_with_30_april_a_half_day(app: Flask) -> None:
    sender, recipient = pair()
    calendar.halve_day(operator(), day("Thu 2026-04-30"), Place(), now=at("Wed 2026-04-01 09:00"))
    start(sender, new_thread(recipient.unit_id), now=at("Mon 2026-04-27 09:00"))
    assert row(Obligation).due_at == at("Thu 2026-04-30 12:00")


def test_t5_the_recipients_calendar_decides_not_the_senders(app: Flask) -> None:
    sender = user(unit_id=unit(hours=OfficeHours()))
    early = unit(hours=OfficeHours(closes=time(15, 0)))
    calendar.close_day(operator(), day("Wed 2026-11-18"), Place(unit_id=early), now=NOW, rules=RULES)
    calendar.close_day(operator(), day("Tue 2026-11-17"), Place(unit_id=sender.unit_id), now=NOW, rules=RULES)
    start(sender, new_thread(early), now=at("Mon 2026-11-16 15:30"))
    assert row(Obligation).due_at == at("Mon 2026-11-23 15:00"), "received Tuesday; Thursday, Friday, Monday"


def test_t5_the_settings_in_force_are_stored_on_the_duty(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id), rules=Rules(answer_days=5))
    assert (row(Obligation).answer_days, row(Obligation).due_at) == (5, at("Mon 2026-11-23 16:30"))


def test_l1_sending_is_logged(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = start(sender, new_thread(recipient.unit_id)).thread_id
    logged = row(AccessLogRow)
    assert (logged.action, logged.at, logged.thread_id) == ("send", NOW, thread_id)
    assert (logged.user_id, logged.unit_id) == (sender.user_id, sender.unit_id)
    assert logged.patient_number == "200001012384"


def test_the_inboxes_of_both_units_change_and_no_other(app: Flask) -> None:
    sender, recipient = pair()
    bystander = unit()
    start(sender, new_thread(recipient.unit_id))
    versions = {version.unit_id: version.version for version in rows(InboxVersion)}
    assert versions == {sender.unit_id: 2, recipient.unit_id: 2, bystander: 1}


def test_s8_texts_are_stored_in_nfc_with_single_newlines(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id, body="  Sa\u030ar\r\npa\u030a\rho\u0308ft \n", subject=" A\u0308mne "))
    assert row(Message).body == "Sår\npå\nhöft"
    assert row(Thread).subject == "Ämne"


@pytest.mark.parametrize(
    ("basis", "typed", "kept"),
    [
        (DisclosureBasis.OTHER, " Anmälningsplikt ", "Anmälningsplikt"),
        (DisclosureBasis.CONSENT, "kvar från förut\x00", ""),
        (DisclosureBasis.HARM_ASSESSMENT, "å" * 10_000, ""),
    ],
)
def test_s3_words_are_kept_for_another_basis_alone(app: Flask, basis: DisclosureBasis, typed: str, kept: str) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id, disclosure_basis=basis, disclosure_words=typed))
    assert (row(Thread).disclosure_basis, row(Thread).disclosure_words) == (basis, kept)


def test_p1_the_number_is_stored_in_one_form(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id, patient_id=" 2000 0101 – 2384 "))
    thread = row(Thread)
    assert (thread.patient_number, thread.patient_number_type) == ("200001012384", "personal")
    assert (thread.patient_name, thread.patient_label) == ("Tove Testsson", "T.T. f. 2000")


def test_p1_the_issuer_is_stored_with_the_number(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id))
    thread = row(Thread)
    assert (thread.patient_number_issuer, thread.patient_number_words) == ("1.2.752.129.2.1.3.1", "")


def test_p1_a_reserve_number_is_taken_once_vouched_for(app: Flask) -> None:
    sender, recipient = pair()
    typed = {"patient_id": "19900101TF4K", "reserve_type": " Örebro "}
    assert list(refusal(sender, new_thread(recipient.unit_id, **typed))) == ["patient_id"]
    vouched = frozenset({Confirmation.RESERVE_NUMBER})
    without_type = new_thread(recipient.unit_id, patient_id=typed["patient_id"], confirmed=vouched)
    assert list(refusal(sender, without_type)) == ["reserve_type"]
    start(sender, new_thread(recipient.unit_id, **typed, confirmed=vouched))
    thread = row(Thread)
    assert (thread.patient_number, thread.patient_number_type) == ("19900101TF4K", "other_reserve")
    assert (thread.patient_number_issuer, thread.patient_number_words) == ("", "Örebro")
    assert thread.patient_label == "T.T. reservnummer"


@pytest.mark.parametrize(
    ("typed", "kept", "issuer", "label"),
    [
        ("22790814-AA01", ("22790814AA01", "national_reserve"), "1.2.752.74.9.1", "T.T. f. 1979"),
        ("00342145bz31", ("00342145BZ31", "national_reserve"), "1.2.752.74.9.1", "T.T. reservnummer"),
        ("991999-002389", ("991999002389", "stockholm_reserve"), "1.2.752.97.3.1.3", "T.T. reservnummer"),
        ("18900101-K065", ("18900101K065", "vastra_gotaland_reserve"), "1.2.752.113.11.0.2.1.1.1", "T.T. reservnummer"),
        ("18900101-SF2A", ("18900101SF2A", "varmland_reserve"), "1.2.752.74.9.2", "T.T. f. 1890"),
    ],
)
def test_p1_a_known_reserve_number_needs_one_confirmation_and_no_words(
    app: Flask, typed: str, kept: tuple[str, str], issuer: str, label: str
) -> None:
    sender, recipient = pair()
    new = new_thread(recipient.unit_id, patient_id=typed)
    assert list(refusal(sender, new)) == ["patient_id"]
    start(sender, replace(new, confirmed=frozenset({Confirmation.RESERVE_NUMBER}), reserve_type="något"))
    thread = row(Thread)
    assert (thread.patient_number, thread.patient_number_type) == kept
    assert (thread.patient_number_issuer, thread.patient_number_words, thread.patient_label) == (issuer, "", label)


def test_p3_a_protected_identity_has_no_label_and_needs_no_name(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id, protected=True, patient_name=""))
    assert (row(Thread).protected, row(Thread).patient_label) == (True, "Skyddade uppgifter")


# What is refused ----------------------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_in_the_order_of_the_page(app: Flask) -> None:
    sender, _ = pair()
    assert list(refusal(sender, NewThread(recipient_unit_id=None, disclosure_basis="other"))) == [
        "recipient_unit",
        "case_type",
        "patient_id",
        "patient_name",
        "subject",
        "body",
        "expects_reply",
        "disclosure_words",
        "not_acute",
    ]


@pytest.mark.parametrize(
    ("field", "overrides"),
    [
        ("case_type", {"case_type": "acute"}),
        ("patient_id", {"patient_id": "20000101-2385"}),
        ("patient_id", {"patient_id": "000101-2384"}),
        ("patient_name", {"patient_name": " "}),
        ("patient_name", {"patient_name": "T" * 101}),
        ("subject", {"subject": " \t"}),
        ("subject", {"subject": "Ett\nämne"}),
        ("subject", {"subject": "x" * 121}),
        ("body", {"body": "\n"}),
        ("body", {"body": "å" * 10_001}),
        ("body", {"body": "NUL\x00"}),
        ("body", {"body": "vänd \u202e text"}),
        ("body", {"body": "data:image/png;base64,iVBORw0KGgo="}),
        ("body", {"body": "A" * 300}),
        ("expects_reply", {"expects_reply": None}),
        ("disclosure_basis", {"disclosure_basis": ""}),
        ("disclosure_basis", {"disclosure_basis": "because"}),
        ("disclosure_words", {"disclosure_basis": DisclosureBasis.OTHER}),
        ("not_acute", {"not_acute": False}),
    ],
)
def test_s3_s4_s8_one_problem_stops_the_message(app: Flask, field: str, overrides: dict[str, Any]) -> None:
    sender, recipient = pair()
    problems = refusal(sender, new_thread(recipient.unit_id, **overrides))
    assert list(problems) == [field]
    assert problems[field].endswith((".", ".…", ":…"))


def test_s8_ten_thousand_characters_are_sent(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, new_thread(recipient.unit_id, body="å " * 4_999 + "åå"))
    assert len(row(Message).body) == 10_000


def test_s1_the_own_unit_is_no_recipient(app: Flask) -> None:
    sender, _ = pair()
    assert refusal(sender, new_thread(sender.unit_id))["recipient_unit"].startswith("Det är din egen enhet.")


def test_s1_an_unknown_unit_is_no_recipient(app: Flask) -> None:
    sender, _ = pair()
    assert "finns inte" in refusal(sender, new_thread(987_654))["recipient_unit"]


def test_only_who_may_write_sends(app: Flask) -> None:
    strict, open_unit, recipient = unit(), unit(receptionists_may_write=True), unit()
    for actor in (user(unit_id=strict, role=Role.RECEPTIONIST), user(unit_id=strict, role=Role.UNIT_MANAGER)):
        with nothing_written(), pytest.raises(NotAllowed):
            start(actor, new_thread(recipient))
    for actor in (
        user(unit_id=open_unit, role=Role.RECEPTIONIST),
        user(unit_id=strict, role=Role.UNIT_MANAGER, licensed=True),
    ):
        start(actor, new_thread(recipient, confirmed=frozenset({Confirmation.NEW_THREAD})))
    assert count(Thread) == 2


def test_a_person_without_a_unit_sends_nothing(app: Flask) -> None:
    nobody = Actor(user_id=1, name="A B", title="", roles=frozenset({Role.NURSE}))
    with pytest.raises(NotFound):
        start(nobody, new_thread(unit()))


# S2: recipient lists ------------------------------------------------------------------------------------------------


def entry(unit_id: int, first: str, last: str | None) -> int:
    new = recipients.NewEntry(
        municipality="Halmstad",
        case_type=CaseType.GENERAL,
        area="Norr",
        unit_id=unit_id,
        position=1,
        valid_from=day(first),
        valid_to=day(last) if last else None,
    )
    return recipients.add_entry(operator(), new, now=LONG_AGO)


def test_s2_an_ended_row_is_refused_with_its_last_day(app: Flask) -> None:
    sender, _ = pair()
    ended = unit("Hemsjukvård Söder", kind=UnitKind.HOME_CARE)
    entry(ended, "Mon 2026-01-05", "Sun 2026-11-15")
    problems = refusal(sender, new_thread(ended, municipality="Halmstad"))
    assert list(problems) == ["recipient_unit"]
    assert "Hemsjukvård Söder" in problems["recipient_unit"] and "2026-11-15" in problems["recipient_unit"]


def test_s2_the_last_day_is_included_in_stockholm(app: Flask) -> None:
    sender, recipient = pair()
    entry(recipient.unit_id, "Mon 2026-01-05", "Mon 2026-11-16")
    new = new_thread(recipient.unit_id, municipality="Halmstad")
    assert "recipient_unit" in refusal(sender, new, now=at("Tue 2026-11-17 00:00"))
    start(sender, new, now=at("Mon 2026-11-16 23:59"))
    assert count(Thread) == 1


def test_s2_a_row_that_goes_on_or_began_again_is_in_force(app: Flask) -> None:
    sender, recipient = pair()
    entry(recipient.unit_id, "Mon 2026-01-05", "Fri 2026-05-01")
    entry(recipient.unit_id, "Mon 2026-11-16", None)
    start(sender, new_thread(recipient.unit_id, municipality="Halmstad"))
    assert count(Thread) == 1


def test_s2_a_unit_picked_directly_need_not_be_in_any_list(app: Flask) -> None:
    sender, recipient = pair()
    entry(recipient.unit_id, "Mon 2026-01-05", "Sun 2026-11-15")
    start(sender, new_thread(recipient.unit_id))
    assert count(Thread) == 1
