"""A run with the cache answers as one without, whatever happened to the archive and to the cache since the last run.

Everything here goes through the command line and looks at the disk, so that it holds for any cache. The table of
scenarios is run with all commands: those that ask the index, and lint.
"""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from newsarc.api import Archive
from newsarc.storage.cache import FOLDER_VARIABLE
from tests.audit import listening, recorded
from tests.cli.driver import CAN_FORK, run, start
from tests.generated import generate
from tests.mutation import mutate

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no index")

LINT = ("lint", "--output-format", "json")
EXPORT = ("export", "--format", "jsonl", "--output", "-")
SEARCH = ("search", "another OR although OR secret", "--json", "-n", "3")
COMMANDS = (LINT, EXPORT, SEARCH)
COUNT = ("list", "--count")  # asks the index, and reads no page for itself
EXAMPLES = settings().max_examples
FAR = 3_600_000_000_000  # ns
LINK = re.compile(r"\]\((/news/[^)\s]*)\)")
_time_ns = time.time_ns


@pytest.fixture(autouse=True)
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as if it were an hour later, when a cache can trust what it sees, and in one process, to watch it."""
    monkeypatch.setattr(time, "time_ns", lambda: _time_ns() + FAR)
    monkeypatch.setattr("newsarc.storage.workers.cores", lambda: 1)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def make(folder: Path, seed: int, days: int) -> Path:
    """Make an archive with dead links, odd labels and much else."""
    generate(folder / "sound", seed, days=days)
    mutate(folder / "sound", folder / "broken", seed)
    return folder / "broken"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("cache"), 7, 4)


@pytest.fixture
def root(broken: Path, tmp_path: Path, cache: Path) -> Path:
    """An archive to be edited, and a cache folder of its own."""
    assert cache
    shutil.copytree(broken, tmp_path / "archive")
    tick(tmp_path)
    return tmp_path / "archive"


def tick(folder: Path) -> None:
    """Wait until the clock that stamps files has moved on."""
    probe = folder / "probe"
    probe.touch()
    before = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == before:
        probe.touch()
    probe.unlink()


def answer(root: Path, command: tuple[str, ...], *options: str) -> object:
    found = run("-A", root, *options, *command)
    return found.code, re.sub(r'"seconds": [\d.]+', "", found.out), re.sub(r"\([\d.]+ s\)", "", found.err)


def agree(root: Path, commands: tuple[tuple[str, ...], ...] = COMMANDS) -> None:
    """Compare what a run that may use the cache says with what one says that may not."""
    for command in commands:
        assert answer(root, command) == answer(root, command, "--no-cache"), command


def folders_read(root: Path, command: tuple[str, ...]) -> set[str]:
    """Return the day folders of which a run reads pages."""
    with recorded() as seen:
        answer(root, command)
    pages = {path for path in seen if path.endswith(".md") and not Path(path).is_dir()}
    return {Path(path).parent.relative_to(root).as_posix() for path in pages}


def events(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("news/*/*/*/*.md") if path.name not in ("index.md", "README.md"))


def page(root: Path, number: int = 7) -> Path:
    return events(root)[number]


def folder_of(root: Path, path: Path) -> str:
    return path.parent.relative_to(root).as_posix()


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def link_to(path: str) -> bytes:
    return f"\n### Related:\n\n9. [Elsewhere]({path}) _Context: Docs_\n".encode()


# --- what happens to an archive ---
#
# Each scenario yields whenever the answers have to agree: with the day folders in which something changed, of which the
# next run has to read pages, or with None where that is left open.

Scenario = Callable[[Path], Iterator["set[str] | None"]]


def nothing(root: Path) -> Iterator[set[str] | None]:
    yield set()


def an_edit_that_keeps_size_and_times(root: Path) -> Iterator[set[str] | None]:
    path = page(root)
    status = path.stat()
    edit(path, lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    yield {folder_of(root, path)}
    yield set()


def another_page_with_its_times(root: Path) -> Iterator[set[str] | None]:
    path = page(root)
    beside = root / "beside"
    beside.write_bytes(path.read_bytes().replace(b"/news/", b"/nows/"))
    shutil.copystat(path, beside)
    beside.replace(path)
    yield {folder_of(root, path)}


def two_pages_change_places(root: Path) -> Iterator[set[str] | None]:
    folder = next(path.parent for path in events(root) if len(list(path.parent.glob("*.md"))) > 3)
    one, other = sorted(folder.glob("[!iR]*.md"))[:2]
    one.rename(folder / "x")
    other.rename(one)
    (folder / "x").rename(other)
    yield {folder_of(root, one)}


def two_pages_change_places_behind_links(root: Path) -> Iterator[set[str] | None]:
    one, other = page(root), page(root, 8)
    for path in (one, other):
        path.rename(root / f"{path.stem}.kept")
        path.symlink_to(root / f"{path.stem}.kept")
    yield None
    first, second = one.readlink(), other.readlink()
    for path, target in ((one, second), (other, first)):
        path.unlink()
        path.symlink_to(target)
    yield None


def headlines(root: Path) -> Iterator[set[str] | None]:
    for path in events(root)[::6]:
        edit(path, lambda data: re.sub(rb"(?m)^# ", b"# Another ", data, count=1))
        yield {folder_of(root, path)}
    edit(path, lambda data: data.replace(b"# Another ", b"# "))  # which a search for it is not to find any more
    yield {folder_of(root, path)}


def a_page_goes_and_comes_back(root: Path) -> Iterator[set[str] | None]:
    path = most_linked(root)
    path.rename(root / "kept")
    yield None
    (root / "kept").rename(path)
    yield None


def most_linked(root: Path) -> Path:
    """Return the event that most pages of other days link to."""
    texts = {path: path.read_text("utf-8", "replace") for path in events(root)}

    def links(event: Path) -> int:
        target = f"](/{event.relative_to(root).as_posix()})"
        return sum(target in text for path, text in texts.items() if path.parent != event.parent)

    return max(texts, key=links)


def a_page_becomes_something_else(root: Path) -> Iterator[set[str] | None]:
    """Links of other days lead to it."""
    path = most_linked(root)
    text = path.read_bytes()
    changes: tuple[Callable[[], object], ...] = (
        path.mkdir,
        lambda: os.mkfifo(path),
        lambda: path.symlink_to("/etc/hostname"),
    )
    for change in changes:
        path.unlink()
        change()
        yield None
        path.rmdir() if path.is_dir() else path.unlink()
        path.write_bytes(text)
        yield None


def a_symbolic_link_goes(root: Path) -> Iterator[set[str] | None]:
    """Links of other days to it left the archive, and are broken now; so it is for links through a folder."""
    path = most_linked(root)
    path.unlink()
    path.symlink_to("/etc/hostname")
    yield None
    path.unlink()
    yield None
    edit(page(root), lambda data: data + link_to("/news/2011/02/3/flood.md"))
    (root / "place").mkdir()
    (root / "news/2011").symlink_to(root / "place")
    yield None
    (root / "news/2011").unlink()
    yield None


def a_folder_outside_the_days(root: Path) -> Iterator[set[str] | None]:
    """It counts where links lead to it."""
    path = page(root)
    edit(path, lambda data: data + link_to("/docs/elsewhere.md"))
    yield {folder_of(root, path)}
    (root / "docs").mkdir()
    yield None
    (root / "docs/elsewhere.md").write_text("# Elsewhere\n", encoding="utf-8")
    yield None
    yield set()


def a_symbolic_link_to_a_folder(root: Path) -> Iterator[set[str] | None]:
    (root / "place").mkdir()
    (page(root).parent / "elsewhere").symlink_to(root / "place")
    yield None
    yield None
    (root / "place").rmdir()
    yield None


def days_come_and_go(root: Path) -> Iterator[set[str] | None]:
    """The folder of the year or of the month was there before: only itself changes."""
    for folder, day in (("news/2011", "02/3"), ("news/2012/01", "3")):
        (root / folder).mkdir(parents=True)
        yield None
        (root / folder / day).mkdir(parents=True)
        (root / folder / day / "flood.md").write_text("# Flood\n", encoding="utf-8")
        yield {f"{folder}/{day}"}
    shutil.rmtree(page(root).parent)
    yield None


def a_day_that_there_is_not(root: Path) -> Iterator[set[str] | None]:
    """The note about it comes each time."""
    path = root / "news/2031/02/30/storm.md"
    path.parent.mkdir(parents=True)
    for headline in ("Storm", "Flood"):
        path.write_text(f"# {headline}\n", encoding="utf-8")
        yield None
        assert "not a date" in run("-A", root, *COUNT).err


def a_former_version_of_another_day(root: Path) -> Iterator[set[str] | None]:
    """What says so stands in a folder where nothing changed."""
    former, new = (root / f"news/2031/03/{name}.md" for name in ("1/old", "2/new"))
    for file, text in ((former, ""), (new, "### Changes:\n\n1. [Old](/news/2031/03/1/old.md) _(First version)_\n")):
        file.parent.mkdir(parents=True)
        file.write_text(f"# {file.stem.title()}\n\n{text}", encoding="utf-8")
    yield None
    edit(former, lambda data: data + b"It was one thing.\n")
    yield {"news/2031/03/1"}
    assert "news/2031/03/1/old.md:1" in run("-A", root, "lint", "--select", "NA405").out


def the_configuration(root: Path) -> Iterator[set[str] | None]:
    for line in ('site-prefix = "/zh"', "max-page-bytes = 900", '[lint]\nignore = ["NA105"]', ""):
        (root / "newsarc.toml").write_text(line, encoding="utf-8")
        yield None


def fixes(root: Path) -> Iterator[set[str] | None]:
    before = [path.read_bytes() for path in events(root)]
    for options in (["--fix"], ["--fix", "--unsafe-fixes"]):
        run("-A", root, "lint", *options)
        yield None
    assert before != [path.read_bytes() for path in events(root)]


SCENARIOS: tuple[Scenario, ...] = (
    nothing,
    an_edit_that_keeps_size_and_times,
    another_page_with_its_times,
    two_pages_change_places,
    two_pages_change_places_behind_links,
    headlines,
    a_page_goes_and_comes_back,
    a_page_becomes_something_else,
    a_symbolic_link_goes,
    a_folder_outside_the_days,
    a_symbolic_link_to_a_folder,
    days_come_and_go,
    a_day_that_there_is_not,
    a_former_version_of_another_day,
    the_configuration,
    fixes,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_answers_agree(root: Path, scenario: Scenario) -> None:
    agree(root)
    for read in scenario(root):
        if read is not None:
            found = folders_read(root, COUNT) | folders_read(root, LINT)  # who comes first reads for both
            assert found >= read if read else not found
        agree(root, (LINT, EXPORT))
    agree(root, (SEARCH,))


def test_only_the_day_that_changed_is_read_again(tmp_path: Path, cache: Path) -> None:
    root = tmp_path / "archive"
    generate(root, 11, days=15)
    (root / "newsarc.toml").write_text('site-prefix = "/en"\n', encoding="utf-8")  # else some pages are read to find it
    tick(tmp_path)
    for command in (COUNT, LINT):
        answer(root, command)
        edit(page(root), lambda data: data + b"\n")
        assert folders_read(root, command) == {folder_of(root, page(root))}, command


def test_without_a_change_nothing_is_written(root: Path, cache: Path) -> None:
    agree(root)
    before = {file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in cache.iterdir()}
    agree(root)
    assert before == {file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in cache.iterdir()}


def test_only_the_user_may_read_it(root: Path, cache: Path) -> None:
    agree(root)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in cache.iterdir()} == {0o600}


@pytest.mark.parametrize("command", [LINT, COUNT], ids=lambda command: command[0])
def test_an_edit_in_the_same_clock_tick_as_a_run_is_detected(
    root: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the clock of the files has moved on, no state of a folder shows that a page was edited."""
    path = page(root)
    monkeypatch.setattr(time, "time_ns", lambda: path.stat().st_ctime_ns)
    answer(root, command)
    state = Archive.open(root).tree.fingerprint(folder_of(root, path))
    edit(path, lambda data: data.replace(b"](/news/", b"](/nows/").replace(b"# ", b"# Other ", 1))
    real = type(Archive.open(root).tree).fingerprint
    monkeypatch.setattr(
        "newsarc.storage.tree.Tree.fingerprint",
        lambda tree, folder: state if folder == folder_of(root, path) else real(tree, folder),
    )
    agree(root, (command, EXPORT if command == COUNT else LINT))


