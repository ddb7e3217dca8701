"""A release as a server has it: unpacked or installed in a folder of its own, with the settings of production."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from lcweb.config import PREFIX, ROOT

PRODUCTION = ROOT / "docs" / "production"
CURRENT = "/opt/lcweb/current"
PATIENCE = 60  # seconds for a server to start or to stop
NAME = "vardmeddelanden.example"
SETTINGS = f"""
secret_key = "q7Rk2VtX9mZp4LwYc8HsNd3JfGb6TaEu1QoK"
log_key = "KoQ1uEaT6bGfJ3dNsH8cYwL4pZm9XtV2kR7q"
base_url = "https://{NAME}"
proxies = 1
log_format = "json"
"""


class Visit:
    """A browser's session as far as signing in needs it. The cookie is kept by hand: it is for TLS alone."""

    def __init__(
        self, base: str, *, session: requests.Session | None = None, headers: dict[str, str] | None = None
    ) -> None:
        self.base, self.session, self.headers = base, session or requests.Session(), headers or {}
        self.cookies: dict[str, str] = {}

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = self.headers | {"Cookie": cookies} | options.pop("headers", {})
        self.session.cookies.clear()
        answer = self.session.request(
            method, self.base + url, headers=headers, timeout=PATIENCE, allow_redirects=False, **options
        )
        self.cookies |= {cookie.name: cookie.value or "" for cookie in answer.cookies}
        return answer

    def get(self, url: str, **options: Any) -> requests.Response:
        return self.send("GET", url, **options)

    def sign_in(self, username: str, password: str) -> requests.Response:
        """The form's answer, or the page that it leads to."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/logga-in").text)
        assert token
        form = {"username": username, "password": password, "csrf_token": token[1]}
        answer = self.send("POST", "/logga-in", data=form)
        while answer.status_code == 303:
            answer = self.get(answer.headers["Location"].removeprefix(self.base))
        return answer


@dataclass
class Release:
    """`folder` has app.py, `instance` is made. `user`: whose processes run it, where that is another than ours."""

    folder: Path
    interpreter: Path
    instance: Path
    user: str | None = None

    def __post_init__(self) -> None:
        self.instance.mkdir(mode=0o750)
        (self.instance / "lcweb.toml").write_text(SETTINGS, "utf-8")
        if self.user:
            owner = pwd.getpwnam(self.user)
            for path in (self.instance, self.instance / "lcweb.toml"):
                os.chown(path, owner.pw_uid, owner.pw_gid)

    @property
    def environ(self) -> dict[str, str]:
        """No npm on the path, no setting of ours, and nothing is written beside the code."""
        return {
            "PATH": "/nowhere",
            "LANG": "C.UTF-8",
            f"{PREFIX}INSTANCE": str(self.instance),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def process(self) -> dict[str, Any]:
        by = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        return {"cwd": self.folder, "env": self.environ, **by}

    def python(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([self.interpreter, *words], capture_output=True, text=True, timeout=300, **self.process)
        assert done.returncode == 0 or not check, done.stderr
        return done

    def flask(self, *words: str) -> str:
        return self.python("-m", "flask", "--app", "app", *words).stdout

    @contextmanager
    def serving(self, port: int | None = None) -> Iterator[str]:
        """The app as its unit file starts it; its address. Leaving it stops it as systemd would."""
        port = port or free_port()
        program, *words = unit_command("lcweb-app@.service", port)
        assert program == "python"
        with running([self.interpreter, *words], self.instance.parent / f"app-{port}.log", port, **self.process):
            yield f"http://127.0.0.1:{port}"


def unit_command(unit: str, port: int | str = "%i") -> list[str]:
    """What a unit starts, without the folder of the environment."""
    (line,) = re.findall(r"^ExecStart=(.+)$", (PRODUCTION / unit).read_text("utf-8"), re.MULTILINE)
    return line.removeprefix(f"{CURRENT}/venv/bin/").replace("%i", str(port)).split()


@contextmanager
def running(words: Sequence[object], log: Path, port: int, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers on its port; stopped by its own process id, and with this process."""
    setpriv = shutil.which("setpriv")
    dies_with_us = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
    with log.open("ab") as lines:
        server = subprocess.Popen([*dies_with_us, *map(str, words)], stdout=lines, stderr=lines, **options)
    try:
        wait_for(server, port, log)
        yield server
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unpacked(dist: Path, where: Path | None = None) -> Path:
    """The archive's one folder."""
    (packed,) = dist.glob("*.tar.gz")
    with tarfile.open(packed) as tar:
        tar.extractall(where or dist / "unpacked", filter="data")
    (folder,) = (where or dist / "unpacked").iterdir()
    return folder


@contextmanager
def installed(dist: Path) -> Iterator[Release]:
    """With an environment of its own beside it, from `dist/wheels` alone, for an unprivileged user where we may."""
    where = Path(tempfile.mkdtemp(prefix="lcweb-release-"))
    try:
        where.chmod(0o755)
        folder = unpacked(dist, where / "opt")
        python, user = _whose()
        subprocess.run([python, "-m", "venv", where / "venv"], check=True, timeout=300)
        pip = [where / "venv/bin/python", "-m", "pip", "install", "-q", "--no-index", "--no-cache-dir"]
        offline = {name: value for name, value in os.environ.items() if not name.upper().startswith("PIP_")}
        subprocess.run([*pip, "--find-links", dist / "wheels", "-r", folder / "requirements.txt"], check=True,
                       timeout=580, env=offline | {"PIP_CONFIG_FILE": os.devnull})  # fmt: skip
        yield Release(folder, where / "venv/bin/python", where / "state", user)
    finally:
        shutil.rmtree(where)


def _whose() -> tuple[str, str | None]:
    """A Python that everybody may run and nobody's account; without root, ours."""
    system = shutil.which("python3", path="/usr/bin:/bin")
    same = system and os.path.realpath(system).endswith(f"python3.{sys.version_info.minor}")
    return (str(system), "nobody") if os.geteuid() == 0 and same else (sys.executable, None)
