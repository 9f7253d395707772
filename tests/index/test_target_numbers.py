"""Which page a link reaches, by the kept index, whatever came or went since: as the files themselves say."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from newsarc.api import Archive
from newsarc.index.filters import Filter
from newsarc.parser.targets import is_page_path, is_written_plainly, plain_spellings, spellings
from newsarc.storage.cache import FOLDER_VARIABLE
from newsarc.storage.fingerprint import FolderFingerprint
from newsarc.storage.tree import Tree

NAMING = "news/2019/05/20/ferries-return.md"
EVENT = "news/2019/05/4/two-bridges-close.md"
_TICK = 0.012  # s: longer than a tick of any clock that files are stamped with


def event(related: Sequence[str] = ()) -> str:
    items = [f"{number}. [x]({target}) _Context: Bridges_" for number, target in enumerate(related, 1)]
    return "\n".join(["# Ferries return", "", *(["### Related:", "", *items, ""] if items else [])])


def by_index(root: Path, *, cache: bool = True) -> dict[str, tuple[int, list[str]]]:
    """Return how many links of each event are broken and which events link to it, as the index says."""
    with Archive.open(root, cache=cache) as archive:
        index = archive.index()
        return {
            row.path: (row.broken, sorted(other.path for other, _ in index.backlinks(row.path)))
            for row in index.events(Filter())
        }


def by_files(root: Path) -> dict[str, tuple[int, list[str]]]:
    """Return the same, found by checking each link of each page against the folders."""
    archive = Archive.open(root, cache=False)
    events = list(archive.events())
    naming: dict[str, list[str]] = defaultdict(list)
    for found in events:
        for path in {link.path for link in found.related if link.path}:
            naming[path].append(found.path)
    return {
        found.path: (sum(link.broken is True for link in found.related), sorted(naming[found.path])) for found in events
    }


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty archive, and a cache that does not mind how new a page is."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(FolderFingerprint, "is_racy", False)
    monkeypatch.setattr("newsarc.storage.fingerprint._COARSE_TICK", -(10**15))
    monkeypatch.setattr("newsarc.storage.workers.cores", lambda: 1)
    (tmp_path / "archive/news").mkdir(parents=True)
    return tmp_path / "archive"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the pages that are read."""
    folders: list[str] = []
    read = Tree.read_bytes

    def noting(tree: Tree, path: str) -> bytes:
        folders.append(path.rpartition("/")[0])
        return read(tree, path)

    monkeypatch.setattr(Tree, "read_bytes", noting)
    return folders


def put(root: Path, path: str, text: str = "# Two bridges close\n") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    time.sleep(_TICK)
    file.write_text(text, encoding="utf-8")
    return file


# A target in NAMING, and the event that it reaches.
SPELLINGS = [
    ("/news/2019/05/4/two-bridges-close.md", EVENT),
    ("../4/two-bridges-close.md", EVENT),
    ("/news/2019/05/4/two-bridges-close.md#top", EVENT),
    ("/news/2019/05/4/two-bridges-close.md?page=2", EVENT),
    ("/news/2019/05/4/two-bridges-close.html", EVENT),
    ("/news/2019/05/4/two-bridges-close", EVENT),
    ("/news/2019/05/4/two%2Dbridges-close.md", EVENT),
    ("/news/2019/05/4/two&#45;bridges-close.md", EVENT),
    ("/news/2019/05/4/two\\-bridges-close.md", EVENT),
    ("/news/2019/05/04/two-bridges-close.md", EVENT),
    ("/news/2019/5/4/two-bridges-close.html#top", EVENT),
    ("/news/2019/05/4/two-bridges-close.md", "news/2019/05/04/two-bridges-close.md"),
    ("../04/two-bridges-close.html", "news/2019/05/04/two-bridges-close.md"),
    ("/news/2019/05/4/%E5%9C%B0%E9%9C%87.md", "news/2019/05/4/地震.md"),
    ("/news/2019/05/4/地震.html", "news/2019/05/4/地震.md"),
    ("/news/2019/05/4/100%25.md", "news/2019/05/4/100%.md"),
    ("/news/2019/05/4/100%25.md", "news/2019/05/4/100%25.md"),
    ("/news/2019/05/4/élan.md", "news/2019/05/4/élan.md"),
    ("/news/2019/05/4/e\u0301lan.md", "news/2019/05/4/e\u0301lan.md"),
]


