"""Web addresses of sources, in the form in which they are checked and recorded."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from newsarc.text.normalize import without_surrogates
from newsarc.text.urls import unescaped

# An address that is in this form already, as most are.
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*/[!\"$-~]*\Z(?<!\?)")
_NUMBER = re.compile(r"\d+")
_PORTS = {"http": 80, "https": 443}
_REMEMBERED = 4096  # addresses: a run asks for the parts of one again and again
_MAX_LENGTH = 4096  # characters; longer ones are no addresses of pages, and servers refuse them


def web_address(written: str) -> str | None:
    """Return the address to check for the URL of a source as written in Markdown, in the form of :func:`normalized`."""
    return normalized(unescaped(without_surrogates(written).strip()))


def normalized(url: str) -> str | None:
    """Return a URL in the form in which it is checked and recorded; None if it is not an ``http`` or ``https`` URL.

    Scheme and host are in lower case. The fragment, which is not sent, the default port, and a user name and password
    are removed. Nothing else changes: addresses that differ in ``www.``, a slash or a parameter may be different pages.
    """
    if len(url) > _MAX_LENGTH or not url.isprintable() or " " in url:
        return None
    if _PLAIN.match(url):
        return url
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        place += f":{port}"
    address = urlunsplit(SplitResult(parts.scheme, place, parts.path or "/", parts.query, ""))
    return address if len(address) <= _MAX_LENGTH else None  # a path of "/" is one character more


@lru_cache(_REMEMBERED)
def host_of_address(address: str) -> str:
    """Return the host of an address that :func:`normalized` returned."""
    return address.split("/", 3)[2] if _PLAIN.match(address) else urlsplit(address).hostname or ""


@lru_cache(_REMEMBERED)
def port_of_address(address: str) -> int:
    """Return the port of an address that :func:`normalized` returned."""
    parts = urlsplit(address)
    return _PORTS[parts.scheme] if parts.port is None else parts.port


@lru_cache(_REMEMBERED)
def _parts(address: str) -> SplitResult:
    return urlsplit(address)


def is_home_page(address: str) -> bool:
    """Whether an address is that of the front page of its site."""
    parts = _parts(address)
    name = parts.path.strip("/").casefold()
    return not parts.query and (not name or name in ("index.html", "index.htm", "index.php", "home"))


def section_of(address: str) -> str:
    """Return the part of a site that an address is in: the first folder of its path, where numbers are all the same."""
    folder, _, rest = _parts(address).path.lstrip("/").partition("/")
    return _NUMBER.sub("0", folder) if rest else ""


def front_page_of(address: str) -> str:
    """Return the address of the front page of the site that an address is in."""
    parts = _parts(address)
    return f"{parts.scheme}://{parts.netloc}/"


def is_front_page_of(one: str, other: str) -> bool:
    """Whether ``one`` is the front page of the site of ``other``, which is another page of it."""
    hosts = {host_of_address(address).removeprefix("www.") for address in (one, other)}
    return len(hosts) == 1 and is_home_page(one) and not is_home_page(other)


def names_path(one: str, other: str) -> bool:
    """Whether the parameters of ``one`` name the path of ``other``, as in ``/login?next=/news/1``."""
    path = unquote(_parts(other).path)
    return len(path) > 1 and path in unquote(unquote(_parts(one).query))


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses differ at most in the scheme, ``www.`` and a slash at the end."""
    return _essence(one) == _essence(other)


def is_same_path(one: str, other: str) -> bool:
    """Whether two addresses differ at most in the scheme, ``www.``, a slash at the end, and parameters."""
    return _essence(one)[:2] == _essence(other)[:2]


def _essence(address: str) -> tuple[str, str, str]:
    parts = _parts(address)
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query
