"""The unit's inbox. Loading the page is a reading (A1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, flash, get_template_attribute, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from lcweb.domain import readings as reading_rules
from lcweb.domain.deadlines import is_overdue
from lcweb.domain.permissions import Act, Role
from lcweb.domain.readings import Reading, ReadingDuty
from lcweb.domain.threads import WaitingOn
from lcweb.domain.workdays import ONE_DAY, Calendar
from lcweb.queries import calendars, inbox, morning, readings
from lcweb.queries.inbox import HandledBy, Inbox, InboxRow
from lcweb.services import readings as verbs
from lcweb.web.access import needs
from lcweb.web.filters import day_words
from lcweb.web.fragments import digest, soonest
from lcweb.web.session import actor, inbox_version, now, rules

blueprint = Blueprint("inbox", __name__)

TABS = {"att-besvara": WaitingOn.US, "vantar": WaitingOn.THEM, "avslutade": WaitingOn.NOBODY}
SHOWN = {
    "alla": HandledBy.ANYONE,
    "mina": HandledBy.ME,
    "ej-tagna": HandledBy.NOBODY,
    "ej-overforda": HandledBy.NOT_TRANSFERRED,
}
LAST_PAGE = 1000


class Choice(NamedTuple):
    """What the address asks for; anything unknown is the first tab, everyone's, first page."""

    tab: str
    shown: str
    page: int


class Listed(NamedTuple):
    """A row with what is said of it. `is_late`: the other unit, which should have answered by now."""

    row: InboxRow
    status: Markup
    is_late: bool
    handler_is_gone: bool


class InboxView(NamedTuple):
    choice: Choice
    inbox: Inbox
    rows: list[Listed]
    duty: ReadingDuty
    calendar: Calendar
    digest: str

    @property
    def next_reading_day(self) -> str:
        """When today's duty is done, or today is a day off."""
        day = self.calendar.next_working_day(self.duty.day)
        return "i morgon" if day == self.duty.day + ONE_DAY else day_words(day, today=self.duty.day)


@blueprint.get("/inkorg")
@needs(Act.SEE_THREADS)
def show() -> str:
    found = _page_read() if _deliberate() else view()
    outlook = morning.get_outlook(actor().require_unit(), now=now()) if Role.UNIT_MANAGER in actor().roles else None
    return render_template("inbox/show.html", view=found, outlook=outlook)


@blueprint.post("/inkorg/genomgangen")
@needs(Act.SEE_THREADS)
def gone_through() -> Response:
    _record(verbs.How.BUTTON, _calendar())
    flash("Läsningen är noterad.")
    return redirect(url_for("inbox.show"), 303)


def view() -> InboxView:
    """The same for the page and its poll."""
    return _view(_calendar(), readings.since_midnight(actor().require_unit(), now=now()), inbox_version())


def _page_read() -> InboxView:
    """The day's readings as they were when this one was kept."""
    calendar = _calendar()
    recorded = _record(verbs.How.PAGE, calendar)
    return _view(calendar, recorded.today, inbox_version() + recorded.counts)


def _calendar() -> Calendar:
    return calendars.of_unit(actor().require_unit(), rules())


def _record(how: verbs.How, calendar: Calendar) -> verbs.Recorded:
    return verbs.record(actor(), how, now=now(), rules=rules(), calendar=calendar)


def _view(calendar: Calendar, today: Sequence[Reading], version: int) -> InboxView:
    """`version` came with the session, before the rows: a change in between shows at the next poll."""
    choice, person, unit_id = _choice(), actor(), actor().require_unit()
    found = inbox.get_inbox(
        unit_id=unit_id,
        user_id=person.user_id,
        whose=TABS[choice.tab],
        handled_by=SHOWN[choice.shown],
        page=choice.page,
        now=now(),
    )
    duty = reading_rules.duty(today, now=now(), calendar=calendar, rules=rules())
    rows = _listed(found.rows, ours=choice.tab == "att-besvara")
    return InboxView(choice, found, rows, duty, calendar, digest(version, _turns_at(found, duty, calendar)))


def _listed(rows: Iterable[InboxRow], *, ours: bool) -> list[Listed]:
    """What is said is the same of many rows, and is put into words once."""
    status, moment = get_template_attribute("macros/threads.html", "status"), now()
    said: dict[Any, Markup] = {}
    listed = []
    for row in rows:
        news = (row.unopened, min(row.messages, 2)) if row.due_at is None else (False, 0)  # a duty is told of instead
        facts = (row.duty_kind, row.due_at, ours, row.closed and not row.unopened, *news, row.state, row.left_how)
        if facts not in said:
            said[facts] = status(*facts)
        is_late = not ours and row.due_at is not None and is_overdue(row.due_at, now=moment)
        is_gone = row.handler_until is not None and row.handler_until <= moment
        listed.append(Listed(row, said[facts], is_late, is_gone))
    return listed


def _turns_at(found: Inbox, duty: ReadingDuty, calendar: Calendar) -> datetime:
    return soonest(found.counts.next_due_at, reading_rules.next_turn(duty, now=now(), calendar=calendar))


def _choice() -> Choice:
    tab, shown, page = (request.args.get(name, "") for name in ("vy", "visa", "sida"))
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    return Choice(
        tab if tab in TABS else "att-besvara", shown if shown in SHOWN else "alla", min(max(number, 1), LAST_PAGE)
    )


def _deliberate() -> bool:
    """A1: a person's full page load. Neither HTMX nor anything but a page of its own in a tab."""
    if request.method != "GET" or "HX-Request" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Dest", "document") == "document"
