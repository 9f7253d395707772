"""``newsarc lint``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.archive import Archive
from newsarc.cli.session import Session
from newsarc.errors import ExitCode, UsageError
from newsarc.output.terminal import is_terminal

if TYPE_CHECKING:
    from newsarc.lint import Report

OutputFormat = Literal["full", "concise", "json", "jsonl"]


def lint(
    session: Session,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Report only these files and folders; links are checked against the whole archive.",
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE", help="Run these rules: codes, NA1, names, E, W or ALL; repeat it or separate by commas."
        ),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Leave these rules out.")] = None,
    output_format: Annotated[
        OutputFormat | None, typer.Option("--output-format", help="Otherwise full on a terminal, concise in a pipe.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 even when there are errors.")] = False,
) -> None:
    """Check that no related link is dead. Exit 1 when there are errors, 0 when there are none."""
    from newsarc.lint import lint as run
    from newsarc.lint.formats import FORMATTERS

    archive = session.archive
    report = run(archive, _inside(archive, paths), _words(select) or None, _words(ignore))
    shown = output_format or ("full" if is_terminal(sys.stdout) or session.color == "always" else "concise")
    if shown == "full":
        from newsarc.output.findings import print_findings

        if report.findings:
            with session.console() as console:
                print_findings(console, report, archive)
    else:
        session.write(FORMATTERS[shown](report))
    sys.stdout.flush()
    session.note(_summary(report))
    if report.errors and not exit_zero:
        raise typer.Exit(ExitCode.FINDINGS)


def _summary(report: Report) -> str:
    from newsarc.output.words import plural

    took = f"{plural(report.files, 'page')} ({report.seconds:.1f} s)"
    if not report.findings:
        return f"no findings in {took}"
    warnings = f", {plural(report.warnings, 'warning')}" if report.warnings else ""
    return f"{plural(report.errors, 'error')}{warnings} in {took}"


def _words(options: list[str] | None) -> list[str]:
    return [word for option in options or () for word in option.split(",") if word.strip()]


def _inside(archive: Archive, paths: list[str] | None) -> list[str] | None:
    """Return paths as the user gave them, from here or from the archive root, as paths from the root."""
    if not paths:
        return None
    root = os.path.realpath(archive.root)
    inside: list[str] = []
    for path in paths:
        found = next((place for place in (Path(path), archive.root / path) if place.exists()), None)
        if found is None:
            raise UsageError(f"{path}: there is no such file or folder")
        relative = Path(os.path.relpath(os.path.realpath(found), root)).as_posix()
        if relative.startswith("../") or relative == "..":
            raise UsageError(f"{path}: not in the archive {archive.root}")
        inside.append("" if relative == "." else relative)
    return inside
