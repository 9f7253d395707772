"""The kept index answers as a new one does, whatever happened to the files and to itself."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from newsarc import Archive
from newsarc.cache import FOLDER_VARIABLE, Cache
from newsarc.errors import PageError
from newsarc.folder_state import FolderState
from newsarc.index import EventRow, Filter, Index
from newsarc.index.build import Snapshot
from newsarc.pages import Pages
from newsarc.search import search
from newsarc.tree import Tree
from tests.generated import generate

WORDS = ("storm", "bridge", "Bogotá", "地震", "ferry")
NAMES = ("Bridges", "Boycott, Divestment and Sanctions", "Boycott", "Divestment and Sanctions", "Storm season", "地震")
FOLDERS = ("news/2019/03/1", "news/2019/03/2", "news/2020/01/15", "news/2019/02/30")
SLUGS = ("two-bridges-close", "storm", "storm-hits", "地震")
Named = tuple[tuple[str, str, str], list[str]]  # a link: folder, slug and ending of its target, and its contexts
_TICK = 0.012  # s: longer than a tick of any clock that files are stamped with


def answers(archive: Archive) -> dict[str, object]:
    """All that an archive's index can be asked, without the numbers that rows happen to have."""
    index = archive.index()
    rows = list(index.events(Filter()))
    plain = [
        (row.path, row.slug, row.day, row.headline, row.summary, row.sources, row.related, row.broken) for row in rows
    ]
    found: dict[str, object] = {"events": plain, "warnings": archive.warnings, "commas": index.comma_names}
    for row in rows:
        told = (index.topics(row.id), index.contexts(row.id), index.source_labels(row.id))
        naming = [(other.path, contexts) for other, contexts in index.backlinks(row.path)]
        found[row.path] = (told, naming)
    for key in ("day", "topic", "context", "source"):
        found[f"by {key}"] = index.count_by(key, Filter())
    for sort in ("headline", "related", "backlinks"):
        found[f"sorted by {sort}"] = [row.path for row in index.events(Filter(), sort)]
    for name in NAMES:
        found[f"topic {name}"] = [row.path for row in index.events(Filter(topic=name))]
        found[f"context {name}"] = [row.path for row in index.events(Filter(context=name))]
    for kind in ("topic", "context", "source"):
        found[f"names of {kind}"] = index.names_like(kind)
    for slug in SLUGS:
        found[f"formerly {slug}"] = index.formerly(slug)
    for word in (*WORDS, "wire", "boycott divestment"):
        hits = search(index, word, Filter(), None).hits
        found[f"hits of {word}"] = [(hit.row.path, hit.score, hit.snippet) for hit in hits]
    return found


def page(headline: str, topics: list[str], related: list[tuple[str, str]], extra: str = "") -> str:
    lines = [f"##### {topic}" for topic in topics]
    items = [f"{number}. [x]({target}) _Context: {contexts}_" for number, (target, contexts) in enumerate(related, 1)]
    return "\n".join(
        [*lines, f"# {headline}", "", extra, "", "### Source:", "", "1. [Wire](https://wire.example/1)", ""]
        + (["### Related:", "", *items, ""] if items else [])
    )


