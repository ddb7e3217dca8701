"""The demo's accounts: the ten that the sign-in page lists, and their colleagues in every unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lcweb.demo import places
from lcweb.demo.accounts import DEMO_ACCOUNTS
from lcweb.demo.progress import Progress
from lcweb.domain.people import DEMO_PASSWORD
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role, operator
from lcweb.domain.workdays import local_day
from lcweb.services import people, units

__all__ = ["DEMO_ACCOUNTS", "STAFF", "Actors", "Person", "load", "staff_of"]

NURSE, RECEPTIONIST, MANAGER = Role.NURSE, Role.RECEPTIONIST, Role.UNIT_MANAGER
LICENSED_TITLES = ("sköterska", "terapeut")


@dataclass(frozen=True, kw_only=True)
class Person:
    """`places` are units, or the one organization where a role is held in an organization."""

    username: str
    name: str
    title: str
    role: Role
    places: tuple[str, ...]
    licensed: bool
    phone: str | None = None

    def may_write_from(self, unit: places.DemoUnit) -> bool:
        if self.role is RECEPTIONIST:
            return unit.receptionists_may_write
        return self.licensed


#: Each person's actor by username and unit.
Actors = Mapping[tuple[str, str], Actor]

NORR, SOUTH, REST = "Hemsjukvård Norr", "Hemsjukvård Söder", "Hemsjukvård – övriga Halmstad"
KARLEKEN = "Vårdcentralen Kärleken"
PSYCHIATRY = "Vuxenpsykiatrisk mottagning "
MEDICINE = "Medicinmottagningen Hallands sjukhus Halmstad"

_LISTED = (
    ("vardcentral", "Eva Lindqvist", "distriktssköterska", NURSE, KARLEKEN),
    ("reception", "Malin Åkesson", "medicinsk sekreterare", RECEPTIONIST, KARLEKEN),
    ("enhetschef", "Lena Wikström", "verksamhetschef, sjuksköterska", MANAGER, KARLEKEN),
    ("kommun", "Anna Bergström", "sjuksköterska", NURSE, NORR),
    ("psykiatri", "Johan Sandell", "specialistsjuksköterska", NURSE, PSYCHIATRY + "Halmstad"),
    ("specialist", "Maria Hedlund", "sjuksköterska", NURSE, MEDICINE),
    ("tva", "Jonas Ek", "sjuksköterska", NURSE, SOUTH, REST),
    ("listadmin", "Per Nordin", "systemförvaltare", Role.LIST_ADMIN, "Halmstads kommun"),
    ("admin", "Sara Holm", "systemadministratör", Role.SYSTEM_ADMIN),
    ("loggranskare", "Birgitta Ahl", "informationssäkerhetssamordnare", Role.LOG_REVIEWER, places.REGION),
)

_COLLEAGUES = (
    ("Karin Berg", "distriktssköterska", NURSE, KARLEKEN),
    ("Helena Frisk", "sjuksköterska", NURSE, KARLEKEN),
    ("Ulrika Sten", "medicinsk sekreterare", RECEPTIONIST, KARLEKEN),
    ("Peter Rydén", "sjuksköterska", NURSE, NORR),
    ("Fatima Nouri", "sjuksköterska", NURSE, NORR),
    ("Kristina Löv", "distriktssköterska", NURSE, NORR),
    ("Monica Sjöberg", "enhetschef, sjuksköterska", MANAGER, NORR, SOUTH),
    ("Agneta Holst", "sjuksköterska", NURSE, SOUTH),
    ("Ellen Brink", "sjuksköterska", NURSE, "Hemsjukvård Väster"),
    ("Mats Hallén", "distriktssköterska", NURSE, "Hemsjukvård Väster"),
    ("Sofie Lagerqvist", "sjuksköterska", NURSE, REST),
    ("Camilla Winge", "arbetsterapeut", NURSE, "Rehab AT/FT Halmstad"),
    ("Henrik Ståhl", "fysioterapeut", NURSE, "Rehab AT/FT Halmstad"),
    ("Annika Modin", "distriktssköterska", NURSE, "Söndrumskliniken"),
    ("Pia Lönn", "receptionist", RECEPTIONIST, "Söndrumskliniken"),
    ("Gunilla Rask", "distriktssköterska", NURSE, "Husläkarna Varmbadhuset"),
    ("Erika Sund", "medicinsk sekreterare", RECEPTIONIST, "Husläkarna Varmbadhuset"),
    ("Susanne Vik", "distriktssköterska", NURSE, "Vårdcentralen Hjortsberg"),
    ("Lotta Edman", "medicinsk sekreterare", RECEPTIONIST, "Vårdcentralen Hjortsberg"),
    ("Marianne Dahlin", "sjuksköterska", NURSE, "Vårdcentralen Breared"),
    ("Kajsa Orre", "receptionist", RECEPTIONIST, "Vårdcentralen Breared"),
    ("Ingela Thor", "distriktssköterska", NURSE, "Vårdcentralen Kolla"),
    ("Jessica Ahlm", "medicinsk sekreterare", RECEPTIONIST, "Vårdcentralen Kolla"),
    ("Anette Krok", "distriktssköterska", NURSE, "Stenblommans Vårdcentral"),
    ("Lisbeth Morin", "receptionist", RECEPTIONIST, "Stenblommans Vårdcentral"),
    ("Cecilia Rosén", "sjuksköterska", NURSE, "Neptunuskliniken"),
    ("Veronica Hed", "medicinsk sekreterare", RECEPTIONIST, "Neptunuskliniken"),
    ("Tina Werner", "distriktssköterska", NURSE, "Viktoriakliniken"),
    ("Åsa Planck", "receptionist", RECEPTIONIST, "Viktoriakliniken"),
    ("Lars Tingström", "specialistsjuksköterska", NURSE, PSYCHIATRY + "Halmstad"),
    ("Nina Falk", "medicinsk sekreterare", RECEPTIONIST, PSYCHIATRY + "Halmstad"),
    ("Katarina Blom", "specialistsjuksköterska", NURSE, PSYCHIATRY + "Hylte", PSYCHIATRY + "Laholm"),
    ("Rikard Selin", "sjuksköterska", NURSE, PSYCHIATRY + "Hylte"),
    ("Eva-Lena Torp", "specialistsjuksköterska", NURSE, PSYCHIATRY + "Laholm"),
    ("Martin Ålund", "specialistsjuksköterska", NURSE, PSYCHIATRY + "Falkenberg"),
    ("Desirée Hahn", "sjuksköterska", NURSE, PSYCHIATRY + "Varberg"),
    ("Yvonne Rapp", "medicinsk sekreterare", RECEPTIONIST, PSYCHIATRY + "Varberg"),
    ("Niklas Brodin", "specialistsjuksköterska", NURSE, PSYCHIATRY + "Kungsbacka"),
    ("Maud Lindh", "medicinsk sekreterare", RECEPTIONIST, PSYCHIATRY + "Kungsbacka"),
    ("Charlotte Ryd", "sjuksköterska", NURSE, "Kirurgmottagningen Hallands sjukhus Halmstad"),
    ("Britta Högberg", "medicinsk sekreterare", RECEPTIONIST, "Kirurgmottagningen Hallands sjukhus Halmstad"),
    ("Oskar Lindroth", "sjuksköterska", NURSE, MEDICINE),
    ("Gabriella Stål", "medicinsk sekreterare", RECEPTIONIST, MEDICINE),
    ("Emelie Kvist", "sjuksköterska", NURSE, "Ortopedmottagningen Hallands sjukhus Varberg"),
    ("Ann-Sofie Lundh", "medicinsk sekreterare", RECEPTIONIST, "Ortopedmottagningen Hallands sjukhus Varberg"),
    ("Tobias Renström", "uroterapeut, sjuksköterska", NURSE, "Urologmottagningen Hallands sjukhus Varberg"),
    ("Lillemor Ask", "sjuksköterska", NURSE, "Urologmottagningen Hallands sjukhus Varberg"),
    ("Ingrid Mattsson", "sjuksköterska", NURSE, "Sjukskötersketeamet Hylte"),
    ("Bodil Ekdahl", "distriktssköterska", NURSE, "Sjukskötersketeamet Hylte"),
    ("Joakim Ulfsson", "fysioterapeut", NURSE, "Rehab AT/FT Hylte"),
    ("Pernilla Grahn", "sjuksköterska", NURSE, "Hemsjukvård Laholm tätort"),
    ("Amina Warsame", "sjuksköterska", NURSE, "Hemsjukvård Laholm tätort", "Hemsjukvård – övriga Laholm"),
    ("Christel Nyman", "distriktssköterska", NURSE, "Hemsjukvård Laholm kusten"),
    ("Roger Palmér", "sjuksköterska", NURSE, "Hemsjukvård – övriga Laholm"),
    ("Madeleine Fors", "arbetsterapeut", NURSE, "Rehab AT/FT Laholm"),
    ("Viktoria Sahl", "sjuksköterska", NURSE, "Hemsjukvård Laurentii"),
    ("Göran Ekvall", "sjuksköterska", NURSE, "Hemsjukvård Laurentii", "Hemsjukvård Gruebäck"),
    ("Jeanette Boman", "distriktssköterska", NURSE, "Hemsjukvård Gruebäck"),
    ("Elisabet Runesson", "sjuksköterska", NURSE, "Hemsjukvård Västra gärdet"),
    ("Hanna Skog", "sjuksköterska", NURSE, "Hemsjukvård Herting", "Hemsjukvård – övriga Falkenberg"),
    ("Marie-Louise Bratt", "enhetschef, sjuksköterska", MANAGER, "Hemsjukvård Västra gärdet", "Hemsjukvård Herting"),
    ("Carl-Johan Wiik", "sjuksköterska", NURSE, "Hemsjukvård – övriga Falkenberg"),
    ("Sanna Elg", "fysioterapeut", NURSE, "Rehab AT/FT Falkenberg"),
    ("Rebecka Lind", "sjuksköterska", NURSE, "Hemsjukvård Varberg centrum"),
    ("Kerstin Odelberg", "distriktssköterska", NURSE, "Hemsjukvård Varberg centrum"),
    ("Anton Rehn", "sjuksköterska", NURSE, "Hemsjukvård Tvååker"),
    ("Ylva Sandström", "sjuksköterska", NURSE, "Hemsjukvård – övriga Varberg"),
    ("Louise Hertz", "arbetsterapeut", NURSE, "Rehab AT/FT Varberg"),
    ("Filippa Grönvall", "sjuksköterska", NURSE, "Hemsjukvård Kungsbacka centrum"),
    ("Zahra Karimi", "sjuksköterska", NURSE, "Hemsjukvård Kungsbacka centrum", "Hemsjukvård Onsala"),
    ("Ola Stenmark", "distriktssköterska", NURSE, "Hemsjukvård Onsala"),
    ("Carin Torell", "sjuksköterska", NURSE, "Hemsjukvård – övriga Kungsbacka"),
    ("Linnéa Hjort", "fysioterapeut", NURSE, "Rehab AT/FT Kungsbacka"),
)


def _person(index: int, username: str, name: str, title: str, role: Role, *where: str) -> Person:
    """Those who visit people at home have a mobile phone, from the range kept free for invented people."""
    mobile = any(name in places.BY_NAME and places.BY_NAME[name].is_municipal for name in where)
    return Person(
        username=username,
        name=name,
        title=title,
        role=role,
        places=where,
        licensed=role in UNIT_ROLES and any(word in title for word in LICENSED_TITLES),
        phone=f"070-174 06 {5 + index:02}" if mobile else None,
    )


STAFF: tuple[Person, ...] = tuple(
    _person(index, *words)
    for index, words in enumerate((*_LISTED, *((places.ascii_word(words[0]), *words) for words in _COLLEAGUES)))
)


def staff_of(unit: str) -> tuple[Person, ...]:
    return tuple(person for person in STAFF if unit in person.places)


def load(unit_ids: Mapping[str, int], *, now: datetime, progress: Progress) -> Actors:
    """Adds everyone. Returns who may act from where."""
    actors: dict[tuple[str, str], Actor] = {}
    for person in progress(STAFF, "People"):
        user_id = _add(person, now=now)
        _add_memberships(person, user_id, unit_ids, began=now - places.LONG_AGO)
        for name in person.places if person.role in UNIT_ROLES else ():
            actors[person.username, name] = _actor(person, user_id, places.BY_NAME[name], unit_ids[name])
    _who_has_left(unit_ids, now=now)
    return actors


def _who_has_left(unit_ids: Mapping[str, int], *, now: datetime) -> None:
    """A colleague at Kärleken who left some weeks ago, as the unit's manager still sees."""
    left = Person(username="gunnelalm", name="Gunnel Alm", title="distriktssköterska", role=NURSE, places=(KARLEKEN,),
                  licensed=True)  # fmt: skip
    user_id = _add(left, now=now)
    _add_memberships(left, user_id, unit_ids, began=now - places.LONG_AGO)
    then = now - timedelta(days=45)
    people.end_person(operator(), user_id, local_day(then), seen=None, now=then)


