"""Suggestions for misspelt names: "did you mean …?"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

Measure = Literal["ratio", "partial_ratio", "WRatio"]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.5) -> str:
    """Return ``; did you mean …?``, to end a message with, with the known word closest to ``word``.

    Return ``otherwise``, which should begin with ``; ``, if none is close. ``cutoff`` goes from 0 (anything is close)
    to 1 (only the word itself).
    """
    # Options, commands, rules and keys of the configuration are few, and a mistake in them is reported at start-up:
    # there the import of rapidfuzz would cost more than the search.
    from difflib import get_close_matches

    spellings = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), spellings, n=1, cutoff=cutoff)
    return f"; did you mean {spellings[close[0]]}?" if close else otherwise


def closest(
    word: str,
    known: Sequence[str],
    *,
    cutoff: float,
    limit: int = 3,
    measure: Measure = "ratio",
    processor: Callable[[str], str] | None = None,
) -> list[int]:
    """Return the places in ``known`` of at most ``limit`` texts that are similar to ``word``, most similar first.

    ``measure`` is one of rapidfuzz: ``ratio`` compares whole texts, ``partial_ratio`` the best matching part of a text,
    ``WRatio`` also accepts other orders of words. ``cutoff`` is the least similarity, 0 to 100. ``processor`` changes
    each text before it is compared.
    """
    from rapidfuzz import fuzz, process

    found = process.extract(
        word, known, scorer=getattr(fuzz, measure), processor=processor, limit=limit, score_cutoff=cutoff
    )
    return [place for _, _, place in found]


def shared_length(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