class Edits(RuleBasedStateMachine):
    """Random edits of a small archive; after each, the kept index is compared with one made anew."""

    pause: float | None = None

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.root = self.home / "archive"
        (self.root / "news/2019/03/1").mkdir(parents=True)
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv(FOLDER_VARIABLE, str(self.home / "cache"))
        if self.pause is not None:  # go by the states alone, not by how new they are
            self.patch.setattr(FolderState, "is_settled", lambda state, now: True)

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.home)

    def files(self) -> list[Path]:
        return sorted(self.root.glob("news/*/*/*/*.md"))

    def write(self, file: Path, text: str) -> None:
        if self.pause is not None:
            time.sleep(self.pause)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    @rule(
        folder=st.sampled_from(FOLDERS),
        slug=st.sampled_from(SLUGS),
        words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        prefix=st.sampled_from(("", "Storm season: ", "Boycott, Divestment and Sanctions: ", "Cairo: ")),
        topics=st.lists(st.sampled_from(NAMES), max_size=2),
        related=st.lists(
            st.tuples(
                st.tuples(
                    st.sampled_from(FOLDERS), st.sampled_from(SLUGS), st.sampled_from((".md", ".html", ".md#top"))
                ),
                st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
            ),
            max_size=3,
        ),
    )
    def put_event(
        self, folder: str, slug: str, words: list[str], prefix: str, topics: list[str], related: list[Named]
    ) -> None:
        links = [(f"/{day}/{name}{ending}", ", ".join(names)) for (day, name, ending), names in related]
        self.write(self.root / folder / f"{slug}.md", page(prefix + " ".join(words), topics, links, words[0]))

    @rule(folder=st.sampled_from(FOLDERS), name=st.sampled_from(NAMES), slug=st.sampled_from(SLUGS))
    def put_day_page(self, folder: str, name: str, slug: str) -> None:
        other = FOLDERS[0]
        text = f"## [x](/{folder}/index.md)\n\n### [x](/{folder}/{slug}.md)\n_Context: {name}_\n\n"
        self.write(self.root / folder / "index.md", text + f"### [x](/{other}/{slug}.md)\n_Context: {name}, Bridges_\n")

    @rule(folder=st.sampled_from(FOLDERS), slug=st.sampled_from(SLUGS), former=st.sampled_from(SLUGS))
    def put_event_with_front_matter(self, folder: str, slug: str, former: str) -> None:
        text = f"---\naliases: [{former}]\ntopics: [Bridges]\nslug: own\n---\n\n# Storm\n"
        self.write(self.root / folder / f"{slug}.md", text)

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def edit_in_place_with_the_same_size_and_time(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files()))
        status, text = file.stat(), file.read_text(encoding="utf-8")
        self.write(file, text.replace("storm", "STORM") if "storm" in text else text.replace("STORM", "storm"))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def replace_by_renaming(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files()))
        beside = file.with_suffix(".new")
        self.write(beside, file.read_text(encoding="utf-8").replace("#", "# ferry", 1))
        shutil.copystat(file, beside)
        beside.replace(file)

    @precondition(lambda self: len(self.files()) > 1)
    @rule(data=st.data())
    def swap_two(self, data: st.DataObject) -> None:
        one, other = data.draw(st.lists(st.sampled_from(self.files()), min_size=2, max_size=2, unique=True))
        one.rename(self.root / "aside")
        other.rename(one)
        (self.root / "aside").rename(other)

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.files())).unlink()

    @precondition(lambda self: self.files())
    @rule(data=st.data(), slug=st.sampled_from(SLUGS))
    def rename(self, data: st.DataObject, slug: str) -> None:
        file = data.draw(st.sampled_from(self.files()))
        file.rename(file.with_name(f"{slug}.md"))

    @rule(folder=st.sampled_from(FOLDERS))
    def remove_day(self, folder: str) -> None:
        shutil.rmtree(self.root / folder, ignore_errors=True)

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def make_unreadable(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files()))
        self.write(file, "x" * 5000)

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def turn_into_a_link(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files()))
        if not file.is_symlink():
            kept = self.root / f"kept-{len(list(self.root.iterdir()))}"
            file.rename(kept)
            file.symlink_to(kept)

    @rule(prefix=st.sampled_from(("", "/zh")))
    def configure(self, prefix: str) -> None:
        text = f'site-prefix = "{prefix}"\nmax-page-bytes = 4096\n'
        (self.root / "newsarc.toml").write_text(text, encoding="utf-8")

    @rule()
    def do_nothing(self) -> None:
        pass

    @invariant()
    def both_answer_alike(self) -> None:
        with Archive.open(self.root) as kept, Archive.open(self.root, cache=False) as new:
            assert answers(kept) == answers(new)


class EditsBetweenTicks(Edits):
    pause = _TICK


