"""Answers of web archives (RFC 7089 and the CDX server), read: captures, times, and reasons why there is none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol

from newsarc.sources.archived.web_archives import read_timestamp

_REDIRECTS = (301, 302, 303, 307, 308)
_CRAWLED_REDIRECT = re.compile(rb"Got an HTTP (3\d\d) response at crawl time")
_CDX_ROW = re.compile(r"(\d{14}) (\d{3})\Z", re.ASCII)
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))*)", re.ASCII)
_PARAMETER = re.compile(r";\s*([\w-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.ASCII)
_RUNTIME_ERROR = "x-archive-wayback-runtime-error"
_REFUSALS = (401, 403, 404, 451)  # of captures that exist, but are not shown
# What archives say of such captures, in lower case, and what it means.
_WITHHELD = (
    ("robotaccesscontrolexception", "blocked by robots.txt"),
    ("blocked by robots", "blocked by robots.txt"),
    ("administrativeaccesscontrolexception", "blocked site"),
    ("blocked site error", "blocked site"),
    ("url has been excluded", "excluded from the archive"),
)


class ArchiveAnswer(NamedTuple):
    """The answer to one request, redirects not followed. Names of headers are in lower case; ``body`` is the beginning.

    Several headers of one name are one, joined by commas.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class HttpGet(Protocol):
    """Makes one request, without following redirects. Raises OSError (also TimeoutError) if there is no answer."""

    async def __call__(self, url: str, headers: Mapping[str, str]) -> ArchiveAnswer: ...  # noqa: D102


def memento_time(answer: ArchiveAnswer) -> dt.datetime | None:
    """Return the time of the capture that an answer plays back; None if it is not one.

    The status of such an answer is that of the captured page, and not one of the archive: 404, 429, 503 included.
    """
    return http_date(answer.headers.get("memento-datetime", ""))


def http_date(text: str) -> dt.datetime | None:
    """Return the date of an HTTP header, in UTC; None if it is malformed."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def location(answer: ArchiveAnswer) -> str | None:
    """Return the Location of a redirect as written; None for any other answer."""
    return answer.headers.get("location") if answer.status in _REDIRECTS else None


def crawled_redirect(answer: ArchiveAnswer) -> int | None:
    """Return the status of the redirect that a page of the Wayback Machine is about; None if it is not such a page."""
    found = _CRAWLED_REDIRECT.search(answer.body)
    return int(found[1]) if found is not None else None


def why_withheld(answer: ArchiveAnswer) -> str | None:
    """Return why an archive does not show what it has, in a few words; None if it does not say that."""
    said = answer.headers.get(_RUNTIME_ERROR, "")
    if answer.status in _REFUSALS:
        said += answer.body.decode("utf-8", "replace")
    said = said.casefold()
    meaning = next((meaning for words, meaning in _WITHHELD if words in said), None)
    return meaning or ("unavailable for legal reasons (451)" if answer.status == 451 else None)


def memento_link(answer: ArchiveAnswer, at: dt.datetime) -> str | None:
    """Return the target of the Link header that names the memento of a time; None if there is none."""
    for target, parameters in _links(answer.headers.get("link", "")):
        is_memento = "memento" in parameters.get("rel", "").lower().split()
        if is_memento and http_date(parameters.get("datetime", "")) == at:
            return target
    return None


def _links(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for link in _LINK.finditer(text):
        found = _PARAMETER.finditer(link[2])
        yield link[1], {parameter[1].lower(): parameter[2] or parameter[3] or "" for parameter in found}


def timestamp(at: dt.datetime) -> str:
    """Return a time as archives write it: 14 digits."""
    return at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S").rjust(14, "0")


def cdx_captures(answer: ArchiveAnswer) -> list[str]:
    """Return the 14 digits of each capture with status 200 in an answer of a CDX server.

    Lines of any other form are skipped: errors, an empty JSON document, an incomplete last line.
    """
    rows = map(_CDX_ROW.match, answer.body.decode("utf-8", "replace").splitlines())
    return [row[1] for row in rows if row is not None and row[2] == "200" and read_timestamp(row[1]) is not None]
