"""What the first look at all pages leaves behind for the rules that need more than one of them.

An event is a number here, its place in the order of time. What is known of the events of a day folder stands in columns
(:mod:`newsarc.lint.columns`), which are unpacked when somebody asks for them: most runs ask for few or none.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

from newsarc.lint.columns import NO_KEY, NOBODY, Columns, DayFacts, Former, said_key
from newsarc.lint.labels import bare, said
from newsarc.storage.tree import Day, Tree
from newsarc.text.normalize import display, fold

# How many events are remembered, and how many days unpacked: they take 1 KB an event, and 10,000 days 90 MB.
_MAX_EVENTS = 2000
_MAX_DAYS = 300
Names = tuple[int, Callable[[], str]]  # how many events a day has, and what returns their file names


class EventFacts(NamedTuple):
    """What is known of an event; ``headline`` is folded, ``line`` is the headline's, ``slug`` its file's."""

    number: int
    path: str
    slug: str
    day: Day
    headline: str
    title: str
    line: int
    former_slugs: tuple[str, ...]
    former_paths: tuple[str, ...]


class Facts:
    """The facts of all pages of an archive, which :meth:`fill` puts in day by day.

    ``known`` has the number of each event by how links spell its path. :meth:`events` and the like give those events
    alone whose pages could be read. ``names`` are how many events those days have of which that is known without a look
    at the disk, and what returns their file names, joined by slashes; all others are listed.
    """

    def __init__(
        self, tree: Tree, days: Sequence[Day], site_prefix: str, names: Mapping[str, Names] | None = None
    ) -> None:
        self.site_prefix = site_prefix
        self.days = days
        self._known_names = names or {}
        self._names: list[str | Callable[[], str]] = []  # of the events of each day, joined by slashes
        self._starts: list[int] = []  # of each day, the number of its first event
        self._size = 0
        self._last_names: tuple[int, list[str]] = (-1, [])
        for day in days:
            self._starts.append(self._size)
            number, joined = self._known_names.get(day.path) or _listed(tree, day)
            self._names.append(joined)
            self._size += number
        self._places = {day.path: place for place, day in enumerate(days)}
        self._sources: dict[int, Callable[[], Columns]] = {}
        self._columns: dict[int, Columns] = {}
        self._former: dict[int, Former] = {}
        self._events: dict[int, EventFacts] = {}
        self._all_keys = array("q")  # empty until prepared
        self._file_keys = array("I")  # empty where no earlier run knew them
        self.has_day_pages = False

    def __len__(self) -> int:
        """How many event pages there are."""
        return self._size

    @cached_property
    def known(self) -> Mapping[str, int]:
        """The number of each event by how links spell its path."""
        # Measured for 100,000 events: 60 ms for the dictionary, which answers in 0.1 µs; Known takes 0.4 for that.
        if len(self._known_names) * 2 > len(self.days):
            return Known(self)
        spelled: dict[str, int] = {}
        for place, day in enumerate(self.days):
            first = f"{self.site_prefix}/{day.path}/"
            start = self._starts[place]
            spelled.update((first + name, start + at) for at, name in enumerate(self.names(place)))
        return spelled

    def let_go_of_spellings(self) -> None:
        """Free what only many look-ups in :attr:`known` are worth: 30 MB for 100,000 events."""
        self.known = Known(self)

    def spelled(self) -> Iterator[bytes]:
        """Yield how links spell the paths of all events, in the order of their numbers."""
        for place, day in enumerate(self.days):
            number, joined = self.joined_names(place)
            if number:
                first = f"{self.site_prefix}/{day.path}/".encode()
                yield from [first + name for name in joined.encode().split(b"/")]

    def names(self, place: int) -> list[str]:
        """Return the file names of the events of the day at ``place`` among the days."""
        if self._last_names[0] != place:
            joined = self.joined_names(place)[1]
            self._last_names = (place, joined.split("/") if joined else [])
        return self._last_names[1]

    def joined_names(self, place: int) -> tuple[int, str]:
        """Return how many events there are on a day, and their file names with slashes between them."""
        end = self._starts[place + 1] if place + 1 < len(self._starts) else self._size
        names = self._names[place]
        if not isinstance(names, str):
            names = self._names[place] = names()
        return end - self._starts[place], names

    def fill(self, place: int, columns: Callable[[], Columns], former: Former) -> None:
        """Take what returns the columns of a day, and what its events were called formerly."""
        self._sources[place] = columns
        if former:
            self._former[place] = former

    def place(self, folder: str) -> int | None:
        """Return the place of a day folder among the days; None for what is none."""
        return self._places.get(folder)

    def start(self, place: int) -> int:
        """Return the number of the first event of a day."""
        return self._starts[place]

    def columns(self, place: int) -> Columns:
        """Return the columns of a day."""
        columns = self._columns.get(place)
        if columns is None:
            if len(self._columns) >= _MAX_DAYS:
                self._columns.clear()
            columns = self._columns[place] = self._sources[place]()
        return columns

    def path(self, number: int) -> str:
        """Return the path of an event."""
        place = self._place_of(number)
        return f"{self.days[place].path}/{self.names(place)[number - self._starts[place]]}"

    def number(self, path: str) -> int | None:
        """Return the number of the event at ``path``; None where there is none, or it could not be read."""
        number = self.known.get(f"{self.site_prefix}/{path}")
        return number if number is not None and self._headline(number) is not None else None

    def day(self, number: int) -> Day:
        """Return the day folder of an event."""
        return self.days[self._place_of(number)]

    def event(self, number: int) -> EventFacts:
        """Return what is known of an event."""
        event = self._events.get(number)
        if event is None:
            place, at = self._at(number)
            columns, title = self.columns(place), self.title(number)
            path = self.path(number)
            former_slugs, former_paths = columns.former.get(at, ((), ()))
            headline, day = fold(title), self.days[place]
            slug = path.rpartition("/")[2].removesuffix(".md")
            title = title or slug
            event = EventFacts(number, path, slug, day, headline, title, columns.lines[at], former_slugs, former_paths)
            if len(self._events) >= _MAX_EVENTS:
                self._events.clear()
            self._events[number] = event
        return event

    def title(self, number: int) -> str:
        """Return the headline of an event for reading; empty where it has none."""
        place, at = self._at(number)
        columns = self.columns(place)
        title = columns.titles.get(at)
        return title if title is not None else display(columns.headlines[at] or "")

    def written(self, number: int) -> str | None:
        """Return the headline of an event as its page has it; None where the event is called otherwise."""
        place, at = self._at(number)
        columns = self.columns(place)
        return None if at in columns.titles else columns.headlines[at]

    def events(self) -> Iterator[int]:
        """Yield the numbers of all events."""
        for place, start in enumerate(self._starts):
            for at, headline in enumerate(self.columns(place).headlines):
                if headline is not None:
                    yield start + at

    def events_of(self, folder: str) -> list[int]:
        """Return the numbers of the events of a day folder."""
        place = self._places.get(folder)
        if place is None:
            return []
        start = self._starts[place]
        return [start + at for at, headline in enumerate(self.columns(place).headlines) if headline is not None]

    def headlines(self) -> Iterator[tuple[int, str, bool]]:
        """Yield the number and the headline, as written, of each event that has one, and whether that is its title."""
        for place, start in enumerate(self._starts):
            columns = self.columns(place)
            for at, headline in enumerate(columns.headlines):
                if headline:
                    yield start + at, headline, at not in columns.titles

    def former(self) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        """Yield the number, the former slugs and the former paths of each event that has some."""
        for place, former in sorted(self._former.items()):
            for at, (slugs, paths) in former.items():
                yield self._starts[place] + at, slugs, paths

    def day_pages(self, folder: str) -> Sequence[DayFacts]:
        """Return the facts of the pages of a day folder itself."""
        place = self._places.get(folder)
        return self.columns(place).day_pages if place is not None else ()

    def targets(self, number: int) -> Sequence[int]:
        """Return the events that the related links of an event reach, in their order; NOBODY for those that reach
        none.
        """
        place, at = self._at(number)
        columns = self.columns(place)
        first = sum(columns.counts[:at])
        return columns.targets[first : first + columns.counts[at]]

    def called(self, words: str) -> Iterator[int]:
        """Yield the numbers of the events whose headline is ``words``, both folded and bare."""
        wanted = said_key(words)
        number = self._first_called.get(wanted)
        while number is not None:
            if self._headline(number) is not None and bare(fold(self.title(number))) == words:
                yield number
            try:
                number = self.said_keys.index(wanted, number + 1)
            except ValueError:
                number = None

    def called_any(self, wanted: Set[str]) -> Iterator[tuple[int, str]]:
        """Yield the number and the headline of each event whose headline is in ``wanted``, all folded and bare."""
        if not wanted:
            return
        if "said_keys" in self.__dict__:  # then no page's facts are unpacked but those of the events that are found
            keys = {said_key(words) for words in wanted}
            numbers = [number for number, key in enumerate(self.said_keys) if key in keys]
            found = ((number, bare(fold(self.title(number)))) for number in numbers if self._headline(number))
        else:
            found = (
                (number, said(written) if is_shown else bare(fold(self.title(number))))
                for number, written, is_shown in self.headlines()
            )
        yield from ((number, words) for number, words in found if words in wanted)

    @cached_property
    def said_keys(self) -> array[int]:
        """What the headlines say, as numbers."""
        return self._both_keys()[0]

    def take_said_keys(self, known: bytes, changed: Iterable[int]) -> None:
        """Take what an earlier run knew of what the headlines say, where no event came or went since; of the days at
        the places ``changed`` it is worked out anew.
        """
        keys = array("q", known)
        for place in changed:
            columns, start = self.columns(place), self._starts[place]
            keys[start : start + len(columns.keys)] = columns.keys
            for at, title in columns.titles.items():
                keys[start + at] = said_key(bare(fold(title)))
        self.said_keys = keys

    def with_files(self, names: Set[str]) -> Iterator[int]:
        """Yield the numbers of the events whose files have one of ``names``."""
        for place in self._places_of(names):
            start = self._starts[place]
            files = self.names(place)
            yield from (
                start + at
                for at, headline in enumerate(self.columns(place).headlines)
                if headline is not None and files[at] in names
            )

    def _places_of(self, names: Set[str]) -> Iterable[int]:
        """Return the days that have events whose files have one of ``names``, and few others, in their order."""
        if not self._file_keys:
            return (place for place in range(len(self.days)) if not names.isdisjoint(self.names(place)))
        # Measured for 10,000 days of which nothing else is wanted: 150 ms to read the names of all, this takes 5.
        keys = set(map(_file_key, names))
        return sorted({self._place_of(number) for number, key in enumerate(self._file_keys) if key in keys})

    def file_keys(self) -> bytes:
        """Return a number for each event, 4 bytes, that tells most files' names apart: see :meth:`take_file_keys`."""
        keys = (_file_key(name) for place in range(len(self.days)) for name in self.names(place))
        return array("I", keys).tobytes()

    def take_file_keys(self, known: bytes) -> None:
        """Take what :meth:`file_keys` gave in an earlier run, where no event came or went since."""
        self._file_keys = array("I", known)

    def _both_keys(self) -> tuple[array[int], array[int]]:
        """Return the keys of what all events are called, and of what their pages say as headline."""
        written = array("q")
        titles: list[tuple[int, str]] = []
        for place, start in enumerate(self._starts):
            columns = self.columns(place)
            written.extend(columns.keys)
            titles += [(start + at, title) for at, title in columns.titles.items()]
        called = written[:]
        for number, title in titles:
            called[number] = said_key(bare(fold(title)))
        return called, written

    @cached_property
    def _first_called(self) -> dict[int, int]:
        return dict(zip(reversed(self.said_keys), range(len(self) - 1, -1, -1), strict=True))

    def prepare(self) -> None:
        """Unpack now what rules in several processes will ask for."""
        self.said_keys, self._all_keys = self._both_keys()
        self._all_keys.append(NO_KEY)  # of NOBODY
        self._first_called  # noqa: B018

    def other_labels(self, days: Sequence[Day]) -> Iterator[tuple[int, int, int, int]]:
        """Yield each related link of ``days`` whose label does not say the headline of its target word for word: the
        event that has it, its place among the links there, the target, and a key that only labels have which say the
        same.
        """
        key = self._all_keys.__getitem__ if self._all_keys else self._key
        for day in days:
            place = self._places[day.path]
            columns, start = self.columns(place), self._starts[place]
            targets, labels = columns.targets, columns.labels
            # Measured: 90 ms for 900,000 links; a loop with more than this in it takes 200.
            others = [
                at for at, (target, label) in enumerate(zip(targets, labels, strict=True)) if key(target) != label
            ]
            ends = list(accumulate(columns.counts)) if others else []
            for at in others:
                if targets[at] != NOBODY:
                    event = bisect_right(ends, at)
                    first = ends[event - 1] if event else 0
                    yield start + event, at - first, targets[at], labels[at]

    def _key(self, number: int) -> int:
        if number == NOBODY:
            return NO_KEY
        place, at = self._at(number)
        return self.columns(place).keys[at]

    def _headline(self, number: int) -> str | None:
        place, at = self._at(number)
        return self.columns(place).headlines[at]

    def _place_of(self, number: int) -> int:
        return bisect_right(self._starts, number) - 1

    def _at(self, number: int) -> tuple[int, int]:
        place = bisect_right(self._starts, number) - 1
        return place, number - self._starts[place]


