"""The checks that every web test relies on notice what they are there for."""

import pytest
from flask import Flask, redirect

from tests.html import parse
from tests.page import Browser

GOOD = """<!doctype html><html lang="sv">
<head><title>(3) Inkorg – Vårdmeddelanden</title><script src="/x.js"></script></head>
<body><h1 id="top">Inkorg</h1>
<form><label for="q">Sök</label><input id="q" name="q" aria-describedby="top">
<label>Välj <select name="s"><option value="1">ett</option><option selected>två</option></select></label>
<input type="hidden" name="csrf_token" value="t"><textarea aria-label="Svar" name="a">
rad</textarea></form></body></html>"""
POLICY = "default-src 'none'"


def served(body: str, *, policy: str = POLICY) -> Browser:
    app = Flask("page")
    app.add_url_rule("/p", view_func=lambda: (body, {"Content-Security-Policy": policy}), endpoint="page")
    return Browser(app)


def test_a_good_page_passes_and_can_be_read() -> None:
    page = served(GOOD).get("/p")
    assert (page.heading, page.csrf_token, page.is_whole) == ("Inkorg", "t", True)
    assert page.values() == {"q": "", "s": "två", "csrf_token": "t", "a": "rad"}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("<h1", "<h1>Två</h1><h1", "headings"),
        ('<h1 id="top">Inkorg</h1>', '<h2 id="top">Inkorg</h2>', "headings"),
        ("(3) Inkorg", "Ärende", "titled"),
        ('lang="sv"', 'lang="en"', "Swedish"),
        ('id="q" name', 'id="top" name', "ids stand twice"),
        ('describedby="top"', 'describedby="gone"', "points at"),
        ('<label for="q">Sök</label>', "", "no label"),
        ('aria-label="Svar"', "", "no label"),
        ("<form>", '<form onsubmit="x()">', "carries"),
        ("<form>", '<form style="color:red">', "carries"),
        ("<form>", "<style>p{}</style><form>", "style element"),
        ("<form>", "<script>x()</script><form>", "script"),
        ("<form>", '<a href="JavaScript:x()">x</a><form>', "javascript:"),
        ("</form>", "", "closes"),
    ],
)
def test_a_fault_is_noticed(right: str, wrong: str, told: str) -> None:
    assert right in GOOD
    with pytest.raises(AssertionError, match=told):
        served(GOOD.replace(right, wrong)).get("/p")


@pytest.mark.parametrize("policy", ["", "default-src 'none'; script-src 'unsafe-inline'"])
def test_a_page_without_its_policy_is_noticed(policy: str) -> None:
    with pytest.raises(AssertionError, match="policy"):
        served(GOOD, policy=policy).get("/p")


def test_a_threads_title_does_not_carry_its_subject() -> None:
    thread = GOOD.replace("<form>", '<section id="thread"></section><form>')
    with pytest.raises(AssertionError, match="titled"):
        served(thread).get("/p")
    assert served(thread.replace("(3) Inkorg", "(3) Ärende")).get("/p").heading == "Inkorg"


def test_a_redirect_is_not_a_page() -> None:
    app = Flask("page")
    app.add_url_rule("/p", view_func=lambda: redirect("/q", 303))
    assert Browser(app).get("/p", follow=False).status == 303


def test_elements_are_found_by_tag_class_and_attribute() -> None:
    root = parse('<ul class="a b"><li data-id="1">ett <b>två</b></li><li>tre<br>fyra</li></ul>')
    assert root.get_one("ul", class_="b").text == "ett två tre fyra"
    assert root.get_one(data_id="1").text == "ett två"
    assert [item.text for item in root.find_all("li")] == ["ett två", "tre fyra"]
    assert root.find("table") is None
