"""What is sealed opens with its own key, for its own row, and unchanged; or not at all."""

import base64

import pytest

from lcweb.services.sealing import Unsealable, seal, unseal

KEY = b"k" * 32


def test_it_opens_with_its_key_for_its_row() -> None:
    sealed = seal(KEY, "HEMLIGT", owner="7")
    assert unseal(KEY, sealed, owner="7") == "HEMLIGT"
    assert "HEMLIGT" not in sealed and b"HEMLIGT" not in base64.b64decode(sealed)
    assert sealed != seal(KEY, "HEMLIGT", owner="7")


def test_and_otherwise_not() -> None:
    sealed = seal(KEY, "HEMLIGT", owner="7")
    raw = bytearray(base64.b64decode(sealed))
    raw[-1] ^= 1
    changed = base64.b64encode(raw).decode()
    for key, kept, owner in ((b"x" * 32, sealed, "7"), (KEY, sealed, "8"), (KEY, changed, "7"), (KEY, "", "7"),
                             (KEY, "å", "7"), (KEY, "AAAA", "7")):  # fmt: skip
        with pytest.raises(Unsealable):
            unseal(key, kept, owner=owner)
