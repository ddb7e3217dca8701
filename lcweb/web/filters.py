"""Moments, patients and duties in Swedish words."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import groupby

from flask import Flask, g, get_flashed_messages
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from lcweb.config import ROOT
from lcweb.domain.deadlines import is_due_today, is_overdue
from lcweb.domain.permissions import Act
from lcweb.domain.readings import ReadingDuty
from lcweb.domain.rules import ReadingRule
from lcweb.domain.sessions import warned_before
from lcweb.domain.settings import as_typed
from lcweb.domain.workdays import local, local_day, public_holiday
from lcweb.queries.inbox import count_unopened
from lcweb.queries.recipients import UnitChoice
from lcweb.web import words
from lcweb.web.administration import pages_of
from lcweb.web.fragments import menu_digest
from lcweb.web.session import lacks_code, me, now, settings, time_left
from lcweb.web.session_words import for_script

DAYS = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def clock_words(moment: datetime | time) -> str:
    """16.30, in Stockholm time."""
    at = moment if isinstance(moment, time) else local(moment)
    return f"{at.hour:02}.{at.minute:02}"


def day_words(day: date, *, today: date) -> str:
    """tor 19 nov; with the year when it is another."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"


def moment_words(moment: datetime, *, at: datetime | None = None) -> str:
    """I dag 16.30, or tor 19 nov 16.30."""
    there, today = local(moment), local_day(at or now())
    day = "i dag" if there.date() == today else day_words(there.date(), today=today)
    return f"{day} {clock_words(there.time())}"


def _day(day: datetime | date) -> str:
    return day_words(local_day(day) if isinstance(day, datetime) else day, today=local_day(now()))


def _moment(moment: datetime) -> str:
    """On paper a day is never "i dag": a sheet is read later than it is printed."""
    return f"{local(moment):%Y-%m-%d %H.%M}" if g.get("on_paper") else moment_words(moment)


def due_state(due_at: datetime | None) -> str | None:
    """overdue, today or later: the three that a page tells apart by word and colour."""
    if due_at is None:
        return None
    if is_overdue(due_at, now=now()):
        return "overdue"
    return "today" if is_due_today(due_at, now=now()) else "later"


def duty_words(duty: ReadingDuty) -> str:
    """Today's readings: done by whom and when, what remains, and from when another counts (A4)."""
    if duty.required == 0:
        holiday = public_holiday(duty.day)
        return f"ingen läsning i dag, {holiday.lower() if holiday else 'enheten har stängt'}."
    parts = [f"{_ordinal(i)} klar {clock_words(r.at)} ({r.by})" for i, r in enumerate(duty.counted[: duty.required])]
    if duty.met:
        return " · ".join([*parts, "dagens läsning är klar"])
    left = "en läsning återstår" if duty.remaining == 1 else f"{_number(duty.remaining)} läsningar återstår"
    if duty.next_counts_at is None:
        return " · ".join([*parts, f"{left}, men i dag går det inte att göra fler"])
    later = f", räknas från {clock_words(duty.next_counts_at)}" if duty.next_counts_at > now() else ""
    return " · ".join([*parts, left + later])


def _ordinal(index: int) -> str:
    return ("första", "andra", "tredje", "fjärde")[index] if index < 4 else f"nr {index + 1}"


def _number(count: int) -> str:
    return {2: "två", 3: "tre", 4: "fyra"}.get(count, str(count))


def times(count: int) -> str:
    """två gånger"""
    return "en gång" if count == 1 else f"{_number(count)} gånger"


def rule_words(value: object, name: str) -> str:
    """3 vardagar; a rule's value, the rule by the name of its field in `Rules`."""
    if isinstance(value, time):
        return clock_words(value)
    if isinstance(value, ReadingRule):
        return words.READING_RULES[value]
    rule, number = words.RULES[name], as_typed(value)
    if number == "0" and rule.zero:
        return rule.zero
    one, many = rule.unit
    return f"{number} {one if number == '1' else many}"


@cache
def own_file(path: str) -> str:
    """The address of one of our own static files; changed bytes give a new address, so no browser keeps the old."""
    content = (ROOT / "static" / path).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


def csrf_token() -> str:
    """A page has one for all its forms; Flask-WTF looks up how to make it for each."""
    return g.get("csrf_token") or generate_csrf()


def unit_options(units: Sequence[UnitChoice], chosen_id: int | None = None, value: str | None = None) -> Markup:
    """A selection's units, each with its telephone, by organization. `value`: what the chosen one's number is sent as.

    There are hundreds of lines, most of them the same on every page, and each is kept for as long as its unit is so.
    """
    ordered = sorted(units, key=lambda unit: unit.organization.lower())
    groups = groupby(ordered, key=lambda unit: unit.organization.lower())
    return Markup("".join(_group(list(group), chosen_id, value) for _, group in groups))


def _group(units: Sequence[UnitChoice], chosen_id: int | None, value: str | None) -> str:
    lines = (_chosen(unit, value) if unit.unit_id == chosen_id else _option(unit) for unit in units)
    return f'<optgroup label="{escape(units[0].organization)}">\n{"".join(lines)}</optgroup>\n'


@lru_cache(2000)
def _option(unit: UnitChoice) -> Markup:
    return _OPTION.format(unit.unit_id, "", unit.unit, unit.acute_phone)


def _chosen(unit: UnitChoice, value: str | None) -> Markup:
    return _OPTION.format(value or unit.unit_id, _SELECTED, unit.unit, unit.acute_phone)


_SELECTED = Markup(" selected")
_OPTION = Markup('<option value="{}"{}>{}, tel {}</option>\n')


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        clock=clock_words, moment=_moment, due_state=due_state, duty_words=duty_words, times=times, day=_day,
        rule_words=rule_words, lower_first=lambda sentence: sentence[:1].lower() + sentence[1:],
    )  # fmt: skip
    app.jinja_env.globals.update(words=words, Act=Act, own=own_file, unit_options=unit_options, csrf_token=csrf_token)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def everywhere() -> dict[str, object]:
        """What base.html needs; the number in the menu is read only when the menu is drawn."""
        person = me()
        return {
            "csrf_token": csrf_token,
            "me": person.actor if person else None,
            "lacks_code": lacks_code(),
            "now": now(),
            "poll_seconds": settings().poll_seconds,
            "session_left": for_script(time_left(person)) if person else None,
            "warned_before": warned_before(settings().idle).total_seconds(),
            "menu_count": lambda: count_unopened(person.actor.unit_id) if person and person.actor.unit_id else 0,
            "receipts": get_flashed_messages,
            "admin_pages": pages_of(person.actor) if person else [],
            "menu_digest": menu_digest,
        }
