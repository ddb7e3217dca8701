"""Whether this configuration may carry real patients' messages: every reason why not, at once (outside demo)."""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pysqlite3
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask.helpers import get_debug_flag
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from lcweb import assets
from lcweb.assets import AssetMode
from lcweb.config import PREFIX, BadSettings, Settings
from lcweb.db import engine_options, is_sound
from lcweb.demo.accounts import DEMO_ACCOUNTS, HSA_PREFIX
from lcweb.domain.people import DEMO_PASSWORD
from lcweb.mail import post_of
from lcweb.models import Unit, User
from lcweb.network import host_of, is_loopback
from lcweb.services.passwords import HASHER

log = logging.getLogger(__name__)

FEWEST_CHARACTERS = 12  # different ones, of a random key of 32
KNOWN_WORDS = ("random characters", "changeme", "change-me", "secret_key", "password", "0123456789", "abcdefgh")


class Facts(NamedTuple):
    """What is there, besides the settings. `demo_accounts`: usernames that the demo's password opens."""

    debug: bool = False
    sqlite: str | None = None  # the version, where it is an affected one
    readable: tuple[str, ...] = ()  # files with secrets or patients that every user of the machine can read
    demo_accounts: tuple[str, ...] = ()
    demo_units: int = 0
    browser_files: tuple[str, ...] = ()  # that are not the pinned ones, or not there


def require_safe(settings: Settings, faults: list[str]) -> None:
    """Raises BadSettings with these faults and those of production. What is only unwise is logged."""
    if settings.demo:
        found, unwise = [], []
    else:
        found, unwise = list(faults_of(settings, facts_of(settings))), list(warnings_of(settings))
    if faults or found:
        raise BadSettings([*faults, *found])
    for warning in unwise:
        log.warning("%s", warning)


def faults_of(settings: Settings, facts: Facts) -> Iterator[str]:
    """One line each: what is wrong, and what to do."""
    yield from _keys(settings)
    yield from _transport(settings)
    yield from _mail(settings)
    if facts.debug:
        yield "FLASK_DEBUG: is on; a fault's page would run code for whoever sees it. Unset it"
    if facts.sqlite:
        yield f"SQLite {facts.sqlite} can corrupt its write-ahead log: install the pinned packages (`make setup`)"
    for name in facts.readable:
        yield f"{name}: can be read by everybody on this machine. `chmod o= {name}`"
    if facts.demo_accounts:
        yield f"the database has the demo's accounts ({', '.join(facts.demo_accounts)}): begin with an empty one"
    if facts.demo_units:
        yield f"the database has the demo's units ({facts.demo_units}): begin with an empty one"
    if facts.browser_files:
        yield f"static/vendor: {', '.join(facts.browser_files)} missing or changed; unpack the release anew"


def _keys(settings: Settings) -> Iterator[str]:
    if settings.secret_key and _is_weak(settings.secret_key):
        yield f'{PREFIX}SECRET_KEY: is no random key. `python -c "import secrets; print(secrets.token_urlsafe(48))"`'
    if settings.log_key and _is_weak(settings.log_key):
        yield f"{PREFIX}LOG_KEY: is no random key. Make one as for SECRET_KEY, before `prepare`"
    if settings.second_factor_key and _is_weak(settings.second_factor_key):
        yield f"{PREFIX}SECOND_FACTOR_KEY: is no random key. Make one as for SECRET_KEY"
    if settings.log_key and settings.log_key == settings.secret_key:
        yield f"{PREFIX}LOG_KEY: is the same as SECRET_KEY; whoever knows the one must not know the other"


def _is_weak(key: str) -> bool:
    return len(set(key)) < FEWEST_CHARACTERS or any(word in key.lower() for word in KNOWN_WORDS)


def _transport(settings: Settings) -> Iterator[str]:
    if not settings.over_tls:
        yield f"{PREFIX}BASE_URL: must be the https:// address that browsers use, not {settings.base_url}"
    elif is_loopback(host_of(settings.base_url)) or not host_of(settings.base_url):
        yield f"{PREFIX}BASE_URL: must be the address that browsers use, not {settings.base_url}"
    if settings.trusted_hosts and host_of(settings.base_url) not in settings.trusted_hosts:
        yield f"{PREFIX}TRUSTED_HOSTS: lacks the host of {PREFIX}BASE_URL, which the mails link to"
    if _url(settings.database_url) is None:
        yield f"{PREFIX}DATABASE_URL: is no address of a database"
    if settings.proxies is None:
        yield f"{PREFIX}PROXIES: say how many proxies stand in front; 0 when the app's own server speaks TLS"
    if not settings.secure_cookie:
        yield f"{PREFIX}SECURE_COOKIE: must be 1; a cookie over plain http can be taken"
    if any(network.prefixlen == 0 for network in settings.metrics_from):
        yield f"{PREFIX}METRICS_FROM: is open to everybody; name the networks of those who watch"


