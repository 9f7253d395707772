"""Output and exit code of ``newsarc lint``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from newsarc.cli.lint_options import LintOptions, OutputFormat
from newsarc.cli.session import Session
from newsarc.errors import ExitCode
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.output.terminal.console import is_terminal
from newsarc.storage.paths import prefix_from_here, relative_to_here

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint import Report

# GitHub rejects SARIF files with more results.
_MOST_SARIF_RESULTS = 25_000
_FOR_SERVERS: tuple[OutputFormat, ...] = ("sarif", "github", "gitlab", "junit")


def write_report(
    session: Session,
    report: Report,
    reader: PageReader,
    options: LintOptions,
    page: str | None = None,
) -> None:
    """Write the findings, or the statistics, to standard output.

    All findings get the path ``page`` if it is given. Otherwise paths are relative to the archive root in JSON, and to
    the current folder elsewhere; formats for servers never have paths that lead upwards.
    """
    from newsarc.lint.reporters import REPORTERS

    if options.statistics:
        _write_statistics(session, report)
        return
    shown = options.format or _format_of_the_place(session)
    folder = folder_of(reader) if shown in _FOR_SERVERS else prefix_from_here(reader.root)
    if shown == "sarif" and len(report.findings) > _MOST_SARIF_RESULTS:
        session.note(
            f"GitHub rejects SARIF files with more than {_MOST_SARIF_RESULTS:,} results; this one has "
            f"{len(report.findings):,}. Use --select, --ignore, a path or --baseline to report fewer"
        )
    if shown in ("json", "jsonl"):
        session.write(REPORTERS[shown](report))  # paths relative to the archive root, as in all JSON output
    elif shown != "full":
        session.write(REPORTERS[shown](report.with_path(page) if page is not None else report.relative_to(folder)))
    elif report.findings:
        from newsarc.output.terminal.findings import print_findings

        with session.console() as console:
            print_findings(console, report, reader, folder)


def _write_statistics(session: Session, report: Report) -> None:
    from newsarc.lint.statistics import statistics as count
    from newsarc.lint.statistics import statistics_rows

    if session.format(None, as_json=False) != "table":
        session.write(tab_separated(statistics_rows(count(report))))
    elif report.findings:
        from newsarc.output.terminal.findings import print_statistics

        with session.console() as console:
            print_statistics(console, count(report))


def folder_of(reader: PageReader) -> str:
    """Return the archive root relative to the current folder, with a slash; empty unless it is a folder below.

    For servers, and programs that apply a diff: they accept neither absolute paths nor ``..``.
    """
    below = relative_to_here(reader.root)
    return f"{below}/" if below else ""


def _format_of_the_place(session: Session) -> OutputFormat:
    if is_terminal(sys.stdout) or session.color == "always":
        return "full"
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "concise"


def warn_if_incomplete(session: Session, report: Report) -> None:
    """Warn that nothing is fixed if a page could not be read: suggestions depend on all pages."""
    if not report.is_complete:
        session.warn("nothing was fixed: some pages could not be read, and fixes depend on them (see NA901)")


def print_summary(session: Session, report: Report, fixed: int, options: LintOptions) -> None:
    """Print a summary line, and the obsolete entries of the baseline."""
    for path, code, about in report.stale[:20]:
        session.note(f"obsolete baseline entry: {path} {code} {about}")
    if report.stale:
        them = "it" if len(report.stale) == 1 else "them"
        session.note(f"{plural(len(report.stale), 'obsolete entry')}; remove {them} with --write-baseline")
    took = f"{plural(report.files, 'page')} ({report.seconds:.1f} s)"
    warnings = f", {plural(report.warnings, 'warning')}" if report.warnings else ""
    found = f"{plural(report.errors, 'error')}{warnings} in {took}" if report.findings else f"no findings in {took}"
    accepted = f"; {report.accepted} accepted by the baseline" if report.accepted else ""
    did = f"; {fixed} fixed" if fixed else ""
    left = report.fixable + (report.fixable_unsafely if options.unsafe_fixes else 0) if options.fix else 0
    did += f"; {left} fixable, but not fixed" if left else ""
    session.note(f"{found}{accepted}{did}{_fixable(report, options)}")


def print_would_fix(session: Session, report: Report, fixed: int, options: LintOptions, overlapping: int = 0) -> None:
    """Print the summary of ``--diff``, which shows the fixes of ``fixed`` findings.

    ``overlapping`` fixes are not shown, because they overlap those.
    """
    unsafe = 0 if options.unsafe_fixes else report.fixable_unsafely
    more = f" ({unsafe} more with --unsafe-fixes)" if unsafe else ""
    overlap = "overlaps" if overlapping == 1 else "overlap"
    more += f"; {overlapping} more {overlap} these and would follow" if overlapping else ""
    session.note(f"Would fix {fixed} of {plural(len(report.findings), 'finding')}{more}.")


def _fixable(report: Report, options: LintOptions) -> str:
    """Return what the summary says of the fixes that further options would apply."""
    safe, unsafe = (0 if options.fix else report.fixable), (0 if options.unsafe_fixes else report.fixable_unsafely)
    if safe:
        more = f" ({unsafe} more with --unsafe-fixes)" if unsafe else ""
        return f"; {safe} fixable with newsarc lint --fix{more}"
    more = "more " if options.fix else ""
    return f"; {unsafe} {more}fixable with newsarc lint --fix --unsafe-fixes" if unsafe else ""


def exit_with(session: Session, report: Report, options: LintOptions) -> None:
    """Exit with the code for ``report``. Returns if it is 0."""
    if session.warned:
        raise typer.Exit(ExitCode.SETUP)
    too_many = options.max_warnings is not None and report.warnings > options.max_warnings
    if (report.errors or report.stale or too_many) and not options.exit_zero:
        raise typer.Exit(ExitCode.FINDINGS)
