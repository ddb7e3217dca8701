"""The year as a place has it, with the marks that concern it (T1, T2)."""

import pytest
from flask import Flask

from lcweb.domain.calendar import DayKind, MarkKind, Place
from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import operator
from lcweb.queries import calendar as queries
from lcweb.queries.calendar import DayView, YearView
from lcweb.services import calendar
from tests.at import at, day
from tests.factories import RULES, organization, unit
from tests.web.visits import statements

ADMIN = operator()
NOW = at("Tue 2026-11-17 10:00")
TODAY = day("Tue 2026-11-17")


def year(place: Place | None = None, number: int = 2027) -> YearView:
    return queries.get_year(place or Place(), number, today=TODAY, rules=RULES)


def view_of(text: str, found: YearView) -> DayView:
    wanted = day(text)
    return next(
        view for month in found.months for _, week in month.weeks for view in week if view and view.day == wanted
    )


def close(text: str, place: Place) -> None:
    calendar.close_day(ADMIN, day(text), place, now=NOW, rules=RULES)


@pytest.mark.parametrize(("number", "count"), [(2026, 251), (2027, 253)])
def test_with_nothing_closed_it_is_the_swedish_calendar(app: Flask, number: int, count: int) -> None:
    found = year(number=number)
    assert (found.working_days, found.marks, found.where.name) == (count, [], None)
    assert [month.month for month in found.months] == list(range(1, 13))
    special = [view for month in found.months for view in month.special]
    assert {view.kind for view in special} == {DayKind.HOLIDAY, DayKind.WORKING}
    assert all(view.holiday or view.is_bridge for view in special)


def test_each_place_has_its_own_year(app: Flask) -> None:
    """What holds for it by itself, by its organization or for all; elsewhere's marks are no concern of it."""
    ours = organization("Region Halland")
    clinic, neighbour, stranger = unit("Kärleken", organization_id=ours), unit(organization_id=ours), unit("Norr")
    close("Fri 2027-05-07", Place(unit_id=clinic))
    close("Mon 2027-12-27", Place(organization_id=ours))
    calendar.halve_day(ADMIN, day("Thu 2027-03-25"), Place(), now=NOW)
    counts = {place: year(place).working_days for place in map(Place, (clinic, neighbour, stranger))}
    assert list(counts.values()) == [251, 252, 253]
    assert [len(year(place).marks) for place in counts] == [3, 2, 1]
    assert year(Place(organization_id=ours)).working_days == 252
    assert year().working_days == 253


def test_a_day_says_for_whom_and_by_whom(app: Flask) -> None:
    ours = organization("Region Halland")
    clinic = Place(unit_id=unit("Kärleken", organization_id=ours))
    close("Fri 2027-05-07", clinic)
    view = view_of("Fri 2027-05-07", year(clinic))
    assert (view.kind, view.is_bridge, view.partly) == (DayKind.CLOSED, False, False)
    assert [(mark.holds_for, mark.made_by) for mark in view.marks] == [("Kärleken", "Driften")]
    for place in (Place(), Place(organization_id=ours)):
        view = view_of("Fri 2027-05-07", year(place))
        assert (view.kind, view.is_bridge, view.partly) == (DayKind.WORKING, True, True)
        assert [(mark.kind, mark.holds_for) for mark in view.marks] == [(MarkKind.CLOSED, "Kärleken")]
    assert not view_of("Fri 2027-05-07", year(Place(unit_id=unit()))).partly


def test_what_is_chosen_is_suggested_no_longer_and_nothing_past_is(app: Flask) -> None:
    def days(found: YearView) -> set[str]:
        return {f"{suggestion.day:%a %Y-%m-%d} {suggestion.kind}" for suggestion in found.suggested}

    assert year(number=2026).suggested == []
    bridge = "Fri 2027-05-07 closed"
    assert bridge in days(year())
    close("Fri 2027-05-07", Place())
    assert bridge not in days(year()) | days(year(Place(unit_id=unit())))


def test_what_was_opened_again_stays_in_the_history(app: Flask) -> None:
    close("Fri 2027-05-07", Place())
    calendar.open_again(ADMIN, year().marks[0].id, now=at("Wed 2026-11-18 10:00"))
    found = year()
    assert [(mark.made_at, mark.ended_by, mark.ended_at) for mark in found.marks] == [
        (NOW, "Driften", at("Wed 2026-11-18 10:00"))
    ]
    assert (found.working_days, view_of("Fri 2027-05-07", found).is_bridge) == (253, True)


def test_a_place_that_does_not_exist_has_no_year(app: Flask) -> None:
    for place in (Place(unit_id=987_654), Place(organization_id=987_654)):
        with pytest.raises(NotFound):
            year(place)
    with pytest.raises(NotFound):
        queries.get_mark(987_654)


def test_as_many_statements_however_much_is_marked(app: Flask) -> None:
    clinic = Place(unit_id=unit())
    counts = []
    for text in ("Mon 2027-05-10", "Tue 2027-05-11", "Wed 2027-05-12"):
        close(text, clinic)
        with statements() as asked:
            year(clinic)
        counts.append(len(asked))
    assert counts == [3, 3, 3]
