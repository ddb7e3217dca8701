"""Import: upload, preview, save, undo; what is refused; and files to fetch."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lcweb.domain.imports import ImportNoun
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Role
from lcweb.models import ImportLine, RecipientEntry
from lcweb.spreadsheets import MAX_BYTES
from tests.clock import Clock
from tests.factories import organization, unit, user
from tests.importing import file, line
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import Visitor, writes

ADDRESS = "/admin/import"
LISTS, UNITS, PEOPLE = ImportNoun


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        owner = organization("Halmstads kommun", municipality="Halmstad")
        unit("Hemsjukvård Norr", organization_id=owner, kind=UnitKind.HOME_CARE)
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


@pytest.fixture
def lotta(bare_app: Flask, admin: Visitor) -> Visitor:
    """Halmstad's list administrator."""
    with bare_app.app_context():
        halmstad = organization("Halmstad två", municipality="Halmstad")
        return Visitor(bare_app, user("Lotta Ek", role=Role.LIST_ADMIN, organization_id=halmstad))


def upload(visitor: Visitor, noun: ImportNoun, *lines: tuple[str, ...], **fields: Any) -> Page:
    visitor.get(ADDRESS)
    return visitor.post(ADDRESS, noun=noun, **({"file": (BytesIO(file(noun, *lines)), "min fil.csv")} | fields))


def checked(visitor: Visitor, noun: ImportNoun, *lines: tuple[str, ...], **fields: Any) -> Page:
    """Without JavaScript: one press checks every line."""
    assert upload(visitor, noun, *lines, **fields).status == 200
    return visitor.press("Kontrollera")


def table(page: Page) -> list[list[str]]:
    return [
        [cell.text for cell in tr.find_all("td")]
        for tr in page.root.get_one(id="lines").get_one("tbody").find_all("tr")
    ]


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def summary(page: Page) -> str:
    return page.root.get_one(id="error-summary").text


# The whole way --------------------------------------------------------------------------------------------------------


def test_a_file_is_uploaded_looked_through_saved_and_undone(admin: Visitor) -> None:
    page = checked(admin, LISTS, line(LISTS), line(LISTS, område="Söder", notering="Ring <först>"))
    assert page.heading == "Import av mottagarlistor"
    assert "min fil.csv, 2 rader, inläst i dag 10.00 av Ada Min." in page.text
    assert [found[:2] for found in table(page)] == [["2", "Ny"], ["3", "Ny"]]
    assert "notering: Ring <först>" in table(page)[1][3]
    page = admin.press("Spara 2 ändringar")
    assert receipt(page) == "2 ändringar är sparade."
    assert "Importen sparades i dag 10.00 av Ada Min." in page.text
    assert "Sparad i dag 10.00 av Ada Min" in admin.get(ADDRESS).text
    admin.get(admin.page.links()["min fil.csv"])
    page = admin.press("Ångra hela importen")
    assert receipt(page) == "Importen är ångrad. Allt är som det var före den."
    assert not page.root.find("button", string="Ångra hela importen")
    with admin.context():
        assert [entry.removed for entry in rows(RecipientEntry)] == [True, True]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_faults_are_named_and_nothing_can_be_saved(admin: Visitor) -> None:
    page = checked(admin, LISTS, line(LISTS), line(LISTS, enhet="Okänd", kommun=""))
    assert "1 rad har fel." in page.text
    assert table(page) == [
        ["3", "Fel", "Övrig fråga eller information · Norr · Okänd",
         "kommun: Kommun saknas. enhet: Det finns ingen enhet som heter Okänd."]
    ]  # fmt: skip
    assert [button.text for button in page.root.find_all("button", class_="ds-button")] == ["Kasta", "Fortsätt arbeta"]
    assert len(table(admin.get(f"{page.url}?visa=alla"))) == 2
    job_id = int(page.url.rpartition("/")[2])
    page = admin.post(f"{ADDRESS}/{job_id}/spara")
    assert page.status == 409
    assert "Filen har fel." in summary(page)
    page = admin.press("Kasta")
    assert receipt(page) == "Filen är kastad. Ingenting är ändrat."
    assert admin.get(f"{ADDRESS}/{job_id}").status == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_asks_for_some_lines_at_a_time(admin: Visitor) -> None:
    lines = [line(LISTS, område=f"Område {place}") for place in range(1_001)]
    page = upload(admin, LISTS, *lines)
    form = page.root.get_one(id="progress")
    assert (form["hx-trigger"], form["hx-post"]) == ("load", f"{page.url}/kontrollera")
    seen = []
    for _ in range(3):
        headers = {"HX-Request": "true"}
        answer = admin.client.post(f"{page.url}/kontrollera", data={"csrf_token": admin.token}, headers=headers)
        seen.append((answer.text.split("<p ")[1].split(">")[1].split(" av")[0], answer.headers.get("HX-Redirect")))
    assert seen == [("500", None), ("1000", None), ("1001", page.url)]
    assert "Sida 2 av 11" in admin.get(f"{page.url}?sida=2").text
    assert len(table(admin.get(f"{page.url}?sida=99"))) == 1


