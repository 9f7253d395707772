"""Applying fixes to files. Each file gets all of its fixes or none; all other bytes stay unchanged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newsarc.errors import FixError, PageError
from newsarc.lint.edited_pages import edited_paths
from newsarc.lint.edits import PageEdits
from newsarc.lint.linter import Report
from newsarc.storage.atomic import replace_unchanged
from newsarc.storage.hashing import digest_text

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.finding import Finding

MAX_PASSES = (
    20  # overlapping fixes take several passes; more means that two fixes undo each other, or that pages keep changing
)
_CHANGED = "it changed while newsarc was running; run newsarc again"


@dataclass(frozen=True, slots=True)
class FixedPage:
    """The text of a page before and after its fixes.

    ``fixed`` are the indexes of the report's findings whose fixes change this page.
    """

    path: str
    before: str
    after: str
    fixed: frozenset[int] = frozenset()


class FixPlan(NamedTuple):
    """The ``pages`` that fixes change.

    ``skipped`` are the pages that cannot be fixed, by path, each with a line that says why. ``overlapping`` is the
    number of fixes that wait for the next run, because they overlap one of this run. ``is_stale`` is true if pages
    changed since the report was made, so that a new report may have fixes for them.
    """

    pages: list[FixedPage]
    skipped: Mapping[str, str]
    overlapping: int
    is_stale: bool


def plan_fixes(report: Report, reader: PageReader, *, unsafe: bool) -> FixPlan:
    """Return the pages that the fixes of ``report`` change, with their new text. Nothing is written.

    If fixes overlap, the first is applied. A fix is applied with all of its edits or not at all. ``unsafe`` includes
    fixes that are likely but not certain. Pages that changed since the report was made are skipped, because edits refer
    to positions in the old text, and so are symbolic links. The plan for an incomplete report is empty.
    """
    if not report.is_complete:
        return FixPlan([], {}, 0, is_stale=False)
    pages: dict[str, PageEdits] = {}
    before: dict[str, str] = {}
    fixed: dict[str, set[int]] = {}
    skipped: dict[str, str] = {}
    overlapping = 0
    is_stale = False
    for number, finding in enumerate(report.findings):
        if finding.fix is None or not (finding.fix.safe or unsafe):
            continue
        paths = {edit.path for edit in finding.fix.edits}
        for path in paths - pages.keys() - skipped.keys():
            try:
                before[path] = _read(path, reader)
            except FixError as error:
                skipped[path] = str(error)
                continue
            if digest_text(before[path]) == report.digests.get(path):
                pages[path] = PageEdits(before[path])
            else:
                skipped[path] = str(FixError(path, _CHANGED))
                is_stale = True
        if not paths.isdisjoint(skipped):
            continue
        edits = {path: [edit for edit in finding.fix.edits if edit.path == path] for path in paths}
        if not all(pages[path].fits(of_page) for path, of_page in edits.items()):
            overlapping += 1
            continue
        for path, of_page in edits.items():
            pages[path].add(of_page)
            fixed.setdefault(path, set()).add(number)
    changed = [FixedPage(path, before[path], pages[path].text(), frozenset(fixed[path])) for path in sorted(fixed)]
    return FixPlan([page for page in changed if page.after != page.before], skipped, overlapping, is_stale)


def count_fixed(report: Report, written: list[FixedPage]) -> int:
    """Return the number of findings that were fixed, that is, whose changed pages were all ``written``."""
    done = {page.path: page.fixed for page in written}
    return sum(
        all(number in done.get(edit.path, ()) for edit in finding.fix.edits)
        for number, finding in enumerate(report.findings)
        if finding.fix is not None
    )


def without_reason(report: Report, told: Collection[str], *, unsafe: bool) -> list[Finding]:
    """Return the fixable findings of ``report``, made after all fixes, that change none of the pages ``told``."""
    return [
        finding
        for finding in report.findings
        if (finding.is_fixable or (unsafe and finding.fix is not None)) and edited_paths([finding]).isdisjoint(told)
    ]


def _read(path: str, reader: PageReader) -> str:
    """Return the text of a page. Raises FixError if it cannot be read any more or is a symbolic link."""
    if path not in reader.tree.overlay and (reader.root / path).is_symlink():
        raise FixError(path, "it is a symbolic link")
    try:
        return reader.tree.read(path)
    except PageError as error:
        raise FixError(path, error.reason) from None


def write(page: FixedPage, reader: PageReader) -> None:
    """Write the fixed text to the file, atomically.

    Raises FixError, and leaves the file unchanged, if it is a symbolic link, changed since it was read or cannot be
    written.
    """
    before, after = (text.encode("utf-8", "surrogateescape") for text in (page.before, page.after))
    try:
        replace_unchanged(reader.root / page.path, before, after)
    except OSError as error:
        raise FixError(page.path, error.strerror or str(error)) from None
