"""Lint of a page that is not saved finds what lint would find in it if it were."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.api import Archive
from newsarc.archive.reader import PageReader
from newsarc.lint import lint
from tests.cli.driver import CASES, EXAMPLE
from tests.naive import Page, write

HARBOUR = CASES / "harbour"
RULE_CASES = Path(__file__).parent / "cases"
SELECTED = ["ALL"]


def pages_of(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*.md"))


def found(reader: PageReader, path: str) -> list[tuple[object, ...]]:
    return [tuple(finding) for finding in lint(reader, [path], SELECTED).findings if finding.path == path]


def saved_and_unsaved(root: Path, path: str, text: bytes, tmp_path: Path) -> tuple[object, object]:
    unsaved = found(Archive.open(root, cache=False).with_overlay({path: text}), path)
    copy = tmp_path / "saved"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, symlinks=True)
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_bytes(text)
    return unsaved, found(Archive.open(copy, cache=False), path)


@pytest.mark.parametrize("case", sorted(path.name for path in RULE_CASES.iterdir() if path.is_dir()))
def test_each_page_of_the_bad_archives(case: str) -> None:
    """What is on the disk already is found the same, and nothing about any other page."""
    root = RULE_CASES / case / "bad"
    whole = lint(Archive.open(root, cache=False), None, SELECTED).findings
    for path in pages_of(root):
        if not (root / path).is_file() or (root / path).is_symlink():  # what leads out of the archive is no page
            continue
        unsaved = Archive.open(root, cache=False).with_overlay({path: (root / path).read_bytes()})
        found_there = [finding for finding in whole if finding.path == path]
        assert list(lint(unsaved, None, SELECTED).findings) == found_there, path


LINES = sorted(
    {line for path in pages_of(HARBOUR) for line in (HARBOUR / path).read_text("utf-8", "replace").split("\n")}
)
TEXTS = st.lists(st.sampled_from(LINES), max_size=14).map("\n".join)
PLACES = st.sampled_from(
    [
        *pages_of(HARBOUR),
        "news/2020/03/9/not-yet-there.md",
        "news/2020/05/1/index.md",
        "news/2020/05/1/a.md",
        "index.md",
    ]
)


@given(path=PLACES, text=TEXTS)
def test_any_text_in_any_place(path: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    unsaved, saved = saved_and_unsaved(HARBOUR, path, text.encode("utf-8"), tmp_path_factory.getbasetemp())
    assert unsaved == saved


def test_a_headline_that_changed_is_seen_from_other_pages_of_the_day(tmp_path: Path) -> None:
    path = "news/2020/03/9/quay-closed.md"
    other = (HARBOUR / "news/2020/03/9/inquiry-opens.md").read_bytes()
    unsaved, saved = saved_and_unsaved(HARBOUR, path, other, tmp_path)
    assert unsaved == saved
    assert "NA405" in str(unsaved)


def test_the_cache_is_used_and_stays_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))
    path = "news/2017/06/16/helmut-kohl-the-chancellor-who-led-germany-through-reunification-and-helped-to-bring-about-the-single-european-currency-dies-in-ludwigshaf.md"  # noqa: E501
    text = (EXAMPLE / path).read_bytes() + b"\n### Related:\n\n1. [Gone](/news/2017/06/16/gone.md) _Context: Germany_\n"
    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    later = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)  # as if the files were not new
    before = lint(Archive.open(root)).findings
    kept = {file.name: file.read_bytes() for file in (tmp_path / "cache").iterdir()}
    assert any(name.endswith(".index") for name in kept)
    report = lint(Archive.open(root).with_overlay({path: text}))
    assert [(finding.code, finding.path) for finding in report.findings] == [("NA101", path)]
    assert report.files == 1
    assert {file.name: file.read_bytes() for file in (tmp_path / "cache").iterdir()} == kept
    assert lint(Archive.open(root)).findings == before


def test_a_new_archive_is_cached_in_its_saved_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))
    assert lint(Archive.open(HARBOUR).with_overlay({"news/2020/03/2/new.md": b"# New\n"})).findings
    assert any(file.name.endswith(".index") for file in (tmp_path / "cache").iterdir())
    assert lint(Archive.open(HARBOUR)).findings == lint(Archive.open(HARBOUR, cache=False)).findings


def test_a_page_that_is_too_large_is_not_read() -> None:
    config = Archive.open(HARBOUR).config
    from dataclasses import replace

    archive = PageReader(HARBOUR, replace(config, max_page_bytes=10_000))
    report = lint(archive.with_overlay({"news/2020/03/2/storm-warning.md": b"x" * 10_001}))
    assert [finding.code for finding in report.findings] == ["NA901"]


def test_labels_are_compared_with_current_headlines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which events a stale label may mean comes from what was kept, but for the days that changed since."""
    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))
    days = [dt.date(2020, 3, day) for day in range(1, 6)]
    root = write(tmp_path / "archive", [Page(day, f"event-{day.day}", f"Headline number {day.day}") for day in days])
    lint(Archive.open(root))
    path = "news/2020/03/1/event-1.md"
    head = "### [2020-03-01](/news/2020/03/1/index.md)\n\n# New words\n\n### Related:\n\n"
    (root / "news/2020/03/4/event-4.md").write_text("# Another now\n", encoding="utf-8")
    for label, said in (
        (
            "Headline number 3",
            "link text is the headline of news/2020/03/3/event-3.md; the target's headline is: Headline number 2",
        ),
        ("Headline number 4", "link text differs from the headline: Headline number 2"),
        (
            "Another now",
            "link text is the headline of news/2020/03/4/event-4.md; the target's headline is: Headline number 2",
        ),
        ("New words", f"link text is the headline of {path}; the target's headline is: Headline number 2"),
        ("Headline number 1", "link text differs from the headline: Headline number 2"),
    ):
        text = f"{head}1. [{label}](/news/2020/03/2/event-2.md) _Context: A_\n".encode()
        report = lint(Archive.open(root).with_overlay({path: text}))
        (found,) = [finding for finding in report.findings if finding.code == "NA105"]
        assert found.message.endswith(said), label
        assert report.findings == lint(Archive.open(root, cache=False).with_overlay({path: text})).findings
