"""The settings of each identity provider: `OIDC_<KEY>_…`, or `[oidc.<key>]` in lcweb.toml. Every fault at once."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from lcweb.domain.providers import Provider

_NAME = re.compile(r"OIDC_([A-Z][A-Z0-9]{0,19})_([A-Z_]+)")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ProviderSetting(NamedTuple):
    """One line of the README's table. `default` None: it must be there."""

    name: str
    default: str | None
    about: str
    read: Callable[[str], object]


def is_safe(address: str) -> bool:
    """https, or this very machine: nobody in between may read a code or put in a key."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    sound = bool(host) and address.isprintable() and " " not in address and parts.username is None
    return sound and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _issuer(raw: str) -> str:
    """Kept to the letter, a last slash too: tokens must name exactly this."""
    address = raw.strip()
    if not is_safe(address) or "?" in address or "#" in address:
        raise ValueError("must be https://… without ? or #, as the provider itself writes it")
    return address


def _words(raw: str) -> str:
    if not raw.strip() or not raw.strip().isprintable():
        raise ValueError("is empty, or has characters that cannot be shown")
    return raw.strip()


def _plain(raw: str) -> str:
    """RFC 6749, appendix A."""
    if not re.fullmatch(r"[ -~]+", raw.strip()):
        raise ValueError("is empty, or has characters that OAuth does not know")
    return raw.strip()


def _levels(raw: str) -> tuple[str, ...]:
    if not raw.split():
        raise ValueError("name at least one level of assurance that the provider must state")
    return tuple(raw.split())


def _scope(raw: str) -> str:
    if "openid" not in raw.split():
        raise ValueError("must have openid among its words")
    return " ".join(raw.split())


PROVIDER_SETTINGS = (
    ProviderSetting("ISSUER", None, "https address by which the provider names itself", _issuer),
    ProviderSetting("CLIENT_ID", None, "what the provider calls lcweb", _plain),
    ProviderSetting("CLIENT_SECRET", None, "how lcweb proves itself there; never shown or logged", _plain),
    ProviderSetting("ACR", None, "levels of assurance that are enough, with space between", _levels),
    ProviderSetting("NAME", None, "on the button, after *Logga in med*", _words),
    ProviderSetting("SCOPE", "openid", "what is asked for, with space between", _scope),
)
_KNOWN = {setting.name: setting for setting in PROVIDER_SETTINGS}


def is_one(name: str) -> bool:
    """Whether a setting's name, without the prefix, is one of a provider."""
    found = _NAME.fullmatch(name)
    return found is not None and found[2] in _KNOWN


def read(raw: dict[str, str], faults: list[str], prefix: str) -> tuple[Provider, ...]:
    """In the order of their keys. A provider with a fault is left out, and each of its faults is told."""
    given: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name in filter(is_one, raw):
        key, field = _NAME.fullmatch(name).groups()  # type: ignore[union-attr]
        given[key][field] = raw[name]
    read_ones = (_one(key, fields, faults, prefix) for key, fields in sorted(given.items()))
    return tuple(provider for provider in read_ones if provider is not None)


def _one(key: str, given: dict[str, str], faults: list[str], prefix: str) -> Provider | None:
    values, before = {}, len(faults)
    for setting in PROVIDER_SETTINGS:
        name = f"{prefix}OIDC_{key}_{setting.name}"
        if setting.name not in given and setting.default is None:
            faults.append(f"{name}: is missing")
        elif setting.name in given:
            try:
                values[setting.name.lower()] = setting.read(given[setting.name])
            except ValueError as error:
                faults.append(f"{name}: {error}")
    return Provider(key=key.lower(), **values) if len(faults) == before else None
