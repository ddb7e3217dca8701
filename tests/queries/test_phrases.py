"""Which phrases a unit can use and which a person may edit, in Swedish order."""

from flask import Flask

from lcweb.domain.permissions import Actor, Role, operator
from lcweb.queries import phrases as queries
from lcweb.queries.phrases import Editable, Usable
from lcweb.services import phrases
from tests.at import at
from tests.factories import unit, user
from tests.web.visits import statements

NOW = at("Mon 2026-11-16 09:00")


def add(actor: Actor, title: str, unit_id: int | None = None) -> int:
    return phrases.add(actor, unit_id=unit_id, title=title, body=f"{title}.", now=NOW)


def test_a_unit_uses_its_own_first_and_then_the_common_ones(app: Flask) -> None:
    own, other = unit(), unit()
    ids = {title: add(operator(), title, own) for title in ("Ögon", "Zon", "Ålder", "ärende")}
    common = {title: add(operator(), title) for title in ("Öppet", "Arm")}
    add(operator(), "Annans", other)
    phrases.end(operator(), add(operator(), "Slut", own), now=NOW)
    with statements() as asked:
        found = queries.usable(own)
    assert len(asked) == 1
    assert found == [
        *(Usable(ids[title], title, f"{title}.", False) for title in ("Zon", "Ålder", "ärende", "Ögon")),
        *(Usable(common[title], title, f"{title}.", True) for title in ("Arm", "Öppet")),
    ]


def test_one_that_cannot_be_used_is_not_found(app: Flask) -> None:
    own, other = unit(), unit()
    mine, common, others = add(operator(), "Min", own), add(operator(), "Allas"), add(operator(), "Annans", other)
    assert [queries.find_usable(phrase_id, unit_id=own) is not None for phrase_id in (mine, common, others)] == [
        True,
        True,
        False,
    ]
    phrases.end(operator(), mine, now=NOW)
    assert queries.find_usable(mine, unit_id=own) is None


def test_what_a_manager_and_the_administrator_may_edit(app: Flask) -> None:
    lena = user("Lena Wik", role=Role.UNIT_MANAGER, unit_id=unit("Ås"))
    bredared = unit("Breared")
    mine, theirs, common = add(lena, "Min", lena.unit_id), add(operator(), "Annans", bredared), add(operator(), "Allas")
    phrases.end(operator(), add(operator(), "Slut"), now=NOW)
    own = Editable(mine, lena.unit_id, "Ås", "Min", "Min.", "Lena Wik", NOW)
    assert queries.editable(lena.unit_id) == [own]
    assert queries.editable(None) == [
        Editable(common, None, None, "Allas", "Allas.", "Driften", NOW),
        Editable(theirs, bredared, "Breared", "Annans", "Annans.", "Driften", NOW),
        own,
    ]
