"""Changes of a slug that keep its words: topic prefixes dropped or added, ends cut off, words inserted."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.lint.labels import MIN_SHARED, byte_size
from newsarc.text.suggest import shared_length

TRUNCATED_SIZE = 130  # bytes; longer slugs may be truncated, in English at 140 bytes, in Chinese at 60 characters
KEY_LENGTH = 6  # characters that two slugs must share
_MAX_NAME = 255  # bytes in a file name, on all systems
_MAX_INSERTED = 30  # characters that may be inserted into a headline whose end is cut off


def slug_change(old: str, new: str) -> str | None:
    """Return how the slug ``new`` derives from ``old`` without rewording, or None."""
    if _lacks_topic(new, old):
        return "topic prefix dropped"
    if _lacks_topic(old, new):
        return "topic prefix added"
    shorter, longer = shorter_first(old, new)
    return "other end" if longer.startswith(shorter) and byte_size(shorter) >= MIN_SHARED else None


def shorter_first(one: str, other: str) -> tuple[str, str]:
    """Return two slugs, the shorter one first."""
    return (one, other) if len(one) <= len(other) else (other, one)


def has_words_inserted(shorter: str, longer: str) -> bool:
    """Whether ``shorter`` is a prefix of ``longer`` with some words inserted.

    The common parts before and after the inserted words must be long enough to rule out two similar events.
    """
    same = shared_length(shorter, longer)
    if same < KEY_LENGTH:
        return False
    at = longer.find(shorter[-KEY_LENGTH:], same)
    while at >= 0:
        behind = longer[same : at + KEY_LENGTH]
        more = len(shorter) - same - len(behind)
        if 0 < more <= _MAX_INSERTED and shorter.endswith(behind) and byte_size(behind) >= MIN_SHARED:
            is_word = "-" in shorter[same : same + more] or not shorter.isascii()
            return is_word and byte_size(shorter[:same]) + byte_size(behind) >= 2 * MIN_SHARED
        at = longer.find(shorter[-KEY_LENGTH:], at + 1)
    return False


def _lacks_topic(shorter: str, longer: str) -> bool:
    """Whether ``shorter`` is ``longer`` without a topic prefix of less than half its size."""
    return any(True for _ in topic_parts(shorter, longer, max(MIN_SHARED, byte_size(longer) // 2)))


def topic_parts(shorter: str, longer: str, at_least: int) -> Iterator[str]:
    """Yield the parts of ``longer`` before the words of ``shorter``, which it may have truncated, and a stray ``p``.

    The common part must have ``at_least`` that many bytes.
    """
    if shorter not in longer and byte_size(longer) < TRUNCATED_SIZE:
        return
    for rest in after_words(longer):
        if byte_size(rest) < at_least:
            return
        if rest == shorter or (shorter.startswith(rest) and byte_size(longer) >= TRUNCATED_SIZE):
            yield longer[: len(longer) - len(rest)].removesuffix("p").removesuffix("-")


def after_words(slug: str) -> Iterator[str]:
    """Yield the rest of ``slug`` after each word, with and without a stray ``p``, if it is long enough for a slug."""
    at = slug.find("-") if len(slug) <= _MAX_NAME else -1
    more = byte_size(slug) - len(slug)  # bytes than characters; mostly 0
    while at >= 0 and len(slug) - at - 1 + more >= MIN_SHARED:
        rest = slug[at + 1 :]
        if more and byte_size(rest) < MIN_SHARED:
            return
        yield rest
        if rest.startswith("p"):
            yield rest[1:]
        at = slug.find("-", at + 1)