# --- what happens while a run looks ---


def edit_a_page(root: Path) -> Callable[[], object]:
    path = page(root)
    edit(path, lambda data: data.replace(b"# ", b"# Another ", 1).replace(b"](/news/", b"](/nows/"))
    return lambda: None


def take_a_page_away(root: Path) -> Callable[[], object]:
    path = most_linked(root)
    path.rename(root / "kept")
    return lambda: (root / "kept").rename(path)


def take_a_folder_away(root: Path) -> Callable[[], object]:
    """When it is back, its parent has the names from before, and no page in it changed."""
    below = page(root).parent / "below"
    below.rename(root / "away")
    return lambda: (root / "away").rename(below)


def interrupt(root: Path) -> Callable[[], object]:
    raise KeyboardInterrupt


def another_run(root: Path) -> Callable[[], object]:
    edit(page(root), lambda data: data + b"\n")
    answer(root, LINT)  # one that asks the index would wait for the first to let go of it
    edit(page(root, 3), lambda data: data + b"\n")
    return lambda: None


MOMENTS = 4


@pytest.mark.parametrize("command", [LINT, COUNT], ids=lambda command: command[0])
@pytest.mark.parametrize(
    "change", [edit_a_page, take_a_page_away, take_a_folder_away, interrupt, another_run], ids=lambda f: f.__name__
)
def test_a_change_at_any_moment_of_a_run(
    broken: Path,
    tmp_path: Path,
    cache: Path,
    change: Callable[[Path], Callable[[], object]],
    command: tuple[str, ...],
) -> None:
    """Before the run opens or lists something: the first, the last, and some between."""
    number = 0
    for moment in range(MOMENTS):
        root = shutil.copytree(broken, tmp_path / f"archive-{moment}")
        below = page(root).parent / "below"
        below.mkdir()
        (below / "b.md").write_text("# B\n", encoding="utf-8")
        link = link_to(f"/{folder_of(root, below)}/below/b.md")
        page(root).write_bytes(page(root).read_bytes() + link)
        tick(tmp_path)
        seen = changed_meanwhile(root, command, change, number * moment // MOMENTS)
        number = number or seen
        agree(root, (command, EXPORT if command == COUNT else LINT))
        if not moment:
            assert number > 3 * MOMENTS
            assert folders_read(root, command) == set()


def changed_meanwhile(
    root: Path, command: tuple[str, ...], change: Callable[[Path], Callable[[], object]], at: int
) -> int:
    """Run, change the archive before event ``at`` below it, and undo that; return how many events there were."""
    seen: list[str] = []
    undo: list[Callable[[], object]] = []

    def meanwhile(event: str, path: str) -> None:
        if path.startswith(f"{root}{os.sep}news"):
            seen.append(path)
            if len(seen) == at:
                undo.append(change(root))

    with listening(meanwhile):
        answer(root, command)
    for back in undo:
        back()
    assert bool(undo) == bool(at) or change is interrupt
    return len(seen)


def test_a_reader_does_not_keep_others_from_current_answers(root: Path) -> None:
    with Archive.open(root) as reader:
        assert list(reader.events())
        page(root).write_text("# Something else\n", encoding="utf-8")
        agree(root)
    agree(root)


@pytest.mark.skipif(not CAN_FORK, reason="needs forks")
def test_several_first_runs_at_once(root: Path, cache: Path) -> None:
    agree(root)
    files = len(list(cache.iterdir()))
    shutil.rmtree(cache)
    for command in (SEARCH, LINT):
        expected = answer(root, command, "--no-cache")
        with ExitStack() as stack:
            nothing = stack.enter_context(open(os.devnull, "r+b"))  # noqa: PTH123
            outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(5)]
            runs = [start(["-A", root, *command], nothing, output, nothing) for output in outputs]
            codes = [one.wait() for one in runs]
            for output in outputs:
                output.seek(0)
            said = [re.sub(r'"seconds": [\d.]+', "", output.read().decode()) for output in outputs]
        assert [(code, out) for code, out in zip(codes, said, strict=True)] == [expected[:2]] * 5  # type: ignore[index]
    assert len(list(cache.iterdir())) == files


