"""The tokenizer: words of texts, and variants of words that match each other.

The index, queries, highlighting (:mod:`newsarc.text.patterns`), filters and scans all use this module and
:mod:`newsarc.text.normalize`, so that they agree. ``strike`` matches ``strikes``, ``cease-fire`` matches ``ceasefire``,
and ``Russia's`` matches ``Russia``. Differences that :func:`newsarc.text.normalize.fold` removes never matter. Quoted
text matches only as spelt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsarc.text.inflections import inflections
from newsarc.text.normalize import abbreviations, dots_of_abbreviations, fold, fold_characters, without_dots

# Part of the cache key. Raise it whenever the result of index_text changes for any text: rows can only be removed from
# the full-text table with the words that they were indexed with. tests/text/test_tokenizer.py fails until you do.
VERSION = 1

# The separators of the full-text table (tokenize='ascii'). To FTS5, every other character is part of a word, so this
# module replaces non-ASCII punctuation by spaces.
SPACE = r"\x00-/:-@\[-`{-\x7f"
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(f"[^{SPACE}]+")
SEPARATORS = f"[{SPACE}]+"
WORD_START, WORD_END = f"(?<![^{SPACE}])", f"(?![^{SPACE}])"
JOINERS = "-'"
_KEPT = ("-", "'", ".")  # kept if they alone separate two words
# Possessive, and only at the beginning of a word: otherwise long words take quadratic time.
_JOINED = re.compile(f"{WORD_START}[^{SPACE}]++(?:[{JOINERS}][^{SPACE}]++)+")
_JOINED_KINDS = re.compile(rf"(?<![wdsm])[wdsm]++(?:[{JOINERS}][wdsm]++)+")
_POSSESSIVE = re.compile(r"'s\Z")
WRAPPING = " \t\n.,;:!?¡¿()[]{}<>*^~|\\_\"'`´„…、。，；：！？（）「」『』《》-\u0f0b\u0f0d\u104a\u104b\u17d4\u17d5"
# Separates texts in one row, so that no phrase matches across them.
FIELD_BREAK = " \ue001 "
# Replaces punctuation between characters of scripts without spaces, so that the phrase 地震 does not match 地、震.
_GAP = " \ue000 "
# Between Arabic letters, the non-joiner separates parts of a word like a hyphen; elsewhere it only affects shapes.
_ARABIC = "[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff]"
_NON_JOINER = re.compile(f"(?<={_ARABIC})\u200c(?={_ARABIC})")
_HEBREW_QUOTE = re.compile('(?<=[א-ת])"(?=[א-ת])')  # typed for the gershayim of an abbreviation
_CATALAN_DOT = re.compile("(?<=[lL])·(?=[lL])")
_MAX_PARTS = 6  # in longer chains of hyphens, only neighbours are joined


@dataclass(frozen=True, slots=True)
class Variant:
    """A folded spelling of a word. ``is_exact`` is true for the spelling that was typed."""

    text: str
    is_exact: bool


@cache
def version() -> str:
    """Return the version of the tokenizer and of its tables. If it changes, the index must be rebuilt."""
    from newsarc.text.characters import tables_version

    return f"{VERSION}-{tables_version()}"


# --- texts ---


def index_text(text: str) -> str:
    """Return ``text`` for the full-text table: folded, with each character of a script without spaces as a word.

    Joined forms of words with hyphens and apostrophes are appended, so that ``ceasefire`` finds ``cease-fire``, and the
    letters of abbreviations, so that ``J. K.`` finds ``J.K.``.
    """
    characters = fold_characters(_with_joiners(text))
    plain = without_dots(characters) if "." in characters else characters
    others: dict[str, None] = {}
    if len(plain) != len(characters):
        others.update((spelled, None) for spelled in map(_in_letters, _abbreviated(characters)) if spelled)
    if "-" in plain or "'" in plain:
        chains = _chains(_without_possessives(plain))
        others.update((run, None) for chain in chains for run in _runs(re.split(f"[{JOINERS}]", chain)))
    return FIELD_BREAK.join((_separated(plain), *map(_separated, others))) if others else _separated(plain)


def plain_text(text: str) -> str:
    """Return ``text`` folded and split into words as in :func:`index_text`, but without appended forms."""
    return _separated(fold(_with_joiners(text)))


def exact_text(text: str) -> str:
    """Return ``text`` in lower case and split into words, but not folded: accents and abbreviations stay."""
    if text.isascii():
        return text.casefold()
    from newsarc.text.characters import PUNCTUATION

    return _separated(unicodedata.normalize("NFC", _with_joiners(text)).casefold().translate(PUNCTUATION))


def _with_joiners(text: str) -> str:
    """Return ``text``, in the same length, with the joiners of other scripts replaced by hyphens and apostrophes."""
    if not text.isascii():
        if "\u200c" in text:
            text = _NON_JOINER.sub("-", text)
        if '"' in text:
            text = _HEBREW_QUOTE.sub("'", text)
        if "·" in text:
            text = _CATALAN_DOT.sub("-", text)
    return text


def _separated(folded: str) -> str:
    """Return folded text with the words separated by a space, or by the single joiner or dot between them."""
    if folded.isascii():
        return folded
    parts: list[str] = []
    for separator, start, end, is_run in _words(folded):
        parts.append(separator)
        parts.append(" ".join(folded[start:end]) if is_run else folded[start:end])
    return "".join(parts)


# A run of one-character words; one such character with its marks; a word.
_PARTS = re.compile(r"((?:s(?!m))+)|(sm++)|[wdm]++")


def _words(folded: str) -> Iterator[tuple[str, int, int, bool]]:
    """Yield the separator before each word, its start and end, and whether it is a run of one-character words.

    For text that is not ASCII.
    """
    from newsarc.text.characters import kinds

    last, was_spaceless = 0, False
    for match in _PARTS.finditer(kinds(folded)):
        start, end = match.span()
        is_spaceless = match.lastindex is not None
        between = folded[last:start]
        if not last:
            separator = ""
        elif was_spaceless and is_spaceless:
            separator = _GAP if between else " "
        else:
            separator = between if between in _KEPT else " "
        yield separator, start, end, match.lastindex == 1
        last, was_spaceless = end, is_spaceless


def word_spans(folded: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each word of folded text, or of each letter in scripts without spaces."""
    if folded.isascii():
        yield from (match.span() for match in _WORD.finditer(folded))
        return
    for _, start, end, is_run in _words(folded):
        if is_run:
            yield from ((at, at + 1) for at in range(start, end))
        else:
            yield start, end


