"""HSA-id by its form."""

import pytest

from lcweb.domain import hsa_ids


@pytest.mark.parametrize(
    "raw", ["", "  ", "SE2321000115-1A2B", "se2321000115-1a2b ", "TSTNMT2321000115-1001", "SE2120001355-E000000000123"]
)
def test_these_have_the_form(raw: str) -> None:
    assert hsa_ids.problem(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "2321000115-1A2B", "SE232100011-1A2B", "SE2321000115", "SE2321000115-", "SE2321000115-1Å", "NO2321000115-1A",
        "SE2321000115-1A2B\n3", "SE٢٣٢١٠٠٠١١٥-1A", "SE2321000115-1234567890123456789", "SE2321000115–1A2B", "\0",
    ],
)  # fmt: skip
def test_these_have_not(raw: str) -> None:
    assert hsa_ids.problem(raw)


def test_it_is_kept_in_capitals() -> None:
    assert hsa_ids.normalized(" se2321000115-1a2b ") == "SE2321000115-1A2B"
