"""HTTP only: parse, ask permission, call one verb or query, render."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from lcweb.config import Settings
from lcweb.web import (
    access,
    access_log,
    account,
    administration,
    calendar,
    compose,
    drafts,
    errors,
    filters,
    headers,
    health,
    help,
    imports,
    inbox,
    invitations,
    mail_wording,
    members,
    organizations,
    outbox,
    people,
    phrases,
    poll,
    print,
    readings,
    recipient_lists,
    recipients,
    search,
    second_factor,
    session,
    settings,
    sign_in,
    sign_in_steps,
    suggestions,
    threads,
    units,
)  # fmt: skip


class IdConverter(IntegerConverter):
    """A row's number; one too large for the database is simply an address that does not exist."""

    def __init__(self, url_map: object) -> None:
        super().__init__(url_map, min=1, max=2_147_483_647)


def register(app: Flask, config: Settings) -> None:
    app.secret_key = config.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        SESSION_COOKIE_NAME="lcweb",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookie,
        WTF_CSRF_TIME_LIMIT=None,  # the session's end is the form's end; an hour would swallow long letters
        WTF_I18N_ENABLED=False,
    )
    app.url_map.converters["id"] = IdConverter
    session.register(app)
    headers.register(app, config)  # before access: a guessed request is nobody's activity
    access.register(app)
    filters.register(app)
    errors.register(app)
    help.register(app)
    outbox.register(app)
    pages = (
        access_log, account, administration, calendar, compose, drafts, health, help, imports, inbox, invitations,
        mail_wording, members, organizations, outbox, people, phrases, poll, print, readings, recipient_lists,
        recipients, search, second_factor, settings, sign_in, sign_in_steps, suggestions, threads, units,
    )  # fmt: skip
    for page in pages:
        app.register_blueprint(page.blueprint)
