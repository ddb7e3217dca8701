"""Användare: found, added, changed and ended; whoever has ended is out with the next request."""

import pytest
from flask import Flask

from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import Role, operator
from lcweb.models import Membership, User
from lcweb.services import people
from tests.at import at
from tests.clock import Clock
from tests.factories import organization, thread, unit, user
from tests.page import Page
from tests.rows import row, rows
from tests.web.test_poll import poll_of
from tests.web.visits import Visitor, writes

LIST = "/admin/anvandare"


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN, username="ada"))


@pytest.fixture
def second(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Siv Ny", role=Role.SYSTEM_ADMIN, username="siv"))


def address(visitor: Visitor) -> str:
    return f"{LIST}/{visitor.actor.user_id}"


def names(page: Page) -> list[str]:
    found = page.root.find(id="people")
    return [a.text for a in found.find_all("a")] if found else []


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def problems(page: Page) -> list[str]:
    return [item.text for item in page.root.get_one(id="error-summary").find_all("li")]


NEW = {"username": "nils", "name": "Nils Ny", "title": "Läkare", "role": "nurse"}


# Found ----------------------------------------------------------------------------------------------------------------


def test_people_are_found_by_text_unit_role_and_time(admin: Visitor, anna: Visitor, karin: Visitor) -> None:
    with admin.context():
        user("Åsa Öst", unit_id=anna.unit_id, role=Role.RECEPTIONIST, username="asa", hsa_id="SE2321000115-ASA")
        gone = user("Bo Ek", unit_id=anna.unit_id)
        people.end_person_now(operator(), gone.user_id, now=at("Mon 2026-11-16 10:00"))
        bare = user("Rut Utan", unit_id=anna.unit_id)
        role = row(Membership, user_id=bare.user_id).id
        people.end_role(operator(), bare.user_id, role, now=at("Mon 2026-11-16 10:00"))
        people.add_person(operator(), NewPerson(username="ny", name="Nils Ny", title="Läkare"), Role.UNIT_MANAGER,
                          unit_id=karin.unit_id, now=at("Tue 2026-11-17 09:00"))  # fmt: skip
    asked = {
        "": ["Ada Min", "Anna Lind", "Karin Berg", "Nils Ny", "Rut Utan", "Åsa Öst"],
        "?q=ÅSA": ["Åsa Öst"],
        "?q=asa": ["Åsa Öst"],  # the username
        "?q=2321000115-asa": ["Åsa Öst"],
        "?q=%25": [],
        f"?enhet={anna.unit_id}": ["Anna Lind", "Åsa Öst"],
        f"?enhet={anna.unit_id}&roll=receptionist": ["Åsa Öst"],
        "?roll=unit_manager": ["Nils Ny"],
        "?roll=ingen": ["Rut Utan"],
        f"?roll=ingen&enhet={anna.unit_id}": [],
        "?visa=avslutade": ["Bo Ek"],
        "?visa=inbjudna": ["Nils Ny"],
        "?visa=alla&q=ek": ["Bo Ek"],
        "?roll=påhittad&visa=påhittad&enhet=x&sida=999999999": [
            "Ada Min", "Anna Lind", "Karin Berg", "Nils Ny", "Rut Utan", "Åsa Öst",
        ],
    }  # fmt: skip
    assert {query: names(admin.get(LIST + query)) for query in asked} == asked
    assert "Ingen person passar." in admin.get(f"{LIST}?q=finnsinte").text


def test_a_long_list_has_pages_that_keep_the_filter(admin: Visitor, anna: Visitor) -> None:
    with admin.context():
        for number in range(52):
            new = NewPerson(username=f"p{number}", name=f"Person {number:02}", title="Läkare")
            people.add_person(operator(), new, Role.NURSE, unit_id=anna.unit_id, now=at("Tue 2026-11-17 09:00"))
    page = admin.get(f"{LIST}?q=person&visa=inbjudna")
    assert (len(names(page)), names(page)[0]) == (50, "Person 00")
    page = admin.get(page.links()["Nästa sida"])
    assert (names(page), page.value("q"), page.value("visa")) == (["Person 50", "Person 51"], "person", "inbjudna")
    assert "52 personer" in page.text


# Added and changed ----------------------------------------------------------------------------------------------------


def test_a_person_is_added_with_a_role_and_a_link_that_is_shown_once(admin: Visitor, anna: Visitor) -> None:
    admin.get(LIST)
    page = admin.press("Lägg till och gör en länk", **NEW, unit=str(anna.unit_id))
    assert (page.status, page.heading) == (200, "Länk till Nils Ny")
    assert "gäller i 7 dagar, till tis 24 nov 10.00" in page.text
    link = page.root.get_one("input", id="link")["value"]
    token = link.removeprefix("http://lcweb.test/inbjudan/")
    assert len(token) >= 43
    page = admin.get(page.links()["Jag har kopierat länken"])
    assert (page.heading, token in page.body) == ("Nils Ny", False)
    assert "Inbjuden, länken gäller till tis 24 nov 10.00" in page.text
    assert "Ada Min bjöd in" in page.text


WRONG: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({"username": "", "name": "", "title": ""}, ["username", "name", "title"]),
    ({"hsa_id": "19121212-1212", "email": "x", "phone": "ring"}, ["phone", "email", "hsa_id"]),
    ({"role": ""}, ["role"]),
    ({"unit": ""}, ["unit"]),
    ({"unit": "987654"}, ["role"]),
    ({"role": "list_admin"}, ["organization"]),
    ({"username": "ada"}, ["username"]),
    ({"name": "\0"}, ["name"]),
)


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(admin: Visitor, anna: Visitor) -> None:
    with writes(admin.app) as changed:
        for typed, fields in WRONG:
            admin.get(LIST)
            page = admin.press("Lägg till och gör en länk", **(NEW | {"unit": str(anna.unit_id)} | typed))
            links = page.root.get_one(id="error-summary").find_all("a")
            assert (page.status, [link["href"] for link in links]) == (400, [f"#{field}" for field in fields])
            assert page.value("title") == typed.get("title", "Läkare")
    assert changed == set()


