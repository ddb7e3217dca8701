"""S2: by which row of the recipient list a message was sent."""

from typing import Any

import pytest
from flask import Flask

from lcweb.db import db
from lcweb.domain.compose import NewThread
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Thread, Unit
from lcweb.services import recipients, threads
from lcweb.services.recipients import NewEntry
from tests.at import at, day
from tests.factories import LONG_AGO, RULES, new_thread, pair, submission_id, unit
from tests.rows import nothing_written, row

NOW = at("Mon 2026-11-16 09:00")


def entry(unit_id: int, area: str = "Norr", **changes: Any) -> int:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "position": 1}
    values["valid_from"] = day("Mon 2026-01-05")
    return recipients.add_entry(operator(), NewEntry(unit_id=unit_id, area=area, **(values | changes)), now=LONG_AGO)


def start(actor: Actor, new: NewThread) -> None:
    threads.start(actor, new, submission_id=submission_id(), now=NOW, rules=RULES)


def kept(actor: Actor, unit_id: int, **typed: Any) -> int | None:
    start(actor, new_thread(unit_id, **({"municipality": "Halmstad"} | typed)))
    return row(Thread).recipient_entry_id


def test_the_unit_s_only_row_in_the_chosen_list_is_kept(app: Flask) -> None:
    sender, recipient = pair()
    entry(recipient.require_unit(), municipality="Hylte")
    entry(recipient.require_unit(), case_type=CaseType.SINGLE_HOME_VISIT)
    entry(recipient.require_unit(), "Förr", valid_to=day("Sun 2026-11-15"))
    entry(recipient.require_unit(), "Framöver", valid_from=day("Tue 2026-11-17"))
    entry(unit(), "Söder")
    only = entry(recipient.require_unit())
    assert kept(sender, recipient.require_unit()) == only


@pytest.mark.parametrize("named", [0, 1])
def test_of_several_rows_the_one_that_was_named(app: Flask, named: int) -> None:
    sender, recipient = pair()
    both = [entry(recipient.require_unit(), area) for area in ("Norr", "Åled")]
    assert kept(sender, recipient.require_unit(), recipient_entry_id=both[named]) == both[named]


def test_none_where_the_list_does_not_say_which(app: Flask) -> None:
    sender, recipient = pair()
    for area in ("Norr", "Åled"):
        entry(recipient.require_unit(), area)
    assert kept(sender, recipient.require_unit()) is None


@pytest.mark.parametrize("municipality", ["", "Hylte"])
def test_none_when_the_unit_was_picked_directly(app: Flask, municipality: str) -> None:
    sender, recipient = pair()
    entry(recipient.require_unit())
    assert kept(sender, recipient.require_unit(), municipality=municipality) is None


@pytest.mark.parametrize(
    ("changes", "typed"),
    [
        ({"valid_from": day("Tue 2026-11-17")}, {}),
        ({"municipality": "Hylte"}, {}),
        ({"case_type": CaseType.SINGLE_HOME_VISIT}, {}),
        ({"unit_id": None}, {}),
        ({}, {"municipality": ""}),
        ({}, {"recipient_entry_id": 999_999_999}),
    ],
    ids=["not yet", "another municipality", "another case type", "another unit", "no list", "no row"],
)
def test_a_named_row_must_hold_in_that_list_for_that_unit_today(
    app: Flask, changes: dict[str, Any], typed: dict[str, Any]
) -> None:
    sender, recipient = pair()
    entry(recipient.require_unit(), "Åled")
    unit_id = unit() if "unit_id" in changes else recipient.require_unit()
    named = entry(unit_id, **{name: value for name, value in changes.items() if name != "unit_id"})
    new = new_thread(recipient.unit_id, **({"municipality": "Halmstad", "recipient_entry_id": named} | typed))
    with nothing_written(), pytest.raises(Refused) as refused:
        start(sender, new)
    assert refused.value.problems["recipient_unit"].endswith("gäller inte i listan i dag. Välj mottagare igen.")


def test_a_named_row_that_has_ended_is_refused_with_its_last_day(app: Flask) -> None:
    sender, recipient = pair()
    named = entry(recipient.require_unit(), valid_to=day("Sun 2026-11-15"))
    with nothing_written(), pytest.raises(Refused) as refused:
        start(sender, new_thread(recipient.unit_id, municipality="Halmstad", recipient_entry_id=named))
    assert "2026-11-15" in refused.value.problems["recipient_unit"]


def test_a_closed_unit_gets_nothing(app: Flask) -> None:
    sender, recipient = pair()
    with db.engine.begin() as connection:
        connection.execute(db.update(Unit).where(Unit.id == recipient.unit_id).values(closed_at=NOW))
    with nothing_written(), pytest.raises(Refused) as refused:
        start(sender, new_thread(recipient.unit_id))
    assert "är stängd" in refused.value.problems["recipient_unit"]
