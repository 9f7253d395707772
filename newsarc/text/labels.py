"""Labels of sections and contexts, such as "Related": their spelling and comparison."""

from __future__ import annotations

import re
import unicodedata

# The built-in labels: those of the English and Chinese archives. A configuration adds others.
SOURCES = ("Source", "Sources", "信息来源")
CHANGES = ("Changes",)
RELATED = ("Related", "有关")
CONTEXTS = ("Context", "上下文", "消息")
COVER_IMAGE = "cover image"  # the label, in lower case, of an item under Sources that is a picture

# Punctuation that may follow the label in a heading.
COLONS = ":："
_NOT_IN_A_WORD = re.compile(r"[\x00-\x1f\x7f\[\]<>]")


def label_word(written: str) -> str:
    """Return the label of a heading or setting, with single spaces and without a colon at its end."""
    return " ".join(written.split()).rstrip(f"{COLONS} ")


def label_key(written: str) -> str:
    """Return a key for comparing labels: equal if they differ only in case, colons, white space and Unicode form."""
    word = label_word(written)
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word).casefold()


def is_label(word: str) -> bool:
    """Whether ``word``, a result of :func:`label_word`, is a valid label."""
    return any(map(str.isalnum, word)) and word[0] not in "#_*" and not _NOT_IN_A_WORD.search(word)
