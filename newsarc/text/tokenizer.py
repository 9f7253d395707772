"""Words as a reader types them → the spellings that count as the same, and how these are found in texts.

``strike`` and ``strikes`` are one word, ``cease-fire`` and ``ceasefire`` too, and ``Russia's`` is ``Russia``. Case and
accents never count (:func:`newsarc.text.normalize.fold`). What is typed in quotes is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsarc.text.normalize import WORD_CHARACTER, fold, searchable

_WORD = re.compile(r"[^\W_]+")
_HYPHENS = "-\u2010\u2011"
_APOSTROPHES = "'\u2018\u2019\u02bc\u2032"
JOINER = f"[{_HYPHENS}{_APOSTROPHES}]"
# Possessive, and only from the beginning of a word: otherwise a long one takes quadratic time.
_JOINED = re.compile(rf"(?<![^\W_])[^\W_]++(?:{JOINER}[^\W_]++)+")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s\Z")
# Symbols that make another word of what they stand in: C++ is not C, and 9/11 not 9-11.
_SYMBOL = re.compile(r"[+&/#@%$€£¥°]")
_WRAPPING = " \t\n.,;:!?¡¿()[]{}<>*^~|\\_\"'`´‘’“”«»„…、。，；：！？（）「」『』《》"
# So that no phrase runs from a text into another: not what normalize puts into gaps, which stands in queries, too.
BORDER = " \ue001 "
_MAX_PARTS = 6  # of a word with hyphens; of one with more, only neighbours are joined

# Plurals that no rule makes, both ways. Those of the news; a full list would not fit here nor be needed.
_IRREGULAR = (
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("foot", "feet"),
    ("wife", "wives"),
    ("life", "lives"),
    ("knife", "knives"),
    ("half", "halves"),
    ("leaf", "leaves"),
    ("thief", "thieves"),
    ("crisis", "crises"),
    ("analysis", "analyses"),
    ("medium", "media"),
)
_PARTNERS = {a: b for pair in _IRREGULAR for a, b in (pair, pair[::-1])}
# These end like plurals and are none; without their end, some are other words that the news has.
_NO_PLURALS = frozenset(
    {"news", "mars", "hamas", "laos", "does", "this", "lens", "series", "species", "always", "perhaps", "whereas"}
)
_SHORTEST = 3  # letters that a singular has at least


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write what was typed: ``text``, folded; ``is_exact`` where it is how it was typed."""

    text: str
    is_exact: bool


def indexed(text: str) -> str:
    """Return ``text`` as the full-text table is fed it: ``searchable``, and behind it the words with
    hyphens and apostrophes once more in one piece, so that ``ceasefire`` finds ``cease-fire``.
    """
    plain = searchable(text)
    if not any(char in text for char in _HYPHENS + _APOSTROPHES):
        return plain
    chains = _JOINED.findall(_without_possessives(fold(text)))
    joined = dict.fromkeys(run for chain in chains for run in _runs(re.split(JOINER, chain)))
    return BORDER.join((plain, *map(searchable, joined)))


def _runs(parts: list[str]) -> Iterator[str]:
    """Yield the parts of a word with hyphens that follow each other, joined: two of them, and more."""
    longest = len(parts) if len(parts) <= _MAX_PARTS else 2
    for length in range(2, longest + 1):
        for start in range(len(parts) - length + 1):
            yield "".join(parts[start : start + length])


def _without_possessives(folded: str) -> str:
    return re.sub(rf"[{_APOSTROPHES}]s(?![^\W_])", " ", folded)


def _join(word: str) -> str:
    return re.sub(JOINER, "", word)


