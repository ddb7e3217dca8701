"""A file's lines are kept, checked, saved as a whole and taken back as a whole."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.imports import ImportNoun, State, Verdict
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import ImportJob, ImportLine, Membership, RecipientEdit, RecipientEntry, Unit, User, UserSession
from lcweb.queries import imports as queries
from lcweb.services import imports, recipients, sessions
from lcweb.spreadsheets import files
from lcweb.spreadsheets.files import Form
from lcweb.web.words import FILE_WORDS
from tests.at import at
from tests.factories import LONG_AGO, PASSWORD, organization, unit, user
from tests.importing import begun, exported, faults, file, line, saved, verdicts
from tests.race import race
from tests.rows import count, nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
LATER = at("Wed 2026-11-18 10:00")
LISTS, UNITS, PEOPLE = ImportNoun


@pytest.fixture
def home(app: Flask) -> int:
    """Hemsjukvård Norr with a row of its own and somebody who works there; its number."""
    municipality = organization("Halmstads kommun", municipality="Halmstad")
    unit_id = unit("Hemsjukvård Norr", organization_id=municipality, kind=UnitKind.HOME_CARE,
                   hsa_id="SE2321000115-1A2B")  # fmt: skip
    unit("Hemsjukvård Söder", organization_id=municipality, kind=UnitKind.HOME_CARE, note="Rad ett\nrad två")
    list_row(unit_id, "Öster")
    user("Karin Berg", unit_id=unit_id, username="karin", phone="+46 35 18 00 00")
    return unit_id


def list_row(unit_id: int, area: str, **fields: object) -> int:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "valid_from": date(2026, 1, 1)}
    new = recipients.NewEntry(**(values | fields), area=area, unit_id=unit_id)
    return recipients.add_entry(operator(), new, now=LONG_AGO)


# Round trips ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("noun", ImportNoun)
def test_what_was_exported_changes_nothing(home: int, noun: ImportNoun, form: Form) -> None:
    job_id = begun(noun, exported(noun, now=NOW, form=form), now=NOW)
    assert {verdict for _, verdict in verdicts(job_id)} == {Verdict.UNCHANGED}
    before = exported(noun, now=NOW)
    assert imports.save(operator(), job_id, words=FILE_WORDS, now=NOW) == 0
    assert exported(noun, now=NOW) == before
    assert count(ImportLine) == len(rows(ImportLine, job_id=job_id)) > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("noun", ImportNoun)
def test_the_same_is_written_the_same_byte_for_byte(home: int, noun: ImportNoun, form: Form) -> None:
    assert exported(noun, now=NOW, form=form) == exported(noun, now=LATER, form=form)


def test_what_was_read_in_is_what_is_written_out(home: int) -> None:
    """A mended file, once saved, equals the export."""
    own = row(RecipientEntry).id
    changed = line(LISTS, rad=str(own), område="Öster", notering="'=text", hsa_id="SE2321000115-1A2B")
    added = line(LISTS, rad=str(own + 1), område="Norr", enhet="Hemsjukvård Söder", gäller_till="2026-12-31")
    saved(LISTS, file(LISTS, changed, ("", *added[1:])), now=NOW)
    assert exported(LISTS, now=NOW) == file(LISTS, changed, added)


# Lists ----------------------------------------------------------------------------------------------------------------


def test_a_file_is_looked_through_before_anything_is_changed(home: int) -> None:
    own = row(RecipientEntry)
    content = file(
        LISTS,
        line(LISTS, rad=str(own.id), område="Öster"),
        line(LISTS, område="Norr"),
        line(LISTS, enhet="Okänd"),
    )
    with_lines = begun(LISTS, content, now=NOW)
    assert verdicts(with_lines) == [(2, "unchanged"), (3, "added"), (4, "faulty")]
    assert row(RecipientEntry) == own
    with pytest.raises(Conflict, match="Filen har fel"):
        imports.save(operator(), with_lines, words=FILE_WORDS, now=NOW)
    assert row(RecipientEntry) == own


def test_a_row_that_only_gets_a_last_day_is_ended(home: int) -> None:
    own = row(RecipientEntry)
    ending = line(LISTS, rad=str(own.id), område="Öster", gäller_till="2026-11-30")
    assert verdicts(saved(LISTS, file(LISTS, ending), now=NOW)) == [(2, "ended")]
    assert row(RecipientEntry).valid_to == date(2026, 11, 30)


def test_rows_that_a_whole_list_lacks_end_today(home: int) -> None:
    """Those of another list stay; one that has not begun yet holds on no day at all."""
    coming = list_row(home, "Väster", valid_from=date(2026, 12, 1))
    other = list_row(home, "Öster", case_type=CaseType.HOME_CARE_ENROLMENT)
    job_id = begun(LISTS, file(LISTS, line(LISTS, område="Norr")), now=NOW, whole=True)
    assert verdicts(job_id) == [(0, "ended"), (0, "ended"), (2, "added")]
    imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)
    found = {entry.area: entry for entry in rows(RecipientEntry, case_type="general")}
    assert found["Öster"].valid_to == date(2026, 11, 16)
    assert (found["Väster"].id, found["Väster"].removed) == (coming, True)
    assert row(RecipientEntry, id=other).valid_to is None
    imports.undo(operator(), job_id, now=LATER)
    assert {entry.area: (entry.valid_to, entry.removed) for entry in rows(RecipientEntry, case_type="general")} == {
        "Öster": (None, False), "Väster": (None, False), "Norr": (None, True),
    }  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_preview_tells_who_would_be_left_out(home: int) -> None:
    job_id = begun(LISTS, file(LISTS, line(LISTS, område="Norr")), now=NOW, whole=True)
    assert queries.get_job(operator(), job_id).findings == [
        "Halmstad, Övrig fråga eller information: Öster har ingen mottagare från och med 2026-11-17."
    ]


def test_a_list_administrator_imports_the_own_municipality_s_rows(home: int) -> None:
    """Another's row is a fault, and another's import does not exist."""
    ada = list_admin("Halmstad")
    job_id = begun(LISTS, file(LISTS, line(LISTS), line(LISTS, kommun="Laholm")), now=NOW, actor=ada)
    assert faults(job_id) == {3: ["kommun: Du sköter inte listorna för Laholm."]}
    for stranger in (list_admin("Laholm"), user(role=Role.LOG_REVIEWER, organization_id=organization())):
        for verb in (imports.undo, imports.discard):
            with pytest.raises(NotFound), nothing_written():
                verb(stranger, job_id, now=NOW)
        with pytest.raises(NotFound):
            queries.get_job(stranger, job_id)
    release_reading()
    assert queries.get_job(ada, job_id).id == queries.get_job(operator(), job_id).id == job_id


def list_admin(municipality: str) -> Actor:
    return user(role=Role.LIST_ADMIN, organization_id=organization(municipality=municipality))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("noun", [UNITS, PEOPLE])
def test_units_and_people_are_the_system_administrator_s(home: int, noun: ImportNoun) -> None:
    with pytest.raises(NotAllowed), nothing_written():
        begun(noun, file(noun, line(noun)), now=NOW, actor=list_admin("Halmstad"))


def test_a_row_of_a_list_that_is_no_longer_one_s_own_is_not_saved(home: int) -> None:
    """What one may is asked again when it is saved."""
    ada = list_admin("Halmstad")
    job_id = begun(LISTS, file(LISTS, line(LISTS)), now=NOW, actor=ada)
    with pytest.raises(Conflict):
        imports.save(replace(ada, municipalities=frozenset({"Hylte"})), job_id, words=FILE_WORDS, now=NOW)
    assert count(RecipientEntry) == 1


# All or nothing -------------------------------------------------------------------------------------------------------


def test_a_failure_in_the_middle_leaves_nothing(home: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the second of two lists; and of the third of four units."""
    lines = (line(LISTS), line(LISTS, ärendetyp="Inskrivning hemsjukvård"))
    job_id, real, turns = begun(LISTS, file(LISTS, *lines), now=NOW), recipients.write_rows, iter("ab")

    def failing(*args: object, **fields: object) -> object:
        if next(turns) == "b":
            raise RuntimeError("the disk is full")
        return real(*args, **fields)

    monkeypatch.setattr(recipients, "write_rows", failing)
    with pytest.raises(RuntimeError), nothing_written():
        imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)
    monkeypatch.undo()
    imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)
    assert count(RecipientEntry) == 3


