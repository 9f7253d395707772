"""Normalization of archive text: for reading, and for comparing spellings.

The results are not safe for a terminal: see :mod:`newsarc.text.sanitize`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from newsarc.text.entities import decode_entities

_QUOTES = re.compile(r"'{2,}")
_CONVERT = re.compile(r"\{\{convert\|([^|{}]*)\|([^|{}]*)(?:\|[^{}]*)?\}\}")
_VARIANTS = re.compile(r"-\{([^{}]*)\}-")
_LANGUAGE = re.compile(r"[A-Za-z-]{2,12}:")
# Truncated entities at the end of a text, such as "&#x2" or "&quo". Only names that archives use, so that "AT&T" and
# "R&D" stay.
_CUT_NAMES = ("amp", "quot", "apos", "nbsp", "rsquo", "lsquo", "rdquo", "ldquo", "ndash", "mdash", "hellip", "lt", "gt")
_CUT_ENTITY = re.compile(
    "&(?:#x?[0-9A-Fa-f]{0,6}|"
    + "|".join(sorted({name[:length] for name in _CUT_NAMES for length in range(2, len(name))}))
    + r")(?=(?:\.\.\.|…)?\s*\Z)"
)


def display(written: str, is_markdown: bool = True) -> str:
    """Return ``written`` as plain text for reading, on one line.

    - Markdown is converted to plain text (see :func:`newsarc.text.markup.shown_text`) if ``is_markdown`` is true.
    - HTML entities are decoded; a truncated one at the end is removed.
    - Wiki markup is replaced: ``''x''`` → ``"x"``, ``{{convert|6.2|mi|km}}`` → ``6.2 mi``,
      ``-{zh-hans:甲; zh-hant:乙}-`` → ``甲``.
    - White space is collapsed and stripped.
    """
    if "&" in written:
        # First the truncated entity, because html.unescape would turn "&#x2" into a control character.
        written = _CUT_ENTITY.sub("", written)
    if is_markdown and (
        "*" in written or "_" in written or "<" in written or "`" in written or "\\" in written or "](" in written
    ):
        from newsarc.text.markup import shown_text  # lazy, because few texts have Markdown

        written = shown_text(written)
    elif "&" in written:
        written = decode_entities(written)
    if "''" in written:
        written = _smooth_quotes(written)
    if "{" in written:
        written = _VARIANTS.sub(_first_variant, _CONVERT.sub(r"\1 \2", written))
    return " ".join(written.split())


def _smooth_quotes(written: str) -> str:
    parts = _QUOTES.split(written)
    # Drop an unpaired mark: a single quotation mark would be more misleading than none.
    unpaired = parts.pop() if len(parts) % 2 == 0 else ""
    return '"'.join(parts) + unpaired


def _first_variant(match: re.Match[str]) -> str:
    first = match[1].split(";", 1)[0].strip()
    return _LANGUAGE.sub("", first, count=1).strip()


def fold(text: str) -> str:
    """Return the folded form of ``text``, which is equal for spellings that readers consider the same.

    Folding ignores case, accents, Arabic and Hebrew points, differences between keyboards (Persian ``ی`` and Arabic
    ``ي``), between simplified and traditional Chinese, between digits of different scripts and between kinds of
    quotation marks, invisible characters, dots of abbreviations (``U.S.``, ``US``) and white space. It keeps vowel
    signs and other marks that distinguish words.
    """
    folded = text.casefold() if text.isascii() else fold_characters(text)
    return " ".join((without_dots(folded) if "." in folded else folded).split())


def fold_characters(text: str) -> str:
    """Return ``text`` with folded characters, but with dots of abbreviations and white space unchanged."""
    return text.casefold() if text.isascii() else _NON_ASCII.sub(_fold_run, text).casefold()


def fold_latin(text: str) -> str:
    """Return ``text`` in lower case with Latin letters in ASCII (``Łódź`` → ``lodz``) and other letters unchanged."""
    if text.isascii():
        return text.casefold()
    from newsarc.text.characters import LATIN, decompose

    plain = unicodedata.normalize("NFC", _ACCENT.sub("", decompose(text.casefold())))
    return plain.translate(LATIN).casefold()


# Folding never depends on ASCII neighbours, so only the runs of other characters are folded; most are short.
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_MAX_REMEMBERED_RUN = 8


def _fold_run(match: re.Match[str]) -> str:
    run = match[0]
    return _fold_short(run) if len(run) <= _MAX_REMEMBERED_RUN else _fold_long(run)


def _fold_long(run: str) -> str:
    from newsarc.text.characters import FOLDED, decompose

    folded = decompose(run).translate(FOLDED)
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


_fold_short = lru_cache(maxsize=4096)(_fold_long)

_DOT_IN_WORD = re.compile(r"\.[^\W\d_]")


def abbreviations(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each abbreviation with dots in ``text``: ``U.S.``, ``e.g.``, ``С.Ш.А.``.

    An abbreviation consists of single letters separated by dots, with an optional dot at the end. In Thai and Lao,
    where sentences do not end with a dot, any dot between two letters is an abbreviation.
    """
    if not _DOT_IN_WORD.search(text):  # the fast path for most texts
        return
    patterns = _abbreviation_patterns()
    if text.isascii():
        end = 0
        while (dot := patterns.first_dot.search(text, end)) and (
            match := patterns.in_ascii.match(text, dot.start() - 1)
        ):
            yield match.span()
            end = match.end()
        return
    from newsarc.text.characters import is_thai_or_lao, kinds

    for match in patterns.in_kinds.finditer(kinds(text)):
        start, end = match.span()
        if end - start > 1 or is_thai_or_lao(text[start - 1]):
            yield start, end


class _AbbreviationPatterns(NamedTuple):
    """Patterns of abbreviations: in ASCII text, where searching for a dot first is faster, and in the
    :func:`newsarc.text.characters.kinds` of other text.
    """

    first_dot: re.Pattern[str]
    in_ascii: re.Pattern[str]
    in_kinds: re.Pattern[str]


@cache
def _abbreviation_patterns() -> _AbbreviationPatterns:
    letter = r"[a-zA-Z](?![a-zA-Z0-9])"
    return _AbbreviationPatterns(
        re.compile(rf"\.(?<=(?<![a-zA-Z0-9])[a-zA-Z]\.)(?={letter})"),
        re.compile(rf"[a-zA-Z](?:\.{letter})+(?:\.(?![a-zA-Z0-9]))?"),
        re.compile(r"(?<![wdm])wm*+(?:\.wm*+(?![wd]))+(?:\.(?![wd]))?|(?<=[sm])\.(?=s)"),
    )


def dots_of_abbreviations(text: str) -> list[int]:
    """Return the offsets of the dots of abbreviations in ``text``."""
    if "." not in text:
        return []
    return [at for start, end in abbreviations(text) for at in range(start, end) if text[at] == "."]


def without_dots(text: str) -> str:
    """Return ``text`` without the dots of abbreviations: ``U.S.-led`` → ``US-led``."""
    if not (dots := dots_of_abbreviations(text)):
        return text
    ends = [*dots, len(text)]
    return text[: ends[0]] + "".join(text[at + 1 : end] for at, end in pairwise(ends))


def has_surrogates(text: str) -> bool:
    """Whether ``text`` has lone surrogates, which represent invalid UTF-8."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def without_surrogates(text: str) -> str:
    """Return ``text`` with lone surrogates, which represent invalid UTF-8, replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


_SURROGATE = re.compile("[\ud800-\udfff]")