class Known(Mapping[str, int]):
    """The number of each event by how links spell its path, worked out for those days alone that somebody asks for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._numbers: dict[str, dict[str, int]] = {}

    def __getitem__(self, target: str) -> int:
        folder, _, name = target.rpartition("/")
        numbers = self._numbers.get(folder)
        if numbers is None:
            numbers = self._numbers[folder] = self._of_folder(folder)
        return numbers[name]

    def __contains__(self, target: object) -> bool:
        return isinstance(target, str) and self.get(target) is not None

    def __iter__(self) -> Iterator[str]:
        facts = self._facts
        for place, day in enumerate(facts.days):
            yield from (f"{facts.site_prefix}/{day.path}/{name}" for name in facts.names(place))

    def __len__(self) -> int:
        return len(self._facts)

    def _of_folder(self, folder: str) -> dict[str, int]:
        prefix = f"{self._facts.site_prefix}/"
        place = self._facts.place(folder[len(prefix) :]) if folder.startswith(prefix) else None
        if place is None:
            return {}
        start = self._facts.start(place)
        return {name: start + at for at, name in enumerate(self._facts.names(place))}


def _file_key(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass"))


def _listed(tree: Tree, day: Day) -> tuple[int, str]:
    names = tree.event_names(day)
    return len(names), "/".join(names)
