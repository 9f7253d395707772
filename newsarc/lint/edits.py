"""Applying edits to the text of a page. All other bytes stay unchanged."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from newsarc.lint.finding import Edit

_BOM = "\ufeff"


class PageEdits:
    """The edits of several fixes to one page. They do not overlap."""

    def __init__(self, text: str) -> None:
        self._mark = _BOM if text.startswith(_BOM) else ""
        self._body = text.removeprefix(_BOM)
        self._starts = _line_starts(self._body)
        self._replaced: list[tuple[int, int, str]] = []  # (begin, end, new text), sorted
        self._inserted: dict[int, dict[str, None]] = {}  # position → new texts
        self._places: list[int] = []  # the keys of _inserted, sorted

    def fits(self, edits: Iterable[Edit]) -> bool:
        """Whether none of ``edits``, from one fix, overlaps an edit that was added.

        Insertions of different texts at the same position do not overlap.
        """
        return not any(self._is_taken(*self._span(edit)) for edit in edits)

    def add(self, edits: Iterable[Edit]) -> None:
        """Add the edits of one fix, which must fit."""
        for edit in edits:
            begin, end, text = self._span(edit)
            if begin < end:
                insort(self._replaced, (begin, end, text))
            else:
                if begin not in self._inserted:
                    insort(self._places, begin)
                self._inserted.setdefault(begin, {})[text] = None

    def text(self) -> str:
        """Return the text with all edits applied. Insertions at one position keep the order in which they came."""
        inserted = [(at, at, "".join(texts)) for at, texts in self._inserted.items()]
        pieces: list[str] = [self._mark]
        at = 0
        for begin, end, new in sorted([*self._replaced, *inserted]):
            pieces.extend((self._body[at:begin], new))
            at = end
        return "".join(pieces) + self._body[at:]

    def _span(self, edit: Edit) -> tuple[int, int, str]:
        begin, end = (
            min(self._starts[line - 1] + column - 1, len(self._body)) if line <= len(self._starts) else len(self._body)
            for line, column in ((edit.line, edit.column), (edit.end_line, edit.end_column))
        )
        return begin, end, edit.text

    def _is_taken(self, begin: int, end: int, text: str) -> bool:
        if begin == end and text in self._inserted.get(begin, ()):
            return True
        at = bisect_left(self._replaced, (max(end, begin + 1),))
        if at and self._replaced[at - 1][1] > begin:
            return True
        return begin < end and bisect_left(self._places, begin) < bisect_left(self._places, end)


def apply(text: str, fixes: Iterable[Sequence[Edit]]) -> str:
    """Return ``text`` with the edits of all fixes applied that do not overlap an earlier fix."""
    page = PageEdits(text)
    for edits in fixes:
        if page.fits(edits):
            page.add(edits)
    return page.text()


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
