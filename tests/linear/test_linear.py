"""No text takes more than linear work.

Work is the number of Python lines that run, the same on every machine. It shows a loop within a loop. It does not show
what a regular expression, or another call into C, does with its text: for that, ``python -m benchmarks.linear``
measures the time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.archive.refs import short_refs
from newsarc.lint.labels import balance_brackets
from newsarc.output.story.text_metrics import balanced
from newsarc.parser.day import parse_day
from newsarc.parser.event import parse_event
from newsarc.storage.tree import Tree
from tests.cli.driver import run
from tests.linear.table import PAGES, PIECES, READERS, line_of, write
from tests.linear.work import growth, lines_run

LENGTH = 100
MANY = 25  # lines
MOST = 2.5  # 2 is linear, 4 quadratic


@pytest.mark.parametrize("name", READERS)
def test_a_line_takes_linear_work(name: str) -> None:
    read = READERS[name]
    read(line_of("a", LENGTH))  # what is imported or compiled once does not count
    found = {piece: growth(lambda size, piece=piece: read(line_of(piece, size)), LENGTH) for piece in PIECES}  # type: ignore[misc]
    assert {piece: times for piece, times in found.items() if times > MOST} == {}


@pytest.mark.parametrize("name", PAGES)
def test_many_lines_take_linear_work_and_make_linear_output(name: str, tmp_path: Path) -> None:
    _, make, words = PAGES[name]
    output: dict[int, int] = {}

    def read(count: int) -> None:
        result = run("-q", "-A", tmp_path / str(count), "--no-cache", *words)
        output[count] = len(result.out) + len(result.err)

    for times in (1, 2, 4):
        write(tmp_path / str(MANY * times), make(MANY * times))
    read(MANY)
    assert growth(read, MANY) <= MOST
    assert output[4 * MANY] <= 4.5 * output[MANY]


@pytest.mark.parametrize(
    "line",
    [
        *("1. [a](b)\n", "1. x\n", "[\n", "x\n", "### Related:\n", "##### t\n", "# h\n", "---\n", "](a\n", "a: b\n"),
        *("&\n", "\n", "### [a](b)\n", "_Context: a_\n", "## [a](b)\n", "[a](b)\n"),
    ],
)
def test_many_lines_of_a_page_take_linear_work(line: str) -> None:
    def read(count: int) -> None:
        parse_event("# h\n\n### Related:\n\n1. [a\n" + line * count, "news/2017/06/16/a.md")
        parse_day("## [2017-06-16](a)\n### [a](b)\n" + line * count, "news/2017/06/16/index.md")

    assert growth(read, 100) <= MOST


def test_refs_of_one_day_take_linear_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortest beginning of a slug that no other of its day has was looked for among all of them."""

    def ask(count: int) -> None:
        names = frozenset(f"the-same-beginning-of-all-{number:06}.md" for number in range(count))
        tree = Tree(tmp_path, 1000)
        monkeypatch.setattr(tree, "files", lambda folder: names)
        refs = list(short_refs((f"news/2020/03/1/{name}" for name in sorted(names)), tree))
        assert len(set(refs)) == count

    assert growth(ask, 100) <= MOST


def test_entries_with_topics_that_the_archive_knows_take_linear_work() -> None:
    """For each entry of a day page with a comma in its topic, all such topics of the archive were put together anew."""

    def parse(count: int) -> None:
        topics = [f"Topic {number}, more" for number in range(count)]
        text = "".join(f"##### {topic}\n### [e](/news/2020/03/1/e.md)\n_Context: A_\n" for topic in topics)
        assert len(parse_day(text, "news/2020/03/1/index.md", names=frozenset(topics)).entries) == count

    assert growth(parse, 100) <= MOST


def test_a_label_of_brackets_is_balanced_in_linear_work() -> None:
    assert growth(lambda count: balance_brackets("]" * count), 100) <= MOST


def test_a_long_name_on_a_picture_is_read_only_as_far_as_it_is_shown() -> None:
    """It was wrapped up to six times, however long it was, in search of better lines."""
    few, many = (lines_run(lambda count=count: balanced("storm " * count, 300, 14, 6)) for count in (500, 2000))  # type: ignore[misc]
    assert few == many


def test_a_word_broken_over_lines_takes_linear_work() -> None:
    """Marks take no room, so a line holds any number of them; each one measured the whole line."""
    assert growth(lambda count: balanced("w" * 60 + "\u0301" * count + "x", 300, 14, 6), 100) <= MOST


def test_the_count_sees_a_loop_within_a_loop() -> None:
    def quadratic(count: int) -> int:
        return sum(1 for one in range(count) for other in range(one))

    assert growth(quadratic, 20) > 3.5
