"""As much of a mail server as a test needs: on the loopback, answering as it is told, keeping what it was given."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

HANGS_UP = "hangs up"


@dataclass
class Said:
    """What a server was told, and how it is to answer: a command's word → a line of its own."""

    answers: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    certificate: Path | None = None
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    encrypted: bool = False


class OneClient(StreamRequestHandler):
    """As much of an SMTP server as smtplib speaks to."""

    server: "Server"

    def handle(self) -> None:
        said = self.server.said
        self.say(said.answers.get("greeting", "220 ready"))
        while line := self.rfile.readline().decode():
            said.commands.append(line.strip())
            word = line.split()[0].upper()
            answer = said.answers.get(word, self.usual(word))
            if answer == HANGS_UP:
                return
            self.say(answer)
            if word == "DATA" and answer.startswith("354"):
                said.mails.append(self.letter())
                answer = said.answers.get("letter", "250 kept")
                if answer == HANGS_UP:
                    return
                self.say(answer)
            if word == "STARTTLS" and answer.startswith("220"):
                self.encrypt()
            if word == "QUIT":
                return

    def usual(self, word: str) -> str:
        lines = ("lcweb.test", *self.server.said.offers)
        ehlo = "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        usual = {"EHLO": ehlo, "DATA": "354 go on", "STARTTLS": "220 go on", "AUTH": "235 welcome", "QUIT": "221 bye"}
        return usual.get(word, "250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionError("the client was gone before its letter ended")
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def encrypt(self) -> None:
        assert self.server.said.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.said.certificate)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()
        self.server.said.encrypted = True

    def finish(self) -> None:
        super().finish()
        self.request.close()


class Server(ThreadingTCPServer):
    allow_reuse_address = True
    said: Said

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of these tests."""


@contextmanager
def smtp(said: Said) -> Iterator[int]:
    """The port of a server on the loopback."""
    with Server(("127.0.0.1", 0), OneClient) as server:
        server.said = said
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
