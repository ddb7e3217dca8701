"""Hjälp och rutin, the accessibility statement, and which part of the help explains which page."""

import struct
from datetime import date
from functools import cache

from flask import Blueprint, Flask, render_template

from lcweb.config import ROOT
from lcweb.domain.invitations import VALID_DAYS
from lcweb.domain.outlines import MOST_DAYS, OUTLINES
from lcweb.queries import people
from lcweb.web.access import public, signed_in
from lcweb.web.session import rules, settings

blueprint = Blueprint("help", __name__)

#: The day on which what the statement says was last checked: change it together with the words.
STATEMENT_UPDATED = date(2026, 11, 25)

ROUTINE, MOVES = "/hjalp", "/hjalp/sa-gor-du"

#: Endpoint → the part that explains its page; a blueprint's name stands for its endpoints without a line of their own.
#: None: the pages that are the help. A page without a line fails tests/web/test_help.py.
EXPLAINED: dict[str, str | None] = {
    "access_log": f"{ROUTINE}#loggen",
    "account": f"{ROUTINE}#inloggning",
    "archive": f"{MOVES}#skriv-ut",
    "administration": f"{ROUTINE}#installningar",
    "calendar": f"{ROUTINE}#kalendern",
    "commissions": f"{ROUTINE}#anvandare",
    "compose": f"{MOVES}#skicka",
    "drafts": f"{MOVES}#utkast",
    "follow_up": f"{ROUTINE}#uppfoljning",
    "help": None,
    "imports": f"{ROUTINE}#import",
    "inbox": f"{MOVES}#inkorgen",
    "invitations": f"{ROUTINE}#inloggning",
    "log_extracts": f"{ROUTINE}#loggen",
    "log_reviews": f"{ROUTINE}#loggen",
    "members": f"{ROUTINE}#anvandare",
    "organizations": f"{ROUTINE}#installningar",
    "morning": f"{MOVES}#inkorgen",
    "operation": f"{ROUTINE}#paminnelser",
    "keeping": f"{ROUTINE}#journalen",
    "mail_wording": f"{ROUTINE}#paminnelser",
    "outbox": f"{ROUTINE}#paminnelser",
    "people": f"{ROUTINE}#anvandare",
    "phrases": f"{MOVES}#fraser",
    "print": f"{MOVES}#skriv-ut",
    "reports": f"{ROUTINE}#uppfoljning",
    "readings": f"{ROUTINE}#lasa",
    "recipient_lists": f"{MOVES}#mottagarlistor",
    "recipients": f"{ROUTINE}#mottagare",
    "search": f"{MOVES}#sok",
    "second_factor": f"{ROUTINE}#inloggning",
    "sessions": f"{ROUTINE}#inloggning",
    "settings": f"{ROUTINE}#installningar",
    "sign_in": f"{ROUTINE}#inloggning",
    "sign_in_steps": f"{ROUTINE}#inloggning",
    "suggestions": f"{ROUTINE}#mottagare",
    "threads": f"{MOVES}#lasa",
    "threads.acknowledge": f"{MOVES}#kvittera",
    "threads.claim": f"{MOVES}#ta",
    "threads.close": f"{MOVES}#avsluta",
    "threads.correct": f"{MOVES}#ratta",
    "threads.forward": f"{MOVES}#vidarebefordra",
    "threads.give_back": f"{MOVES}#atersand",
    "threads.note": f"{MOVES}#anteckning",
    "threads.release": f"{MOVES}#ta",
    "threads.reopen": f"{MOVES}#oppna-igen",
    "threads.reply": f"{MOVES}#svara",
    "threads.transfer": f"{MOVES}#journal",
    "threads.void": f"{MOVES}#makulera",
    "threads.withdraw": f"{MOVES}#aterta",
    "units": f"{ROUTINE}#installningar",
}
WHEN_IT_FAILED = f"{ROUTINE}#fel"


def register(app: Flask) -> None:
    app.jinja_env.globals.update(help_of=help_of, picture_size=picture_size)


def help_of(endpoint: str | None) -> str | None:
    """Where the page is explained; an address that leads nowhere, or has no line, by what to do when things fail."""
    if endpoint in EXPLAINED:
        return EXPLAINED[endpoint]
    return EXPLAINED.get((endpoint or "").partition(".")[0], WHEN_IT_FAILED)


@cache
def picture_size(name: str) -> tuple[int, int]:
    """Width and height in pixels: the browser keeps the place free, so that nothing jumps while it loads."""
    head = (ROOT / "static" / "img" / "hjalp" / f"{name}.png").read_bytes()[16:24]
    return struct.unpack(">II", head)


@blueprint.get(ROUTINE)
@signed_in
def show() -> str:
    return _page("help/show.html", contacts=people.contacts(), links=settings().routine_links,
                 invitation_days=VALID_DAYS)  # fmt: skip


@blueprint.get(MOVES)
@signed_in
def moves() -> str:
    return _page("help/moves.html")


@blueprint.get("/hjalp/narsjukvard")
@signed_in
def care() -> str:
    return _page("help/care.html", outlines=OUTLINES, most_days=MOST_DAYS)


@blueprint.get("/hjalp/kommun")
@signed_in
def municipality() -> str:
    return _page("help/municipality.html", outlines=OUTLINES)


@blueprint.get("/tillganglighet")
@public
def accessibility() -> str:
    """The law's statement is for everybody, also for who cannot sign in."""
    return render_template(
        "help/accessibility.html",
        **_session_times(),
        provider=settings().provider,
        email=settings().feedback_email,
        supervisor=settings().accessibility_supervisor,
        updated=STATEMENT_UPDATED,
    )


def _page(template: str, **values: object) -> str:
    """With the routine's numbers as they are today."""
    return render_template(template, rules=rules(), **_session_times(), **values)


def _session_times() -> dict[str, str]:
    return {"idle_minutes": f"{settings().idle_minutes:g}", "session_hours": f"{settings().session_hours:g}"}