@pytest.mark.parametrize(("target", "path"), SPELLINGS)
def test_a_link_follows_its_page_at_once_and_its_own_is_not_read_again(
    root: Path, reads: list[str], target: str, path: str
) -> None:
    put(root, NAMING, event([target]))
    put(root, "news/2019/05/10/index.md", "## [x](/news/2019/05/10/index.md)\n")
    assert by_index(root) == {NAMING: (1, [])}
    naming, reached = NAMING.rpartition("/")[0], path.rpartition("/")[0]
    reads.clear()
    file = put(root, path)
    assert by_index(root) == {path: (0, [NAMING]), NAMING: (0, [])}
    time.sleep(_TICK)
    file.rename(file.with_name("other.md"))
    assert by_index(root) == {f"{reached}/other.md": (0, []), NAMING: (1, [])}
    time.sleep(_TICK)
    file.with_name("other.md").rename(file)
    assert by_index(root) == {path: (0, [NAMING]), NAMING: (0, [])}
    time.sleep(_TICK)
    file.unlink()
    assert by_index(root) == {NAMING: (1, [])}
    assert set(reads) == {reached}
    assert naming not in reads


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/news/2019/05/4", "news/2019/05/4/index.md"),
        ("/news/2019/05/04/", "news/2019/05/4/README.md"),
        ("/news/2019/05/4/index.html", "news/2019/05/4/index.md"),
        ("/news/2019/05/4/two-bridges-close", "news/2019/05/4/two-bridges-close/index.md"),
        ("/news/2019/05/4/two-bridges-close.md", "news/2019/05/4/two-bridges-close.md/README.md"),
        ("/news/2019/05/4/two-bridges-close.md", "news/2019/05/04/two-bridges-close.md/README.md"),
        ("/news/2019/05/04/two-bridges-close.html", "news/2019/05/4/two-bridges-close.html/index.md"),
        ("/news/2019/05/4/photos/list.md", "news/2019/05/4/photos/list.md"),
        ("/", "README.md"),
        ("/opinion/2019/05/4/on-bridges/", "opinion/2019/05/4/on-bridges/index.md"),
        ("../../../../faq/about", "faq/about.md"),
    ],
)
def test_a_page_that_is_not_an_event_is_reached_as_well(root: Path, reads: list[str], target: str, path: str) -> None:
    put(root, NAMING, event([target]))
    assert by_index(root) == {NAMING: (1, [])}
    reads.clear()
    file = put(root, path)
    assert by_index(root) == {NAMING: (0, [])}
    assert by_index(root) == {NAMING: (0, [])}
    time.sleep(_TICK)
    file.unlink()
    assert by_index(root) == {NAMING: (1, [])}
    assert NAMING.rpartition("/")[0] not in reads


@pytest.mark.parametrize("target", ["/news/2019/05/4/map.png", "/news/2019/05/4/.hidden.md", "../../../../../x.md", ""])
def test_a_target_that_is_not_a_page_of_the_archive_is_not_reached(root: Path, target: str) -> None:
    put(root, NAMING, event([target, "https://example.org/news/2019/05/4/map.png"]))
    for path in ("news/2019/05/4/map.png", "news/2019/05/4/.hidden.md"):
        put(root, path)
    put(root.parent, "x.md")
    assert by_index(root) == by_files(root) == {NAMING: (1, [])}


