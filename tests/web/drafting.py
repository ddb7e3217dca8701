"""What the page's script saves while somebody writes, and what is then kept."""

from dataclasses import replace

from werkzeug.test import TestResponse

from lcweb.domain.drafts import unpacked
from lcweb.models import Draft
from tests.factories import colleague
from tests.rows import row, rows
from tests.web.visits import Visitor

TEXT = "Vi kommer på måndag.\n\n  Såret: 3 × 4 cm <b>å</b>"


def autosave(visitor: Visitor, url: str, **typed: str) -> TestResponse:
    """As the page's script does: the fields of the form on screen, with what has been typed."""
    assert visitor.page
    form = next(form for form in visitor.page.root.find_all("form") if form.get("data-draft") == url)
    fields = replace(visitor.page, root=form).values() | typed
    return visitor.client.post(url, data=fields, headers={"HX-Request": "true"})


def another(visitor: Visitor, name: str = "Bo Ek") -> Visitor:
    with visitor.context():
        return Visitor(visitor.app, colleague(visitor.actor, name))


def stored(visitor: Visitor) -> dict[str, str]:
    with visitor.context():
        return unpacked(row(Draft).fields).fields


def drafts(visitor: Visitor) -> int:
    with visitor.context():
        return len(rows(Draft))


def poll_address(visitor: Visitor) -> str:
    assert visitor.page
    return visitor.page.root.get_one(id="thread")["hx-get"]
