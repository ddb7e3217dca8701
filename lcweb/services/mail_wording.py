"""How a reminder mail would go out: shown, and sent to oneself. Its wording is changed by `services.settings`."""

from datetime import datetime
from email.message import EmailMessage
from uuid import uuid4

from lcweb.domain import mail_wording
from lcweb.domain.errors import Refused
from lcweb.domain.mail_wording import Wording
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.reminders import Kind
from lcweb.domain.workdays import local
from lcweb.mail import Envelope, MailFacts, Post, render

EXAMPLE_UNIT, EXAMPLE_ORGANIZATION = "Hemsjukvård Exempel", "Exempelkommunen"
EXAMPLE_ADDRESS = "hemsjukvard.exempel@vard.example"
TEST = "Provutskick: "


def example(kind: Kind, wording: Wording | None, *, post: Post, now: datetime, address: str) -> EmailMessage:
    """As it would go out to a unit with three threads or two readings missing, or to reviewers after 34 days.

    Raises Refused, BadAddress.
    """
    _check(kind, wording)
    facts = MailFacts(unit_name=_example_name(kind), count=_example_count(kind), required=2,
                      sign_in_url=post.sign_in_url)  # fmt: skip
    envelope = Envelope(sender=post.sender, address=address, key=uuid4().hex, at=now)
    return render(kind, facts, envelope, mail_wording.tidy(wording) if wording else None)


def send_test(actor: Actor, kind: Kind, wording: Wording | None, *, post: Post, now: datetime, address: str) -> None:
    """The example, at once and to the actor's own address. Raises NotAllowed, Refused, BadAddress, NotSent."""
    actor.require(Act.EDIT_SETTINGS)
    message = example(kind, wording, post=post, now=now, address=address)
    subject = message["Subject"]
    message.replace_header("Subject", f"{TEST}{subject}")
    post.transport.send(message, name=f"{local(now):%Y-%m-%dT%H%M%S}-provutskick-{kind}-{actor.user_id}")


def _example_name(kind: Kind) -> str:
    return EXAMPLE_ORGANIZATION if kind is Kind.LOG_REVIEW else EXAMPLE_UNIT


def _example_count(kind: Kind) -> int:
    if kind is Kind.LOG_REVIEW:
        return 34
    return 2 if mail_wording.READINGS in mail_wording.PLACEHOLDERS[kind] else 3


def _check(kind: Kind, wording: Wording | None) -> None:
    problems = mail_wording.problems(kind, wording) if wording else {}
    if problems:
        raise Refused(problems)
