"""The files that operators copy: units that systemd takes, commands that exist, a proxy that does what is promised."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click
import pytest
import requests
from flask import Flask
from packaging.specifiers import SpecifierSet
from requests.adapters import HTTPAdapter

from lcweb import release, serving
from lcweb.config import PREFIX, ROOT, SETTINGS
from lcweb.services.attempts import of_address
from tests.conftest import absent
from tests.released import CURRENT, NAME, PRODUCTION, Release, Visit, free_port, running, unit_command

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
DROP_IN = PRODUCTION / "lcweb-.service.d" / "closed.conf"
UNITS = sorted(path.name for path in PRODUCTION.glob("lcweb-*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
WORD = "en-lång-rad-ovanliga-ord-88"


def values(text: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


# Units ----------------------------------------------------------------------------------------------------------------


def test_every_file_is_told_of_in_the_operator_s_document() -> None:
    files = [path.relative_to(PRODUCTION).as_posix() for path in PRODUCTION.rglob("*") if path.is_file()]
    assert len(files) > 7
    assert [name for name in files if name not in OPERATIONS] == []


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_starts_a_command_that_exists_with_options_that_it_has(bare_app: Flask, unit: str) -> None:
    program, *words = unit_command(unit)
    if program == "python":
        assert words[:2] == ["-m", "lcweb.serving"]
        assert options(words) <= {option for parameter in serving.main.params for option in parameter.opts}
        return
    assert (program, words[:2]) == ("flask", ["--app", "app"])
    command: click.Command = bare_app.cli
    words = words[2:]
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    assert options(words) <= {option for parameter in command.params for option in parameter.opts}


def options(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("--")}


def test_each_setting_in_a_unit_is_one_and_none_is_a_secret() -> None:
    known = {PREFIX + setting.name for setting in SETTINGS} | {f"{PREFIX}INSTANCE", "LANG"}
    texts = [path.read_text("utf-8") for path in PRODUCTION.rglob("*") if path.is_file()]
    said = {name for text in texts for name in re.findall(r"^Environment=(\w+)=", text, re.MULTILINE)}
    assert f"{PREFIX}INSTANCE" in said and said <= known
    secret = ("SECRET", "KEY", "DATABASE_URL", "SMTP_URL")
    assert not [name for name in said if any(word in name for word in secret)]


def test_what_a_unit_may_write_to_is_what_its_command_writes_to() -> None:
    assert values(DROP_IN.read_text(), "ReadWritePaths") == ["/var/lib/lcweb"]
    backup = (PRODUCTION / "lcweb-backup.service").read_text()
    assert values(backup, "ReadWritePaths") == [re.search(r"--to (\S+)", backup)[1]]
    others = [name for name in SERVICES if name != "lcweb-backup.service"]
    assert not any(values((PRODUCTION / name).read_text(), "ReadWritePaths") for name in others)


@pytest.mark.parametrize("timer", [name for name in UNITS if name.endswith(".timer")])
def test_a_timer_has_its_service(timer: str) -> None:
    assert timer.replace(".timer", ".service") in SERVICES


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A root with nothing but the units, and programs where they look for them."""
    if shutil.which("systemd-analyze") is None:
        absent("systemd", "systemd-analyze is not installed")
    units = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(PRODUCTION, units)
    for name in ("basic.target", "sysinit.target", "shutdown.target", "network-online.target", "timers.target"):
        (units / name).write_text(f"[Unit]\nDescription={name}\n")
    for program in (f"{CURRENT}/venv/bin/python", f"{CURRENT}/venv/bin/flask", "/usr/bin/curl"):
        path = tmp_path / program.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    return tmp_path