_SETTINGS = settings(
    max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestEdits = Edits.TestCase
TestEdits.settings = _SETTINGS
TestEditsBetweenTicks = EditsBetweenTicks.TestCase
TestEditsBetweenTicks.settings = _SETTINGS


# --- the file itself ---


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generated archive, whose pages are of last year, and a cache folder of its own."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(FolderState, "is_settled", lambda state, now: True)
    generate(tmp_path / "archive", 11, days=15)
    return tmp_path / "archive"


def cache_of(root: Path) -> Cache:
    found = Archive.open(root).cache
    assert found is not None
    return found


def told(root: Path) -> dict[str, object]:
    with Archive.open(root) as kept:
        return answers(kept)


def rows(archive: Path, use_cache: bool = True) -> list[EventRow]:
    with Archive.open(archive, cache=use_cache) as opened:
        found = list(opened.index().events(Filter()))
    return [replace(row, id=0) for row in found]  # its number is of no meaning


def test_what_was_away_while_folders_were_listed_is_seen_when_it_is_back(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder has the names from before again, and no page in it changed."""
    folder = next(archive.glob("news/*/*/*"))
    (folder / "below").mkdir()
    (folder / "below/b.md").write_text("# B\n", encoding="utf-8")
    link = f"1. [B](/{folder.relative_to(archive).as_posix()}/below/b.md) _Context: A_\n"
    (folder / "links.md").write_text(f"# Links\n\n### Related:\n\n{link}", encoding="utf-8")
    real = Snapshot.take

    def take(*values: Any, **more: Any) -> Snapshot:
        found = real(*values, **more)
        if (folder / "below").exists():
            (folder / "below").rename(archive / "away")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Snapshot, "take", take)
        assert [row.broken for row in rows(archive) if row.path.endswith("/links.md")] == [1]
    (archive / "away").rename(folder / "below")
    assert [row.broken for row in rows(archive) if row.path.endswith("/links.md")] == [0]


@pytest.fixture
def truth(archive: Path) -> dict[str, object]:
    with Archive.open(archive, cache=False) as new:
        return answers(new)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of the pages that are read."""
    paths: list[str] = []
    read = Pages.load

    def noting(pages: Pages, path: str) -> object:
        paths.append(path)
        return read(pages, path)

    monkeypatch.setattr(Pages, "load", noting)
    monkeypatch.setattr("newsarc.parallel.cores", lambda: 1)
    yield paths


def test_what_did_not_change_is_not_read_again(archive: Path, truth: dict[str, object], reads: list[str]) -> None:
    assert told(archive) == truth
    reads.clear()
    assert told(archive) == truth
    assert reads == []


def test_of_what_changed_only_the_day_is_read(archive: Path, reads: list[str]) -> None:
    told(archive)
    reads.clear()
    file = next(archive.glob("news/2017/08/*/[!iR]*.md"))
    time.sleep(_TICK)
    file.write_bytes(file.read_bytes() + b"\n")
    told(archive)
    day = file.parent.relative_to(archive).as_posix()
    assert reads
    assert {path.rpartition("/")[0] for path in reads} == {day}


def test_an_edit_in_the_very_tick_of_the_indexing_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    file = tmp_path / "archive/news/2019/03/1/storm.md"
    file.parent.mkdir(parents=True)
    real = FolderState.is_settled
    state = FolderState(b"the same", b"names", b"stamp", time.time_ns())  # as if the clock stood still
    monkeypatch.setattr("newsarc.tree.folder_state", lambda folder: state)
    assert not real(state, time.time_ns())
    for headline in ("Storm", "Flood"):
        file.write_text(f"# {headline}\n", encoding="utf-8")
        with Archive.open(tmp_path / "archive") as kept:
            assert [row.headline for row in kept.index().events(Filter())] == [headline]


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def noise_in_the_middle(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(os.urandom(4096))


def other_headlines(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("UPDATE event SET headline = 'forged'")
    db.commit()
    db.close()


def all_noise(file: Path) -> None:
    file.write_bytes(os.urandom(50_000))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [truncated, noise_in_the_middle, other_headlines, all_noise, empty, Path.unlink])
@pytest.mark.parametrize("suffix", [".index", ".index-stamp"])
def test_a_damaged_file_is_made_anew(
    archive: Path, truth: dict[str, object], suffix: str, damage: Callable[[Path], None], reads: list[str]
) -> None:
    if suffix == ".index-stamp" and damage is other_headlines:
        pytest.skip("a stamp has no tables")
    told(archive)
    damage(cache_of(archive).index.with_suffix(suffix))
    assert told(archive) == truth
    reads.clear()
    assert told(archive) == truth
    assert reads == []  # it has healed


@pytest.mark.parametrize("suffix", [".index", ".index-stamp", ".index-lock", ".index-new", ".index-journal"])
def test_what_is_in_the_way_is_lived_with(archive: Path, truth: dict[str, object], suffix: str) -> None:
    told(archive)
    file = cache_of(archive).index.with_suffix(suffix)
    if file.exists():
        file.unlink()
    file.mkdir()
    assert told(archive) == truth
    assert told(archive) == truth


def test_another_version_or_configuration_makes_it_anew(
    archive: Path, truth: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(archive)
    other_headlines(cache_of(archive).index)
    from newsarc.index.kept import KeptIndex

    with KeptIndex(cache_of(archive)) as kept:  # well sealed, so that the key alone is wrong
        kept.seal()
    monkeypatch.setattr("newsarc.cache.__version__", "0.0.0")
    assert told(archive) == truth


def test_no_home_no_cache(archive: Path, truth: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    assert told(archive) == truth


def test_a_file_where_the_folder_should_be(archive: Path, truth: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x")
    assert told(archive) == truth


def test_a_full_disk_is_lived_with(archive: Path, truth: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    real = sqlite3.connect

    def small(*arguments: object, **options: object) -> sqlite3.Connection:
        db = real(*arguments, **options)  # type: ignore[call-overload]
        if arguments[0] != ":memory:":
            db.execute("PRAGMA max_page_count=30")
        return db  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", small)
    assert told(archive) == truth
    monkeypatch.undo()


def test_only_the_user_may_read_it(archive: Path, tmp_path: Path) -> None:
    told(archive)
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    files = list((tmp_path / "cache").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_reader_does_not_keep_others_from_the_truth(archive: Path) -> None:
    with Archive.open(archive) as reader:
        reader.index()
        file = next(archive.glob("news/2017/08/*/[!iR]*.md"))
        file.write_text("# Something else\n", encoding="utf-8")
        with Archive.open(archive, cache=False) as new:
            truth = answers(new)
        assert told(archive) == truth  # a copy in memory
    assert told(archive) == truth


def test_several_first_runs_at_once(archive: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "newsarc", "-A", str(archive), "search", "--json", "--limit", "0", "the"]
    expected = subprocess.run([*command, "--no-cache"], capture_output=True, check=True).stdout
    for _ in range(2):
        runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(5)]
        assert [run.communicate() for run in runs] == [(expected, b"")] * 5
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_a_run_that_is_killed_leaves_nothing_wrong(archive: Path, truth: dict[str, object], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "newsarc", "-A", str(archive), "search", "the"]
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    taken = time.perf_counter() - started
    for part in range(1, 8):
        shutil.rmtree(tmp_path / "cache")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(taken * part / 8)
        process.kill()
        process.wait()
        assert told(archive) == truth


def test_an_index_of_some_days_is_not_kept(archive: Path, tmp_path: Path) -> None:
    with Archive.open(archive) as opened:
        Index.of_days(Pages(archive, opened.config), list(opened.tree.days())[:2])
    assert not (tmp_path / "cache").exists()


def test_a_day_in_a_folder_that_was_empty_is_seen(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The year's or month's folder was there when the index was made; only itself changes."""
    monkeypatch.setattr("newsarc.index.build.LONG_TICK", -(10**15))
    for number, folder in enumerate(("news/2051", "news/2052/01")):
        (archive / folder).mkdir(parents=True)
        assert len(rows(archive)) == len(rows(archive))
        before = len(rows(archive))
        page = archive / f"{folder}/{'02/3' if number == 0 else '3'}/flood.md"
        page.parent.mkdir(parents=True)
        page.write_text("# Flood\n", encoding="utf-8")
        assert len(rows(archive)) == before + 1


@pytest.mark.parametrize("folder", ["news", "news/{year}", "news/{year}/{month}", "news/{year}/{month}/{day}"])
def test_a_folder_that_could_not_be_listed_once_is_listed_again(
    archive: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarc.index.build.LONG_TICK", -(10**15))
    monkeypatch.setattr(FolderState, "is_settled", lambda state, now: True)
    wanted = rows(archive, use_cache=False)
    day = min(str(row.path) for row in wanted).split("/")
    failing = str(archive / folder.format(year=day[1], month=day[2], day=day[3]))
    real = os.scandir

    def scandir(path: object) -> object:
        if path == failing:
            raise OSError(errno.EIO, "the disk is ill")
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr("os.scandir", scandir)
    with Archive.open(archive) as ill:
        assert len(list(ill.index().events(Filter()))) < len(wanted)
        assert any("not read: the disk is ill" in line for line in ill.warnings), ill.warnings
    monkeypatch.setattr("os.scandir", real)
    assert rows(archive) == wanted


def test_a_page_that_could_not_be_read_once_is_read_again(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.index.build.LONG_TICK", -(10**15))
    monkeypatch.setattr(FolderState, "is_settled", lambda state, now: True)
    wanted = rows(archive, use_cache=False)
    failing = wanted[0].path
    real = Tree.read_bytes

    def read_bytes(tree: Tree, path: str) -> bytes:
        if path == failing:
            raise PageError(path, "the disk is ill")
        return real(tree, path)

    monkeypatch.setattr(Tree, "read_bytes", read_bytes)
    assert len(rows(archive)) == len(wanted) - 1
    monkeypatch.setattr(Tree, "read_bytes", real)
    assert rows(archive) == wanted


def make_folder(page: Path, archive: Path) -> None:
    page.unlink()
    page.mkdir()


def make_pipe(page: Path, archive: Path) -> None:
    page.unlink()
    os.mkfifo(page)


def make_link_out(page: Path, archive: Path) -> None:
    page.unlink()
    page.symlink_to("/etc/hostname")


@pytest.mark.skipif(os.name == "nt", reason="no pipes and links there")
@pytest.mark.parametrize("change", [make_folder, make_pipe, make_link_out])
def test_what_a_name_stands_for_counts(
    archive: Path, change: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links of other days lead to a page that becomes something else of the same name, and back."""
    monkeypatch.setattr("newsarc.index.build.LONG_TICK", -(10**15))
    target = archive / "news/2031/01/1/harbour-closed.md"
    naming = archive / "news/2031/01/2/ferry-waits.md"
    for page, text in (
        (target, "# Harbour\n"),
        (naming, "# Ferry\n\n### Related:\n\n1. [Harbour](../1/harbour-closed.md)\n"),
    ):
        page.parent.mkdir(parents=True)
        page.write_text(text, encoding="utf-8")
    assert [row.broken for row in rows(archive) if row.path.endswith("ferry-waits.md")] == [0]
    change(target, archive)
    assert [row.broken for row in rows(archive) if row.path.endswith("ferry-waits.md")] == [1]
    target.rmdir() if target.is_dir() and not target.is_symlink() else target.unlink()
    target.write_text("# Harbour\n", encoding="utf-8")
    assert [row.broken for row in rows(archive) if row.path.endswith("ferry-waits.md")] == [0]


def test_a_day_that_there_is_not_is_told_after_an_edit_too(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.index.build.LONG_TICK", -(10**15))
    (archive / "newsarc.toml").write_text('site-prefix = "/zh"\n', encoding="utf-8")
    page = archive / "news/2031/02/30/storm.md"
    page.parent.mkdir(parents=True)
    for headline in ("Storm", "Flood"):
        page.write_text(f"# {headline}\n", encoding="utf-8")
        for _ in range(2):
            with Archive.open(archive) as opened:
                opened.index()
                assert any("there is no such day" in line for line in opened.warnings)
