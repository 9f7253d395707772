"""Numbers of events instead of the events: ``--count`` and ``--count-by`` of ``list`` and ``search``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.cli.session import Format, Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsarc.index import Filter, Index

CountKey = Literal["day", "month", "year", "topic", "context", "source", "host"]
CountOrder = Literal["count", "name"]
_PERIODS = {"month": 7, "year": 4}


@dataclass(frozen=True, slots=True)
class CountOptions:
    """Whether to print a number, or numbers by a key, instead of events. Raises UsageError for both at once."""

    count: Annotated[bool, typer.Option("--count", help="Print only the number of events.")] = False
    count_by: Annotated[
        CountKey | None,
        typer.Option("--count-by", metavar="KEY", help="Count events by this."),
    ] = None

    def __post_init__(self) -> None:
        if self.count and self.count_by is not None:
            raise UsageError("--count and --count-by cannot be combined")

    @property
    def is_given(self) -> bool:
        """Whether to count instead of listing events."""
        return self.count or self.count_by is not None

    def check(self, sort: str | None, reverse: bool, limit: int | None) -> None:
        """Raise UsageError for options that would have no effect; None and False mean that an option is not given."""
        given = {"--sort": sort, "--reverse": reverse, "--limit": limit}
        if self.count and (option := next((name for name, value in given.items() if value), None)):
            raise UsageError(f"--count prints one number, so {option} has no effect")
        if self.count_by is not None and sort not in (None, "count", "name"):
            raise UsageError(f"--sort {sort} cannot be combined with --count-by; use count or name")
        if self.count_by is None and sort in ("count", "name"):
            raise UsageError(f"--sort {sort} requires --count-by")


def write_count(session: Session, number: int, output: Format) -> None:
    """Write the number of events."""
    from newsarc.output.json import VERSION, json_line

    if output in ("json", "jsonl"):
        session.write([json_line({"version": VERSION, "count": number}) + "\n"])
    else:
        session.write([f"{number}\n"])


def write_counts(
    session: Session,
    index: Index,
    wanted: Filter,
    key: CountKey,
    output: Format,
    *,
    sort: str | None,
    reverse: bool,
    limit: int,
) -> None:
    """Write the number of events by ``key``; months and years between the first and the last have a 0.

    By default, days, months and years are in chronological order, and names have the highest count first. With a
    ``limit``, says on standard error how many there are.
    """
    counts = index.count_by(key, wanted)
    if length := _PERIODS.get(key):
        from newsarc.analysis.statistics import periods

        undated = [pair for pair in counts if not pair[0]]
        counts = [*undated, *periods(dict(pair for pair in counts if pair[0]), length)]
    if sort is not None:
        counts.sort(key=lambda pair: (-pair[1], pair[0]) if sort == "count" else pair[0])
    if reverse:
        counts.reverse()
    shown = counts[:limit] if limit else counts
    write_view(session, _view(session, key, shown), output)
    if len(shown) < len(counts):
        session.note(f"{len(shown):,} of {len(counts):,} shown")


def _view(session: Session, key: str, counts: Sequence[tuple[str, int]]) -> OutputView:
    def print_table() -> None:
        from newsarc.output.terminal.events import print_counts

        with session.console() as console:
            print_counts(console, counts)

    records = ({"value": value or None, "count": number} for value, number in counts)
    return OutputView((key, "count"), counts, json_of("counts", records, lambda: {"by": key}), print_table)
