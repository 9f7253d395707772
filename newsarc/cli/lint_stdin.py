"""``newsarc lint --stdin-filename PATH -``: lints text that an editor has not saved yet."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.cli.lint_options import LintOptions
from newsarc.cli.lint_report import folder_of, print_summary, print_would_fix, warn_if_incomplete, write_report
from newsarc.cli.session import Session
from newsarc.cli.streams import read_input, write_bytes
from newsarc.errors import UsageError
from newsarc.layout import DAY_PAGE_NAMES, is_event_path
from newsarc.storage.paths import relative_path

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint import Report

Run = Callable[["PageReader"], "Report"]


def lint_stdin(session: Session, run: Run, name: str, options: LintOptions) -> Report:
    """Lint standard input as the page ``name``. Return the findings, or those that remain after fixes.

    Writes no file. Raises UsageError for a page outside the archive and for options that cannot be combined.
    """
    if options.fix and (options.format is not None or options.statistics):
        raise UsageError("--fix with --stdin-filename cannot be combined with --output-format, --json or --statistics")
    from newsarc.lint import Report
    from newsarc.lint.baseline import baseline_key
    from newsarc.storage.tree import decode_page

    path = _page(session.archive, name)
    text = read_input()
    is_page = is_event_path(path) or path.rpartition("/")[2] in DAY_PAGE_NAMES
    if not (is_page if session.archive.layout is None else session.archive.tree.is_event(path)):
        session.note(f"{name}: not a page of the archive")  # not an error: editors lint whatever is open
        nothing = Report((), 0, 0.0)
        with session.while_read():
            if options.fix:
                write_bytes(text)
            elif not options.diff:
                write_report(session, nothing, session.archive, options)
        return nothing
    archive = session.archive.with_overlay({path: text})
    report = run(archive)
    if options.fix and not options.diff:
        return _write_fixed(session, run, archive, name, path, report, options)
    with session.while_read():
        if options.diff:
            after, left, _ = _fixed(run, archive, path, report, options.unsafe_fixes)
            session.write_diff(path, decode_page(text), decode_page(after), folder_of(archive))
            remaining = Counter(map(baseline_key, report.findings)) & Counter(map(baseline_key, left.findings))
            print_would_fix(session, report, len(report.findings) - remaining.total(), options)
        else:
            write_report(session, report, archive, options, page=name)
            print_summary(session, report, 0, options)
    return report


def _write_fixed(
    session: Session, run: Run, reader: PageReader, name: str, path: str, report: Report, options: LintOptions
) -> Report:
    """Write the fixed text to standard output and remaining findings to standard error. Return the latter."""
    from newsarc.lint.reporters.concise import concise

    warn_if_incomplete(session, report)
    text, left, fixed = _fixed(run, reader, path, report, options.unsafe_fixes)
    with session.while_read():
        write_bytes(text)
        sys.stderr.writelines(concise(left.with_path(name)))
        print_summary(session, left, fixed, options)
        if others := _other_pages(path, left, options.unsafe_fixes):
            session.note(f"fixes that also change {others[0]} are left to newsarc lint --fix")
    return left


def _other_pages(path: str, report: Report, unsafe: bool) -> list[str]:
    """Return the pages besides ``path`` that fixes of ``report`` change."""
    from newsarc.lint.edited_pages import edited_paths

    fixable = [finding for finding in report.findings if finding.is_fixable or unsafe]
    return sorted(edited_paths(fixable) - {path})


def _page(reader: PageReader, name: str) -> str:
    """Return ``name``, relative to the current folder or to the archive root, as a path from the root."""
    root = Path(os.path.realpath(reader.root))
    for file in (Path(name), reader.root / name):
        # Resolve only the folder: the page may be a symbolic link or not exist yet.
        place = Path(os.path.realpath(file.parent), file.name)
        relative = relative_path(place, root)
        if relative and file.name:
            return relative
    raise UsageError(f"{name}: outside the archive {reader.root}")


def _fixed(run: Run, reader: PageReader, path: str, report: Report, unsafe: bool) -> tuple[bytes, Report, int]:
    """Apply the fixes that change only the page at ``path``. Return its text, the remaining findings and the number
    of findings fixed.
    """
    from newsarc.lint.fixes import MAX_PASSES, plan_fixes

    fixed = 0
    for _ in range(MAX_PASSES):
        own = tuple(
            finding
            for finding in report.findings
            if finding.fix is not None and all(edit.path == path for edit in finding.fix.edits)
        )
        pages = plan_fixes(replace(report, findings=own), reader, unsafe=unsafe).pages
        if not pages:
            break
        (page,) = pages
        fixed += len(page.fixed)
        reader = reader.with_overlay({path: page.after.encode("utf-8", "surrogateescape")})
        report = run(reader)
    return reader.tree.overlay[path], report, fixed
