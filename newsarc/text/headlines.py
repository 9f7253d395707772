"""Headlines and labels, compared by their words: two of them say the same if nothing but punctuation differs."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

from newsarc.text.normalize import display, fold

# Quotation marks of all kinds, and punctuation and space: the archive's own label writer changes them ("http://a" →
# "http:--a"), and editors of headlines correct them without renaming anything.
_PUNCTUATION = re.compile(r"[\W_]+")
_ASCII_PUNCTUATION = bytes(number for number in range(0x80) if not chr(number).isalnum())


def strip_punctuation(text: str) -> str:
    """Return ``text`` without white space and punctuation."""
    if text.isascii():
        return text.encode().translate(None, _ASCII_PUNCTUATION).decode()
    return _PUNCTUATION.sub("", text)


def normalize_label(written: str) -> str:
    """Return the words of a label or a headline, written in Markdown: folded, without white space and punctuation."""
    if written.isascii() and not any(mark in written for mark in ("&", "{", "<", "](")):
        return strip_punctuation(written).lower()  # what display does to the rest is about punctuation
    return strip_punctuation(fold(display(written)))


@lru_cache(maxsize=1 << 17)
def label_hash(written: str) -> int:
    """Return the hash of a label or a headline, as written: the same number for all that :func:`normalize_label` makes
    the same of.
    """
    # The label of an event stands on each page that links to it, hence the cache.
    return words_hash(normalize_label(written))


def words_hash(words: str) -> int:
    """Return a number of 63 bits for ``words``, the same in every run."""
    # A cryptographic hash: two headlines must not collide because somebody wants them to.
    return int.from_bytes(blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
