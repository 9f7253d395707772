"""Words: how texts are cut into them for the index, and which spellings count as the same.

The index, queries, highlighting (:mod:`newsarc.text.patterns`), filters and the scan of pages all ask this module and
:mod:`newsarc.text.normalize`. ``strike`` and ``strikes`` are one word, ``cease-fire`` and ``ceasefire`` too, and
``Russia's`` is ``Russia``. Case, accents and what else :func:`newsarc.text.normalize.fold` leaves out never count. What
is typed in quotes is taken as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsarc.text.inflections import inflections
from newsarc.text.normalize import abbreviations, dots_of_abbreviations, fold, fold_characters, without_dots

# Part of the key of the cache: raise it whenever index_text gives other words for some text.
# tests/text/test_tokenizer.py fails until you do.
VERSION = 1

# What the full-text table (tokenize='ascii') takes for a space. Every other character is part of a word to it: what is
# not ASCII and no word is replaced by spaces here.
SPACE = r"\x00-/:-@\[-`{-\x7f"
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(f"[^{SPACE}]+")
SEPARATORS = f"[{SPACE}]+"
WORD_START, WORD_END = f"(?<![^{SPACE}])", f"(?![^{SPACE}])"
JOINERS = "-'"
_KEPT = ("-", "'", ".")  # between two words, where nothing else is
# Possessive, and only from the beginning of a word: otherwise a long one takes quadratic time.
_JOINED = re.compile(f"{WORD_START}[^{SPACE}]++(?:[{JOINERS}][^{SPACE}]++)+")
_JOINED_KINDS = re.compile(rf"(?<![wdsm])[wdsm]++(?:[{JOINERS}][wdsm]++)+")
_POSSESSIVE = re.compile(r"'s\Z")
WRAPPING = " \t\n.,;:!?¡¿()[]{}<>*^~|\\_\"'`´„…、。，；：！？（）「」『』《》-\u0f0b\u0f0d\u104a\u104b\u17d4\u17d5"
# Between what stands in a row but is not one text, so that no phrase runs from one into the other.
FIELD_BREAK = " \ue001 "
# Stands for what is between two characters of scripts without spaces, or the phrase 地震 would be found in 地、震.
_GAP = " \ue000 "
# Between letters of Arabic script the non-joiner separates the parts of a word, as a hyphen does; others only shape.
_ARABIC = "[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff]"
_NON_JOINER = re.compile(f"(?<={_ARABIC})\u200c(?={_ARABIC})")
_HEBREW_QUOTE = re.compile('(?<=[א-ת])"(?=[א-ת])')  # the gershayim of an abbreviation, as keyboards have it
_CATALAN_DOT = re.compile("(?<=[lL])·(?=[lL])")
_MAX_PARTS = 6  # of a word with hyphens; of one with more, only neighbours are joined


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write what was typed: ``text``, folded; ``is_exact`` where it is how it was typed."""

    text: str
    is_exact: bool


@cache
def version() -> str:
    """Return what changes whenever the words of some text may: the index must be built anew then."""
    from newsarc.text.characters import tables_version

    return f"{VERSION}-{tables_version()}"


# --- texts ---


