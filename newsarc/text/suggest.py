"""What was probably meant by a word that is none of those known."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.5) -> str:
    """Return, to end a message with, ``; did you mean …?`` with the known word closest to ``word``.

    Where none is close (``cutoff``: 0 for anything, 1 for the word itself), ``otherwise``, which begins with ``; ``.
    """
    from difflib import get_close_matches  # here: it is only needed where something went wrong

    spellings = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), spellings, n=1, cutoff=cutoff)
    return f"; did you mean {spellings[close[0]]}?" if close else otherwise


def shared_length(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
