"""What lint marks as fixable is fixed, whichever rule found it; or ``--fix`` says why not."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.archive.reader import PageReader
from newsarc.lint import fixes
from newsarc.lint import lint as run_lint
from newsarc.lint.event_table import EventTable
from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.page import Page
from newsarc.lint.page_pass import check_page
from newsarc.lint.rules.dead_sources import DeadSource
from newsarc.lint.rules.posts import MissingScheme
from newsarc.lint.rules.rule import RuleScope
from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.history import Check
from newsarc.sources.ledger import write_ledger
from newsarc.storage.cache import FOLDER_VARIABLE
from newsarc.storage.tree import Day
from tests.cli.driver import run
from tests.lint.test_cases import FOLDERS, code_of

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ADDRESS = "https://gazette.example.org/2019/bridges"
COPY = f"https://web.archive.org/web/20190301101500/{ADDRESS}"
BRIDGES = "news/2019/03/1/two-bridges-close.md"
HEAD = "### [2019-03-01](/news/2019/03/1/index.md)\n\n"
PAGE = f"{HEAD}# Two bridges close\n\n### Source:\n\n1. [The Harbour Gazette]({ADDRESS})\n"
# The options of lint, and whether it ran before.
CACHES = {"cold cache": ((), False), "warm cache": ((), True), "no cache": (("--no-cache",), False)}


@pytest.fixture(params=CACHES)
def fix(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that runs ``lint --fix``, and returns what it says on standard error."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    options, is_warm = CACHES[request.param]

    def run_fix(root: Path, *words: str) -> str:
        if is_warm:
            run("-A", root, "lint", *words)
        return run("-A", root, "lint", *options, "--fix", *words).err

    return run_fix


def write(root: Path, pages: dict[str, str]) -> None:
    for path, text in pages.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive whose only finding is that a source is dead, with a copy of the day."""
    root = tmp_path / "archive"
    day_page = f"## 2019-03-01\n\n### [Two bridges close](/{BRIDGES})\n"
    write(root, {BRIDGES: PAGE, "news/2019/03/1/index.md": day_page, "news/2019/03/1/README.md": day_page})
    checks = tuple(Check(START + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))
    copy = Copy(COPY, dt.datetime(2019, 3, 1, 10, 15, tzinfo=dt.UTC), 0, 200, "wayback")
    write_ledger(root / "sources.jsonl", {ADDRESS: checks}, {ADDRESS: (CopySearch(copy.at.date(), START, copy, ()),)})
    return root


@pytest.mark.parametrize(
    "folder",
    [folder for folder in FOLDERS if "[*]" in (folder / "findings.txt").read_text(encoding="utf-8")],
    ids=lambda folder: folder.name,
)
def test_what_is_marked_is_fixed(folder: Path, tmp_path: Path, fix: Callable[..., str]) -> None:
    root = Path(shutil.copytree(folder / "bad", tmp_path / "archive"))
    told = fix(root, "--select", code_of(folder))
    assert "not fixed" not in told
    assert "[*]" not in run("-A", root, "lint", "--select", code_of(folder)).out


def test_a_page_without_other_findings_is_fixed(root: Path, fix: Callable[..., str]) -> None:
    assert "0 errors, 1 warning in 3 pages" in run("-A", root, "lint", "--no-cache").err
    assert "no findings in 3 pages" in (told := fix(root))
    assert "; 1 fixed" in told
    assert (root / BRIDGES).read_text("utf-8") == PAGE.replace(
        f"({ADDRESS})", f"({ADDRESS}) ([archived 2019-03-01]({COPY}))"
    )


