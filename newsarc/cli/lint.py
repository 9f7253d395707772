"""``newsarc lint``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from newsarc.archive import Archive
from newsarc.cli.lint_options import (
    BaselineOption,
    ChangedSinceOption,
    DiffOption,
    ExitZeroOption,
    FixOption,
    IgnoreOption,
    MaxWarningsOption,
    OutputFormat,
    OutputFormatOption,
    PathsArgument,
    SelectOption,
    ShowFilesOption,
    StatisticsOption,
    UnsafeFixesOption,
    WriteBaselineOption,
)
from newsarc.cli.session import Session
from newsarc.errors import ConfigError, ExitCode, UsageError
from newsarc.links import DAY_PAGE_NAMES
from newsarc.output.plain import tab_separated
from newsarc.output.progress import ProgressBar
from newsarc.output.terminal import is_terminal
from newsarc.output.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable

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
) -> None:
    """Check that no related link is dead, and what else can be wrong with an archive.

    Exit 1 when there are errors, 0 when there are none or only warnings.
    """
    from newsarc.lint.baseline import write_baseline as write

    inside = _inside(session.archive, paths)
    if show_files:
        session.write(tab_separated((path,) for path in _files(session.archive, inside)))
        return
    file = baseline or _configured_baseline(session.archive)
    if write_baseline and file is None:
        raise UsageError("--write-baseline needs --baseline FILE, or baseline in the configuration")
    if unsafe_fixes and not (fix or diff):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    if write_baseline and (fix or diff or statistics or inside is not None or select or ignore or changed_since):
        raise UsageError("--write-baseline lists all findings: it goes with none of the options that leave some out")
    if (statistics or diff) and output_format is not None:
        raise UsageError(f"--output-format has nothing to do with {'--diff' if diff else '--statistics'}")
    run = _runner(session, inside, select, ignore, changed_since, None if write_baseline else file)
    report = run(session.archive)
    if write_baseline and file is not None:
        write(file, report.findings)
        session.note(f"{plural(len(report.findings), 'finding')} accepted in {file}")
        return
    if diff:
        _show_diff(session, report, unsafe_fixes)
    else:
        mended = 0
        if fix:
            report, mended = _mend(session, report, run, unsafe_fixes)
        _write(session, report, output_format, statistics)
        sys.stdout.flush()
        _tell(session, report, mended)
    if session.warned:
        raise typer.Exit(ExitCode.SETUP)
    too_many = max_warnings is not None and report.warnings > max_warnings
    if (report.errors or report.stale or too_many) and not exit_zero:
        raise typer.Exit(ExitCode.FINDINGS)


def _runner(
    session: Session,
    inside: list[str] | None,
    select: list[str] | None,
    ignore: list[str] | None,
    changed_since: str | None,
    baseline: Path | None,
) -> Callable[[Archive], Report]:
    """Return what runs lint over an archive with these options."""
    from newsarc.lint import lint as check
    from newsarc.lint.baseline import read_baseline
    from newsarc.lint.changes import changes_since

    accepted = read_baseline(baseline) if baseline is not None else None

    def run(archive: Archive) -> Report:
        changes = changes_since(archive.root, changed_since) if changed_since is not None else None
        with ProgressBar("checking", is_wanted=not session.quiet) as progress:
            return check(
                archive,
                inside,
                _words(select) or None,
                _words(ignore),
                changes=changes,
                baseline=accepted,
                progress=progress,
            )

    return run


def _mend(session: Session, report: Report, run: Callable[[Archive], Report], unsafe: bool) -> tuple[Report, int]:
    """Apply fixes until none is left to apply; return the report of what remains and how many findings were mended."""
    from newsarc.atomic import locked
    from newsarc.errors import MendingError
    from newsarc.lint.fix import mend, write

    before = len(report.findings)
    archive = session.archive
    failed: dict[str, str] = {}
    for _ in range(20):  # fixes that touch the same place take turns; more turns than this would mean that two fight
        written = 0
        with locked(archive.root):
            for page in mend(report, archive, unsafe=unsafe):
                try:
                    write(page, archive)
                    written += 1
                except MendingError as error:
                    failed[page.path] = str(error)
        if not written:
            break
        archive = Archive.open(archive.root, config=archive.config)
        report = run(archive)
    for line in failed.values():
        session.warn(line)
    return report, max(0, before - len(report.findings))


def _show_diff(session: Session, report: Report, unsafe: bool) -> None:
    from newsarc.lint.fix import mend, unified_diff
    from newsarc.safe import visible_lines

    is_shown = is_terminal(sys.stdout)
    for page in mend(report, session.archive, unsafe=unsafe):
        for line in unified_diff(page, _folder(session.archive)):
            if is_shown:
                sys.stdout.write(visible_lines(line))
            else:
                sys.stdout.flush()
                sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


def _write(session: Session, report: Report, output_format: OutputFormat | None, statistics: bool) -> None:
    from newsarc.lint.formats import FORMATTERS

    if statistics:
        _write_statistics(session, report)
        return
    shown = output_format or _format_of_the_place(session)
    folder = _folder(session.archive)
    if shown in ("json", "jsonl"):
        session.write(FORMATTERS[shown](report))  # paths from the archive root, as in all JSON of newsarc
    elif shown != "full":
        session.write(FORMATTERS[shown](report.seen_from(folder)))
    elif report.findings:
        from newsarc.output.findings import print_findings

        with session.console() as console:
            print_findings(console, report, session.archive, folder)


def _write_statistics(session: Session, report: Report) -> None:
    from newsarc.lint.statistics import statistics as count
    from newsarc.lint.statistics import statistics_rows

    if session.format(None, as_json=False) != "table":
        session.write(tab_separated(statistics_rows(count(report))))
    elif report.findings:
        from newsarc.output.findings import print_statistics

        with session.console() as console:
            print_statistics(console, count(report))


def _folder(archive: Archive) -> str:
    """Return the archive root seen from here, with a slash, where it is in a folder below; else nothing."""
    inside = Path(os.path.relpath(os.path.realpath(archive.root))).as_posix()
    return "" if inside == "." or inside.startswith("..") else f"{inside}/"


def _format_of_the_place(session: Session) -> OutputFormat:
    if is_terminal(sys.stdout) or session.color == "always":
        return "full"
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "concise"


def _tell(session: Session, report: Report, mended: int) -> None:
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


def _configured_baseline(archive: Archive) -> Path | None:
    """Return the baseline of the configuration, which comes with the archive: it must be in it, be it read or written.

    Raises ConfigError where it is not.
    """
    named = archive.config.lint.baseline
    if not named:
        return None
    file = archive.root / named
    root = os.path.realpath(archive.root)
    try:
        is_inside = os.path.commonpath((root, os.path.realpath(file))) == root
    except ValueError:  # another drive, or a NUL
        is_inside = False
    if not is_inside:
        raise ConfigError(f"lint.baseline: {named} is not in the archive; --baseline FILE takes any file")
    return file


def _files(archive: Archive, inside: list[str] | None) -> list[str]:
    from newsarc.lint.engine import is_in

    pages = (
        path
        for day in archive.tree.days()
        for path in (*archive.tree.event_paths(day), *archive.tree.day_page_paths(day))
    )
    front = (path for path in DAY_PAGE_NAMES if archive.tree.exists(path))
    return sorted(path for path in (*front, *pages) if inside is None or is_in(path, inside))


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
