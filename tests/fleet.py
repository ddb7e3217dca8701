"""App servers as an operator runs them, each with several processes, and nginx in front of two of them."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from lcweb.config import PREFIX, ROOT
from lcweb.db import db
from lcweb.domain.permissions import Actor
from lcweb.models import User
from tests.bench.client import Answer, Connection, Person, get, post
from tests.pgbouncer import free_port

PATIENCE = 60  # seconds to start or stop
#: Two servers in turn. What is safe to repeat is asked of the other one when the first does not answer. No connection
#: to them is kept, as in docs/production: one that a server is about to close would break the letter that comes on it.
PROXY = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
worker_rlimit_nofile 16384; events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream lcweb {{ {servers} }}
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
    proxy_next_upstream error timeout http_502 http_503; proxy_connect_timeout 2s;
    location / {{ proxy_pass http://lcweb; }}
  }}
}}
"""


@dataclass
class Server:
    """`flask serve --no-worker` on a port of its own, started and stopped again and again."""

    url: str
    folder: Path
    processes: int = 2
    code: Path = ROOT
    command: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"server-{self.port}.log"

    def environment(self) -> dict[str, str]:
        ours = {"INSTANCE": str(self.folder), "DATABASE_URL": self.url, "SECRET_KEY": "k" * 40, "DEMO": "1",
                "ASSETS": "cdn", "IDLE_MINUTES": "600"}  # fmt: skip
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return clean | {PREFIX + name: value for name, value in ours.items()}

    def start(self) -> None:
        dies_with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        command = self.command or (
            "flask", "--app", "app", "serve", "--no-worker", "--port", str(self.port), "--processes",
            str(self.processes),
        )  # fmt: skip
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [*dies_with_us, sys.executable, "-m", *command], cwd=self.code, env=self.environment(), stdout=log,
                stderr=log,
            )  # fmt: skip
        wait_for_port(self.port, self.running, self.log)
        if not self.command:
            self._wait_for_all_processes()

    def _wait_for_all_processes(self) -> None:
        """Else the first would get every connection and keep it."""
        assert self.running
        for _ in range(PATIENCE * 20):
            said = self.log.read_text("utf-8", "replace").rpartition("Listening at")[2]
            if said.count("Started worker") == self.processes:
                return
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(0.05)
        raise RuntimeError("not all processes have started")

    def answered(self) -> int:
        """How many processes have answered something: each counts in a file of its own."""
        return len(list((self.folder / "metrics").glob("counter_*.db")))

    def stop(self) -> int:
        """SIGTERM, and the end of it; the exit code."""
        assert self.running
        self.running.terminate()
        try:
            return self.running.wait(PATIENCE)
        finally:
            self.running.kill()
            self.running = None

    def flask(self, *words: str) -> str:
        """One of the commands, by this server's code and settings; what it said."""
        return self.python("-m", "flask", "--app", "app", *words)

    def python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=self.code, env=self.environment(), check=True, capture_output=True, text=True
        )
        return done.stdout + done.stderr


@contextmanager
def serving(*servers: Server) -> Iterator[None]:
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            if server.running:
                server.stop()


def nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def proxy(binary: str, folder: Path, *ports: int) -> Iterator[int]:
    """nginx's port. `ports`: of the servers behind it."""
    port = free_port()
    named = " ".join(f"server 127.0.0.1:{behind} max_fails=0;" for behind in ports)
    settings = folder / "nginx.conf"
    settings.write_text(PROXY.format(folder=folder, servers=named, port=port), "utf-8")
    process = subprocess.Popen([binary, "-p", str(folder), "-c", str(settings)], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process, folder / "nginx.log")
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(PATIENCE * 20):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None:
            break
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise RuntimeError(f"it did not start:\n{log.read_text('utf-8', 'replace') if log.exists() else ''}")


class Visitor(Person):
    """A signed-in person with one keep-alive connection, who sends forms."""

    def visit(self, path: str) -> Answer:
        return self.connection.ask(get(path, self.cookie))

    def come_again(self) -> None:
        """By a new connection, which another process may take."""
        port = self.connection.socket.getpeername()[1]
        self.connection.socket.close()
        self.connection.socket = Connection(port).socket

    def send(self, path: str, **fields: str) -> Answer:
        return self.connection.ask(post(path, {"csrf_token": self.token, **fields}, self.cookie))


@contextmanager
def visitors(port: int, *usernames: str) -> Iterator[list[Visitor]]:
    with ExitStack() as open_ones:
        connections = [open_ones.enter_context(Connection(port)) for _ in usernames]
        yield [Visitor(*pair, first="/inkorg") for pair in zip(connections, usernames, strict=True)]


def username_of(person: Actor) -> str:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return connection.execute(select(User.username).where(User.id == person.user_id)).scalar_one()


def hidden(answer: Answer, name: str) -> str:
    """The value of a hidden field on a page; empty when there is none."""
    found = re.search(rb'name="%b"[^>]* value="([^"]*)"' % name.encode(), answer.body)
    return found[1].decode() if found else ""
