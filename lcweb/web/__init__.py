"""HTTP only: parse, ask permission, call one verb or query, render."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from lcweb.config import Settings
from lcweb.web import (
    access,
    access_log,
    account,
    administration,
    archive,
    calendar,
    commissions,
    compose,
    drafts,
    errors,
    filters,
    follow_up,
    headers,
    health,
    help,
    imports,
    inbox,
    invitations,
    keeping,
    log_extracts,
    log_reviews,
    mail_wording,
    members,
    metrics,
    morning,
    operation,
    organizations,
    outbox,
    people,
    phrases,
    poll,
    print,
    providers,
    readings,
    recipient_lists,
    recipients,
    reports,
    requests,
    search,
    second_factor,
    session,
    sessions,
    settings,
    sign_in,
    sign_in_steps,
    suggestions,
    threads,
    unchanged,
    units,
    well_known,
)  # fmt: skip


class IdConverter(IntegerConverter):
    """A row's number; one too large for the database, or not in ASCII digits, is an address that does not exist."""

    regex = "[0-9]+"

    def __init__(self, url_map: object) -> None:
        super().__init__(url_map, min=1, max=2_147_483_647)


def cookie_name(config: Settings) -> str:
    """Over TLS by a name that browsers take from this very host and from no plain http, and let no other host set."""
    return "__Host-lcweb" if config.secure_cookie else "lcweb"


def register(app: Flask, config: Settings) -> None:
    app.secret_key = config.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=20,  # of the one form that sends a file
        SESSION_COOKIE_NAME=cookie_name(config),
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookie,
        WTF_CSRF_TIME_LIMIT=None,  # the session's end is the form's end; an hour would swallow long letters
        WTF_I18N_ENABLED=False,
    )
    app.url_map.converters["id"] = IdConverter
    metrics.register(app)
    requests.register(app, config)  # first, so that every answer has a number and is told of
    session.register(app)
    unchanged.register(app, config)  # before headers: within what is done for a proxy
    headers.register(app, config)  # before access: a guessed request is nobody's activity
    access.register(app)
    errors.register(app)
    filters.register(app)  # after errors: its form token instead of Flask-WTF's
    help.register(app)
    outbox.register(app)
    providers.register(app, config)
    pages = (
        access_log, account, administration, archive, calendar, commissions, compose, drafts, follow_up, health, help,
        imports, inbox, invitations, keeping, log_extracts, log_reviews, mail_wording, members, metrics, morning,
        operation, organizations, outbox, people, phrases, poll, print, providers, readings, recipient_lists,
        recipients, reports, search, second_factor, sessions, settings, sign_in, sign_in_steps, suggestions, threads,
        units, well_known,
    )  # fmt: skip
    for page in pages:
        app.register_blueprint(page.blueprint)
