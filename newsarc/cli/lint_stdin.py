"""``newsarc lint --stdin-filename PATH -``: the text that an editor has not saved yet."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newsarc.cli.lint_options import OutputFormat
from newsarc.cli.lint_report import folder_of, tell, warn_if_not_whole, write_report
from newsarc.cli.session import Session
from newsarc.cli.streams import read_input, write_bytes
from newsarc.errors import UsageError
from newsarc.layout import DAY_PAGE_NAMES, is_event_path
from newsarc.storage.paths import inside

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint import Report

Run = Callable[["Pages"], "Report"]


class StdinRequest(NamedTuple):
    """What is to be said of the text: its findings, with ``fix`` the mended text, with ``diff`` the difference."""

    fix: bool
    unsafe_fixes: bool
    diff: bool
    output_format: OutputFormat | None
    statistics: bool


def lint_unsaved(session: Session, run: Run, name: str, wanted: StdinRequest) -> Report:
    """Check the text on standard input as the page that the user calls ``name``; return what was found, or what is left
    of it behind the fixes. No page is written.

    Raises UsageError for a name outside the archive, or for options that have nothing to do with each other.
    """
    if wanted.fix and (wanted.output_format is not None or wanted.statistics):
        raise UsageError("--fix writes the mended text: --output-format and --statistics do not go with it")
    from newsarc.lint import Report
    from newsarc.storage.tree import as_text

    path = _page(session.archive, name)
    text = read_input()
    if not is_event_path(path) and path.rpartition("/")[2] not in DAY_PAGE_NAMES:
        session.note(f"{name}: no page that lint looks at")  # and no error: editors ask about whatever is open
        nothing = Report((), 0, 0.0)
        with session.while_read():
            if wanted.fix:
                write_bytes(text)
            elif not wanted.diff:
                write_report(session, nothing, session.archive, wanted.output_format, wanted.statistics)
        return nothing
    archive = session.archive.with_unsaved({path: text})
    report = run(archive)
    if wanted.fix and not wanted.diff:
        return _write_mended(session, run, archive, name, path, report, wanted)
    with session.while_read():
        if wanted.diff:
            after = _mended(run, archive, path, report, wanted.unsafe_fixes)[0]
            session.write_diff(path, as_text(text), as_text(after), folder_of(archive))
        else:
            write_report(session, report, archive, wanted.output_format, wanted.statistics, page=name)
            tell(session, report, 0)
    return report


def _write_mended(
    session: Session, run: Run, archive: Pages, name: str, path: str, report: Report, wanted: StdinRequest
) -> Report:
    """Write the mended text to standard output and what is left to standard error; return what is left."""
    from newsarc.lint.reporters.concise import concise

    warn_if_not_whole(session, report)
    text, left, fixed = _mended(run, archive, path, report, wanted.unsafe_fixes)
    with session.while_read():
        write_bytes(text)
        sys.stderr.writelines(concise(left.with_path(name)))
        tell(session, left, fixed)
    return left


def _page(archive: Pages, name: str) -> str:
    """Return the page that the user calls ``name``, from here or from the archive root, as a path from the root."""
    root = Path(os.path.realpath(archive.root))
    for file in (Path(name), archive.root / name):
        # The page itself may be a link, or not be there yet: only its folder is looked up.
        place = Path(os.path.realpath(file.parent), file.name)
        relative = inside(place, root)
        if relative and file.name:
            return relative
    raise UsageError(f"{name}: not in the archive {archive.root}")


def _mended(run: Run, archive: Pages, path: str, report: Report, unsafe: bool) -> tuple[bytes, Report, int]:
    """Return the text of the page at ``path`` behind the fixes that change no other page, what is left then, and how
    many findings were mended.
    """
    from newsarc.lint.fixes import MAX_PASSES, fixed_pages

    fixed = 0
    for _ in range(MAX_PASSES):
        own = tuple(
            finding
            for finding in report.findings
            if finding.fix is not None and all(edit.path == path for edit in finding.fix.edits)
        )
        page = next(fixed_pages(replace(report, findings=own), archive, unsafe=unsafe), None)
        if page is None:
            break
        fixed += len(page.fixed)
        archive = archive.with_unsaved({path: page.after.encode("utf-8", "surrogateescape")})
        report = run(archive)
    return archive.tree.unsaved[path], report, fixed
