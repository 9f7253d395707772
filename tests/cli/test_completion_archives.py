"""Where completion finds its values: the index, day folders, names of posts. It changes nothing and has bounds."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from newsarc.archive import post_names
from newsarc.cli.completion import day_folders
from newsarc.cli.completion.command_line import offers_at
from newsarc.cli.completion.refs import complete_refs
from newsarc.cli.completion.shells import TypedLine
from newsarc.config import DEFAULT_CONFIG
from newsarc.index import cached_names
from newsarc.index.cached_names import TooManyNamesError, open_cached_names
from newsarc.index.index_file import IndexFile
from newsarc.storage.cache import FOLDER_VARIABLE, find_cache
from tests.archive.test_sites import HUGO, JEKYLL, make
from tests.cli.driver import fork

WORDS = ["latest", "random", "today", "yesterday"]
PAGE = """\
---
topics: [Bridges, Brünn, "\\e[31mred"]
---
### {day}

# {name}

### Related:

1. [x](/news/2018/03/1/heron-returns-2018-1.md) _Context: Tolls_
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder; it does not exist yet."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with two events a day in March of three years."""
    for year in (2018, 2019, 2020):
        for day in (1, 2, 3):
            for name in ("bridge-opens", "heron-returns"):
                file = tmp_path / "archive" / "news" / str(year) / "03" / str(day) / f"{name}-{year}-{day}.md"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(PAGE.format(day=f"{year}-03-0{day}", name=name), encoding="utf-8")
    return tmp_path / "archive"


def offers(*words: str | Path, cwd: Path | None = None) -> list[str]:
    """What bash offers for the last of ``words``. Nothing is written to standard error."""
    line = {"COMP_WORDS": "\n".join(["newsarc", *map(str, words)]), "COMP_CWORD": str(len(words))}
    done = fork(
        env={"_NEWSARC_COMPLETE": "complete_bash", **line, FOLDER_VARIABLE: os.environ[FOLDER_VARIABLE]}, cwd=cwd
    )
    assert done.err == ""
    assert done.code in (0, 1)
    return done.out.splitlines()


def build_index(root: Path) -> None:
    code = fork("-A", str(root), "stats", env={FOLDER_VARIABLE: os.environ[FOLDER_VARIABLE]}).code
    assert code == 0


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything in a folder that a program could have changed."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_ino, file.read_bytes()) for file in files}


LINES = [
    ["show", ""],
    ["show", "2019-03-0"],
    ["show", "2019-03-01/"],
    ["show", "bri"],
    ["list", "--topic", ""],
    ["list", "--context", "t"],
    ["list", "--source", ""],
    ["list", "--since", "20"],
    ["search", "topic:b"],
    ["lint", "--changed-since", ""],
]


# --- the index ---


@pytest.mark.parametrize("is_indexed", [False, True], ids=["no index", "index"])
def test_completion_changes_nothing(root: Path, cache: Path, is_indexed: bool) -> None:
    if is_indexed:
        build_index(root)
    before = state(root), state(cache)
    for line in LINES:
        offers("-A", root, *line)
    assert (state(root), state(cache)) == before
    assert cache.exists() == is_indexed


def test_names_come_from_the_index_as_it_is(root: Path) -> None:
    assert offers("-A", root, "list", "--topic", "br") == []
    build_index(root)
    assert offers("-A", root, "list", "--topic", "br") == ["Bridges", "Brünn"]
    (root / "news/2020/03/1/bridge-opens-2020-1.md").unlink()
    assert complete_refs(root, "bridge-opens-2020-1") == ["bridge-opens-2020-1"]  # out of date
    assert complete_refs(root, "2020-03-01/") == ["2020-03-01/heron-returns-2020-1"]  # days never are


def test_a_name_that_a_terminal_would_obey_is_not_offered(root: Path) -> None:
    build_index(root)
    assert offers("-A", root, "list", "--topic", "") == ["Bridges", "Brünn"]


def test_the_index_of_another_configuration_will_do(root: Path) -> None:
    build_index(root)
    (root / "newsarc.toml").write_text('site-prefix = "/zh"\n', encoding="utf-8")
    assert offers("-A", root, "list", "--topic", "brid") == ["Bridges"]
    with IndexFile(find_cache(root, "another")) as file:  # type: ignore[arg-type]  # there is a cache
        assert file.open() is None
        db = file.open(any_key=True)
        assert db is not None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM event")
        db.close()


def spoil_index(index: Path) -> None:
    index.write_bytes(b"no database")


