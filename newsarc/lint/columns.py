"""The facts of the events of a day folder, in columns.

Of 100,000 events with 900,000 links that is 30 MB; as objects it was 600. Packed, as bytes, they go from process to
process and from run to run.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from newsarc.lint.labels import said
from newsarc.lint.linked import LinkedEvent
from newsarc.lint.regular import RegularDayPage, RegularEvent
from newsarc.model import DayPage, Event
from newsarc.storage.tree import Day
from newsarc.text.normalize import display

NOBODY = -1  # the number of what is no event of the archive
NO_KEY = 0  # of a headline that no label can be compared with by its key
Former = Mapping[int, tuple[tuple[str, ...], tuple[str, ...]]]  # of some events, by place: former slugs and paths


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of a day page: the numbers of the events that it lists."""

    path: str
    day: Day
    entries: Sequence[int]

    def at(self, path: str) -> DayFacts:
        """Return the facts of a page that says the same, at ``path``."""
        return DayFacts(path, self.day, self.entries)


@dataclass(slots=True)
class Columns:
    """The facts of some event pages that follow each other, and of the day pages among them.

    An event page that could not be read has None for its headline. ``counts`` says how many related links an event has;
    of each of those there are the number of its target and the key of its label. Without ``with_labels``, there are no
    keys.
    """

    headlines: list[str | None] = field(default_factory=list)
    keys: array[int] = field(default_factory=lambda: array("q"))
    lines: array[int] = field(default_factory=lambda: array("i"))
    titles: dict[int, str] = field(default_factory=dict)
    former: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    counts: array[int] = field(default_factory=lambda: array("i"))
    targets: array[int] = field(default_factory=lambda: array("i"))
    labels: array[int] = field(default_factory=lambda: array("q"))
    day_pages: list[DayFacts] = field(default_factory=list)
    with_labels: bool = True

    def add_regular(self, page: RegularEvent, targets: Sequence[int], site_prefix: str) -> None:
        """Take the facts of a regular event page; ``targets`` are the numbers of the events that its links reach."""
        self._add(page.headline, page.headline, page.line)
        self.counts.append(len(targets))
        self.targets.extend(targets)
        if self.with_labels:
            self.labels.extend(map(label_key, page.labels))
        if page.former:
            self._add_former([target[len(site_prefix) + 1 :] for target in page.former])

    def add_event(self, event: Event, known: Mapping[str, int], site_prefix: str) -> None:
        """Take the facts of an event page whose links are checked. ``known`` has the numbers of the events by how links
        spell their paths.
        """
        headline = event.headline_written.strip()
        is_shown = display(headline) == event.headline  # else front matter says another
        if not is_shown:
            self.titles[len(self.headlines)] = event.headline
        self._add(headline, headline if is_shown else None, event.headline_line or 1)
        self.counts.append(len(event.related))
        for link in event.related:
            self.targets.append(known.get(f"{site_prefix}/{link.path}", NOBODY) if link.path else NOBODY)
        if self.with_labels:
            self.labels.extend([label_key(link.label) for link in event.related])
        if event.former_slugs or event.former_paths:
            self.former[len(self.headlines) - 1] = (event.former_slugs, event.former_paths)

    def add_linked(self, page: LinkedEvent, odd: Sequence[int]) -> None:
        """Take the facts of an event page of which no more than its links was read. ``odd`` are the numbers of the
        events that its odd links reach.
        """
        targets = [*page.targets, *odd] if odd else page.targets
        self.headlines.append(page.headline)
        self.lines.append(page.line)
        self.counts.append(len(targets))
        self.targets.extend(targets)
        if page.former:
            self._add_former(page.former)

    def _add_former(self, paths: Sequence[str]) -> None:
        slugs = sorted({path.rpartition("/")[2].removesuffix(".md") for path in paths})
        self.former[len(self.headlines) - 1] = (tuple(slugs), tuple(dict.fromkeys(paths)))

    def add_unread(self) -> None:
        """Take notice of an event page that could not be read."""
        self._add(None, None, 1)
        self.counts.append(0)

    def add_day_page(
        self, path: str, day: Day, page: DayPage | RegularDayPage, known: Mapping[str, int], site_prefix: str
    ) -> None:
        """Take the facts of a day page, parsed or regular."""
        if isinstance(page, RegularDayPage):
            targets: Iterable[str] = page.targets
        else:
            targets = (f"{site_prefix}/{entry.link.path}" for entry in page.entries if entry.link.path is not None)
        entries = array("i", [number for target in targets if (number := known.get(target)) is not None])
        self.day_pages.append(DayFacts(path, day, entries))

    def packed(self) -> bytes:
        """Return these columns as bytes, from which :func:`unpacked` makes them again."""
        arrays = [column.tobytes() for column in (self.keys, self.lines, self.counts, self.targets, self.labels)]
        pages = [(page.path, _bytes(page.entries)) for page in self.day_pages]
        return marshal.dumps((self.headlines, *arrays, self.titles, self.former, pages))

    def renumbered(self, table: Sequence[int]) -> Columns:
        """Return these columns with the numbers that ``table`` has for those of the events that they name."""
        columns = Columns(self.headlines, self.keys, self.lines, self.titles, self.former, self.counts)
        columns.targets = array("i", [table[number] for number in self.targets])  # table[NOBODY] is the last: NOBODY
        columns.labels = self.labels
        columns.day_pages = [
            DayFacts(page.path, page.day, array("i", [table[number] for number in page.entries]))
            for page in self.day_pages
        ]
        return columns

    def says_as(self, other: Columns) -> bool:
        """Whether the events are called the same as those of ``other``, now and formerly."""
        return self.headlines == other.headlines and self.titles == other.titles and self.former == other.former

    def _add(self, headline: str | None, label: str | None, line: int) -> None:
        """Take the headline of an event, and the label that says it, if one does."""
        self.headlines.append(headline)
        self.lines.append(line)
        if self.with_labels:
            self.keys.append(NO_KEY if label is None else label_key(label))


def unpacked(data: bytes, day: Day) -> Columns:
    """Return the columns of ``day`` that :meth:`Columns.packed` made bytes of."""
    headlines, keys, lines, counts, targets, labels, titles, former, pages = marshal.loads(data)
    day_pages = [DayFacts(path, day, array("i", entries)) for path, entries in pages]
    return Columns(
        headlines, array("q", keys), array("i", lines), titles, former,
        array("i", counts), array("i", targets), array("q", labels), day_pages,
    )  # fmt: skip


def _bytes(numbers: Sequence[int]) -> bytes:
    return (numbers if isinstance(numbers, array) else array("i", numbers)).tobytes()


@lru_cache(maxsize=1 << 17)
def label_key(written: str) -> int:
    """Return a number that stands for what a label or a headline says (:func:`newsarc.lint.labels.said`)."""
    # A label stands on nine pages, hence the cache: 0.1 µs instead of 2. It lives as long as a worker.
    return said_key(said(written))


def said_key(words: str) -> int:
    """Return a number that stands for ``words``: the same in every run, and another for all others."""
    # blake2b: what two texts share must not be up to whoever writes them.
    return int.from_bytes(
        blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True
    )
