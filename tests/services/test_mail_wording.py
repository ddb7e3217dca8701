"""An administrator's words go out from their day on, as they were shown, and with nothing of a patient (A3, M1, M5)."""

from email.message import EmailMessage

import pytest
from flask import Flask

from lcweb import facts
from lcweb.db import reading
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.mail_wording import Wording, setting_name
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.reminders import Kind
from lcweb.mail import NotSent, own_wording
from lcweb.models import OutboxMail, SettingChange
from lcweb.services import mail_wording, outbox, reminders, settings
from lcweb.services.settings import ALREADY_SO
from tests.at import at, day
from tests.factories import RULES, thread, user
from tests.postman import FRIDAY, THURSDAY, Postman, nurse
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
OURS = Wording("Läs {enhet}: {läsningar} ({antal})", "Hej!\r\n\r\nÖppna {enhet} {gånger} om dagen.\r\n{länk}\r\n")


def write(kind: Kind, wording: Wording | None, on: str, *, seen: int = 0, actor: Actor | None = None) -> None:
    settings.change_mail_wording(actor or operator(), kind, wording, day(on), seen=seen, now=NOW)


def sent(moment: str) -> EmailMessage:
    """The one mail of that moment."""
    postman = Postman()
    reminders.tick(now=at(moment), rules=RULES)
    for mail_id in outbox.waiting(now=at(moment)):
        outbox.deliver(mail_id, now=at(moment), rules=RULES, post=postman.post())
    (mail,) = postman.sent
    return mail


def whole(message: EmailMessage) -> str:
    headers = "".join(f"{name}: {value}\n" for name, value in message.items())
    return f"{headers}\n{message.get_content()}".replace("\r\n", "\n")


def test_a_whole_mail_in_an_administrator_s_words(app: Flask) -> None:
    nurse("Hemsjukvård Östra Å")
    write(Kind.READING_FIRST, OURS, FRIDAY)
    found = whole(sent(f"{FRIDAY} 11:00"))
    key = row(OutboxMail).message_id
    assert (
        found
        == f"""\
From: lcweb@lcweb.test
To: enhet@lcweb.test
Subject: Läs Hemsjukvård Östra Å: 2 avläsningar (2)
Date: Fri, 20 Nov 2026 11:00:00 +0100
Message-ID: <{key}@lcweb.test>
Auto-Submitted: auto-generated
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

Hej!

Öppna Hemsjukvård Östra Å 2 gånger om dagen.
http://lcweb.test/logga-in
"""
    )


@pytest.mark.parametrize(
    ("on", "subject"),
    [
        (FRIDAY, "Läs Kolla: 2 avläsningar (2)"),
        ("Sat 2026-11-21", "Ingen har läst av inkorgen i dag"),
    ],
)
def test_the_words_are_those_of_the_day_of_sending(app: Flask, on: str, subject: str) -> None:
    nurse("Kolla")
    write(Kind.READING_FIRST, OURS, on)
    assert sent(f"{FRIDAY} 11:00")["Subject"] == subject


def test_a_mail_that_waited_for_days_has_the_words_of_the_day_it_leaves(app: Flask) -> None:
    """Its Message-ID is the one that it was given when it was queued (M5)."""
    sender, recipient = user("Anna Lind"), nurse("Kolla", manager_email="chef@lcweb.test")
    thread(sender, recipient.require_unit(), now=at("Mon 2026-11-16 09:00"))
    write(Kind.OVERDUE_MANAGER, Wording("{ärenden_försenade}", "{länk}"), "Sat 2026-11-21")
    reminders.tick(now=at(f"{FRIDAY} 08:00"), rules=RULES)
    queued, postman = row(OutboxMail, kind=Kind.OVERDUE_MANAGER), Postman()
    outbox.deliver(queued.id, now=at("Mon 2026-11-23 08:00"), rules=RULES, post=postman.post())
    (mail,) = postman.sent
    assert (mail["Subject"], mail["Message-ID"]) == ("1 ärende är försenat", f"<{queued.message_id}@lcweb.test>")


def test_back_to_the_product_s_own_words(app: Flask) -> None:
    nurse("Kolla")
    write(Kind.READING_FIRST, OURS, THURSDAY)
    write(Kind.READING_FIRST, None, FRIDAY, seen=1)
    assert sent(f"{FRIDAY} 11:00")["Subject"] == "Ingen har läst av inkorgen i dag"
    kept = rows(SettingChange)
    assert [change.value for change in kept] == [
        '{"subject": "Läs {enhet}: {läsningar} ({antal})", '
        '"body": "Hej!\\n\\nÖppna {enhet} {gånger} om dagen.\\n{länk}"}',
        "",
    ]
    assert facts.mail_wording(reading(), Kind.READING_FIRST, day(THURSDAY)) is not None
    assert facts.mail_wording(reading(), Kind.READING_SECOND, day(THURSDAY)) is None


