"""Fixes → files. Each file is either as it was or wholly mended; bytes that no fix is about stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.errors import FixError, PageError
from newsarc.lint.edits import PageEdits
from newsarc.lint.linter import Report
from newsarc.lint.page_pass import digest
from newsarc.storage.atomic import replace_unchanged

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages

MAX_TURNS = 20  # fixes that touch the same place take turns; more turns than this would mean that two fight


@dataclass(frozen=True, slots=True)
class Mended:
    """A page before and after its fixes.

    ``fixed`` are the numbers, among the findings of the report, of those whose fixes change this page.
    """

    path: str
    before: str
    after: str
    fixed: frozenset[int] = frozenset()


def mend(report: Report, archive: Pages, *, unsafe: bool) -> Iterator[Mended]:
    """Yield each page that fixes of the report's findings change, with its new text; nothing is written.

    Of fixes that touch the same place the first is taken; the next run takes the others. A fix is taken with all of its
    edits or not at all. ``unsafe`` also takes the fixes that are only probable. A page that changed since the report
    was made is passed over, for edits name places in the text as it was then; so is one behind a symbolic link. Nothing
    is mended by a report that is not whole.
    """
    if not report.is_whole:
        return
    pages: dict[str, PageEdits | None] = {}
    before: dict[str, str] = {}
    fixed: dict[str, set[int]] = {}
    for number, finding in enumerate(report.findings):
        if finding.fix is None or not (finding.fix.safe or unsafe):
            continue
        edits = {path: [e for e in finding.fix.edits if e.path == path] for path in {e.path for e in finding.fix.edits}}
        for path in edits.keys() - pages.keys():
            text = _unchanged(path, report, archive)
            pages[path] = None if text is None else PageEdits(text)
            before[path] = text or ""
        if all((page := pages[path]) is not None and page.fit(of_page) for path, of_page in edits.items()):
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
            yield Mended(path, before[path], after, frozenset(fixed[path]))


def count_fixed(report: Report, written: list[Mended]) -> int:
    """Return how many findings of the report were fixed: those of which all pages that they change were written."""
    done = {page.path: page.fixed for page in written}
    return sum(
        all(number in done.get(edit.path, ()) for edit in finding.fix.edits)
        for number, finding in enumerate(report.findings)
        if finding.fix is not None
    )


def _unchanged(path: str, report: Report, archive: Pages) -> str | None:
    """Return the text of a page that is as it was when the report was made and no symbolic link; else None."""
    try:
        text = archive.tree.read(path)
    except PageError:
        return None  # it is gone: the next run tells
    return None if digest(text) != report.texts.get(path) or (archive.root / path).is_symlink() else text


def write(mended: Mended, archive: Pages) -> None:
    """Replace the page's file by its fixed text, as :func:`newsarc.storage.atomic.replace_unchanged` does.

    Raises FixError if the file changed since it was read, is a symbolic link or cannot be written; it is then
    unchanged.
    """
    before, after = (text.encode("utf-8", "surrogateescape") for text in (mended.before, mended.after))
    try:
        replace_unchanged(archive.root / mended.path, before, after)
    except OSError as error:
        raise FixError(mended.path, error.strerror or str(error)) from None
