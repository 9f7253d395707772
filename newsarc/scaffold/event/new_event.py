"""What its author says of a new event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from newsarc.errors import UsageError


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What its author says of an event. ``sources`` are addresses, each with a name before it or not; ``related`` are
    REFs of events.
    """

    headline: str
    date: dt.date
    topics: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    summary: str = ""

    def tidied(self) -> NewEvent:
        """Return the same on one line each, without space at the ends, and each name once."""
        return replace(
            self,
            headline=_one_line(self.headline),
            summary=_one_line(self.summary),
            topics=_names(self.topics, "topic"),
            contexts=_names(self.contexts, "context"),
            sources=_names(self.sources, "source"),
        )


def _one_line(said: str) -> str:
    return " ".join(said.split())


def _names(said: Iterable[str], option: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(map(_one_line, said)))
    if "" in names:
        raise UsageError(f"--{option} is empty")
    return names