def index_text(text: str) -> str:
    """Return ``text`` as the full-text table gets it: folded, and each character of a script without spaces a word.

    Behind it stand words with hyphens and apostrophes in one piece, so that ``ceasefire`` finds ``cease-fire``, and
    the letters of abbreviations, so that ``J. K.`` finds ``J.K.``.
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
    """Return ``text`` folded and cut into words as the full-text table has it, and nothing behind it."""
    return _separated(fold(_with_joiners(text)))


def exact_text(text: str) -> str:
    """Return ``text`` cut into words with its accents, abbreviations and script, in lower case."""
    if text.isascii():
        return text.casefold()
    from newsarc.text.characters import PUNCTUATION

    return _separated(unicodedata.normalize("NFC", _with_joiners(text)).casefold().translate(PUNCTUATION))


def _with_joiners(text: str) -> str:
    """Return ``text`` with a joiner in place of what only some scripts join words with; as long as it was."""
    if not text.isascii():
        if "\u200c" in text:
            text = _NON_JOINER.sub("-", text)
        if '"' in text:
            text = _HEBREW_QUOTE.sub("'", text)
        if "·" in text:
            text = _CATALAN_DOT.sub("-", text)
    return text


def _separated(folded: str) -> str:
    """Return folded text with a space, or the one joiner or dot that is there, between each two words."""
    if folded.isascii():
        return folded
    parts: list[str] = []
    for separator, start, end, is_run in _words(folded):
        parts.append(separator)
        parts.append(" ".join(folded[start:end]) if is_run else folded[start:end])
    return "".join(parts)


# A run of characters that are words of their own; one such with its marks; a word.
_PARTS = re.compile(r"((?:s(?!m))+)|(sm++)|[wdm]++")


def _words(folded: str) -> Iterator[tuple[str, int, int, bool]]:
    """Yield, of text that is not ASCII, what separates each word from the one before, its start and its end.

    With True, it is a run of words of one character each.
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
    """Yield the start and end of each word of folded text; in scripts without spaces, of each letter."""
    if folded.isascii():
        yield from (match.span() for match in _WORD.finditer(folded))
        return
    for _, start, end, is_run in _words(folded):
        if is_run:
            yield from ((at, at + 1) for at in range(start, end))
        else:
            yield start, end


def tokens(text: str) -> list[str]:
    """Return the words of a word or phrase as the full-text table has them."""
    return _TOKEN.findall(plain_text(text))


def has_spaceless(text: str) -> bool:
    """Whether a script without spaces between words occurs in ``text``."""
    if text.isascii():
        return False
    from newsarc.text.characters import kinds

    return "s" in kinds(text)


def has_word(text: str) -> bool:
    """Whether ``text`` has a letter or a digit."""
    return _WORD.search(text) is not None


@dataclass(frozen=True, slots=True)
class Located:
    """A folded text, and of each of its characters the start and the end of what it was made from."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original text that stands which is from ``start`` to ``end`` in the folded one."""
        return self.starts[start], self.ends[end - 1]


def located_text(text: str) -> Located:
    """Return :func:`newsarc.text.normalize.fold` of ``text`` with its places, but for white space, which stays."""
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
    """Return :func:`plain_text` with its places, made from the folded text."""
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
    """Yield the start and end of each character of ``text`` with the marks behind it: what is folded as one."""
    if text.isascii():
        yield from ((at, at + 1) for at in range(len(text)))
        return
    from newsarc.text.characters import kinds

    start = 0
    for at, kind in enumerate(kinds(text)):
        if at and kind != "m" and not "\u1160" <= text[at] <= "\u11ff":  # a Hangul letter that completes a syllable
            yield start, at
            start = at
    yield start, len(text)


# --- parts of words ---


def _chains(folded: str) -> list[str]:
    """Return the words with hyphens and apostrophes in them."""
    if folded.isascii():
        return _JOINED.findall(folded)
    from newsarc.text.characters import kinds

    return [folded[match.start() : match.end()] for match in _JOINED_KINDS.finditer(kinds(folded))]


def _runs(parts: list[str]) -> Iterator[str]:
    """Yield the parts of a word with hyphens that follow each other, joined: two of them, and more."""
    longest = len(parts) if len(parts) <= _MAX_PARTS else 2
    for length in range(2, longest + 1):
        for start in range(len(parts) - length + 1):
            yield "".join(parts[start : start + length])


def _without_possessives(folded: str) -> str:
    return re.sub(rf"'s{WORD_END}", " ", folded) if "'s" in folded else folded


def _abbreviated(characters: str) -> Iterator[str]:
    return (characters[start:end] for start, end in abbreviations(characters))


def _in_letters(abbreviation: str) -> str:
    """Return the letters of an abbreviation, apart: ``u.s.`` → ``u s``."""
    return " ".join(abbreviation.replace(".", " ").split())


def variants(typed: str) -> tuple[Variant, ...]:
    """Return the spellings of a word, the exact one first; none for what has no letter or digit in it."""
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
        if not found:  # nothing but a symbol and 's
            continue
        *before, last = found
        for other in inflections(last):
            others[form[: form.rindex(last)] + other if before else other] = None
    for letters in map(_in_letters, _abbreviated(characters)):
        if letters.replace(" ", "") == core:
            others[letters] = None
    others.pop(core, None)
    return (Variant(core, True), *(Variant(form, False) for form in others))