def test_whoever_saves_second_is_told(home: int) -> None:
    job_id = begun(LISTS, file(LISTS, line(LISTS)), now=NOW)
    imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)
    with pytest.raises(Conflict, match="Driften har redan sparat importen"), nothing_written():
        imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)
    with pytest.raises(Conflict, match="Driften har redan sparat importen"), nothing_written():
        imports.discard(operator(), job_id, now=NOW)


@pytest.mark.parametrize("noun", ImportNoun)
def test_of_two_files_that_change_the_same_one_is_checked_again(home: int, noun: ImportNoun) -> None:
    """Nothing of the second is saved, and the preview is made anew."""
    first, second = (begun(noun, changing(noun, words), now=NOW) for words in ("Ett", "Två"))
    imports.save(operator(), first, words=FILE_WORDS, now=NOW)
    before = exported(noun, now=NOW)
    with pytest.raises(Conflict, match="Ingenting är sparat"):
        imports.save(operator(), second, words=FILE_WORDS, now=NOW)
    assert (row(ImportJob, id=second).state, row(ImportJob, id=second).checked) == (State.CHECKING, 0)
    release_reading()
    assert exported(noun, now=NOW) == before
    assert not imports.check(operator(), second, words=FILE_WORDS, now=NOW)
    assert imports.save(operator(), second, words=FILE_WORDS, now=NOW) == 1


