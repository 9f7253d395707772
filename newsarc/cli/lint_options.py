"""The options of ``newsarc lint``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from newsarc.cli.completion.archive_values import complete_revision
from newsarc.cli.completion.fixed_values import complete_selector
from newsarc.cli.session import refuse_json_with
from newsarc.errors import UsageError

OutputFormat = Literal["full", "concise", "grouped", "json", "jsonl", "sarif", "github", "gitlab", "junit"]

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


@dataclass(frozen=True, slots=True)
class LintOptions:
    """The options of ``newsarc lint``. Raises UsageError for some that cannot be combined."""

    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="Rules to enable: codes, families (NA1), names, E, W or ALL; repeatable, or separated by commas.",
            rich_help_panel=_RULES,
            autocompletion=complete_selector,
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE", help="Rules to disable.", rich_help_panel=_RULES, autocompletion=complete_selector
        ),
    ] = None
    fix: Annotated[bool, typer.Option("--fix", help="Apply safe fixes.", rich_help_panel=_FIXES)] = False
    unsafe_fixes: Annotated[
        bool,
        typer.Option(
            "--unsafe-fixes", help="Also apply fixes that are likely but not certain.", rich_help_panel=_FIXES
        ),
    ] = False
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change, without writing.", rich_help_panel=_FIXES)
    ] = False
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Report only findings in files changed since REV, plus links elsewhere that the change broke.",
            rich_help_panel=_REPORTING,
            autocompletion=complete_revision,
        ),
    ] = None
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Accept the findings listed in this file.", rich_help_panel=_REPORTING),
    ] = None
    write_baseline: Annotated[
        bool,
        typer.Option("--write-baseline", help="Write current findings to the baseline.", rich_help_panel=_REPORTING),
    ] = False
    max_warnings: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Exit with 1 if there are more than N warnings.", rich_help_panel=_REPORTING
        ),
    ] = None
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.", rich_help_panel=_REPORTING)
    ] = False
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--output-format",
            "--format",
            help="Default: full on a terminal, github in GitHub Actions, otherwise concise.",
        ),
    ] = None
    as_json: Annotated[bool, typer.Option("--json", help="Short for --output-format json.")] = False
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule and by missing page instead.")
    ] = False
    show_files: Annotated[
        bool, typer.Option("--show-files", help="List the pages that would be checked, and exit.")
    ] = False
    stdin_filename: Annotated[
        str | None,
        typer.Option(
            "--stdin-filename",
            metavar="PATH",
            help="Lint standard input as if it were this file; nothing is written. With --fix, the fixed text goes to "
            "standard output and remaining findings to standard error.",
        ),
    ] = None

    def __post_init__(self) -> None:
        if self.unsafe_fixes and not (self.fix or self.diff):
            raise UsageError("--unsafe-fixes requires --fix or --diff")
        if self.write_baseline and self.is_partial:
            raise UsageError("--write-baseline records all findings; remove paths and options that filter or fix them")
        if self.statistics and self.diff:
            raise UsageError("--statistics and --diff cannot be combined")
        refuse_json_with(self.output_format, self.as_json, "--output-format")
        if (self.statistics or self.diff) and self.format is not None:
            other = "--diff" if self.diff else "--statistics"
            raise UsageError(f"{'--json' if self.as_json else '--output-format'} cannot be combined with {other}")

    @property
    def format(self) -> OutputFormat | None:
        """The output format that was asked for."""
        return "json" if self.as_json else self.output_format

    @property
    def is_partial(self) -> bool:
        """Whether the options filter or fix findings, or do not list them."""
        return bool(self.fix or self.diff or self.statistics or self.select or self.ignore or self.changed_since)
