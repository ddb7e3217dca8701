"""`make bench`, small: every answer is right and every line is there. How fast it is, is nobody's business here."""

import re
import subprocess
import sys

from lcweb.config import ROOT
from tests.bench import log
from tests.bench.cases import BARE, CASES

SMALL = ["--threads", "300", "--against", "200", "--seconds", "0.05", "--database", "sqlite"]
FIGURES = r"( +[\d ]*\d| +\d+\.\d+){8}"


def test_the_table_has_its_lines() -> None:
    command = [sys.executable, "-m", "tests.bench", *SMALL]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ cores", done.stdout)
    for case in CASES:
        assert re.search(rf"^{re.escape(case.name)} {FIGURES}$", done.stdout, re.MULTILINE), done.stdout
    for name in BARE:
        assert re.search(rf"^{name} .* 1\.000 ", done.stdout, re.MULTILINE), done.stdout
    for name in log.NAMES:
        assert re.search(rf"^{name} +[\d ]+ rows/s +\d\.\d+ of a bare ", done.stdout, re.MULTILINE), done.stdout
    assert "The client itself worked" in done.stdout
