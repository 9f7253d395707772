"""The words that name the sections of a page and mark its contexts: how they are written, and when two are the same."""

from __future__ import annotations

import re
import unicodedata

# What a heading may have behind its word, besides white space.
COLONS = ":："
_NOT_IN_A_WORD = re.compile(r"[\x00-\x1f\x7f\[\]<>]")


def label_word(written: str) -> str:
    """Return the word of a heading, or of a setting: without a colon behind it, and with single spaces."""
    return " ".join(written.split()).rstrip(f"{COLONS} ")


def label_key(written: str) -> str:
    """Return what is equal for two spellings of a word: case, colons, white space and composed letters aside."""
    word = label_word(written)
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word).casefold()


def is_label(word: str) -> bool:
    """Whether a page can have ``word``, as :func:`label_word` returns it, for a heading or before its contexts."""
    return any(map(str.isalnum, word)) and word[0] not in "#_*" and not _NOT_IN_A_WORD.search(word)