def test_roles_are_added_and_ended_and_all_stands_in_the_history(admin: Visitor, anna: Visitor) -> None:
    with admin.context():
        place = organization("Hylte kommun")
    admin.get(address(anna))
    page = admin.press("Lägg till rollen", role="list_admin", organization=str(place), unit=str(anna.unit_id))
    assert receipt(page) == "Rollen är tillagd och gäller från och med nu."
    ending = page.root.get_one("button", aria_label="Avsluta: listadministratör, Hylte kommun")
    membership = ending.within("form").get_one("input", name="membership")["value"]
    page = admin.post(f"{address(anna)}/avsluta-roll", membership=membership)
    assert receipt(page) == "Rollen är avslutad. Det gäller redan nu."
    history = page.root.get_one(class_="history").text
    assert "I dag 10.00: Ada Min avslutade" in history
    assert history.count("Listadministratör, Hylte kommun") == 2
    page = admin.post(f"{address(anna)}/avsluta-roll", membership=membership)
    assert (page.status, problems(page)) == (409, ["Rollen är redan avslutad."])


def test_of_two_administrators_the_second_is_told_what_changed_and_keeps_what_was_typed(
    admin: Visitor, second: Visitor, anna: Visitor
) -> None:
    for visitor in (admin, second):
        visitor.get(address(anna))
    page = admin.press("Spara uppgifterna", name="Anna Lindh", hsa_id="SE2321000115-1A2B")
    assert receipt(page) == "Uppgifterna är sparade."
    page = second.press("Spara uppgifterna", title="Barnmorska")
    assert page.status == 409
    assert "Uppgifterna är inte sparade. Ada Min har ändrat uppgifterna" in problems(page)[0]
    assert "Ada Min ändrade – Namn: Anna Lindh; HSA-id: SE2321000115-1A2B" in page.root.get_one(id="changed").text
    assert (page.value("title"), page.value("name")) == ("Barnmorska", "Anna Lind")
    page = second.press("Spara uppgifterna", name="Anna Lindh")
    assert (page.status, receipt(page)) == (200, "Uppgifterna är sparade.")
    with admin.context():
        stored = row(User, id=anna.actor.user_id)
        assert (stored.name, stored.title) == ("Anna Lindh", "Barnmorska")


