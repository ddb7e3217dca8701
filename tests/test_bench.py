"""`make bench`, small: every answer is right and every line is there. How fast it is, is nobody's business here."""

import re
import subprocess
import sys

from lcweb.config import ROOT
from tests.bench import log, sending
from tests.bench.cases import BARE, CASES
from tests.fleet import nginx

SMALL = ["--threads", "300", "--against", "200", "--seconds", "0.05", "--database", "sqlite"]
FIGURES = r"( +[\d ]*\d| +\d+\.\d+)"


def test_the_table_has_its_lines() -> None:
    told = bench()
    assert re.search(r"^\d+ cores", told)
    for case in CASES:
        figures = FIGURES + ("{6}" if case.of_bare else "{8}")
        assert re.search(rf"^{re.escape(case.name)} {figures}$", told, re.MULTILINE), told
    for name in BARE:
        assert re.search(rf"^{name} .* 1\.000 ", told, re.MULTILINE), told
    for name in log.NAMES:
        assert re.search(rf"^{name} +[\d ]+ rows/s +\d\.\d+ of a bare ", told, re.MULTILINE), told
    assert "The client itself worked" in told
    shares = r"\d\.\d+ of the same rows bare .* \d\.\d+ of them in their own tables "
    assert re.search(rf"^{sending.SEND}  [\d ]+/s +{shares}", told, re.MULTILINE), told
    assert re.search(rf"^{sending.AT_ONCE}  p99 \d+\.\d ms, \d+\.\d × one bare writer's ", told, re.MULTILINE), told


def test_a_small_crowd_is_answered_without_an_error() -> None:
    told = bench("--only", "load", "--load-seconds", "4", "--people", "20")
    assert re.search(r"^errors  0$", told, re.MULTILINE), told
    assert f"through {'nginx' if nginx() else 'nothing'}" in told
    for name in ("polls", "unchanged", "news", "sends"):
        assert re.search(rf"^{name} +\d", told, re.MULTILINE), told
    assert len(re.findall(r"^memory .* MiB PSS  \(\d+\.\d \+ \d+\.\d\)$", told, re.MULTILINE)) == 5, told


def bench(*options: str) -> str:
    command = [sys.executable, "-m", "tests.bench", *SMALL, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