def test_what_is_shown_is_what_goes_out(app: Flask) -> None:
    """All but the Message-ID, which is each mail's own, with the unit and the count that the example has."""
    nurse(mail_wording.EXAMPLE_UNIT, notify_email=mail_wording.EXAMPLE_ADDRESS)
    for wording, on in ((OURS, FRIDAY), (None, "Mon 2026-11-23")):
        write(Kind.READING_FIRST, wording, on, seen=0 if wording else 1)
        moment = f"{on} 11:00"
        shown = mail_wording.example(
            Kind.READING_FIRST, wording, post=Postman().post(), now=at(moment), address=mail_wording.EXAMPLE_ADDRESS
        )
        gone = next(mail for mail in everything_sent(moment) if mail["To"] == mail_wording.EXAMPLE_ADDRESS)
        del shown["Message-ID"], gone["Message-ID"]
        assert bytes(shown) == bytes(gone)


def everything_sent(moment: str) -> list[EmailMessage]:
    postman = Postman()
    owed = reminders.preview(now=at(moment), rules=RULES)
    reminders.tick(now=at(moment), rules=RULES)
    assert Kind.READING_FIRST in {reminder.kind for reminder in owed}
    for mail_id in outbox.waiting(now=at(moment)):
        outbox.deliver(mail_id, now=at(moment), rules=RULES, post=postman.post())
    return [mail for mail in postman.sent if "Föregående vardag" not in mail.get_content()]


def test_the_product_s_own_words_can_be_taken_over_as_they_are(app: Flask) -> None:
    """For every kind, the words that a form begins with give the very mail that the product makes."""
    for kind in Kind:
        how = {"post": Postman().post(), "now": NOW, "address": "enhet@lcweb.test"}
        own, taken = (mail_wording.example(kind, wording, **how) for wording in (None, own_wording(kind)))
        assert (own["Subject"], own.get_content()) == (taken["Subject"], taken.get_content())


def test_a_test_mail_says_that_it_is_one(app: Flask) -> None:
    postman, ada = Postman(), user("Ada Min", role=Role.SYSTEM_ADMIN)
    with nothing_written():
        mail_wording.send_test(ada, Kind.OVERDUE, None, post=postman.post(), now=NOW, address="ada@vard.test")
    (mail,) = postman.sent
    assert (mail["To"], mail["Subject"]) == ("ada@vard.test", "Provutskick: 3 ärenden är försenade")
    with pytest.raises(NotSent):
        mail_wording.send_test(
            ada, Kind.OVERDUE, None, post=Postman("550 no").post(), now=NOW, address="ada@vard.test"
        )  # fmt: skip


def test_what_cannot_be_used_is_neither_kept_nor_shown_nor_sent(app: Flask) -> None:
    bad, postman = Wording("{patient}", "Logga in"), Postman()
    how = {"post": postman.post(), "now": NOW, "address": "ada@vard.test"}
    with nothing_written():
        for act in (
            lambda: write(Kind.OVERDUE, bad, FRIDAY),
            lambda: mail_wording.example(Kind.OVERDUE, bad, **how),
            lambda: mail_wording.send_test(operator(), Kind.OVERDUE, bad, **how),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.problems.keys() == {"subject", "body"}
    assert postman.sent == []


def test_what_would_change_nothing_and_what_somebody_else_has_changed(app: Flask) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        write(Kind.OVERDUE, None, FRIDAY)
    assert refused.value.problems == {"form": ALREADY_SO}
    ada, bo = (user(name, role=Role.SYSTEM_ADMIN) for name in ("Ada Min", "Bo Ek"))
    ours = Wording("Hej", "{länk}")
    write(Kind.OVERDUE, ours, FRIDAY, actor=ada)
    with nothing_written():
        write(Kind.OVERDUE, ours, FRIDAY, actor=ada)  # a double click
        with pytest.raises(Conflict, match="Ada Min"):
            write(Kind.OVERDUE, ours._replace(subject="Hej då"), FRIDAY, actor=bo)
    assert row(SettingChange).name == setting_name(Kind.OVERDUE) == "mail:overdue"
