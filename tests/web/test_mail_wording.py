"""Påminnelser: every kind as it goes out, an administrator's words looked at, tried, and held from a day (A3, M1)."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.domain.permissions import Role
from lcweb.domain.reminders import Kind
from lcweb.mail import FolderTransport, NotSent
from lcweb.models import SettingChange
from lcweb.web import words
from tests.clock import Clock
from tests.factories import user
from tests.page import Page
from tests.rows import row
from tests.web.visits import Visitor, writes

ADDRESS = "/admin/paminnelser"
FIRST = f"{ADDRESS}/reading_first"
SAVE, PREVIEW, TRY = "Spara ändringen", "Förhandsgranska", "Skicka ett prov till mig"
TYPED = {"subject": "Läs {enhet}", "body": "Hej!\r\n\r\nDet saknas {läsningar}.\r\n{länk}"}
OURS = "Hej!\n\nDet saknas 2 avläsningar.\nhttp://lcweb.test/logga-in"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, mail_from="Vårdmeddelanden <paminnelser@region.test>")


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN, email="ada@vard.test"))


def shown(page: Page, id: str = "example") -> tuple[list[str], str]:
    """The headers and the text of the mail on the page."""
    card = page.root.get_one(id=id)
    return [header.text for header in card.find_all("dd")], card.get_one(class_="mail-text").text


def delivered(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


def summary(page: Page) -> str:
    return page.root.get_one(id="error-summary").text


def plain(text: str) -> str:
    return " ".join(text.split())


def test_every_kind_is_shown_as_it_goes_out_and_when(admin: Visitor) -> None:
    page = admin.get(ADDRESS)
    assert page.heading == "Påminnelser"
    for kind in Kind:
        headers, body = shown(page, kind.value)
        assert headers[:2] == ["Vårdmeddelanden <paminnelser@region.test>", "hemsjukvard.exempel@vard.example"]
        assert "http://lcweb.test/logga-in" in body
        assert page.root.get_one(id=f"{kind}-heading").text == words.MAILS[kind]
    assert shown(page, "overdue")[0][2] == "3 ärenden är försenade"
    assert {"Första läspåminnelsen: 11.00", "Läspåminnelsen på en halvdag: 10.30"} <= page.links().keys()


def test_one_s_own_words_begin_with_the_product_s(admin: Visitor) -> None:
    page = admin.get(FIRST)
    assert page.value("subject") == "Ingen har läst av inkorgen i dag"
    assert page.value("body").startswith("Hej!\n\nIngen har läst av inkorgen för {enhet} i dag.")
    assert "{länk}" in page.value("body")
    assert "Tjänstens egen text från den dagen" not in page.text


def test_a_mail_is_looked_at_before_it_is_saved(admin: Visitor) -> None:
    admin.get(FIRST)
    with writes(admin.app) as changed:
        page = admin.press(PREVIEW, **TYPED)
    assert (page.status, changed) == (200, set())
    headers, body = shown(page)
    assert headers[2] == "Läs Hemsjukvård Exempel"
    assert plain(body) == plain(OURS)
    assert "Texten är inte sparad." in page.text
    assert (page.value("subject"), page.value("body")) == tuple(TYPED.values())


def test_words_are_planned_hold_and_are_given_up_again(admin: Visitor, clock: Clock) -> None:
    admin.get(FIRST)
    page = admin.press(SAVE, **TYPED, applies_from="2026-11-18")
    assert "Mejlen har den nya texten från ons 18 nov." in page.text
    assert "ämnesraden ”Läs {enhet}” från ons 18 nov" in page.text
    assert shown(page)[0][2] == "Ingen har läst av inkorgen i dag"
    assert "Från ons 18 nov: ämnesraden ”Läs {enhet}”." in admin.get(ADDRESS).text
    clock.set("Wed 2026-11-18 10:00")
    admin = Visitor(admin.app, admin.actor)
    page = admin.get(FIRST)
    assert shown(page)[0][2] == "Läs Hemsjukvård Exempel"
    assert page.value("subject") == "Läs {enhet}"
    page = admin.press("Tjänstens egen text från den dagen", applies_from="2026-11-19")
    assert "tjänstens egen text från tor 19 nov" in page.text
    assert plain(page.root.get_one("details").get_one(class_="mail-text").text) == plain(TYPED["body"])
    page = admin.press("Ta tillbaka")
    assert (page.heading, page.status) == ("Första läspåminnelsen", 200)
    assert "Ingen ändring är planerad" in page.text


REFUSED = [
    ({"subject": "", "body": "Läs {länk}"}, {"subject": "Skriv en ämnesrad."}),
    ({"subject": "Läs {patient}", "body": "{länk}"}, None),
    ({"subject": "Läs", "body": "Gäller 20000101-2384 {länk}"}, None),
    ({"subject": "Läs\r\nBcc: ond@y.se", "body": "{länk}"}, {"subject": "Ämnesraden måste vara en enda rad."}),
    ({"subject": "Läs\0", "body": "{länk}\0"}, None),
    ({"subject": "Läs", "body": "<script>{{ 7*7 }}</script> {länk}"}, None),
    ({"subject": "Läs", "body": "ingen adress"}, None),
]


@pytest.mark.parametrize(("typed", "sentences"), REFUSED)
@pytest.mark.parametrize("button", [SAVE, PREVIEW, TRY])
def test_what_cannot_be_used_is_given_back_with_a_sentence_and_never_sent(
    admin: Visitor, settings: Settings, button: str, typed: dict[str, str], sentences: dict[str, str] | None
) -> None:
    admin.get(FIRST)
    with writes(admin.app) as changed:
        page = admin.press(button, **typed, applies_from="2026-11-18")
    assert (page.status, changed, delivered(settings.mail_folder)) == (400, set(), [])
    assert (page.value("subject"), page.value("body")) == tuple(typed.values())
    links = {link["href"].removeprefix("#"): link.text for link in page.root.get_one(id="error-summary").find_all("a")}
    assert links
    assert links.keys() <= {"subject", "body"}
    assert sentences is None or links == sentences


def test_two_at_once_and_a_missing_day(admin: Visitor, bare_app: Flask) -> None:
    with bare_app.app_context():
        bo = Visitor(bare_app, user("Bo Ek", role=Role.SYSTEM_ADMIN))
    bo.get(FIRST), admin.get(FIRST)
    page = admin.press(SAVE, **TYPED)
    assert (page.status, "Skriv dagen som ÅÅÅÅ-MM-DD" in summary(page)) == (400, True)
    admin.press(SAVE, **TYPED, applies_from="2026-11-18")
    page = bo.press(SAVE, subject="Bos ämne", body="Bos text {länk}", applies_from="2026-11-19")
    assert (page.status, page.value("subject"), page.value("body")) == (409, "Bos ämne", "Bos text {länk}")
    assert "Ada Min har ändrat inställningen sedan du öppnade sidan." in summary(page)
    with admin.context():
        assert row(SettingChange).made_by == "Ada Min"


@pytest.mark.parametrize("kind", ["x", "READING_FIRST", "reading_first\0"])
def test_another_kind_is_404(admin: Visitor, kind: str) -> None:
    assert admin.fetch(f"{ADDRESS}/{kind}").status_code == 404
    assert admin.send(f"{ADDRESS}/{kind}", **TYPED).status_code == 404


# A test mail ----------------------------------------------------------------------------------------------------------


def test_a_test_mail_goes_to_oneself_as_it_was_typed(admin: Visitor, settings: Settings) -> None:
    admin.get(FIRST)
    with writes(admin.app) as changed:
        page = admin.press(TRY, **TYPED)
    assert (page.status, changed) == (200, set())
    assert "Provet är skickat till ada@vard.test." in page.text
    assert page.value("subject") == TYPED["subject"]
    (mail,) = delivered(settings.mail_folder)
    assert (mail["From"], mail["To"]) == ("Vårdmeddelanden <paminnelser@region.test>", "ada@vard.test")
    assert mail["Subject"] == "Provutskick: Läs Hemsjukvård Exempel"
    assert mail.get_content().replace("\r\n", "\n") == f"{OURS}\n"


def test_at_most_one_every_ten_seconds(admin: Visitor, bare_app: Flask, settings: Settings, clock: Clock) -> None:
    for seconds, status, count in ((0, 200, 1), (9, 429, 1), (1, 200, 2)):
        clock.forward(seconds=seconds)
        admin.get(FIRST)
        page = admin.press(TRY, **TYPED)
        assert (page.status, len(delivered(settings.mail_folder))) == (status, count)
        assert page.value("body") == TYPED["body"]
    with bare_app.app_context():
        bo = Visitor(bare_app, user("Bo Ek", role=Role.SYSTEM_ADMIN, email="bo@vard.test"))
    bo.get(FIRST)
    assert bo.press(TRY, **TYPED).status == 200


def test_without_an_address_one_is_told_where_to_get_it(bare_app: Flask, clock: Clock, settings: Settings) -> None:
    with bare_app.app_context():
        bo = Visitor(bare_app, user("Bo Ek", role=Role.SYSTEM_ADMIN))
    bo.get(FIRST)
    page = bo.press(TRY, **TYPED)
    assert (page.status, page.value("body"), delivered(settings.mail_folder)) == (400, TYPED["body"], [])
    assert "Du har ingen e-postadress i tjänsten. Lägg in den under Användare" in summary(page)


def test_the_mail_server_s_answer_is_told(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise NotSent("550 5.1.1 User unknown")

    monkeypatch.setattr(FolderTransport, "send", refuse)
    admin.get(FIRST)
    page = admin.press(TRY, **TYPED)
    assert "Provet är inte skickat" in summary(page)
    assert "Mejlservern svarade: 550 5.1.1 User unknown" in summary(page)
    assert page.value("body") == TYPED["body"]


@pytest.mark.parametrize("change", [{"smtp_url": "ftp://x"}, {"mail_from": "nobody"}])
def test_mail_settings_that_cannot_be_used_do_not_take_the_page_along(
    bare_app: Flask, admin: Visitor, settings: Settings, change: dict[str, str]
) -> None:
    bare_app.extensions["lcweb"] = replace(bare_app.extensions["lcweb"], settings=replace(settings, **change))
    for page in (admin.get(ADDRESS), admin.get(FIRST), admin.press(PREVIEW, **TYPED), admin.press(TRY, **TYPED)):
        assert page.status == 200
        assert "Mejlet går inte att visa" in page.text
    assert page.value("body") == TYPED["body"]