# Ended ----------------------------------------------------------------------------------------------------------------


def test_shut_out_now_is_out_with_the_next_request_and_a_copied_cookie_too(
    admin: Visitor, karin: Visitor, clock: Clock
) -> None:
    copied = Visitor(karin.app, None)
    copied.client.set_cookie("lcweb", karin.client.get_cookie("lcweb").value)
    assert copied.get("/inkorg").heading == "Inkorg"
    admin.get(address(karin))
    page = admin.press("Stäng av nu")
    assert receipt(page) == "Personen är avstängd och utloggad överallt."
    assert "Karin Berg slutade i dag 10.00 och kan inte logga in." in page.text
    for browser in (karin, copied):
        assert browser.poll("/poll/inkorg").status == 401
        assert browser.get("/inkorg").heading == "Logga in"
        assert browser.send("/inkorg/genomgangen").status_code == 401
    assert karin.sign_in("karin").status == 401
    page = admin.press("Ta bort slutdatumet")
    assert receipt(page) == "Slutdatumet är borttaget. Personens roller gäller."
    assert copied.get("/inkorg").heading == "Logga in"
    assert karin.sign_in("karin").heading == "Inkorg"


def test_at_midnight_after_the_last_day_the_date_alone_ends_it(admin: Visitor, karin: Visitor, clock: Clock) -> None:
    """No worker runs here."""
    admin.get(address(karin))
    page = admin.press("Spara slutdatumet", last_day="2026-11-17")
    assert receipt(page) == "Slutdatumet är sparat."
    assert "Karin Berg slutar. Inloggningen upphör ons 18 nov 00.00." in page.text
    assert page.value("last_day") == "2026-11-17"
    clock.set("Tue 2026-11-17 23:50")
    assert karin.sign_in("karin").heading == "Inkorg"
    clock.set("Tue 2026-11-17 23:59")
    assert karin.poll("/poll/inkorg").status in (200, 204)
    with writes(karin.app) as changed:
        clock.set("Wed 2026-11-18 00:00")
        assert karin.poll("/poll/inkorg").status == 401
        assert karin.get("/inkorg").heading == "Logga in"
    assert changed == set()
    assert karin.sign_in("karin").status == 401


def test_a_last_day_that_has_been_ends_it_at_once(admin: Visitor, karin: Visitor) -> None:
    admin.get(address(karin))
    admin.press("Spara slutdatumet", last_day="2026-11-13")
    assert karin.poll("/poll/inkorg").status == 401
    with admin.context():
        assert row(User, id=karin.actor.user_id).ended_at == at("Sat 2026-11-14 00:00")


def test_what_is_no_day_is_said_at_its_field(admin: Visitor, karin: Visitor) -> None:
    for last_day in ("", "i morgon", "2026-02-30", "9999-12-31", "2024-01-01", "\0"):
        admin.get(address(karin))
        page = admin.press("Spara slutdatumet", last_day=last_day)
        assert page.status == 400
        assert page.root.get_one(id="last_day-problem").text


def test_a_role_that_ends_is_gone_with_the_next_request(admin: Visitor, karin: Visitor) -> None:
    with admin.context():
        role = row(Membership, user_id=karin.actor.user_id).id
    admin.get(address(karin))
    admin.post(f"{address(karin)}/avsluta-roll", membership=str(role))
    assert karin.poll("/poll/inkorg").status == 401
    assert karin.get("/inkorg").heading == "Logga in"


def test_nobody_ends_themselves(admin: Visitor, second: Visitor) -> None:
    with admin.context():
        role = row(Membership, user_id=admin.actor.user_id).id
    page = admin.get(address(admin))
    assert "Stäng av nu" not in page.text
    for where, fields, sentence in (
        ("stang-av", {}, "Du kan inte avsluta dig själv. Be en annan systemadministratör."),
        (
            "avsluta-roll",
            {"membership": str(role)},
            "Du kan inte avsluta din egen roll som systemadministratör. Be en annan.",
        ),
    ):
        with writes(admin.app) as changed:
            page = admin.post(f"{address(admin)}/{where}", **fields)
        assert (page.status, changed) == (400, set())
        assert sentence in problems(page)[0]


