"""Spellings that count as one word, and where they are found."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarc.config import DEFAULT_CONFIG
from newsarc.query.language import Word
from newsarc.query.matcher import Highlighter, Matcher, SearchedText
from newsarc.storage.cache import Cache
from newsarc.text.characters import tables_version
from newsarc.text.patterns import literal
from newsarc.text.tokenizer import (
    SPACE,
    VERSION,
    exact_text,
    index_text,
    located_text,
    located_words,
    plain_text,
    variants,
    version,
)


def forms(word: str) -> set[str]:
    return {form.text for form in variants(word)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("strike", "strikes"),
        ("city", "cities"),
        ("box", "boxes"),
        ("church", "churches"),
        ("potato", "potatoes"),
        ("day", "days"),
        ("movie", "movies"),
        ("woman", "women"),
        ("crisis", "crises"),
        ("cease-fire", "cease-fires"),
    ],
)
def test_one_and_many_are_one_word(one: str, other: str) -> None:
    assert other in forms(one)
    assert one in forms(other)


@pytest.mark.parametrize(
    ("word", "other"),
    [("Hamas", "hama"), ("Hama", "hamas"), ("news", "new"), ("Mars", "mar"), ("congress", "congres"), ("gas", "ga")],
)
def test_what_only_looks_like_a_plural(word: str, other: str) -> None:
    assert other not in forms(word)


def test_the_exact_spelling_comes_first() -> None:
    assert [(form.text, form.is_exact) for form in variants("Strikes")] == [("strikes", True), ("strike", False)]
    assert variants("?!") == ()
    assert forms("Russia's") == {"russia's", "russia", "russias"}
    assert {"al-bab", "albab"} <= forms("al-Bab")
    assert forms("地震") == {"地震"}
    assert forms("U.S.") == {"us", "u s"}
    assert forms("U.S.-led") == {"us-led", "us-leds", "usled", "usleds"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("C++", "c++"),
        ("C#", "c#"),
        ("AT&T,", "at&t"),
        ("9/11", "9/11"),
        ("#MeToo", "#metoo"),
        ("50%", "50%"),
        ("($13.7", "$13.7"),
        ("😀", "😀"),
        ("+storm", None),
        ("al-Bab", None),
        ("O'Brien", None),
        ("U.S.", None),
        ("?!", None),
        ("…", None),
        ("&", None),
        ("", None),
    ],
)
def test_symbols_that_must_stand_as_typed(word: str, expected: str | None) -> None:
    assert literal(word) == expected


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("ceasefire", "A cease-fire holds", "cease-fire"),
        ("ceasefire", "A cease‑fire holds", "cease‑fire"),
        ("cease-fire", "The ceasefire holds", "ceasefire"),
        ("obrien", "Mr O’Brien", "O’Brien"),
        ("Russia's", "Russia votes", "Russia"),
        ("russia", "Russia's vote", "Russia's"),
        ("strike", "Air strikes", "strikes"),
        ("bogota", "In Bogotá", "Bogotá"),
        ("c++", "Written in C++.", "C++"),
        ("c++", "Vitamin C", None),
        ("strike", "striker", None),
        ("9/11", "在9/11之後", "9/11"),
        ("us", "The U.S. agreed", "U.S"),
        ("u.s.", "The US agreed", "US"),
        ("us", "The U.S.A. agreed", None),
        ("its", "it's", None),
        ("g20峰会", "在G20峰會上", "G20峰會"),
        ("กรุง", "น้ำท่วมกรุงเทพ", "กรุง"),
        ("गाँव", "गांव", None),
    ],
)
def test_where_a_word_is_found(word: str, text: str, found: str | None) -> None:
    marked = Highlighter([Word(word)]).highlight(text)
    assert Matcher(Word(word)).is_in(SearchedText(text)) == (found is not None)
    assert [text[start:end] for start, end in marked.marks] == ([found] if found else [])


def test_marks_of_words_and_symbols_do_not_overlap() -> None:
    marked = Highlighter([Word("c"), Word("c++"), Word("written")]).highlight("Written in C++ and C")
    assert [marked.text[start:end] for start, end in marked.marks] == ["Written", "C++", "C"]


def test_words_with_a_joiner_are_indexed_in_one_piece_too() -> None:
    assert index_text("A cease-fire, says O'Brien").split("\ue001") == [
        "a cease-fire, says o'brien ",
        " ceasefire ",
        " obrien",
    ]
    assert index_text("Russia's vote") == "russia's vote"
    assert index_text("A plain text") == "a plain text"


def test_a_spaceless_character_is_a_word_with_its_marks() -> None:
    assert index_text("北京Olympics 2008") == "北 京 olympics 2008"
    assert index_text("กรุงเทพ").split() == ["ก", "รุ", "ง", "เ", "ท", "พ"]


def test_no_phrase_is_found_across_a_gap() -> None:
    assert len(index_text("地、震").split()) == 3
    assert not Matcher(Word("地震")).is_in(SearchedText("地、震"))


anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
pieces = st.lists(st.sampled_from([*"aUS.. -'é地\u0301ि\u200c\u200d\"", "กรุ", "می\u200cروم", "ᄀ", "ᅡ", "ে", "া"])).map(
    "".join
)


@given(anything | pieces)
@example("U.S.-led Ö地、震")
def test_what_is_indexed_can_be_stored_and_holds_its_places(text: str) -> None:
    index_text(text).encode("utf-8")
    exact_text(text).encode("utf-8", "surrogatepass")
    folded = located_text(text)
    words = located_words(folded)
    for located in (folded, words):
        assert len(located.text) == len(located.starts) == len(located.ends)
        assert all(0 <= start < end <= len(text) for start, end in zip(located.starts, located.ends, strict=True))
        assert located.starts == sorted(located.starts)


@given(st.text(alphabet="abs'-’ é地&/กิ.", max_size=12))
def test_a_text_has_each_of_its_words(text: str) -> None:
    for word in re.findall(r"\S+", text):
        if variants(word):
            assert Matcher(Word(word)).is_in(SearchedText(text))


@given(st.text(alphabet="abU.S'- é地กิ", max_size=16))
def test_places_are_those_of_the_folded_text(text: str) -> None:
    """Folding character by character, as marking needs it, gives what folding at once gives."""
    assert located_words(located_text(text)).text.split() == plain_text(text).split()


# --- the full-text table ---


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text("a@é'-.· \u0301地震ไทยא\"ש", max_size=30)
)
@example("x".join(map(chr, range(1, 128))))
def test_words_are_those_of_the_full_text_table(text: str) -> None:
    """What patterns look for with SPACE, SEPARATORS and WORD_START must be what FTS5 takes for a word."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE fts USING fts5(words, tokenize='ascii')")
        db.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(fts, row)")
        db.execute("INSERT INTO fts VALUES (?)", [index_text(text)])
        terms = {term for (term,) in db.execute("SELECT term FROM vocabulary")}
    assert terms == set(re.findall(f"[^{SPACE}]+", index_text(text)))


