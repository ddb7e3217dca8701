"""M1, M5: whole mails, and what may never be in one."""

from dataclasses import fields
from email import message_from_bytes, policy

import pytest
from jinja2 import UndefinedError

from lcweb import mail
from lcweb.domain.reminders import Kind
from lcweb.mail import BadAddress, Envelope, MailFacts, render
from tests.at import at

FACTS = MailFacts(unit_name="Hemsjukvård Östra Å", count=1, required=2, sign_in_url="https://lcweb.test/logga-in")
ENVELOPE = Envelope(
    sender="Vårdmeddelanden <paminnelser@region.test>",
    address="enhet@kommun.test",
    key="0123456789abcdef",
    at=at("Mon 2026-11-23 11:05"),
)


def rendered(kind: Kind, *, count: int = 1, required: int = 2) -> str:
    facts = MailFacts(unit_name=FACTS.unit_name, count=count, required=required, sign_in_url=FACTS.sign_in_url)
    message = render(kind, facts, ENVELOPE)
    headers = "".join(f"{name}: {value}\n" for name, value in message.items())
    return f"{headers}\n{message.get_content()}".replace("\r\n", "\n")


def words(kind: Kind, *, count: int = 1, required: int = 2) -> tuple[str, str]:
    """Subject and body, without what every mail has."""
    message = message_from_bytes(rendered(kind, count=count, required=required).encode(), policy=policy.default)
    body = rendered(kind, count=count, required=required).partition("\n\n")[2]
    end = "\nVårdmeddelanden skickar mejlet automatiskt. Svara inte på det.\n"
    assert body.endswith(end)
    return message["Subject"], body.removesuffix(end)


def test_a_whole_mail() -> None:
    assert rendered(Kind.READING_FIRST, count=2) == (
        """\
From: Vårdmeddelanden <paminnelser@region.test>
To: enhet@kommun.test
Subject: Ingen har läst av inkorgen i dag
Date: Mon, 23 Nov 2026 11:05:00 +0100
Message-ID: <0123456789abcdef@region.test>
Auto-Submitted: auto-generated
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

Hej!

Ingen har läst av inkorgen för Hemsjukvård Östra Å i dag.

Logga in och läs av den nu:
https://lcweb.test/logga-in

Inkorgen ska läsas av minst 2 gånger varje vardag, även om inget nytt har kommit.

Vårdmeddelanden skickar mejlet automatiskt. Svara inte på det.
"""
    )


def test_as_it_travels_a_mail_is_ascii_with_lines_that_fit() -> None:
    for kind in Kind:
        made = render(kind, FACTS, ENVELOPE)
        data = bytes(made)
        assert data.isascii()
        assert all(line.endswith(b"\r\n") and len(line) <= 80 for line in data.splitlines(keepends=True))
        arrived = message_from_bytes(data, policy=policy.default)
        assert arrived["Subject"] == made["Subject"]
        assert arrived.get_content().replace("\r\n", "\n") == made.get_content()


def test_on_a_half_day_one_reading_is_enough() -> None:
    assert words(Kind.READING_FIRST, required=1) == (
        "Ingen har läst av inkorgen i dag",
        """\
Hej!

Ingen har läst av inkorgen för Hemsjukvård Östra Å i dag.

Logga in och läs av den nu:
https://lcweb.test/logga-in

I dag räcker det med en avläsning. Den ska göras även om inget nytt har kommit.
""",
    )


SECOND = """\
Hej!

I dag saknas {} av inkorgen för Hemsjukvård Östra Å.

Logga in och läs av den innan enheten stänger:
https://lcweb.test/logga-in

Inkorgen ska läsas av minst 2 gånger varje vardag, även om inget nytt har kommit.
I inkorgen ser du vad som återstår i dag.
"""

SHORTFALL = """\
Till enhetsansvarig

Föregående vardag saknades {} av inkorgen för Hemsjukvård Östra Å.

Logga in och se till att den blir avläst i dag:
https://lcweb.test/logga-in
"""

DUE_TODAY = """\
Hej!

I inkorgen för Hemsjukvård Östra Å finns {} som ska besvaras i dag.

Logga in och svara innan enheten stänger:
https://lcweb.test/logga-in

Ett ärende som bara är information behöver du inte svara på. Då räcker det att kvittera.
"""

OVERDUE = """\
Hej!

Svarstiden har gått ut för {} i inkorgen för Hemsjukvård Östra Å.

Logga in och svara nu:
https://lcweb.test/logga-in

Ett ärende som bara är information behöver du inte svara på. Då räcker det att kvittera.
"""

OVERDUE_MANAGER = """\
Till enhetsansvarig

Svarstiden har gått ut för {} i inkorgen för Hemsjukvård Östra Å.

Logga in och se till att enheten svarar snarast:
https://lcweb.test/logga-in
"""

OVERDUE_ORGANIZATION = """\
Till kontaktpersonen hos huvudmannen

Svarstiden har gått ut för {} i inkorgen för Hemsjukvård Östra Å. Enheten och enhetsansvarig har redan fått påminnelser.

Kontakta enheten och se till att den svarar. Har du ett konto loggar du in här:
https://lcweb.test/logga-in
"""