def tokens(text: str) -> list[str]:
    """Return the tokens of a word or phrase, as FTS5 splits it."""
    return _TOKEN.findall(plain_text(text))


def has_spaceless(text: str) -> bool:
    """Whether ``text`` contains letters of a script without spaces between words."""
    if text.isascii():
        return False
    from newsarc.text.characters import kinds

    return "s" in kinds(text)


def has_word(text: str) -> bool:
    """Whether ``text`` contains a letter or digit."""
    return _WORD.search(text) is not None


@dataclass(frozen=True, slots=True)
class Located:
    """A folded text, with the start and end in the original text of each of its characters."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original text of ``start`` to ``end`` in the folded text."""
        return self.starts[start], self.ends[end - 1]


def located_text(text: str) -> Located:
    """Return ``text`` folded as by :func:`newsarc.text.normalize.fold`, with offsets; white space is not collapsed."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    text = _with_joiners(text)
    for start, end in _clusters(text):
        folded = fold_characters(text[start:end])
        characters.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
    plain = "".join(characters)
    if dots := set(dots_of_abbreviations(plain)):
        starts = [start for at, start in enumerate(starts) if at not in dots]
        ends = [end for at, end in enumerate(ends) if at not in dots]
    return Located(without_dots(plain), starts, ends)


def located_words(folded: Located) -> Located:
    """Return the :func:`plain_text` of folded text, with offsets."""
    if folded.text.isascii():
        return folded
    parts: list[str] = []
    origin: list[int] = []
    for separator, start, end, is_run in _words(folded.text):
        parts.append(separator)
        origin.extend([start] * len(separator))
        word = folded.text[start:end]
        parts.append(" ".join(word) if is_run else word)
        origin.extend([at // 2 + start for at in range(2 * len(word) - 1)] if is_run else range(start, end))
    return Located("".join(parts), [folded.starts[at] for at in origin], [folded.ends[at] for at in origin])


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each character with its marks, which are folded together."""
    if text.isascii():
        yield from ((at, at + 1) for at in range(len(text)))
        return
    from newsarc.text.characters import kinds

    start = 0
    for at, kind in enumerate(kinds(text)):
        if at and kind != "m" and not "\u1160" <= text[at] <= "\u11ff":  # Hangul letters that complete a syllable
            yield start, at
            start = at
    yield start, len(text)


# --- parts of words ---


def _chains(folded: str) -> list[str]:
    """Return the words that contain hyphens or apostrophes."""
    if folded.isascii():
        return _JOINED.findall(folded)
    from newsarc.text.characters import kinds

    return [folded[match.start() : match.end()] for match in _JOINED_KINDS.finditer(kinds(folded))]


def _runs(parts: list[str]) -> Iterator[str]:
    """Yield all joined runs of two or more neighbouring ``parts`` of a word with hyphens."""
    longest = len(parts) if len(parts) <= _MAX_PARTS else 2
    for length in range(2, longest + 1):
        for start in range(len(parts) - length + 1):
            yield "".join(parts[start : start + length])


def _without_possessives(folded: str) -> str:
    return re.sub(rf"'s{WORD_END}", " ", folded) if "'s" in folded else folded


def _abbreviated(characters: str) -> Iterator[str]:
    return (characters[start:end] for start, end in abbreviations(characters))


def _in_letters(abbreviation: str) -> str:
    """Return the letters of an abbreviation, separated by spaces: ``u.s.`` → ``u s``."""
    return " ".join(abbreviation.replace(".", " ").split())


def variants(typed: str) -> tuple[Variant, ...]:
    """Return the variants of a word, the exact one first; none if it contains no letter or digit."""
    characters = fold_characters(_with_joiners(typed))
    core = without_dots(" ".join(characters.split())).strip(WRAPPING)
    if not has_word(core):
        return ()
    others: dict[str, None] = {}
    stem = _POSSESSIVE.sub("", core)
    joined = re.sub(f"[{JOINERS}]", "", stem) if _JOINED.fullmatch(stem) else stem
    for form in (stem, joined):
        others[form] = None
        found = _WORD.findall(form)
        if not found:  # only a symbol and 's
            continue
        *before, last = found
        for other in inflections(last):
            others[form[: form.rindex(last)] + other if before else other] = None
    for letters in map(_in_letters, _abbreviated(characters)):
        if letters.replace(" ", "") == core:
            others[letters] = None
    others.pop(core, None)
    return (Variant(core, True), *(Variant(form, False) for form in others))
