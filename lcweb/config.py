"""Settings from the environment and `instance/lcweb.toml`: read once, checked together, frozen."""

import hmac
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lcweb import provider_settings
from lcweb.assets import AssetMode
from lcweb.domain.providers import Provider
from lcweb.domain.rules import Rules
from lcweb.domain.second_factor import Policy
from lcweb.domain.settings import READERS, positive
from lcweb.logs import LogFormat, log_level
from lcweb.network import LOOPBACK, LOOPBACK_NAMES, Network, contact, host_of, hosts, networks, proxies

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "LCWEB_"


#: The routine's sources as the routine itself names them (2024-03-05), in the form of the setting.
ROUTINE_LINKS = """
Manual för närsjukvård och psykiatrisk öppenvård=https://vardgivare.regionhalland.se/app/uploads/2021/06/\
Manual-narsjukvard-psyk-OV-Enstaka-hembesok-och-In-o-utskrivning-fran-hemsjukvard.docx;
Manual för kommunen=https://vardgivare.regionhalland.se/app/uploads/2021/06/\
Manual-Kommunen-Enstaka-hembesok-och-In-och-utskrivning-i-hemsjukvard.docx;
Kommunernas mottagare av meddelanden=https://vardgivare.regionhalland.se/app/uploads/2020/10/\
Mottagare-av-Meddelanden-f%C3%B6r-Enstaka-hembes%C3%B6k-och-initiering-Hemsjukv%C3%A5rd.pdf;
Anvisning för vård- och omsorgsplanering i öppenvård och samverkan vid utskrivning=https://vardgivare.regionhalland.se/\
app/plugins/region-halland-api-styrda-dokument/download/get_dokument.php?documentGUID=RH-11552;
Samverkansrutin för vård- och omsorgsplanering och utskrivningsplanering=https://vardgivare.regionhalland.se/\
app/plugins/region-halland-api-styrda-dokument/download/get_dokument.php?documentGUID=RH-12396
"""
SUPERVISOR = "Myndigheten för digital förvaltning (Digg)=https://www.digg.se/tdosanmalan"
#: What a key derived from another is for. It can never change: the sealed rows would no longer fit.
DERIVED_FOR = b"lcweb access log"
CODES_DERIVED_FOR = b"lcweb second factor"


class BadSettings(Exception):
    """Every fault in the settings, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The settings are not usable:", *(f"  - {fault}" for fault in faults)]))
        self.faults = faults


class Link(NamedTuple):
    """A page of somebody else's, which may move: always https."""

    title: str
    address: str


def _links(raw: str) -> tuple[Link, ...]:
    """`Title=https://…`, with `;` between; `Title=` is left out."""
    links = (_link(part.strip()) for part in raw.split(";") if part.strip())
    return tuple(link for link in links if link.address)


def _link(raw: str) -> Link:
    title, equals, address = (part.strip() for part in raw.partition("="))
    parts = urlsplit(address)  # raises ValueError for a broken host
    usable = parts.scheme == "https" and parts.hostname and address.isprintable() and " " not in address
    if not (title and equals and (usable or not address)):
        raise ValueError("must be Title=https://…, with ; between several")
    return Link(title, address)


def _one_link(raw: str) -> Link | None:
    links = _links(raw)
    if len(links) > 1:
        raise ValueError("must be one Title=https://…")
    return links[0] if links else None


