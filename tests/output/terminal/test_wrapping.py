"""Where lines break on a terminal."""

from __future__ import annotations

import io

import pytest
from rich.table import Table
from rich.text import Text

from newsarc.output.terminal.console import make_console


def lines(text: str, width: int) -> list[str]:
    stream = io.StringIO()
    grid = Table.grid()
    grid.add_column(width=width, overflow="fold")
    grid.add_row(Text(text))
    make_console(stream, "never").print(grid)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Quay closed 臺灣東部花蓮外海", 20, ["Quay closed 臺灣東部", "花蓮外海"]),
        ("花蓮外海發生規模6.4的地震", 18, ["花蓮外海發生規模", "6.4的地震"]),
        ("消防人員整夜，尋找受困住戶。", 12, ["消防人員整", "夜，尋找受困", "住戶。"]),
        ("東京で震度5の地震", 10, ["東京で震度", "5の地震"]),
        ("a quay closed early", 8, ["a quay", "closed", "early"]),
    ],
    ids=["ideographs after words", "number", "punctuation", "kana", "words"],
)
def test_lines_break_between_words_and_ideographs(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


def test_no_character_is_lost() -> None:
    text = "救援👨‍👩‍👧隊é抵達" * 20
    for width in range(2, 30):
        assert "".join(lines(text, width)) == text
