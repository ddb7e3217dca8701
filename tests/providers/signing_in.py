"""A visitor who signs in by the provider that tests/providers/lying.py is."""

from urllib.parse import urlsplit

import requests
from flask import Flask

from lcweb.models import UserSession
from tests.page import Page
from tests.providers.lying import KEY, NAME, Lying
from tests.rows import rows
from tests.web.visits import Visitor

BUTTON = f"Logga in med {NAME}"
ANSWER = f"/logga-in/{KEY}/svar"


def begun(visitor: Visitor) -> str:
    """Where the page sends the browser."""
    visitor.get("/logga-in")
    page = visitor.press(BUTTON)
    assert (page.status, page.heading) == (200, f"Du skickas till {NAME}")
    url = page.links()[f"Fortsätt till {NAME}"]
    refresh = page.root.get_one("meta", http_equiv="refresh")
    assert refresh["content"] == f"0; url={url}"
    return url


def sent_back(url: str) -> str:
    """The provider's answer, as the browser is to bring it: path and query."""
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, answer.text
    back = urlsplit(answer.headers["Location"])
    assert (f"{back.scheme}://{back.netloc}", back.path) == ("http://lcweb.test", ANSWER)
    return f"{back.path}?{back.query}"


def signed_in(app: Flask, visitor: Visitor | None = None) -> Page:
    """The page that comes at last."""
    visitor = visitor or Visitor(app, None)
    return visitor.get(sent_back(begun(visitor)))


def sessions_of(app: Flask) -> list[str]:
    """How each living session came about."""
    with app.app_context():
        return [row.how for row in rows(UserSession) if row.revoked_at is None]


def rejected(page: Page, lying: Lying) -> str:
    """The heading of the page; nothing of the answer or of a secret is on it."""
    assert page.url == ANSWER
    assert [word for word in (lying.provider.client_secret, "nonce", "jwt") if word in page.body] == []
    assert page.links()["Till inloggningen"] == "/logga-in"
    return page.heading