def test_what_changed_meanwhile_is_checked_again(admin: Visitor) -> None:
    checked(admin, UNITS, line(UNITS))
    first = admin.page
    checked(admin, UNITS, line(UNITS, telefon="035-99 99 99"))
    admin.press("Spara 1 ändring")
    assert first
    page = admin.post(f"{first.url}/spara")
    assert page.status == 409
    assert "Ingenting är sparat, och filen kontrolleras på nytt." in summary(page)
    page = admin.press("Kontrollera")
    assert "namn: Namnet finns redan" in table(page)[0][3]


def test_an_undo_that_is_refused_names_what_has_changed(admin: Visitor) -> None:
    page = checked(admin, UNITS, line(UNITS))
    page = admin.press("Spara 1 ändring")
    with admin.context():
        user(unit_id=row(ImportLine, job_id=1).row_id)
    page = admin.press("Ångra hela importen")
    assert page.status == 400
    assert "Importen går inte att ångra: Hemsjukvård Väster har fått medlemmar." in summary(page)


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"noun": ""}, "Välj vad filen innehåller."),
        ({"noun": "threads"}, "Välj vad filen innehåller."),
        ({"file": None}, "Välj en fil."),
        ({"file": "inte en fil"}, "Välj en fil."),
        ({"file": (b"", "")}, "Välj en fil."),
        ({"file": (b"\0\1", "x.csv")}, "Filen är varken en Excelfil eller en textfil"),
        ({"file": (file(LISTS), "x.csv")}, "Filen har bara rubriker."),
        (
            {"file": (file(UNITS), "x.csv")},
            "Filen saknar kolumnerna ärendetyp, område, enhet och gäller från.",
        ),
    ],
)
def test_what_is_no_such_file_is_refused_at_its_field(admin: Visitor, fields: dict[str, Any], sentence: str) -> None:
    admin.get(ADDRESS)
    chosen = {"noun": "lists", "file": (file(LISTS), "x.csv")} | fields
    if isinstance(chosen["file"], tuple):
        chosen["file"] = (BytesIO(chosen["file"][0]), chosen["file"][1])
    with writes(admin.app) as changed:
        page = admin.post(ADDRESS, **chosen)
    assert (page.status, page.heading, changed) == (400, "Import", set())
    assert sentence in summary(page)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_fifty_megabytes_is_refused_unread(admin: Visitor) -> None:
    """Its length is told beforehand, so that none of it is taken in."""
    stream = Endless()
    with writes(admin.app) as changed:
        answer = send(admin, stream, 50_000_000)
    assert (answer.status_code, changed, stream.given) == (413, set(), 0)
    assert "Filen är större än 10 MB. Dela upp den i flera filer och läs in en i taget." in answer.text


class Endless(BytesIO):
    """Counts what is taken."""

    given = 0

    def read(self, size: int | None = -1) -> bytes:
        self.given += 1
        return b"x" * (size or 0)


