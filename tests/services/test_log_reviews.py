"""L3: a review is drawn from the log, judged row by row, and ends with the last of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.log_reviews import Drawn, LogRule, Plan, TypedFinding
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.search import SearchQuery
from lcweb.domain.workdays import OfficeHours
from lcweb.models import AccessLogRow, LogFinding, LogReview, LogReviewRow
from lcweb.services import log_reviews, people, search, threads, units
from tests.at import at, day
from tests.factories import (
    LONG_AGO,
    PATIENT,
    RULES,
    colleague,
    organization,
    thread,
    unit,
    user,
)
from tests.race import race
from tests.rows import nothing_written, row, rows
from tests.services.hours import change_hours

MONDAY, TUESDAY = day("Mon 2026-11-16"), day("Tue 2026-11-17")
NOW = at("Tue 2026-11-17 10:00")


@dataclass(frozen=True)
class Place:
    """The region's clinic wrote to home care on Monday; both have opened the thread."""

    region: int
    anna: Actor
    karin: Actor
    thread_id: int
    birgitta: Actor
    bo: Actor


@pytest.fixture
def place(app: Flask) -> Place:
    region = organization("Region Halland")
    anna = user("Anna Åberg", unit_id=unit("Kärleken", organization_id=region))
    karin = user("Karin Berg", unit_id=unit("Hemsjukvård Norr"))
    thread_id = thread(anna, karin.require_unit(), now=at("Mon 2026-11-16 09:00"))
    for person in (karin, anna):
        threads.open_thread(person, thread_id, now=at("Mon 2026-11-16 09:05"))
    reviewers = (user(name, role=Role.LOG_REVIEWER, organization_id=region) for name in ("Birgitta Ahl", "Bo Ek"))
    return Place(region, anna, karin, thread_id, *reviewers)


def plan(place: Place, *rules: LogRule, **fields: Any) -> Plan:
    known = {"organization_id": place.region, "unit_id": None, "wanted": 20, "from_day": MONDAY, "to_day": TUESDAY}
    return Plan(rules=rules, **(known | fields))


def begin(place: Place, *rules: LogRule, **fields: Any) -> int:
    return log_reviews.begin(place.birgitta, plan(place, *rules, **fields), now=NOW, rules=RULES)


def drawn(review_id: int) -> list[tuple[str, str, str]]:
    """Who did what, and why the row was drawn."""
    names = {person.user_id: person.name for person in PEOPLE}
    found = []
    for one in rows(LogReviewRow, review_id=review_id):
        told = row(AccessLogRow, id=one.log_row_id)
        found.append((names.get(told.user_id, "?"), told.action, one.why))
    return found


PEOPLE: list[Actor] = []


@pytest.fixture(autouse=True)
def _named(place: Place) -> None:
    PEOPLE[:] = [place.anna, place.karin, place.birgitta, place.bo]


def finding(review_id: int, index: int = 0, verdict: str = "in_order", words: str = "", seen: int = 0) -> TypedFinding:
    return TypedFinding(
        row_id=rows(LogReviewRow, review_id=review_id)[index].id, verdict=verdict, words=words, seen=seen
    )


# Drawing --------------------------------------------------------------------------------------------------------------


def test_a_sample_is_of_the_own_organization_s_units_and_period(place: Place) -> None:
    review_id = begin(place)
    assert drawn(review_id) == [("Anna Åberg", "send", "sample"), ("Anna Åberg", "open", "sample")]
    kept = row(LogReview, id=review_id)
    assert (kept.organization_id, kept.kind, kept.wanted, kept.among) == (place.region, "sample", 20, 2)
    assert (kept.made_by_id, kept.made_at, kept.ended_at) == (place.birgitta.user_id, NOW, None)
    with pytest.raises(Refused) as refused:
        begin(place, from_day=TUESDAY)
    assert refused.value.problems.keys() == {"from_day"}


def test_so_many_as_are_wanted_are_picked_by_chance(place: Place) -> None:
    asked: list[int] = []

    def last(found: Sequence[Drawn], count: int) -> Sequence[Drawn]:
        asked.append(len(found))
        return found[-count:]

    review_id = log_reviews.begin(place.birgitta, plan(place, wanted=1), now=NOW, rules=RULES, pick=last)
    assert (asked, drawn(review_id)) == ([2], [("Anna Åberg", "open", "sample")])


def test_one_unit_alone(place: Place) -> None:
    other = user("Cecilia Dahl", unit_id=unit("Kolla", organization_id=place.region))
    search.search(other, SearchQuery(), now=NOW)
    assert [who for who, *_ in drawn(begin(place, unit_id=place.anna.unit_id))] == ["Anna Åberg"] * 2
    assert drawn(begin(place, unit_id=other.unit_id)) == [("?", "search", "sample")]


def test_another_organization_s_log_cannot_be_chosen(place: Place) -> None:
    elsewhere = organization()
    for fields in ({"organization_id": elsewhere}, {"unit_id": place.karin.unit_id}, {"unit_id": 987_654}):
        with nothing_written(), pytest.raises(Refused) as refused:
            begin(place, **fields)
        assert refused.value.problems.keys() == {"place"}
    with nothing_written(), pytest.raises(NotAllowed):
        log_reviews.begin(place.anna, plan(place), now=NOW, rules=RULES)


