"""What lint keeps between runs never makes it answer otherwise."""

from __future__ import annotations

import contextlib
import datetime as dt
import marshal
import os
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from newsarc import Archive
from newsarc.cache import FOLDER_VARIABLE, open_cache
from newsarc.config import DEFAULT_CONFIG
from newsarc.errors import ArchiveError, ConfigError
from newsarc.lint import Report, kept
from newsarc.lint import lint as run_lint
from newsarc.lint.changes import Changes
from newsarc.lint.fix import mend, write
from newsarc.lint.look import Look
from newsarc.lint.rules import dates
from newsarc.tree import Day
from tests.generated import generate
from tests.mutation import mutate

LINK = re.compile(r"\]\((/news/[^)\s]*)\)")
SELECTED = (None, ["ALL"], ["NA101"], ["NA405", "NA5"], ["NA105", "NA108"])
LATER = 3_600_000_000_000


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all that is on the disk were an hour old, but for tests that say otherwise."""
    monkeypatch.setattr(kept, "_now", lambda: time.time_ns() + LATER)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder for one test."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("kept"), 5, 30)


@pytest.fixture
def root(broken: Path, tmp_path: Path, cache: Path) -> Path:
    """An archive with dead links, odd labels and much else, to be edited."""
    assert cache
    return Path(shutil.copytree(broken, tmp_path / "archive"))


def make(folder: Path, seed: int, days: int) -> Path:
    generate(folder / "sound", seed, days=days)
    mutate(folder / "sound", folder / "broken", seed)
    return folder / "broken"


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


def page(root: Path, number: int = 7) -> Path:
    return events(root)[number]


def events(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("news/*/*/*/*.md") if path.name not in ("index.md", "README.md"))


def folder_of(root: Path, path: Path) -> str:
    return path.parent.relative_to(root).as_posix()


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


# --- how much is looked at ---


def test_nothing_is_looked_at_where_nothing_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(looked_at(root, monkeypatch)) > 20
    assert looked_at(root, monkeypatch) == set()


def test_an_edit_is_seen_whatever_its_times_say(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root)
    path = page(root)
    status = path.stat()
    edit(path, lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert looked_at(root, monkeypatch) == {folder_of(root, path)}
    assert looked_at(root, monkeypatch) == set()


def test_a_page_replaced_by_another_with_its_times_is_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = page(root)
    beside = root / "beside"
    beside.write_bytes(path.read_bytes().replace(b"/news/", b"/nows/"))
    status = path.stat()
    check(root)
    os.utime(beside, ns=(status.st_atime_ns, status.st_mtime_ns))
    beside.replace(path)
    assert looked_at(root, monkeypatch) == {folder_of(root, path)}


def test_pages_that_change_places_are_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root)
    folder = next(path.parent for path in events(root) if len(list(path.parent.glob("*.md"))) > 3)
    one, other = sorted(folder.glob("[!iR]*.md"))[:2]
    one.rename(folder / "x")
    other.rename(one)
    (folder / "x").rename(other)
    assert looked_at(root, monkeypatch) == {folder_of(root, one)}


def test_what_was_away_while_folders_were_listed_is_seen_when_it_is_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder has the names from before again, and no page in it changed."""
    folder = page(root).parent
    (folder / "below").mkdir()
    (folder / "below/b.md").write_text("# B\n", encoding="utf-8")
    link = f"1. [B](/{folder.relative_to(root).as_posix()}/below/b.md) _Context: A_\n"
    (folder / "links.md").write_text(f"# Links\n\n### Related:\n\n{link}", encoding="utf-8")
    real = kept.Memory.plan

    def plan(memory: kept.Memory, workers: Callable[[int], int | None]) -> object:
        found = real(memory, workers)
        (folder / "below").rename(root / "away")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(kept.Memory, "plan", plan)
        lint(root)
    (root / "away").rename(folder / "below")
    check(root)