#: The name is the organization's.
LOG_REVIEW = """\
Hej!

Ingen loggkontroll har avslutats för Hemsjukvård Östra Å på {}.

Logga in, välj Logg och sedan Loggkontroll:
https://lcweb.test/logga-in

Har du redan börjat på en kontroll räcker det att du bedömer de rader som är kvar.
"""


#: Of a unit, or an organization.
REPORT = """\
Hej!

Månadsrapporten för Hemsjukvård Östra Å är klar. Du hittar den här när du har loggat in:
https://lcweb.test/logga-in

Arbetar du på flera enheter: välj först den som rapporten gäller.

Du får mejlet för att du har bett om månadsrapporten. På rapportsidan kan du säga att du inte vill ha den längre.
"""


@pytest.mark.parametrize(
    ("kind", "count", "subject", "body"),
    [
        (Kind.READING_SECOND, 1, "1 avläsning saknas i dag", SECOND.format("1 avläsning")),
        (Kind.READING_SECOND, 2, "2 avläsningar saknas i dag", SECOND.format("2 avläsningar")),
        (Kind.READING_SHORTFALL, 1, "Inkorgen lästes av för få gånger", SHORTFALL.format("1 avläsning")),
        (Kind.READING_SHORTFALL, 2, "Inkorgen lästes av för få gånger", SHORTFALL.format("2 avläsningar")),
        (Kind.DUE_TODAY, 1, "1 ärende ska besvaras i dag", DUE_TODAY.format("1 ärende")),
        (Kind.DUE_TODAY, 3, "3 ärenden ska besvaras i dag", DUE_TODAY.format("3 ärenden")),
        (Kind.OVERDUE, 1, "1 ärende är försenat", OVERDUE.format("1 ärende")),
        (Kind.OVERDUE, 3, "3 ärenden är försenade", OVERDUE.format("3 ärenden")),
        (Kind.OVERDUE_MANAGER, 1, "1 ärende är försenat", OVERDUE_MANAGER.format("1 ärende")),
        (Kind.OVERDUE_MANAGER, 3, "3 ärenden är försenade", OVERDUE_MANAGER.format("3 ärenden")),
        (Kind.FOLLOW_UP_REPORT, 1, "Månadsrapporten är klar", REPORT),
        (Kind.OVERDUE_ORGANIZATION, 1, "1 ärende är försenat", OVERDUE_ORGANIZATION.format("1 ärende")),
        (Kind.OVERDUE_ORGANIZATION, 3, "3 ärenden är försenade", OVERDUE_ORGANIZATION.format("3 ärenden")),
        (Kind.LOG_REVIEW, 1, "Dags för loggkontroll", LOG_REVIEW.format("1 dag")),
        (Kind.LOG_REVIEW, 34, "Dags för loggkontroll", LOG_REVIEW.format("34 dagar")),
    ],
)
def test_every_mail(kind: Kind, count: int, subject: str, body: str) -> None:
    assert words(kind, count=count) == (subject, body)


def test_where_one_reading_a_day_is_asked_for_the_words_agree() -> None:
    assert "minst 1 gång varje vardag" in words(Kind.READING_SECOND, required=1)[1]


def test_a_mail_cannot_tell_more_than_m1_allows() -> None:
    """Whatever a template asks for besides these does not exist, and is an error instead of a blank."""
    assert {one.name for one in fields(MailFacts)} == {"unit_name", "count", "required", "sign_in_url"}
    template = mail._environment().from_string("{{ subject }}")
    with pytest.raises(UndefinedError):
        template.render()


@pytest.mark.parametrize("kind", list(Kind))
def test_the_subject_takes_nothing_from_the_facts_but_the_count(kind: Kind) -> None:
    facts = MailFacts(unit_name="X\r\nBcc: c@d.test\x00", count=7, required=2, sign_in_url="Y\r\nBcc: c@d.test")
    message = render(kind, facts, ENVELOPE)
    assert "X" not in message["Subject"]
    assert "Y" not in message["Subject"]
    assert "Bcc" not in message_from_bytes(bytes(message))


def test_a_mail_has_one_link_and_it_is_the_sign_in() -> None:
    for kind in Kind:
        assert words(kind)[1].count("://") == 1


HOSTILE = ["", "x", "a@b\r\nBcc: c@d", "a@b\nBcc: c@d", "a@b\x00", "x\x00y <a@b>", "x\ny <a@b>", "a@b, c@d", "a b@c",
           "a@b@c", "@b", "a@b..c", "å@b", "a@å.se"]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_no_header_is_made_from_a_bad_address(address: str) -> None:
    for bad in (
        Envelope(sender=ENVELOPE.sender, address=address, key="k", at=ENVELOPE.at),
        Envelope(sender=address, address=ENVELOPE.address, key="k", at=ENVELOPE.at),
    ):
        with pytest.raises(BadAddress, match="unusable address"):
            render(Kind.OVERDUE, FACTS, bad)
