"""Archive text as it is written → as a reader should see it, and as two spellings compare.

Nothing here makes text safe for a terminal: that is the business of :mod:`newsarc.output`.
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
# The beginnings of an entity that a cut at a fixed length leaves at the end of a text: "&#x2", "&quo". Only names that
# the archives really use, so that "AT&T" and "R&D" stay.
_CUT_NAMES = ("amp", "quot", "apos", "nbsp", "rsquo", "lsquo", "rdquo", "ldquo", "ndash", "mdash", "hellip", "lt", "gt")
_CUT_ENTITY = re.compile(
    "&(?:#x?[0-9A-Fa-f]{0,6}|"
    + "|".join(sorted({name[:length] for name in _CUT_NAMES for length in range(2, len(name))}))
    + r")(?=(?:\.\.\.|…)?\s*\Z)"
)


def display(written: str, is_markdown: bool = True) -> str:
    """Return ``written`` for reading, on one line.

    Markdown becomes the text that it shows (see :func:`newsarc.text.markup.shown_text`), unless ``written`` is none,
    as front matter is; HTML entities are decoded and one that was cut off at the end is dropped; wiki leftovers are
    smoothed (``''x''`` → ``"x"``, ``{{convert|6.2|mi|km}}`` → ``6.2 mi``, ``-{zh-hans:甲; zh-hant:乙}-`` → ``甲``);
    runs of white space become one space and none is left at the ends.
    """
    if "&" in written:
        # The cut entity first: html.unescape would turn "&#x2" into a control character.
        written = _CUT_ENTITY.sub("", written)
    if is_markdown and (
        "*" in written or "_" in written or "<" in written or "`" in written or "\\" in written or "](" in written
    ):
        from newsarc.text.markup import shown_text  # few texts have any

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
    # An odd one out is the remains of a pair: a lone quotation mark would mislead more than none.
    unpaired = parts.pop() if len(parts) % 2 == 0 else ""
    return '"'.join(parts) + unpaired


def _first_variant(match: re.Match[str]) -> str:
    first = match[1].split(";", 1)[0].strip()
    return _LANGUAGE.sub("", first, count=1).strip()


def fold(text: str) -> str:
    """Return ``text`` such that spellings which a reader takes for the same come out equal.

    They differ only in case, accents, Arabic or Hebrew points, letters that keyboards exchange (Persian ``ی`` for
    ``ي``), simplified or traditional Chinese, digits of other scripts, curly quotation marks, invisible characters,
    the dots of an abbreviation (``U.S.``, ``US``) or white space. Vowel signs and other marks that tell words apart
    stay.
    """
    folded = text.casefold() if text.isascii() else fold_characters(text)
    return " ".join((without_dots(folded) if "." in folded else folded).split())


def fold_characters(text: str) -> str:
    """Return ``text`` with each character folded; dots of abbreviations and white space stay."""
    return text.casefold() if text.isascii() else _NON_ASCII.sub(_fold_run, text).casefold()


def fold_latin(text: str) -> str:
    """Return ``text`` in lower case, with its Latin letters in ASCII (``Łódź`` → ``lodz``) and the rest as it is."""
    if text.isascii():
        return text.casefold()
    from newsarc.text.characters import LATIN, decompose

    plain = unicodedata.normalize("NFC", _ACCENT.sub("", decompose(text.casefold())))
    return plain.translate(LATIN).casefold()


# Folding never depends on an ASCII neighbour, so that runs of other characters are folded alone; most are short.
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

    It consists of single letters with a dot between each two; a dot behind the last belongs to it. In Thai and Lao,
    where no sentence ends with a dot, it is any dot between two letters.
    """
    if not _DOT_IN_WORD.search(text):  # hardly any text needs a closer look
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
    """What finds abbreviations: in ASCII, from their first dot on, for a search for a dot is fast; in other texts, by
    their :func:`newsarc.text.characters.kinds`.
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
    """Return where the dots of abbreviations stand in ``text``."""
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
    """Whether ``text`` has bytes that were no UTF-8, kept as lone surrogates."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def without_surrogates(text: str) -> str:
    """Return ``text`` with bytes that were no UTF-8 (kept as lone surrogates) replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


_SURROGATE = re.compile("[\ud800-\udfff]")
