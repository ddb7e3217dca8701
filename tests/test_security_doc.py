"""docs/security.md names every requirement once, and only files and tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
VERDICTS = {"met", "not applicable", "not met", "operator"}
#: The requirements of OWASP ASVS 5.0.0 at level 1 and 2, as section and numbers.
SECTIONS = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4 5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3
6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1 9.1:1-3 9.2:1-4 10.1:1-2
10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
12.1:1-3 12.2:1-2 12.3:1-4 13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3
15.3:1-7 16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1-1 17.2:1-4 17.3:1-2
"""


def test_every_requirement_stands_there_once_with_a_verdict_and_a_reason() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TEXT.splitlines() if line.startswith("| V")]
    assert [row[0] for row in rows] == list(_wanted())
    assert {row[1] for row in rows} <= VERDICTS
    assert all(len(row) == 4 and (row[2] or row[3]) for row in rows)
    assert all(row[2] for row in rows if row[1] != "met")


def test_every_file_and_test_that_is_named_exists() -> None:
    for path, name in re.findall(r"`((?:tests|lcweb)/[\w/.]+)(?:::(\w+))?`", TEXT):
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"


def _wanted() -> list[str]:
    parts = [re.fullmatch(r"(\S+):(\d+)-(\d+)", section) for section in SECTIONS.split()]
    return [f"V{part[1]}.{n}" for part in parts if part for n in range(int(part[2]), int(part[3]) + 1)]
