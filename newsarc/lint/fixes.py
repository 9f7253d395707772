"""Applying fixes to files. Each file gets all of its fixes or none; all other bytes stay unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.errors import FixError, PageError
from newsarc.lint.edits import PageEdits
from newsarc.lint.linter import Report
from newsarc.lint.page_pass import page_digest
from newsarc.storage.atomic import replace_unchanged

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader

MAX_PASSES = 20  # overlapping fixes take several passes; more than this means that two fixes undo each other


@dataclass(frozen=True, slots=True)
class FixedPage:
    """The text of a page before and after its fixes.

    ``fixed`` are the indexes of the report's findings whose fixes change this page.
    """

    path: str
    before: str
    after: str
    fixed: frozenset[int] = frozenset()


def fixed_pages(report: Report, reader: PageReader, *, unsafe: bool) -> Iterator[FixedPage]:
    """Yield the pages that the fixes of ``report`` change, with their new text. Nothing is written.

    If fixes overlap, the first is applied; the next run applies the others. A fix is applied with all of its edits or
    not at all. ``unsafe`` includes fixes that are likely but not certain. Pages that changed since the report was made
    are skipped, because edits refer to positions in the old text, and so are symbolic links. An incomplete report
    yields nothing.
    """
    if not report.is_complete:
        return
    pages: dict[str, PageEdits | None] = {}
    before: dict[str, str] = {}
    fixed: dict[str, set[int]] = {}
    for number, finding in enumerate(report.findings):
        if finding.fix is None or not (finding.fix.safe or unsafe):
            continue
        edits = {path: [e for e in finding.fix.edits if e.path == path] for path in {e.path for e in finding.fix.edits}}
        for path in edits.keys() - pages.keys():
            text = _read_unchanged(path, report, reader)
            pages[path] = None if text is None else PageEdits(text)
            before[path] = text or ""
        if all((page := pages[path]) is not None and page.fits(of_page) for path, of_page in edits.items()):
            for path, of_page in edits.items():
                page = pages[path]
                assert page is not None
                page.add(of_page)
                fixed.setdefault(path, set()).add(number)
    for path in sorted(fixed):
        page = pages[path]
        assert page is not None
        after = page.text()
        if after != before[path]:
            yield FixedPage(path, before[path], after, frozenset(fixed[path]))


def count_fixed(report: Report, written: list[FixedPage]) -> int:
    """Return the number of findings that were fixed, that is, whose changed pages were all ``written``."""
    done = {page.path: page.fixed for page in written}
    return sum(
        all(number in done.get(edit.path, ()) for edit in finding.fix.edits)
        for number, finding in enumerate(report.findings)
        if finding.fix is not None
    )


def _read_unchanged(path: str, report: Report, reader: PageReader) -> str | None:
    """Return the text of a page, or None if it changed since the report was made or is a symbolic link."""
    try:
        text = reader.tree.read(path)
    except PageError:
        return None  # deleted; the next run reports it
    return None if page_digest(text) != report.digests.get(path) or (reader.root / path).is_symlink() else text


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
