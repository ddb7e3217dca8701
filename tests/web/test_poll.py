"""Open pages that ask for news: cheap when there is none, and never an act of the person (A1, L1)."""

import pytest

from lcweb.models import AccessLogRow, Opening, ThreadParty
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import RULES, colleague, submission_id, version_of
from tests.hidden import given_away
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import IDENTITY, Visitor, Write, statements, writes

#: An open page → the element on it that polls.
POLLING = {"/inkorg": "inbox", "/hjalp": "menu-inbox", "/arenden/1": "thread"}


def poll_of(page: Page, element_id: str) -> str:
    """The address that the page's own script asks."""
    element = page.root.get_one(id=element_id)
    assert "data-poll" in element.attributes
    return element["hx-get"]


def answer(person: Visitor, thread_id: int, clock: Clock, body: str = "Vi kommer på måndag.") -> None:
    with person.context():
        threads.reply(person.actor, thread_id, body, expects_reply=False, close=False, version=version_of(thread_id),
                      submission_id=submission_id(), now=clock.now, rules=RULES)  # fmt: skip


def claimed_by_colleague(person: Visitor, thread_id: int, clock: Clock) -> None:
    with person.context():
        threads.claim(colleague(person.actor, "Bo Ek"), thread_id, now=clock.now)


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_nothing_new_is_204_without_a_body_a_cookie_or_a_row(
    karin: Visitor, write: Write, url: str, element_id: str
) -> None:
    assert write() == 1
    address = poll_of(karin.get(url), element_id)
    with writes(karin.app) as changed:
        found = karin.fetch(address)
    assert (found.status_code, found.data, found.headers.get("Set-Cookie")) == (204, b"", None)
    assert found.headers["Cache-Control"] == "no-store"
    assert changed == set()


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_nothing_new_is_known_from_the_session_s_own_row(
    karin: Visitor, write: Write, url: str, element_id: str
) -> None:
    """With which comes whether the unit has a side in a thread, and what has become of it."""
    assert write() == 1
    address = poll_of(karin.get(url), element_id)
    with statements() as asked:
        karin.fetch(address)
    assert len(asked) == 1


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_news_are_the_page_s_own_element_and_nothing_is_written_but_the_log(
    karin: Visitor, write: Write, clock: Clock, url: str, element_id: str
) -> None:
    """First paint and poll come from one template and one query; no reading, no opening, no activity."""
    address = poll_of(opened(karin, write(), url), element_id)
    claimed_by_colleague(karin, 1, clock)
    clock.forward(minutes=2)
    with writes(karin.app) as changed:
        news = karin.fetch(address)
    assert (news.status_code, news.headers.get("Set-Cookie")) == (200, None)
    assert changed == ({"access_log"} if element_id == "thread" else set())
    element, _, _ = news.text.partition("<hx-partial")
    assert element.strip() in karin.fetch(url, **{"Sec-Fetch-Dest": "empty"}).text


def opened(person: Visitor, thread_id: int, url: str) -> Page:
    """The page, after the thread has been opened, so that loading it again changes nothing."""
    person.fetch(f"/arenden/{thread_id}")
    return person.get(url)


def test_a_changed_inbox_brings_the_duty_and_the_menu_along(karin: Visitor, write: Write) -> None:
    """A4: one answer for all that the page shows."""
    address = poll_of(karin.get("/inkorg"), "inbox")
    write()
    news = karin.poll(address)
    partials = {partial["hx-target"]: partial for partial in news.root.find_all("hx-partial")}
    assert partials.keys() == {"#duty", "#menu-inbox"}
    assert partials["#duty"].get_one(id="duty").text.startswith("Dagens läsning: första klar 10.00 (Karin B.)")
    assert partials["#menu-inbox"].get_one(id="menu-inbox")["data-count"] == "1"
    assert "data-poll" not in partials["#menu-inbox"].get_one(id="menu-inbox").attributes


def test_the_menu_of_any_page_counts_the_unopened(karin: Visitor, write: Write) -> None:
    address = poll_of(karin.get("/hjalp"), "menu-inbox")
    write()
    assert karin.poll(address).root.get_one(id="menu-inbox").text == "Inkorg 1 oöppnade"


def test_p2_a_polled_inbox_has_neither_name_nor_number(karin: Visitor, write: Write) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    write()
    news = karin.poll(address)
    assert "T.T. f. 2000" in news.text
    assert given_away(IDENTITY, news.body) == []


