"""Fixes → files. Each file is either as it was or wholly mended; bytes that no fix is about stay as they are."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.atomic import replace_file
from newsarc.errors import MendingError, PageError
from newsarc.lint.engine import Report
from newsarc.lint.finding import Edit
from newsarc.lint.look import digest

if TYPE_CHECKING:
    from newsarc.pages import Pages

MAX_TURNS = 20  # fixes that touch the same place take turns; more turns than this would mean that two fight
_BOM = "\ufeff"
_Span = tuple[int, int, int, str]  # the offsets of what is replaced, the number of the fix, and the new text


@dataclass(frozen=True, slots=True)
class Mended:
    """A page before and after its fixes."""

    path: str
    before: str
    after: str


def mend(report: Report, archive: Pages, *, unsafe: bool) -> Iterator[Mended]:
    """Yield each page that fixes of the report's findings change, with its new text; nothing is written.

    Of fixes that touch the same place the first is taken; the next run takes the others. ``unsafe`` also takes the
    fixes that are only probable. A page that changed since the report was made is passed over, for edits name places
    in the text as it was then; so is one behind a symbolic link. Nothing is mended by a report that is not whole.
    """
    if not report.is_whole:
        return
    edits: dict[str, list[tuple[Edit, ...]]] = {}
    for finding in report.findings:
        if finding.fix is not None and (finding.fix.safe or unsafe):
            for path in {edit.path for edit in finding.fix.edits}:
                edits.setdefault(path, []).append(tuple(edit for edit in finding.fix.edits if edit.path == path))
    for path in sorted(edits):
        try:
            before = archive.tree.read(path)
        except PageError:
            continue  # it is gone: the next run tells
        if digest(before) != report.texts.get(path) or (archive.root / path).is_symlink():
            continue
        after = apply(before, edits[path])
        if after != before:
            yield Mended(path, before, after)


def apply(text: str, fixes: Iterable[tuple[Edit, ...]]) -> str:
    """Return ``text`` with the edits of all fixes that do not overlap an earlier one."""
    body = text.removeprefix(_BOM)
    starts = _line_starts(body)
    taken: list[_Span] = []
    for number, edits in enumerate(fixes):
        spans = [_span(edit, starts, len(body), number) for edit in edits]
        if any(_is_taken(span, taken) for span in spans):
            continue
        for span in spans:
            insort(taken, span)
    pieces: list[str] = []
    at = 0
    for start, end, _, new in taken:
        pieces.extend((body[at:start], new))
        at = end
    return (_BOM if text.startswith(_BOM) else "") + "".join(pieces) + body[at:]


def write(mended: Mended, archive: Pages) -> None:
    """Replace the page's file by its mended text, as :func:`newsarc.atomic.replace_file` does.

    A symbolic link is not followed. Raises MendingError where the file changed since it was read or cannot be written;
    then it is as it was.
    """
    file = archive.root / mended.path
    if file.is_symlink():
        raise MendingError(mended.path, "it is a symbolic link; mend the file that it leads to")
    if archive.tree.read(mended.path) != mended.before:
        raise MendingError(mended.path, "it was changed while newsarc was at work; run it again")
    try:
        replace_file(file, mended.after.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise MendingError(mended.path, error.strerror or str(error)) from None


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _span(edit: Edit, starts: list[int], length: int, number: int) -> _Span:
    first, last = (
        min(starts[line - 1] + column - 1, length) if line <= len(starts) else length
        for line, column in ((edit.line, edit.column), (edit.end_line, edit.end_column))
    )
    return first, last, number, edit.text


def _is_taken(span: _Span, taken: list[_Span]) -> bool:
    """Whether ``span`` touches one of ``taken``, which are in order and do not overlap.

    Different texts put in at the same place do not get in each other's way.
    """
    at = bisect(taken, span)
    return any(
        (span[0] < other[1] and other[0] < span[1]) or (span[0] == other[0] and not _are_insertions(span, other))
        for other in taken[max(0, at - 1) : at + 1]
    )


def _are_insertions(one: _Span, other: _Span) -> bool:
    return one[0] == one[1] and other[0] == other[1] and one[3] != other[3]
