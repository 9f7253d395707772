"""What the measurement of discoveries hides is hidden."""

from __future__ import annotations

from pathlib import Path

from benchmarks.discovery import Recall, hide
from newsarc import Archive
from tests.cli.driver import EXAMPLE


def links(root: Path) -> set[tuple[str, str]]:
    with Archive.open(root, cache=False) as archive:
        return {(event.path, link.path) for event in archive.events() for link in event.related if link.path}


def test_a_pair_is_hidden_in_both_directions(tmp_path: Path) -> None:
    hidden = hide(EXAMPLE, tmp_path / "copy", 3)
    before, after = links(EXAMPLE), links(tmp_path / "copy")
    lost = {(path, other) for path, others in hidden.items() for other in others}
    assert lost
    assert before - after == lost
    assert after < before
    assert not any((other, path) in after for path, other in lost)


def test_recall() -> None:
    recall = Recall()
    recall.add(["a", "b", "c"], {"b", "x"})
    recall.add([f"e{number}" for number in range(12)], {f"e{number}" for number in range(12)})
    assert (recall.found, recall.possible, recall.parts, recall.events) == (11, 12, 1.5, 2)
