"""Who asks for a month's report is told once when it is ready (M1–M4), and nobody else."""

from dataclasses import dataclass

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.calendar import Place
from lcweb.domain.errors import NotAllowed, NotFound, Refused
from lcweb.domain.outbox import MailStatus
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.reminders import Kind
from lcweb.models import Membership, OutboxMail, ReportWish, User
from lcweb.services import outbox, reminders, report_wishes
from tests.at import at
from tests.factories import RULES, organization, unit, user
from tests.postman import Postman
from tests.race import race
from tests.rows import nothing_written, row, rows

ASKED = at("Tue 2026-10-06 10:00")
#: The first of November is a Sunday.
BEFORE, READY = "Mon 2026-11-02 08:29", "Mon 2026-11-02 08:30"


@dataclass(frozen=True)
class Scene:
    """A manager of a unit, and a list administrator of its organization."""

    organization: int
    unit: int
    anna: Actor
    lisa: Actor


@pytest.fixture
def scene(app: Flask) -> Scene:
    region = organization("Region Halland", notify_email="region@lcweb.test")
    own = unit("Kärleken", organization_id=region)
    return Scene(
        region, own, user("Anna Lind", unit_id=own, role=Role.UNIT_MANAGER, email="anna@lcweb.test"),
        user("Lisa Ek", role=Role.LIST_ADMIN, organization_id=region, email="lisa@lcweb.test"),
    )  # fmt: skip


def queued(moment: str) -> list[tuple[int | None, int | None, str]]:
    made = reminders.tick(now=at(moment), rules=RULES)
    return [(one.unit_id, one.organization_id, one.slot) for one in made if one.kind is Kind.FOLLOW_UP_REPORT]


def deliver(moment: str, postman: Postman) -> list[MailStatus]:
    found = []
    for mail_id in outbox.waiting(now=at(moment)):
        if row(OutboxMail, id=mail_id).kind == Kind.FOLLOW_UP_REPORT:
            made = outbox.deliver(mail_id, now=at(moment), rules=RULES, post=postman.post())
            assert made
            found.append(made.status)
    return found


def test_on_the_first_working_day_from_half_past_eight_once_for_each_wish(scene: Scene) -> None:
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=ASKED)
    report_wishes.ask(scene.lisa, Place(unit_id=scene.unit), now=ASKED)
    report_wishes.ask(scene.lisa, Place(organization_id=scene.organization), now=ASKED)
    anna, lisa = str(scene.anna.user_id), str(scene.lisa.user_id)
    assert queued(BEFORE) == []
    assert sorted(queued(READY), key=str) == sorted(
        [(scene.unit, None, anna), (scene.unit, None, lisa), (None, scene.organization, lisa)], key=str
    )
    assert queued(READY) == queued("Tue 2026-11-17 10:00") == queued("Mon 2026-11-30 23:00") == []
    assert len(queued("Tue 2026-12-01 08:30")) == 3


def test_a_unit_and_an_organization_of_one_number_are_two(app: Flask) -> None:
    """M2: the key tells them apart."""
    region = organization()
    own = unit(organization_id=region)
    admin = user("Ada Min", role=Role.SYSTEM_ADMIN, email="ada@lcweb.test")
    assert region == own
    for place in (Place(unit_id=own), Place(organization_id=region)):
        report_wishes.ask(admin, place, now=ASKED)
        assert len(queued(READY)) == 1


def test_a_worker_that_stood_still_all_day_loses_nothing(scene: Scene) -> None:
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=ASKED)
    assert len(queued("Wed 2026-11-04 03:00")) == 1
    assert row(OutboxMail, kind=Kind.FOLLOW_UP_REPORT).day == at(READY).date()
    postman = Postman()
    assert deliver("Fri 2026-11-06 10:00", postman) == [MailStatus.SENT]


def test_a_day_closed_for_everybody_is_no_working_day(scene: Scene) -> None:
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=ASKED)
    assert queued("Fri 2027-01-01 10:00") == queued("Mon 2027-01-04 08:29") == []
    assert len(queued("Mon 2027-01-04 08:30")) == 1


def test_who_asks_later_is_told_next_month(scene: Scene) -> None:
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=at("Mon 2026-11-02 09:00"))
    assert queued("Mon 2026-11-02 10:00") == []
    assert len(queued("Tue 2026-12-01 08:30")) == 1


