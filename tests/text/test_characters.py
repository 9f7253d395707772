"""What characters stand for: their folded form, their script and their part in a word."""

from __future__ import annotations

import unicodedata

import pytest

from newsarc.text.characters import is_han, is_kana_or_hangul, kinds
from newsarc.text.normalize import fold, fold_latin

# Letters of other kinds that Unicode calls Latin: signs of tones, clicks and sounds.
NO_LETTERS = set("ƅƍƛƣƨƪƹƺƻƽƾǀǁǂǃʒǯɂɣɤʃʊẟ")
# Where Lucene's ASCIIFoldingFilter folds letters: Latin-1 and its extensions A, B and Additional.
BLOCKS = ((0xC0, 0x24F), (0x1E00, 0x1EFF))


def test_every_latin_letter_becomes_ascii() -> None:
    for first, last in BLOCKS:
        for char in map(chr, range(first, last + 1)):
            if unicodedata.name(char, "").startswith("LATIN") and char.casefold() not in NO_LETTERS:
                assert fold(char).isascii(), char
                assert fold_latin(char) == fold(char) or char in "ŉẚ", char
                assert fold(char.upper()) == fold(char), char


@pytest.mark.parametrize(
    ("letters", "plain"),
    [
        ("ƀƃɓʙ", "b"), ("ȼƈ", "c"), ("ðđɖɗ", "d"), ("ǝɛ", "e"), ("ƒ", "f"), ("ǥɠ", "g"), ("ħ", "h"), ("ıɨɪ", "i"),
        ("ĸ", "q"), ("ƙ", "k"), ("łƚⱡ", "l"), ("ŋɲ", "n"), ("øɔɵ", "o"), ("ŧƭ", "t"), ("ʉ", "u"), ("ƿ", "w"),
        ("ƴ", "y"), ("ƶȝ", "z"), ("æ", "ae"), ("œ", "oe"), ("ß", "ss"), ("þ", "th"), ("ǆ", "dz"), ("ꜳ", "aa"),
        ("ƕ", "hv"), ("ə", "a"), ("ŀ", "l"),
    ],
)  # fmt: skip
def test_letters_that_unicode_does_not_decompose(letters: str, plain: str) -> None:
    for letter in letters:
        assert fold(letter) == plain, letter


def test_folding_twice_changes_no_character() -> None:
    for char in (*map(chr, range(0x80, 0x3100)), *map(chr, range(0x4E00, 0xA000)), *map(chr, range(0xF900, 0x10000))):
        assert fold(fold(char)) == fold(char), hex(ord(char))


@pytest.mark.parametrize("chars", ["漢々〇", "かカー", "한ㄱ", "กໆ", "ཀ", "က", "ក", "ᥐ", "ꪀ", "ꦄ", "ꀀ", "ㄅ", "𠀀"])
def test_letters_of_scripts_without_spaces(chars: str) -> None:
    assert set(kinds(chars)) == {"s"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aé5", "wwd"),
        ("दि", "wm"),
        ("กิ", "sm"),
        ("a_b・、。", "w w   "),
        ("-'.", "-'."),
        ("\ue000\udc80\ufffd", "   "),
        ("ས་", "ss"),
    ],
)
def test_kinds(text: str, expected: str) -> None:
    assert kinds(text) == expected


def test_scripts_of_languages() -> None:
    assert is_han("漢") and not is_han("か") and not is_han("한")
    assert is_kana_or_hangul("か") and is_kana_or_hangul("한") and not is_kana_or_hangul("漢")