# --- the version ---

GOLDEN = Path(__file__).parent / "words_of_texts.txt"
TEXTS = GOLDEN.with_name("texts.txt")
ADVICE = (
    "The tokenizer gives other words than before, so that indexes on users' disks are out of date.\n"
    "If that is meant, raise VERSION in newsarc/text/tokenizer.py, then run\n"
    "  UPDATE_WORDS=1 python -m pytest tests/text/test_tokenizer.py\nand look at the difference."
)


def words_of_texts() -> str:
    lines = []
    for text in TEXTS.read_text(encoding="utf-8").splitlines():
        forms = [" | ".join(form.text for form in variants(word)) for word in text.split()]
        parts = (text, index_text(text), exact_text(text), " ; ".join(forms), literal(text.split()[0]) or "")
        lines.append("\t".join(parts))
    return "\n".join(lines) + "\n"


def test_the_version_changes_with_the_words() -> None:
    written, _, expected = GOLDEN.read_text(encoding="utf-8").partition("\n")
    found = words_of_texts()
    if os.environ.get("UPDATE_WORDS") and found != expected:
        assert written != f"version {VERSION}", ADVICE
        GOLDEN.write_text(f"version {VERSION}\n{found}", encoding="utf-8")
        return
    assert (written, found) == (f"version {VERSION}", expected), ADVICE


def test_the_key_of_the_cache_has_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Cache(tmp_path, tmp_path, DEFAULT_CONFIG).key
    monkeypatch.setattr("newsarc.text.tokenizer.VERSION", VERSION + 1)
    version.cache_clear()
    try:
        assert Cache(tmp_path, tmp_path, DEFAULT_CONFIG).key != before
    finally:
        monkeypatch.undo()
        version.cache_clear()


def test_the_key_of_the_cache_has_the_version_of_the_chinese_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables_version()
    monkeypatch.setattr("newsarc.text.characters._HAN_TABLES", ("TSCharacters.txt",))
    assert tables_version() != before