def test_l1_a_polled_thread_is_logged_and_neither_opened_nor_read(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock
) -> None:
    address = poll_of(anna.get(f"/arenden/{write()}"), "thread")
    answer(karin, 1, clock)
    news = anna.poll(address)
    assert "Vi kommer på måndag." in news.text
    assert "Oöppnat" in news.text
    with anna.context():
        assert [logged.action for logged in rows(AccessLogRow)] == ["send", "open", "reply", "shown_by_poll"]
        assert rows(Opening) == []
        assert row(ThreadParty, unit_id=anna.unit_id).unopened == 1


@pytest.mark.parametrize(
    "path", ["/poll/inkorg?", "/poll/meny?", "/poll/arenden/1?", "/poll/inkorg?vy=x&visa=y&sida=-1&"]
)
def test_a_digest_that_is_none_of_ours_is_out_of_date(karin: Visitor, write: Write, path: str) -> None:
    write()
    made_up = ("", "-", "x", "1-", "1-x", "-1", "1-99999999999999999999", "1-²", "٣-٣", "1-1", "99-0", "1-1-1")
    assert {digest: karin.poll(f"{path}d={digest}").status for digest in made_up} == dict.fromkeys(made_up, 200)


# What the clock alone changes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loaded", "still", "turned", "words"),
    [
        ("Thu 2026-11-19 23:50", "Thu 2026-11-19 23:59", "Fri 2026-11-20 00:00", "Svara i dag I dag 16.30"),
        ("Fri 2026-11-20 16:20", "Fri 2026-11-20 16:29", "Fri 2026-11-20 16:30", "Försenat"),
    ],
)
@pytest.mark.parametrize(("url", "element_id"), [("/inkorg", "inbox"), ("/arenden/1", "thread")])
def test_a_deadline_that_comes_reaches_an_open_page(
    write: Write, karin: Visitor, clock: Clock, url: str, element_id: str,
    loaded: str, still: str, turned: str, words: str,
) -> None:  # fmt: skip
    """Written Tuesday, due Friday 16.30 (T5)."""
    write()
    clock.set(loaded)
    late = Visitor(karin.app, karin.actor)
    address = poll_of(late.get(url), element_id)
    clock.set(still)
    assert late.poll(address).status == 204
    clock.set(turned)
    assert words in late.poll(address).text


def test_a4_the_next_reading_that_counts_reaches_an_open_page(karin: Visitor, clock: Clock) -> None:
    """A2: 60 minutes after the last counted one."""
    karin.get("/inkorg")
    clock.set("Tue 2026-11-17 10:29")
    page = karin.get("/inkorg")
    assert "en läsning återstår, räknas från 11.00" in page.text
    karin.get("/hjalp")
    clock.set("Tue 2026-11-17 10:58")
    assert karin.poll(poll_of(page, "inbox")).status == 204
    karin.get("/hjalp")
    clock.set("Tue 2026-11-17 11:00")
    assert karin.poll(poll_of(page, "inbox")).root.get_one(id="duty").text.endswith("en läsning återstår")


# When the session is gone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_polls_do_not_keep_a_session_alive(
    karin: Visitor, write: Write, clock: Clock, url: str, element_id: str
) -> None:
    """The tab is open, the person has gone: 30 minutes."""
    write()
    address = poll_of(karin.get(url), element_id)
    for _ in range(3):
        clock.forward(minutes=9, seconds=59)
        assert karin.fetch(address).status_code == 204
    clock.forward(seconds=3)
    gone(karin, address)


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_after_signing_out_a_poll_sends_the_page_to_the_sign_in(
    karin: Visitor, write: Write, url: str, element_id: str
) -> None:
    """Never a redirect: the sign-in page would land inside the list."""
    write()
    address = poll_of(karin.get(url), element_id)
    karin.send("/logga-ut")
    gone(karin, address)


def gone(person: Visitor, address: str) -> None:
    with writes(person.app) as changed:
        found = person.fetch(address)
    assert (found.status_code, found.headers["HX-Redirect"], found.data) == (401, "/logga-in", b"")
    assert changed == set()


# Protected identities -----------------------------------------------------------------------------------------------


def test_p3_a_protected_thread_is_polled_only_by_who_may_open_it(karin: Visitor, write: Write, clock: Clock) -> None:
    """Released again, it does not exist for the page that is still open, and nothing is logged."""
    thread_id = write(protected=True)
    with karin.context():
        threads.claim(karin.actor, thread_id, now=clock.now)
    address = poll_of(karin.get(f"/arenden/{thread_id}"), "thread")
    with karin.context():
        threads.release(karin.actor, thread_id, now=clock.now)
    with writes(karin.app) as changed:
        found = karin.fetch(address)
    assert found.status_code == 404
    assert "Testsson" not in found.text
    assert changed == set()
