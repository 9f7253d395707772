"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from newsarc.archive.dates import is_written_out
from newsarc.cli.completion.archive_values import (
    complete_context,
    complete_date,
    complete_ref,
    complete_source,
    complete_topic,
)
from newsarc.cli.session import Format
from newsarc.cli.streams import read_input_text
from newsarc.errors import UsageError

REF_FORMS = "(2017-06-16, 2017-06, 2017-W24, 7d, latest), random, a slug or its prefix, 2017-06-16/slug, a path, a URL"
_REF_HELP = f"A date {REF_FORMS}, or - to read REFs from standard input, one per line."
RefsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[REF]...", help=_REF_HELP, show_default=False, autocompletion=complete_ref),
]
RequiredRefsArgument = Annotated[
    list[str], typer.Argument(metavar="REF...", help=_REF_HELP, show_default=False, autocompletion=complete_ref)
]
_FIELDS_OF_SOURCE = 8  # on a line of sources list
FILTERS_PANEL = "Filters"
SinceOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="On or after this date: 2017-06, 2017-W24 or 7d.",
        rich_help_panel=FILTERS_PANEL,
        autocompletion=complete_date,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="On or before this date.", rich_help_panel=FILTERS_PANEL, autocompletion=complete_date
    ),
]
TopicOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Only events with this topic (repeatable; Raqqa*).",
        rich_help_panel=FILTERS_PANEL,
        autocompletion=complete_topic,
    ),
]
ContextOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Only events with this context (repeatable).",
        rich_help_panel=FILTERS_PANEL,
        autocompletion=complete_context,
    ),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Only events with a source of this name or host.",
        rich_help_panel=FILTERS_PANEL,
        autocompletion=complete_source,
    ),
]
OUTPUT_PANEL = "Output"
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="Default: table on a terminal, plain in a pipe.", rich_help_panel=OUTPUT_PANEL),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=OUTPUT_PANEL)]


def expand_refs(refs: Sequence[str] | None) -> list[str]:
    """Return the REFs, with ``-`` replaced by those on standard input: one per line, blank lines skipped.

    Raises UsageError if standard input has none.
    """
    expanded: list[str] = []
    if refs and len(refs) > 1 and is_written_out(" ".join(refs)):  # 16 June 2017, without quotation marks
        refs = [" ".join(refs)]
    for ref in refs or ():
        if ref == "-":
            expanded.extend(_ref_of(line) for line in read_input_text().split("\n") if line.strip())
        else:
            expanded.append(ref)
    if refs and not expanded:
        raise UsageError("no REF on standard input")
    return expanded


def one_ref(ref: str) -> str:
    """Return ``ref``, or the REF on standard input for ``-``. Raises UsageError if there are none or several."""
    refs = expand_refs([ref])
    if len(refs) > 1:
        raise UsageError(f"expected one REF on standard input, got {len(refs)}")
    return refs[0]


def _ref_of(line: str) -> str:
    """Return the REF on a line. A line printed by ``list`` or ``search`` in a pipe becomes day and slug, one of
    ``sources list`` the URL of the source.
    """
    day, *fields = line.strip(" \r\n").split("\t")
    if not fields:
        return day
    if len(fields) == _FIELDS_OF_SOURCE - 1 and (url := fields[-2]).casefold().startswith(("https://", "http://")):
        return url
    slug = fields[0].strip()
    return f"{day}/{slug}" if day else slug  # an event without a date
