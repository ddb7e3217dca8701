"""Where the app is reached and by whom: names, proxies, networks, and whom a finder of faults writes to."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

#: Always answered to: a watch on the same machine asks by these, and nobody can be led astray by them.
LOOPBACK_NAMES = ("localhost", "127.0.0.1")
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
MOST_PROXIES = 5
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def hosts(raw: str) -> tuple[str, ...]:
    """`a.example, b.example`, without ports. Raises ValueError."""
    found = tuple(part.strip().lower() for part in raw.split(",") if part.strip())
    if not found or not all(_HOST.fullmatch(host) for host in found):
        raise ValueError("must be host names with commas between, without scheme, port or *")
    return found


def proxies(raw: str) -> int:
    """Raises ValueError."""
    if not raw.strip().isascii() or not raw.strip().isdigit() or int(raw) > MOST_PROXIES:
        raise ValueError(f"must be how many proxies stand in front, 0 to {MOST_PROXIES}")
    return int(raw)


def networks(raw: str) -> tuple[Network, ...]:
    """`10.1.0.0/16, 192.0.2.7`. Raises ValueError."""
    try:
        return tuple(ip_network(part.strip()) for part in raw.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be networks with commas between, such as 10.1.0.0/16, 192.0.2.7") from None


def contact(raw: str) -> str:
    """As security.txt has it (RFC 9116): an address of its own kind, or a mail address. Raises ValueError."""
    word = raw.strip()
    if not word.isprintable() or " " in word:
        raise ValueError("must be one mail address, mailto:…, https://… or tel:…")
    if word.startswith(("mailto:", "https://", "tel:")):
        return word
    name, _, domain = word.rpartition("@")
    if not name or not domain or ":" in word:
        raise ValueError("must be one mail address, mailto:…, https://… or tel:…")
    return f"mailto:{word}"


def host_of(address: str) -> str:
    """`vard.example` of `https://vard.example:8443/x`; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_within(address: str | None, among: tuple[Network, ...]) -> bool:
    """False also for what is no address, such as a Unix socket's."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return False
    known = getattr(known, "ipv4_mapped", None) or known
    return any(known in network for network in among if network.version == known.version)