DEFAULT_LINKS, DEFAULT_SUPERVISOR = _links(ROUTINE_LINKS), _one_link(SUPERVISOR)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Times of day are Stockholm time. `secret_key` signs cookies and form tokens, `log_key` seals the access log."""

    instance: Path
    secret_key: str
    database_url: str
    database_connections: int = 6
    log_key: str | None = None
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
    second_factor: Policy = Policy.OFFERED
    second_factor_key: str | None = None
    provider: str | None = None
    routine_links: tuple[Link, ...] = DEFAULT_LINKS
    accessibility_email: str | None = None
    accessibility_supervisor: Link | None = DEFAULT_SUPERVISOR
    identity_providers: tuple[Provider, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    proxies: int | None = None  # None: nobody has said
    security_contact: str | None = None
    log_format: LogFormat = LogFormat.TEXT
    log_level: str = "INFO"
    metrics_from: tuple[Network, ...] = LOOPBACK
    backup_folder: Path | None = None
    rules: Rules = field(default_factory=Rules)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def over_tls(self) -> bool:
        """As browsers see it, whoever speaks TLS with them."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """The names that the app answers to."""
        return [*(self.trusted_hosts or (host_of(self.base_url),)), *LOOPBACK_NAMES]

    @property
    def feedback_email(self) -> str | None:
        """Where shortcomings of accessibility are reported."""
        return self.accessibility_email or self.admin_email

    @property
    def sealing_key(self) -> bytes:
        """`log_key`, or one derived from `secret_key`: in hex, so that it can be made the `log_key` and stay (L2)."""
        return (self.log_key or self._derived(DERIVED_FOR)).encode()

    @property
    def codes_key(self) -> bytes:
        """`second_factor_key`, or one derived likewise: what the secrets of second factors are sealed with."""
        return (self.second_factor_key or self._derived(CODES_DERIVED_FOR)).encode()

    def _derived(self, purpose: bytes) -> str:
        return hmac.new(self.secret_key.encode(), purpose, "sha256").hexdigest()

    @property
    def anchor_file(self) -> Path:
        """Where the access log's head is noted once a day (L2)."""
        return self.instance / "log-anchors.txt"

    @property
    def metrics_folder(self) -> Path:
        """Where the app's processes count together."""
        return self.instance / "metrics"

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


def _key(raw: str) -> str:
    if len(raw.strip()) < 32:
        raise ValueError("give at least 32 random characters")
    return raw.strip()


def _email(raw: str) -> str:
    name, _, domain = raw.strip().rpartition("@")
    if not name or not domain or len(raw.split()) != 1:
        raise ValueError("must be one mail address")
    return raw.strip()


