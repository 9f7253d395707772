"""Archive text as it is written → as a reader should see it, and as two spellings compare.

Nothing here makes text safe for a terminal: that is the business of :mod:`newsarc.output`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_ENDLESS_NUMBER = re.compile(r"&#[0-9]{500,};?")
_QUOTES = re.compile(r"'{2,}")
_CONVERT = re.compile(r"\{\{convert\|([^|{}]*)\|([^|{}]*)(?:\|[^{}]*)?\}\}")
_VARIANTS = re.compile(r"-\{([^{}]*)\}-")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LANGUAGE = re.compile(r"[A-Za-z-]{2,12}:")
# The beginnings of an entity that a cut at a fixed length leaves at the end of a text: "&#x2", "&quo". Only names that
# the archives really use, so that "AT&T" and "R&D" stay.
_CUT_NAMES = ("amp", "quot", "apos", "nbsp", "rsquo", "lsquo", "rdquo", "ldquo", "ndash", "mdash", "hellip", "lt", "gt")
_CUT_ENTITY = re.compile(
    "&(?:#x?[0-9A-Fa-f]{0,6}|"
    + "|".join(sorted({name[:length] for name in _CUT_NAMES for length in range(2, len(name))}))
    + r")(?=(?:\.\.\.|…)?\s*\Z)"
)


def display(written: str) -> str:
    """Return ``written`` for reading, on one line.

    HTML entities are decoded and one that was cut off at the end is dropped; wiki leftovers are smoothed
    (``''x''`` → ``"x"``, ``{{convert|6.2|mi|km}}`` → ``6.2 mi``, ``-{zh-hans:甲; zh-hant:乙}-`` → ``甲``); Markdown's
    backslash escapes are taken out; runs of white space become one space and none is left at the ends.
    """
    if "&" in written:
        # The cut entity first: html.unescape would turn "&#x2" into a control character.
        written = decode_entities(_CUT_ENTITY.sub("", written))
    if "\\" in written:
        written = _ESCAPED.sub(r"\1", written)
    if "''" in written:
        written = _smooth_quotes(written)
    if "{" in written:
        written = _VARIANTS.sub(_first_variant, _CONVERT.sub(r"\1 \2", written))
    return " ".join(written.split())


def decode_entities(written: str) -> str:
    """Return ``written`` with its HTML entities decoded; one that stands for no character becomes U+FFFD."""
    import html  # 2 ms, which a day without entities is shown without

    try:
        return html.unescape(written)
    except ValueError:  # Python makes no number of more than 4300 digits
        return html.unescape(_ENDLESS_NUMBER.sub("\ufffd", written))


def _smooth_quotes(written: str) -> str:
    parts = _QUOTES.split(written)
    # An odd one out is the remains of a pair: a lone quotation mark would mislead more than none.
    unpaired = parts.pop() if len(parts) % 2 == 0 else ""
    return '"'.join(parts) + unpaired


def _first_variant(match: re.Match[str]) -> str:
    first = match[1].split(";", 1)[0].strip()
    return _LANGUAGE.sub("", first, count=1).strip()


def fold(text: str) -> str:
    """Return ``text`` such that spellings which differ only in case, accents or white space come out equal.

    Accents go by Unicode's compatibility decomposition (NFKD): ``Bogotá`` and ``bogota`` are equal. The marks of other
    scripts stay: they tell words apart.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", text)))
    return " ".join(text.casefold().split())


_ACCENT = re.compile("[\u0300-\u036f]")
# Scripts that put no space between words: each character is a word of its own to the full-text table, and a word typed
# by the reader is a phrase of them.
SPACELESS = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
# A character of a word in a script that puts spaces between words.
WORD_CHARACTER = f"[^\\W_{SPACELESS}]"
# Stands for such a gap, or the phrase 地震 would be found in 地、震. A private-use character, which the full-text table
# takes for a word.
_GAP_WORD = " \ue000 "


def searchable(text: str) -> str:
    """Return ``text`` as the full-text table is fed it and asked for it: folded, spaceless scripts cut into
    characters.
    """
    folded = without_surrogates(fold(text))
    if folded.isascii():
        return folded
    spaceless_char, gap = _spaceless_patterns()
    return spaceless_char.sub(r" \g<0> ", gap.sub(_GAP_WORD, folded))


@cache
def _spaceless_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Compiled when first used: the ranges take 8 ms, and show needs none of them.
    return re.compile(f"[{SPACELESS}]"), re.compile(rf"(?<=[{SPACELESS}])[\W_]+(?=[{SPACELESS}])")


def has_surrogates(text: str) -> bool:
    """Whether ``text`` has bytes that were no UTF-8, kept as lone surrogates."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def without_surrogates(text: str) -> str:
    """Return ``text`` with bytes that were no UTF-8 (kept as lone surrogates) replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


_SURROGATE = re.compile("[\ud800-\udfff]")
