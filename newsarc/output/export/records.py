"""The records of selected events, streamed in constant memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsarc.errors import PageError
from newsarc.output.json import event_record
from newsarc.output.json_types import EventJson
from newsarc.storage.workers import map_ordered

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.index.selection import EventSelection, SelectedEvent
    from newsarc.sources.states import SourceStates

# Events after which a new reader is made, which bounds the memory for folder listings. Workers cannot get farther ahead
# of the writer than this.
_AT_ONCE = 4000
_PART = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """An event of an export.

    ``id`` counts from 1 in chronological order and is only valid within the export. ``record`` has ``day``,
    ``found_topics`` and ``contexts``. ``targets`` has, for each related link, the id of the event that it links to, or
    None if that event is not exported.
    """

    id: int
    record: EventJson
    targets: tuple[int | None, ...]


def exported_events(
    archive: Archive,
    chosen: EventSelection,
    progress: Callable[[int, int], None],
    workers: int | None = None,
    states: SourceStates | None = None,
) -> Generator[ExportedEvent, None, None]:
    """Yield the selected events in chronological order, read by ``workers`` processes (None: one for each core).

    ``states`` is what is known of their sources.

    Invalid UTF-8 and NUL, which some formats cannot store, become U+FFFD in all formats. Raises PageError for a page
    that can no longer be read, because an export must be complete.
    """

    for events in chosen.batches(_AT_ONCE):
        read = _RecordReader(archive, states)
        parts = [events[at : at + _PART] for at in range(0, len(events), _PART)]
        with closing(map_ordered(read, parts, workers)) as results:
            for part, records in zip(parts, results, strict=True):
                if isinstance(records, PageError):
                    raise records
                if archive.layout is not None:
                    for event, record in zip(part, records, strict=True):
                        _check_post(archive, event.path, record)
                yield from _with_targets(chosen, part, records)
                progress(part[-1].number, len(chosen))


class _RecordReader:
    """Reads the records of events, in this process or in a worker."""

    def __init__(self, archive: Archive, states: SourceStates | None) -> None:
        self._reader = archive.for_workers()
        self._states = states

    def __call__(self, part: list[SelectedEvent]) -> list[EventJson] | PageError:
        try:
            return [self._record(event) for event in part]
        except PageError as error:
            return error

    def _record(self, event: SelectedEvent) -> EventJson:
        reader = self._reader
        is_post = reader.layout is not None  # whose links need the index, which is not shared with workers
        text = reader.tree.read(event.path)
        found = reader.parse_unchecked(event.path, text) if is_post else reader.parse_event(event.path, text)
        record = event_record(found, states=self._states)
        record["day"] = event.day
        record["found_topics"] = list(event.found_topics)
        record["contexts"] = list(event.contexts)
        stored: EventJson = _storable(record)
        stored["contexts"] = list(dict.fromkeys(stored["contexts"]))  # replaced characters may make two names equal
        return stored


def _check_post(archive: Archive, path: str, record: EventJson) -> None:
    """Check the related links of the post at ``path``, as Archive.checked does, and leave out topics of all posts."""
    index = archive.index()
    reached = index.reached_by(path)
    record["related"] = [link for place, link in enumerate(record["related"]) if place in reached]
    for link, place in zip(record["related"], sorted(reached), strict=True):
        link["path"], link["broken"] = reached[place]
    record["topics"] = [topic for topic in record["topics"] if topic not in index.common_topics]


def _with_targets(
    chosen: EventSelection, part: list[SelectedEvent], records: list[EventJson]
) -> Iterator[ExportedEvent]:
    paths = {link["path"] for record in records for link in record["related"]}
    numbers = chosen.numbers(path for path in paths if path is not None)
    for event, record in zip(part, records, strict=True):
        yield ExportedEvent(event.number, record, tuple(numbers.get(link["path"] or "") for link in record["related"]))


def _storable(value: Any) -> Any:
    """Return ``value`` with the characters replaced that databases, Parquet or other JSON parsers cannot store."""
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: _storable(part) for name, part in value.items()}
    return [_storable(part) for part in value] if isinstance(value, list) else value
