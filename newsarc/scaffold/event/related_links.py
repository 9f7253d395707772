"""The related events of a new one, and what each has in common with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarc.api import Archive
from newsarc.errors import UsageError
from newsarc.model import Event
from newsarc.text.normalize import fold


@dataclass(frozen=True, slots=True)
class RelatedEvent:
    """An event that the new one names, and the contexts of the link to it, in the order of the alphabet."""

    event: Event
    contexts: tuple[str, ...]


def related_events(archive: Archive, refs: Iterable[str], names: Sequence[str], text: str) -> list[RelatedEvent]:
    """Return the events that ``refs`` mean, each once, with what they share with an event.

    Of that one, ``names`` are its contexts or topics, and ``text`` is what its headline and summary say. A link has
    those of ``names`` that the other event mentions, all where it mentions none; without any ``names``, the topics and
    contexts of the other event that ``text`` mentions. Raises UsageError where that leaves nothing, and what
    :meth:`newsarc.api.Archive.event_path` raises.
    """
    paths = dict.fromkeys(archive.event_path(ref) for ref in refs)
    return [RelatedEvent(event, _shared(event, names, text)) for event in map(archive.load, paths)]


def _shared(event: Event, names: Sequence[str], text: str) -> tuple[str, ...]:
    own = dict.fromkeys([*event.topics, *(name for link in event.related for name in link.contexts)])
    if names:
        folded, said = {fold(name) for name in own}, fold(f"{event.headline} {event.summary or ''}")
        shared = [name for name in names if fold(name) in folded or fold(name) in said] or list(names)
    else:
        said = fold(text)
        shared = [name for name in own if fold(name) in said]
    if not shared:
        raise UsageError(f"--related {event.slug}: add --context NAME to say what the events have in common")
    return tuple(sorted(shared))
