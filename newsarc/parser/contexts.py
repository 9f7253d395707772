"""Context lists, and topics at the start of headlines.

Both are ambiguous: a context name can contain the comma that separates contexts (``Washington, D.C.``), and a colon in
a headline does not always end a topic (``Cairo: At least 34 …``). Known names decide; nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from newsarc.model import RelatedLink
from newsarc.text.normalize import display, fold

# What can follow a comma inside a name but is never a context itself.
_NAME_SUFFIXES = frozenset(
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
MAX_CACHED = 400  # length of a context list, in characters
# The colon of a URL or of a time (12:30) does not end a topic, nor does the dot of an initial or of U.S.
_PREFIX = re.compile(r"([^:.\s][^:]{0,118}?)(?::(?!//|(?<=\d:)\d)\.?\s*|(?<!\b[^\W\d_])\.\s+)(?=\S)")


def split_contexts(written: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Split the list of a ``_Context: …_`` note into names for display, in order, without duplicates.

    ``known`` are names that contain ``", "`` and are not split; suffixes such as ``D.C.`` are not split off either.
    """
    parts = [name for name in map(display, written.split(", ")) if name.strip(", ")]
    if len(parts) < 2 or (not known and _NAME_SUFFIXES.isdisjoint(parts)):
        return tuple(dict.fromkeys(parts))
    return join_names(parts, known)


def names_with_comma(names: frozenset[str], topics: Iterable[str]) -> frozenset[str]:
    """Return ``names`` and those of ``topics`` that contain a comma, to be kept whole in context lists."""
    cut = [topic for topic in topics if ", " in topic]
    # Usually `names` has them already; a new set for each event would take quadratic time.
    return names if names.issuperset(cut) else names.union(cut)


@lru_cache(maxsize=4)
def cached_splitter(known: frozenset[str]) -> Callable[[str], tuple[str, ...]]:
    """Return :func:`split_contexts` for these names, with a cache: for lists of at most MAX_CACHED characters."""
    # Most lists of an archive occur many times.
    return lru_cache(maxsize=4096)(lambda written: split_contexts(written, known))


@lru_cache(maxsize=4)
def splitter(known: frozenset[str]) -> Callable[[str], tuple[str, ...]]:
    """Return :func:`split_contexts` for these names, with a cache for lists that are not too long."""
    split_cached = cached_splitter(known)
    return lambda written: split_cached(written) if len(written) <= MAX_CACHED else split_contexts(written, known)


def join_names(parts: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Join adjacent ``parts`` that form a name in ``known``, preferring the longest; return distinct names in order."""
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
            if at + 1 < len(parts) and parts[at + 1] in _NAME_SUFFIXES:
                length = 2
        names.append(", ".join(parts[at : at + length]))
        at += length
    return tuple(dict.fromkeys(names))


def headline_prefixes(headline: str) -> tuple[str, ...]:
    """Return the possible topics of ``headline``: the parts before its leading colons and full stops, at most four.

    ``A: B: C`` → ``("A", "B")``; ``Topic. Headline`` → ``("Topic",)``.
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
    """Return the leading prefixes of ``headline`` that are topics; ``is_topic`` is called with each, folded."""
    topics: list[str] = []
    for prefix in headline_prefixes(headline):
        if not is_topic(fold(prefix)):
            break
        topics.append(prefix)
    return tuple(topics)


def inferred_topics(headline: str, related: Sequence[RelatedLink]) -> tuple[str, ...]:
    """Return the leading prefixes of ``headline`` that are contexts, or prefixes of labels, of the related links."""
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