def _yes_no(raw: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if raw.strip().lower() not in words:
        raise ValueError("must be 1 or 0")
    return words[raw.strip().lower()]


def _folder(raw: str) -> Path:
    if not Path(raw.strip()).is_absolute():
        raise ValueError("must be a folder from / on")
    return Path(raw.strip())


def _url(raw: str) -> str:
    if "://" not in raw:
        raise ValueError("must be an address with a scheme, such as https://…")
    return raw.strip().rstrip("/")


def _count(raw: str) -> int:
    if not (raw.strip().isascii() and raw.strip().isdecimal() and 0 < int(raw) < 1000):
        raise ValueError("must be a whole number from 1 to 999")
    return int(raw)


SETTINGS = (
    Setting("DATABASE_URL", "SQLite in `instance/lcweb.db`", "`postgresql+psycopg://…` for several machines", _url),
    Setting("DATABASE_CONNECTIONS", "6", "connections of a process to the database, at most; 2 more for polls", _count),
    Setting("SECRET_KEY", "none outside demo", "signs cookies and forms; at least 32 characters", _text),
    Setting(
        "LOG_KEY",
        "derived from `LCWEB_SECRET_KEY`",
        "seals the access log (L2): at least 32 characters, for good",
        _key,
    ),
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
    Setting("POLL_SECONDS", "15", "how often an open page asks for news", positive),
    Setting("IDLE_MINUTES", "30", "a session ends after this long without a deliberate request", positive),
    Setting("SESSION_HOURS", "12", "a session ends after this long whatever happens", positive),
    Setting("SECURE_COOKIE", "1, in demo 0", "cookies only over TLS", _yes_no),
    Setting(
        "SECOND_FACTOR",
        "offered",
        "`off`, `offered` or `required`: signing in in two steps, for who has a password",
        Policy,
    ),
    Setting(
        "SECOND_FACTOR_KEY",
        "derived from `LCWEB_SECRET_KEY`",
        "seals what the codes are made from: at least 32 characters",
        _key,
    ),
    Setting("PROVIDER", "none", "the public body that offers the service, named in the accessibility statement", _text),
    Setting(
        "ROUTINE_LINKS",
        "the routine's sources of 2024",
        "`Title=https://…;Title=https://…` under *Hjälp och rutin*; `Title=` shows none",
        _links,
    ),
    Setting("ACCESSIBILITY_EMAIL", "`LCWEB_ADMIN_EMAIL`", "where shortcomings of accessibility are reported", _email),
    Setting(
        "ACCESSIBILITY_SUPERVISOR", "Digg and its form", "`Title=https://…`: where a complaint can be made", _one_link
    ),
    Setting("TRUSTED_HOSTS", "the host of `LCWEB_BASE_URL`", "`a.example, b.example`: names the app answers to", hosts),
    Setting("PROXIES", "none; to be stated outside demo", "proxies in front that are believed; 0: no proxy", proxies),
    Setting("SECURITY_CONTACT", "none", "whom a finder of faults writes to, in `/.well-known/security.txt`", contact),
    Setting("LOG_FORMAT", "text", "`text`, or `json`: one object for each line", LogFormat),
    Setting("LOG_LEVEL", "INFO", "`DEBUG` (polls too), `INFO`, `WARNING` or `ERROR`", log_level),
    Setting("METRICS_FROM", "127.0.0.0/8, ::1", "networks that may read `/matt`, with commas between", networks),
    Setting("BACKUP_FOLDER", "none", "where backups are put, so that `/matt` tells the newest one's age", _folder),
)

RULE_SETTINGS = tuple(
    Setting(name, default, about, READERS[name.lower()])
    for name, default, about in (
        ("ANSWER_DAYS", "3", "working days to answer (T5)"),
        ("CALLBACK_DAYS", "10", "the latest working day that a unit may promise with Återkommer (B2)"),
        ("RETURN_DAYS", "1", "working days for the sender to deal with a returned thread"),
        ("READINGS_PER_DAY", "2", "readings asked for each working day (A2)"),
        ("READING_GAP", "60", "minutes between two counted readings (A2)"),
        ("READING_RULE", "spaced", "`spaced`, or `am_pm`: one before and one after 12.00 (A2)"),
        ("FIRST_REMINDER", "11:00", "mail when no reading is counted (A3)"),
        ("SECOND_REMINDER", "15:00", "mail when readings are missing (A3)"),
        ("HALF_DAY_REMINDER", "10:30", "the only reading reminder of a half day (A3)"),
        ("SHORTFALL_AT", "08:30", "line to the unit manager the next working morning (A3)"),
        ("HALF_DAY_CLOSES", "12:00", "closing time of a half day (T2)"),
        ("DRAFT_DAYS", "14", "days that a draft is kept after it was last saved"),
        ("REVIEW_DAYS", "30", "days without an ended log review until the reviewers are reminded (L3)"),
        ("ESCALATE_MANAGER_DAYS", "0", "working days after the due day until the manager is told; 0: at once (B4)"),
        ("ESCALATE_ORGANIZATION_DAYS", "3", "working days after the due day until the organization is told; 0: never"),
    )
)


def load(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> Settings:
    """The environment wins over `lcweb.toml`. Raises BadSettings with every fault at once."""
    settings, faults = read(environ, instance)
    if faults:
        raise BadSettings(faults)
    return settings


def read(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> tuple[Settings, list[str]]:
    """The settings as far as they can be used, and every fault."""
    environ = os.environ if environ is None else environ
    instance = instance or Path(environ.get(PREFIX + "INSTANCE", ROOT / "instance"))
    faults: list[str] = []
    raw = _from_file(instance / "lcweb.toml", faults) | _from_environment(environ, faults)
    values = _read(SETTINGS, raw, faults)
    rules = Rules(**_read(RULE_SETTINGS, raw, faults))
    values["identity_providers"] = provider_settings.read(raw, faults, PREFIX)
    values.setdefault("database_url", f"sqlite:///{instance.resolve() / 'lcweb.db'}")
    values.setdefault("secure_cookie", not values.get("demo", False))
    _check_secret(values, faults)
    return Settings(instance=instance.resolve(), rules=rules, **{"secret_key": "", **values}), faults


def _from_file(path: Path, faults: list[str]) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: {error}")
        return {}
    return _known({name.upper(): _plain(value) for name, value in _flat(found)}, path.name, faults)


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """`[oidc.siths]` with `issuer` is `oidc_siths_issuer`."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}_")
        else:
            yield before + name, value


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_environment(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    ours = {name.removeprefix(PREFIX): value for name, value in environ.items() if name.startswith(PREFIX)}
    ours = {name: value for name, value in ours.items() if not name.startswith("TEST_") and name != "INSTANCE"}
    return _known(ours, "environment", faults)


def _known(raw: dict[str, str], source: str, faults: list[str]) -> dict[str, str]:
    names = {setting.name for setting in SETTINGS + RULE_SETTINGS} | set(filter(provider_settings.is_one, raw))
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
