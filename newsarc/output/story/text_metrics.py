"""How wide text is, roughly, in a font nobody knows yet; and text cut into lines by it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice

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


def wrap(text: str, width: float, size: float) -> Iterator[str]:
    """Yield the lines of ``text``, each at most ``width``.

    Lines break at spaces and between ideographs. A word wider than a line breaks wherever it must.
    """
    line, used, is_empty = "", 0.0, True
    for piece in _pieces(text):
        for part in _fitting(piece, width, size):
            more = width_of(part.rstrip(), size)
            if line and used + more > width:
                yield line.rstrip()
                line, used, is_empty = "", 0.0, False
            line += part
            used += width_of(part, size)
    if is_empty or line.strip():
        yield line.rstrip()


def balanced(text: str, width: float, size: float, most: int) -> list[str]:
    """Return ``text`` in at most ``most`` lines, with an ellipsis for the rest.

    Where all of it fits, the lines are made narrower if that keeps a word from standing alone on the last one. A longer
    text is read only as far as it is shown.
    """
    lines = list(islice(wrap(text, width, size), most + 1))
    if len(lines) > most:
        return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width, size)]
    for share in (0.97, 0.94, 0.91, 0.88, 0.85):
        if len(lines) == 1 or width_of(lines[-1], size) > width / 4:
            break
        narrower = list(wrap(text, width * share, size))
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def cut(text: str, width: float, size: float) -> str:
    """Return ``text``, with an ellipsis for what goes beyond ``width``."""
    room = width - width_of("…", size)
    used, kept = 0.0, 0
    for at, char in enumerate(text, 1):
        used += width_of(char, size)
        if used > width:
            return text[:kept].rstrip(" ·,") + "…"
        if used <= room:
            kept = at
    return text


def _pieces(text: str) -> Iterator[str]:
    """Yield what may stand on a line of its own: words with the space behind them, single ideographs."""
    piece = ""
    for char in text:
        is_wide = unicodedata.east_asian_width(char) in "WF"
        is_closing = is_wide and unicodedata.category(char) in ("Pe", "Po", "Pf")
        if piece and ((is_wide and not is_closing) or _ends(piece)) and not (char == " " or is_closing):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _ends(piece: str) -> bool:
    last = piece[-1]
    is_opening = unicodedata.category(last) in ("Ps", "Pi")
    return last == " " or (unicodedata.east_asian_width(last) in "WF" and not is_opening)


def _fitting(piece: str, width: float, size: float) -> Iterator[str]:
    """Yield ``piece`` in parts no wider than ``width``: a word wider than a line is broken."""
    if width_of(piece.rstrip(), size) <= width:
        yield piece
        return
    part, used = "", 0.0
    for char in piece:
        more = width_of(char, size)
        if part and used + more > width:
            yield part
            part, used = "", 0.0
        part += char
        used += more
    yield part
