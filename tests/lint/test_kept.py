"""What lint keeps between runs never makes it answer otherwise: what only lint asks of a cache.

What holds for all commands is in tests/test_cache.py.
"""

from __future__ import annotations

import datetime as dt
import marshal
import re
import shutil
import time
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.config import DEFAULT_CONFIG
from newsarc.errors import ArchiveError, ConfigError
from newsarc.lint import Report, kept
from newsarc.lint import lint as run_lint
from newsarc.lint.changes import Changes
from newsarc.lint.fix import mend
from newsarc.lint.look import Look
from newsarc.lint.rules import dates
from newsarc.storage.cache import FOLDER_VARIABLE, open_cache
from newsarc.storage.tree import Day
from tests.test_cache import edit, events, folder_of, make, page

LINK = re.compile(r"\]\((/news/[^)\s]*)\)")
SELECTED = (None, ["ALL"], ["NA101"], ["NA405", "NA5"], ["NA105", "NA108"])
LATER = 3_600_000_000_000
_time_ns = time.time_ns


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all that is on the disk were an hour old, but for tests that say otherwise."""
    monkeypatch.setattr(time, "time_ns", lambda: _time_ns() + LATER)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder for one test."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("kept"), 5, 16)


@pytest.fixture
def root(broken: Path, tmp_path: Path, cache: Path) -> Path:
    """An archive with dead links, odd labels and much else, to be edited."""
    assert cache
    return Path(shutil.copytree(broken, tmp_path / "archive"))


def lint(root: Path, *, cache: bool = True, select: list[str] | None = None, **options: object) -> Report | str:
    try:
        return run_lint(Archive.open(root, cache=cache), select=select, **options)  # type: ignore[arg-type]
    except (ArchiveError, ConfigError) as error:
        return str(error)


def check(root: Path, select: list[str] | None = None) -> Report:
    """Compare what a run finds that may use what was kept with what one finds that may not."""
    with_cache, without = lint(root, select=select), lint(root, cache=False, select=select)
    assert parts(with_cache) == parts(without)
    assert isinstance(with_cache, Report)
    return with_cache


def parts(report: Report | str) -> object:
    return report if isinstance(report, str) else (report.findings, report.files, dict(report.texts))


def looked_at(root: Path, monkeypatch: pytest.MonkeyPatch, select: list[str] | None = None) -> set[str]:
    """Check, and return the day folders that the run looked into."""
    seen: set[str] = set()
    at_days = Look.at_days

    def counting(look: Look, days: list[Day]) -> object:
        seen.update(day.path for day in days)
        return at_days(look, days)

    with monkeypatch.context() as patch:
        patch.setattr(Look, "at_days", counting)
        found = lint(root, select=select)
    assert parts(found) == parts(lint(root, cache=False, select=select))
    return seen


# --- time ---


def test_a_day_to_come_is_looked_at_until_it_came(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: dt.date(2017, 8, 9))
    monkeypatch.setattr("newsarc.lint.look.today", lambda: dt.date(2017, 8, 9))
    monkeypatch.setattr("newsarc.lint.engine.today", lambda: dt.date(2017, 8, 9))
    some = check(root)
    assert any(finding.code == "NA204" for finding in some.findings)
    check(root)
    monkeypatch.undo()
    assert not any(finding.code == "NA204" for finding in check(root).findings)


def test_a_clock_that_went_back_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root)
    for module in ("look", "engine", "rules.dates"):
        monkeypatch.setattr(f"newsarc.lint.{module}.today", lambda: dt.date(2017, 8, 9))
    assert any(finding.code == "NA204" for finding in check(root).findings)


# --- the second look ---


def test_suggestions_follow_the_pages_that_they_are_read_from(root: Path) -> None:
    """A dead link of another day meant an event of the day that changes."""
    before = check(root)
    meant = [finding for finding in before.findings if finding.suggestion and finding.code == "NA101"]
    assert len(meant) > 20
    for finding in meant[::5]:
        assert finding.suggestion is not None
        edit(root / finding.suggestion.path, lambda data: data.replace(b"_Context: ", b"_Context: Other "))
        check(root)


def test_what_the_page_meant_says_decides_about_links_elsewhere(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    headline = "The government of the republic counts all votes of the early election"
    meant = page(root).with_name("the-government-of-the-republic-counts-all-votes-of-the-early-election.md")
    meant.write_text(f"# {headline}\n\n### Related:\n\n1. [X](/news/x.md) _Context: Chile_\n")
    dead = f"/{folder_of(root, meant)}/the-government-of-the-republic-counts-all-votes-of-the-peru-election.md"
    label = headline.replace("early", "Peru")
    naming = page(root, -5)
    edit(naming, lambda data: data.rstrip(b"\n") + f"\n9. [{label}]({dead}) _Context: Peru_\n".encode())

    def suggested() -> bool:
        found = next(finding for finding in check(root).findings if finding.target == dead)
        return found.suggestion is not None

    assert not suggested()
    for context in ("Peru", "Chile", "Peru"):
        meant.write_bytes(re.sub(rb"Context: [A-Z][a-z]+", f"Context: {context}".encode(), meant.read_bytes()))
        assert suggested() == (context == "Peru")
    assert folder_of(root, naming) not in looked_at(root, monkeypatch)


def test_a_link_beside_a_dead_one_counts_for_all_that_are_like_it(root: Path) -> None:
    before = check(root)
    by_target: dict[str, list[str]] = {}
    for finding in before.findings:
        if finding.code == "NA101" and finding.suggestion:
            by_target.setdefault(f"{finding.target} {finding.suggestion.path}", []).append(finding.path)
    shared = [pair for pair, pages in by_target.items() if len({path.rpartition("/")[0] for path in pages}) > 1]
    assert shared
    for pair in shared[:8]:
        named = f"9. [Both](/{pair.split(' ')[1]}) _Context: Both_\n"
        edit(root / by_target[pair][0], lambda data, named=named: data.rstrip(b"\n") + b"\n" + named.encode())  # type: ignore[misc]
        check(root)


def test_a_run_since_a_revision_leaves_nothing_about_renames(root: Path) -> None:
    dead = next(finding for finding in check(root).findings if finding.code == "NA101" and not finding.suggestion)
    gone, new = (dead.target or "").removeprefix("/"), page(root).relative_to(root).as_posix()
    changes = Changes(frozenset({dead.path}), frozenset({gone}), {gone: new}, frozenset({gone}))
    for _ in range(2):
        told = lint(root, changes=changes)
        assert parts(told) == parts(lint(root, cache=False, changes=changes))
        assert isinstance(told, Report)
        assert any(finding.suggestion and finding.suggestion.path == new for finding in told.findings)
        check(root)
        edit(page(root, 3), lambda data: data + b"\n")


def test_a_page_edited_since_the_run_is_not_mended(root: Path) -> None:
    check(root)
    archive = Archive.open(root)
    report = run_lint(archive)
    safe = next(finding for finding in report.findings if finding.fix and finding.fix.safe)
    edit(root / safe.path, lambda data: b"\n" + data)
    assert safe.path not in {each.path for each in mend(report, archive, unsafe=True)}


# --- the kept file ---


def kept_file(root: Path) -> Path:
    found = open_cache(root, DEFAULT_CONFIG)
    assert found is not None
    return found.lint


@pytest.mark.parametrize("value", [None, (), [1, 2], (1, 2, 3, 4, 5, 6), "text", (("k",), 0, {}, {}, None, [(1, 2)])])
def test_a_file_that_says_something_else_is_done_without(root: Path, value: object) -> None:
    check(root)
    found = open_cache(root, DEFAULT_CONFIG)
    assert found is not None
    found.save(found.lint, marshal.dumps(value))  # type: ignore[arg-type]
    check(root)


def test_a_file_of_another_version_is_done_without(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept, "_FORMAT", 0)
        check(root)
    assert len(looked_at(root, monkeypatch)) > 10


def test_an_archive_that_was_listed_before_is_checked_as_it_was(root: Path) -> None:
    archives = [Archive.open(root, cache=is_cached) for is_cached in (True, False)]
    check(root)
    for archive in archives:
        assert len(list(archive.events(since="2018"))) > 10
    page(root, -5).rename(page(root, -5).with_name("another.md"))
    reports = [run_lint(archive) for archive in archives]
    assert parts(reports[0]) == parts(reports[1])
    check(root)


def test_the_file_does_not_grow_for_ever(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SMALL", 0)
    check(root)
    file = kept_file(root).with_name(f"{kept_file(root).name}-days")
    size = file.stat().st_size
    for number in range(12):
        for path in events(root)[::3]:
            edit(path, lambda data, number=number: data.rstrip(b"\n") + b"\n" * (number % 3 + 1))  # type: ignore[misc]
        check(root)
    assert file.stat().st_size < 3 * size
    edit(events(root)[0], lambda data: data + b"\n")
    check(root)