def send(visitor: Visitor, body: BytesIO, length: int) -> TestResponse:
    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": body}
    kind = "multipart/form-data; boundary=----lcweb-test"
    return visitor.client.post(ADDRESS, content_type=kind, environ_overrides=environ)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_largest_file_is_read(admin: Visitor) -> None:
    """Nearly all of it are remarks."""
    content = file(LISTS, line(LISTS))
    remarks = f"# {'x' * 95}\r\n".encode() * ((MAX_BYTES - 10_000) // 99)
    fields = {"csrf_token": admin.token, "noun": "lists", "file": FileStorage(BytesIO(content + remarks), "x.csv")}
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    assert admin.client.post(ADDRESS, data=body, content_type=kind).status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("where", [f"{ADDRESS}/1/spara", "/admin/fraser", "/logga-ut", "/arenden/ny"])
def test_files_are_taken_at_one_address_alone(admin: Visitor, where: str) -> None:
    """S4."""
    admin.get(ADDRESS)
    with writes(admin.app) as changed:
        page = admin.post(where, file=(BytesIO(b"x"), "x.csv"))
    assert (page.status in (400, 404, 415), changed) == (True, set())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_foreign_token_saves_nothing(admin: Visitor) -> None:
    with writes(admin.app) as changed:
        page = admin.post(ADDRESS, csrf=False, noun="lists", file=(BytesIO(file(LISTS, line(LISTS))), "x.csv"))
    assert (page.status, changed) == (400, set())


# Who may --------------------------------------------------------------------------------------------------------------


def test_a_list_administrator_sees_lists_alone_and_no_other_s_import(lotta: Visitor, admin: Visitor) -> None:
    units = checked(admin, UNITS, line(UNITS)).url
    laholm = checked(admin, LISTS, line(LISTS, kommun="Laholm")).url
    own = checked(lotta, LISTS, line(LISTS, kommun="Halmstad")).url
    page = lotta.get(ADDRESS)
    assert [link for link in page.links().values() if link in (units, laholm, own)] == [own]
    assert page.value("noun") == "lists"
    assert [lotta.get(url).status for url in (units, laholm, own)] == [404, 404, 200]
    for verb in ("kontrollera", "spara", "kasta", "angra"):
        assert lotta.post(f"{units}/{verb}").status == 404
    for name in ("export/units.csv", "export/people.xlsx", "mall/people.csv", "export/lists.pdf", "mall/x.csv"):
        assert lotta.get(f"{ADDRESS}/{name}").status == 404
    assert upload(lotta, UNITS, line(UNITS)).status == 400
    assert admin.get(own).status == 200


# Files to fetch -------------------------------------------------------------------------------------------------------


def test_an_export_is_a_file_of_what_one_edits(admin: Visitor, lotta: Visitor) -> None:
    for place in ("Halmstad", "Laholm"):
        checked(admin, LISTS, line(LISTS, kommun=place))
        admin.press("Spara 1 ändring")
    answer = lotta.fetch(f"{ADDRESS}/export/lists.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lists-2026-11-17.csv"'
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/csv", "no-store")
    assert "Laholm" not in answer.text
    assert admin.fetch(f"{ADDRESS}/export/lists.csv").text.count("Laholm") == 1
    assert admin.fetch(f"{ADDRESS}/export/lists.csv?municipality=Halmstad").text == answer.text
    assert admin.fetch(f"{ADDRESS}/export/lists.csv?case_type=home_care_discharge").text.count("\n") == 1
    assert admin.fetch(f"{ADDRESS}/export/lists.csv?datum=2026-11-16").text.count("\n") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query",
    ["datum=x", "datum=99999-01-01", "datum=0001-01-01", "municipality=Laholm", "municipality=x", "case_type=x"],
)
def test_an_export_of_what_there_is_not_is_404(lotta: Visitor, query: str) -> None:
    assert lotta.get(f"{ADDRESS}/export/lists.csv?{query}").status == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_are_exported_without_anything_secret(admin: Visitor) -> None:
    text = admin.fetch(f"{ADDRESS}/export/people.csv").text
    assert "Ada Min" in text
    assert "argon2" not in text