def test_what_oneself_has_done_is_left_out(place: Place) -> None:
    people.add_membership(operator(), place.birgitta.user_id, Role.NURSE, unit_id=place.anna.unit_id, now=LONG_AGO)
    both = Actor(user_id=place.birgitta.user_id, name="Birgitta Ahl", title="", roles=frozenset({Role.NURSE}),
                 unit_id=place.anna.unit_id)  # fmt: skip
    threads.open_thread(both, place.thread_id, now=NOW)
    assert {who for who, *_ in drawn(begin(place))} == {"Anna Åberg"}
    of_others = log_reviews.begin(place.bo, plan(place), now=NOW, rules=RULES)
    assert {who for who, *_ in drawn(of_others)} == {"Anna Åberg", "Birgitta Ahl"}


def test_a_review_whose_rules_find_nothing_has_ended(place: Place) -> None:
    review_id = begin(place, LogRule.PROTECTED)
    kept = row(LogReview, id=review_id)
    assert (drawn(review_id), kept.among, kept.ended_at, kept.kind) == ([], 0, NOW, "protected")


def test_rules_find_names_hours_and_protected_threads(place: Place) -> None:
    unit_id = place.karin.require_unit()
    early = at("Tue 2026-11-17 07:30")
    thread(place.anna, unit_id, now=NOW, patient_name="Tove Åberg")
    thread(place.anna, unit_id, now=NOW, patient_name="Åberg, Anna", protected=True)
    search.search(place.anna, SearchQuery(), now=early)
    found = drawn(begin(place, *LogRule))
    assert [why for _who, _action, why in found] == ["same_surname", "same_surname,own_record,protected", "after_hours"]
    assert [why for *_, why in drawn(begin(place, LogRule.PROTECTED, LogRule.AFTER_HOURS))] == [
        "protected",
        "after_hours",
    ]


def test_after_hours_are_those_of_the_day_itself(place: Place) -> None:
    """Monday 8.30 was within the hours of that day, whatever they are from Tuesday on."""
    for moment in ("Mon 2026-11-16 08:30", "Tue 2026-11-17 08:30", "Tue 2026-11-17 17:30"):
        search.search(place.anna, SearchQuery(), now=at(moment))
    hours = OfficeHours(opens=time(9), closes=time(18))
    change_hours(place.anna.require_unit(), hours, now=at("Tue 2026-11-17 07:00"))
    begin(place, LogRule.AFTER_HOURS)
    pointed = {found.log_row_id for found in rows(LogReviewRow)}
    assert [found.at for found in rows(AccessLogRow) if found.id in pointed] == [at("Tue 2026-11-17 08:30")]


def test_a_search_is_judged_by_the_names_of_that_number_s_threads(place: Place) -> None:
    sara = colleague(place.anna, "Sara Testsson")
    search.search(sara, SearchQuery(patient_numbers=(PATIENT.replace("-", ""),)), now=NOW)
    assert drawn(begin(place, LogRule.SAME_SURNAME)) == [("?", "search", "same_surname")]


def test_a_thread_that_nobody_at_the_unit_has_had_in_hand(place: Place) -> None:
    """The sender's own has been in hand from the start; the recipient's until it is claimed or acted on."""
    theirs = thread(place.karin, place.anna.require_unit(), now=NOW)
    threads.open_thread(place.anna, theirs, now=NOW)
    assert drawn(begin(place, LogRule.UNCLAIMED)) == [("Anna Åberg", "open", "unclaimed")]
    threads.claim(colleague(place.anna), theirs, now=NOW)
    assert drawn(begin(place, LogRule.UNCLAIMED)) == []


def test_what_the_successor_has_in_hand_its_closed_unit_has_had_too(place: Place) -> None:
    theirs = thread(place.karin, place.anna.require_unit(), now=at("Mon 2026-11-16 10:00"))
    threads.open_thread(place.anna, theirs, now=at("Mon 2026-11-16 10:00"))
    heir = user("Eva Ek", unit_id=unit("Kärleken och Kolla", organization_id=place.region))
    units.close(operator(), place.anna.require_unit(), successor_id=heir.unit_id, with_people=False, seen=None, now=NOW)
    threads.claim(heir, theirs, now=NOW)
    assert drawn(begin(place, LogRule.UNCLAIMED)) == []


# Judging --------------------------------------------------------------------------------------------------------------


def test_each_row_gets_its_finding_and_the_last_one_ends_the_review(place: Place) -> None:
    review_id = begin(place)
    assert log_reviews.judge(place.birgitta, review_id, [finding(review_id)], now=NOW) == (1, 1)
    assert row(LogReview, id=review_id).ended_at is None
    later = at("Wed 2026-11-18 10:00")
    typed = finding(review_id, 1, "follow_up", " Frågar chefen.\r\n")
    assert log_reviews.judge(place.bo, review_id, [typed], now=later) == (1, 0)
    assert row(LogReview, id=review_id).ended_at == later
    kept = [(one.verdict, one.words, one.found_by_id, one.found_at) for one in rows(LogFinding)]
    assert kept == [
        ("in_order", "", place.birgitta.user_id, NOW), ("follow_up", "Frågar chefen.", place.bo.user_id, later)
    ]  # fmt: skip