def _add(person: Person, *, now: datetime) -> int:
    new = people.NewUser(
        username=person.username,
        name=person.name,
        title=person.title,
        password=DEMO_PASSWORD,
        licensed=person.licensed,
        phone=person.phone,
    )
    return people.add_user(operator(), new, now=now - places.LONG_AGO, demo=True)


def _add_memberships(person: Person, user_id: int, unit_ids: Mapping[str, int], *, began: datetime) -> None:
    if person.role is Role.SYSTEM_ADMIN:
        people.add_membership(operator(), user_id, person.role, now=began)
    for name in person.places:
        if person.role in UNIT_ROLES:
            people.add_membership(operator(), user_id, person.role, unit_id=unit_ids[name], now=began)
        else:
            organization_id = units.organization_id_by_name(name)
            people.add_membership(operator(), user_id, person.role, organization_id=organization_id, now=began)


def _actor(person: Person, user_id: int, unit: places.DemoUnit, unit_id: int) -> Actor:
    return Actor(
        user_id=user_id,
        name=person.name,
        title=person.title,
        roles=frozenset({person.role}),
        licensed=person.licensed,
        phone=person.phone,
        unit_id=unit_id,
        unit_name=unit.name,
        receptionists_may_write=unit.receptionists_may_write,
        several_units=len(person.places) > 1,
    )
