"""How ``newsarc lint`` says what it found, and how it ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from newsarc.cli.lint_options import OutputFormat
from newsarc.cli.session import Session
from newsarc.errors import ExitCode
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.output.terminal.console import is_terminal
from newsarc.storage.paths import below_here, seen_from_here

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint import Report

# What GitHub takes in one run of a SARIF file; it rejects a larger file.
_MOST_SARIF_RESULTS = 25_000
_FOR_SERVERS: tuple[OutputFormat, ...] = ("sarif", "github", "gitlab", "junit")


def write_report(
    session: Session,
    report: Report,
    archive: Pages,
    output_format: OutputFormat | None,
    statistics: bool,
    page: str | None = None,
) -> None:
    """Write the findings, or the statistics, to standard output.

    ``page`` is what the user calls the one page that all findings are in; else paths can be opened from here. Servers
    get those that begin with the archive root where that is in a folder below, and JSON has them from the archive root.
    """
    from newsarc.lint.reporters import REPORTERS

    if statistics:
        _write_statistics(session, report)
        return
    shown = output_format or _format_of_the_place(session)
    folder = folder_of(archive) if shown in _FOR_SERVERS else seen_from_here(archive.root)
    if shown == "sarif" and len(report.findings) > _MOST_SARIF_RESULTS:
        session.note(
            f"GitHub rejects SARIF files with more than {_MOST_SARIF_RESULTS:,} results, and this one has "
            f"{len(report.findings):,}; use --select, --ignore, a path or --baseline to report fewer"
        )
    if shown in ("json", "jsonl"):
        session.write(REPORTERS[shown](report))  # paths from the archive root, as in all JSON of newsarc
    elif shown != "full":
        session.write(REPORTERS[shown](report.with_path(page) if page is not None else report.relative_to(folder)))
    elif report.findings:
        from newsarc.output.terminal.findings import print_findings

        with session.console() as console:
            print_findings(console, report, archive, folder)


def _write_statistics(session: Session, report: Report) -> None:
    from newsarc.lint.statistics import statistics as count
    from newsarc.lint.statistics import statistics_rows

    if session.format(None, as_json=False) != "table":
        session.write(tab_separated(statistics_rows(count(report))))
    elif report.findings:
        from newsarc.output.terminal.findings import print_statistics

        with session.console() as console:
            print_statistics(console, count(report))


def folder_of(archive: Pages) -> str:
    """Return the archive root seen from here, with a slash, where it is in a folder below; else nothing.

    For what takes no path that leads upwards or is absolute: servers, and programs that apply a diff.
    """
    below = below_here(archive.root)
    return f"{below}/" if below else ""


def _format_of_the_place(session: Session) -> OutputFormat:
    if is_terminal(sys.stdout) or session.color == "always":
        return "full"
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "concise"


def warn_if_not_whole(session: Session, report: Report) -> None:
    """Tell that nothing is mended, where that is so: where a dead link led is judged by all pages."""
    if not report.is_complete:
        session.warn("nothing is mended: not all pages could be read, and what they say may matter (NA901 names them)")


def tell(session: Session, report: Report, mended: int) -> None:
    """Say in one line how much was found, and what is no longer needed in the baseline."""
    for path, code, about in report.stale[:20]:
        session.note(f"no longer needed in the baseline: {path} {code} {about}")
    if report.stale:
        session.note(f"{plural(len(report.stale), 'entry')} of the baseline to take out: --write-baseline does")
    took = f"{plural(report.files, 'page')} ({report.seconds:.1f} s)"
    warnings = f", {plural(report.warnings, 'warning')}" if report.warnings else ""
    found = f"{plural(report.errors, 'error')}{warnings} in {took}" if report.findings else f"no findings in {took}"
    accepted = f"; {report.accepted} accepted in the baseline" if report.accepted else ""
    did = f"; {mended} mended" if mended else ""
    can = f"; {report.fixable} can be mended: newsarc lint --fix" if report.fixable and not mended else ""
    session.note(f"{found}{accepted}{did}{can}")


def end(session: Session, report: Report, max_warnings: int | None, exit_zero: bool) -> None:
    """End with the exit code that the report asks for."""
    if session.warned:
        raise typer.Exit(ExitCode.SETUP)
    too_many = max_warnings is not None and report.warnings > max_warnings
    if (report.errors or report.stale or too_many) and not exit_zero:
        raise typer.Exit(ExitCode.FINDINGS)
