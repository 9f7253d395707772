"""The event page of which no more than its links is read: for runs that ask about nothing but broken related links.

A page is read as bytes, and its lines are not looked at one by one: that takes 6 µs, where :mod:`newsarc.lint.regular`
takes 25 and the parser 150. Like that it is a sieve: what is not recognised goes the long way, and the tests hold all
ways together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from newsarc.config import SECTIONS, Config, Labels
from newsarc.lint.regular import CHANGES, CURRENT, change_items
from newsarc.model import RelatedLink
from newsarc.parser.page import section_words
from newsarc.parser.plain import plain_related

NO_EVENT = -1  # the number of what a link to the web leads to


class LinkedEvent(NamedTuple):
    """What is read of an event page: its headline as written, the line that it is on, and the numbers of the events
    that its links lead to (NO_EVENT for the web).

    ``odd`` are the related links that lead to no known path as they are spelled, ``former`` the paths of former
    versions; both are told only of pages with a link that leads to no known path.
    """

    headline: str
    line: int
    targets: Sequence[int]
    odd: Sequence[RelatedLink] = ()
    former: Sequence[str] = ()


class LinkReader:
    """Reads event pages. ``spelled`` are the paths of all events as links spell them, in the order of their numbers;
    ``names`` are context names that are known to contain a comma.
    """

    def __init__(self, spelled: Iterable[bytes], config: Config, names: frozenset[str]) -> None:
        # As _TARGET finds them: with the bracket that ends them. A link to the web is found as nothing.
        self._numbers: dict[bytes, int] = {path + b")": number for number, path in enumerate(spelled)}
        self._numbers[b""] = NO_EVENT
        self._config = config
        self._names = names
        self._sections = _sections(config.labels)

    def read(self, data: bytes, path: str) -> LinkedEvent | None:
        """Return what the event page at ``path`` says; None for a page that must be read with more care."""
        start = _HEADLINE.match(data)
        # A comment may be one to newsarc. Measured: looking for its first character takes a tenth of looking for it.
        if start is None or (b"<" in data and b"<!--" in data):
            return None
        try:
            headline = start[1].decode().strip()
        except UnicodeDecodeError:
            return None
        if not headline or headline[-1] == "#":  # which may close the heading
            return None
        line = data.count(b"\n", 0, start.start(1)) + 1
        # Measured: 5 µs for the twelve links of a page; finding and looking up one by one takes 9.
        numbers = list(map(self._numbers.get, _TARGET.findall(data, start.end())))
        if None in numbers:
            return self._with_odd_links(data, headline, line, path)
        return LinkedEvent(headline, line, numbers)  # type: ignore[arg-type]

    def _with_odd_links(self, data: bytes, headline: str, line: int, path: str) -> LinkedEvent | None:
        """Return what the page says if all its related links are in plain items of its last section, or it has none."""
        sections = self._sections
        related = sections.related.match(data, data.rfind(b"\n### "))
        head = b"\n" + (data[: related.start() + 1] if related else data)
        if b"\r" in data or sections.is_odd(head):
            return None
        former: Sequence[str] | None = self._former(head) if sections.has_changes(head) else ()
        links = self._links(data, related.end(), path) if related else ([], [])
        if former is None or links is None:
            return None
        return LinkedEvent(headline, line, links[0], links[1], former)

    def _links(self, data: bytes, begin: int, path: str) -> tuple[list[int], list[RelatedLink]] | None:
        """Return targets and odd links of the items that begin at ``begin``, and go on to the end."""
        items = data[begin:].rstrip(b"\n")
        if b"\\" in items or b"![" in items or b"](" not in items:
            return None
        # Each line must begin an item of its own, with one link: then that is up to nothing but its line. It takes 8 µs
        # for ten items; line by line it takes 18.
        first, *behind = items.split(b"](")
        newlines = [part.count(b"\n") for part in behind]
        if b"\n" in first or newlines.pop() or newlines.count(1) != len(newlines):
            return None
        if len(_BEGINS_ITEM.findall(b"\n" + items)) != len(behind):
            return None
        numbers = list(map(self._numbers.get, [part[: part.find(b")") + 1] for part in behind]))
        odd: list[RelatedLink] = []
        if None in numbers:
            line = data.count(b"\n", 0, begin) + 1
            lines = items.split(b"\n")
            for at in [at for at, number in enumerate(numbers) if number is None]:
                links = self._read_item(lines[at], line + at, path)
                if not links:
                    return None
                odd.append(links[0])
        return [number for number in numbers if number is not None], odd

    def _read_item(self, line: bytes, number: int, path: str) -> list[RelatedLink]:
        written = _decoded(line)
        return plain_related([written], 0, path, self._config, self._names, number) if written is not None else []

    def _former(self, head: bytes) -> list[str] | None:
        """Return the paths that Changes, the last section of ``head``, give for former versions; None where they are
        not as the archive writes them.
        """
        text = _decoded(head)
        items = self._sections.changes.search(text) if text is not None else None
        if items is None:
            return None
        prefix = f"{self._config.site_prefix}/"
        targets = [target for target, note in CHANGES.findall(items[1]) if note != CURRENT]
        return [target[len(prefix) :] for target in targets] if all(t.startswith(prefix) for t in targets) else None


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


# The lines that stand before the headline of an event, and the targets of the links behind it, none for a web address
# whose host has a dot: others may be no address of another site.
_HEADLINE = re.compile(rb"(?:\n|Formats:[ \t][^\n]*\n|### \[[^\n]*\n|#####(?: [^\n]*)?\n)*# ([^\n]*)(?:\n|\Z)")
_TARGET = re.compile(rb"\]\((?:https?://[A-Za-z0-9-]+\.|([^)]*\)?))")
_BEGINS_ITEM = re.compile(rb"\n\d{1,9}[.)] \[")


class _Sections(NamedTuple):
    """What finds the sections of a page: ``related`` the heading of one before a list, ``changes`` one with nothing
    behind it, whose items are a group, ``has_changes`` any such heading; ``is_odd`` a heading that may begin another
    section of related links, and a topic that a context may be called by.
    """

    related: re.Pattern[bytes]
    changes: re.Pattern[str]
    has_changes: Callable[..., re.Match[bytes] | None]
    is_odd: Callable[..., re.Match[bytes] | None]


@cache
def _sections(labels: Labels) -> _Sections:
    sources, changes, related = (section_words(labels, kind) for kind in SECTIONS)
    # They begin with "\n", and not with "^", which is tried at every character: 1 µs instead of 12.
    return _Sections(
        re.compile(rf"\n### {related}\n\n*(?=\d)".encode()),
        re.compile(rf"\n### {changes}\n\n*({change_items()})\n*\Z"),
        re.compile(rf"\n### {changes}\n".encode()).search,
        re.compile(rf"\n {{0,3}}(?:###[ \t](?!\[|(?:{changes}|{sources})\n)|#####[^\n]*,)".encode()).search,
    )
