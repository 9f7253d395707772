"""Spellings that count as one word, and where they are found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.matcher import Matcher
from newsarc.query import Word
from newsarc.text.normalize import fold
from newsarc.text.tokenizer import indexed, literal, spellings


def forms(word: str) -> set[str]:
    return {form.text for form in spellings(word)}


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
    assert [(form.text, form.is_exact) for form in spellings("Strikes")] == [("strikes", True), ("strike", False)]
    assert spellings("?!") == ()
    assert forms("Russia's") == {"russia's", "russia", "russias"}
    assert {"al-bab", "albab"} <= forms("al-Bab")
    assert forms("地震") == {"地震"}


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
    ],
)
def test_where_a_word_is_found(word: str, text: str, found: str | None) -> None:
    folded = fold(text)
    match = Matcher(Word(word)).folded.search(folded)
    assert (match and text[match.start() : match.end()]) == found


def test_words_with_a_joiner_are_indexed_in_one_piece_too() -> None:
    assert indexed("A cease-fire, says O'Brien").split("\ue001") == [
        "a cease-fire, says o'brien ",
        " ceasefire ",
        " obrien",
    ]
    assert indexed("Russia's vote") == "russia's vote"
    assert indexed("A plain text") == "a plain text"


@given(st.text(alphabet="abs'-’ é地&/", max_size=12))
def test_a_text_has_each_of_its_words(text: str) -> None:
    for word in re.findall(r"\S+", text):
        if spellings(word):
            assert Matcher(Word(word)).is_in(fold(text))
