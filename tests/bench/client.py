"""A browser's requests over one keep-alive connection, at as little cost of its own as Python allows."""

import html
import re
import socket
from time import monotonic
from typing import NamedTuple, Self
from urllib.parse import urlencode

import click

from tests.factories import PASSWORD

RECEIVED = 1 << 17  # bytes at a time; a whole page
PATIENCE = 30  # seconds for one answer
IDLE = 20  # seconds after which another connection is opened: the server closes an idle one after 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *(lcweb=[^;]*)", re.IGNORECASE)
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


class WrongAnswer(click.ClickException):
    """The product answered something else than what was to be measured."""


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def find(self, pattern: bytes) -> str:
        """The first group, as a browser reads it. WrongAnswer when it is not there."""
        found = re.search(pattern, self.body)
        if found is None:
            raise WrongAnswer(f"an answer with status {self.status} lacks {pattern.decode()}")
        return html.unescape(found[1].decode())


def whole(received: bytes) -> Answer | None:
    """None: more of it is still to come."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, body = received[:end], received[end + 4 :]
    length = _LENGTH.search(head)
    return Answer(int(head[9:12]), head, body) if len(body) >= (int(length[1]) if length else 0) else None


class Connection:
    def __init__(self, port: int) -> None:
        self._port, self._used = port, monotonic()
        self.socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, request: bytes) -> Answer:
        if monotonic() - self._used > IDLE:
            self.socket.close()
            self.socket = self._open()
        self.socket.sendall(request)
        received = self.receive()
        while (answer := whole(received)) is None:
            received += self.receive()
        self._used = monotonic()
        return answer

    def receive(self) -> bytes:
        received = self.socket.recv(RECEIVED)
        if not received:
            raise WrongAnswer("the server closed the connection")
        return received


class Person:
    """Signed in; `cookie` and `token` are what a browser has after its first page with a form."""

    def __init__(self, connection: Connection, username: str, *, first: str = "/arenden/ny") -> None:
        self.connection, self.cookie, self.token = connection, "", ""
        self._ask(get("/logga-in"), 200)
        fields = {"csrf_token": self.token, "username": username, "password": PASSWORD}
        self._ask(post("/logga-in", fields, self.cookie), 303)
        self._ask(get(first, self.cookie), 200)

    def look(self, path: str) -> Answer:
        """A page as HTMX fetches it: nothing is recorded but what the page's text asks for."""
        return expect(200, path, self.connection.ask(get(path, self.cookie, htmx=True)))

    def _ask(self, request: bytes, status: int) -> None:
        answer = expect(status, "signing in", self.connection.ask(request))
        cookie, token = _COOKIE.search(answer.head), _TOKEN.search(answer.body)
        self.cookie = cookie[1].decode() if cookie else self.cookie
        self.token = token[1].decode() if token else self.token


def expect(status: int, what: str, answer: Answer) -> Answer:
    if answer.status != status:
        raise WrongAnswer(f"{what}: status {answer.status}, not {status}")
    return answer


def get(path: str, cookie: str = "", *, htmx: bool = False) -> bytes:
    return _request(f"GET {path}", cookie, "HX-Request: true\r\n" if htmx else "")


def post(path: str, fields: dict[str, str], cookie: str) -> bytes:
    body = urlencode(fields).encode()
    head = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return _request(f"POST {path}", cookie, head) + body


def _request(line: str, cookie: str, more: str) -> bytes:
    cookie = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{cookie}{more}\r\n".encode()
