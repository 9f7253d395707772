"""What a run knows of a host that it checks."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from newsarc.sources.answers import Visit
from newsarc.sources.history import Check


@dataclass(slots=True)
class HostRun:
    """What a run knows of a host.

    ``failures`` are requests in a row that were not answered. ``witnesses`` has, for each section of the site
    (:func:`newsarc.sources.web_addresses.section_of`), the last page with the title of its event. ``suspects`` may be
    error pages, ``strangers`` pages of something else.
    """

    waiting: deque[str]
    tries: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    last_error: str = ""
    witnesses: dict[str, str] = field(default_factory=dict)
    suspects: deque[tuple[str, Visit, Check]] = field(default_factory=deque)
    strangers: deque[tuple[str, Visit, Check]] = field(default_factory=deque)
