"""The options of ``newsarc lint``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from newsarc.cli.completion import complete_selector

OutputFormat = Literal["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"]

_RULES = "Which rules"
_FIXES = "Mending"
_ACCEPTED = "What counts"

PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Report only these files and folders; links are checked against the whole archive.",
        show_default=False,
    ),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RULE",
        help="Run these: codes, families (NA1), names, E, W or ALL; repeatable, or separated by commas.",
        rich_help_panel=_RULES,
        autocompletion=complete_selector,
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option(metavar="RULE", help="Leave these out.", rich_help_panel=_RULES, autocompletion=complete_selector),
]
FixOption = Annotated[bool, typer.Option("--fix", help="Mend what is certain.", rich_help_panel=_FIXES)]
UnsafeFixesOption = Annotated[
    bool,
    typer.Option("--unsafe-fixes", help="With --fix or --diff: also what is probable.", rich_help_panel=_FIXES),
]
DiffOption = Annotated[
    bool, typer.Option("--diff", help="Show what --fix would change; write nothing.", rich_help_panel=_FIXES)
]
ChangedSinceOption = Annotated[
    str | None,
    typer.Option(
        metavar="REV",
        help="Only findings in files changed since this git revision, and the links anywhere that it broke.",
        rich_help_panel=_ACCEPTED,
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Accept the findings that this file lists.", rich_help_panel=_ACCEPTED),
]
WriteBaselineOption = Annotated[
    bool, typer.Option("--write-baseline", help="List today's findings there.", rich_help_panel=_ACCEPTED)
]
MaxWarningsOption = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Exit 1 where there are more warnings.", rich_help_panel=_ACCEPTED),
]
ExitZeroOption = Annotated[
    bool, typer.Option("--exit-zero", help="Exit 0 whatever is found.", rich_help_panel=_ACCEPTED)
]
OutputFormatOption = Annotated[
    OutputFormat | None,
    typer.Option("--output-format", help="Otherwise full on a terminal, github in its actions, else concise."),
]
StatisticsOption = Annotated[
    bool, typer.Option("--statistics", help="Count per rule, and name the missing targets, instead.")
]
StdinFilenameOption = Annotated[
    str | None,
    typer.Option(
        "--stdin-filename",
        metavar="PATH",
        help="Check the text on standard input as if it were this page's, saved or not; writes no file. With --fix, "
        "the mended text goes to standard output and what is left to standard error.",
    ),
]
ShowFilesOption = Annotated[bool, typer.Option("--show-files", help="List the pages that would be checked.")]