def analyze(system: Path, *words: str) -> str:
    command = ["systemd-analyze", *words[:1], f"--root={system}", *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def instance_of(unit: str) -> str:
    return unit.replace("@.", "@5001.")


def test_systemd_finds_no_fault(system: Path) -> None:
    units = [instance_of(unit) for unit in UNITS]
    assert analyze(system, "verify", "--man=no", "--recursive-errors=no", *units) == ""
    wrong = system / "etc" / "systemd" / "system" / "lcweb-worker.service"
    wrong.write_text(wrong.read_text() + "[Service]\nNoNewPrivilege=yes\n")
    assert "NoNewPrivilege" in analyze(system, "verify", "--man=no", "--recursive-errors=no", "lcweb-worker.service")


@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_calls_each_service_well_closed(system: Path, unit: str) -> None:
    """By the drop-in that all of them share: 0 is closed, 10 is open, and without it they have 9."""
    level = re.search(
        r"exposure level for \S+: (\d+\.\d)", analyze(system, "security", "--offline=true", instance_of(unit))
    )
    assert level and float(level[1]) < 2


# The container --------------------------------------------------------------------------------------------------------

CONTAINERFILE = (PRODUCTION / "Containerfile").read_text("utf-8").replace("\\\n", " ")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", CONTAINERFILE, re.MULTILINE)


def test_the_container_is_made_of_the_same_pins_as_the_release() -> None:
    copied = {path for line in instructions("COPY") if "--from" not in line for path in line.split()[:-1]}
    pins = {"package.json", "package-lock.json", ".npmrc", "requirements.txt"}
    assert copied == {*release.FILES, *release.FOLDERS, *pins}
    assert f"sed '/^{release.DEVELOPMENT}$/,$d' requirements.txt" in CONTAINERFILE
    assert "npm ci --omit=dev" in CONTAINERFILE and "npm install" not in CONTAINERFILE
    sent = (PRODUCTION / "Containerfile.dockerignore").read_text().splitlines()
    assert sent[1] == "*" and {line[1:] for line in sent if line.startswith("!")} == copied


def test_the_container_s_python_is_one_that_the_app_takes_and_its_version_is_the_project_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    arguments = dict(line.split("=") for line in instructions("ARG") if "=" in line)
    assert SpecifierSet(project["requires-python"]).contains(arguments["PYTHON"])
    assert f"-t lcweb:{project['version']} ." in CONTAINERFILE
    assert [line.split(":")[0] for line in instructions("FROM")] == ["node", "python", "python"]


def test_the_container_runs_as_nobody_in_particular_what_the_unit_runs_and_holds_no_secret() -> None:
    assert instructions("USER") == ["10001"]
    words = json.loads(instructions("CMD")[0])
    unit = unit_command("lcweb-app@.service", 5000)
    assert [word for word in words if word != "0.0.0.0"] == [word for word in unit if word != "127.0.0.1"]
    assert "/halsa" in instructions("HEALTHCHECK")[0]
    known = {PREFIX + setting.name for setting in SETTINGS}
    assert known.isdisjoint(re.findall(rf"{PREFIX}[A-Z_]+", CONTAINERFILE))


# The proxy ------------------------------------------------------------------------------------------------------------


def as_here(ports: dict[str, int], folder: Path) -> str:
    """nginx's file with this test's ports, certificate and log; nothing else is another."""
    text = (PRODUCTION / "nginx.conf").read_text("utf-8")
    for ours, here in {
        "127.0.0.1:5001": f"127.0.0.1:{ports['5001']}", "127.0.0.1:5002": f"127.0.0.1:{ports['5002']}",
        "listen 80;": f"listen 127.0.0.1:{ports['80']};", "listen 443 ssl": f"listen 127.0.0.1:{ports['443']} ssl",
        "/etc/ssl/lcweb/": f"{folder}/", "/var/log/nginx/": f"{folder}/",
    }.items():  # fmt: skip
        assert ours in text
        text = text.replace(ours, here)
    return text


@pytest.fixture
def proxy(tmp_path: Path) -> dict[str, Any]:
    """Its configuration in a folder of this test's, with a certificate that it has signed itself."""
    for program, package in (("nginx", "nginx"), ("openssl", "openssl")):
        if shutil.which(program) is None:
            absent("nginx", f"{package} is not installed")
    folder = tmp_path / "nginx"
    folder.mkdir()
    sign = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1",
            "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]  # fmt: skip
    subprocess.run(sign, check=True, capture_output=True, timeout=60)
    ports = {name: free_port() for name in ("5001", "5002", "80", "443")}
    (folder / "site.conf").write_text(as_here(ports, folder))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if Path("/").owner() == "root" and Path(folder).owner() == "root" else ""
    (folder / "main.conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\n{temporary}include {folder}/site.conf;\n}}\n"
    )
    words = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "main.conf")]
    return {"folder": folder, "ports": ports, "words": words}


