"""What one app process must see of what another has changed; and all that any keeps to itself."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.services import calendar, follow_up, people, phrases, sessions, settings
from tests import factories
from tests.at import at, day
from tests.clock import Clock
from tests.databases import opened
from tests.factories import PASSWORD, RULES
from tests.fleet import username_of
from tests.page import Browser
from tests.test_architecture import SOURCES, name, tree

#: What a process remembers from one request to the next. Nothing of it is what the database says, but for the last two.
REMEMBERED = {
    "lcweb/assets.py": {"all_assets", "tag"},  # of assets.json
    "lcweb/demo/pairs.py": {"within"},  # for as long as the demo is filled
    "lcweb/demo/texts.py": {"find"},
    "lcweb/domain/hints.py": {"_pattern", "_phrases"},  # by the words themselves
    "lcweb/domain/log_reviews.py": {"has_same_surname", "may_be_the_same"},
    "lcweb/domain/phrases.py": {"alphabetical"},
    "lcweb/domain/workdays.py": {"_public_holidays"},
    "lcweb/follow_up_facts.py": {"calendar_on"},  # lives as long as one count
    "lcweb/mail.py": {"_environment"},  # templates
    "lcweb/prepared.py": {"_writer", "prepare"},  # by the statements themselves, which are made once
    "lcweb/queries/inbox.py": {"_counts", "_rows"},  # the statements of each list
    "lcweb/queries/revisions.py": {"newest"},  # of the code
    "lcweb/services/passwords.py": {"_demo_hash"},
    "lcweb/web/filters.py": {"_option", "own_file"},  # by the unit itself; static files
    "lcweb/web/help.py": {"picture_size"},
}
EXTENSIONS = {
    "lcweb/queries/follow_up/view.py": {"lcweb_follow_up"},  # thrown away when the database's stamp is another
    "lcweb/queries/kept.py": {"lcweb_kept"},  # thrown away when the session's statement brings another edition
    "lcweb/web/follow_up_parts.py": {"lcweb_follow_up_parts"},  # by the edition of what is shown, and the units
    "lcweb/web/mail_wording.py": {"lcweb_test_mails"},  # each process lets one test mail go in ten seconds
}


def test_no_process_keeps_more_to_itself_than_is_known() -> None:
    found = {name(path): {n.name for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef) and _cached(n)}
             for path in SOURCES}  # fmt: skip
    assert {path: names for path, names in found.items() if names} == REMEMBERED
    kept = {name(path): set(_set_later(tree(path))) for path in SOURCES}
    assert {path: names for path, names in kept.items() if names} == EXTENSIONS


def _cached(function: ast.FunctionDef) -> bool:
    return any("cache" in ast.unparse(mark) and "property" not in ast.unparse(mark) for mark in function.decorator_list)


def _set_later(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("extensions.setdefault"):
            yield ast.literal_eval(node.args[0])


@pytest.fixture
def here(bare_app: Flask, clock: Clock) -> Browser:
    return Browser(bare_app)


@pytest.fixture
def there(settings: Settings, here: Browser) -> Iterator[Browser]:
    """Another app over the same database, as another process has it."""
    with opened(replace(settings, poll_seconds=14)) as app:
        yield Browser(app)


def test_who_signs_in_at_one_is_signed_in_at_the_other_and_out_at_both(here: Browser, there: Browser) -> None:
    with here.context():
        username = username_of(factories.user("Karin Berg"))
    here.sign_in(username)
    cookie = here.client.get_cookie("lcweb", domain="lcweb.test") or here.client.get_cookie("lcweb")
    there.client.set_cookie("lcweb", cookie.value)
    assert there.get("/inkorg").status == 200
    here.post("/logga-ut")
    assert there.get("/inkorg", follow=False).status == 303


def test_an_end_at_one_holds_at_once_at_the_other(here: Browser, there: Browser, clock: Clock) -> None:
    with here.context():
        person, other = factories.user("Karin Berg"), factories.user("Bo Ek")
        names = username_of(person), username_of(other)
    for username, end in zip(names, (people.end_person_now, _end_sessions), strict=True):
        here.sign_in(username)
        assert here.get("/inkorg").status == 200
        with there.context():
            end(operator(), (person if username == names[0] else other).user_id, now=clock.now)
        assert here.get("/inkorg", follow=False).status == 303


def _end_sessions(actor: object, user_id: int, *, now: object) -> None:
    sessions.end_all(actor, user_id, but="", now=now)


def test_wrong_passwords_are_counted_together(here: Browser, there: Browser, clock: Clock) -> None:
    with here.context():
        username = username_of(factories.user("Karin Berg"))
    answers = [browser.sign_in(username, "fel lösenord").status for _ in range(6) for browser in (here, there)]
    alone = answers.index(429)
    assert set(answers[:alone]) == {401}
    assert 429 in {here.sign_in(username, PASSWORD).status, there.sign_in(username, PASSWORD).status}


def test_phrases_settings_and_days_are_the_others_too(here: Browser, there: Browser, clock: Clock) -> None:
    with here.context():
        admin = factories.user("Siv Admin", role=Role.SYSTEM_ADMIN)
        username = username_of(admin)
    here.sign_in(username)
    pages = ("/admin/fraser", "/admin/installningar", "/admin/kalender")
    before = {path: here.get(path).text for path in pages}
    with there.context():
        phrases.add(operator(), unit_id=None, title="Hälsning", body="Hej!", now=clock.now)
        settings.change_rule(
            admin, "answer_days", "5", day("Mon 2026-12-07"), base=RULES, seen=0, now=clock.now
        )  # fmt: skip
        calendar.close_day(operator(), day("Fri 2026-11-20"), calendar.Place(), now=clock.now, rules=RULES)
    assert [path for path in pages if here.get(path).text == before[path]] == []


#: What an administrator does → the page, and the words by which it says so the next day.
DONE_ELSEWHERE: dict[str, tuple[Callable[[datetime, Actor], object], str, str]] = {
    "a unit is opened": (lambda now, admin: factories.unit("Hemsjukvård Väster"), "/arenden/ny", "Hemsjukvård Väster"),
    "a phrase is added": (
        lambda now, admin: phrases.add(operator(), unit_id=None, title="Hälsning", body="Hej!", now=now),
        "/arenden/ny",
        "Hälsning",
    ),
    "the readings of a day are changed": (
        lambda now, admin: settings.change_rule(
            admin, "readings_per_day", "3", day("Wed 2026-11-18"), base=RULES, seen=0, now=now
        ),
        "/inkorg",
        "två läsningar återstår",
    ),
    "a day is closed": (
        lambda now, admin: calendar.close_day(
            operator(), day("Wed 2026-11-18"), calendar.Place(), now=now, rules=RULES
        ),
        "/inkorg",
        "ingen läsning i dag",
    ),
}


@pytest.mark.parametrize(("verb", "page", "words"), DONE_ELSEWHERE.values(), ids=DONE_ELSEWHERE)
def test_what_each_keeps_in_mind_is_never_older_than_what_another_has_written(
    here: Browser, there: Browser, clock: Clock, verb: Callable[[datetime, Actor], object], page: str, words: str
) -> None:
    with here.context():
        admin = factories.user("Siv Admin", role=Role.SYSTEM_ADMIN)
        names = [username_of(factories.user(name)) for name in ("Karin Berg", "Bo Ek")]
    for browser, username in zip((here, there), names, strict=True):
        browser.sign_in(username)
        assert words not in browser.get(page).text
    with there.context():
        verb(clock.now, admin)
    clock.forward(days=1)
    for browser, username in zip((here, there), names, strict=True):
        browser.sign_in(username)
        assert words in browser.get(page).text


def test_a_kept_view_of_follow_up_goes_when_another_process_has_counted(
    here: Browser, there: Browser, clock: Clock
) -> None:
    with here.context():
        sender, recipient = factories.pair()
        admin = username_of(factories.user("Siv Admin", role=Role.SYSTEM_ADMIN))
        factories.thread(sender, recipient.unit_id, now=at("Mon 2026-10-19 09:00"))
        follow_up.rebuild(now=clock.now, rules=RULES)
    here.sign_in(admin)
    before = here.get("/uppfoljning").text
    assert here.get("/uppfoljning").text == before
    clock.forward(minutes=1)
    with there.context():
        factories.thread(sender, recipient.unit_id, now=at("Mon 2026-10-19 09:00"))
        follow_up.tick(now=clock.now, rules=RULES)
    assert here.get("/uppfoljning").text != before
