"""Mails: their words from `templates/email/`, and the two ways they leave the house. The only `smtplib`."""

import os
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from itertools import count
from pathlib import Path
from threading import get_ident
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lcweb.config import ROOT, Settings
from lcweb.domain import mail_wording
from lcweb.domain.mail_wording import Wording
from lcweb.domain.reminders import Kind
from lcweb.domain.workdays import local

TIMEOUT = 10  # seconds for each answer of the mail server
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LONGEST_REASON = 200  # characters
CLOSING = 421  # "service not available, closing transmission channel", whatever had been asked


class NotSent(Exception):
    """The mail did not leave; its text is the server's answer, one short line without credentials."""


class NothingLeaves(NotSent):
    """No mail would leave just now, whichever it is: the server cannot be spoken to, or takes none from us yet."""


class BadAddress(ValueError):
    """No mail can go to, or come from, this address."""


@dataclass(frozen=True, kw_only=True)
class MailFacts:
    """All that a mail may tell (M1). `unit_name`: of a reviewer's mail the organization's name. `required`: how many
    readings the day asks for, 0 where the mail is not about a unit.
    """

    unit_name: str
    count: int
    required: int
    sign_in_url: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """`key` makes the Message-ID, so that a repeat is known as one (M5). `sender` may carry a name before <address>."""

    sender: str
    address: str
    key: str
    at: datetime


class Transport(Protocol):
    def send(self, message: EmailMessage, *, name: str) -> None:
        """`name` is what a person finds the mail by where mails are files. Raises NotSent, or NothingLeaves."""


def render(kind: Kind, facts: MailFacts, envelope: Envelope, wording: Wording | None = None) -> EmailMessage:
    """A plain-text mail, in an administrator's `wording` or in the product's own. Raises BadAddress."""
    subject, body = _custom(wording, facts) if wording else _own(kind, facts)
    sender = _address(envelope.sender)
    message = EmailMessage(SMTP)
    message["From"] = sender
    message["To"] = _address(envelope.address)
    message["Subject"] = subject
    message["Date"] = local(envelope.at)
    message["Message-ID"] = f"<{envelope.key}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    return message


@dataclass(frozen=True, kw_only=True)
class Post:
    """What the settings say about mails. `admin` gets what nobody else has an address for (M4)."""

    transport: Transport
    sender: str
    admin: str | None
    sign_in_url: str


def post_of(settings: Settings) -> Post:
    """By a mail server, else into a folder of .eml files. ValueError when SMTP_URL or MAIL_FROM is unusable."""
    _check_sender(settings.mail_from)
    return Post(
        transport=SmtpTransport(settings.smtp_url) if settings.smtp_url else FolderTransport(settings.mail_folder),
        sender=settings.mail_from,
        admin=settings.admin_email,
        sign_in_url=f"{settings.base_url}/logga-in",
    )


class SmtpTransport:
    """`smtp://`, `smtp+starttls://` or `smtps://`, then `[user:password@]host[:port]`, percent-encoded.

    ValueError for another form; its text keeps the password to itself.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise ValueError("SMTP_URL must be smtp://, smtp+starttls:// or smtps:// and then a host")
        self.scheme, self.host, self.port = parts.scheme, parts.hostname, _port(parts)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, message: EmailMessage, *, name: str) -> None:
        with closing(self._ready()) as server:
            try:
                server.send_message(message)
            except (smtplib.SMTPException, OSError) as error:
                kind = NothingLeaves if _takes_none(error) else NotSent
                raise kind(self._reason(error)) from error
            with suppress(smtplib.SMTPException, OSError):
                server.quit()  # the mail is taken: a clumsy farewell must not make it go again

    def _ready(self) -> smtplib.SMTP:
        """Signed in, and nothing said of any mail yet. Raises NothingLeaves."""
        server = None
        try:
            server = self._connect()
            self._sign_in(server)
        except (smtplib.SMTPException, OSError) as error:
            if server:
                server.close()
            raise NothingLeaves(self._reason(error)) from error
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)
        server.ehlo_or_helo_if_needed()

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    def _reason(self, error: Exception) -> str:
        text = " ".join(_answer(error).split()) or type(error).__name__
        for secret in filter(None, (self.password, self.user)):
            text = text.replace(secret, "…")
        return text[:LONGEST_REASON]


class Withheld:
    """In place of a transport by which nothing leaves just now: the same answer, without waiting for it once more."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def send(self, message: EmailMessage, *, name: str) -> None:
        raise NothingLeaves(self.reason)


