"""No line, however it is made, takes more than linear time: twice the length takes about twice the work."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest

from newsarc.parser import parse_day, parse_event

PATH = "news/2017/06/16/a.md"
SIZE = 6_000
MAX_RATIO = 3.5
# Below this many seconds the clock and the allocator, not the parser, make the ratio.
TOO_FAST = 0.03

PLACES = {
    "headline": "# {}\n",
    "summary": "# h\n\n{}\n",
    "source": "# h\n\n### Source:\n\n1. [a](b) {}\n",
    "change": "# h\n\n### Changes:\n\n1. [a](b) _{}\n",
    "related": "# h\n\n### Related:\n\n1. [{}\n",
    "context": "# h\n\n### Related:\n\n1. [a](b) _Context: {}\n",
    "topic": "##### {}\n# h\n",
    "date": "### [2017-06-16](/a) {}\n# h\n",
}
BRACKETS = [
    *(
        "[",
        "](",
        "[](",
        "]",
        "[a](b)",
        "[a](b",
        "](b)",
        "![",
        "![a](b)",
        "\\",
        "\\[",
        "](<",
        "](( ",
        '[](a "',
        "[](a '",
    ),
]
OTHERS = [
    *(
        "_",
        "_ ",
        "&",
        "&#",
        "&am ",
        "&#9",
        ": ",
        ". ",
        ", ",
        "a: ",
        "''",
        "' ",
        "{{convert|",
        "{{convert|a|",
        "-{",
        "-{a}",
    ),
    *(" ", "\t", "(", ")", "#", "-", "- ", "<", "<!-- newsarc:", "<!-- newsarc: ignore ", "|", "9", "\u4e00.", "a b"),
]


@pytest.fixture(autouse=True)
def no_garbage_collection() -> Iterator[None]:
    """The collector's work grows with all objects there are, those of other tests too."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def seconds(text: str) -> float:
    start = time.process_time()
    parse_event(text, PATH)
    return time.process_time() - start


def is_linear(place: str, piece: str, end: str = "") -> bool:
    """Whether twice as many pieces take about twice the time. What is slow at first sight is measured with care."""
    count = SIZE // len(piece)
    short, long = place.format(piece * count + end), place.format(piece * 2 * count + end)
    if seconds(long) < max(TOO_FAST, MAX_RATIO * seconds(short)):
        return True
    return min(seconds(long) for _ in range(3)) <= MAX_RATIO * min(seconds(short) for _ in range(3))


@pytest.mark.parametrize("place", ["related", "summary"])
def test_a_line_of_brackets_takes_linear_time(place: str) -> None:
    assert [piece for piece in BRACKETS if not is_linear(PLACES[place], piece)] == []


def test_a_very_long_line_takes_linear_time() -> None:
    """Four times as much of what is so long that even a quadratic search at the speed of memory shows."""
    short, long = ("# h\n\n### Related:\n\n1. [" + "](<" * count for count in (100_000, 400_000))
    assert any(seconds(long) <= 7 * seconds(short) for _ in range(2))


@pytest.mark.parametrize("place", PLACES)
def test_a_long_line_takes_linear_time(place: str) -> None:
    assert [piece for piece in OTHERS if not is_linear(PLACES[place], piece)] == []


@pytest.mark.parametrize("place", ["related", "change", "context"])
@pytest.mark.parametrize("end", ["x", ")", "_"])
def test_a_long_line_with_another_end_takes_linear_time(place: str, end: str) -> None:
    pieces = ["[", " ", "_", "_ ", "(", "\\", "](a "]
    assert [piece for piece in pieces if not is_linear(PLACES[place], piece, end)] == []


@pytest.mark.parametrize(
    "line",
    [
        "1. [a](b)\n",
        "1. x\n",
        "[\n",
        "x\n",
        "### Related:\n",
        "##### t\n",
        "# h\n",
        "---\n",
        "](a\n",
        "a: b\n",
        "&\n",
        "\n",
    ],
)
def test_many_lines_take_linear_time(line: str) -> None:
    assert is_linear("# h\n\n### Related:\n\n1. [a\n{}", line)


@pytest.mark.parametrize("line", ["### [a](b)\n", "##### t\n", "_Context: a_\n", "x\n", "## [a](b)\n", "[a](b)\n"])
def test_many_lines_of_a_day_page_take_linear_time(line: str) -> None:
    def day_seconds(count: int) -> float:
        text = "## [2017-06-16](a)\n### [a](b)\n" + line * count
        start = time.process_time()
        parse_day(text, "news/2017/06/16/index.md")
        return time.process_time() - start

    assert any(day_seconds(8000) < max(TOO_FAST, MAX_RATIO * day_seconds(4000)) for _ in range(3))
