"""Findings in a cached index are what a run without a cache finds, where they depend on more than their own page.

What holds for all commands is in tests/test_cache.py.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import time
from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.errors import ArchiveError, ConfigError
from newsarc.lint import lint as run_lint
from newsarc.lint.changes import Changes
from newsarc.lint.fixes import plan_fixes
from newsarc.lint.linter import Report
from newsarc.storage.cache import FOLDER_VARIABLE
from tests.test_cache import LINT, edit, folder_of, folders_read, make, page

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
    return report if isinstance(report, str) else (report.findings, report.files, dict(report.digests))


# --- time ---


def test_a_future_day_is_checked_again_until_it_comes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("newsarc.storage.clock.latest_date", lambda: dt.date(2017, 8, 9))
        some = check(root)
        assert any(finding.code == "NA204" for finding in some.findings)
        check(root)
    assert not any(finding.code == "NA204" for finding in check(root).findings)


def test_a_clock_that_was_set_back_invalidates_findings(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root)
    monkeypatch.setattr("newsarc.storage.clock.latest_date", lambda: dt.date(2017, 8, 9))
    assert any(finding.code == "NA204" for finding in check(root).findings)


# --- other pages ---


def test_suggestions_follow_the_pages_that_they_are_read_from(root: Path) -> None:
    """A dead link of another day meant an event of the day that changes."""
    before = check(root)
    meant = [finding for finding in before.findings if finding.suggestion and finding.code == "NA101"]
    assert len(meant) > 20
    for finding in meant[::5]:
        assert finding.suggestion is not None
        edit(root / finding.suggestion.path, lambda data: data.replace(b"_Context: ", b"_Context: Other "))
        check(root)


def test_the_content_of_the_suggested_page_affects_links_elsewhere(root: Path) -> None:
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
    assert folder_of(root, naming) not in folders_read(root, LINT)


def test_links_next_to_a_broken_link_count_for_all_links_like_it(root: Path) -> None:
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


def test_a_page_edited_since_the_run_is_not_fixed(root: Path) -> None:
    check(root)
    archive = Archive.open(root)
    report = run_lint(archive)
    safe = next(finding for finding in report.findings if finding.fix and finding.fix.safe)
    edit(root / safe.path, lambda data: b"\n" + data)
    assert safe.path not in {each.path for each in plan_fixes(report, archive, unsafe=True).pages}


def test_an_archive_that_was_listed_before_is_checked_as_it_is(root: Path) -> None:
    archive = Archive.open(root)
    assert len(list(archive.events(since="2018"))) > 10
    assert archive.search("the")
    page(root, -5).rename(page(root, -5).with_name("another.md"))
    assert parts(run_lint(archive)) == parts(lint(root, cache=False))
    check(root)


def test_a_topic_that_becomes_known_says_something_about_links_elsewhere(root: Path) -> None:
    """One more headline begins with it: then it may stand before another one without making it another event."""
    day = page(root).parent
    (day / "bridge.md").write_text("# Harbour: the government closes the bridge over the river\n", encoding="utf-8")
    label = "the government closes the bridge over the river"
    linking = page(root, -5)
    item = f"\n9. [{label.capitalize()}](/{day.relative_to(root).as_posix()}/closes.md) _Context: X_\n"
    edit(linking, lambda data: data.rstrip(b"\n") + item.encode())

    def is_certain() -> bool:
        found = next(finding for finding in check(root).findings if "/closes.md" in (finding.target or ""))
        assert found.suggestion is not None
        return found.suggestion.certain

    assert not is_certain()
    other = linking.with_name("harbour.md")
    other.write_text("# Harbour: ferries return\n", encoding="utf-8")
    assert is_certain()
    other.unlink()
    assert not is_certain()


def test_a_page_that_was_read_before_its_target_went_is_checked_again(root: Path) -> None:
    """Two searches, one after each edit, and no lint between them."""
    check(root)
    target = page(root, 2)
    linking = page(root, -5)
    item = f"\n9. [X](/{target.relative_to(root).as_posix()}) _Context: X_\n".encode()
    edit(linking, lambda data: data.rstrip(b"\n") + item)
    for is_gone in (False, True):
        if is_gone:
            target.unlink()
        with Archive.open(root) as archive:
            archive.search("the")
    assert any(finding.target and target.name in finding.target for finding in check(root).findings)