def test_m1_the_whole_mail_names_the_place_and_the_link(scene: Scene) -> None:
    report_wishes.ask(scene.lisa, Place(organization_id=scene.organization), now=ASKED)
    queued(READY)
    postman = Postman()
    assert deliver(READY, postman) == [MailStatus.SENT]
    (mail,) = postman.sent
    assert (mail["To"], mail["Subject"]) == ("lisa@lcweb.test", "Månadsrapporten är klar")
    assert mail.get_content().replace("\r\n", "\n") == (
        f"""\
Hej!

Månadsrapporten för Region Halland är klar. Du hittar den här när du har loggat in:
http://lcweb.test/uppfoljning/rapport?plats=huvudman-{scene.organization}&manad=2026-10

Arbetar du på flera enheter: välj först den som rapporten gäller.

Du får mejlet för att du har bett om månadsrapporten. På rapportsidan kan du säga att du inte vill ha den längre.

Vårdmeddelanden skickar mejlet automatiskt. Svara inte på det.
"""
    )


def change(table: type, where: int, **values: object) -> None:
    with transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(table, where), name, value)


@pytest.mark.parametrize("what", ["stopped", "left", "role ended", "no address", "another month"])
def test_m3_what_is_no_longer_wanted_is_superseded(scene: Scene, what: str) -> None:
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=ASKED)
    queued(READY)
    moment = "Mon 2026-11-02 09:00"
    if what == "stopped":
        report_wishes.stop(scene.anna, Place(unit_id=scene.unit), now=at(READY))
    elif what == "left":
        change(User, scene.anna.user_id, ended_at=at(READY))
    elif what == "role ended":
        change(Membership, row(Membership, user_id=scene.anna.user_id).id, ended_at=at(READY))
    elif what == "no address":
        change(User, scene.anna.user_id, email=None)
    else:
        moment = "Tue 2026-12-01 08:00"
    postman = Postman()
    assert deliver(moment, postman) == [MailStatus.SUPERSEDED]
    assert postman.sent == []


def test_m4_a_mail_that_was_asked_for_goes_to_nobody_else(scene: Scene) -> None:
    bo = user("Bo Ek", unit_id=scene.unit)
    with nothing_written(), pytest.raises(Refused, match="ingen e-postadress"):
        report_wishes.ask(bo, Place(unit_id=scene.unit), now=ASKED)
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=ASKED)
    change(User, scene.anna.user_id, email="  ")
    assert queued(READY) == []


def test_asking_twice_is_once_and_stopping_keeps_the_row(scene: Scene) -> None:
    place = Place(unit_id=scene.unit)
    for _ in range(2):
        report_wishes.ask(scene.anna, place, now=ASKED)
    assert len(rows(ReportWish)) == 1
    for _ in range(2):
        report_wishes.stop(scene.anna, place, now=at(READY))
    assert row(ReportWish).ended_at == at(READY)
    assert queued(READY) == []
    report_wishes.ask(scene.anna, place, now=at(READY))
    assert len(rows(ReportWish)) == 2


@pytest.mark.parametrize("place", ["another unit", "the organization", "nowhere", "no such unit", "everything"])
def test_only_a_place_that_is_ones_own_to_see(scene: Scene, place: str) -> None:
    places = {"another unit": Place(unit_id=unit(organization_id=scene.organization)), "nowhere": Place(unit_id=0),
              "the organization": Place(organization_id=scene.organization), "everything": Place(),
              "no such unit": Place(unit_id=987_654)}  # fmt: skip
    with nothing_written(), pytest.raises(NotFound):
        report_wishes.ask(scene.anna, places[place], now=ASKED)
    reviewer = user("Lo Grann", role=Role.LOG_REVIEWER, organization_id=scene.organization, email="lo@lcweb.test")
    with nothing_written(), pytest.raises(NotAllowed):
        report_wishes.ask(reviewer, places[place], now=ASKED)


def test_a_list_administrator_has_the_organizations_units_and_a_system_administrator_all(scene: Scene) -> None:
    elsewhere = unit()
    with pytest.raises(NotFound):
        report_wishes.ask(scene.lisa, Place(unit_id=elsewhere), now=ASKED)
    admin = user("Ada Min", role=Role.SYSTEM_ADMIN, email="ada@lcweb.test")
    report_wishes.ask(admin, Place(unit_id=elsewhere), now=ASKED)
    assert queued(READY) == [(elsewhere, None, str(admin.user_id))]


def test_m2_two_workers_queue_it_once(app: Flask, scene: Scene) -> None:
    report_wishes.ask(scene.anna, Place(unit_id=scene.unit), now=ASKED)
    made = race(app, [lambda: len(queued(READY))] * 2)
    assert sorted(made) == [0, 1]
