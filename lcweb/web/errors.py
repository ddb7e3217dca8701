"""Swedish pages for what went wrong, without patient data."""

import logging
from collections.abc import Callable

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    RequestEntityTooLarge,
    SecurityError,
)

from lcweb.db import Exhausted, trouble_of
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Throttled
from lcweb.logs import failed
from lcweb.spreadsheets import MAX_BYTES
from lcweb.web.session import settings

log = logging.getLogger(__name__)
csrf = CSRFProtect()

#: The fields that hold what somebody has written, the first filled one of which is given back.
TEXT_FIELDS = ("body", "correction", "words", "note")

#: The one address that takes a file: a table of lists, units or people, whose bytes are not kept.
UPLOAD = "imports.upload"
TOO_LARGE_FILE = f"Filen är större än {MAX_BYTES // 1024 // 1024} MB. Dela upp den i flera filer och läs in en i taget."

Page = tuple[str, int] | tuple[str, int, dict[str, str]]

#: status → heading and what to do.
PAGES = {
    400: ("Det gick inte att läsa det du skickade", "Gå tillbaka, ladda om sidan och försök igen."),
    401: ("Du har blivit utloggad", "Logga in igen. Det du skrev är inte skickat – kopiera texten nedan först."),
    403: ("Du får inte göra det här", "Be en kollega med rätt behörighet, eller din enhetsansvariga."),
    404: ("Sidan finns inte", "Adressen kan vara fel, eller så saknar du behörighet. Börja om från startsidan."),
    405: ("Sidan kan inte användas så", "Gå till startsidan och börja därifrån."),
    409: ("Någon annan hann före", "Gå tillbaka till ärendet och se vad som har hänt."),
    413: ("Det du skickade är för stort", "Korta texten. Bilagor går inte att skicka här."),
    414: ("Adressen är för lång", "Gå till startsidan och börja därifrån."),
    415: ("Bilagor går inte att skicka här", "Skriv det mottagaren behöver veta i meddelandet i stället."),
    429: ("För många försök", "Vänta en stund och försök igen."),
    431: ("Webbläsaren skickade för mycket", "Rensa webbläsarens kakor för den här sidan och försök igen."),
    500: ("Något gick fel hos oss", "Försök igen om en stund. Ring enheten om ärendet inte kan vänta."),
    503: ("Tjänsten går inte att använda just nu", "Försök igen om en stund. Ring enheten om ärendet inte kan vänta."),
}
CROWDED = (
    "Tjänsten är upptagen",
    "Många använder den just nu. Vänta några sekunder och försök igen. Ring enheten om ärendet inte kan vänta.",
)
SEND_AGAIN = (
    "Det du skrev är kanske inte sparat. Vänta en stund, gå tillbaka till sidan och skicka igen: det blir aldrig två "
    "meddelanden. Ring enheten om ärendet inte kan vänta."
)
RETRY_SOON = {"Retry-After": "30"}
FORM_EXPIRED = "Sidan har legat öppen för länge eller öppnats i en annan inloggning. Försök igen från den här sidan."


def register(app: Flask) -> None:
    csrf.init_app(app)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, lambda _error: _other_host())
    app.register_error_handler(CSRFError, lambda _error: page(400, FORM_EXPIRED))
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(NotAllowed, lambda _error: page(403))
    app.register_error_handler(Conflict, lambda error: page(409, str(error)))
    app.register_error_handler(Throttled, lambda error: throttled_page(error, lambda sentence: page(429, sentence)[0]))
    app.register_error_handler(Exhausted, _crowded)
    app.register_error_handler(InternalServerError, _internal)
    app.before_request(_refuse_what_is_no_form)
    app.log_exception = lambda _exc_info: None  # a traceback may hold what somebody typed: _internal logs the place


def page(status: int, sentence: str | None = None) -> Page:
    """What was typed is given back where it would otherwise be lost."""
    heading, advice = PAGES.get(status, PAGES[500] if status >= 500 else PAGES[400])
    # Who came second wants to see what the first one did.
    thread_id = (request.view_args or {}).get("thread_id") if status == 409 else None
    words = {"heading": heading, "advice": sentence or advice, "typed": _typed(), "thread_id": thread_id}
    return render_template("error.html", **words), status


def throttled_page(throttled: Throttled, shown: Callable[[str], str]) -> Page:
    """`shown`: the page with the sentence that says how long one waits."""
    seconds = throttled.seconds
    wait = f"{seconds} sekunder" if seconds < 90 else f"{(seconds + 59) // 60} minuter"
    sentence = f"Det blev många försök. Vänta {wait} och försök igen."
    return shown(sentence), 429, {"Retry-After": str(seconds)}


def _typed() -> str:
    """What is too large to be read cannot be given back."""
    try:
        return next((request.form[name] for name in TEXT_FIELDS if request.form.get(name)), "")
    except RequestEntityTooLarge:
        return ""


def _http(error: HTTPException) -> Page:
    status = error.code or 500
    if isinstance(error, MethodNotAllowed):
        return *page(status), {
            "Allow": ", ".join(error.valid_methods or ["GET"])
        }  # HEAD is all that we refuse ourselves
    if status == 413 and request.endpoint == UPLOAD:
        return page(status, TOO_LARGE_FILE)
    return page(status) if status >= 400 else (error.get_response(), status)


def _internal(error: InternalServerError) -> Page:
    """The exception's own words may hold what somebody typed, so only its kind and places are logged."""
    failed(log, error.original_exception or error, "endpoint %s", request.endpoint)
    if trouble_of(error.original_exception):
        # Whether it was written nobody may know, but a page that is sent twice is written once (S7).
        heading, advice = PAGES[503]
        typed = _typed()
        return *_page_without_database(503, heading, SEND_AGAIN if typed else advice, typed=typed), RETRY_SOON
    return _page_without_database(500, *PAGES[500])


def _crowded(_error: Exhausted) -> Page:
    """Every connection that this process may have is in use, and has been for some seconds."""
    log.warning("no database connection was free for endpoint %s: see LCWEB_DATABASE_CONNECTIONS", request.endpoint)
    return *_page_without_database(503, *CROWDED, typed=_typed()), {"Retry-After": "5"}


def _other_host() -> Page:
    """A host's name that is not ours. No style sheet comes by it either, and no link may lead back there."""
    template = current_app.jinja_env.get_template("other_host.html")
    return template.render(address=settings().base_url), 400


def _page_without_database(status: int, heading: str, advice: str, *, typed: str = "") -> tuple[str, int]:
    """Whatever failed may be what the ordinary page needs."""
    template = current_app.jinja_env.get_template("error.html")
    return template.render(
        heading=heading,
        advice=advice,
        typed=typed,
        me=None,
        unopened=0,
        receipts=list,
        poll_seconds=3600,
        request=request,
        request_id=g.get("request_id"),
    ), status


def _refuse_what_is_no_form() -> Page | None:
    """S4: no form of ours but one sends multipart, so whatever does is an attachment.

    None sends JSON either, but Flask-WTF would read it: as values of any type, where every form expects text.
    """
    if request.is_json:
        return page(400)
    if request.endpoint == UPLOAD:
        request.max_content_length = MAX_BYTES
    elif request.mimetype == "multipart/form-data":
        return page(415)
    return None
