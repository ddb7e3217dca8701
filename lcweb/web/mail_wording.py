"""Påminnelser: how each kind of mail is worded, looked at and tried before it holds (A3, B4, M1)."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Lock
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lcweb.db import release_reading
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.mail_wording import MAX_SUBJECT, PLACEHOLDERS, Wording
from lcweb.domain.permissions import Act
from lcweb.domain.reminders import Kind
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.mail import BadAddress, NotSent, Post, own_wording, post_of
from lcweb.queries import people
from lcweb.queries import settings as queries
from lcweb.services import mail_wording as mails
from lcweb.services import settings as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.filters import day_words
from lcweb.web.forms.mail_wording import WordingForm
from lcweb.web.session import actor, now, rules, settings

blueprint = Blueprint("mail_wording", __name__, url_prefix="/admin/paminnelser")

Answer = Response | tuple[str, int]

#: Between two test mails of one person, in one process: enough to stop a button that is pressed again and again.
PAUSE = timedelta(seconds=10)
_pausing = Lock()

NO_ADDRESS = "Du har ingen e-postadress i tjänsten. Lägg in den under Användare, så kommer provet dit."
TOO_SOON = "Du skickade nyss ett prov. Vänta tio sekunder och försök igen."
LOOK_AGAIN = "Se vad som gäller nu. Din text står kvar: spara igen om den fortfarande är rätt."


@blueprint.get("")
@needs(Act.EDIT_SETTINGS)
def show() -> str:
    today = local_day(now())
    settings_of = queries.mail_wordings(today=today)
    return render_template(
        "mail_wording/show.html",
        kinds=[(kind, setting, _example_or_fault(kind, setting.value)) for kind, setting in settings_of.items()],
        rules=rules(),
    )


@blueprint.get("/<mail_kind>")
@needs(Act.EDIT_SETTINGS)
def edit(mail_kind: str) -> str:
    return _page(_kind(mail_kind))


@blueprint.post("/<mail_kind>")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change(mail_kind: str) -> Answer:
    form = WordingForm()
    return _saved(_kind(mail_kind), form, form.wording)


@blueprint.post("/<mail_kind>/egen-text")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def restore(mail_kind: str) -> Answer:
    """The product's own words from a day on."""
    return _saved(_kind(mail_kind), WordingForm(), None)


@blueprint.post("/<mail_kind>/forhandsgranska")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def preview(mail_kind: str) -> Answer:
    kind, form = _kind(mail_kind), WordingForm()
    expired = form.expired()
    if expired:
        return _page(kind, form, {"form": expired}), 400
    try:
        return _page(kind, form, shown=_example(kind, form.wording)), 200
    except Refused as refused:
        return _page(kind, form, refused.problems, heading="Texten går inte att använda"), 400
    except ValueError as error:
        return _page(kind, form, {"form": str(error)}, heading="Mejlet går inte att visa"), 200


@blueprint.post("/<mail_kind>/provutskick")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def try_out(mail_kind: str) -> Answer:
    kind, form, heading = _kind(mail_kind), WordingForm(), "Provet är inte skickat"
    expired = form.expired()
    if expired:
        return _page(kind, form, {"form": expired}, heading=heading), 400
    address = people.email_of(actor().user_id)
    if address is None:
        return _page(kind, form, {"form": NO_ADDRESS}, heading=heading), 400
    try:
        shown = _example(kind, form.wording)
        if _is_too_soon(actor().user_id, now()):
            return _page(kind, form, {"form": TOO_SOON}, heading=heading), 429
        _send_test(kind, form.wording, address)
    except Refused as refused:
        return _page(kind, form, refused.problems, heading=heading), 400
    except (BadAddress, NotSent, ValueError) as error:
        # Not a 5xx: a proxy in front might ask another process to send it once more.
        return _page(kind, form, {"form": f"Mejlservern svarade: {error}"}, heading=heading), 200
    flash(f"Provet är skickat till {address}.")
    return _page(kind, form, shown=shown), 200


def _saved(kind: Kind, form: WordingForm, wording: Wording | None) -> Answer:
    expired = form.expired()
    if expired:
        return _page(kind, form, {"form": expired}), 400
    try:
        verbs.change_mail_wording(actor(), kind, wording, form.day, seen=form.turns, now=now())
    except Refused as refused:
        return _page(kind, form, refused.problems), 400
    except Conflict as conflict:
        return _page(kind, form, {"form": f"Ändringen är inte sparad. {conflict} {LOOK_AGAIN}"}), 409
    day = day_words(form.day, today=local_day(now())) if form.day else ""
    flash(f"Ändringen är sparad. Mejlen har den nya texten från {day}.")
    return redirect(url_for("mail_wording.edit", mail_kind=kind.value), 303)


def _send_test(kind: Kind, wording: Wording, address: str) -> None:
    post = _post()
    release_reading()  # a mail server may take its time
    mails.send_test(actor(), kind, wording, post=post, now=now(), address=address)


def _is_too_soon(user_id: int, moment: datetime) -> bool:
    """Notes the moment when it is not."""
    with _pausing:
        sent: dict[int, datetime] = current_app.extensions.setdefault("lcweb_test_mails", {})
        if user_id in sent and moment - sent[user_id] < PAUSE:
            return True
        sent[user_id] = moment
        return False


def _post() -> Post:
    return post_of(settings())


def _example(kind: Kind, wording: Wording | None) -> EmailMessage:
    return mails.example(kind, wording, post=_post(), now=now(), address=mails.EXAMPLE_ADDRESS)


def _example_or_fault(kind: Kind, wording: Wording | None) -> tuple[EmailMessage | None, str]:
    """The configuration's mail settings may be unusable, which must not take the page along."""
    try:
        return _example(kind, wording), ""
    except ValueError as error:
        return None, str(error)


def _kind(raw: str) -> Kind:
    """Raises NotFound."""
    if raw not in set(Kind):
        raise NotFound("kind")
    return Kind(raw)


def _page(
    kind: Kind,
    form: WordingForm | None = None,
    problems: dict[str, str] | None = None,
    *,
    shown: EmailMessage | None = None,
    heading: str = "Ändringen är inte sparad",
) -> str:
    """With what was typed; a fresh form begins with the words that hold. `shown`: of the typed ones."""
    setting = queries.mail_wordings(today=local_day(now()))[kind]
    if form is None:
        form = WordingForm(formdata=None)
        form.subject.data, form.body.data = setting.value or own_wording(kind)
    form.seen.data = str(setting.turns)
    example, fault = (shown, "") if shown else _example_or_fault(kind, setting.value)
    values: dict[str, Any] = {"example": example, "fault": fault, "previewed": shown is not None}
    return render_template(
        "mail_wording/edit.html", kind=kind, setting=setting, form=form, problems=problems or {}, refusal=heading,
        placeholders=PLACEHOLDERS[kind], max_subject=MAX_SUBJECT, tomorrow=local_day(now()) + ONE_DAY, rules=rules(),
        custom=setting.value is not None or any(turn.value for turn in setting.planned), **values,
    )  # fmt: skip
