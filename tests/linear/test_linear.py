"""No text takes more than linear time: four times as much takes no more than 6.25 times as long, 2.5 per doubling.

CPU time, the shortest of several, and only where there is enough of it to measure: what reads so much within the bounds
below takes no quadratic time that a processor could make of it. ``python -m tests.linear`` reads 1 MB.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc.lint.labels import with_balanced_brackets
from newsarc.parser import parse_day
from newsarc.refs import event_refs
from newsarc.tree import Tree
from tests.cli.driver import run
from tests.linear.table import PAGES, PIECES, READERS, archives, line_of, ratio, seconds

LENGTH = 2_500
MOST = 2.5**2
# Seconds for four times the length: 1 ns for each pair of its characters.
QUICK = 0.1


@pytest.fixture(autouse=True)
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", READERS)
def test_a_line_takes_linear_time(name: str) -> None:
    read = READERS[name]
    slow: dict[str, float] = {}
    for piece in PIECES:
        if seconds(read, line_of(piece, 4 * LENGTH)) > QUICK:
            found = min(ratio(read, piece, LENGTH)[0] for _ in range(2))
            if found > MOST:
                slow[piece] = found
    assert slow == {}


@pytest.mark.parametrize("name", PAGES)
def test_many_lines_take_linear_time(name: str, tmp_path: Path) -> None:
    (_, small), (_, large) = archives(name, tmp_path)
    words = PAGES[name][2]
    if cpu(large, words) > 9 * QUICK:
        assert min(cpu(large, words) for _ in range(2)) / min(cpu(small, words) for _ in range(2)) <= MOST


def cpu(root: Path, words: list[str]) -> float:
    start = time.process_time()
    result = run("-q", "-A", root, "--no-cache", *words)
    took = time.process_time() - start
    assert "internal error" not in result.err
    return took


def times_as_long(work: dict[int, float]) -> float:
    small, large = sorted(work)
    return work[large] / work[small]


def test_refs_of_one_day_take_linear_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortest beginning of a slug that no other of its day has was looked for among all of them."""
    took = {}
    for count in (2_000, 8_000):
        names = frozenset(f"the-same-beginning-of-all-{number:06}.md" for number in range(count))
        tree = Tree(tmp_path, 1000)
        monkeypatch.setattr(tree, "files", lambda folder, names=names: names)
        start = time.process_time()
        refs = list(event_refs((f"news/2020/03/1/{name}" for name in sorted(names)), tree))
        took[count] = time.process_time() - start
        assert len(set(refs)) == count
    assert times_as_long(took) < MOST


def test_entries_with_topics_that_the_archive_knows_take_linear_time() -> None:
    """For each entry of a day page with a comma in its topic, all such topics of the archive were put together anew."""
    took = {}
    for count in (2_000, 8_000):
        topics = [f"Topic {number}, more" for number in range(count)]
        names = frozenset(topics)
        text = "".join(f"##### {topic}\n### [e](/news/2020/03/1/e.md)\n_Context: A_\n" for topic in topics)
        start = time.process_time()
        page = parse_day(text, "news/2020/03/1/index.md", names=names)
        took[count] = time.process_time() - start
        assert len(page.entries) == count
    assert times_as_long(took) < MOST


def test_a_label_of_brackets_is_balanced_in_linear_time() -> None:
    """At the speed of memory a quadratic search takes so many characters to show."""
    took = {count: min(seconds(with_balanced_brackets, "]" * count) for _ in range(2)) for count in (50_000, 200_000)}
    assert times_as_long(took) < MOST
