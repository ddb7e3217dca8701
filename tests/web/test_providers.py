"""Signing in by an identity provider: who comes in where, who does not, and what is said."""

import logging
from dataclasses import replace

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.domain.permissions import Role, operator
from lcweb.models import User, UserSession
from lcweb.oidc import KNOWN_FOR
from lcweb.services import commissions, people, units
from tests.clock import Clock
from tests.databases import opened
from tests.factories import LONG_AGO, unit, user
from tests.providers.lying import COMMISSION, HSA_ID, KEY, NAME, Lying, as_json, made_key, query_of
from tests.providers.signing_in import ANSWER, BUTTON, begun, rejected, sent_back, sessions_of, signed_in
from tests.rows import count, rows
from tests.test_every_route import PEOPLE
from tests.web.visits import Visitor, writes
from tests.web.world import make_world

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings, lying: Lying) -> Settings:
    return replace(settings, identity_providers=(lying.provider,))


@pytest.fixture
def karin(bare_app: Flask) -> int:
    """A nurse of one unit; her id."""
    with bare_app.app_context():
        return user("Karin Berg", unit_id=unit("Hemsjukvård Norr"), hsa_id=HSA_ID).user_id


def one_more_unit(app: Flask, user_id: int, name: str) -> int:
    with app.app_context():
        place = unit(name)
        people.add_membership(operator(), user_id, Role.NURSE, unit_id=place, now=LONG_AGO)
        return place


def mapped(app: Flask, unit_id: int) -> None:
    with app.app_context():
        commissions.add(operator(), hsa_id=COMMISSION, unit_id=unit_id, now=LONG_AGO)


# Who comes in ---------------------------------------------------------------------------------------------------------


def test_a_known_person_comes_to_the_only_unit_s_inbox(bare_app: Flask, karin: int, lying: Lying) -> None:
    visitor = Visitor(bare_app, None)
    page = signed_in(bare_app, visitor)
    assert (page.url, page.heading) == ("/inkorg", "Inkorg")
    assert "Hemsjukvård Norr Karin B. Byt person Logga ut" in page.text
    assert sessions_of(bare_app) == [f"oidc:{KEY}"]
    assert lying.seen == ["/.well-known/openid-configuration", "/begin", "/token", "/keys", "/userinfo"]


@ONE
def test_an_hsa_id_is_the_same_however_it_is_written(bare_app: Flask, karin: int, lying: Lying) -> None:
    for written in (HSA_ID.lower(), f" {HSA_ID}\n"):
        lying.person = {"employeeHsaId": written}
        assert signed_in(bare_app).url == "/inkorg", written


def test_who_has_several_units_chooses_and_is_still_signed_in_by_the_provider(
    bare_app: Flask, karin: int, lying: Lying
) -> None:
    place = one_more_unit(bare_app, karin, "Vårdcentralen Kolla")
    visitor = Visitor(bare_app, None)
    assert signed_in(bare_app, visitor).url == "/valj-enhet"
    assert "Vårdcentralen Kolla Karin B." not in visitor.get("/valj-enhet").text
    page = visitor.post("/valj-enhet", unit=str(place))
    assert "Vårdcentralen Kolla" in page.text
    assert sessions_of(bare_app) == [f"oidc:{KEY}"]


@pytest.mark.parametrize("where", ["token", "userinfo"])
def test_an_assignment_chooses_among_the_person_s_units(bare_app: Flask, karin: int, lying: Lying, where: str) -> None:
    """The claims stand in the ID token, or are fetched."""
    mapped(bare_app, one_more_unit(bare_app, karin, "Vårdcentralen Kolla"))
    claims = {"employeeHsaId": HSA_ID, "commissionHsaId": COMMISSION.lower()}
    if where == "token":
        lying.person = claims
    else:
        lying.person, lying.userinfo = {}, claims
    page = signed_in(bare_app)
    assert page.url == "/inkorg"
    assert "Vårdcentralen Kolla (Byt enhet) Karin B." in page.text
    assert ("/userinfo" in lying.seen) is (where == "userinfo")


@ONE
def test_what_is_signed_wins_over_what_is_fetched(bare_app: Flask, karin: int, lying: Lying) -> None:
    lying.userinfo = {"employeeHsaId": "TSTNMT2321000115-ANNAN"}
    assert signed_in(bare_app).url == "/inkorg"


