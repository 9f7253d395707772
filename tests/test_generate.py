"""The generator of benchmarks: the same bytes each time, and a truth that newsarc agrees with."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsarc
from benchmarks import other_habits
from benchmarks.generate import generate


def _files(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_the_number_of_workers_makes_no_difference(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert generate(one, 300, seed=3, workers=1) == generate(two, 300, seed=3, workers=2)
    assert _files(one) == _files(two)


def test_the_truth_is_what_lint_finds(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    truth = generate(tmp_path, 300, seed=4)
    files = _files(tmp_path)
    assert (truth.events, truth.files, truth.size) == (300, len(files), sum(map(len, files.values())))
    with newsarc.Archive.open(tmp_path) as archive:
        found = {
            code: {(finding.path, finding.line) for finding in archive.lint(select=[code])}
            for code in ("NA101", "NA105", "NA106")
        }
    assert truth.broken and truth.respelled and truth.stale
    assert found["NA101"] == {(place.path, place.line) for place in truth.broken}
    assert found["NA105"] == {(place.path, place.line) for place in truth.stale}
    assert found["NA106"] == {(place.path, place.line) for place in truth.respelled}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        generate(tmp_path, 10)
    assert _files(tmp_path) == {"index.md": b"mine"}


def test_the_archive_with_other_habits_has_the_dead_links_that_it_was_given(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    other_habits.generate(tmp_path / "one", 400, seed=2)
    other_habits.generate(tmp_path / "two", 400, seed=2)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")
    with newsarc.Archive.open(tmp_path / "one") as archive:
        found = {(finding.path, finding.target) for finding in archive.lint(select=["NA101"])}
        links = [(event.path, link.target) for event in archive.events() for link in event.related]
    assert found == {(path, target) for path, target in links if "-gone-" in target}
    assert len(found) > 10
