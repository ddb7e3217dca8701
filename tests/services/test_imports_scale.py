"""A large file with faults of every kind: each is named, and the mended file is saved and undone, in little memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lcweb.config import ROOT
from lcweb.db import transaction
from lcweb.domain.imports import COLUMNS, ImportNoun
from lcweb.domain.people import UnitKind
from lcweb.models import Unit
from lcweb.spreadsheets import as_xlsx
from tests.factories import LONG_AGO, organization, unit
from tests.importing import exported, line
from tests.importing_at_scale import NOW

HEADINGS = [column.heading for column in COLUMNS[ImportNoun.LISTS]]
UNITS = 60
PATIENT = "20000101-2384"
#: What is done to a good line, and how the sentence about it begins.
FAULTS = [
    ({"rad": "987654"}, "rad: Det finns ingen rad med nummer 987654"),
    ({"rad": "x1"}, "rad: Det finns ingen rad med nummer x1"),
    ({"rad": "99999999999999"}, "rad: Det finns ingen rad med nummer 99999999999999"),
    ({"kommun": ""}, "kommun: Kommun saknas."),
    ({"kommun": "Göteborg"}, "kommun: Göteborg är ingen kommun i Halland."),
    ({"ärendetyp": ""}, "ärendetyp: Ärendetyp saknas."),
    ({"ärendetyp": "Akut"}, "ärendetyp: Akut är ingen ärendetyp."),
    ({"område": ""}, "område: Område saknas."),
    ({"område": "x" * 201}, "område: Området har 201 tecken."),
    ({"område": f"Om {PATIENT}"}, "område: Texten innehåller ett personnummer."),
    ({"område": "Norr\u202e"}, "område: Området innehåller osynliga styrtecken."),
    ({"område": "Norr\nSöder"}, "område: Området innehåller osynliga styrtecken."),
    ({"enhet": ""}, "enhet: Enhet saknas."),
    ({"enhet": "Hemsjukvård Okänd"}, "enhet: Det finns ingen enhet som heter Hemsjukvård Okänd."),
    ({"enhet": "Hemsjukvård Stängd"}, "enhet: Hemsjukvård Stängd är stängd."),
    ({"hsa-id": "SE2321000115-XXXX"}, "hsa-id: Det finns ingen enhet med HSA-id SE2321000115-XXXX."),
    ({"notering": "x" * 501}, "notering: Noteringen har 501 tecken."),
    ({"notering": f"Gäller {PATIENT}"}, "notering: Texten innehåller ett personnummer."),
    ({"notering": "data:image/png;base64,AAAA"}, "notering: Noteringen innehåller en inklistrad bild eller fil."),
    ({"gäller från": ""}, "gäller från: Första dagen saknas."),
    ({"gäller från": "17/11 2026"}, "gäller från: 17/11 2026 är inget datum."),
    ({"gäller från": "2026-02-30"}, "gäller från: 2026-02-30 är inget datum."),
    ({"gäller till": "i morgon"}, "gäller till: i morgon är inget datum."),
    ({"gäller till": "2025-12-31"}, "gäller till: Sista dagen kan inte vara före den första."),
]


def lines_of(count: int) -> list[tuple[str, ...]]:
    return [
        line(ImportNoun.LISTS, område=f"Område {place}", enhet=f"Hemsjukvård {place % UNITS}", notering=f"=1+{place}")
        for place in range(count)
    ]


def with_faults(good: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], dict[int, str]]:
    """The same lines with forty faults in them; line as a spreadsheet counts → how its sentence begins."""
    lines, expected, step = list(good), {}, max(1, len(good) // 45)
    for turn in range(36):
        place = turn * step + 3
        fault, sentence = FAULTS[turn % len(FAULTS)]
        lines[place] = tuple(fault.get(heading, cell) for heading, cell in zip(HEADINGS, lines[place], strict=True))
        expected[place + 2] = sentence
    for turn in range(36, 40):
        lines[turn * step + 3] = lines[0]
        expected[turn * step + 5] = "Samma område, enhet och första dag står redan på rad 2."
    return lines, expected


@pytest.mark.prove
def test_a_large_file_is_refused_by_line_then_saved_and_undone(
    app: Flask, settings: object, database_url: str, tmp_path: Path, scale: Callable[[int, int], int],
) -> None:  # fmt: skip
    owner = organization("Halmstads kommun", municipality="Halmstad")
    for place in (*range(UNITS), "Stängd"):
        unit(f"Hemsjukvård {place}", organization_id=owner, kind=UnitKind.HOME_CARE)
    with transaction() as session:
        session.execute(update(Unit).where(Unit.name == "Hemsjukvård Stängd").values(closed_at=LONG_AGO))
    good = lines_of(scale(200, 5_000))
    bad, expected = with_faults(good)
    for name, lines in (("fel", bad), ("rätt", good)):
        (tmp_path / f"{name}.xlsx").write_bytes(as_xlsx("Listor", HEADINGS, lines))
    told = at_scale(database_url, tmp_path, tmp_path / "fel.xlsx", tmp_path / "rätt.xlsx")
    assert told["faults"].keys() == {str(number) for number in expected}
    assert len(expected) == 40
    unsaid = [(n, said) for n, said in expected.items() if not is_said(said, told["faults"][str(n)])]
    assert unsaid == []
    assert (told["refused"], told["saved"], told["counts"]) == (True, len(good), {"added": len(good)})
    assert told["peak"] < 300, told
    sys.stdout.write(f"{told['took']} {told['peak']:.0f} MB")  # shown with -rP
    assert exported(ImportNoun.LISTS, now=NOW).count(b"\r\n") == 1


def is_said(beginning: str, sentences: list[str]) -> bool:
    return any(sentence.startswith(beginning) for sentence in sentences)


def at_scale(url: str, instance: Path, *files: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.importing_at_scale", url, str(instance), *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
