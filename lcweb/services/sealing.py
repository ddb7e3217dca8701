"""Secrets that the database must not know: sealed with a key that it does not have (AES-256-GCM)."""

import base64
import binascii
import hashlib
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes


class Unsealable(Exception):
    """Sealed with another key, for another row, or changed since."""


def seal(key: bytes, secret: str, *, owner: str) -> str:
    """`owner`: the row that it belongs to; in another it cannot be unsealed."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + _box(key).encrypt(nonce, secret.encode(), owner.encode())).decode()


def unseal(key: bytes, sealed: str, *, owner: str) -> str:
    """Raises Unsealable."""
    from cryptography.exceptions import InvalidTag  # late.py

    try:
        raw = base64.b64decode(sealed, validate=True)
        return _box(key).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise Unsealable from None


def _box(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # late.py

    return AESGCM(hashlib.sha256(key).digest())
