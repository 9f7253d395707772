"""The options of ``newsarc lint``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from newsarc.cli.completion import complete_selector

OutputFormat = Literal["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"]

_RULES = "Rules"
_FIXES = "Fixes"
_REPORTING = "Reporting"

PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Report only these files and folders. Links are always checked against the whole archive.",
        show_default=False,
    ),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RULE",
        help="Rules to enable: codes, families (NA1), names, E, W or ALL; repeatable, or separated by commas.",
        rich_help_panel=_RULES,
        autocompletion=complete_selector,
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option(metavar="RULE", help="Rules to disable.", rich_help_panel=_RULES, autocompletion=complete_selector),
]
FixOption = Annotated[bool, typer.Option("--fix", help="Apply safe fixes.", rich_help_panel=_FIXES)]
UnsafeFixesOption = Annotated[
    bool,
    typer.Option("--unsafe-fixes", help="Also apply fixes that are likely but not certain.", rich_help_panel=_FIXES),
]
DiffOption = Annotated[
    bool, typer.Option("--diff", help="Show what --fix would change, without writing.", rich_help_panel=_FIXES)
]
ChangedSinceOption = Annotated[
    str | None,
    typer.Option(
        metavar="REV",
        help="Report only findings in files changed since REV, plus links elsewhere that the change broke.",
        rich_help_panel=_REPORTING,
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Accept the findings listed in this file.", rich_help_panel=_REPORTING),
]
WriteBaselineOption = Annotated[
    bool, typer.Option("--write-baseline", help="Write current findings to the baseline.", rich_help_panel=_REPORTING)
]
MaxWarningsOption = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Exit with 1 if there are more than N warnings.", rich_help_panel=_REPORTING),
]
ExitZeroOption = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.", rich_help_panel=_REPORTING)
]
OutputFormatOption = Annotated[
    OutputFormat | None,
    typer.Option("--output-format", help="Default: full on a terminal, github in GitHub Actions, otherwise concise."),
]
StatisticsOption = Annotated[
    bool, typer.Option("--statistics", help="Count findings by rule and by missing page instead.")
]
StdinFilenameOption = Annotated[
    str | None,
    typer.Option(
        "--stdin-filename",
        metavar="PATH",
        help="Lint standard input as if it were this file; nothing is written. With --fix, the fixed text goes to "
        "standard output and remaining findings to standard error.",
    ),
]
ShowFilesOption = Annotated[bool, typer.Option("--show-files", help="List the pages that would be checked, and exit.")]
