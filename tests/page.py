"""A client for web tests that behaves like a browser without JavaScript, and checks what holds for every page."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.ctx import AppContext
from werkzeug.test import TestResponse

from tests.factories import PASSWORD
from tests.html import Element, parse

#: Of every page that shows a thread: its heading, the subject, would stand in the history of a shared computer.
THREAD_TITLE = "Ärende – Vårdmeddelanden"
#: Attributes that name ids.
POINTERS = {"for", "aria-describedby", "aria-labelledby", "aria-controls"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}


@dataclass
class Page:
    """An answer. `root` is empty when it is no HTML."""

    url: str
    status: int
    headers: Any
    body: str
    root: Element

    @property
    def heading(self) -> str:
        return self.root.get_one("h1").text

    @property
    def title(self) -> str:
        return self.root.get_one("head").get_one("title").text

    @property
    def text(self) -> str:
        """What a person reads: the body's words."""
        return (self.root.find("body") or self.root).text

    @property
    def is_whole(self) -> bool:
        """A page, not a fragment."""
        return self.root.find("html") is not None

    @property
    def csrf_token(self) -> str | None:
        field = self.root.find("input", name="csrf_token")
        return field["value"] if field else None

    def field(self, name: str) -> Element:
        return next(e for e in self.root.find_all(name=name) if e.tag in ("input", "select", "textarea"))

    def value(self, name: str) -> str:
        """What is typed or chosen in a field now."""
        return self.values().get(name, "")

    def values(self) -> dict[str, str]:
        """What a browser would send of every field on the page."""
        found: dict[str, str] = {}
        for element in self.root.find_all():
            value = _value(element)
            if element.get("name") and value is not None:
                found[element["name"]] = value
        return found

    def links(self) -> dict[str, str]:
        """Words → address."""
        return {a.text: a["href"] for a in self.root.find_all("a") if "href" in a.attributes}


class Browser:
    """`page` is what is on screen. Requests follow 303 answers; every HTML answer is checked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.page: Page | None = None

    def context(self) -> AbstractContextManager[AppContext]:
        """For factories, verbs and queries of the test itself; never around a request."""
        return self.app.app_context()

    def sign_in(self, username: str, password: str = PASSWORD) -> Page:
        self.get("/logga-in")
        return self.post("/logga-in", username=username, password=password)

    def get(self, url: str, *, follow: bool = True, headers: dict[str, str] | None = None) -> Page:
        return self._shown(url, self.client.get(url, headers=headers), follow)

    def poll(self, url: str, **headers: str) -> Page:
        """As htmx asks; the page on screen stays."""
        return _checked(url, self.client.get(url, headers={"HX-Request": "true"} | headers))

    def post(
        self, url: str, *, follow: bool = True, headers: dict[str, str] | None = None, csrf: bool = True, **fields: Any
    ) -> Page:
        """With the token of the page on screen. A list is sent as several fields of one name, None is left out."""
        token = self.page.csrf_token if self.page and csrf else None
        data = {name: value for name, value in {"csrf_token": token, **fields}.items() if value is not None}
        return self._shown(url, self.client.post(url, data=data, headers=headers), follow)

    def _shown(self, url: str, response: TestResponse, follow: bool) -> Page:
        for _ in range(5):
            if not follow or response.status_code not in (302, 303):
                break
            assert response.status_code == 303 or response.request.method == "GET", "a POST is answered by 303"
            url = response.location
            response = self.client.get(url)
        self.page = _checked(urlsplit(url).path, response)
        return self.page


def _checked(url: str, response: TestResponse) -> Page:
    """A redirect's body is Werkzeug's, and nobody reads it."""
    is_ours = response.mimetype == "text/html" and not 300 <= response.status_code < 400
    body = response.get_data(as_text=True)
    page = Page(url, response.status_code, response.headers, body, parse(body if is_ours else ""))
    if is_ours and body:
        check(page)
    return page


# What holds for every page --------------------------------------------------------------------------------------------


def check(page: Page) -> None:
    check_ids(page.root)
    check_fields(page.root)
    check_no_inline_code(page.root)
    if page.is_whole:
        check_frame(page)


def check_frame(page: Page) -> None:
    assert page.root.get_one("html").get("lang") == "sv", f"{page.url} is not marked as Swedish"
    policy = page.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy and "unsafe" not in policy, f"{page.url} has the policy {policy!r}"
    headings = [element.text for element in page.root.find_all("h1")]
    assert len(headings) == 1 and headings[0], f"{page.url} has the headings {headings}"
    check_title(page, headings[0])


def check_title(page: Page, heading: str) -> None:
    title = re.sub(r"^\(\d+\) ", "", page.title)
    fits = title == THREAD_TITLE if page.root.find(id="thread") else title.startswith(heading)
    assert fits, f"{page.url} is titled {page.title!r} over {heading!r}"


def check_ids(root: Element) -> None:
    ids = [element["id"] for element in root.find_all() if "id" in element.attributes]
    assert len(ids) == len(set(ids)), f"ids stand twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    for element in root.find_all():
        for name in POINTERS & element.attributes.keys():
            gone = set(element[name].split()) - set(ids)
            assert not gone, f"<{element.tag} {name}> points at {gone}"


def check_fields(root: Element) -> None:
    labelled = {label["for"] for label in root.find_all("label") if label.get("for")}
    for element in root.find_all():
        if element.tag not in ("input", "select", "textarea") or element.get("type") in UNLABELLED_TYPES:
            continue
        named = element.get("id") in labelled or element.within("label") or element.get("aria-labelledby")
        assert named or element.get("aria-label"), f"no label for {element.tag} {element.attributes}"


def check_no_inline_code(root: Element) -> None:
    for element in root.find_all():
        handlers = [name for name in element.attributes if name.startswith(("on", "hx-on")) or name == "style"]
        assert not handlers, f"<{element.tag}> carries {handlers}"
        assert element.tag != "style", "a style element"
        assert element.tag != "script" or element.get("src") or element.get("type") == "application/json", "a script"
        assert not element.get("href").lower().startswith("javascript:"), "a javascript: link"


def _value(element: Element) -> str | None:
    if element.tag == "textarea":
        return "".join(child for child in element.children if isinstance(child, str)).removeprefix("\n")
    if element.tag == "select":
        options = list(element.find_all("option"))
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        return chosen[0].get("value", chosen[0].text) if chosen else None
    if element.tag != "input" or element.get("type") in ("submit", "button"):
        return None
    if element.get("type") in ("radio", "checkbox"):
        return element.get("value", "on") if "checked" in element.attributes else None
    return element.get("value")
