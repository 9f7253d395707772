"""Words of a query → where they stand in texts: regular expressions, and a search for symbols."""

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

# Symbols that make another word of what they stand in: C++ is not C, and 9/11 not 9-11.
_SYMBOL = re.compile(r"[+&/#@%$€£¥°]")
_SHORT = 3  # letters of a word that an apostrophe and an s may make


def literal(typed: str) -> str | None:
    """Return what of a word, folded, must stand in a text as it was typed, for a symbol in it; None for a plain word.

    An emoji alone is one too; mere punctuation is not.
    """
    core = fold(typed).lstrip("+").strip(WRAPPING)
    if _SYMBOL.search(core) and has_word(core):
        return core
    return core if core and not core.isascii() and not has_word(core) and "\ufffd" not in core else None


def literal_spans(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Yield where a :func:`literal` stands in folded text: ``5%`` not in ``15%`` or ``1.5%``, ``$5`` not in ``$50``."""
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
    """Whether a character is part of a word of a script with spaces between words."""
    if char.isascii():
        return char.isalnum()
    from newsarc.text.characters import kinds

    return kinds(char) in "wdm"


def pattern(text: str, *, is_prefix: bool = False) -> str:
    """Return the regular expression that finds a folded word or phrase in :func:`index_text`, as the table does."""
    return WORD_START + SEPARATORS.join(map(re.escape, tokens(text))) + ("" if is_prefix else WORD_END)


def exact_pattern(typed: str, *, is_prefix: bool = False) -> str:
    """Return the regular expression that finds a word or phrase in :func:`exact_text` just as it was typed."""
    words = exact_text(typed).strip(WRAPPING).split()
    return WORD_START + SEPARATORS.join(map(re.escape, words)) + ("" if is_prefix else WORD_END)


@lru_cache(maxsize=256)
def highlight_pattern(text: str, *, is_prefix: bool = False) -> str:
    """Return the regular expression that finds a folded word or phrase in :func:`plain_text`, to mark it.

    ``ceasefire`` is found in ``cease-fire``, which the table has in one piece, too; a prefix, up to the word's end.
    """
    words = [_joinable(word) for word in tokens(text)]
    return WORD_START + SEPARATORS.join(words) + (f"[^{SPACE}]*" if is_prefix else WORD_END)


def _joinable(word: str) -> str:
    """Return the pattern of a word that may have joiners in it; ``its`` does not stand for ``it's``."""
    letters = list(map(re.escape, word))
    joiner = f"[{JOINERS}]?"
    last = "-?" if len(letters) <= _SHORT and letters[-1] == "s" else joiner
    return last.join((joiner.join(letters[:-1]), letters[-1])) if len(letters) > 1 else letters[0]
