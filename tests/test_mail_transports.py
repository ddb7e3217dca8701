"""The two ways a mail leaves the house: as a file, and by SMTP to a small server of our own."""

import shutil
import socket
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest

from lcweb import mail
from lcweb.config import Settings
from lcweb.domain.reminders import Kind
from lcweb.mail import Envelope, FolderTransport, MailFacts, NotSent, SmtpTransport, post_of, render
from tests.at import at
from tests.conftest import absent
from tests.mail_server import HANGS_UP, Said, smtp


def message() -> EmailMessage:
    facts = MailFacts(unit_name="Hemsjukvård Östra Å", count=1, required=2, sign_in_url="https://lcweb.test/logga-in")
    moment = at("Mon 2026-11-23 11:05")
    envelope = Envelope(
        sender="paminnelser@region.test", address="enhet@kommun.test", key="0123456789abcdef", at=moment
    )
    return render(Kind.OVERDUE, facts, envelope)


def test_a_folder_keeps_every_mail_under_its_name(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path / "instance" / "mail")
    for _ in range(3):
        folder.send(message(), name="2026-11-23T110500-overdue-12")
    names = sorted(path.name for path in folder.folder.iterdir())
    assert names == [
        "2026-11-23T110500-overdue-12-2.eml",
        "2026-11-23T110500-overdue-12-3.eml",
        "2026-11-23T110500-overdue-12.eml",
    ]
    assert {path.read_bytes() for path in folder.folder.iterdir()} == {bytes(message())}


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file is in the way")
    with pytest.raises(NotSent, match="File exists"):
        FolderTransport(tmp_path / "mail").send(message(), name="x")


# Leaving by SMTP ----------------------------------------------------------------------------------------------------


def test_a_mail_arrives_as_it_was_made() -> None:
    said = Said()
    with smtp(said) as port:
        SmtpTransport(f"smtp://127.0.0.1:{port}").send(message(), name="x")
    assert said.mails == [bytes(message())]
    assert [command for command in said.commands if command.lower().startswith(("mail", "rcpt"))] == [
        "mail FROM:<paminnelser@region.test>",
        "rcpt TO:<enhet@kommun.test>",
    ]


def test_a_user_signs_in_with_what_the_percent_signs_mean() -> None:
    said = Said(offers=("AUTH PLAIN",))
    with smtp(said) as port:
        SmtpTransport(f"smtp://us%40er:p%3Aw%2F@127.0.0.1:{port}").send(message(), name="x")
    assert "AUTH PLAIN AHVzQGVyAHA6dy8=" in said.commands  # \0us@er\0p:w/
    assert len(said.mails) == 1


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"greeting": "421 closed for today"}, "421 closed for today"),
        ({"RCPT": "550 5.1.1 no such box"}, "550 5.1.1 no such box"),
        ({"MAIL": "553 not from you"}, "553 not from you"),
        ({"letter": "451 try again\tlater"}, "451 try again later"),
        ({"DATA": HANGS_UP}, "Connection unexpectedly closed"),
    ],
)
def test_what_the_server_answers_is_the_reason(answers: dict[str, str], reason: str) -> None:
    said = Said(answers=answers)
    with smtp(said) as port, pytest.raises(NotSent) as refused:
        SmtpTransport(f"smtp://127.0.0.1:{port}").send(message(), name="x")
    assert str(refused.value) == reason


def test_a_reason_is_short_and_without_credentials() -> None:
    said = Said(offers=("AUTH PLAIN",), answers={"AUTH": f"535 secret-word of user-name is wrong {'x' * 300}"})
    with smtp(said) as port, pytest.raises(NotSent) as refused:
        SmtpTransport(f"smtp://user-name:secret-word@127.0.0.1:{port}").send(message(), name="x")
    assert str(refused.value).startswith("535 … of … is wrong")
    assert len(str(refused.value)) <= 200


@pytest.mark.parametrize("farewell", ["250 ok", "421 going down", HANGS_UP])
def test_a_mail_that_was_taken_is_sent_however_the_server_takes_leave(farewell: str) -> None:
    """Else it would go again."""
    said = Said(answers={"QUIT": farewell})
    with smtp(said) as port:
        SmtpTransport(f"smtp://127.0.0.1:{port}").send(message(), name="x")
    assert len(said.mails) == 1


def test_a_server_that_is_not_there_is_a_reason_too() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent, match="refused"):
            SmtpTransport(f"smtp://127.0.0.1:{nobody.getsockname()[1]}").send(message(), name="x")


def test_a_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotSent, match="timed out"):
        SmtpTransport(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(message(), name="x")


def test_without_the_encryption_asked_for_nothing_is_sent() -> None:
    said = Said(offers=("AUTH PLAIN",))
    with smtp(said) as port:
        for scheme in ("smtp+starttls", "smtps"):
            with pytest.raises(NotSent):
                SmtpTransport(f"{scheme}://user:word@127.0.0.1:{port}").send(message(), name="x")
    assert said.mails == []
    assert not any(command.startswith(("AUTH", "mail")) for command in said.commands)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Self-made, for 127.0.0.1, with its key in one file."""
    if shutil.which("openssl") is None:
        absent("openssl", "openssl makes the certificate")
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
         "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out",
         path.with_suffix(".crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


def test_starttls_encrypts_before_the_password(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    said = Said(offers=("STARTTLS", "AUTH PLAIN"), certificate=certificate)
    with smtp(said) as port:
        SmtpTransport(f"smtp+starttls://user:word@127.0.0.1:{port}").send(message(), name="x")
    kinds = [command.split()[0].upper() for command in said.commands]
    assert kinds.index("STARTTLS") < kinds.index("AUTH")
    assert said.encrypted
    assert said.mails == [bytes(message())]


def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path) -> None:
    said = Said(offers=("STARTTLS", "AUTH PLAIN"), certificate=certificate)
    with smtp(said) as port, pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
        SmtpTransport(f"smtp+starttls://user:word@127.0.0.1:{port}").send(message(), name="x")
    assert said.mails == []


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://h", 25), ("smtp+starttls://h", 587), ("smtps://h", 465), ("smtps://h:2525", 2525)]
)
def test_usual_ports(url: str, port: int) -> None:
    assert SmtpTransport(url).port == port


@pytest.mark.parametrize("url", ["http://h", "smtp://", "smtp://u:secret@", "smtp://u:secret@h:x", "h:25", "tls://h"])
def test_an_unusable_server_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL") as refused:
        SmtpTransport(url)
    assert "secret" not in str(refused.value)


def settings(tmp_path: Path, **changes: str | None) -> Settings:
    return Settings(instance=tmp_path, secret_key="k" * 40, database_url="sqlite://", **changes)


def test_the_settings_choose_the_way(tmp_path: Path) -> None:
    by_file = post_of(settings(tmp_path, admin_email="admin@lcweb.test"))
    assert isinstance(by_file.transport, FolderTransport)
    assert by_file.transport.folder == tmp_path / "mail"
    assert (by_file.admin, by_file.sender) == ("admin@lcweb.test", "vardmeddelanden@localhost")
    assert by_file.sign_in_url == "http://127.0.0.1:5000/logga-in"
    by_smtp = post_of(settings(tmp_path, smtp_url="smtp://h"))
    assert isinstance(by_smtp.transport, SmtpTransport)


def test_a_sender_that_is_no_address_is_told_before_any_mail(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="MAIL_FROM is no mail address: vården"):
        post_of(settings(tmp_path, mail_from="vården"))