def changing(noun: ImportNoun, words: str) -> bytes:
    """The first row's note, or the person's title."""
    if noun is LISTS:
        return file(LISTS, line(LISTS, rad=str(row(RecipientEntry).id), område="Öster", notering=words))
    if noun is UNITS:
        north = row(Unit, name="Hemsjukvård Norr")
        return file(UNITS, line(UNITS, nummer=str(north.id), namn="Hemsjukvård Norr", notering=words))
    karin = row(User, username="karin")
    return file(PEOPLE, line(PEOPLE, nummer=str(karin.id), användarnamn="karin", namn="Karin Berg", titel=words))


# Units and people -----------------------------------------------------------------------------------------------------


def test_units_are_added_and_changed(home: int) -> None:
    changed = line(UNITS, nummer=str(home), namn="Hemsjukvård Norra", telefon="035-18 11 11")
    job_id = saved(UNITS, file(UNITS, changed, line(UNITS, slag="VÅRDCENTRAL")), now=NOW)
    assert verdicts(job_id) == [(2, "changed"), (3, "added")]
    assert row(Unit, id=home).name == "Hemsjukvård Norra"
    new = row(Unit, name="Hemsjukvård Väster")
    assert (new.kind, new.created_at) == ("primary_care", NOW)


def test_people_are_added_with_a_line_for_each_role(home: int) -> None:
    """Nobody signs in before a password is chosen; a new role of somebody who is here is something added."""
    karin = row(User, username="karin")
    known = {"nummer": str(karin.id), "användarnamn": "karin", "namn": "Karin Berg", "telefon": "+46 35 18 00 00"}
    content = file(
        PEOPLE,
        line(PEOPLE),
        line(PEOPLE, roll="Enhetsansvarig"),
        line(PEOPLE, **known, roll="listadministratör", enhet="", huvudman="Halmstads kommun"),
    )
    job_id = saved(PEOPLE, content, now=NOW)
    assert verdicts(job_id) == [(2, "added"), (3, "added"), (4, "added")]
    eva = row(User, username="eva.alm")
    assert (eva.password_hash, eva.licensed) == ("", True)
    assert [held.role for held in rows(Membership, user_id=eva.id)] == ["nurse", "unit_manager"]
    assert [held.role for held in rows(Membership, user_id=karin.id)] == ["nurse", "list_admin"]


def test_a_person_s_last_day_is_set_and_taken_back(home: int) -> None:
    karin = row(User, username="karin")
    known = {"nummer": str(karin.id), "användarnamn": "karin", "namn": "Karin Berg", "telefon": "+46 35 18 00 00"}
    first = saved(PEOPLE, file(PEOPLE, line(PEOPLE, **known, slutdatum="2026-12-31")), now=NOW)
    assert verdicts(first) == [(2, "ended")]
    assert row(User, id=karin.id).ended_at == at("Fri 2027-01-01 00:00")
    assert verdicts(begun(PEOPLE, exported(PEOPLE, now=NOW), now=NOW)) == [(2, "unchanged")]
    saved(PEOPLE, file(PEOPLE, line(PEOPLE, **known)), now=NOW)
    assert row(User, id=karin.id).ended_at is None


# Undone ---------------------------------------------------------------------------------------------------------------


def test_a_last_day_that_has_passed_and_is_undone_wakes_no_session(home: int) -> None:
    """Midnight ended it by the date alone."""
    karin = row(User, username="karin")
    known = {"nummer": str(karin.id), "användarnamn": "karin", "namn": "Karin Berg", "telefon": "+46 35 18 00 00"}
    job_id = saved(PEOPLE, file(PEOPLE, line(PEOPLE, **known, slutdatum="2026-11-17")), now=NOW)
    sessions.sign_in("karin", PASSWORD, address="::1", lifetime=timedelta(hours=24), now=at("Tue 2026-11-17 23:55"),
                     demo=False)  # fmt: skip
    imports.undo(operator(), job_id, now=at("Wed 2026-11-18 00:05"))
    assert (row(User, id=karin.id).ended_at, row(UserSession).revoked_why) == (None, "person_ended")


