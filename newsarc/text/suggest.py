"""Suggestions for misspelt names: "did you mean …?"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

Measure = Literal["ratio", "partial_ratio", "WRatio"]
# Between a slip (tabel, table: 0.8) and another word (count, context: 0.67).
_ALIKE = 0.75


def did_you_mean(
    word: str,
    known: Iterable[str],
    otherwise: str = "",
    *,
    aliases: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return ``; did you mean …?``, to end a message with, or ``otherwise``, which should begin with ``; ``.

    ``aliases`` has answers for words that no likeness leads to, such as ``--since`` for ``--from``; the first one that
    begins with a known name is used. Without one, the answer is the known name that is spelt much like ``word``.
    """
    # Options, commands, rules and keys of the configuration are few, and a mistake in them is reported at start-up:
    # there the import of rapidfuzz would cost more than the search.
    from difflib import get_close_matches

    # Without dashes, which would make short options alike.
    spellings = {name.casefold().strip("-"): name for name in known}
    names = set(spellings.values())
    meant = next((line for line in (aliases or {}).get(word.casefold(), ()) if line.split()[0] in names), None)
    if meant is None:
        close = get_close_matches(word.casefold().strip("-"), spellings, n=1, cutoff=_ALIKE)
        meant = spellings[close[0]] if close else None
    return f"; did you mean {meant}?" if meant else otherwise


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
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