def test_a_new_link_reaches_a_page_that_was_there(root: Path, reads: list[str]) -> None:
    put(root, EVENT)
    for folder in ("news/2019/05/5", "news/2019/06/5"):
        put(root, f"{folder}/storm.md")
        put(root, f"{folder}/ferries-return.md")
    by_index(root)
    reads.clear()
    targets = [f"/{EVENT}#top", "storm.html", "../5/storm.md", "/news/2019/05/04/two-bridges-close"]
    for folder in ("news/2019/05/5", "news/2019/06/5"):
        put(root, f"{folder}/ferries-return.md", event(targets))
    naming = ["news/2019/05/5/ferries-return.md", "news/2019/06/5/ferries-return.md"]
    found = by_index(root)
    assert found[EVENT] == (0, naming)
    assert [found[path] for path in naming] == [(0, []), (0, [])]
    assert [found[f"news/2019/{month}/5/storm.md"] for month in ("05", "06")] == [(0, [path]) for path in naming]
    assert set(reads) == {"news/2019/05/5", "news/2019/06/5"}


def test_the_likeliest_spelling_counts_whenever_it_comes(root: Path) -> None:
    put(root, NAMING, event(["/news/2019/05/4/100%25.md"]))
    second = put(root, "news/2019/05/4/100%.md")
    assert by_index(root)["news/2019/05/4/100%.md"] == (0, [NAMING])
    first = put(root, "news/2019/05/4/100%25.md")
    assert by_index(root)["news/2019/05/4/100%.md"] == (0, [])
    assert by_index(root)["news/2019/05/4/100%25.md"] == (0, [NAMING])
    time.sleep(_TICK)
    first.unlink()
    assert by_index(root)["news/2019/05/4/100%.md"] == (0, [NAMING])
    assert second.exists()


def test_the_contexts_of_a_day_page_go_to_an_event_that_comes_later(root: Path, reads: list[str]) -> None:
    put(root, NAMING, event())
    put(
        root, "news/2019/05/20/index.md", f"## [x](/news/2019/05/20/index.md)\n\n### [x](/{EVENT})\n_Context: Floods_\n"
    )

    def found() -> list[str]:
        with Archive.open(root) as archive:
            hits = [hit.row.path for hit in archive.search("floods")]
            assert hits == [row.path for row in archive.index().events(Filter(contexts=("Floods",)))]
            return hits

    assert found() == []
    reads.clear()
    file = put(root, EVENT)
    assert found() == [EVENT]
    time.sleep(_TICK)
    file.unlink()
    assert found() == []
    assert "news/2019/05/20" not in reads


def test_a_former_slug_is_found_though_its_page_was_renamed(root: Path, reads: list[str]) -> None:
    put(root, NAMING, event([f"/{EVENT}"]))
    file = put(root, EVENT, "---\naliases: [bridges-close]\n---\n\n# Two bridges close\n")
    by_index(root)
    reads.clear()
    time.sleep(_TICK)
    file.rename(file.with_name("bridges-reopen.md"))
    with Archive.open(root) as archive:
        assert archive.index().with_former_slug("bridges-close") == ["news/2019/05/4/bridges-reopen.md"]
    assert set(reads) == {"news/2019/05/4"}


def test_a_folder_of_the_root_that_comes_is_no_missing_prefix(root: Path) -> None:
    """What all links put before /news/ is a site prefix that is not configured, unless the root has such a folder."""
    put(root, NAMING, event(["/zh/news/2019/05/4/two-bridges-close.md"] * 3))
    put(root, EVENT)
    for _ in range(2):
        with Archive.open(root) as archive:
            assert archive.index().missing_prefix == "/zh"
        assert by_index(root)[EVENT] == (0, [NAMING])
        (root / "zh").mkdir()
        assert by_index(root) == {EVENT: (0, []), NAMING: (3, [])}
        put(root, "zh/news/2019/05/4/two-bridges-close.md")
        assert by_index(root) == {EVENT: (0, []), NAMING: (0, [])}
        shutil.rmtree(root / "zh")


def test_an_index_of_some_days_resolves_links_to_others(root: Path) -> None:
    """They are read without an index of the rest."""
    put(
        root,
        NAMING,
        event(["../4/two-bridges-close.html", "/news/2019/05/4/gone.md", "/faq/about", "/news/2019/05/20"]),
    )
    for path in (EVENT, "faq/about.md"):
        put(root, path)
    with Archive.open(root) as archive:
        part = archive.index([archive.ref("2019-05-20")])  # type: ignore[list-item]
        assert [(row.path, row.broken) for row in part.events(Filter())] == [(NAMING, 2)]
        assert part.aggregates(Filter()).summary.broken == 2
        assert not part.has_slug("two-bridges-close")


