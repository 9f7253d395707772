"""Requests about sources: the question before the first one, and the report of a run."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.session import Session
from newsarc.cli.streams import OutputEndedError
from newsarc.errors import ArchiveError, UsageError
from newsarc.output.delimited import tab_separated
from newsarc.output.terminal.console import is_terminal
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.output.terminal.run_progress import RunProgress

DurationOption = Annotated[
    str | None,
    typer.Option("--for", metavar="TIME", help="Stop after this time: 30m, 2h or 1h30m. The next run continues."),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the first request.")]


def may_send(
    session: Session, action: str, listing: tuple[str, Iterable[Sequence[object]]], *, yes: bool, dry_run: bool
) -> bool:
    """Whether to make requests: with ``yes``, or if the user agrees to ``action``.

    With ``dry_run``, only prints what it would do and ``listing``: a name of the list, and its rows. Raises UsageError
    as :func:`agreed` does.
    """
    name, rows = listing
    if dry_run:
        session.write(tab_separated(rows))
        session.note(f"would {action}")
        return False
    if agreed(session, action, f"list {name}", yes=yes):
        return True
    session.note("nothing was sent")
    return False


def agreed(session: Session, action: str, instead: str, *, yes: bool) -> bool:
    """Whether the user agrees to requests. ``action`` says what they are, ``instead`` what ``--dry-run`` does.

    With ``yes``, the user does, and is told in a note. Raises UsageError without a terminal.
    """
    if yes:
        session.note(f"will {action}")
        return True
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise UsageError(f"would {action}; use --yes to do so, --dry-run to {instead}")
    contact = session.archive.config.sources.contact
    signed = f"signed with {contact}" if contact else "without a contact (sources.contact in the configuration)"
    sys.stderr.write(f"{visible(f'{action[0].upper()}{action[1:]}?')}\n")
    sys.stderr.write(visible(f"The requests come from this machine, {signed}. [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


class RunReport:
    """Reports the progress of a run: a few lines on a terminal, a line for each result in a pipe.

    At the end, it prints the counts of all results: it has ``done`` (``checked``) some of ``wanted``
    (``30 addresses``). ``order`` is the order of the names of results.
    """

    def __init__(self, session: Session, file: Path, done: str, wanted: str, order: Sequence[str]) -> None:
        self._session = session
        self._file = file
        self._done = done
        self._wanted = wanted
        self._order = order
        self._counts: Counter[str] = Counter()
        self._progress: RunProgress | None = None
        self._is_in_pipe = not is_terminal(sys.stdout)

    @contextmanager
    def of(
        self, total: int, seconds: float, hosts: Mapping[str, int] | None = None, pace: float = 0.0
    ) -> Iterator[None]:
        """Report the run in the block. See :class:`RunProgress` for the parameters."""
        place = f"; recorded in {self._file}"
        try:
            if self._is_in_pipe or not is_terminal(sys.stderr) or self._session.quiet:
                yield
            else:
                from newsarc.output.terminal.run_progress import RunProgress

                with RunProgress(total, self._order, seconds, hosts or {}, pace) as self._progress:
                    yield
        except OutputEndedError:
            self._session.quiet = True  # nobody reads any more
            raise
        except (OSError, ArchiveError):
            place = ""
            raise
        finally:
            if number := self._counts.total():
                found = ", ".join(f"{count:,} {result}" for result, count in self._counts.most_common())
                self._session.note(f"{self._done} {number:,} of {self._wanted}: {found}{place}")

    def add(self, result: str, host: str, *columns: object) -> None:
        """Report a result at a host. A line in a pipe has the result and these columns."""
        self._counts[result] += 1
        if self._progress is not None:
            self._progress.add(result, host)
        elif self._is_in_pipe:
            self._session.write(tab_separated([(result, *columns)]))