def test_a_later_finding_follows_and_the_end_stays(place: Place) -> None:
    review_id = begin(place, wanted=1)
    log_reviews.judge(place.birgitta, review_id, [finding(review_id, verdict="follow_up", words="Frågar.")], now=NOW)
    before = rows(LogFinding)
    later = at("Wed 2026-11-18 10:00")
    log_reviews.judge(place.birgitta, review_id, [finding(review_id, seen=before[0].id)], now=later)
    assert rows(LogFinding)[:1] == before
    assert [one.verdict for one in rows(LogFinding)] == ["follow_up", "in_order"]
    assert row(LogReview, id=review_id).ended_at == NOW


def test_s7_a_form_sent_twice_is_kept_once(place: Place) -> None:
    review_id = begin(place)
    typed = [finding(review_id)]
    log_reviews.judge(place.birgitta, review_id, typed, now=NOW)
    with nothing_written():
        assert log_reviews.judge(place.birgitta, review_id, typed, now=NOW) == (0, 1)


def test_who_comes_second_is_told_and_nothing_of_theirs_is_kept(place: Place) -> None:
    review_id = begin(place)
    log_reviews.judge(place.bo, review_id, [finding(review_id)], now=NOW)
    both = [finding(review_id, verdict="unauthorised", words="Ej vårdrelation."), finding(review_id, 1)]
    with nothing_written(), pytest.raises(Conflict, match="Bo Ek har bedömt"):
        log_reviews.judge(place.birgitta, review_id, both, now=NOW)


def test_two_who_judge_at_once_leave_one_finding_for_each_row(place: Place, app: Flask) -> None:
    review_id = begin(place)
    typed = [finding(review_id, 0), finding(review_id, 1)]

    def judging(person: Actor) -> Any:
        return lambda: log_reviews.judge(person, review_id, typed, now=NOW)

    answers = race(app, [judging(place.birgitta), judging(place.bo)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Judged"]
    assert len(rows(LogFinding)) == 2
    assert row(LogReview, id=review_id).ended_at == NOW


def test_what_is_refused_leaves_nothing_half_written(place: Place) -> None:
    review_id = begin(place)
    wrong = [finding(review_id), finding(review_id, 1, "follow_up")]
    for typed, problem in ((wrong, f"words-{wrong[1].row_id}"), ([], "form")):
        with nothing_written(), pytest.raises(Refused) as refused:
            log_reviews.judge(place.birgitta, review_id, typed, now=NOW)
        assert refused.value.problems.keys() == {problem}
    for person, error in ((place.anna, NotAllowed), (stranger(), NotFound)):
        with nothing_written(), pytest.raises(error):
            log_reviews.judge(person, review_id, [finding(review_id)], now=NOW)
    with nothing_written(), pytest.raises(NotFound):
        log_reviews.judge(place.birgitta, review_id, [TypedFinding(row_id=987_654, verdict="in_order")], now=NOW)


def test_a_row_of_another_review_cannot_be_judged_here(place: Place) -> None:
    one, other = begin(place), begin(place)
    with nothing_written(), pytest.raises(NotFound):
        log_reviews.judge(place.birgitta, one, [finding(other)], now=NOW)


def test_nobody_judges_the_own_act(place: Place) -> None:
    people.add_membership(operator(), place.anna.user_id, Role.LOG_REVIEWER, organization_id=place.region, now=LONG_AGO)
    review_id = begin(place)
    both = Actor(user_id=place.anna.user_id, name="Anna Åberg", title="", roles=frozenset({Role.LOG_REVIEWER}))
    with nothing_written(), pytest.raises(Refused, match="gjort själv"):
        log_reviews.judge(both, review_id, [finding(review_id)], now=NOW)


def stranger() -> Actor:
    return user("Sven Ström", role=Role.LOG_REVIEWER, organization_id=organization())


# Looking --------------------------------------------------------------------------------------------------------------


def test_l1_looking_is_logged_once_for_each_patient(place: Place) -> None:
    thread(place.anna, place.karin.require_unit(), now=NOW, patient_id="18900101-9802")
    search.search(place.anna, SearchQuery(), now=NOW)
    review_id = begin(place)
    log_reviews.shown(place.bo, review_id, now=NOW, action=LogAction.LOG_EXPORT)
    left = [(one.user_id, one.unit_id, one.patient_number) for one in rows(AccessLogRow, action="log_export")]
    assert left == [(place.bo.user_id, None, "189001019802"), (place.bo.user_id, None, "200001012384")]
    other = stranger()
    with nothing_written(), pytest.raises(NotFound):
        log_reviews.shown(other, review_id, now=NOW)


def test_a_review_without_patients_is_looked_at_too(place: Place) -> None:
    log_reviews.shown(place.bo, begin(place, LogRule.PROTECTED), now=NOW)
    assert [one.patient_number for one in rows(AccessLogRow, action="log_review")] == [""]