@pytest.mark.usefixtures("cache")
def test_an_edited_page_is_still_a_former_version_of_one_of_another_day(tmp_path: Path) -> None:
    """What says so stands in a folder where nothing changed."""
    old, new = (tmp_path / f"archive/news/2020/03/{name}.md" for name in ("1/old", "2/new"))
    for file, text in ((old, ""), (new, "### Changes:\n\n1. [Old](/news/2020/03/1/old.md) _(First version)_\n")):
        file.parent.mkdir(parents=True)
        file.write_text(f"# {file.stem.title()}\n\n{text}", encoding="utf-8")
    before = [finding for finding in check(tmp_path / "archive").findings if finding.code == "NA405"]
    assert [finding.path for finding in before] == ["news/2020/03/1/old.md"]
    edit(old, lambda data: data + b"It was one thing.\n")
    assert [finding for finding in check(tmp_path / "archive").findings if finding.code == "NA405"] == before


def test_a_page_that_goes_is_seen_by_all_that_name_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = check(root)
    path = page(root, 40)
    target = f"]({'/' + path.relative_to(root).as_posix()})"
    pages = list(root.glob("news/*/*/*/*.md"))
    naming = {folder_of(root, other) for other in pages if target in other.read_text("latin-1")}
    assert len(naming) > 2
    path.unlink()
    assert looked_at(root, monkeypatch) >= naming
    assert len(check(root).findings) != len(before.findings)


def test_a_page_that_is_a_folder_now_is_none(root: Path) -> None:
    check(root)
    path = page(root, 40)
    path.unlink()
    path.mkdir()
    check(root)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no symbolic links")
def test_symbolic_links_are_looked_at_each_time(root: Path, tmp_path: Path) -> None:
    (root / "place").mkdir()
    link = page(root).parent / "elsewhere"
    link.symlink_to(root / "place")
    assert any(finding.code == "NA901" for finding in check(root).findings)
    check(root)
    (root / "place").rmdir()
    assert not any(finding.code == "NA901" for finding in check(root).findings)


def test_other_folders_count_where_links_name_them(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(page(root), lambda data: data + b"9. [Elsewhere](/docs/elsewhere.md) _Context: Docs_\n")
    check(root)
    assert looked_at(root, monkeypatch) == set()
    (root / "docs").mkdir()
    assert folder_of(root, page(root)) in looked_at(root, monkeypatch)
    (root / "docs" / "elsewhere.md").write_text("# Elsewhere\n")
    assert folder_of(root, page(root)) in looked_at(root, monkeypatch)
    assert looked_at(root, monkeypatch) == set()


# --- time ---


def test_a_change_within_the_tick_of_the_run_is_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = page(root)
    status = path.stat()
    monkeypatch.setattr(kept, "_now", lambda: max(status.st_ctime_ns, path.parent.stat().st_ctime_ns))
    check(root)
    state = Archive.open(root).tree.state(folder_of(root, path))
    edit(path, lambda data: data.replace(b"](/news/", b"](/nows/"))
    # The clock has not ticked: nothing shows that the page was edited.
    states = type(Archive.open(root).tree).state
    monkeypatch.setattr(
        "newsarc.tree.Tree.state",
        lambda tree, folder: state if folder == folder_of(root, path) else states(tree, folder),
    )
    check(root)


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


def test_headlines_count_everywhere(root: Path) -> None:
    check(root)
    for path in events(root)[::25]:
        edit(path, lambda data: re.sub(rb"(?m)^# ", b"# Another ", data, count=1))
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


def test_fixes_are_seen_by_the_run_after_them(root: Path) -> None:
    check(root)
    mended = 0
    for _ in range(3):
        archive = Archive.open(root)
        report = run_lint(archive)
        for each in mend(report, archive, unsafe=True):
            write(each, archive)
            mended += 1
        check(root)
    assert mended > 10


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


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "noise": lambda data: random.Random(1).randbytes(len(data)),
    "a bit": lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
    "more": lambda data: data + b"x",
}


