"""Settings from the environment and `instance/lcweb.toml`: read once, checked together, frozen."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from lcweb.assets import AssetMode
from lcweb.domain.rules import ReadingRule, Rules

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "LCWEB_"


class BadSettings(Exception):
    """Every fault in the settings, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The settings are not usable:", *(f"  - {fault}" for fault in faults)]))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Times of day are Stockholm time. `secret_key` signs cookies and form tokens."""

    instance: Path
    secret_key: str
    database_url: str
    demo: bool = False
    base_url: str = "http://127.0.0.1:5000"
    smtp_url: str | None = None
    mail_from: str = "vardmeddelanden@localhost"
    admin_email: str | None = None
    assets: AssetMode = AssetMode.LOCAL
    cdn_url: str = "https://cdn.jsdelivr.net/npm"
    poll_seconds: float = 15
    idle_minutes: float = 30
    session_hours: float = 12
    secure_cookie: bool = True
    rules: Rules = field(default_factory=Rules)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def mail_folder(self) -> Path:
        return self.instance / "mail"


@dataclass(frozen=True)
class Setting:
    """One line of the README's table; a test compares the two. `default` is shown, not parsed."""

    name: str
    default: str
    about: str
    read: Callable[[str], Any]


def _text(raw: str) -> str:
    if not raw.strip():
        raise ValueError("is empty")
    return raw.strip()


def _yes_no(raw: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if raw.strip().lower() not in words:
        raise ValueError("must be 1 or 0")
    return words[raw.strip().lower()]


def _positive(raw: str) -> float:
    number = float(raw)
    if not 0 < number < 1_000_000:
        raise ValueError("must be a number above 0")
    return number


def _count(raw: str) -> int:
    if not 1 <= int(raw) <= 60:
        raise ValueError("must be a whole number from 1 to 60")
    return int(raw)


def _minutes(raw: str) -> timedelta:
    return timedelta(minutes=_positive(raw))


def _clock(raw: str) -> time:
    try:
        found = time.fromisoformat(raw.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise ValueError("must be a time of day in Stockholm, such as 11:00")
    return found


def _url(raw: str) -> str:
    if "://" not in raw:
        raise ValueError("must be an address with a scheme, such as https://…")
    return raw.strip().rstrip("/")


SETTINGS = (
    Setting("DATABASE_URL", "SQLite in `instance/lcweb.db`", "`postgresql+psycopg://…` for several machines", _url),
    Setting("SECRET_KEY", "none outside demo", "signs cookies and forms; at least 32 characters", _text),
    Setting("DEMO", "0", "1: demo data and demo accounts are accepted", _yes_no),
    Setting("BASE_URL", "http://127.0.0.1:5000", "the address that mails link to", _url),
    Setting(
        "SMTP_URL", ".eml files in `instance/mail/`", "`smtp://user:word@host:25`, `smtp+starttls://`, `smtps://`", _url
    ),
    Setting("MAIL_FROM", "vardmeddelanden@localhost", "sender of every mail", _text),
    Setting("ADMIN_EMAIL", "none", "last resort when a unit and its organization lack an address (M4)", _text),
    Setting("ASSETS", "local", "`local` or `cdn`: where browsers fetch htmx and the design system", AssetMode),
    Setting(
        "CDN_URL", "https://cdn.jsdelivr.net/npm", "used when ASSETS is `cdn`; same versions, same integrity", _url
    ),
    Setting("POLL_SECONDS", "15", "how often an open page asks for news", _positive),
    Setting("IDLE_MINUTES", "30", "a session ends after this long without a deliberate request", _positive),
    Setting("SESSION_HOURS", "12", "a session ends after this long whatever happens", _positive),
    Setting("SECURE_COOKIE", "1, in demo 0", "cookies only over TLS", _yes_no),
)

RULE_SETTINGS = (
    Setting("ANSWER_DAYS", "3", "working days to answer (T5)", _count),
    Setting("READINGS_PER_DAY", "2", "readings asked for each working day (A2)", _count),
    Setting("READING_GAP", "60", "minutes between two counted readings (A2)", _minutes),
    Setting("READING_RULE", "spaced", "`spaced`, or `am_pm`: one before and one after 12.00 (A2)", ReadingRule),
    Setting("FIRST_REMINDER", "11:00", "mail when no reading is counted (A3)", _clock),
    Setting("SECOND_REMINDER", "15:00", "mail when readings are missing (A3)", _clock),
    Setting("HALF_DAY_REMINDER", "10:30", "the only reading reminder of a half day (A3)", _clock),
    Setting("SHORTFALL_AT", "08:30", "line to the unit manager the next working morning (A3)", _clock),
    Setting("HALF_DAY_CLOSES", "12:00", "closing time of a half day (T2)", _clock),
)


def load(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> Settings:
    """The environment wins over `lcweb.toml`. Raises BadSettings with every fault at once."""
    environ = os.environ if environ is None else environ
    instance = instance or Path(environ.get(PREFIX + "INSTANCE", ROOT / "instance"))
    faults: list[str] = []
    raw = _from_file(instance / "lcweb.toml", faults) | _from_environment(environ, faults)
    values = _read(SETTINGS, raw, faults)
    rules = Rules(**_read(RULE_SETTINGS, raw, faults))
    values.setdefault("database_url", f"sqlite:///{instance.resolve() / 'lcweb.db'}")
    values.setdefault("secure_cookie", not values.get("demo", False))
    _check_secret(values, faults)
    if faults:
        raise BadSettings(faults)
    return Settings(instance=instance.resolve(), rules=rules, **values)


def _from_file(path: Path, faults: list[str]) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: {error}")
        return {}
    return _known({name.upper(): _plain(value) for name, value in found.items()}, path.name, faults)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_environment(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    ours = {name.removeprefix(PREFIX): value for name, value in environ.items() if name.startswith(PREFIX)}
    ours = {name: value for name, value in ours.items() if not name.startswith("TEST_") and name != "INSTANCE"}
    return _known(ours, "environment", faults)


def _known(raw: dict[str, str], source: str, faults: list[str]) -> dict[str, str]:
    names = {setting.name for setting in SETTINGS + RULE_SETTINGS}
    faults.extend(f"{source}: there is no setting {PREFIX}{name}" for name in sorted(raw.keys() - names))
    return {name: value for name, value in raw.items() if name in names}


def _read(settings: tuple[Setting, ...], raw: dict[str, str], faults: list[str]) -> dict[str, Any]:
    values = {}
    for setting in settings:
        if setting.name in raw:
            try:
                values[setting.name.lower()] = setting.read(raw[setting.name])
            except ValueError as error:
                faults.append(f"{PREFIX}{setting.name}: {error}")
    return values


def _check_secret(values: dict[str, Any], faults: list[str]) -> None:
    """No secret has a default: `make setup` writes a random one for a demo, an operator writes their own."""
    if len(values.get("secret_key", "")) < 32:
        faults.append(f"{PREFIX}SECRET_KEY: give at least 32 random characters (`make setup` makes a demo's)")
