"""Comparison of headlines and labels, which ignores punctuation, white space and case."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

from newsarc.text.normalize import display, fold

# The software that writes archives changes punctuation in labels ("http://a" → "http:--a"), and editors correct it in
# headlines without renaming the page.
_PUNCTUATION = re.compile(r"[\W_]+")
_ASCII_PUNCTUATION = bytes(number for number in range(0x80) if not chr(number).isalnum())


def strip_punctuation(text: str) -> str:
    """Return ``text`` without white space and punctuation."""
    if text.isascii():
        return text.encode().translate(None, _ASCII_PUNCTUATION).decode()
    return _PUNCTUATION.sub("", text)


def normalize_label(written: str) -> str:
    """Return the folded words of a label or headline in Markdown, without white space and punctuation."""
    if written.isascii() and not any(mark in written for mark in ("&", "{", "<", "](")):
        return strip_punctuation(written).lower()  # here, display() would change only punctuation
    return strip_punctuation(fold(display(written)))


@lru_cache(maxsize=1 << 17)
def label_hash(written: str) -> int:
    """Return the hash of a raw label or headline: equal for labels with the same :func:`normalize_label`."""
    # Cached, because all pages that link to an event have the same label.
    return words_hash(normalize_label(written))


def words_hash(words: str) -> int:
    """Return a 63-bit hash of ``words`` that is the same in every run."""
    # Cryptographic, so that nobody can construct headlines that collide.
    return int.from_bytes(blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
