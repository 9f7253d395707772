"""Text wrapped and cut to a width: nothing lost, nothing wider than it may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newsarc.output.story.text_metrics import font_share
from newsarc.text.width import Measure, cells, cut, width_of, wrap, wrap_lines

TEXTS = st.text(st.sampled_from("ab /-MW.,，。《》加拿大 é\u0301👩-iii"), max_size=120)
MEASURES = st.sampled_from([cells, font_share])


@pytest.mark.parametrize(
    ("text", "width", "most", "expected"),
    [
        ("", 10, 3, [""]),
        (" ", 10, 3, [""]),
        ("one two three", 20, 3, ["one two three"]),
        ("one two three", 8, 3, ["one two", "three"]),
        ("one two three", 7, 3, ["one two", "three"]),
        ("one two three", 7, 1, ["one…"]),
        ("one, two, three", 10, 1, ["one, two…"]),
        ("a wordaslongasaline", 9, 1, ["a wordas…"]),
        ("onetwothree", 4, 2, ["onet", "wot…"]),
        ("/news/2017/syrian-civil-war-a-monitoring", 20, 9, ["/news/2017/syrian-", "civil-war-a-", "monitoring"]),
        ("news/2017/abcdefghijklmnopqrstuvw", 16, 9, ["news/2017/", "abcdefghijklmnop", "qrstuvw"]),
        ("a-bcdefghijklmnop", 8, 9, ["a-bcdefg", "hijklmno", "p"]),
        ("中国探测器“嫦娥四号”", 8, 2, ["中国探测", "器“嫦娥…"]),
        ("中国探测器", 7, 9, ["中国探", "测器"]),
        ("a 中国探测器", 6, 9, ["a 中国", "探测器"]),
        ("加拿大，中國。", 8, 9, ["加拿大，", "中國。"]),
    ],
)
def test_lines(text: str, width: int, most: int, expected: list[str]) -> None:
    assert wrap_lines(text, width, most) == expected


@given(TEXTS, st.integers(3, 30), MEASURES)
def test_lines_have_all_of_the_text_and_fit(text: str, width: int, measure: Measure) -> None:
    lines = list(wrap(text, width, measure))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    # The sum of the parts and the width of the line are rounded differently.
    assert all(width_of(line, measure) <= width + 1e-6 for line in lines)


@given(TEXTS, st.integers(3, 30), st.integers(1, 4), MEASURES)
def test_a_long_text_ends_with_an_ellipsis(text: str, width: int, most: int, measure: Measure) -> None:
    lines, every = wrap_lines(text, width, most, measure), list(wrap(text, width, measure))
    assert len(lines) == min(len(every), most)
    if len(every) > most:
        assert lines[:-1] == every[: most - 1]
        assert lines[-1].endswith("…")
        assert width_of(lines[-1], measure) <= width
        shown = "".join(lines)[:-1].replace(" ", "")
        assert text.replace(" ", "").startswith(shown)
    else:
        assert lines == every


@given(TEXTS, st.integers(3, 30), MEASURES)
def test_a_cut_text_fits_and_shows_that_it_is_cut(text: str, width: int, measure: Measure) -> None:
    shown = cut(text, width, measure)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    assert width_of(shown, measure) <= width


@given(st.text(st.sampled_from("ab 中。,é\u0301")))
def test_cells_are_those_of_the_terminal(text: str) -> None:
    assert width_of(text) == cell_len(text)
