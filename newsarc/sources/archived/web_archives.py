"""Web archives, and the URLs at which they are asked."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

# Characters of a URL that stay as they are when it becomes a part of another one.
_PLAIN = "!$&'*+,-./:;=?@_~%[]"
_DIGITS = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/", re.ASCII)
_SCHEME = re.compile(r"[a-z]+:/*", re.IGNORECASE | re.ASCII)
_FIELDS = "timestamp,statuscode"
_ROWS = 50  # more than are used, because servers do not agree on what the bounds mean


class WebArchive(NamedTuple):
    """A web archive with a TimeGate (RFC 7089) and, if known, a CDX server.

    ``key`` names it in records and in the names of files. ``timegate`` is the URL to ask, with ``{time}`` (14 digits)
    and ``{url}``. ``cdx`` is the URL of the CDX server. The limits are in requests per minute, 80 % of
    those that the archive enforces.
    """

    key: str
    name: str
    timegate: str
    timegate_limit: int
    cdx: str | None = None
    cdx_limit: int = 0

    def limit(self, service: str) -> int:
        """Return the limit of ``timegate`` or ``cdx``, in requests per minute."""
        return self.cdx_limit if service == "cdx" else self.timegate_limit

    def capture_url(self, source: str, time: str) -> str:
        """Return the URL of the capture of a source at a time (14 digits), or of the one nearest to it."""
        return self.timegate.format(time=time, url=quote(source, safe=_PLAIN))

    def cdx_url(self, source: str, time: str, window: tuple[dt.date, dt.date] | None) -> str:
        """Return the URL that lists the captures with status 200 nearest to a time, in the days of ``window`` if given.

        Raises ValueError if the archive has no CDX server.
        """
        if self.cdx is None:
            raise ValueError(f"{self.name} has no CDX server")
        # Without sort=closest, closest= is ignored.
        query = {"url": source, "closest": time, "sort": "closest", "filter": "statuscode:200", "fl": _FIELDS}
        if window is not None:
            first, last = (day.isoformat().replace("-", "") for day in window)
            query |= {"from": first, "to": last}
        return f"{self.cdx}?{urlencode(query | {'limit': str(_ROWS)})}"

    def resolve(self, base: str, location: str) -> str | None:
        """Return the URL that a ``Location``, absolute or relative, names at ``base``, with the scheme of the archive.

        None if it is malformed, or leaves the archive.
        """
        text = location.strip()
        try:
            url = urljoin(base, text)
        except ValueError:
            return None
        if not url.isprintable() or " " in url or not self._has(url):
            return None
        return f"{urlsplit(self.timegate).scheme}:{url.partition(':')[2]}"

    def original_of(self, url: str) -> str | None:
        """Return the URL whose capture is at ``url``; None if that is not the URL of a capture of this archive."""
        found = _DIGITS.search(url) if self._has(url) else None
        return url[found.end() :] if found is not None else None

    def _has(self, url: str) -> bool:
        return _server(url) == _server(self.timegate)


WAYBACK = WebArchive(
    "wayback",
    "Wayback Machine",
    "https://web.archive.org/web/{time}/{url}",
    480,
    "https://web.archive.org/cdx/search/cdx",
    24,
)
ARQUIVO = WebArchive("arquivo", "Arquivo.pt", "https://arquivo.pt/wayback/{time}/{url}", 320)
WEB_ARCHIVES = (WAYBACK, ARQUIVO)


def is_capture(url: str) -> bool:
    """Whether a URL is that of a capture in one of the archives, so that there is no need for a copy of it."""
    return any(archive.original_of(url) is not None for archive in WEB_ARCHIVES)


def is_capture_of(url: str, source: str) -> bool:
    """Whether a URL is that of a capture of ``source`` in one of the archives."""
    originals = (archive.original_of(url) for archive in WEB_ARCHIVES)
    return any(original is not None and is_same_original(original, source) for original in originals)


def read_timestamp(digits: str) -> dt.datetime | None:
    """Return the time that 14 digits mean; None if there is no such time, or no digits.

    Some captures have month or day 00: they count as the first.
    """
    if not digits:
        return None
    month, day = max(int(digits[4:6]), 1), max(int(digits[6:8]), 1)
    try:
        return dt.datetime(
            int(digits[:4]), month, day, int(digits[8:10]), int(digits[10:12]), int(digits[12:14]), tzinfo=dt.UTC
        )
    except ValueError:
        return None


def capture_time(url: str) -> dt.datetime | None:
    """Return the time of a capture, which its URL says; None if it says none."""
    found = _DIGITS.search(url)
    return read_timestamp(found[1]) if found is not None else None


def is_same_original(one: str, other: str) -> bool:
    """Whether archives treat two URLs as one: scheme, ``www.``, port, case, encoding and a final slash may differ."""
    return _essence(one) == _essence(other)


def _essence(url: str) -> str:
    bare = _SCHEME.sub("", unquote(url).split("#", 1)[0], count=1).casefold()
    host, slash, rest = bare.partition("/")
    host = re.sub(r":(?:80|443)\Z", "", host)
    return f"{re.sub(r'www[0-9]?[.]', '', host, count=1)}{slash}{rest}".rstrip("/?")


def _server(url: str) -> tuple[str, int] | None:
    """Return the host and port of a URL, one port for ``http`` and ``https``; None if it has none, or names a user."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.username is not None or parts.scheme not in ("http", "https"):
        return None
    return host, 443 if port in (None, 80) else port or 0
