"""The input for a new event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from newsarc.errors import UsageError


@dataclass(frozen=True, slots=True)
class NewEvent:
    """The input for a new event. ``sources`` are URLs, optionally preceded by a name; ``related`` are REFs."""

    headline: str
    date: dt.date
    topics: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    summary: str = ""

    def normalized(self) -> NewEvent:
        """Return a copy with each text stripped and on one line, and without repeated names."""
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
