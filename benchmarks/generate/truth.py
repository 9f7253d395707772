"""The record of a generated archive: its sizes and its deviating links."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A deviating related link: its page, line and target, and what was done to it.

    ``right`` is the path that the link means, None if that event was deleted.
    """

    path: str
    line: int
    target: str
    kind: str
    right: str | None


@dataclass(slots=True)
class Truth:
    """The sizes of an archive, and each deviating link."""

    seed: int
    events: int = 0
    days: int = 0
    files: int = 0
    size: int = 0  # bytes
    related: int = 0
    broken: list[Place] = field(default_factory=list)
    respelled: list[Place] = field(default_factory=list)
    stale: list[Place] = field(default_factory=list)
    harmless_labels: int = 0

    def add(self, other: Truth) -> None:
        """Add the record of later days of the archive."""
        for name in ("events", "days", "files", "size", "related", "harmless_labels"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.broken += other.broken
        self.respelled += other.respelled
        self.stale += other.stale

    def as_json(self) -> str:
        """Return the record as JSON, with the number of each kind under ``counts``."""
        counts: dict[str, int] = {}
        for place in (*self.broken, *self.respelled, *self.stale):
            counts[place.kind] = counts.get(place.kind, 0) + 1
        lists = {name: len(getattr(self, name)) for name in ("broken", "respelled", "stale")}
        return json.dumps({**asdict(self), "counts": {**lists, "kinds": counts}}, indent=1, ensure_ascii=False)