def test_the_last_system_administrator_keeps_the_role_and_the_account(admin: Visitor, second: Visitor) -> None:
    """Siv has ended Ada in the meantime, and Ada's page was still open: nobody would be left."""
    page = second.get(address(admin))
    page = second.press("Spara slutdatumet", last_day="2026-11-30")
    assert "Ada Min slutar." in page.text
    with admin.context():
        role = row(Membership, user_id=second.actor.user_id).id
    for where, fields in (("stang-av", {}), ("avsluta-roll", {"membership": str(role)})):
        admin.get(address(second))
        with writes(admin.app) as changed:
            page = admin.post(f"{address(second)}/{where}", **fields)
        assert (page.status, changed) == (400, set())
        assert problems(page) == [
            "Det måste finnas en annan systemadministratör som kan logga in. Lägg till en först."
        ]  # fmt: skip


def test_where_a_person_is_signed_in_is_seen_and_ended(admin: Visitor, karin: Visitor, clock: Clock) -> None:
    clock.forward(minutes=10)
    karin.get("/inkorg")
    page = admin.get(address(karin))
    assert "Sedan i dag 10.00, senast aktiv i dag 10.10, Hemsjukvård Norr" in page.text
    assert receipt(admin.press("Logga ut personen överallt")) == "Avslutade inloggningar: 1."
    assert karin.poll("/poll/inkorg").status == 401
    assert receipt(admin.post(f"{address(admin)}/logga-ut")) == "Avslutade inloggningar: 0."


# What is left ---------------------------------------------------------------------------------------------------------


def test_what_they_had_taken_shows_that_they_have_left_on_open_pages_too(
    admin: Visitor, anna: Visitor, karin: Visitor, clock: Clock
) -> None:
    with admin.context():
        bo = user("Bo Ek", unit_id=karin.unit_id)
        ids = [thread(anna.actor, karin.unit_id, now=clock.now, protected=protected) for protected in (False, True)]
    colleague = Visitor(karin.app, bo)
    for thread_id in ids:
        karin.get(f"/arenden/{thread_id}")
        karin.post(f"/arenden/{thread_id}/ta")
    before = colleague.get(f"/arenden/{ids[0]}")
    assert "har slutat" not in before.text + colleague.get("/inkorg").text
    open_pages = {"/inkorg": "inbox", f"/arenden/{ids[0]}": "thread"}
    polls = [poll_of(colleague.get(url), element_id) for url, element_id in open_pages.items()]
    assert [colleague.poll(url).status for url in polls] == [204, 204]
    admin.get(address(karin))
    admin.press("Stäng av nu")
    assert ["Karin B. har slutat" in colleague.poll(url).text for url in polls] == [True, True]
    assert "Karin B. hade tagit ärendet men har slutat." in colleague.get(f"/arenden/{ids[1]}").text
    page = colleague.press("Ta över ärendet och öppna det")
    assert (page.status, "Tove Testsson" in page.text) == (200, True)


def test_what_they_have_written_stays_in_their_name(
    admin: Visitor, anna: Visitor, karin: Visitor, clock: Clock
) -> None:
    with admin.context():
        thread_id = thread(anna.actor, karin.unit_id, now=clock.now)
    admin.get(address(anna))
    admin.press("Spara uppgifterna", name="Anna Gift")
    admin.press("Stäng av nu")
    assert "Anna Lind" in karin.get(f"/arenden/{thread_id}").text
    with admin.context():
        assert len(rows(User, username="anna")) == 1


def test_a_person_that_is_not_there_is_404(admin: Visitor) -> None:
    assert [admin.get(f"{LIST}/{number}").status for number in ("987654", "0", "x", "99999999999")] == [404] * 4
    with admin.context():
        unit()
    for where in ("andra", "roll", "slutdatum", "stang-av", "ta-bort-slutdatum", "logga-ut", "inbjudan"):
        fields = {"role": "system_admin", "last_day": "2026-11-30", "username": "x1", "name": "X", "title": "Y"}
        assert admin.post(f"{LIST}/987654/{where}", **fields).status == 404