def spoil_pages(index: Path) -> None:
    """Damage the tables behind a manifest that matches."""
    status = index.stat()
    index.write_bytes(index.read_bytes()[:100] + b"\xff" * (status.st_size - 100))
    os.utime(index, ns=(status.st_atime_ns, status.st_mtime_ns))
    manifest = index.with_name(f"{index.name}-stamp")
    key, _, old = manifest.read_bytes().partition(b"\n")
    new = old.replace(str(status.st_ctime_ns).encode(), str(index.stat().st_ctime_ns).encode())
    manifest.write_bytes(key + b"\n" + new)


def spoil_lock(index: Path) -> None:
    index.with_suffix(".index-lock").write_bytes(b"no database, but long enough to be one" * 100)


def remove_lock(index: Path) -> None:
    index.with_suffix(".index-lock").unlink()


def spoil_manifest(index: Path) -> None:
    index.with_name(f"{index.name}-stamp").write_bytes(b"\xff\n\n\xff")


@pytest.mark.parametrize("spoil", [spoil_index, spoil_pages, spoil_lock, remove_lock, spoil_manifest])
def test_an_index_that_cannot_be_used(root: Path, cache: Path, spoil: object) -> None:
    build_index(root)
    spoil(next(cache.glob("*.index")))  # type: ignore[operator]
    before = state(cache)
    assert offers("-A", root, "list", "--topic", "br") == []
    assert offers("-A", root, "show", "bridge-opens-2018-1") in (["bridge-opens-2018-1"], [])
    assert state(cache) == before


def test_an_index_that_is_being_written(root: Path) -> None:
    build_index(root)
    cache = find_cache(root, DEFAULT_CONFIG)
    assert cache is not None
    with IndexFile(cache) as writer:
        assert writer.lock(to_write=True)
        assert offers("-A", root, "list", "--topic", "br") == []
        assert offers("-A", root, "show", "bridge-opens-2018-1") == ["bridge-opens-2018-1"]


@pytest.mark.skipif(os.name == "nt", reason="modes are other ones there")
def test_a_cache_folder_that_others_can_write(root: Path, cache: Path) -> None:
    build_index(root)
    cache.chmod(0o777)
    assert offers("-A", root, "list", "--topic", "br") == []