@ONE
def test_an_assignment_that_is_not_known_here_chooses_nothing(bare_app: Flask, karin: int, lying: Lying) -> None:
    mapped(bare_app, one_more_unit(bare_app, karin, "Vårdcentralen Kolla"))
    for commission in ("TSTNMT2321000115-OKAND", "inget HSA-id", "", None, 7, [COMMISSION]):
        lying.person = {"employeeHsaId": HSA_ID, "commissionHsaId": commission}
        assert signed_in(bare_app).url == "/valj-enhet", commission


def test_a_merged_unit_s_assignment_means_the_one_that_took_over(bare_app: Flask, karin: int, lying: Lying) -> None:
    heir = one_more_unit(bare_app, karin, "Vårdcentralen Kolla")
    with bare_app.app_context():
        closing = unit("Vårdcentralen Breared")
    mapped(bare_app, closing)
    with bare_app.app_context():
        units.close(operator(), closing, successor_id=heir, with_people=False, seen=None, now=LONG_AGO)
    lying.person = {"employeeHsaId": HSA_ID, "commissionHsaId": COMMISSION}
    assert "Vårdcentralen Kolla (Byt enhet)" in signed_in(bare_app).text


@ONE
def test_who_administers_has_no_unit_and_comes_in(bare_app: Flask, lying: Lying) -> None:
    with bare_app.app_context():
        user("Ada Min", role=Role.SYSTEM_ADMIN, hsa_id=HSA_ID)
    assert signed_in(bare_app).url == "/mottagare"


# Who does not ---------------------------------------------------------------------------------------------------------


def test_an_unknown_person_gets_a_page_and_no_account(
    bare_app: Flask, lying: Lying, caplog: pytest.LogCaptureFixture
) -> None:
    with writes(bare_app) as changed, caplog.at_level(logging.INFO):
        page = signed_in(bare_app)
    assert (page.status, rejected(page, lying)) == (403, "Du har inget konto här")
    assert f"Ingen användare här har HSA-id {HSA_ID}." in page.text
    assert changed == set()
    ours = [record.getMessage() for record in caplog.records if record.name == "lcweb.web.providers"]
    assert ours == [f"sign-in by {KEY} rejected: nobody here has that HSA-id"]
    with bare_app.app_context():
        assert count(User) == 0


def test_who_has_ended_or_has_no_role_does_not_come_in(bare_app: Flask, karin: int, lying: Lying, clock: Clock) -> None:
    with bare_app.app_context():
        units.close(operator(), 1, successor_id=None, with_people=False, seen=None, now=LONG_AGO)
    page = signed_in(bare_app)
    assert (page.status, rejected(page, lying)) == (403, "Du har ingen roll här längre")
    with bare_app.app_context():
        people.end_person_now(operator(), karin, now=clock.now)
    page = signed_in(bare_app)
    assert (page.status, rejected(page, lying)) == (403, "Ditt konto är avslutat")
    assert sessions_of(bare_app) == []


def test_an_assignment_gives_no_role(bare_app: Flask, karin: int, lying: Lying) -> None:
    """Roles come from here alone; whoever has none in the unit is told so, though there are other units."""
    with bare_app.app_context():
        place = unit("Vårdcentralen Kolla")
    mapped(bare_app, place)
    lying.person = {"employeeHsaId": HSA_ID, "commissionHsaId": COMMISSION}
    page = signed_in(bare_app)
    assert (page.status, rejected(page, lying)) == (403, "Du har ingen roll på enheten")
    assert "Ditt medarbetaruppdrag hör till Vårdcentralen Kolla" in page.text
    assert sessions_of(bare_app) == []


@ONE
def test_what_is_no_hsa_id_names_nobody(bare_app: Flask, karin: int, lying: Lying) -> None:
    """Not `sub` either. Letters that turn into ours in upper case are others' letters."""
    strange = ("kar\0in", HSA_ID + "\0", "x" * 1000, "TſTNMT2321000115-KARIN", "TSTNMT2321000115-KARıN")
    for hsa_id in (None, "", " ", 7, [HSA_ID], {"a": 1}, *strange):
        lying.person = {"employeeHsaId": hsa_id}
        page = signed_in(bare_app)
        assert (page.status, rejected(page, lying)) == (403, "Ditt HSA-id saknas"), hsa_id
    assert sessions_of(bare_app) == []


