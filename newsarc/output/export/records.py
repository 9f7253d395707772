"""The chosen events of an archive → whole records, a few at a time, so that memory stays flat."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsarc.archive.reader import Pages
from newsarc.errors import PageError
from newsarc.output.json import Record, event_record
from newsarc.storage.workers import map_ordered

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.index.selection import EventSelection, SelectedEvent

# Events after which what is known of the archive's folders is forgotten. Workers that read them cannot be further ahead
# of whoever writes than this.
_AT_ONCE = 4000
_PART = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Exported:
    """One event. ``id`` counts from 1 in the order of time, and says nothing outside this export.

    ``record`` is the EVENT of the JSON formats with ``day``, ``found_topics`` and ``contexts`` added; ``targets`` has,
    for each of its related links, the id of the event that it reaches, None where that is not exported.
    """

    id: int
    record: Record
    targets: tuple[int | None, ...]


def exported_events(
    archive: Archive, chosen: EventSelection, progress: Callable[[int, int], None], workers: int | None = None
) -> Generator[Exported, None, None]:
    """Yield the chosen events in the order of time, read from their pages by as many ``workers``, or on all cores.

    A byte that is no UTF-8 and the character NUL, which not every format can hold, are U+FFFD in all of them. Raises
    PageError for a page that can no longer be read: an export is whole or is not.
    """

    archive.find_missing_prefix()
    for events in chosen.batches(_AT_ONCE):
        read = _RecordReader(archive)
        parts = [events[at : at + _PART] for at in range(0, len(events), _PART)]
        with closing(map_ordered(read, parts, workers)) as results:  # type: ignore[type-var]  # it is a generator
            for part, records in zip(parts, results, strict=True):
                if isinstance(records, PageError):
                    raise records
                yield from _with_targets(chosen, part, records)
                progress(part[-1].number, len(chosen))


class _RecordReader:
    """Reads events as ``archive`` does, with what it knows of names and prefixes and nothing of its folders."""

    def __init__(self, archive: Archive) -> None:
        self._pages = Pages(archive.root, archive.config)
        self._pages.names = archive.names
        self._pages.missing_prefix = archive.missing_prefix

    def __call__(self, part: list[SelectedEvent]) -> list[Record] | PageError:
        try:
            return [self._record(event) for event in part]
        except PageError as error:
            return error

    def _record(self, event: SelectedEvent) -> Record:
        added = {"day": event.day, "found_topics": list(event.found_topics), "contexts": list(event.contexts)}
        record: Record = _storable({**event_record(self._pages.load(event.path)), **added})
        record["contexts"] = list(dict.fromkeys(record["contexts"]))  # two may have become one
        return record


def _with_targets(chosen: EventSelection, part: list[SelectedEvent], records: list[Record]) -> Iterator[Exported]:
    paths = {link["path"] for record in records for link in record["related"]}
    numbers = chosen.numbers(path for path in paths if path is not None)
    for event, record in zip(part, records, strict=True):
        yield Exported(event.number, record, tuple(numbers.get(link["path"]) for link in record["related"]))


def _storable(value: Any) -> Any:
    """Return ``value`` with the characters replaced that a database, a column or another JSON parser cannot hold."""
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: _storable(part) for name, part in value.items()}
    return [_storable(part) for part in value] if isinstance(value, list) else value