# --- what happens to the cache ---


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def noise_in_the_middle(file: Path) -> None:
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 512] = random.Random(1).randbytes(min(512, len(data) - middle))
    file.write_bytes(data)


def noise(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(50_000))


def one_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 1] = bytes(byte ^ 1 for byte in data[len(data) // 3 : len(data) // 3 + 1])
    file.write_bytes(data)


def more(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"x")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def gone(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def forged(file: Path) -> None:
    """Change what a database says, and leave it a sound one."""
    if not file.read_bytes().startswith(b"SQLite"):
        return more(file)
    with sqlite3.connect(file) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            with suppress(sqlite3.Error):
                db.execute(f"UPDATE {table} SET headline = 'forged'")
    db.close()
    return None


DAMAGES = (cut, noise_in_the_middle, noise, one_bit, more, empty, gone, a_folder, forged)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_ignored_and_rebuilt(root: Path, cache: Path, damage: Callable[[Path], None]) -> None:
    """Each file of the cache in turn, whatever it is for."""
    truth = [answer(root, command, "--no-cache") for command in (LINT, SEARCH)]

    def answers() -> list[object]:
        return [answer(root, command) for command in (LINT, SEARCH)]

    assert answers() == truth
    for name in sorted(file.name for file in cache.iterdir()):
        damage(cache / name)
        assert answers() == truth, name
        if damage is not a_folder:  # nobody may take that away
            answer(root, LINT)  # what no run had to read yet was not missed
            assert folders_read(root, COUNT) == folders_read(root, LINT) == set(), name
        else:
            (cache / name).rmdir()
            assert answers() == truth, name
    edit(page(root), lambda data: data.replace(b"# ", b"# Another ", 1))
    agree(root)


def test_a_folder_where_a_file_should_be(root: Path, cache: Path) -> None:
    agree(root)
    names = sorted(file.name for file in cache.iterdir())
    for name in names:
        shutil.rmtree(cache)
        (cache / name).mkdir(parents=True)
        agree(root, (LINT, COUNT))
        agree(root, (LINT, COUNT))


def test_the_cache_of_another_archive_is_not_used(root: Path, cache: Path, tmp_path: Path) -> None:
    agree(root)
    names = sorted(file.name for file in cache.iterdir())
    shutil.rmtree(cache)
    other = shutil.copytree(root, tmp_path / "other")
    edit(page(other), lambda data: data.replace(b"# ", b"# Another ", 1))
    agree(other)
    for name, file in zip(names, sorted(cache.iterdir()), strict=True):
        file.rename(cache / name)
    agree(root)


def test_another_version_rebuilds_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(root)
    monkeypatch.setattr("newsarc.storage.cache.__version__", "0.0.0")
    assert folders_read(root, COUNT) == {folder_of(root, path) for path in events(root)}
    agree(root)


@pytest.mark.parametrize("kind", ["no home", "a file", "read-only"])
def test_without_a_folder_for_it(root: Path, cache: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "no home":
        monkeypatch.delenv(FOLDER_VARIABLE)
        monkeypatch.setenv("HOME", "")
        monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    elif kind == "a file":
        cache.write_text("x")
    else:
        cache.mkdir(mode=0o500)
    agree(root)
    agree(root)


def test_a_full_disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, replace = sqlite3.connect, os.replace

    def small(*arguments: object, **options: object) -> sqlite3.Connection:
        db = connect(*arguments, **options)  # type: ignore[call-overload]
        if arguments[0] != ":memory:":
            db.execute("PRAGMA max_page_count=30")
        return db  # type: ignore[no-any-return]

    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        patch.setattr(os, "replace", full)
        agree(root)
    assert os.replace is replace
    agree(root)


@pytest.mark.parametrize("depth", range(1, 5), ids=["news", "year", "month", "day"])
def test_a_folder_that_could_not_be_listed_once_is_listed_again(
    root: Path, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = str(root / "/".join(page(root).relative_to(root).parts[:depth]))
    real = {name: getattr(os, name) for name in ("scandir", "listdir", "open")}

    def ill(name: str) -> Callable[..., object]:
        def call(path: object, *more: object, **options: object) -> object:
            if str(path) == failing:
                raise OSError(errno.EIO, "the disk is ill")
            return real[name](path, *more, **options)

        return call

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(os, name, ill(name))
        for command in (COUNT, LINT):
            assert answer(root, command) != answer(root, command, "--no-cache") or "ill" in str(answer(root, command))
    agree(root)


def test_a_page_that_could_not_be_read_once_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsarc.errors import PageError
    from newsarc.storage.tree import Tree

    failing = page(root).relative_to(root).as_posix()
    real = Tree.read_bytes

    def read_bytes(tree: Tree, path: str) -> bytes:
        if path == failing:
            raise PageError(path, "the disk is ill")
        return real(tree, path)

    with monkeypatch.context() as patch:
        patch.setattr(Tree, "read_bytes", read_bytes)
        for command in (COUNT, LINT):
            assert "the disk is ill" in str(answer(root, command))
    agree(root)


# --- anything at all ---


class Edits(RuleBasedStateMachine):
    """Edits of all kinds in any order."""

    made: ClassVar[dict[int, Path]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=os.environ[FOLDER_VARIABLE]))
        self.root = self.folder / "archive"
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv(FOLDER_VARIABLE, str(self.folder / "cache"))
        self.patch.setattr(time, "time_ns", lambda: _time_ns() + FAR)
        self.select = "ALL"
        self.count = 0
        self.turn = 0

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.folder)

    @initialize(seed=st.integers(0, 3))
    def begin(self, seed: int) -> None:
        if seed not in self.made:
            self.made[seed] = make(Path(tempfile.mkdtemp()), seed, 4)
        shutil.copytree(self.made[seed], self.root)
        tick(self.folder)

    @invariant()
    def answers_agree(self) -> None:
        if self.root.exists():
            command = (LINT, EXPORT, LINT, SEARCH)[self.turn % 4]
            self.turn += 1
            agree(self.root, ((*command, "--select", self.select) if command == LINT else command,))

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
    def retarget_a_link(self, rng: random.Random) -> None:
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
        path = self.pick(rng)
        found = run("-A", self.root, "--no-cache", "lint", "--select", "NA101", "--output-format", "jsonl")
        if path is not None and found.code == 1 and found.lines:
            target = rng.choice(found.jsonl)["target"] or ""
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
            with suppress(OSError):  # a folder in the place of a page
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

    @rule(select=st.sampled_from(["ALL", "NA101", "NA405,NA5", "NA105,NA108"]))
    def select_others(self, select: str) -> None:
        self.select = select

    @rule(rng=st.randoms(use_true_random=False))
    def put_a_page_of_other_names(self, rng: random.Random) -> None:
        """Topics and contexts with commas, which are one name where the archive knows them."""
        if path := self.pick(rng):
            names = ["Bridges", "Boycott, Divestment and Sanctions", "Boycott", "Divestment and Sanctions", "地震"]
            topic, context, former = rng.choice(names), ", ".join(rng.sample(names, 2)), rng.choice(["storm", "地震"])
            front = f"---\naliases: [{former}]\n---\n" if rng.random() < 0.3 else ""
            link = f"1. [x](/{path.relative_to(self.root).as_posix()}) _Context: {context}_"
            text = f"{front}##### {topic}\n# Storm: the ferry\n\n### Related:\n\n{link}\n"
            path.with_name(f"{self.new_name()}.md").write_text(text, encoding="utf-8")

    @rule(damage=st.sampled_from(DAMAGES), rng=st.randoms(use_true_random=False))
    def damage_the_cache(self, damage: Callable[[Path], None], rng: random.Random) -> None:
        folder = self.folder / "cache"
        files = sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []
        if files and damage is not a_folder and (file := rng.choice(files)).stat().st_size:
            damage(file)

    @rule()
    def do_nothing(self) -> None:
        pass


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=max(6, EXAMPLES // 5),
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
