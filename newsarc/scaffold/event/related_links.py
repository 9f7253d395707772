"""The related events of a new event, and their contexts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarc.api import Archive
from newsarc.errors import UsageError
from newsarc.model import Event
from newsarc.text.normalize import fold


@dataclass(frozen=True, slots=True)
class RelatedEvent:
    """A related event, and the contexts of the link to it in alphabetical order."""

    event: Event
    contexts: tuple[str, ...]


def related_events(archive: Archive, refs: Iterable[str], names: Sequence[str], text: str) -> list[RelatedEvent]:
    """Return the events that ``refs`` mean, each once, with the contexts that they share with a new event.

    The new event has the contexts or topics ``names``, and headline and summary ``text``. A link gets those ``names``
    that the related event mentions, or all if it mentions none. Without ``names``, it gets the topics and contexts of
    the related event that ``text`` mentions. Raises UsageError if none are left, and as
    :meth:`newsarc.api.Archive.event_path`.
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
