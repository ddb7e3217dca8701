"""People at work while the app is being killed: what they were told is written, and what they sent again."""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event, Lock, Thread
from typing import NamedTuple
from uuid import uuid4

from tests.bench import letters
from tests.bench.client import Answer, Connection, Person, WrongAnswer, get, post
from tests.web.visits import letter

ROW = re.compile(rb'<tr id="row-([0-9]+)"')
VERSION = re.compile(rb'name="version" value="([0-9]+)"')
SUBMISSION = re.compile(rb'name="submission_id" value="([0-9a-f-]{36})"')
LETTERS = str.maketrans("0123456789", "ghijklmnop")
PAUSE = 0.05  # seconds before a request that found no server is sent again
TRIES = 2400  # of one request: two minutes


class Told(NamedTuple):
    """A write that the app has said is done. `submission`: of a message or a draft; `thread_id`: of a move in one."""

    kind: str
    username: str
    submission: str = ""
    thread_id: int = 0
    body: str = ""


@dataclass
class Book:
    """What all of them were told. `sent`: every body that was ever sent off, told or not."""

    told: list[Told] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)  # submission → body
    again: int = 0  # requests that were sent once more
    troubles: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def note(self, told: Told) -> None:
        with self.lock:
            self.told.append(told)

    def trouble(self, words: str) -> None:
        with self.lock:
            self.troubles[words] += 1


class Writer:
    """One person in one unit, who writes to the other units and answers what comes, until told to stop."""

    def __init__(self, port: int, username: str, others: list[int], book: Book, *, seed: int) -> None:
        self.port, self.username, self.others, self.book = port, username, others, book
        self.random, self.numbers = Random(seed), count(seed * 50_000)
        self.connection = Connection(port)
        self.person = Person(self.connection, username)
        self.rows: list[int] = []

    def work(self, stopping: Event) -> None:
        with suppress(GivenUp):
            while not stopping.is_set():
                self.random.choices((self.send, self.keep_draft, self.move), weights=(50, 10, 40))[0]()
        self.connection.socket.close()

    # What they do ----------------------------------------------------------------------------------------------------

    def send(self) -> None:
        body = f"Kan ni ringa om bensåret? {word()}"
        fields = self._letter(body)
        expects = "ja" if self.random.random() < 0.7 else "nej"
        self._write("send", "/arenden/ny", fields | {"expects_reply": expects}, body)

    def keep_draft(self) -> None:
        body = f"Halvskrivet {word()}"
        fields = self._letter(body)
        self._write("draft", "/arenden/ny/utkast", fields | {"draft_page": fields["submission_id"]}, body)

    def move(self) -> None:
        """In a thread of the own inbox, from its page as it is now."""
        if not self.rows:
            view = self.random.choice(("att-besvara", "att-besvara", "vantar"))
            found = ROW.findall(self._look(f"/inkorg?vy={view}").body)
            self.rows = self.random.sample([int(row) for row in found], len(found))
        if self.rows:
            thread_id = self.rows.pop()
            page = self._look(f"/arenden/{thread_id}")
            self.random.choice((self.reply, self.reply, self.acknowledge, self.claim, self.close))(thread_id, page)

    def reply(self, thread_id: int, page: Answer) -> None:
        version, submission = VERSION.search(page.body), SUBMISSION.search(page.body)
        if not version or not submission:
            return  # nothing can be answered there
        body = f"Vi ringer på tisdag. {word()}"
        fields = {"version": version[1].decode(), "submission_id": submission[1].decode(), "body": body}
        if self.random.random() < 0.3:
            fields["expects_reply"] = "ja"
        self._write("reply", f"/arenden/{thread_id}/svara", fields, body, thread_id)

    def acknowledge(self, thread_id: int, _page: Answer) -> None:
        self._write("acknowledge", f"/arenden/{thread_id}/kvittera", {}, thread_id=thread_id)

    def claim(self, thread_id: int, _page: Answer) -> None:
        self._write("claim", f"/arenden/{thread_id}/ta", {"take_over": "ja"}, thread_id=thread_id)

    def close(self, thread_id: int, page: Answer) -> None:
        version = VERSION.search(page.body)
        if version:
            fields = {"version": version[1].decode()}
            self._write("close", f"/arenden/{thread_id}/avsluta", fields, thread_id=thread_id)

    # How they ask ----------------------------------------------------------------------------------------------------

    def _letter(self, body: str) -> dict[str, str]:
        chosen = self.random.choice(self.others)
        return letter(chosen, body=body, new_thread="ja", patient_id=letters.patient(next(self.numbers)))

    def _write(self, kind: str, path: str, fields: dict[str, str], body: str = "", thread_id: int = 0) -> None:
        """Sent until there is an answer, always the same: what a browser does when it is asked to try again."""
        submission = fields.get("submission_id", "")
        if body:
            self.book.sent[submission] = body
        request = post(path, {"csrf_token": self.person.token} | fields, self.person.cookie)
        answer = self._ask(kind, request)
        if answer.status == 303:
            self.book.note(Told(kind, self.username, submission, thread_id, body))
        elif answer.status == 409 and thread_id:
            self.book.trouble(f"{kind}: somebody else was first")
        elif not (kind == "close" and answer.status == 400):  # a duty that must be answered first (B5)
            self.book.trouble(f"{kind}: status {answer.status} {_sentences(answer)}")
            raise GivenUp

    def _look(self, path: str) -> Answer:
        answer = self._ask("look", get(path, self.person.cookie))
        if answer.status != 200:
            self.book.trouble(f"{path}: status {answer.status}")
            raise GivenUp
        return answer

    def _ask(self, what: str, request: bytes) -> Answer:
        for answer in self._answers(request):
            if answer is not None and answer.status < 500:
                return answer
            if answer is not None:
                self.book.trouble(f"{what}: status {answer.status}")
            with self.book.lock:
                self.book.again += 1
        self.book.trouble("no answer in two minutes")
        raise GivenUp

    def _answers(self, request: bytes) -> Iterator[Answer | None]:
        """None: the connection broke, or nobody took it."""
        never = Event()
        for _ in range(TRIES):
            try:
                yield self.connection.ask(request)
                never.wait(PAUSE)
            except (OSError, WrongAnswer):
                yield None
                never.wait(PAUSE)
                self._connect_anew()

    def _connect_anew(self) -> None:
        self.connection.socket.close()
        with suppress(OSError):
            self.connection = Connection(self.port)


def word() -> str:
    """No two alike; letters alone, since a hint asks about some numbers (S5)."""
    return uuid4().hex.translate(LETTERS)


class GivenUp(Exception):
    """The book says why."""


def at_work(writers: list[Writer], until: Callable[[], None]) -> None:
    """All of them, in threads of their own, while `until` runs; each ends what it has begun."""
    stopping = Event()
    threads = [Thread(target=writer.work, args=(stopping,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        until()
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _sentences(answer: Answer) -> str:
    found = re.search(rb'id="error-summary".*?</(?:section|div)>|<h1.*?</h1>', answer.body, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0].decode())).split()) if found else ""
