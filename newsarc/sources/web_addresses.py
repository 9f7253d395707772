"""Web addresses of sources, in the form in which they are checked and recorded."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

from newsarc.text.normalize import without_surrogates
from newsarc.text.urls import unescaped

_PORTS = {"http": 80, "https": 443}
_REMEMBERED = 4096  # addresses: a run asks for the parts of one again and again
_MAX_LENGTH = 4096  # characters; longer ones are no addresses of pages, and servers refuse them


def web_address(url: str) -> str | None:
    """Return the address to check for the URL of a source; None if it is not an ``http`` or ``https`` URL.

    Scheme and host are in lower case. The fragment, which is not sent, the default port, and a user name and password
    are removed. Nothing else changes: addresses that differ in ``www.``, a slash or a parameter may be different pages.
    """
    text = unescaped(without_surrogates(url).strip())
    if len(text) > _MAX_LENGTH or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        place += f":{port}"
    return urlunsplit(SplitResult(parts.scheme, place, parts.path or "/", parts.query, ""))


@lru_cache(_REMEMBERED)
def host_of_address(address: str) -> str:
    """Return the host of an address that :func:`web_address` returned."""
    return urlsplit(address).hostname or ""


@lru_cache(_REMEMBERED)
def port_of_address(address: str) -> int:
    """Return the port of an address that :func:`web_address` returned."""
    parts = urlsplit(address)
    return _PORTS[parts.scheme] if parts.port is None else parts.port


def is_home_page(address: str) -> bool:
    """Whether an address is that of the front page of its site."""
    parts = urlsplit(address)
    name = parts.path.strip("/").casefold()
    return not parts.query and (not name or name in ("index.html", "index.htm", "index.php", "home"))


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses differ at most in the scheme, ``www.`` and a slash at the end."""
    return _essence(one) == _essence(other)


def _essence(address: str) -> tuple[str, str, str]:
    parts = urlsplit(address)
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query