def test_a_page_of_a_future_day_is_fixed(root: Path, fix: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its findings are not cached: they may be others tomorrow."""
    monkeypatch.setattr("newsarc.storage.clock.latest_date", lambda: dt.date(2019, 2, 1))
    assert "; 1 fixed" in fix(root)
    assert COPY in (root / BRIDGES).read_text("utf-8")


def test_a_site_without_other_findings_is_fixed(tmp_path: Path, fix: Callable[..., str]) -> None:
    root = tmp_path / "site"
    linking = "---\ntitle: Review\n---\n[Code](github.com/harbour/bridges) [x](/2020/01/02/bridge-opens.md)\n"
    pages = {
        "_config.yml": "permalink: /:year/:month/:day/:title/\n",
        "_posts/2020-01-02-bridge-opens.md": "---\ntitle: Bridge opens\n---\nIt opened.\n",
        "_posts/2020-06-01-review.md": linking,
        "_posts/2020-07-01-later.md": linking.replace("[Code](github.com/harbour/bridges) ", ""),
    }
    write(root, pages)
    assert "; 3 fixed" in fix(root)
    assert "no findings" in run("-A", root, "lint").err


class _LateRule(DeadSource):
    """A rule of a careless author: it reads nothing, and changes a page of which there is no other finding."""

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        if "careless" not in reader.tree.root.joinpath(BRIDGES).read_text("utf-8"):
            edits = (Edit(BRIDGES, 3, 3, 3, 3, "careless "),)
            yield self.finding("news/2019/03/1/index.md", 1, "anything", fix=Fix(True, edits))


def test_a_rule_need_not_care(root: Path, fix: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.lint.linter.selected_rules", lambda *_: (_LateRule(),))
    assert "; 1 fixed" in fix(root)
    assert "# careless Two bridges" in (root / BRIDGES).read_text("utf-8")


class _OtherPageRule(MissingScheme):
    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        yield self.finding(page.path, 1, "anything", fix=Fix(True, (Edit("news/other.md", 1, 1, 1, 1, "x"),)))


def test_a_page_rule_cannot_change_other_pages(root: Path) -> None:
    page = Page(BRIDGES, PAGE, Day.at("news/2019/03/1"))
    with pytest.raises(AssertionError, match=r"changes only its own page, not \{'news/other.md'\}"):
        check_page([_OtherPageRule()], page, Archive.open(root))


def test_a_page_that_changes_while_rules_run_is_not_fixed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, judged = Archive.open(root, cache=False), DeadSource.judged

    def changing(*arguments: object) -> Iterator[Finding]:
        found = list(judged(*arguments))  # type: ignore[arg-type]
        (root / BRIDGES).write_text("A line.\n" + PAGE, encoding="utf-8")
        return iter(found)

    monkeypatch.setattr(DeadSource, "judged", changing)
    plan = fixes.plan_fixes(run_lint(archive, select=["NA304"]), archive, unsafe=False)
    assert (plan.pages, plan.is_stale) == ([], True)
    assert plan.skipped == {BRIDGES: f"{BRIDGES}: not fixed: it changed while newsarc was running; run newsarc again"}


# --- what is not fixed ---


def test_a_page_that_changed_meanwhile_is_checked_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, changed = fixes.plan_fixes, PAGE.replace("# Two", "Text.\n\n# Two")

    def late(*arguments: object, **options: bool) -> fixes.FixPlan:
        if (root / BRIDGES).read_text("utf-8") == PAGE:
            (root / BRIDGES).write_text(changed, encoding="utf-8")
        return plan(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(fixes, "plan_fixes", late)
    result = run("-A", root, "lint", "--fix", "--select", "NA304")
    assert (result.code, result.out) == (0, "")
    assert (root / BRIDGES).read_text("utf-8") == changed.replace(
        f"({ADDRESS})", f"({ADDRESS}) ([archived 2019-03-01]({COPY}))"
    )


def test_a_page_that_keeps_changing_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = fixes.plan_fixes

    def late(*arguments: object, **options: bool) -> fixes.FixPlan:
        with (root / BRIDGES).open("a", encoding="utf-8") as page:
            page.write("\nMore.\n")
        return plan(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(fixes, "plan_fixes", late)
    result = run("-A", root, "lint", "--fix", "--select", "NA304")
    assert result.code == 2
    assert f"{BRIDGES}: not fixed: it changed while newsarc was running; run newsarc again\n" in result.err
    assert "; 1 fixable, but not fixed" in result.err
    assert COPY not in (root / BRIDGES).read_text("utf-8")


def test_a_symbolic_link_is_named(root: Path) -> None:
    (root / "kept.txt").write_text(PAGE, encoding="utf-8")
    (root / BRIDGES).unlink()
    (root / BRIDGES).symlink_to(root / "kept.txt")
    diff = run("-A", root, "lint", "--diff", "--select", "NA304")
    assert f"{BRIDGES}: not fixed: it is a symbolic link\n" in diff.err
    assert "Would fix 0 of 1 finding." in diff.err
    result = run("-A", root, "lint", "--fix", "--select", "NA304")
    assert result.code == 2
    assert f"{BRIDGES}: not fixed: it is a symbolic link\n" in result.err
    assert "; 1 fixable, but not fixed" in result.err
    assert (root / "kept.txt").read_text("utf-8") == PAGE


def test_fixes_that_undo_each_other_are_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Undecided(DeadSource):
        def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
            word = "Three" if "# Two" in reader.tree.read(BRIDGES) else "Two"
            edit = Edit(BRIDGES, 3, 3, 3, 6 if word == "Three" else 8, word)
            yield self.finding(BRIDGES, 3, f"write {word}", fix=Fix(True, (edit,)))

    monkeypatch.setattr("newsarc.lint.linter.selected_rules", lambda *_: (Undecided(),))
    result = run("-A", root, "lint", "--fix")
    assert result.code == 2
    assert (
        "newsarc: 1 fixable finding not fixed: fixes undo each other, or pages keep changing; run newsarc again\n"
        in result.err
    )
    assert "; 1 fixable, but not fixed" in result.err


def test_a_diff_counts_fixes_that_overlap(root: Path) -> None:
    write(root, {BRIDGES: f"{PAGE}2. [The Harbour Gazette]({ADDRESS})\n"})
    diff = run("-A", root, "lint", "--diff", "--select", "NA303,NA304")
    assert "Would fix 2 of 3 findings; 1 more overlaps these and would follow.\n" in diff.err
    assert "no findings in 1 page" in run("-A", root, "lint", "--fix", "--select", "NA303,NA304").err


def test_an_editor_is_told_of_fixes_to_other_pages(root: Path) -> None:
    other = "news/2019/03/1/ferries.md"
    text = f"{HEAD}# Ferries stay in port\n"
    write(root, {other: text})
    result = run("-A", root, "lint", "--select", "NA501", "--fix", "--stdin-filename", other, "-", stdin=text)
    assert (result.code, result.out) == (0, text)
    assert "fixes that also change news/2019/03/1/README.md are left to newsarc lint --fix\n" in result.err
    assert "; 1 fixable, but not fixed" in result.err
