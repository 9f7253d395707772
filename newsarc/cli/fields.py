"""The columns of ``list``: those that it has by default, and those of ``--fields``. One flat row per event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsarc.errors import UsageError

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.index import EventRow, Index
    from newsarc.model import Event

SEPARATOR = "; "
DEFAULT_COLUMNS = ("date", "slug", "topics", "headline")
Value = str | int | None


@dataclass
class FlatEvent:
    """An event whose fields are read when they are asked for: some need its page, some the links to it."""

    archive: Archive
    index: Index
    row: EventRow
    ref: str

    @cached_property
    def page(self) -> Event | None:
        """The event as its page has it; None if the page cannot be read."""
        return self.archive.try_load(self.row.path)

    @property
    def urls(self) -> list[str]:
        """The URLs of its sources."""
        return [source.url for source in self.page.sources if not source.is_cover_image] if self.page else []

    @property
    def related(self) -> list[str]:
        """The REFs of its related events that exist."""
        links = self.page.related if self.page else ()
        return self._refs(link.path for link in links if link.path and not link.broken)

    @property
    def sources(self) -> list[str]:
        """The names of its sources."""
        return [source.text for source in self.page.sources if not source.is_cover_image] if self.page else []

    @cached_property
    def backlinks(self) -> list[str]:
        """The REFs of the events that link to it."""
        return self._refs(row.path for row, _ in self.index.backlinks(self.row.path))

    def _refs(self, paths: Iterator[str]) -> list[str]:
        from newsarc.archive.refs import refs_by_path

        return list(refs_by_path(paths, self.archive.tree).values())


_Get = Callable[[FlatEvent], "Value | Sequence[str]"]
FIELDS: Mapping[str, _Get] = {
    "date": lambda event: event.row.day,
    "slug": lambda event: event.row.slug,
    "headline": lambda event: event.row.headline,
    "topics": lambda event: event.index.topics(event.row.id),
    "contexts": lambda event: event.index.contexts(event.row.id),
    "sources": lambda event: event.sources,
    "urls": lambda event: event.urls,
    "summary": lambda event: event.row.summary,
    "path": lambda event: event.row.path,
    "address": lambda event: event.page.address if event.page else None,
    "ref": lambda event: event.ref,
    "related": lambda event: event.related,
    "related_count": lambda event: event.row.related,
    "broken_count": lambda event: event.row.broken,
    "backlinks": lambda event: event.backlinks,
    "backlink_count": lambda event: len(event.backlinks),
}
# Those that depend on more pages than that of the event.
_OF_WHOLE_ARCHIVE = frozenset({"contexts", "backlinks", "backlink_count"})


def default_rows(index: Index, rows: Sequence[EventRow]) -> Iterator[tuple[Value, ...]]:
    """Yield the values of DEFAULT_COLUMNS of each event."""
    return ((row.day, row.slug, SEPARATOR.join(index.topics(row.id)), row.headline) for row in rows)


def parse_fields(text: str) -> tuple[str, ...]:
    """Return the fields named in ``text``, separated by commas. Raises UsageError for an unknown one or none."""
    from newsarc.text.suggest import did_you_mean

    names = tuple(dict.fromkeys(name.strip().casefold() for name in text.split(",") if name.strip()))
    if not names:
        raise UsageError(f"--fields needs names of fields: {', '.join(FIELDS)}")
    for name in names:
        if name not in FIELDS:
            hint = did_you_mean(name, FIELDS, f"; the fields are {', '.join(FIELDS)}")
            raise UsageError(f'--fields: unknown field "{name}"{hint}')
    return names


def need_whole_archive(names: Sequence[str]) -> bool:
    """Whether a field depends on more pages than that of the event."""
    return not _OF_WHOLE_ARCHIVE.isdisjoint(names)


def flat_rows(archive: Archive, index: Index, rows: Sequence[EventRow], names: Sequence[str]) -> Iterator[list[Value]]:
    """Yield the values of the fields ``names`` of each event, lists joined by SEPARATOR."""
    from newsarc.archive.refs import short_refs

    for row, ref in zip(rows, short_refs((row.path for row in rows), archive.tree), strict=True):
        event = FlatEvent(archive, index, row, ref)
        yield [_joined(FIELDS[name](event)) for name in names]


def _joined(value: Value | Sequence[str]) -> Value:
    return value if value is None or isinstance(value, str | int) else SEPARATOR.join(value)
