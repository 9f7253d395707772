"""Regular expressions for the words of a query, and a search for words with symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsarc.text.normalize import fold
from newsarc.text.tokenizer import (
    JOINERS,
    SEPARATORS,
    SPACE,
    WORD_END,
    WORD_START,
    WRAPPING,
    exact_text,
    has_word,
    tokens,
)

# Symbols that distinguish words: C++ is not C, and 9/11 is not 9-11.
_SYMBOL = re.compile(r"[+&/#@%$€£¥°]")
_SHORT = 3  # letters of words such as "its", which must not match "it's"


def literal(typed: str) -> str | None:
    """Return the folded text that must occur literally; None for a word without symbols.

    An emoji is a symbol; plain punctuation is not.
    """
    core = fold(typed).lstrip("+").strip(WRAPPING)
    if _SYMBOL.search(core) and has_word(core):
        return core
    return core if core and not core.isascii() and not has_word(core) and "\ufffd" not in core else None


def literal_spans(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a :func:`literal` in folded text. ``5%`` does not match ``15%`` or ``1.5%``, nor ``$5``
    ``$50``.
    """
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not _goes_on_before(text, at) and not _goes_on_behind(text, end):
            yield at, end
            at = text.find(wanted, end)
        else:
            at = text.find(wanted, at + 1)


def _goes_on_before(text: str, at: int) -> bool:
    if at == 0 or not has_word(text[at]):
        return False
    before = text[at - 1]
    return _is_of_word(before) or (before in ".," and at > 1 and text[at - 2].isdecimal())


def _goes_on_behind(text: str, end: int) -> bool:
    return end < len(text) and has_word(text[end - 1]) and _is_of_word(text[end])


def _is_of_word(char: str) -> bool:
    """Whether ``char`` is part of a word, in a script with spaces between words."""
    if char.isascii():
        return char.isalnum()
    from newsarc.text.characters import kinds

    return kinds(char) in "wdm"


def pattern(text: str, *, is_prefix: bool = False) -> str:
    """Return the regular expression for a folded word or phrase in :func:`index_text`; it matches like FTS5."""
    return WORD_START + SEPARATORS.join(map(re.escape, tokens(text))) + ("" if is_prefix else WORD_END)


def exact_pattern(typed: str, *, is_prefix: bool = False) -> str:
    """Return the regular expression for a word or phrase in :func:`exact_text`, spelt as typed."""
    words = exact_text(typed).strip(WRAPPING).split()
    return WORD_START + SEPARATORS.join(map(re.escape, words)) + ("" if is_prefix else WORD_END)


@lru_cache(maxsize=256)
def highlight_pattern(text: str, *, is_prefix: bool = False) -> str:
    """Return the regular expression for a folded word or phrase in :func:`plain_text`, for highlighting.

    ``ceasefire`` also matches ``cease-fire``, as in the full-text table. A prefix matches up to the end of the word.
    """
    words = [_joinable(word) for word in tokens(text)]
    return WORD_START + SEPARATORS.join(words) + (f"[^{SPACE}]*" if is_prefix else WORD_END)


def _joinable(word: str) -> str:
    """Return the pattern of a word with optional joiners; but ``its`` does not match ``it's``."""
    letters = list(map(re.escape, word))
    joiner = f"[{JOINERS}]?"
    last = "-?" if len(letters) <= _SHORT and letters[-1] == "s" else joiner
    return last.join((joiner.join(letters[:-1]), letters[-1])) if len(letters) > 1 else letters[0]