class FolderTransport:
    """One .eml file per mail, whole from the moment it has its name; none is written over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, name: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(bytes(message), name)
        except OSError as error:
            raise NothingLeaves(f"{self.folder}: {error.strerror}") from error

    def _write(self, data: bytes, name: str) -> None:
        draft = self.folder / f".{name}.{os.getpid()}.{get_ident()}"
        try:
            draft.write_bytes(data)
            self._keep(draft, name)
        finally:
            draft.unlink(missing_ok=True)

    def _keep(self, draft: Path, name: str) -> None:
        """A second mail of the same name gets a number."""
        for number in count(1):
            try:
                (self.folder / f"{name}{f'-{number}' if number > 1 else ''}.eml").hardlink_to(draft)
                return
            except FileExistsError:
                continue


def counted(number: int, one: str, many: str) -> str:
    """'1 ärende', '3 ärenden'."""
    return f"{number} {one if number == 1 else many}"


def own_wording(kind: Kind) -> Wording:
    """The product's own words with placeholders, for whoever wants to begin with them."""
    facts = {"unit_name": mail_wording.PLACEHOLDERS[kind][0], "count": mail_wording.COUNT, "required": 0,
             "sign_in_url": mail_wording.LINK}  # fmt: skip
    values = facts | {"counted": lambda _number, _one, many: _PLACEHOLDER_OF[many]}
    return mail_wording.tidy(Wording(*(_template(kind, part).render(values) for part in ("subject", "body"))))


#: What the templates count → what stands for it in an administrator's words.
_PLACEHOLDER_OF = {
    "ärenden": mail_wording.THREADS,
    "ärenden är försenade": mail_wording.OVERDUE,
    "avläsningar": mail_wording.READINGS,
    "gånger": mail_wording.TIMES,
    "dagar": mail_wording.DAYS,
}


def _own(kind: Kind, facts: MailFacts) -> Wording:
    subject, body = (_template(kind, part).render(asdict(facts)) for part in ("subject", "body"))
    return Wording(subject.strip(), body)


def _custom(wording: Wording, facts: MailFacts) -> Wording:
    """By plain replacement: nothing that an administrator has written is ever run."""
    values = {
        mail_wording.UNIT: facts.unit_name,
        mail_wording.ORGANIZATION: facts.unit_name,
        mail_wording.PLACE: facts.unit_name,
        mail_wording.LINK: facts.sign_in_url,
        mail_wording.COUNT: str(facts.count),
        mail_wording.THREADS: counted(facts.count, "ärende", "ärenden"),
        mail_wording.OVERDUE: counted(facts.count, "ärende är försenat", "ärenden är försenade"),
        mail_wording.READINGS: counted(facts.count, "avläsning", "avläsningar"),
        mail_wording.TIMES: counted(facts.required, "gång", "gånger"),
        mail_wording.DAYS: counted(facts.count, "dag", "dagar"),
    }
    subject, body = (mail_wording.filled(part, values) for part in wording)
    return Wording(" ".join(subject.split()), f"{body}\n")


def _template(kind: Kind, part: str) -> Template:
    return _environment().get_template(f"{kind}/{part}.txt")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "email"),
        autoescape=False,  # plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["counted"] = counted
    return environment


def _address(written: str) -> Address:
    """One address, plain ASCII: the e-mail package would let some control characters through into a header."""
    name, spec = parseaddr(written) if "<" in written else ("", written)
    if not (written.isprintable() and spec.isascii() and "@" in spec):
        raise BadAddress("unusable address")
    try:
        return Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError, MessageError) as error:
        raise BadAddress("unusable address") from error


def _check_sender(written: str) -> None:
    try:
        _address(written)
    except BadAddress:
        raise ValueError(f"MAIL_FROM is no mail address: {written}") from None


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise ValueError("SMTP_URL: the port must be a number") from None


def _takes_none(error: Exception) -> bool:
    """The server is closing, or refuses the sender for now: the next mail would be told the same."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == CLOSING for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code < 500
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == CLOSING


def _answer(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {_decoded(text)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error)


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