# The way there and back -----------------------------------------------------------------------------------------------


@ONE
def test_what_is_asked_for(bare_app: Flask, lying: Lying) -> None:
    asked, again = (query_of(begun(Visitor(bare_app, None))) for _ in range(2))
    fresh = ("state", "nonce", "code_challenge")
    assert {name: value for name, value in asked.items() if name not in fresh} == {
        "response_type": "code", "client_id": "lcweb", "scope": "openid", "prompt": "login",
        "redirect_uri": f"http://lcweb.test{ANSWER}", "code_challenge_method": "S256",
        "acr_values": "http://id.example/loa3 loa4",
    }  # fmt: skip
    assert [name for name in fresh if len(asked[name]) < 43 or asked[name] == again[name]] == []


@ONE
def test_only_the_button_begins_it(bare_app: Flask, lying: Lying) -> None:
    """A link or another site's form does not: it could sign somebody in as somebody else."""
    visitor = Visitor(bare_app, None)
    assert visitor.get(f"/logga-in/{KEY}").status == 405
    assert visitor.post(f"/logga-in/{KEY}", csrf=False).status == 400
    assert lying.seen == []


@ONE
def test_an_answer_nobody_asked_for_signs_nobody_in(bare_app: Flask, karin: int, lying: Lying) -> None:
    """Another browser's answer, a wrong state, one for another begin, one that is late, one brought twice."""
    first, other = Visitor(bare_app, None), Visitor(bare_app, None)
    theirs = sent_back(begun(first))
    begun(other)
    stranger = other.get(theirs)
    assert (stranger.status, rejected(stranger, lying)) == (400, "Inloggningen gick inte att slutföra")
    older = sent_back(begun(other))
    begun(other)
    assert other.get(older).status == 400
    assert Visitor(bare_app, None).get(theirs).status == 400
    assert (sessions_of(bare_app), "/token" in lying.seen) == ([], False)
    assert first.get(theirs).url == "/inkorg"
    assert first.get(theirs).status == 400
    assert first.get("/inkorg").status == 200  # and nobody is signed out by it


@pytest.mark.parametrize(("minutes", "url"), [(10, "/inkorg"), (10.1, ANSWER)])
@ONE
def test_an_answer_has_ten_minutes(
    bare_app: Flask, karin: int, lying: Lying, clock: Clock, minutes: float, url: str
) -> None:
    visitor = Visitor(bare_app, None)
    back = sent_back(begun(visitor))
    clock.forward(minutes=minutes)
    assert visitor.get(back).url == url


@ONE
def test_a_copied_cookie_and_a_used_code_sign_nobody_in(bare_app: Flask, karin: int, lying: Lying) -> None:
    visitor = Visitor(bare_app, None)
    back = sent_back(begun(visitor))
    cookie = visitor.client.get_cookie("lcweb")
    assert cookie
    assert visitor.get(back).url == "/inkorg"
    thief = Visitor(bare_app, None)
    thief.client.set_cookie("lcweb", cookie.value)
    page = thief.get(back)
    assert (page.status, rejected(page, lying)) == (403, "Inloggningen gick inte att kontrollera")
    assert thief.get("/inkorg").url == "/logga-in"


@ONE
def test_nothing_of_the_time_before_goes_along(bare_app: Flask, karin: int, lying: Lying) -> None:
    """Neither a form's token nor a session: what was planted in the browser is worth nothing afterwards."""
    visitor = Visitor(bare_app, None)
    url = begun(visitor)
    token = visitor.token
    visitor.get(sent_back(url))
    assert visitor.token not in (None, token)
    assert (visitor.get("/logga-in").url, visitor.post(f"/logga-in/{KEY}").url) == ("/inkorg", "/inkorg")


@pytest.mark.parametrize(
    ("error", "heading"),
    [("access_denied", "Inloggningen avbröts"), ("server_error", "Inloggningen gick inte att kontrollera")],
)
@ONE
def test_a_provider_may_say_no(bare_app: Flask, karin: int, lying: Lying, error: str, heading: str) -> None:
    lying.answer = {"code": None, "error": error, "error_description": "nonce <b>jwt"}
    assert rejected(signed_in(bare_app), lying) == heading
    assert (sessions_of(bare_app), "/token" in lying.seen) == ([], False)