names = st.text(st.sampled_from("aé地 .-_'(0"), min_size=1, max_size=6)


@given(st.sampled_from(("", "/zh", "/a/b", "/news", "/news/2019", "/z%68", "/a.b")), st.integers(1, 31), names)
def test_a_plain_path_has_the_spellings_of_a_plain_path(prefix: str, day: int, name: str) -> None:
    path = f"news/2019/05/{day}/{name}.md"
    if is_written_plainly(f"{prefix}/{path}", path, prefix):
        found = dict.fromkeys(filter(is_page_path, spellings(f"{prefix}/{path}", NAMING, prefix)))
        assert list(found) == list(filter(is_page_path, plain_spellings(path)))


# --- whatever comes and goes ---

FOLDERS = ("news/2019/05/4", "news/2019/05/04", "news/2019/05/20", "news/2019/5/4")
NAMES = (
    "storm.md",
    "100%.md",
    "100%25.md",
    "地震.md",
    "index.md",
    ".hidden.md",
    "storm.html/index.md",
    "storm.md/README.md",
)
ELSEWHERE = ("faq/about.md", "index.md", "zh/news/2019/05/4/storm.md")
TARGETS = (
    "/news/2019/05/4/storm.md",
    "/news/2019/05/04/storm.md",
    "/news/2019/5/4/storm.html#top",
    "../4/storm.md",
    "../04/storm",
    "storm.html",
    "/news/2019/05/4/100%25.md",
    "/news/2019/05/20/%E5%9C%B0%E9%9C%87.md",
    "/news/2019/05/4",
    "/news/2019/05/20/",
    "/zh/news/2019/05/4/storm.md",
    "/zh/news/2019/05/20/storm.html",
    "/faq/about",
    "../../../..",
    "https://example.org/storm",
)


class LinksOfChangingArchives(RuleBasedStateMachine):
    """Pages come and go; the kept index says of each link what checking it against the folders says."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.root = self.home / "archive"
        (self.root / "news").mkdir(parents=True)
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv(FOLDER_VARIABLE, str(self.home / "cache"))
        self.patch.setattr(FolderFingerprint, "is_racy", False)

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.home)

    def files(self) -> list[Path]:
        return sorted(self.root.rglob("*.md"))

    @rule(
        path=st.builds("{}/{}".format, st.sampled_from(FOLDERS), st.sampled_from(NAMES)) | st.sampled_from(ELSEWHERE),
        related=st.lists(st.sampled_from(TARGETS), max_size=5),
    )
    def put_page(self, path: str, related: list[str]) -> None:
        file = self.root / path
        if not file.is_dir() and not file.parent.is_file():
            put(self.root, path, event(related))

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files()))
        time.sleep(_TICK)
        shutil.rmtree(file) if file.is_dir() else file.unlink()

    @precondition(lambda self: self.files())
    @rule(data=st.data(), name=st.sampled_from(("storm.md", "100%.md", "other.md")))
    def rename(self, data: st.DataObject, name: str) -> None:
        file = data.draw(st.sampled_from(self.files()))
        if not file.with_name(name).exists():
            time.sleep(_TICK)
            file.rename(file.with_name(name))

    @rule(folder=st.sampled_from((*FOLDERS, "zh", "faq")))
    def remove_folder(self, folder: str) -> None:
        time.sleep(_TICK)
        shutil.rmtree(self.root / folder, ignore_errors=True)

    @rule(prefix=st.sampled_from(("", "/zh")))
    def configure(self, prefix: str) -> None:
        (self.root / "newsarc.toml").write_text(f'site-prefix = "{prefix}"\n', encoding="utf-8")

    @invariant()
    def the_index_says_what_the_files_say(self) -> None:
        found = by_files(self.root)
        assert by_index(self.root) == found
        assert by_index(self.root, cache=False) == found


TestLinksOfChangingArchives = LinksOfChangingArchives.TestCase
TestLinksOfChangingArchives.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