def spellings(typed: str) -> tuple[Spelling, ...]:
    """Return the spellings of a word, the exact one first; none for what has no letter or digit in it."""
    folded = fold(typed)
    if not _WORD.search(folded):
        return ()
    others: dict[str, None] = {}
    core = folded.strip(_WRAPPING)
    stem = _POSSESSIVE.sub("", core)
    joined = _join(stem) if _JOINED.fullmatch(stem) else stem
    for form in (stem, joined):
        others[form] = None
        found = _WORD.findall(form)
        if not found:  # nothing but a symbol and 's
            continue
        *before, last = found
        for other in _other_numbers(last):
            others[form[: form.rindex(last)] + other if before else other] = None
    others.pop(core, None)
    return (Spelling(core, True), *(Spelling(form, False) for form in others))


def _other_numbers(word: str) -> list[str]:
    """Return the plurals of an English singular and the singulars of a plural, as far as rules make them."""
    if not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST:
        return []
    if word in _PARTNERS:
        return [_PARTNERS[word]]
    singulars = [form for form in _singulars(word) if len(form) >= _SHORTEST]
    return singulars or [form for form in _plurals(word) if form not in _NO_PLURALS]


def _plurals(word: str) -> list[str]:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [f"{word}es"]
    if word.endswith("y") and word[-2] not in "aeiou":
        return [f"{word[:-1]}ies", f"{word}s"]
    return [f"{word}s", f"{word}es"] if word.endswith("o") else [f"{word}s"]


def _singulars(word: str) -> list[str]:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _NO_PLURALS:
        return []
    if word.endswith("ies"):
        return [f"{word[:-3]}y", word[:-1]]
    if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        return [word[:-2], word[:-1]]
    return [word[:-1]]


@lru_cache(maxsize=256)
def literal_pattern(text: str) -> re.Pattern[str]:
    """Return what finds a :func:`literal` in folded text: ``5%`` not in ``15%`` or ``1.5%``, ``$5`` not in ``$50``."""
    start = rf"(?<!{WORD_CHARACTER})(?<!\d[.,])" if _WORD.match(text) else ""
    end = rf"(?!{WORD_CHARACTER})" if _WORD.match(text[-1]) else ""
    return re.compile(f"{start}{re.escape(text)}{end}")


def literal(typed: str) -> str | None:
    """Return what of a word, folded, must stand in a text as it was typed, for a symbol in it; None for a plain word.

    An emoji alone is one too; mere punctuation is not.
    """
    core = fold(typed).lstrip("+").strip(_WRAPPING)
    if _SYMBOL.search(core) and _WORD.search(core):
        return core
    return core if core and not core.isascii() and not _WORD.search(core) and "\ufffd" not in core else None


@lru_cache(maxsize=256)
def pattern(text: str, *, is_prefix: bool = False, is_strict: bool = False) -> str:
    """Return a regular expression that finds a folded word or phrase in folded text where the full-text table does.

    ``is_strict``: only where it stands in one piece if it was typed so.
    """
    words = [part for word in _WORD.findall(text) for part in _by_script(word)]
    pieces = [_piece(word, is_prefix and at == len(words), is_strict) for at, word in enumerate(words, 1)]
    return r"[\W_]*".join(pieces)


def _by_script(word: str) -> list[str]:
    """Return the pieces of a word such as ``G20峰会``: scripts without spaces, and others, are words of their own."""
    return [word] if word.isascii() else re.findall(f"{WORD_CHARACTER}+|(?:(?!{WORD_CHARACTER})[^\\W_])+", word)


def _piece(word: str, is_open: bool, is_strict: bool) -> str:
    end = f"{WORD_CHARACTER}*" if is_open else ""
    if searchable(word) != word:  # a script without spaces: in the middle of others, too
        return re.escape(word) + end
    # "ceasefire" was found for the "cease-fire" that stands in the text.
    joiner = "" if is_strict or not word.isascii() or len(word) <= _SHORTEST else f"{JOINER}?"
    return rf"(?<!{WORD_CHARACTER}){joiner.join(map(re.escape, word))}" + (end or rf"(?!{WORD_CHARACTER})")