@ONE
def test_the_secret_goes_in_the_form_where_the_provider_takes_it_there(
    bare_app: Flask, karin: int, lying: Lying
) -> None:
    lying.told = {"token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]}
    assert signed_in(bare_app).url == "/inkorg"


@ONE
def test_keys_may_roll_over_at_any_time(bare_app: Flask, karin: int, lying: Lying) -> None:
    """Each sign-in asks for the keys of now: a new one is known at once, and a withdrawn one no longer (see lies)."""
    assert signed_in(bare_app).url == "/inkorg"
    lying.published = [lying.key, made_key("two")]
    lying.key = lying.published[1]
    assert signed_in(bare_app).url == "/inkorg"


# Out again, and when the provider is away -----------------------------------------------------------------------------


@ONE
def test_who_signs_out_is_offered_to_do_so_at_the_provider_too(bare_app: Flask, karin: int, lying: Lying) -> None:
    visitor = Visitor(bare_app, None)
    signed_in(bare_app, visitor)
    page = visitor.post("/logga-ut")
    assert (page.url, page.heading) == (f"/logga-in/{KEY}/utloggad", "Du är utloggad")
    elsewhere = page.links()[f"Logga ut hos {NAME}"]
    assert elsewhere.startswith(f"{lying.url}/end?")
    assert query_of(elsewhere) == {"client_id": "lcweb", "post_logout_redirect_uri": "http://lcweb.test/logga-in"}
    assert visitor.get("/inkorg").url == "/logga-in"
    with bare_app.app_context():
        assert [row.revoked_at is None for row in rows(UserSession)] == [False]


@ONE
def test_the_page_after_it_is_for_who_is_signed_out(bare_app: Flask, karin: int, lying: Lying, clock: Clock) -> None:
    lying.told = {"end_session_endpoint": None}
    visitor = Visitor(bare_app, None)
    signed_in(bare_app, visitor)
    assert visitor.get(f"/logga-in/{KEY}/utloggad").url == "/inkorg"
    assert list(visitor.post("/logga-ut").links()) == ["Hoppa till innehållet", "Vårdmeddelanden", "Till inloggningen",
                                                       "Tillgänglighet"]  # fmt: skip
    clock.forward(seconds=KNOWN_FOR.total_seconds())
    lying.instead = {"/.well-known/openid-configuration": as_json({}, 503)}
    assert visitor.get(f"/logga-in/{KEY}/utloggad").heading == "Du är utloggad"


@ONE
def test_who_signed_in_by_a_password_signs_out_as_ever(bare_app: Flask, karin: int) -> None:
    with bare_app.app_context():
        visitor = Visitor(bare_app, user())
    assert visitor.post("/logga-ut").url == "/logga-in"


@ONE
def test_a_provider_that_is_gone_from_the_settings_leaves_ordinary_sign_out(
    bare_app: Flask, karin: int, lying: Lying, settings: Settings
) -> None:
    visitor = Visitor(bare_app, None)
    signed_in(bare_app, visitor)
    with opened(replace(settings, identity_providers=())) as other:
        later = Visitor(other, None)
        later.client = other.test_client()
        later.client.set_cookie("lcweb", visitor.client.get_cookie("lcweb").value)
        assert later.get("/inkorg").status == 200
        page = later.post("/logga-ut")
        assert (page.url, BUTTON in page.text) == ("/logga-in", False)
        assert later.get(f"/logga-in/{KEY}/utloggad").status == 404


@ONE
def test_who_gets_what_where_a_provider_is_configured(bare_app: Flask, clock: Clock, lying: Lying) -> None:
    """tests/routes knows these addresses where there is none."""
    world, got = make_world(bare_app, clock), {}
    for name in ("nobody", "nurse", "manager", "admin", "log", "two"):
        with bare_app.app_context():
            visitor = Visitor(bare_app, PEOPLE[name](world))
        answers = [visitor.send(f"/logga-in/{KEY}"), visitor.fetch(ANSWER), visitor.fetch(f"/logga-in/{KEY}/utloggad"),
                   visitor.send("/logga-in/annan"), visitor.fetch("/logga-in/annan/svar")]  # fmt: skip
        got[name] = [answer.status_code for answer in answers]
    nobody = got.pop("nobody")
    assert (nobody, set(map(tuple, got.values()))) == ([200, 400, 200, 404, 404], {(303, 400, 303, 404, 404)})
