"""Slugs shortened to what identifies an event and is recognisable to people."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from newsarc.text.suggest import shared_length
from newsarc.text.width import is_wide

_SHORT_SLUG = 24  # minimum length of a shortened slug of narrow characters, so that people recognise the event


def short_slugs(slugs: Iterable[str], at_least: int = 0) -> list[str]:
    """Return for each of ``slugs`` a prefix that is unique among them.

    A prefix has ``at_least`` characters.
    """
    ordered = sorted(slugs)
    # In sorted order the neighbours share the longest prefixes. Comparing with all slugs would take quadratic time.
    shared = [0, *(shared_length(slug, after) for slug, after in pairwise(ordered)), 0]
    return [_shortened(slug, max(shared[at], shared[at + 1]), at_least) for at, slug in enumerate(ordered)]


def short_slug(slug: str, slugs: Sequence[str], at_least: int = 0) -> str:
    """Return a prefix of ``slug`` that is unique among sorted ``slugs``, which may include it.

    If possible it ends at the end of a word, and it is long enough for people to recognise the event. It has
    ``at_least`` characters.
    """
    at = bisect_left(slugs, slug)
    after = at + 1 if slugs[at : at + 1] == [slug] else at
    near = (*slugs[max(0, at - 1) : at], *slugs[after : after + 1])
    shared = max((shared_length(slug, other) for other in near), default=0)
    return _shortened(slug, shared, at_least)


def _shortened(slug: str, shared: int, at_least: int) -> str:
    """Return the prefix of ``slug`` that differs from others, which share ``shared`` characters with it at most."""
    return slug[: _word_end(slug, max(shared + 1, _recognisable_length(slug), at_least))]


def _recognisable_length(slug: str) -> int:
    """Return the length of the prefix by which people recognise an event: some words, or two ideographs."""
    if slug.isascii():
        return min(len(slug), _SHORT_SLUG)
    weight = 0
    for length, char in enumerate(slug[:_SHORT_SLUG], 1):
        weight += _SHORT_SLUG // 2 if is_wide(char) else 1
        if weight >= _SHORT_SLUG:
            return length
    return len(slug)


def _word_end(slug: str, at_least: int) -> int:
    """Return the end of the word at position ``at_least`` of ``slug``, or ``at_least`` itself if that word is long.

    Ideographs are words of their own.
    """
    if slug.isascii():
        end = slug.find("-", at_least, at_least + _SHORT_SLUG + 1)
        whole = len(slug) if len(slug) <= at_least + _SHORT_SLUG else at_least
        return end if end >= 0 else whole
    end = at_least
    while end < len(slug) and end - at_least <= _SHORT_SLUG and slug[end] != "-" and not is_wide(slug[end]):
        end += 1
    return end if end - at_least <= _SHORT_SLUG else at_least
