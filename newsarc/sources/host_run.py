"""What a run knows of a host that it checks."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from newsarc.sources.answers import Visit
from newsarc.sources.history import Check


@dataclass(slots=True)
class HostRun:
    """What a run knows of a host.

    ``failures`` are requests in a row that were not answered, ``identified`` the pages with the titles of their events,
    ``witness`` is the last of them, and ``is_open`` whether it was still shown when it was asked again. ``suspects``
    may be error pages, ``strangers`` pages of something else.
    """

    waiting: deque[str]
    tries: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    last_error: str = ""
    identified: int = 0
    witness: str = ""
    is_open: bool | None = None
    suspects: deque[tuple[str, Visit, Check]] = field(default_factory=deque)
    strangers: deque[tuple[str, Visit, Check]] = field(default_factory=deque)
