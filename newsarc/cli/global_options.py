"""The options that all commands take, before or after the name of the command."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Literal

import typer

from newsarc.cli.help import SHARED

Color = Literal["auto", "always", "never"]

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        "-A",
        metavar="DIR",
        help="Default: $NEWSARC_ARCHIVE, or the nearest archive.",
        rich_help_panel=SHARED,
    ),
]
ColorOption = Annotated[
    Color | None, typer.Option("--color", help="When to use colour; auto means on a terminal.", rich_help_panel=SHARED)
]
NoCacheOption = Annotated[
    bool,
    typer.Option("--no-cache", help="Do not read or write the cache.", rich_help_panel=SHARED),
]
NoPagerOption = Annotated[
    bool,
    typer.Option(
        "--no-pager",
        help="Do not use $NEWSARC_PAGER, $PAGER or less.",
        rich_help_panel=SHARED,
    ),
]
DraftsOption = Annotated[
    bool, typer.Option("--drafts", help="Include the drafts of a site of posts.", rich_help_panel=SHARED)
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only print errors to standard error.", rich_help_panel=SHARED)
]
VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Show the archive, its configuration and all notes.",
        rich_help_panel=SHARED,
    ),
]


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The values of the global options."""

    archive: ArchiveOption = None
    color: ColorOption = None
    no_cache: NoCacheOption = False
    no_pager: NoPagerOption = False
    drafts: DraftsOption = False
    quiet: QuietOption = False
    verbose: VerboseOption = False

    def over(self, outer: GlobalOptions) -> GlobalOptions:
        """Return these values, completed by those of ``outer``, which were given before the command."""
        return GlobalOptions(*(getattr(self, one.name) or getattr(outer, one.name) for one in fields(self)))
