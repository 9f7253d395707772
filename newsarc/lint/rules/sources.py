"""NA3: where an event was reported."""

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
    from newsarc.archive.reader import Pages
    from newsarc.lint.page import Page

_PLAIN = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]+(?::\d{1,4})?(?:[/?#][!-~]*)?\Z", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?\.?\Z")  # other scripts than Latin too
_ODD_KINDS = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control characters, invisible ones, space
_JOINERS = "\u200c\u200d"  # some scripts need them
_PICTURE = "cover image"  # an item of this label is a picture that came with the report
_ITEM_LINES = 8  # how far below its first line an item's picture is looked for


class MissingSource(PageRule):
    """An event does not say where it was reported, so nobody can check it.

    A `Sources` section without an item is reported at its heading; a picture alone ("Cover Image") is no source.
    Only events filed in `sources-since` or later are looked at: collections often began without sources.

        [lint]
        select = ["E", "W", "missing-source"]
        sources-since = 2010

    Off by default: a page may do without (one in five of the Chinese archive does, in every year alike), and so many
    findings that cannot be mended at a stroke would hide the others.

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

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        event = page.event
        if event is None or page.day.year < archive.config.lint.sources_since:
            return
        if any(fold(source.text) != _PICTURE for source in event.sources):
            return
        section = next((section for section in event.sections if section.kind == "sources"), None)
        if event.sources:
            yield self.finding(page.path, event.sources[0].line, "the event has a picture, but no source")
        elif section is not None:
            yield self.finding(page.path, section.line, f'the section "{section.title.rstrip(":： ")}" names no source')
        else:
            yield self.finding(page.path, event.headline_line or 1, "the event has no source")


class InvalidSourceUrl(PageRule):
    """The address of a source, or of the picture beside it, is no web address, so nobody can follow it.

    A web address has `http` or `https` and a whole host, and neither space nor invisible characters. Letters of any
    script are fine. What stands in an archive of files cannot be relative to the site that it was copied from.

    Fixed safely: space and invisible characters around the address go; `//host/path` becomes `https://host/path`. By
    definition that form says "by whatever protocol this page came", which is none for a file, so the address means
    nothing as it stands; sites write it only where `https` serves the same, and browsers show a page of today so.

    Bad:

        1. [The Harbour Gazette](//gazette.example.org/bridges)
        2. [Port Radio](/news/bridges.html)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
        2. [Port Radio](http://radio.example.org/news/bridges.html)
    """

    code = "NA302"
    name = "invalid-source-url"
    summary = "the address of a source is no web address"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        # An address that another source has, or gets by its fix, would be a duplicate.
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
    """Two sources of one event have the same address.

    It looks like two reports, and is one. Fixed by taking out the later item: safely where it has the same label and
    no picture of its own, else only with `--unsafe-fixes`.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
        2. [The Harbour Gazette](https://gazette.example.org/bridges)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
    """

    code = "NA303"
    name = "duplicate-source"
    summary = "two sources of one event have the same address"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        event = page.event
        first: dict[str, Source] = {}
        for source in event.sources if event else ():
            earlier = first.setdefault(source.url.strip(), source)
            if event and earlier is not source and source.url.strip():
                message = f"line {earlier.line} has the same address"
                yield self.at(page.path, source, message, fix=_without(page, event, source, earlier))


def _without(page: Page, event: Event, source: Source, earlier: Source) -> Fix | None:
    """Return the fix that takes out the item of ``source``; None where that is not all that stands on its line."""
    is_in_front = event.front_matter is not None and source.line <= event.front_matter.end_line
    if is_in_front or page.shares_line(source.line):
        return None
    if not page.is_removable(source.line):
        return None
    is_same = fold(source.text) == fold(earlier.text) and source.image in (None, earlier.image)
    return Fix(is_same, (Edit(page.path, source.line, 1, source.line + 1, 1, ""),))


def _addresses(page: Page) -> Iterator[Source]:
    """Yield the sources, and each picture beside one as if it were a source of its own."""
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
    """Say what keeps ``url`` from being a web address, or return None."""
    if _PLAIN.match(url):
        return None
    shown = " ".join(url.split())
    if not shown:
        return "the source has no address"
    odd = next((char for char in url if _is_odd(char)), None)
    if odd is not None:
        where = "around" if not any(_is_odd(char) for char in _bare(url)) else "in"
        what = "space" if odd.isspace() else f"an invisible character (U+{ord(odd):04X})"
        return f"there is {what} {where} the address: {shown}"
    return _wrong_scheme(url) or _wrong_host(url)


def _wrong_scheme(url: str) -> str | None:
    if url.startswith("//"):
        return f"the address does not say http or https: {url}"
    scheme = _SCHEME.match(url)
    if scheme is None or "." in scheme[1]:  # "gazette.example.org:80/x" has none
        return f"a relative address leads nowhere from here: {url}"
    return None if scheme[1].lower() in ("http", "https") else f"not an address of the web (http or https): {url}"


def _wrong_host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"the host, or its port, is malformed: {url}"
    if not host:
        return f"the address has no host: {url}"
    if ":" in host:  # a number of IP version 6; urlsplit has looked at it
        return None
    if not _HOST.match(host) or ".." in host:
        return f"the host is malformed: {url}"
    return None if "." in host.rstrip(".") else f'"{host}" is no whole host: {url}'


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
