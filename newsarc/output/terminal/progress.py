"""A progress bar on standard error for long operations."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 1.0  # seconds before the bar appears


class ProgressBar:
    """A progress bar, called with the numbers of finished and of all parts.

    It appears, only on a terminal, when an operation takes long, and disappears when all parts are done. What
    follows is the next step, with a bar of its own.
    """

    def __init__(self, title: str | Callable[[], str], *, is_wanted: bool) -> None:
        self._title = title
        self._is_wanted = is_wanted and sys.stderr.isatty()
        self._started = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def title(self) -> str:
        """What the bar says is being done."""
        return self._title if isinstance(self._title, str) else self._title()

    def __call__(self, done: int, total: int) -> None:
        """Show the progress: ``done`` of ``total`` parts."""
        if not self._is_wanted or time.monotonic() - self._started < _PATIENCE:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            # No auto refresh, because that needs a thread, and the process may fork.
            columns = (TextColumn("{task.description}"), BarColumn(20), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self._bar.add_task(self.title, total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total, refresh=True)
        if done >= total:
            self._bar.stop()
            self._bar, self._started = None, time.monotonic()
