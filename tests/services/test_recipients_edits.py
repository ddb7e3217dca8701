"""A list edited by two at once, refused when it would leave somebody out, and taken back (S2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from lcweb.db import release_reading, transaction
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipient_lists import Doubted
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.models import RecipientEdit, RecipientEntry, RecipientVersion, Unit
from lcweb.queries import recipient_lists as queries
from lcweb.queries.recipient_lists import ListRow
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry, OnPage, RowFields
from tests.at import at, day
from tests.factories import organization, unit, user
from tests.race import race
from tests.rows import count, nothing_written, row, rows

PLACE = ("Halmstad", CaseType.GENERAL)
NOW = at("Tue 2026-11-17 10:00")
LATER = at("Wed 2026-11-18 10:00")
FIRST = day("Mon 2026-11-02")
FRIDAY = day("Fri 2026-11-20")
MONDAY = day("Mon 2026-11-23")


def new_entry(area: str, unit_id: int, **changes: Any) -> NewEntry:
    values = {"municipality": PLACE[0], "case_type": PLACE[1], "valid_from": FIRST} | changes
    return NewEntry(area=area, unit_id=unit_id, **values)


def add(area: str, unit_id: int, **changes: Any) -> int:
    return recipients.add_entry(operator(), new_entry(area, unit_id, **changes), now=NOW)


def seen(confirmed: int = 0) -> OnPage:
    return OnPage(queries.last_edit(*PLACE), confirmed)


def known() -> list[ListRow]:
    return queries.rows(*PLACE, known_at=at("Fri 2027-12-31 10:00"))


def order() -> list[str]:
    return [row.area for row in known()]


def fields(entry_id: int, **changes: Any) -> RowFields:
    now = row(RecipientEntry, id=entry_id)
    names = ("area", "unit_id", "note", "valid_from", "valid_to")
    return RowFields(**{name: getattr(now, name) for name in names} | changes)


def change(entry_id: int, *, on: OnPage | None = None, by: Actor | None = None, **changes: Any) -> None:
    recipients.change_row(by or operator(), entry_id, fields(entry_id, **changes), on=on or seen(), now=LATER)


def undo(edit_id: int | None = None, *, on: OnPage | None = None) -> int:
    """The last one when none is named; the number of the edit that undoes it."""
    recipients.undo(operator(), edit_id or queries.last_edit(*PLACE), on=on or seen(), now=LATER)
    return queries.last_edit(*PLACE)


def close(unit_id: int) -> None:
    """As it is when the unit has closed without anybody mending the lists."""
    with transaction() as session:
        session.get_one(Unit, unit_id).closed_at = NOW


def asked(act: Callable[[OnPage], object]) -> list[str]:
    """Refused once with these sentences, and done when they are confirmed."""
    with nothing_written(), pytest.raises(Doubted) as doubted:
        act(seen())
    with nothing_written(), pytest.raises(Doubted):
        act(seen(doubted.value.count + 1))
    act(seen(doubted.value.count))
    return [found.sentence for found in doubted.value.findings]


# Changing -------------------------------------------------------------------------------------------------------------


def test_a_row_is_changed_and_every_state_kept(app: Flask) -> None:
    north, south = unit("Norr"), unit("Söder")
    entry_id = add("Norr", north)
    change(entry_id, area=" Norr  ", unit_id=south, note="Ring först.", valid_to=None)
    (now,) = known()
    assert (now.area, now.unit, now.note, now.position) == ("Norr", "Söder", "Ring först.", 10)
    assert [(state.unit_id, state.note) for state in rows(RecipientVersion)] == [(north, ""), (south, "Ring först.")]
    assert [edit.kind for edit in rows(RecipientEdit)] == ["added", "changed"]


def test_a_change_that_changes_nothing_is_no_edit(app: Flask) -> None:
    entry_id = add("Norr", unit())
    with nothing_written(), pytest.raises(Refused, match="Ingenting är ändrat"):
        change(entry_id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"area": " "}, "area"),
        ({"area": "20000101-2384"}, "area"),
        ({"note": "n" * 501}, "note"),
        ({"note": "Fråga efter 18900101-9802"}, "note"),
        ({"note": "\0"}, "note"),
        ({"unit_id": 987_654}, "unit"),
        ({"valid_to": day("Sun 2026-11-01")}, "valid_to"),
        ({"valid_from": date(202, 11, 1)}, "valid_from"),
    ],
)
def test_what_no_row_can_hold_is_refused_at_its_field(app: Flask, wrong: dict[str, Any], field: str) -> None:
    unit_id = unit()
    entry_id = add("Norr", unit_id)
    with nothing_written(), pytest.raises(Refused) as refused:
        change(entry_id, **wrong)
    assert list(refused.value.problems) == [field]
    with nothing_written(), pytest.raises(Refused) as refused:
        add(**({"area": "Norr", "unit_id": unit_id} | wrong))
    assert list(refused.value.problems) == [field]


def test_a_closed_unit_takes_no_row_past_its_last_day(app: Flask) -> None:
    gone, other = unit("Norr"), unit("Söder")
    entry_id, elsewhere = add("Norr", gone), add("Söder", other)
    close(gone)
    for act in (
        lambda: add("Ny", gone),
        lambda: change(elsewhere, unit_id=gone),
        lambda: change(entry_id, note="Ring först."),
    ):
        with nothing_written(), pytest.raises(Refused, match="Norr är stängd sedan 2026-11-17"):
            act()
    add("Ny", gone, valid_to=day("Tue 2026-11-17"))
    recipients.end_entry(operator(), entry_id, FRIDAY, on=seen(), now=LATER)
    change(entry_id, unit_id=other, valid_to=None)


def test_others_lists_and_removed_rows_are_not_found(app: Flask) -> None:
    entry_id = add("Norr", unit())
    added = queries.last_edit(*PLACE)
    other = user(role=Role.LIST_ADMIN, organization_id=organization(municipality="Varberg"))
    nurse = user()
    acts: list[Callable[[Actor], None]] = [
        lambda actor: change(entry_id, by=actor, note="Nej"),
        lambda actor: recipients.end_entry(actor, entry_id, FRIDAY, on=seen(), now=LATER),
        lambda actor: recipients.move_entry(actor, entry_id, up=True, on=seen(), now=LATER),
        lambda actor: recipients.undo(actor, added, on=seen(), now=LATER),
    ]
    for act in acts:
        with nothing_written(), pytest.raises(NotFound):
            act(other)
        with nothing_written(), pytest.raises(NotAllowed):
            act(nurse)
    undo(on=seen(confirmed_undo(added)))
    for act in acts[:3]:
        with nothing_written(), pytest.raises(NotFound):
            act(operator())


def confirmed_undo(edit_id: int) -> int:
    with pytest.raises(Doubted) as doubted:
        recipients.undo(operator(), edit_id, on=seen(), now=LATER)
    return doubted.value.count


# Asked before saving --------------------------------------------------------------------------------------------------


def test_what_leaves_an_area_without_a_receiver_is_asked_about(app: Flask) -> None:
    unit_id = unit("Hemsjukvård Norr")
    entry_id = add("Norr", unit_id)
    add("Söder", unit_id)
    assert asked(lambda on: recipients.end_entry(operator(), entry_id, FRIDAY, on=on, now=LATER)) == [
        "Norr har ingen mottagare från och med 2026-11-21."
    ]
    assert asked(lambda on: undo_then_rename(entry_id, on)) == ["Norr har ingen mottagare från och med 2026-11-18."]


def undo_then_rename(entry_id: int, on: OnPage) -> None:
    change(entry_id, on=on, area="Nord", valid_to=None)


def test_adding_a_second_receiver_is_asked_about(app: Flask) -> None:
    one, other = unit("Hemsjukvård Norr"), unit("Hemsjukvård Söder")
    add("Norr", one)
    new = new_entry("norr", other, valid_from=MONDAY)
    assert asked(lambda on: recipients.add_entry(operator(), new, on=on, now=LATER)) == [
        "Norr har två mottagare från och med 2026-11-23: Hemsjukvård Norr och Hemsjukvård Söder."
    ]


# Moving ---------------------------------------------------------------------------------------------------------------


def move(entry_id: int, *, up: bool) -> None:
    recipients.move_entry(operator(), entry_id, up=up, on=seen(), now=LATER)


def test_a_row_moves_past_the_one_next_to_it_and_no_further(app: Flask) -> None:
    unit_id = unit()
    first, _ended, second, third = (
        add(area, unit_id, valid_to=last)
        for area, last in (("A", None), ("slut", day("Fri 2026-11-13")), ("B", None), ("C", None))
    )
    move(second, up=True)
    assert order() == ["B", "slut", "A", "C"]
    move(third, up=True)
    assert order() == ["B", "slut", "C", "A"]
    move(first, up=True)
    move(first, up=True)
    assert order() == ["A", "slut", "B", "C"]
    for entry_id, up in ((first, True), (third, False), (_ended, True)):
        with nothing_written(), pytest.raises(Refused, match="står redan"):
            move(entry_id, up=up)


def test_rows_on_one_place_are_told_apart_when_one_moves(app: Flask) -> None:
    unit_id = unit()
    ids = [add(area, unit_id, position=7) for area in ("A", "B", "C")]
    move(ids[2], up=True)
    assert order() == ["A", "C", "B"]
    move(ids[0], up=False)
    assert order() == ["C", "A", "B"]


def test_a_row_to_come_moves_among_all_that_have_not_ended(app: Flask) -> None:
    unit_id = unit()
    now, to_come = add("Nu", unit_id), add("Sedan", unit_id, valid_from=MONDAY)
    move(to_come, up=True)
    assert order() == ["Sedan", "Nu"]
    with pytest.raises(Refused):
        move(now, up=True)


# Two at once ----------------------------------------------------------------------------------------------------------


def test_who_comes_second_is_told_and_nothing_is_lost(app: Flask) -> None:
    unit_id = unit()
    entry_id = add("Norr", unit_id)
    both = seen()
    change(entry_id, on=both, note="Den första")
    late: list[Callable[[], object]] = [
        lambda: change(entry_id, on=both, note="Den andra"),
        lambda: recipients.end_entry(operator(), entry_id, FRIDAY, on=both, now=LATER),
        lambda: recipients.move_entry(operator(), entry_id, up=True, on=both, now=LATER),
        lambda: undo(on=both),
        lambda: recipients.add_entry(
            operator(), new_entry("Ny", unit_id), on=both, now=LATER,
        ),
    ]  # fmt: skip
    for act in late:
        with nothing_written(), pytest.raises(Conflict, match="Någon annan har ändrat listan"):
            act()
    (changed,) = queries.history(*PLACE, after=both.seen)
    assert [(field.name, field.before, field.after) for field in changed.rows[0].fields] == [("note", "", "Den första")]
    change(entry_id, note="Den andra")
    assert known()[0].note == "Den andra"


@pytest.mark.prove
def test_of_two_at_the_same_moment_exactly_one_wins(app: Flask, scale: Callable[[int, int], int]) -> None:
    unit_id = unit()
    entry_id = add("Norr", unit_id)
    for turn in range(scale(5, 200)):
        both, before = seen(), count(RecipientEdit)
        new = new_entry(f"Ny {turn}", unit_id)
        typed = fields(entry_id, note=f"Varv {turn}")
        outcomes = race(
            app,
            [
                lambda both=both, typed=typed: recipients.change_row(operator(), entry_id, typed, on=both, now=LATER),
                lambda both=both, new=new: recipients.add_entry(operator(), new, on=both, now=LATER),
            ],
        )
        assert [type(outcome) for outcome in outcomes].count(Conflict) == 1, outcomes
        release_reading()  # what was read before the race is a snapshot
        assert count(RecipientEdit) == before + 1
        (won,) = queries.history(*PLACE, after=both.seen)
        assert won.kind == (EditKind.ADDED if isinstance(outcomes[0], Conflict) else EditKind.CHANGED)


# Undoing --------------------------------------------------------------------------------------------------------------


def test_what_was_changed_comes_back_and_goes_again(app: Flask) -> None:
    north, south = unit(), unit()
    entry_id = add("Norr", north)
    before = known()
    change(entry_id, unit_id=south, note="Ring", valid_from=day("Sun 2026-11-01"))
    after = known()
    undo()
    assert known() == before
    undo()
    assert known() == after
    assert [edit.kind for edit in rows(RecipientEdit)] == ["added", "changed", "undone", "undone"]


def test_an_added_row_goes_and_comes_back_with_its_place(app: Flask) -> None:
    unit_id = unit()
    add("Söder", unit_id)
    add("Norr", unit_id)
    before = known()
    undo(on=seen(confirmed_undo(queries.last_edit(*PLACE))))
    assert order() == ["Söder"]
    undo()
    assert known() == before


def test_a_later_edit_of_the_same_field_stands_in_the_way_and_is_named(app: Flask) -> None:
    entry_id = add("Norr", unit())
    change(entry_id, note="Ett", valid_from=day("Sun 2026-11-01"))
    first = queries.last_edit(*PLACE)
    ada = user("Ada Min", role=Role.SYSTEM_ADMIN)
    change(entry_id, by=ada, note="Två")
    second = queries.last_edit(*PLACE)
    with nothing_written(), pytest.raises(Refused, match=r"Norr ändrades igen av Ada Min 2026-11-18 10\.00"):
        undo(first)
    undo(second)
    assert known()[0].note == "Ett"
    undo(first)
    assert (known()[0].note, known()[0].valid_from) == ("", FIRST)
    with nothing_written(), pytest.raises(Refused, match="redan ångrad av Driften"):
        undo(first)


def test_a_later_edit_of_another_field_stays(app: Flask) -> None:
    entry_id = add("Norr", unit())
    change(entry_id, note="Ett")
    first = queries.last_edit(*PLACE)
    change(entry_id, valid_to=FRIDAY, on=seen(confirmed_end(entry_id)))
    undo(first)
    assert (known()[0].note, known()[0].valid_to) == ("", FRIDAY)


def confirmed_end(entry_id: int) -> int:
    with pytest.raises(Doubted) as doubted:
        recipients.end_entry(operator(), entry_id, FRIDAY, on=seen(), now=LATER)
    return doubted.value.count


def test_an_added_row_that_somebody_has_worked_on_is_not_taken_away(app: Flask) -> None:
    unit_id = unit()
    add("Söder", unit_id)
    entry_id = add("Norr", unit_id)
    added = queries.last_edit(*PLACE)
    move(entry_id, up=True)
    change(entry_id, note="Ring")
    with nothing_written(), pytest.raises(Refused, match="ändrades igen"):
        undo(added)


def test_nothing_of_a_removed_row_is_undone(app: Flask) -> None:
    unit_id = unit()
    add("Söder", unit_id)
    entry_id = add("Norr", unit_id)
    added = queries.last_edit(*PLACE)
    move(entry_id, up=True)
    moved = queries.last_edit(*PLACE)
    undo(added, on=seen(confirmed_undo(added)))
    with nothing_written(), pytest.raises(Refused, match="ändrades igen"):
        undo(moved)


def test_undoing_never_leads_to_a_closed_unit(app: Flask) -> None:
    """As when a unit is closed and its rows are ended with it."""
    gone, other = unit("Norr"), unit("Söder")
    entry_id = add("Norr", gone)
    with transaction() as session:
        edit = recipients.begin_edit(session, EditKind.UNIT_CLOSED, *PLACE, actor=operator(), now=NOW)
        session.get_one(Unit, gone).closed_at = NOW
        entry = session.get_one(RecipientEntry, entry_id)
        recipients.change_entry(session, edit, entry, valid_to=day("Tue 2026-11-17"))
        new = new_entry("Norr", other, valid_from=day("Wed 2026-11-18"))
        recipients.put_entry(session, edit, new)
    with nothing_written(), pytest.raises(Refused, match=r"Det går inte att ångra raden Norr\. Norr är stängd"):
        undo()


def test_the_first_rows_and_unknown_edits_cannot_be_undone(app: Flask) -> None:
    entry_id = add("Norr", unit())
    with transaction() as session:
        session.get_one(RecipientEdit, queries.last_edit(*PLACE)).kind = EditKind.BEGUN
    for edit_id in (queries.last_edit(*PLACE), 987_654):
        with nothing_written(), pytest.raises(NotFound):
            undo(edit_id)
    assert entry_id == known()[0].entry_id
