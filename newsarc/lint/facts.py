"""What the first look at all pages leaves behind for the rules that need more than one of them.

An event is a number here, its place in the order of time, and what is known of all events stands in columns: of 100,000
events with 900,000 links that is 30 MB, and as objects it was 600.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from newsarc.lint.regular import RegularDayPage, RegularEvent
from newsarc.model import DayPage, Event
from newsarc.text import display, fold
from newsarc.tree import Day, Tree

NOBODY = -1  # the number of what is no event of the archive
_NO_KEY = 0  # of a headline that no label can be compared with by its key


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What is known of an event; ``headline`` is folded, ``line`` is the headline's."""

    number: int
    path: str
    day: Day
    headline: str
    title: str
    line: int
    former_slugs: tuple[str, ...]
    former_paths: tuple[str, ...]


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
    of each of those there are the number of its target and the key of its label.
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

    def add_regular(self, page: RegularEvent, targets: Sequence[int], site_prefix: str) -> None:
        """Take the facts of a regular event page; ``targets`` are the numbers of the events that its links reach."""
        self._add(page.headline, label_key(page.headline), page.line)
        self.counts.append(len(targets))
        self.targets.extend(targets)
        self.labels.extend([label_key(label.strip()) for label in page.labels])
        if page.former:
            paths = tuple(dict.fromkeys(target[len(site_prefix) + 1 :] for target in page.former))
            slugs = sorted({path.rpartition("/")[2].removesuffix(".md") for path in paths})
            self.former[len(self.headlines) - 1] = (tuple(slugs), paths)

    def add_event(self, event: Event, known: Mapping[str, int], site_prefix: str) -> None:
        """Take the facts of an event page whose links are checked. ``known`` has the numbers of the events by how links
        spell their paths.
        """
        headline = event.headline_written.strip()
        is_shown = display(headline) == event.headline  # else front matter says another
        if not is_shown:
            self.titles[len(self.headlines)] = event.headline
        self._add(headline, label_key(headline) if is_shown else _NO_KEY, event.headline_line or 1)
        self.counts.append(len(event.related))
        for link in event.related:
            self.targets.append(known.get(f"{site_prefix}/{link.path}", NOBODY) if link.path else NOBODY)
            self.labels.append(label_key(link.label.strip()))
        if event.former_slugs or event.former_paths:
            self.former[len(self.headlines) - 1] = (event.former_slugs, event.former_paths)

    def add_unread(self) -> None:
        """Take notice of an event page that could not be read."""
        self._add(None, _NO_KEY, 1)
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

    def _add(self, headline: str | None, key: int, line: int) -> None:
        self.headlines.append(headline)
        self.keys.append(key)
        self.lines.append(line)


class Facts:
    """The facts of all pages of an archive; made from its tree, and filled by :meth:`extend` in the order of time.

    ``known`` has the number of each event by how links spell its path. :meth:`events` and the like give those events
    alone whose pages could be read.
    """

    def __init__(self, tree: Tree, days: Sequence[Day], site_prefix: str) -> None:
        self.site_prefix = site_prefix
        self.days = days
        self.known: dict[str, int] = {}
        self._starts: list[int] = []  # of each day, the number of its first event
        for day in days:
            self._starts.append(len(self.known))
            for path in tree.event_paths(day):
                self.known[f"{site_prefix}/{path}"] = len(self.known)
        self.day_pages: list[DayFacts] = []
        self._paths = list(self.known)
        self._places = {day.path: place for place, day in enumerate(days)}
        self._columns = Columns()
        self._link_starts: array[int] = array("i", [0])
        self._events: dict[int, EventFacts] = {}

    def __len__(self) -> int:
        """How many event pages there are."""
        return len(self._paths)

    def extend(self, columns: Columns) -> None:
        """Take the facts of the events that come next."""
        mine, first = self._columns, len(self._columns.headlines)
        mine.headlines.extend(columns.headlines)
        mine.keys.extend(columns.keys)
        mine.lines.extend(columns.lines)
        mine.targets.extend(columns.targets)
        mine.labels.extend(columns.labels)
        mine.titles.update((first + at, title) for at, title in columns.titles.items())
        mine.former.update((first + at, names) for at, names in columns.former.items())
        for count in columns.counts:
            self._link_starts.append(self._link_starts[-1] + count)
        self.day_pages.extend(columns.day_pages)

    def path(self, number: int) -> str:
        """Return the path of an event."""
        return self._paths[number][len(self.site_prefix) + 1 :]

    def number(self, path: str) -> int | None:
        """Return the number of the event at ``path``; None where there is none, or it could not be read."""
        number = self.known.get(f"{self.site_prefix}/{path}")
        return number if number is not None and self._columns.headlines[number] is not None else None

    def day(self, number: int) -> Day:
        """Return the day folder of an event."""
        return self.days[bisect_right(self._starts, number) - 1]

    def event(self, number: int) -> EventFacts:
        """Return what is known of an event."""
        event = self._events.get(number)
        if event is None:
            title = self.title(number)
            path = self.path(number)
            former_slugs, former_paths = self._columns.former.get(number, ((), ()))
            headline, day = fold(title), self.day(number)
            title = title or path.rpartition("/")[2].removesuffix(".md")
            line = self._columns.lines[number]
            event = EventFacts(number, path, day, headline, title, line, former_slugs, former_paths)
            self._events[number] = event
        return event

    def title(self, number: int) -> str:
        """Return the headline of an event for reading; empty where it has none."""
        title = self._columns.titles.get(number)
        return title if title is not None else display(self._columns.headlines[number] or "")

    def events(self) -> Iterator[int]:
        """Yield the numbers of all events."""
        return (number for number, headline in enumerate(self._columns.headlines) if headline is not None)

    def events_of(self, folder: str) -> list[int]:
        """Return the numbers of the events of a day folder."""
        place = self._places.get(folder)
        if place is None:
            return []
        end = self._starts[place + 1] if place + 1 < len(self._starts) else len(self)
        return [number for number in range(self._starts[place], end) if self._columns.headlines[number] is not None]

    def headlines(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the headline, as written, of each event that has one."""
        return ((number, headline) for number, headline in enumerate(self._columns.headlines) if headline)

    def former(self) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        """Yield the number, the former slugs and the former paths of each event that has some."""
        return ((number, slugs, paths) for number, (slugs, paths) in self._columns.former.items())

    def targets(self, number: int) -> Sequence[int]:
        """Return the events that the related links of an event reach, in their order; NOBODY for those that reach
        none.
        """
        return self._columns.targets[self._link_starts[number] : self._link_starts[number + 1]]

    def other_labels(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield each related link whose label is not the very headline of its target: the event that has it, its place
        among the links there, the target, and a key that only the same label has.
        """
        keys, targets, labels = self._columns.keys, self._columns.targets, self._columns.labels
        # Measured: 60 ms for 900,000 links; a loop with more than this in it takes 200.
        others = [at for at, (target, key) in enumerate(zip(targets, labels, strict=True)) if keys[target] != key]
        for at in others:
            if targets[at] != NOBODY:
                number = bisect_right(self._link_starts, at) - 1
                yield number, at - self._link_starts[number], targets[at], labels[at]


@lru_cache(maxsize=1 << 15)
def label_key(text: str) -> int:
    """Return a number that stands for ``text``: the same in every run, and another for every other text."""
    # blake2b: what two texts share must not be up to whoever writes them. 8 bytes of it cost 0.7 µs; a label stands on
    # nine pages that are mostly near each other, hence the cache.
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)
