"""Files as they come: read by what they hold, within bounds, or refused with a sentence."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lcweb.domain.errors import Refused
from lcweb.domain.imports import COLUMNS, ImportNoun
from lcweb.spreadsheets import MAX_BYTES, MAX_LINES, Unreadable, as_csv, as_xlsx, files, read, safety
from lcweb.spreadsheets.files import Form
from lcweb.spreadsheets.safety import protected, unprotected

HEADINGS = ("namn", "ort")
ROWS = [("Åsa", "Väröbacka"), ("Örjan", "")]
TEXT = "namn;ort\r\nÅsa;Väröbacka\r\nÖrjan;\r\n"


def cells(content: bytes) -> list[tuple[str, ...]]:
    table = read(content)
    return [table.headings, *(line.cells for line in table.lines)]


def why_not(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content)
    return str(refused.value)


def book(**parts: bytes) -> bytes:
    """A workbook with parts put in or replaced; `_` stands for a slash, `__` for a dot."""
    return changed(
        as_xlsx("Blad", HEADINGS, ROWS), {n.replace("__", ".").replace("_", "/"): c for n, c in parts.items()}
    )


def changed(content: bytes, parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(content)) as found, ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name in found.namelist():
            if name not in parts:
                archive.writestr(name, found.read(name))
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


# Text -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_text_file_is_read_however_it_was_saved(encoding: str, delimiter: str) -> None:
    assert cells(TEXT.replace(";", delimiter).encode(encoding)) == [HEADINGS, *ROWS]


def test_lines_are_counted_as_a_spreadsheet_counts() -> None:
    """A line break within a cell begins no new row; empty rows and remarks are counted and left out."""
    table = read('# läs detta;\n\nnamn;ort\n"rad ett\nrad två";x\n;\n# exempel;y\nsist;z\n'.encode())
    assert [(line.number, line.cells) for line in table.lines] == [(4, ("rad ett\nrad två", "x")), (7, ("sist", "z"))]


def test_excel_s_own_remark_says_what_divides() -> None:
    assert [line.number for line in read(b"sep=,\nnamn,ort\na;b,c\n").lines] == [3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom."),
        (b"\n;;\n# bara en anm\xc3\xa4rkning\n", "Filen är tom."),
        (b"\x00\x01\x02\x00binary\x81", "Filen är varken en Excelfil eller en textfil"),
        (b'namn;ort\n"aldrig slut;x\n', "Rad 2 går inte att läsa"),
        (b"namn;ort\n" + b"x" * 200_000 + b";y\n", "Rad 2 går inte att läsa"),
        (b"a;b\n" * (MAX_LINES + 2), "Filen har mer än 20000 rader."),
        (b";".join([b"x"] * 41) + b"\n", "Filen har mer än 40 kolumner."),
        (b"x" * (MAX_BYTES + 1), "Filen är större än 10 MB."),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    assert why_not(content).startswith(sentence)


# Excel ----------------------------------------------------------------------------------------------------------------


def test_cells_are_read_as_a_person_sees_them() -> None:
    workbook, out = Workbook(), BytesIO()
    sheet = workbook.active
    sheet.append(["a", "b", "c", "d", "e", "f", "g", "h"])
    sheet.append([date(2026, 11, 17), datetime(2026, 11, 17, 8, 5), time(8, 0), 35130000, 7.0, 0.5, True, "  Å  "])
    sheet.append([None, None, "=1+1"])
    workbook.save(out)
    assert cells(out.getvalue())[1:] == [("2026-11-17", "2026-11-17 08:05", "08:00", "35130000", "7", "0.5", "ja", "Å")]


def test_what_looks_like_a_formula_is_text_and_a_telephone_number_keeps_its_zero() -> None:
    rows = [("=1+1", "035-13 00 00"), ("@x", "+46 35"), ("'=quoted", "0046")]
    assert cells(as_xlsx("Blad", HEADINGS, rows)) == [HEADINGS, *rows]
    assert cells(as_csv(HEADINGS, rows)) == [HEADINGS, *rows]
    assert b"'=1+1;035" in as_csv(HEADINGS, rows)


@given(st.text())
def test_protection_is_taken_away_exactly(text: str) -> None:
    assert [unprotected(protected(text, always=always)) for always in (True, False)] == [text, text]


def encrypted_entry() -> bytes:
    made = bytearray(book())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = made.find(mark)
        flags = place + (6 if mark == b"PK\x03\x04" else 8)
        made[flags] |= 1
    return bytes(made)


def lying_bomb(declared: int) -> bytes:
    """A sheet of 80 MB of which the directory says something else."""
    bomb = book(xl_worksheets_sheet1__xml=b"<x>" + b" " * 80_000_000 + b"</x>")
    real = struct.pack("<I", 80_000_000 + 7)
    assert bomb.count(real) == 2
    return bomb.replace(real, struct.pack("<I", declared))


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: book(xl_vbaProject__bin=b"x"), safety.MACROS),
        (lambda: book(xl_workbook__bin=b"x"), safety.BINARY),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, safety.OLD),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), safety.ENCRYPTED),
        (encrypted_entry, safety.ENCRYPTED),
        (lambda: changed(b"PK\x05\x06" + b"\0" * 18, {"x.txt": b"x"}), safety.NO_WORKBOOK),
        (lambda: changed(b"PK\x05\x06" + b"\0" * 18, {"mimetype": b"x", "content.xml": b"x"}), safety.OPEN_DOCUMENT),
        (lambda: book()[:-200], safety.BROKEN),
        (lambda: book()[:2_000] + b"xxxxxxxx" + book()[2_008:], safety.BROKEN),
        (lambda: book(xl_worksheets_sheet1__xml=b"<worksheet"), safety.BROKEN),
        (lambda: book(xl_workbook__xml=b"<x/>"), safety.BROKEN),
        (lambda: book(xl_worksheets_sheet1__xml=b"<x>" + b" " * 80_000_000 + b"</x>"), safety.TOO_LARGE),
        (lambda: lying_bomb(1_000), safety.BROKEN),
        (lambda: lying_bomb(20_000_000), safety.TOO_LARGE),
        (lambda: book(xl_worksheets_sheet1__xml=b"<x>" + b"<y/>" * 1_600_000 + b"</x>"), safety.TOO_LARGE),
        (
            lambda: book(xl_worksheets_sheet1__xml=b'<a xmlns="b"><row>' + b"<c/>" * 21_000 + b"</row></a>"),
            safety.TOO_LARGE,
        ),
        (lambda: changed(book(), {f"x/{n}": b"" for n in range(1_001)}), safety.TOO_LARGE),
        (lambda: book(xl_sharedStrings__xml=ENTITIES), safety.DECLARES),
        (lambda: book(xl_worksheets_sheet1__xml=OUTSIDE), safety.DECLARES),
        (lambda: book(xl_worksheets_sheet1__xml=ENTITIES.decode().encode("utf-16")), safety.DECLARES),
        (lambda: book(xl_media_image__png=ENTITIES), safety.DECLARES),
    ],
)
def test_no_workbook_can_do_harm(content: Callable[[], bytes], sentence: str) -> None:
    assert why_not(content()) == sentence


def test_a_bomb_of_another_packing_is_not_unpacked() -> None:
    made = BytesIO()
    with ZipFile(BytesIO(book())) as found, ZipFile(made, "w", zipfile.ZIP_BZIP2) as archive:
        for name in found.namelist():
            archive.writestr(name, found.read(name))
    assert why_not(made.getvalue()) == safety.BROKEN


def test_a_row_that_says_it_is_the_millionth_does_not_make_a_million_lines() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c t="inlineStr"><is><t>namn</t></is></c></row>'
        b'<row r="99999999999"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    assert cells(book(xl_worksheets_sheet1__xml=sheet)) == [("namn",)]


# The files of each sort -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("noun", ImportNoun)
def test_a_template_explains_each_column_and_is_read_as_empty(noun: ImportNoun, form: Form) -> None:
    content = files.template(noun, form, title="Mall")
    assert files.lines_of(noun, content) == []
    text = content if form is Form.CSV else b"".join(ZipFile(BytesIO(content)).read(n) for n in sheets(content))
    assert [c.heading for c in COLUMNS[noun] if c.explanation.encode() not in text] == []


def sheets(content: bytes) -> list[str]:
    return [name for name in ZipFile(BytesIO(content)).namelist() if "sheet" in name]


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        ("rad;kommun;område", "Filen saknar kolumnerna ärendetyp, enhet och gäller från."),
        ("kommun;ärendetyp;område;enhet;gäller från;färg", "Rubriken ”färg” i kolumn 6 är okänd."),
        ("kommun;ärendetyp;område;enhet;gäller från;Kommun:", "Rubriken kommun står två gånger."),
    ],
)
def test_headings_that_are_not_ours_are_refused(headings: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        files.lines_of(ImportNoun.LISTS, headings.encode() + b"\n1;2;3;4;5;6\n")
    assert refused.value.problems["file"].startswith(sentence)


def test_headings_come_in_any_order_and_spelling() -> None:
    content = "GÄLLER FRÅN ;Enhet;Ärendetyp:;kommun;Område;HSA id\n1;2;3;4;5;6\n".encode()
    assert files.lines_of(ImportNoun.LISTS, content) == [
        (2, {"valid_from": "1", "unit": "2", "case_type": "3", "municipality": "4", "area": "5", "unit_hsa_id": "6"})
    ]


def test_a_line_of_another_width_says_so() -> None:
    content = "kommun;ärendetyp;område;enhet;gäller från\na;b;c;d\na;b;c;d;e;;f\na;b;c;d;e;;\n".encode()
    told = [cells.get("") for _, cells in files.lines_of(ImportNoun.LISTS, content)]
    assert told == ["Raden har 4 celler, men rubrikraden har 5.", "Raden har 6 celler, men rubrikraden har 5.", None]