def _mail(settings: Settings) -> Iterator[str]:
    try:
        post_of(settings)
    except ValueError as error:  # without the address, which may hold a password
        yield f"{PREFIX}{error}"


def warnings_of(settings: Settings) -> Iterator[str]:
    """What is unwise and may be meant."""
    if settings.log_key is None:
        yield f"{PREFIX}LOG_KEY is not set: it is derived from SECRET_KEY, which can then never be changed"
    if settings.smtp_url is None:
        yield f"{PREFIX}SMTP_URL is not set: no reminder reaches anybody"
    elif settings.smtp_url.startswith("smtp://") and not is_loopback(host_of(settings.smtp_url)):
        yield f"{PREFIX}SMTP_URL: mails go to another machine without TLS; use smtp+starttls:// or smtps://"
    if settings.admin_email is None:
        yield f"{PREFIX}ADMIN_EMAIL is not set: mails of units without an address are lost (M4)"
    if settings.security_contact is None:
        yield f"{PREFIX}SECURITY_CONTACT is not set: who finds a fault does not know whom to tell"
    if settings.assets is AssetMode.CDN:
        yield f"{PREFIX}ASSETS is cdn: the CDN learns the staff's addresses"


# What is there --------------------------------------------------------------------------------------------------------


def facts_of(settings: Settings) -> Facts:
    """Looks, and changes nothing. A database that does not answer is no fault of the configuration."""
    local = settings.assets is AssetMode.LOCAL
    changed = tuple(assets.missing(assets.VENDOR)) if local else ()
    facts = Facts(debug=get_debug_flag(), readable=tuple(_readable(settings)), browser_files=changed)
    url = _url(settings.database_url)
    if url is None:
        return facts
    if url.get_backend_name() == "sqlite":
        if not is_sound():
            return facts._replace(sqlite=pysqlite3.sqlite_version)
        if not url.database or not Path(url.database).exists():
            return facts
    engine = create_engine(url, poolclass=NullPool, **engine_options(settings.database_url))
    with suppress(SQLAlchemyError), engine.connect() as connection:
        return _with_traces(facts, connection.execution_options(readonly=True))
    return facts


def _url(raw: str) -> URL | None:
    """None: no database is reached by it."""
    try:
        url = make_url(raw)
        url.get_dialect()
    except (ArgumentError, ImportError, ValueError):
        return None
    return url


def _with_traces(facts: Facts, connection: Connection) -> Facts:
    """Of a demo that was made here once."""
    if not inspect(connection).has_table(User.__tablename__):
        return facts
    names = [name for name, _ in DEMO_ACCOUNTS]
    rows = connection.execute(
        select(User.username, User.password_hash).where(User.username.in_(names), User.ended_at.is_(None))
    ).all()
    opened = {hashed for hashed in {row.password_hash for row in rows} if _is_demo(hashed)}
    units = connection.scalars(select(Unit.id).where(Unit.hsa_id.startswith(HSA_PREFIX), Unit.closed_at.is_(None)))
    return facts._replace(
        demo_accounts=tuple(sorted(row.username for row in rows if row.password_hash in opened)),
        demo_units=len(units.all()),
    )


def _is_demo(password_hash: str) -> bool:
    try:
        return HASHER.verify(password_hash, DEMO_PASSWORD)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _readable(settings: Settings) -> Iterator[str]:
    """A folder that others may not enter keeps everything in it; one that they may write in keeps nothing."""
    folder = settings.instance
    if folder.exists() and _mode(folder) & stat.S_IWOTH:
        yield str(folder)
    url = _url(settings.database_url)
    database = Path(url.database) if url and url.get_backend_name() == "sqlite" and url.database else None
    for path in (folder / "lcweb.toml", database):
        if path and path.exists() and _mode(path.parent) & stat.S_IXOTH and _mode(path) & stat.S_IROTH:
            yield str(path)


def _mode(path: Path) -> int:
    return os.stat(path).st_mode
