"""How wide text is, roughly, in a font nobody knows yet; and text cut into lines by it."""

from __future__ import annotations

import unicodedata

# Shares of the font size, on the wide side of what the usual sans-serif fonts have.
_NARROW = frozenset("iljtfrI.,:;'|!()[]‘’“”·- ")
_WIDE = frozenset("mwMW@%—…")


def width_of(text: str, size: float) -> float:
    """Return how wide ``text`` is in a font of ``size``, in the same unit."""
    return size * sum(map(_share, text))


def _share(char: str) -> float:
    if char.isascii():
        if char in _NARROW:
            return 0.32
        return 0.9 if char in _WIDE else 0.68 if char.isupper() else 0.56
    if unicodedata.combining(char):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.9 if char in _WIDE else 0.6


def wrap(text: str, width: float, size: float) -> list[str]:
    """Return ``text`` in lines of at most ``width``, cut at spaces, between ideographs, and where there is no other
    way.
    """
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(text):
        for part in _fitting(piece, width, size):
            more = width_of(part.rstrip(), size)
            if line and used + more > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line += part
            used += width_of(part, size)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def balanced(text: str, width: float, size: float) -> list[str]:
    """Return ``text`` wrapped such that no word stands alone on the last line where narrower lines can avoid it."""
    lines = wrap(text, width, size)
    for share in (0.97, 0.94, 0.91, 0.88, 0.85):
        if len(lines) == 1 or width_of(lines[-1], size) > width / 4:
            break
        narrower = wrap(text, width * share, size)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def cut(text: str, width: float, size: float) -> str:
    """Return ``text``, with an ellipsis for what goes beyond ``width``."""
    if width_of(text, size) <= width:
        return text
    room = width - width_of("…", size)
    kept = 0
    for kept, char in enumerate(text):  # noqa: B007 (its last value is what counts)
        room -= width_of(char, size)
        if room < 0:
            break
    return text[:kept].rstrip(" ·,") + "…"


def _pieces(text: str) -> list[str]:
    """Return what may stand on a line of its own: words with the space behind them, single ideographs."""
    pieces: list[str] = []
    piece = ""
    for char in text:
        is_wide = unicodedata.east_asian_width(char) in "WF"
        is_closing = is_wide and unicodedata.category(char) in ("Pe", "Po", "Pf")
        if piece and ((is_wide and not is_closing) or _ends(piece)) and not (char == " " or is_closing):
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece] if piece else pieces


def _ends(piece: str) -> bool:
    last = piece[-1]
    is_opening = unicodedata.category(last) in ("Ps", "Pi")
    return last == " " or (unicodedata.east_asian_width(last) in "WF" and not is_opening)


def _fitting(piece: str, width: float, size: float) -> list[str]:
    """Return ``piece`` in parts that are no wider than ``width``: words as long as a line are cut where they must."""
    if width_of(piece.rstrip(), size) <= width:
        return [piece]
    parts = [""]
    for char in piece:
        if parts[-1] and width_of(parts[-1] + char, size) > width:
            parts.append("")
        parts[-1] += char
    return parts
