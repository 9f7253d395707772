"""``newsarc lint``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.cli.lint_options import (
    BaselineOption,
    ChangedSinceOption,
    DiffOption,
    ExitZeroOption,
    FixOption,
    IgnoreOption,
    MaxWarningsOption,
    OutputFormatOption,
    PathsArgument,
    SelectOption,
    ShowFilesOption,
    StatisticsOption,
    StdinFilenameOption,
    UnsafeFixesOption,
    WriteBaselineOption,
)
from newsarc.cli.lint_report import end, folder_of, tell, warn_if_not_whole, write_report
from newsarc.cli.lint_stdin import StdinRequest, lint_unsaved
from newsarc.cli.session import Session
from newsarc.errors import ConfigError, UsageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.output.terminal.progress import ProgressBar
from newsarc.storage.paths import inside, is_path, leads_inside, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsarc.api import Archive
    from newsarc.archive.reader import Pages
    from newsarc.lint import Report


def lint(
    session: Session,
    paths: PathsArgument = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fix: FixOption = False,
    unsafe_fixes: UnsafeFixesOption = False,
    diff: DiffOption = False,
    changed_since: ChangedSinceOption = None,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = False,
    max_warnings: MaxWarningsOption = None,
    exit_zero: ExitZeroOption = False,
    output_format: OutputFormatOption = None,
    statistics: StatisticsOption = False,
    show_files: ShowFilesOption = False,
    stdin_filename: StdinFilenameOption = None,
) -> None:
    """Check that no related link is dead, and what else can be wrong with an archive.

    Exit 1 when there are errors, 0 when there are none or only warnings.

    Examples:
        newsarc lint
        newsarc lint news/2017 --select NA1
        newsarc lint --fix --diff
        newsarc lint --changed-since main
    """
    from newsarc.lint.baseline import write_baseline as write

    if stdin_filename is not None or "-" in (paths or ()):
        name = _only_unsaved(stdin_filename, paths, bool(changed_since or write_baseline or show_files))
        session.near = Path(name).parent
    places = _inside(session.archive, paths) if stdin_filename is None else None
    if show_files:
        session.write(tab_separated((f"{session.here}{path}",) for path in _files(session.archive, places)))
        return
    file = baseline or _configured_baseline(session.archive)
    if write_baseline and file is None:
        raise UsageError("--write-baseline needs --baseline FILE, or baseline in the configuration")
    if unsafe_fixes and not (fix or diff):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    if write_baseline and (fix or diff or statistics or places is not None or select or ignore or changed_since):
        raise UsageError("--write-baseline lists all findings: it goes with none of the options that leave some out")
    if statistics and diff:
        raise UsageError("--statistics counts findings, and --diff shows fixes: one or the other")
    if (statistics or diff) and output_format is not None:
        raise UsageError(f"--output-format has nothing to do with {'--diff' if diff else '--statistics'}")
    run = _runner(session, places, select, ignore, changed_since, None if write_baseline else file)
    if stdin_filename is not None:
        report = lint_unsaved(
            session, run, stdin_filename, StdinRequest(fix, unsafe_fixes, diff, output_format, statistics)
        )
        end(session, report, max_warnings, exit_zero)
        return
    report = run(session.archive)
    if write_baseline and file is not None:
        write(file, report.findings)
        session.note(f"{plural(len(report.findings), 'finding')} accepted in {file}")
        return
    mended = 0
    if fix and not diff:
        report, mended = _mend(session, report, run, unsafe_fixes)
    with session.while_read():
        if diff:
            _show_diff(session, report, unsafe_fixes)
        else:
            write_report(session, report, session.archive, output_format, statistics)
            tell(session, report, mended)
    end(session, report, max_warnings, exit_zero)


def _runner(
    session: Session,
    places: list[str] | None,
    select: list[str] | None,
    ignore: list[str] | None,
    changed_since: str | None,
    baseline: Path | None,
) -> Callable[[Pages], Report]:
    """Return what runs lint over an archive with these options."""
    from newsarc.lint import lint as check
    from newsarc.lint.baseline import read_baseline
    from newsarc.lint.changes import changes_since

    accepted = read_baseline(baseline) if baseline is not None else None

    def run(archive: Pages) -> Report:
        changes = changes_since(archive.root, changed_since) if changed_since is not None else None
        with ProgressBar(session.index_title, is_wanted=not session.quiet) as progress:
            return check(
                archive,
                places,
                _words(select) or None,
                _words(ignore),
                changes=changes,
                baseline=accepted,
                progress=progress,
            )

    return run


def _mend(session: Session, report: Report, run: Callable[[Pages], Report], unsafe: bool) -> tuple[Report, int]:
    """Apply fixes until none is left to apply; return the report of what remains and how many findings
    were mended: those whose fixes were written.
    """
    from newsarc.errors import FixError
    from newsarc.lint.fixes import MAX_PASSES, count_fixed, fixed_pages, write
    from newsarc.storage.atomic import locked

    fixed = 0
    warn_if_not_whole(session, report)
    archive = session.archive
    failed: dict[str, str] = {}
    for _ in range(MAX_PASSES):
        written = []
        with locked(archive.root):
            for page in fixed_pages(report, archive, unsafe=unsafe):
                try:
                    write(page, archive)
                    written.append(page)
                except FixError as error:
                    failed[page.path] = str(error)
        if not written:
            break
        fixed += count_fixed(report, written)
        archive = archive.open(archive.root, config=archive.config)
        report = run(archive)
    for line in failed.values():
        session.warn(f"{session.here}{line}")
    return report, fixed


def _show_diff(session: Session, report: Report, unsafe: bool) -> None:
    from newsarc.lint.fixes import fixed_pages

    with session.output():
        for page in fixed_pages(report, session.archive, unsafe=unsafe):
            session.write_diff(page.path, page.before, page.after, folder_of(session.archive))


def _configured_baseline(archive: Archive) -> Path | None:
    """Return the baseline of the configuration, which comes with the archive: it must be in it, be it read or written.

    Raises ConfigError where it is not.
    """
    named = archive.config.lint.baseline
    if not named:
        return None
    file = archive.root / named
    if not is_path(file):
        raise ConfigError(f"lint.baseline: {shown(named)} is too long for a path")
    if not leads_inside(file, archive.root):
        raise ConfigError(f"lint.baseline: {shown(named)} is not in the archive; --baseline FILE takes any file")
    return file


def _files(archive: Archive, places: list[str] | None) -> list[str]:
    from newsarc.lint.linter import is_under

    pages = (
        path
        for day in archive.tree.days()
        for path in (*archive.tree.event_paths(day), *archive.tree.day_page_paths(day))
    )
    front = (path for path in DAY_PAGE_NAMES if archive.tree.exists(path))
    return sorted(path for path in (*front, *pages) if places is None or is_under(path, places))


def _only_unsaved(name: str | None, paths: list[str] | None, others: bool) -> str:
    """Return the name of the page on standard input. Raises UsageError where the options do not go with one."""
    if name is None:
        raise UsageError("- is the text of one page: --stdin-filename PATH says which")
    if [path for path in paths or () if path != "-"]:
        raise UsageError("--stdin-filename is about the page on standard input: it goes with no other PATH than -")
    if others:
        raise UsageError("--stdin-filename goes with none of --changed-since, --write-baseline and --show-files")
    if not is_path(name):
        raise UsageError(f"--stdin-filename: {shown(name)} is too long for a path")
    return name


def _words(options: list[str] | None) -> list[str]:
    return [word for option in options or () for word in option.split(",") if word.strip()]


def _inside(archive: Archive, paths: list[str] | None) -> list[str] | None:
    """Return paths as the user gave them, from here or from the archive root, as paths from the root."""
    if not paths:
        return None
    root = Path(os.path.realpath(archive.root))
    found_paths: list[str] = []
    for path in paths:
        found = next((place for place in (Path(path), archive.root / path) if place.exists()), None)
        if found is None:
            raise UsageError(f"{path}: there is no such file or folder")
        relative = inside(Path(os.path.realpath(found)), root)
        if relative is None:
            raise UsageError(f"{path}: not in the archive {archive.root}")
        found_paths.append(relative)
    return found_paths
