"""What a list of contexts names, and which beginnings of a headline are topics.

Both have to guess: a context's name may hold the very comma that separates contexts (``Washington, D.C.``), and a colon
in a headline need not end a topic (``Cairo: At least 34 …``). Both therefore ask what is known and invent nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from newsarc.model import RelatedLink
from newsarc.text.normalize import display, fold

# What can follow a comma inside a name and is never a context of its own.
_TAILS = frozenset(
    (
        "D.C.",
        "DC",
        "Inc",
        "Inc.",
        "Jr",
        "Jr.",
        "Sr",
        "Sr.",
        "Ltd",
        "Ltd.",
        "LLC",
        "L.P.",
        "Co.",
        "Corp.",
        "PLC",
        "N.A.",
        "S.A.",
    )
)
_MAX_NAME_PARTS = 8
MAX_CACHED = 400  # characters of a list
# The colon of an address (http://…) or of a time (12:30) ends no topic, nor does the dot of an initial or of U.S.
_PREFIX = re.compile(r"([^:.\s][^:]{0,118}?)(?::(?!//|(?<=\d:)\d)\.?\s*|(?<!\b[^\W\d_])\.\s+)(?=\S)")


def split_contexts(written: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Split the list of a ``_Context: …_`` into names, for reading, in their order and each once.

    ``known`` are names that stay whole although they contain ``", "``; so do the likes of ``Washington, D.C.``.
    """
    parts = [name for name in map(display, written.split(", ")) if name.strip(", ")]
    if len(parts) < 2 or (not known and _TAILS.isdisjoint(parts)):
        return tuple(dict.fromkeys(parts))
    return join_names(parts, known)


def names_with_comma(names: frozenset[str], topics: Iterable[str]) -> frozenset[str]:
    """Return the names to split a list by: ``names`` and those of ``topics`` that a comma would cut."""
    cut = [topic for topic in topics if ", " in topic]
    # Those of the whole archive have them all: to make them anew for each event takes quadratic time.
    return names if names.issuperset(cut) else names.union(cut)


@lru_cache(maxsize=4)
def cached_splitter(known: frozenset[str]) -> Callable[[str], tuple[str, ...]]:
    """Return :func:`split_contexts` for these names, with a cache: for lists of at most MAX_CACHED characters."""
    # Of 89,000 lists of an archive 3,000 differ.
    return lru_cache(maxsize=4096)(lambda written: split_contexts(written, known))


@lru_cache(maxsize=4)
def splitter(known: frozenset[str]) -> Callable[[str], tuple[str, ...]]:
    """Return :func:`split_contexts` for these names, with a cache for lists that are not too long."""
    split_cached = cached_splitter(known)
    return lambda written: split_cached(written) if len(written) <= MAX_CACHED else split_contexts(written, known)


def join_names(parts: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Join neighbours in ``parts`` that are one name of ``known`` with a comma in it; the longest first."""
    parts = list(parts)
    names: list[str] = []
    at = 0
    while at < len(parts):
        length = 1
        for tried in range(min(len(parts) - at, _MAX_NAME_PARTS), 1, -1):
            if ", ".join(parts[at : at + tried]) in known:
                length = tried
                break
        else:
            if at + 1 < len(parts) and parts[at + 1] in _TAILS:
                length = 2
        names.append(", ".join(parts[at : at + length]))
        at += length
    return tuple(dict.fromkeys(names))


def headline_prefixes(headline: str) -> tuple[str, ...]:
    """Return what stands before each leading colon or full stop of ``headline``, in order: the possible topics.

    ``A: B: C`` → ``("A", "B")``; ``Topic. Headline`` → ``("Topic",)``. At most four.
    """
    prefixes: list[str] = []
    if ":" not in headline and headline.find(".", 0, -1) < 0:
        return ()
    at = 0
    while len(prefixes) < 4 and (match := _PREFIX.match(headline, at)):
        prefixes.append(match[1].strip())
        at = match.end()
    return tuple(prefixes)


def headline_topics(headline: str, is_topic: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the prefixes of ``headline`` that are topics; ``is_topic`` gets each one folded. Stops at the first
    that is none.
    """
    topics: list[str] = []
    for prefix in headline_prefixes(headline):
        if not is_topic(fold(prefix)):
            break
        topics.append(prefix)
    return tuple(topics)


def topics_of(headline: str, related: Sequence[RelatedLink]) -> tuple[str, ...]:
    """Return the prefixes of ``headline`` that its page shows to be topics: contexts of its related links, or prefixes
    of their labels.
    """
    if not headline_prefixes(headline):
        return ()
    contexts = {fold(name) for name in {name for link in related for name in link.contexts}}
    others: set[str] | None = None

    def is_topic(prefix: str) -> bool:
        nonlocal others
        if prefix in contexts:
            return True
        if others is None:
            others = {fold(prefix) for link in related for prefix in headline_prefixes(link.text)}
        return prefix in others

    return headline_topics(headline, is_topic)
