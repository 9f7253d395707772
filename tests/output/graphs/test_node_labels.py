"""Text cut and wrapped to fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newsarc.output.graphs.node_labels import cut, wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines", "expected"),
    [
        ("", 10, 3, []),
        ("one two three", 20, 3, ["one two three"]),
        ("one two three", 8, 3, ["one two", "three"]),
        ("one two three", 7, 3, ["one two", "three"]),
        ("one two three", 7, 1, ["one…"]),
        ("one, two, three", 10, 1, ["one, two…"]),
        ("onetwothree", 4, 2, ["onet", "wot…"]),
        ("中国探测器“嫦娥四号”", 8, 2, ["中国探测", "器“嫦娥…"]),
        ("中国探测器", 7, 9, ["中国探", "测器"]),
        ("a 中国探测器", 6, 9, ["a", "中国探", "测器"]),
    ],
)
def test_wrapped(text: str, width: int, lines: int, expected: list[str]) -> None:
    assert wrapped(text, width, lines) == expected
    assert cut(text, width) == "".join(wrapped(text, width, 1))


@given(st.text(st.sampled_from("ab 中。,é\u0301👩")), st.integers(4, 20), st.integers(1, 4))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width, most)
    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)
    whole = "".join(text.split())
    said = "".join("".join(lines).split())
    if said != whole:
        assert said.endswith("…")
        assert whole.startswith(said[:-1])
        assert len(lines) == most