def test_more_names_than_anybody_reads(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(root)
    monkeypatch.setattr(cached_names, "MAX_NAMES", 9)
    assert len(complete_refs(root, "b")) == 9
    monkeypatch.setattr(cached_names, "MAX_NAMES", 8)
    with pytest.raises(TooManyNamesError):
        complete_refs(root, "b")
    with open_cached_names(root) as names:
        assert names is not None
        assert names.names("topic", "bri") == ["Bridges"]
        monkeypatch.setattr(cached_names, "MAX_NAMES", 0)
        with pytest.raises(TooManyNamesError):
            names.names("topic", "bri")


def test_where_too_many_slugs_fit_no_other_word_is_offered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = root / "news" / "2020" / "03" / "1"
    for number in range(3):
        (day / f"toll-{number}.md").write_text("# Toll\n", encoding="utf-8")
    build_index(root)
    monkeypatch.setattr(cached_names, "MAX_NAMES", 2)
    for command in ("show", "timeline"):  # not "today" or "topic:", which the shell would take for the only choice
        line = TypedLine(["-A", str(root), command], "to")
        assert offers_at(line)[0] == []
        assert [offer.value for offer in offers_at(line._replace(current="tod"))[0]] == ["today"]


# --- no index ---


def test_without_an_index_slugs_are_those_of_the_newest_days(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(complete_refs(root, "bridge")) == 9
    monkeypatch.setattr(day_folders, "_MAX_ENTRIES", 3)
    # Whole days, and not shortened: an older event may begin the same.
    assert complete_refs(root, "bridge") == ["bridge-opens-2020-2", "bridge-opens-2020-3"]
    monkeypatch.setattr(day_folders, "_MAX_ENTRIES", 7)
    assert complete_refs(root, "bridge")[0] == "bridge-opens-2019-3"
    assert complete_refs(root, "2018") == ["2018-03-01", "2018-03-02", "2018-03-03"]


def test_slugs_are_as_short_as_unique_only_if_all_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "ferry-service-across-the-lower-river-resumes"
    for day in (1, 2):
        (tmp_path / f"news/2020/03/{day}").mkdir(parents=True)
        (tmp_path / f"news/2020/03/{day}/{long}-on-day-{day}-at-noon.md").write_text("# A\n", encoding="utf-8")
    (tmp_path / "news/2020/03/2/harbour-closes-for-three-winter-weeks.md").write_text("# A\n", encoding="utf-8")
    assert complete_refs(tmp_path, "h") == ["harbour-closes-for-three"]
    monkeypatch.setattr(day_folders, "_MAX_ENTRIES", 1)
    assert complete_refs(tmp_path, "h") == ["harbour-closes-for-three-winter-weeks"]


def test_folders_that_cannot_be_listed(root: Path) -> None:
    (root / "news" / "2021").symlink_to(root / "news" / "2020")
    (root / "news" / "2022").write_text("", encoding="utf-8")
    assert complete_refs(root, "202") == ["2020-03-01", "2020-03-02", "2020-03-03"]
    assert complete_refs(root / "nowhere", "") == WORDS


# --- sites of posts ---


def test_a_site_without_an_index_is_completed_from_names(tmp_path: Path, cache: Path) -> None:
    site = make(tmp_path / "site", JEKYLL)
    assert offers("-A", site, "show", "2020") == ["2020-01-02", "2020-01-05"]
    assert offers("-A", site, "show", "2020-01-05/") == ["2020-01-05/heron", "2020-01-05/toll-debate"]
    assert offers("-A", site, "show", "tol") == ["toll-debate"]
    assert offers("-A", site, "list", "--since", "2020-01-02..2020-01-0") == [
        "2020-01-02..2020-01-02",
        "2020-01-02..2020-01-05",
    ]
    assert offers("-A", site, "list", "--topic", "") == []
    assert not cache.exists()


def test_a_site_with_an_index_is_completed_from_it(tmp_path: Path) -> None:
    files = dict(JEKYLL)
    files["_posts/2020-01-05-heron.markdown"] = "---\ntitle: Heron\ntags: birds\ndate: 2020-01-07\n---\nBack.\n"
    site = make(tmp_path / "site", files)
    build_index(site)
    assert offers("-A", site, "show", "2020-01-0") == ["2020-01-02", "2020-01-05", "2020-01-07"]
    assert offers("-A", site, "show", "2020-01-07/") == ["2020-01-07/heron"]
    assert offers("-A", site, "show", "he") == ["heron"]
    assert offers("-A", site, "list", "--topic", "b") == ["birds", "bridges"]
    assert offers("-A", site, "list", "--source", "c") == ["council.example"]


def test_bundles_and_slugs_of_front_matter(tmp_path: Path) -> None:
    site = make(tmp_path / "site", HUGO)
    assert complete_refs(site, "2021-03-0") == ["2021-03-04", "2021-03-06"]
    assert complete_refs(site, "s") == ["second"]
    build_index(site)
    assert complete_refs(site, "2021-03-06/") == ["2021-03-06/brighter"]
    assert complete_refs(site, "b") == ["brighter"]
    assert complete_refs(site, "f") == ["first"]


def test_a_site_around_the_current_folder(tmp_path: Path) -> None:
    site = make(tmp_path / "site", JEKYLL)
    (site / "assets").mkdir()
    assert offers("show", "2020-01-02/", cwd=site / "_posts") == ["2020-01-02/bridge-opens"]
    (site / "assets" / "config.yml").write_text("a: b\n", encoding="utf-8")  # no site
    assert offers("show", "2020-01-02/", cwd=site / "assets") == ["2020-01-02/bridge-opens"]


def test_no_more_files_of_a_site_are_looked_at_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make(tmp_path / "site", {**JEKYLL, **{f"assets/{n}/{m}.png": "" for n in range(9) for m in range(9)}})
    for number in range(20):
        make(site, {f"_posts/2021-01-01-post-number-{number:02}-with-a-rather-long-name.md": "# A\n"})
    assert len(complete_refs(site, "post")) == 20
    monkeypatch.setattr(post_names, "_MAX_ENTRIES", 4 + 23)  # of the root, and of _posts, which is searched first
    assert len(complete_refs(site, "post")) == 20
    monkeypatch.setattr(post_names, "_MAX_ENTRIES", 4 + 12)
    found = complete_refs(site, "post")
    assert 5 <= len(found) <= 12
    assert all(ref.endswith("-with-a-rather-long-name") for ref in found)  # whole


def test_names_of_posts_that_are_more_than_names(tmp_path: Path) -> None:
    odd = ["2021-02-30-no-day", "2021-01-01-$(touch x)", "2021-01-01-a\x1b[31m", "2021-01-01-", "2021-1-2-ok", "x"]
    site = make(tmp_path / "site", {"_config.yml": "", **{f"_posts/{name}.md": "# A\n" for name in odd}})
    (site / "_posts" / os.fsdecode(b"2021-01-03-\xff.md")).write_text("# A\n", encoding="utf-8")
    (site / "_posts" / "loop").symlink_to(site)
    assert complete_refs(site, "2021-0") == ["2021-01-01", "2021-01-02", "2021-01-03"]
    assert complete_refs(site, "2021-01-01/") == complete_refs(site, "2021-01-03/") == []
    assert complete_refs(site, "o") == ["ok"]
