"""Approximate width of text in a sans-serif font that is not known, and headings with lines of similar length."""

from __future__ import annotations

import unicodedata

from newsarc.text.width import is_wide, width_of, wrap, wrap_lines

# Shares of the font size, a little wider than in the usual sans-serif fonts.
_NARROW = frozenset("iljtfrI.,:;'|!()[]‘’“”·- ")
_WIDE = frozenset("mwMW@%—…")


def font_share(char: str) -> float:
    """Return the width of ``char`` as a share of the font size."""
    if char.isascii():
        if char in _NARROW:
            return 0.32
        return 0.9 if char in _WIDE else 0.68 if char.isupper() else 0.56
    if unicodedata.combining(char):
        return 0.0
    return 1.0 if is_wide(char) else 0.9 if char in _WIDE else 0.6


def balanced(text: str, width: float, size: float, most: int) -> list[str]:
    """Return ``text`` in at most ``most`` lines, with an ellipsis if it is longer; ``size`` is that of the font.

    If all of it fits, lines are made narrower so that the last one is not a single word.
    """
    room = width / size
    lines = wrap_lines(text, room, most, font_share)
    for share in (0.97, 0.94, 0.91, 0.88, 0.85):
        if len(lines) == 1 or lines[-1].endswith("…") or width_of(lines[-1], font_share) > room / 4:
            break
        narrower = list(wrap(text, room * share, font_share))
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines
