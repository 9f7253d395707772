"""Text in lines: nothing lost, nothing wider than it may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.output.story.text_metrics import balanced, cut, width_of, wrap

TEXTS = st.text(st.sampled_from("ab MW.,，。《》加拿大 é-WW iii"), max_size=120)


@given(TEXTS, st.integers(40, 400))
def test_lines_hold_all_of_the_text_and_fit(text: str, width: int) -> None:
    for lines in (list(wrap(text, width, 15)), balanced(text, width, 15, 200)):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        # The sum of the parts and the width of the line are rounded differently.
        assert all(width_of(line, 15) <= width + 1e-6 or len(line) <= 2 for line in lines)


@given(TEXTS, st.integers(40, 400), st.integers(1, 4))
def test_a_long_text_ends_with_an_ellipsis_on_the_last_line(text: str, width: int, most: int) -> None:
    lines = balanced(text, width, 15, most)
    wrapped = list(wrap(text, width, 15))
    assert len(lines) == min(len(wrapped), most)
    if len(wrapped) > most:
        assert lines[:-1] == wrapped[: most - 1]
        assert lines[-1] == cut(" ".join(wrapped[most - 1 :]), width, 15)


@given(TEXTS, st.integers(40, 400))
def test_a_cut_text_fits_and_says_that_it_is_cut(text: str, width: int) -> None:
    shown = cut(text, width, 15)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    assert width_of(shown, 15) <= width


def test_no_line_begins_with_a_closing_mark() -> None:
    assert list(wrap("加拿大，中國。", 60, 15)) == ["加拿大，", "中國。"]


def test_words_as_long_as_a_line_are_cut() -> None:
    assert list(wrap("a" * 20, 85, 15)) == ["a" * 10, "a" * 10]


@pytest.mark.parametrize("text", ["", " ", "one"])
def test_a_short_text_is_one_line(text: str) -> None:
    assert list(wrap(text, 100, 15)) == [text.strip()]


def test_no_word_stands_alone_on_the_last_line() -> None:
    text = "The council of the harbour votes to keep the ferry going on"
    wrapped = list(wrap(text, 405, 15))
    assert len(wrapped[-1].split()) == 1
    lines = balanced(text, 405, 15, 6)
    assert len(lines) == len(wrapped)
    assert len(lines[-1].split()) > 1