@pytest.mark.parametrize("noun", ImportNoun)
def test_undone_everything_is_as_it_was_byte_for_byte(home: int, noun: ImportNoun) -> None:
    """And the mended file can be read in anew: what was added has given its name back."""
    before = exported(noun, now=NOW)
    content = changing(noun, "Ändrat") + file(noun, line(noun)).split(b"\r\n", 1)[1]
    job_id = saved(noun, content, now=NOW)
    assert exported(noun, now=NOW) != before
    release_reading()
    imports.undo(operator(), job_id, now=LATER)
    assert exported(noun, now=LATER) == before
    release_reading()
    with pytest.raises(Conflict, match="Driften har redan ångrat importen"), nothing_written():
        imports.undo(operator(), job_id, now=LATER)
    assert {verdict for _, verdict in verdicts(begun(noun, content, now=LATER))} == {"changed", "added"}


def test_undoing_the_undoing_of_a_list_gives_the_import_back(home: int) -> None:
    job_id = saved(LISTS, changing(LISTS, "Ändrat") + file(LISTS, line(LISTS)).split(b"\r\n", 1)[1], now=NOW)
    after = exported(LISTS, now=NOW)
    release_reading()
    imports.undo(operator(), job_id, now=LATER)
    undoing = rows(RecipientEdit)[-1]
    on = recipients.OnPage(seen=undoing.id)
    recipients.undo(operator(), undoing.id, on=on, now=LATER)
    assert exported(LISTS, now=LATER) == after


@pytest.mark.parametrize("noun", [UNITS, PEOPLE])
def test_what_somebody_has_changed_since_is_named(home: int, noun: ImportNoun) -> None:
    job_id = saved(noun, changing(noun, "Ett"), now=NOW)
    saved(noun, changing(noun, "Två"), now=LATER)
    name = "Hemsjukvård Norr" if noun is UNITS else "Karin Berg"
    with pytest.raises(Refused, match=rf"ändrats sedan dess: {name} \(Driften\)"), nothing_written():
        imports.undo(operator(), job_id, now=LATER)


def test_a_row_that_somebody_has_changed_since_is_named(home: int) -> None:
    job_id = saved(LISTS, changing(LISTS, "Ett"), now=NOW)
    saved(LISTS, changing(LISTS, "Två"), now=LATER)
    with pytest.raises(Refused, match="Öster ändrades igen av Driften"), nothing_written():
        imports.undo(operator(), job_id, now=LATER)


def test_a_unit_in_which_something_has_happened_is_not_taken_away(home: int) -> None:
    job_id = saved(UNITS, file(UNITS, line(UNITS)), now=NOW)
    user(unit_id=row(Unit, name="Hemsjukvård Väster").id)
    with pytest.raises(Refused, match="Hemsjukvård Väster har fått medlemmar"), nothing_written():
        imports.undo(operator(), job_id, now=LATER)


# Kept and discarded ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_discarded_file_leaves_its_name_alone(home: int) -> None:
    job_id = begun(LISTS, file(LISTS, line(LISTS)), now=NOW)
    imports.discard(operator(), job_id, now=NOW)
    assert (row(ImportJob).state, count(ImportLine)) == (State.DISCARDED, 0)
    with pytest.raises(Conflict, match="Läs in filen på nytt"):
        imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\Listor\\norr.xlsx", "norr.xlsx"), ("/tmp/norr.csv", "norr.csv"), ("20000101-2384.csv", "fil"), ("", "fil")],
)
def test_of_a_file_s_name_no_folder_and_no_identity_is_kept(home: int, given: str, kept: str) -> None:
    lines = [(2, {"municipality": "Halmstad"})]
    imports.begin(operator(), LISTS, lines, file_name=given, whole=False, now=NOW)
    assert row(ImportJob).file_name == kept


def test_lines_are_checked_some_at_a_time(home: int) -> None:
    lines = [line(LISTS, område=f"Område {place}") for place in range(imports.CHUNK + 1)]
    arranged = files.lines_of(LISTS, file(LISTS, *lines))
    job_id = imports.begin(operator(), LISTS, arranged, file_name="x", whole=False, now=NOW)
    left = [imports.check(operator(), job_id, words=FILE_WORDS, now=NOW) for _ in range(3)]
    assert left == [True, False, False]
    assert (row(ImportJob).checked, row(ImportJob).state) == (imports.CHUNK + 1, State.CHECKED)


@pytest.mark.parametrize("noun", ImportNoun)
def test_of_two_who_save_at_the_same_moment_one_wins(home: int, app: Flask, noun: ImportNoun) -> None:
    """The same import twice, and two imports that change the same."""
    first, second = (begun(noun, changing(noun, words), now=NOW) for words in ("Ett", "Två"))
    release_reading()
    saving = [partial(imports.save, operator(), job, words=FILE_WORDS, now=NOW) for job in (first, first, second)]
    done = race(app, saving)
    assert sorted(str(type(one).__name__) for one in done) == ["Conflict", "Conflict", "int"]
    assert [job.state for job in rows(ImportJob)].count(State.SAVED) == 1