@pytest.mark.parametrize("suffix", ["", "-days"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_done_without_and_made_anew(
    root: Path, damage: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(root)
    edit(kept_file(root).with_name(f"{kept_file(root).name}{suffix}"), DAMAGES[damage])
    if (damage, suffix) not in (("more", "-days"), ("cut", "-days")):  # what nobody reads is not missed
        assert len(looked_at(root, monkeypatch)) > 20
    check(root)
    edit(page(root), lambda data: data.replace(b"# ", b"# Another ", 1))
    check(root)
    check(root)
    assert looked_at(root, monkeypatch) == set()


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
    assert len(looked_at(root, monkeypatch)) > 20


def test_nothing_is_written_where_nothing_changed(root: Path) -> None:
    check(root)
    before = kept_file(root).stat()
    check(root)
    assert kept_file(root).stat().st_mtime_ns == before.st_mtime_ns
    assert kept_file(root).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["file", "read-only", "file inside"])
def test_a_cache_that_cannot_be_written_is_done_without(root: Path, cache: Path, kind: str) -> None:
    if kind == "file":
        cache.write_text("")
    else:
        cache.mkdir()
        if kind == "read-only":
            cache.chmod(0o500)
        else:
            kept_file(root).mkdir()
    check(root)
    check(root)
    cache.chmod(0o700)


def test_an_archive_that_was_listed_before_is_checked_as_it_was(root: Path) -> None:
    archives = [Archive.open(root, cache=is_cached) for is_cached in (True, False)]
    check(root)
    for archive in archives:
        assert len(list(archive.events(since="2018"))) > 20
    page(root, -5).rename(page(root, -5).with_name("another.md"))
    reports = [run_lint(archive) for archive in archives]
    assert parts(reports[0]) == parts(reports[1])
    check(root)


@pytest.mark.parametrize("at", ["newsarc.lint.second.SecondLook.partial", "newsarc.lint.kept.Memory.keep"])
def test_two_runs_at_once_both_end_well(root: Path, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root)
    edit(page(root), lambda data: data + b"\n")
    module, _, name = at.rpartition(".")
    real = getattr(import_class(module), name)

    def meanwhile(*arguments: object) -> object:
        monkeypatch.setattr(at, real)
        edit(page(root, 20), lambda data: data + b"\n")
        check(root)
        return real(*arguments)

    monkeypatch.setattr(at, meanwhile)
    lint(root)
    assert getattr(import_class(module), name) is real
    check(root)
    assert looked_at(root, monkeypatch) == set()


def import_class(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


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


def test_an_interrupted_run_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("newsarc.lint.second.SecondLook.whole", interrupt)
        with pytest.raises(KeyboardInterrupt):
            lint(root)
    assert not kept_file(root).exists()


# --- anything at all ---


class Edits(RuleBasedStateMachine):
    """Edits of all kinds in any order: a run with the cache always finds what one without it does."""

    made: ClassVar[dict[int, Path]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=os.environ[FOLDER_VARIABLE]))
        self.root = self.folder / "archive"
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv(FOLDER_VARIABLE, str(self.folder / "cache"))
        self.patch.setattr(kept, "_now", lambda: time.time_ns() + LATER)
        self.select: list[str] | None = None
        self.count = 0

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.folder)

    @initialize(seed=st.integers(0, 3), rng=st.randoms(use_true_random=False))
    def begin(self, seed: int, rng: random.Random) -> None:
        if seed not in self.made:
            folder = Path(tempfile.mkdtemp())
            self.made[seed] = make(folder, seed, 9)
        shutil.copytree(self.made[seed], self.root)
        self.rng = rng

    @invariant()
    def answers_are_the_same(self) -> None:
        if self.root.exists():
            with_cache = lint(self.root, select=self.select)
            assert parts(with_cache) == parts(lint(self.root, cache=False, select=self.select))

    def pick(self, rng: random.Random, pattern: str = "*.md") -> Path | None:
        """Return any page, or one whose name is like this."""
        found = sorted(path for path in self.root.glob(f"news/*/*/*/{pattern}") if path.is_file())
        return rng.choice(found) if found else None

    def new_name(self) -> str:
        self.count += 1
        return f"event-{self.count}"

    @rule(rng=st.randoms(use_true_random=False), keeps_time=st.booleans(), replaces=st.booleans())
    def put_something_in(self, rng: random.Random, keeps_time: bool, replaces: bool) -> None:
        path = self.pick(rng)
        if path is None:
            return
        status, text = path.stat(), path.read_bytes()
        at = rng.randrange(len(text) + 1)
        if rng.random() < 0.5:  # the same size
            text = text[:at] + rng.choice([b"x", b"[", b"\n", b"_", b"0"]) + text[at + 1 :]
        else:
            piece = rng.choice([
                b"\n# Another\n", b" <!-- newsarc: ignore NA101 -->", b"<!-- newsarc: ignore-file NA105 -->\n", b"\xff",
                b"\n### Related:\n", b"&amp;", b"](/docs/x.md)", b"\n9. [X](/zh/news/2017/08/10/x.md) _Context: X_\n",
            ])  # fmt: skip
            text = text[:at] + piece + text[at:]
        if replaces:
            (path.parent / "beside").write_bytes(text)
            (path.parent / "beside").replace(path)
        else:
            path.write_bytes(text)
        if keeps_time:
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    @rule(rng=st.randoms(use_true_random=False))
    def edit_a_headline(self, rng: random.Random) -> None:
        if path := self.pick(rng):
            new = rng.choice([rb"# Another \1", rb"# Topic: \1", rb"#", rb"# \1 and more"])
            edit(path, lambda data: re.sub(rb"(?m)^# (.*)$", new, data, count=1))

    @rule(rng=st.randoms(use_true_random=False))
    def lead_a_link_elsewhere(self, rng: random.Random) -> None:
        path, other = self.pick(rng), self.pick(rng)
        if path is None or other is None:
            return
        text = path.read_text("utf-8", "surrogateescape")
        targets = LINK.findall(text)
        if targets:
            new = rng.choice(
                [f"/{other.relative_to(self.root).as_posix()}", rng.choice(targets), targets[0] + "-", "x"]
            )
            text = text.replace(f"]({rng.choice(targets)})", f"]({new})", rng.choice([1, -1]))
            path.write_text(text, "utf-8", "surrogateescape")

    @rule(rng=st.randoms(use_true_random=False))
    def put_front_matter_before(self, rng: random.Random) -> None:
        path, other = self.pick(rng), self.pick(rng)
        if path is not None and other is not None:
            front = rng.choice([
                "title: Something else", f"aliases: [{other.stem}]", "date: 2099-01-01", "ignore: [NA101]",
            ])  # fmt: skip
            edit(path, lambda data: f"---\n{front}\n---\n".encode() + data)

    @rule(rng=st.randoms(use_true_random=False))
    def take_a_page_away(self, rng: random.Random) -> None:
        if path := self.pick(rng):
            path.unlink()

    @rule(rng=st.randoms(use_true_random=False), is_near=st.booleans())
    def rename_a_page(self, rng: random.Random, is_near: bool) -> None:
        path, other = self.pick(rng), self.pick(rng)
        if path is not None and other is not None:
            name = f"{path.stem}-2.md" if is_near and len(path.name) < 200 else f"{self.new_name()}.md"
            path.rename((path if is_near else other).with_name(name))

    @rule(rng=st.randoms(use_true_random=False))
    def swap_two_pages(self, rng: random.Random) -> None:
        path, other = self.pick(rng), self.pick(rng)
        if path is not None and other is not None and path != other:
            path.rename(path.with_name("between"))
            other.rename(path)
            path.with_name("between").rename(other)

    @rule(rng=st.randoms(use_true_random=False))
    def copy_a_page(self, rng: random.Random) -> None:
        path, other = self.pick(rng), self.pick(rng)
        if path is not None and other is not None:
            shutil.copy(path, other.with_name(f"{self.new_name()}.md"))

    @rule(rng=st.randoms(use_true_random=False))
    def bring_a_dead_page_back(self, rng: random.Random) -> None:
        report, path = lint(self.root, cache=False), self.pick(rng)
        dead = [f for f in report.findings if f.code == "NA101"] if isinstance(report, Report) else []
        if dead and path is not None:
            target = rng.choice(dead).target or ""
            if re.fullmatch(r"/news/\d{4}/\d\d/\d+/[\w-]{1,200}\.md", target):
                (self.root / target[1:]).parent.mkdir(parents=True, exist_ok=True)
                if not (self.root / target[1:]).exists():
                    shutil.copy(path, self.root / target[1:])

    @rule(rng=st.randoms(use_true_random=False))
    def take_a_day_away(self, rng: random.Random) -> None:
        if path := self.pick(rng):
            shutil.rmtree(path.parent)

    @rule(
        rng=st.randoms(use_true_random=False),
        day=st.sampled_from(["2017/08/30", "2017/01/1", "2018/03/01", "2099/1/1"]),
    )
    def add_a_day(self, rng: random.Random, day: str) -> None:
        if path := self.pick(rng):
            with contextlib.suppress(OSError):  # a folder in the place of a page
                shutil.copytree(path.parent, self.root / "news" / day, dirs_exist_ok=True, symlinks=True)

    @rule(rng=st.randoms(use_true_random=False))
    def edit_a_day_page(self, rng: random.Random) -> None:
        if path := self.pick(rng, "[iR]*.md"):
            lines = path.read_bytes().split(b"\n")
            del lines[rng.randrange(len(lines))]
            path.write_bytes(b"\n".join(lines))

    @rule(rng=st.randoms(use_true_random=False))
    def make_a_link_of_a_page(self, rng: random.Random) -> None:
        path, other = self.pick(rng), self.pick(rng)
        if path is not None and other is not None and path != other and not other.is_symlink():
            path.unlink()
            path.symlink_to(rng.choice([other, self.folder, self.folder / "nowhere", Path("/etc/hostname")]))

    @rule(rng=st.randoms(use_true_random=False))
    def make_a_folder_of_a_page(self, rng: random.Random) -> None:
        if path := self.pick(rng):
            path.unlink()
            path.mkdir()

    @rule(exists=st.booleans(), front=st.booleans())
    def change_the_root(self, exists: bool, front: bool) -> None:
        shutil.rmtree(self.root / "docs", ignore_errors=True)
        if exists:
            (self.root / "docs").mkdir()
            (self.root / "docs" / "x.md").write_text("# X\n")
        if front:
            text = "# News\n\n### [Gone](/news/2017/08/10/gone.md)\n### [X](/docs/x.md)\n"
            (self.root / "index.md").write_text(text)

    @rule(line=st.sampled_from(["", 'site-prefix = "/zh"', "max-page-bytes = 900", '[lint]\nignore = ["NA105"]']))
    def change_the_configuration(self, line: str) -> None:
        (self.root / "newsarc.toml").write_text(line)

    @rule(select=st.sampled_from(SELECTED))
    def select_others(self, select: list[str] | None) -> None:
        self.select = select

    @rule(damage=st.sampled_from(list(DAMAGES.values())))
    def damage_what_is_kept(self, damage: Callable[[bytes], bytes]) -> None:
        for file in (self.folder / "cache").glob("*.lint*"):
            if file.stat().st_size > 5001:
                edit(file, damage)

    @rule()
    def do_nothing(self) -> None:
        pass


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
