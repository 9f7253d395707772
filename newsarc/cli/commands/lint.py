"""``newsarc lint``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.cli.cached_ledger import note_cached
from newsarc.cli.lint_options import LintOptions, PathsArgument
from newsarc.cli.lint_report import (
    exit_with,
    folder_of,
    print_summary,
    print_would_fix,
    warn_if_incomplete,
    write_report,
)
from newsarc.cli.lint_stdin import lint_stdin
from newsarc.cli.session import Session
from newsarc.errors import ConfigError, UsageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.output.terminal.progress import ProgressBar
from newsarc.storage.paths import is_valid_path, is_within, relative_path, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsarc.api import Archive
    from newsarc.archive.reader import PageReader
    from newsarc.lint import Report


def lint(session: Session, options: LintOptions, paths: PathsArgument = None) -> None:
    """Find broken links and other problems.

    Exits with 1 if there are errors, and with 0 if there are none or only warnings.

    Examples:
        newsarc lint
        newsarc lint news/2017 --select NA1
        newsarc lint --fix --diff
        newsarc lint --changed-since main
    """
    name = options.stdin_filename
    if name is not None or "-" in (paths or ()):
        name = _stdin_name(options, paths)
        session.near = Path(name).parent
    places = _inside(session.archive, paths) if name is None else None
    if options.show_files:
        session.write(tab_separated((f"{session.here}{path}",) for path in _files(session.archive, places)))
        return
    baseline = options.baseline or _configured_baseline(session.archive)
    if options.write_baseline:
        _write_baseline(session, options, places, baseline)
        return
    run = _runner(session, options, places, baseline)
    if name is not None:
        exit_with(session, lint_stdin(session, run, name, options), options)
        return
    report, fixed = run(session.archive), 0
    if options.fix and not options.diff:
        report, fixed = _apply_fixes(session, report, run, options.unsafe_fixes)
    with session.while_read():
        if options.diff:
            _show_diff(session, report, options)
        else:
            write_report(session, report, session.archive, options)
            print_summary(session, report, fixed, options)
    note_cached(session)
    exit_with(session, report, options)


def _write_baseline(session: Session, options: LintOptions, places: list[str] | None, baseline: Path | None) -> None:
    from newsarc.lint.baseline import write_baseline

    if baseline is None:
        raise UsageError("--write-baseline requires --baseline FILE, or a baseline in the configuration")
    if places is not None:
        raise UsageError("--write-baseline records all findings; remove paths and options that filter or fix them")
    report = _runner(session, options, None, None)(session.archive)
    write_baseline(baseline, report.findings)
    session.note(f"{plural(len(report.findings), 'finding')} written to {baseline}")


def _runner(
    session: Session, options: LintOptions, places: list[str] | None, baseline: Path | None
) -> Callable[[PageReader], Report]:
    """Return a function that lints an archive with these options."""
    from newsarc.lint import lint as check
    from newsarc.lint.baseline import read_baseline
    from newsarc.lint.changes import changes_since

    accepted = read_baseline(baseline) if baseline is not None else None

    def run(reader: PageReader) -> Report:
        since = options.changed_since
        changes = changes_since(reader.root, since) if since is not None else None
        with ProgressBar(session.index_title, is_wanted=not session.quiet) as progress:
            return check(
                reader,
                places,
                _words(options.select) or None,
                _words(options.ignore),
                changes=changes,
                baseline=accepted,
                progress=progress,
            )

    return run


def _apply_fixes(
    session: Session, report: Report, run: Callable[[PageReader], Report], unsafe: bool
) -> tuple[Report, int]:
    """Apply fixes until none is left. Return the report of what remains, and the number of findings fixed.

    Warns of each page that could not be fixed, and of findings that their fixes do not remove.
    """
    from newsarc.errors import FixError
    from newsarc.lint.fixes import MAX_PASSES, count_fixed, plan_fixes, without_reason, write
    from newsarc.storage.atomic import locked

    fixed = 0
    warn_if_incomplete(session, report)
    archive = session.archive
    failed: dict[str, str] = {}
    for _ in range(MAX_PASSES):
        written = []
        with locked(archive.root):
            plan = plan_fixes(report, archive, unsafe=unsafe)
            failed = dict(plan.skipped)
            for page in plan.pages:
                try:
                    write(page, archive)
                    written.append(page)
                except FixError as error:
                    failed[page.path] = str(error)
        if not written and not plan.is_stale:
            break
        fixed += count_fixed(report, written)
        archive = archive.open(archive.root, config=archive.config)
        report = run(archive)
    for line in failed.values():
        session.warn(f"{session.here}{line}")
    if report.is_complete and (left := len(without_reason(report, failed, unsafe=unsafe))):
        why = "fixes undo each other, or pages keep changing; run newsarc again"
        session.warn(f"{plural(left, 'fixable finding')} not fixed: {why}")
    return report, fixed


def _show_diff(session: Session, report: Report, options: LintOptions) -> None:
    """Write what fixes would change, and how many findings they fix."""
    from newsarc.lint.fixes import count_fixed, plan_fixes

    warn_if_incomplete(session, report)
    plan = plan_fixes(report, session.archive, unsafe=options.unsafe_fixes)
    with session.output():
        for page in plan.pages:
            session.write_diff(page.path, page.before, page.after, folder_of(session.archive))
    for line in plan.skipped.values():
        session.note(f"{session.here}{line}")
    print_would_fix(session, report, count_fixed(report, plan.pages), options, plan.overlapping)


def _configured_baseline(archive: Archive) -> Path | None:
    """Return the baseline of the configuration. Raises ConfigError if it is outside the archive: a configuration that
    comes with an archive must not name other files.
    """
    named = archive.config.lint.baseline
    if not named:
        return None
    file = archive.root / named
    if not is_valid_path(file):
        raise ConfigError(f"lint.baseline: {shorten(named)} is too long for a path")
    if not is_within(file, archive.root):
        raise ConfigError(
            f"lint.baseline: {shorten(named)} is outside the archive; use --baseline FILE for other files"
        )
    return file


def _files(archive: Archive, places: list[str] | None) -> list[str]:
    from newsarc.lint.linter import is_under

    pages = (
        path
        for day in archive.tree.page_folders()
        for path in (*archive.tree.event_paths(day), *archive.tree.day_page_paths(day))
    )
    front = (path for path in DAY_PAGE_NAMES if archive.layout is None and archive.tree.exists(path))
    return sorted(path for path in (*front, *pages) if places is None or is_under(path, places))


def _stdin_name(options: LintOptions, paths: list[str] | None) -> str:
    """Return the name of the page on standard input. Raises UsageError for options that cannot be combined with it."""
    name = options.stdin_filename
    if name is None:
        raise UsageError("reading from standard input requires --stdin-filename")
    if [path for path in paths or () if path != "-"]:
        raise UsageError("--stdin-filename cannot be combined with paths other than -")
    if options.changed_since or options.write_baseline or options.show_files:
        raise UsageError("--stdin-filename cannot be combined with --changed-since, --write-baseline or --show-files")
    if not is_valid_path(name):
        raise UsageError(f"--stdin-filename: {shorten(name)} is too long for a path")
    return name


def _words(options: list[str] | None) -> list[str]:
    return [word for option in options or () for word in option.split(",") if word.strip()]


def _inside(archive: Archive, paths: list[str] | None) -> list[str] | None:
    """Return paths that are relative to the current folder or to the archive root as paths from the root."""
    if not paths:
        return None
    root = Path(os.path.realpath(archive.root))
    found_paths: list[str] = []
    for path in paths:
        found = next((place for place in (Path(path), archive.root / path) if place.exists()), None)
        if found is None:
            raise UsageError(f"{path}: no such file or folder")
        relative = relative_path(Path(os.path.realpath(found)), root)
        if relative is None:
            raise UsageError(f"{path}: outside the archive {archive.root}")
        found_paths.append(relative)
    return found_paths
