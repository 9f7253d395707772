"""NA3: the sources of an event."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.rules.rule import PageRule
from newsarc.model import Event, Source
from newsarc.text.normalize import fold

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.page import Page

_PLAIN = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]+(?::\d{1,4})?(?:[/?#][!-~]*)?\Z", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?\.?\Z")  # other scripts than Latin too
_ODD_KINDS = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control characters, invisible ones, space
_JOINERS = "\u200c\u200d"  # some scripts need them
_PICTURE = "cover image"  # an item of this label is a picture that came with the report
_ITEM_LINES = 8  # how far below its first line an item's picture is looked for


class MissingSource(PageRule):
    """An event has no source, so nobody can check it.

    An empty `Sources` section is reported at its heading. A cover image alone does not count as a source. Only events
    from the year `sources-since` on are checked, since many archives began without sources.

        [lint]
        select = ["E", "W", "missing-source"]
        sources-since = 2010

    Off by default: many pages have no source (one in five in the Chinese archive), and so many findings would hide the
    others.

    Bad:

        # Two bridges close

    Good:

        # Two bridges close

        ### Source:

        1. [The Harbour Gazette](https://gazette.example.org/2019/03/01/bridges)
    """

    code = "NA301"
    name = "missing-source"
    summary = "an event has no source"
    severity = "warning"
    default = False
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        event = page.event
        if event is None or page.day.year < reader.config.lint.sources_since:
            return
        if any(fold(source.text) != _PICTURE for source in event.sources):
            return
        section = next((section for section in event.sections if section.kind == "sources"), None)
        if event.sources:
            yield self.finding(page.path, event.sources[0].line, "the event has a cover image, but no source")
        elif section is not None:
            yield self.finding(page.path, section.line, f'the section "{section.title.rstrip(":： ")}" has no sources')
        else:
            yield self.finding(page.path, event.headline_line or 1, "the event has no source")


class InvalidSourceUrl(PageRule):
    """The URL of a source, or of its cover image, is not a web address.

    A web address has the scheme `http` or `https`, a full host name, and no spaces or invisible characters. Letters of
    any script are allowed. URLs relative to the site that they were copied from do not work in an archive.

    The fix is safe: it removes spaces and invisible characters around the URL, and turns `//host/path` into
    `https://host/path`. `//` means the protocol of the current page, and a file has none; sites that write it serve
    `https` too.

    Bad:

        1. [The Harbour Gazette](//gazette.example.org/bridges)
        2. [Port Radio](/news/bridges.html)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
        2. [Port Radio](http://radio.example.org/news/bridges.html)
    """

    code = "NA302"
    name = "invalid-source-url"
    summary = "the URL of a source is not a web address"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        # A fix must not create a duplicate of another source.
        addresses = {source.url.strip() for source in page.event.sources} if page.event else set()
        for source in _addresses(page):
            wrong = _problem(source.url)
            if wrong is None:
                continue
            fix = None
            fixed = _fixed(source.url)
            is_picture = source.url == source.image  # which may be there twice
            is_unique = is_picture or fixed == source.url.strip() or fixed not in addresses
            is_fit = is_unique and _problem(fixed) is None
            if source.end_column > source.column and is_fit:
                addresses.add(fixed)
                fix = Fix(True, (Edit(page.path, source.line, source.column, source.line, source.end_column, fixed),))
            yield self.at(page.path, source, wrong, fix=fix)


class DuplicateSource(PageRule):
    """Two sources of one event have the same URL.

    Two sources that are one look like more evidence than there is. The fix removes the later item; it is safe if that
    item has the same label and no cover image of its own.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
        2. [The Harbour Gazette](https://gazette.example.org/bridges)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
    """

    code = "NA303"
    name = "duplicate-source"
    summary = "two sources of one event have the same URL"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        event = page.event
        first: dict[str, Source] = {}
        for source in event.sources if event else ():
            earlier = first.setdefault(source.url.strip(), source)
            if event and earlier is not source and source.url.strip():
                message = f"same URL as on line {earlier.line}"
                yield self.at(page.path, source, message, fix=_without(page, event, source, earlier))


def _without(page: Page, event: Event, source: Source, earlier: Source) -> Fix | None:
    """Return the fix that removes the item of ``source``; None if its line has anything else."""
    is_in_front = event.front_matter is not None and source.line <= event.front_matter.end_line
    if is_in_front or page.shares_line(source.line):
        return None
    if not page.is_removable(source.line):
        return None
    is_same = fold(source.text) == fold(earlier.text) and source.image in (None, earlier.image)
    return Fix(is_same, (Edit(page.path, source.line, 1, source.line + 1, 1, ""),))


def _addresses(page: Page) -> Iterator[Source]:
    """Yield the sources, and each cover image as if it were a source."""
    for source in page.event.sources if page.event else ():
        yield source
        if source.image is not None and not _PLAIN.match(source.image):
            yield _picture(source, source.image, page)


def _picture(source: Source, image: str, page: Page) -> Source:
    lines = page.lines
    for number in range(source.line, min(source.line + _ITEM_LINES, len(lines) + 1)):
        start = source.end_column if number == source.line else 1
        at = lines[number - 1].find(f"]({image})", start - 1)
        if image and at >= 0:
            return source._replace(url=image, line=number, column=at + 3, end_column=at + 3 + len(image))
    return source._replace(url=image, end_column=source.column)


def _problem(url: str) -> str | None:
    """Return why ``url`` is not a web address, or None if it is one."""
    if _PLAIN.match(url):
        return None
    shown = " ".join(url.split())
    if not shown:
        return "the source has no URL"
    odd = next((char for char in url if _is_odd(char)), None)
    if odd is not None:
        where = "around" if not any(_is_odd(char) for char in _bare(url)) else "in"
        what = "whitespace" if odd.isspace() else f"invisible character (U+{ord(odd):04X})"
        return f"{what} {where} the URL: {shown}"
    return _wrong_scheme(url) or _wrong_host(url)


def _wrong_scheme(url: str) -> str | None:
    if url.startswith("//"):
        return f"URL without http: or https: {url}"
    scheme = _SCHEME.match(url)
    if scheme is None or "." in scheme[1]:  # "gazette.example.org:80/x" has none
        return f"relative URL: {url}"
    return None if scheme[1].lower() in ("http", "https") else f"not an http or https URL: {url}"


def _wrong_host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"malformed host or port: {url}"
    if not host:
        return f"URL without a host: {url}"
    if ":" in host:  # a number of IP version 6; urlsplit has looked at it
        return None
    if not _HOST.match(host) or ".." in host:
        return f"malformed host: {url}"
    return None if "." in host.rstrip(".") else f'"{host}" is not a full host name: {url}'


def _fixed(url: str) -> str:
    bare = _bare(url)
    return f"https:{bare}" if bare.startswith("//") else bare


def _bare(url: str) -> str:
    """Return ``url`` without space and invisible characters around it."""
    start, end = 0, len(url)
    while start < end and _is_odd(url[start]):
        start += 1
    while end > start and _is_odd(url[end - 1]):
        end -= 1
    return url[start:end]


def _is_odd(char: str) -> bool:
    return not "!" <= char <= "~" and unicodedata.category(char) in _ODD_KINDS and char not in _JOINERS


RULES = (MissingSource(), InvalidSourceUrl(), DuplicateSource())
