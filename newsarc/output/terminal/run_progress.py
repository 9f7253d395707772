"""How a run over the network goes, on standard error."""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from newsarc.output.humanize import about, addresses
from newsarc.output.terminal.events import DIM
from newsarc.text.sanitize import visible

_PER_SECOND = 4  # how often it is drawn
_WIDEST_BAR = 40
_NARROWEST_BAR = 4
_STYLES: Mapping[str, str] = {
    **dict.fromkeys(("alive", "found"), "green"),
    "moved": "cyan",
    **dict.fromkeys(("gone", "soft-gone", "drifted"), "red"),
    **dict.fromkeys(("blocked", "down", "refused", "withheld", "no-answer"), "yellow"),
}


class RunProgress:
    """Lines that say how a run goes: a bar and the time left, the numbers of results, and the host that takes longest.

    ``total`` is the number of results, and ``order`` that of their names, so that none moves while somebody reads.
    ``seconds`` is when the run stops. ``hosts`` are the hosts with their numbers of results, if each is asked for one
    after the other, and ``pace`` the seconds that one takes. Use it as a context manager.
    """

    def __init__(
        self, total: int, order: Sequence[str], seconds: float, hosts: Mapping[str, int], pace: float = 0.0
    ) -> None:
        self._total = total
        self._order = order
        self._seconds = seconds
        self._waiting = Counter(hosts)
        self._pace = pace
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        self._console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
        self._live = Live(
            console=self._console, get_renderable=self.lines, transient=True, refresh_per_second=_PER_SECOND
        )

    def __enter__(self) -> RunProgress:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def add(self, result: str, host: str) -> None:
        """Count a result."""
        self._counts[result] += 1
        if self._waiting[host] > 1:
            self._waiting[host] -= 1
        else:
            del self._waiting[host]

    def lines(self) -> Group:
        """Return what is drawn now."""
        done = self._counts.total()
        number, left = f"{done:,} of {self._total:,}", self._time_left(done)
        width = self._console.width
        bar = min(_WIDEST_BAR, width // 3, width - len(number) - len(left) - 5)
        if bar < _NARROWEST_BAR:
            bar, left = min(_WIDEST_BAR, width // 3), ""
        head = Table.grid(padding=(0, 2, 0, 0))
        green = ProgressBar(self._total, done, width=bar, complete_style="green", finished_style="green")
        head.add_row(green, Text(number, no_wrap=True), Text(left, DIM, no_wrap=True))
        results = Text(no_wrap=True, overflow="ellipsis")
        for name in sorted(self._counts, key=self._order.index):
            results.append(" · " if results else "").append(f"{name} {self._counts[name]:,}", _STYLES.get(name, ""))
        longest = Text(no_wrap=True, overflow="ellipsis", style=DIM)
        if self._waiting:
            host, count = max(self._waiting.items(), key=lambda pair: pair[1])
            longest.append(visible(f"{addresses(count)} left at {host}"))
        return Group(head, results, longest)

    def _time_left(self, done: int) -> str:
        passed = time.monotonic() - self._began
        largest = max(self._waiting.values(), default=0) * self._pace
        left = max(largest, passed / done * (self._total - done) if done else 0.0)
        if self._seconds - passed < left or not left:
            return f"stops in {about(max(0.0, self._seconds - passed))}" if math.isfinite(self._seconds) else ""
        return f"about {about(left)} left"