def test_nginx_takes_the_configuration(proxy: dict[str, Any]) -> None:
    done = subprocess.run([*proxy["words"], "-t"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "[warn]" not in done.stderr, done.stderr


class From(HTTPAdapter):
    """Connections from another of this machine's own addresses."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **options)


class Site:
    """The app behind the proxy, as production has it."""

    def __init__(self, proxy: dict[str, Any], tmp_path: Path, stack: ExitStack) -> None:
        self.ports, self.folder, self.stack = proxy["ports"], proxy["folder"], stack
        self.app = Release(ROOT, Path(sys.executable), tmp_path / "state")
        self.app.flask("prepare")
        person = ("admin", "--name", "Ada Min", "--title", "förvaltare", "--role", "system_admin", "--password", WORD)
        self.app.flask("people", "add", *person)
        self.first = stack.enter_context(ExitStack())
        self.first.enter_context(self.app.serving(self.ports["5001"]))
        log = tmp_path / "nginx.log"
        stack.enter_context(running(proxy["words"], log, self.ports["443"]))

    def visit(self, address: str = "127.0.0.1") -> Visit:
        """A browser's: it knows the certificate, and asks by the name."""
        session = requests.Session()
        session.mount("https://", From(address))
        session.trust_env = False
        session.verify = str(self.folder / "fullchain.pem")
        headers = {"Host": NAME, "Referer": f"https://{NAME}/"}
        return Visit(f"https://127.0.0.1:{self.ports['443']}", session=session, headers=headers)

    def heard_from(self) -> set[str]:
        """What the failed sign-ins are counted by."""
        with closing(sqlite3.connect(self.app.instance / "lcweb.db")) as database:
            return {key for (key,) in database.execute("SELECT key FROM sign_in_attempt")}


@pytest.fixture
def site(proxy: dict[str, Any], tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(proxy, tmp_path, stack)


@pytest.mark.prove
def test_the_app_behind_the_proxy_is_as_promised(site: Site, scale: Callable[[int, int], int]) -> None:
    """One start of everything, since it takes seconds; what is promised stands in the names below."""
    browser = site.visit()
    page = browser.sign_in("admin", WORD)
    assert page.status_code == 200 and "Logga ut" in page.text
    tls_alone_and_for_good(site, browser)
    who_asks_is_known_and_not_made_up(site)
    what_is_too_large_is_refused_before_it_is_read(browser)
    what_is_for_the_machine_is_closed(site, browser)
    nobody_notices_that_the_servers_start_anew(site, browser, times=scale(1, 10))
    only_who_was_refused_has_the_address_noted(site)


def tls_alone_and_for_good(site: Site, browser: Visit) -> None:
    answer = browser.get("/logga-in")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Server" not in answer.headers or answer.headers["Server"] == "nginx"
    assert set(browser.cookies) == {"__Host-lcweb"}
    fresh = site.visit().get("/logga-in")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(fresh.headers["Set-Cookie"].split("; "))
    plain = requests.get(f"http://127.0.0.1:{site.ports['80']}/inkorg", headers={"Host": NAME}, allow_redirects=False)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{NAME}/inkorg")
    assert browser.get("/logga-in", headers={"Host": "evil.example"}).status_code == 400


def who_asks_is_known_and_not_made_up(site: Site) -> None:
    stranger = site.visit("127.0.0.2")
    forged = {"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7", "X-Forwarded-Host": "evil.example"}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stranger.get("/logga-in").text)
    assert token
    form = {"username": "nobody", "password": "fel", "csrf_token": token[1]}
    assert stranger.send("POST", "/logga-in", data=form, headers=forged).status_code == 401
    assert of_address("127.0.0.2").key in site.heard_from()
    assert {of_address("127.0.0.1").key, of_address("192.0.2.7").key}.isdisjoint(site.heard_from())


def what_is_too_large_is_refused_before_it_is_read(browser: Visit) -> None:
    large = b"x" * 1_100_000
    assert browser.send("POST", "/logga-in", data=large).status_code == 413
    assert browser.send("POST", "/admin/import", data=large).status_code != 413
    assert browser.get("/logga-in?x=" + "x" * 4_000).status_code == 414


def what_is_for_the_machine_is_closed(site: Site, browser: Visit) -> None:
    assert browser.get("/matt").status_code == 404
    here = requests.get(f"http://127.0.0.1:{site.ports['5001']}/matt")
    assert (here.status_code, "lcweb_database_up 1.0" in here.text) == (200, True)
    assert browser.get("/halsa").json()["database"] == "ok"


def nobody_notices_that_the_servers_start_anew(site: Site, browser: Visit, *, times: int) -> None:
    """In turn, while somebody asks all the time."""
    seen: list[int] = []
    enough = Event()

    def ask() -> None:
        while not enough.is_set():
            seen.append(browser.get("/konto").status_code)

    asking = Thread(target=ask)
    asking.start()
    try:
        for _ in range(times):
            with site.app.serving(site.ports["5002"]):
                site.first.close()
                site.first.enter_context(site.app.serving(site.ports["5001"]))
    finally:
        enough.set()
        asking.join()
    assert len(seen) > times and set(seen) == {200}, Counter(seen)


def only_who_was_refused_has_the_address_noted(site: Site) -> None:
    lines = (site.folder / "lcweb.log").read_text().splitlines()
    assert lines
    shape = re.compile(r"\d{4}-\d\d-\d\dT\S+ \d{3} [\d.]+ \S+(?:, \S+)* [0-9a-f]{32}")
    assert [line for line in lines if not shape.fullmatch(line)] == []
    refused = [line.split() for line in (site.folder / "lcweb-refused.log").read_text().splitlines()]
    assert [words[1:3] for words in refused] == [["127.0.0.2", "401"]]
