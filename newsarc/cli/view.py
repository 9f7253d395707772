"""The result of a command in all output formats, and the one place that writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from newsarc.cli.session import Session
from newsarc.output.delimited import comma_separated, tab_separated

if TYPE_CHECKING:
    from newsarc.output.json_types import Record


class Json(NamedTuple):
    """The JSON of a result: functions that return the pieces of the document, and JSON Lines."""

    document: Callable[[], Iterable[str]]
    lines: Callable[[], Iterable[str]]


class OutputView(NamedTuple):
    """A result in all output formats. Writing it evaluates only the part that the format needs.

    ``rows`` have the columns of ``header``. ``paths`` are relative to the archive root; without them, the format paths
    is the same as plain. ``print_table`` prints the result on a terminal.
    """

    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    json: Json
    print_table: Callable[[], None]
    paths: Iterable[str] | None = None


def json_of(name: str, records: Iterable[Record], head: Callable[[], Record]) -> Json:
    """Return the JSON of ``records``: a document that has ``head`` and a list called ``name``, or one per line."""

    def document() -> Iterator[str]:
        from newsarc.output.json import json_document

        return json_document(head(), name, records)

    return Json(document, lambda: json_lines(records))


def json_lines(records: Iterable[Record]) -> Iterator[str]:
    """Yield a line of JSON for each record."""
    from newsarc.output.json import json_line

    return (json_line(record) + "\n" for record in records)


def write_view(session: Session, view: OutputView, output: str) -> None:
    """Write ``view`` to standard output in the format ``output``."""
    if output == "json":
        session.write(view.json.document())
    elif output == "jsonl":
        session.write(view.json.lines())
    elif output == "paths" and view.paths is not None:
        session.write(tab_separated((str(session.archive.root / path),) for path in view.paths))
    elif output == "table":
        view.print_table()
    elif output == "csv":
        session.write(comma_separated(view.header, view.rows))
    else:
        session.write(tab_separated(view.rows))
