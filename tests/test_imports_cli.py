"""Import and export at the command line."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from lcweb.domain.imports import ImportNoun, State
from lcweb.domain.people import UnitKind
from lcweb.models import ImportJob, RecipientEntry
from tests.clock import Clock
from tests.factories import organization, unit
from tests.importing import file, line
from tests.rows import count, row, rows

LISTS, UNITS, PEOPLE = ImportNoun

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def home(app: Flask, clock: Clock) -> int:
    owner = organization("Halmstads kommun", municipality="Halmstad")
    return unit("Hemsjukvård Norr", organization_id=owner, kind=UnitKind.HOME_CARE)


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_a_file_is_saved_and_comes_back_the_same(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(file(LISTS, line(LISTS), line(LISTS, område="Söder")))
    result = run(app, "import", "lists", path)
    assert result.exit_code == 0, result.output
    assert "added: 2\n" in result.output
    assert "2 saved as import 1\n" in result.output
    for name in ("ut.csv", "ut.xlsx"):
        assert run(app, "export", "lists", tmp_path / name).exit_code == 0
        again = run(app, "import", "lists", tmp_path / name, "--whole", "--dry-run")
        assert "unchanged: 2\n" in again.output
        assert "nothing is saved: a dry run" in again.output
    assert [job.state for job in rows(ImportJob)] == [State.SAVED, State.DISCARDED, State.DISCARDED]


def test_each_faulty_line_is_told_and_nothing_is_saved(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(file(LISTS, line(LISTS), line(LISTS, enhet="Okänd")))
    result = run(app, "import", "lists", path)
    assert result.exit_code == 1
    assert "line 3: enhet: Det finns ingen enhet som heter Okänd." in result.output
    assert "Traceback" not in result.output
    assert (count(RecipientEntry), row(ImportJob).state) == (0, State.DISCARDED)


@pytest.mark.parametrize("noun", [UNITS, PEOPLE])
def test_units_and_people_too(app: Flask, tmp_path: Path, noun: ImportNoun) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(file(noun, line(noun)))
    assert "1 saved" in run(app, "import", noun.value, path).output
    assert run(app, "export", noun.value, tmp_path / "ut.csv").exit_code == 0
    assert "unchanged: " in run(app, "import", noun.value, tmp_path / "ut.csv", "--dry-run").output


def test_a_past_day_s_lists(app: Flask, tmp_path: Path) -> None:
    assert run(app, "export", "lists", tmp_path / "ut.csv", "--date", "2025-01-01").exit_code == 0
    assert (tmp_path / "ut.csv").read_bytes() == file(LISTS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("export", "units", "ut.pdf"), "ut.pdf must end in .csv or .xlsx"),
        (("import", "lists", "finns-inte.csv"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(app: Flask, words: tuple[str, ...], sentence: str) -> None:
    result = run(app, *words)
    assert result.exit_code != 0
    assert sentence in result.output


def test_a_file_that_is_none_is_refused_with_its_sentence(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 broken")
    result = run(app, "import", "lists", tmp_path / "x.xlsx")
    assert (result.exit_code, count(ImportJob)) == (1, 0)
    assert "Filen är trasig eller ingen Excelfil." in result.output
