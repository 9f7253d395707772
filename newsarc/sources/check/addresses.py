"""Internet addresses: which ones may be connected to.

An archive is other people's text. A source may name, or redirect to, a machine in the network of whoever checks it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is given out; others are local, old or not yet in use
_ISATAP = (0x00005EFE, 0x02005EFE)
# Of protocols, and of relays of 6to4: global, but nobody's web server.
_SPECIAL = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
# What a browser or getaddrinfo reads as a number: 127.1, 0x7f.1, 2130706433.
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?\Z", re.IGNORECASE | re.ASCII | re.DOTALL)
_LOCAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "onion")


class RefusedAddressError(OSError):
    """An address may not be connected to."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet.

    IPv6 addresses that carry an IPv4 address (mapped, 6to4, Teredo, NAT64, ISATAP) are public only if that one is.
    """
    if isinstance(address, ipaddress.IPv4Address):
        is_special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL)
        return address.is_global and not is_special
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None or address in _NAT64:
        return is_public(_last_bits(address))
    inner = [address.sixtofour, *(address.teredo or ())]
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        inner.append(_last_bits(address))
    return address in _UNICAST and address.is_global and all(is_public(one) for one in inner if one is not None)


def _last_bits(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def why_refused(host: str, port: int, is_allowed: Callable[[Address], bool], ports: frozenset[int]) -> str | None:
    """Return why a host may not be asked, in a few words, or None if it may, as far as its name tells."""
    if port not in ports:
        return f"port {port}"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if _NUMERIC.match(host):
            return "address not in its usual form"
        labels = host.casefold().rstrip(".").rpartition(".")
        if labels[2] in _LOCAL or host.casefold().rstrip(".").endswith(".home.arpa"):
            return "name in a local network"
        return None
    return None if is_allowed(address) else "not a public address"


def is_allowed_text(address: str, is_allowed: Callable[[Address], bool]) -> bool:
    """Whether an address as text, such as a resolver returns, may be connected to."""
    try:
        return is_allowed(ipaddress.ip_address(address))
    except ValueError:
        return False
