"""The tree has only files inside the root, under their exact names."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc.errors import PageError
from newsarc.parser.targets import resolve
from newsarc.storage.tree import Tree

DAY = "news/2017/06/16"
EVENT = f"{DAY}/an-event.md"
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    add(root, EVENT, "# An event\n")
    add(root, f"{DAY}/index.md")
    add(root, f"{DAY}/README.md")
    add(root, "news/2017/06/7/earlier.md")
    add(root, "news/2016/12/31/last-year.md")
    return root


def add(root: Path, path: str, text: str = "") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def tree_of(root: Path, max_page_bytes: int = 1000) -> Tree:
    return Tree(root, max_page_bytes)


def all_events(tree: Tree) -> list[str]:
    return [path for day in tree.days() for path in tree.event_paths(day)]


# --- days and pages ---


def test_days_are_in_chronological_order(root: Path) -> None:
    add(root, "news/2017/06/10/x.md")
    tree = tree_of(root)
    assert [day.path for day in tree.days()] == ["news/2016/12/31", "news/2017/06/7", "news/2017/06/10", DAY]
    assert next(tree.days()).date == dt.date(2016, 12, 31)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (dt.date(2017, 6, 7), None, ["news/2017/06/7", DAY]),
        (dt.date(2017, 6, 8), None, [DAY]),
        (None, dt.date(2017, 6, 15), ["news/2016/12/31", "news/2017/06/7"]),
        (dt.date(2017, 1, 1), dt.date(2017, 6, 7), ["news/2017/06/7"]),
        (dt.date(2018, 1, 1), None, []),
    ],
)
def test_days_between(root: Path, since: dt.date | None, until: dt.date | None, days: list[str]) -> None:
    assert [day.path for day in tree_of(root).days(since, until)] == days


def test_events_and_day_pages(root: Path) -> None:
    for name in ("b.md", "ä.md", ".hidden.md", "note.txt", "B.md", "folder.md/x.md"):
        add(root, f"{DAY}/{name}")
    tree = tree_of(root)
    day = tree.day_at(DAY)
    assert day is not None
    assert tree.event_paths(day) == [f"{DAY}/{name}" for name in ("B.md", "an-event.md", "b.md", "ä.md")]
    assert tree.day_page_paths(day) == [f"{DAY}/index.md", f"{DAY}/README.md"]


def test_the_latest_day_is_the_last_with_an_event(root: Path) -> None:
    add(root, "news/2017/07/1/index.md")
    add(root, "news/2017/02/30/no-such-day.md")
    (root / "news/2018/01").mkdir(parents=True)
    latest = tree_of(root).latest_day()
    assert latest is not None
    assert latest.path == DAY


def test_a_folder_named_by_an_impossible_date(root: Path) -> None:
    add(root, "news/2017/02/30/lost.md")
    add(root, "news/2017/13/1/lost.md")
    tree = tree_of(root)
    lost = {day.path: day.date for day in tree.days() if day.date is None}
    assert lost == {"news/2017/02/30": None, "news/2017/13/1": None}
    assert "news/2017/02/30/lost.md" in all_events(tree)
    assert "not a date" in tree.skipped["news/2017/02/30"]
    assert [day.path for day in tree.days(since=dt.date(2017, 1, 1))] == ["news/2017/06/7", DAY]


@pytest.mark.parametrize("name", ["2017x", "17", "０６", "201７", ".2017", "news"])
def test_other_folders_are_not_days(root: Path, name: str) -> None:
    add(root, f"news/{name}/06/16/a.md")
    add(root, f"news/2017/{name}x/16/a.md")
    add(root, f"news/2017/06/{name}x/a.md")
    assert len(all_events(tree_of(root))) == 3
    assert tree_of(root).day_at(f"news/{name}/06/16") is None


def test_a_missing_archive_is_empty(tmp_path: Path) -> None:
    tree = tree_of(tmp_path / "nowhere")
    assert list(tree.days()) == []
    assert tree.latest_day() is None
    assert not tree.exists("index.md")


# --- names ---


def test_exists_needs_the_exact_name(root: Path) -> None:
    tree = tree_of(root)
    assert tree.exists(EVENT)
    for other in (
        *(EVENT.upper(), f"{DAY}/An-Event.md", "News/2017/06/16/an-event.md", f"{DAY}", f"{DAY}/", "", "/", ".", ".."),
        *(f"/{EVENT}", f"./{EVENT}", f"news/../{EVENT}", f"{DAY}//an-event.md", f"../archive/{EVENT}", f"{EVENT}/x"),
        *(f"{DAY}/an-event.md\x00", f"{DAY}\x00/an-event.md", "\x00", f"{DAY}/\udc80.md", "news\\2017"),
    ):
        assert not tree.exists(other), other


def test_has_folder(root: Path) -> None:
    tree = tree_of(root)
    assert tree.has_folder("news")
    assert tree.has_folder(DAY)
    for other in ("", "..", "news/..", "News", EVENT, "nowhere", f"/{DAY}", f"{DAY}/", "\x00"):
        assert not tree.has_folder(other), other


@pytest.mark.parametrize("deep", ["/a" * 10_000, "../" * 10_000, "/news" * 10_000, "/news/2017/06/16" + "/x" * 10_000])
def test_a_path_of_ten_thousand_folders_does_not_exist(root: Path, deep: str) -> None:
    tree = tree_of(root)
    assert resolve(deep, EVENT, tree.exists) is None
    assert not tree.exists(deep.strip("/"))
    assert not tree.has_folder(deep.strip("/"))
    assert tree.files(deep.strip("/")) == frozenset()


def test_names_are_case_sensitive(root: Path) -> None:
    tree = tree_of(root)
    assert resolve(f"/{EVENT}", EVENT, tree.exists) == EVENT
    assert resolve(f"/{DAY}/AN-EVENT.md", EVENT, tree.exists) is None


@posix_only
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such names")
def test_a_name_that_is_not_utf8_is_skipped_with_a_warning(root: Path) -> None:
    folder = os.fsencode(root / DAY)
    Path(os.fsdecode(folder + b"/caf\xe9.md")).write_text("# x", encoding="utf-8")
    Path(os.fsdecode(folder + b"/link\xe9.md")).symlink_to("an-event.md")
    tree = tree_of(root)
    assert all_events(tree) == ["news/2016/12/31/last-year.md", "news/2017/06/7/earlier.md", EVENT]
    assert [line.rpartition(": ")[2] for line in tree.skipped.values()] == ["file name is not UTF-8"] * 2


# --- symbolic links and special files ---


@posix_only
def test_symbolic_links_inside_the_archive_are_pages(root: Path) -> None:
    (root / DAY / "same.md").symlink_to("an-event.md")
    tree = tree_of(root)
    assert tree.exists(f"{DAY}/same.md")
    assert tree.read(f"{DAY}/same.md") == "# An event\n"


@posix_only
def test_a_file_outside_is_not_a_page(root: Path, tmp_path: Path) -> None:
    secret = add(tmp_path, "secret.md", "secret")
    (root / DAY / "secret.md").symlink_to(secret)
    (root / DAY / "dangling.md").symlink_to("nowhere.md")
    # So is a folder whose name starts with that of the root.
    (root / DAY / "twin.md").symlink_to(add(tmp_path, "archive-2/x.md"))
    tree = tree_of(root)
    for name in ("secret.md", "dangling.md", "twin.md"):
        assert not tree.exists(f"{DAY}/{name}")
        assert "symbolic link to a missing file or one outside the archive" in tree.skipped[f"{DAY}/{name}"]
    assert f"{DAY}/secret.md" not in all_events(tree)


@posix_only
@pytest.mark.parametrize("inside", [True, False])
def test_a_link_to_a_folder_is_not_followed(root: Path, tmp_path: Path, inside: bool) -> None:
    add(tmp_path, "outside/1/secret.md")
    target = root / "news/2017/06" if inside else tmp_path / "outside"
    (root / "news/2017/08").symlink_to(target)
    tree = tree_of(root)
    assert len(all_events(tree)) == 3
    assert not tree.has_folder("news/2017/08")
    assert not tree.exists("news/2017/08/1/secret.md")
    assert not tree.exists("news/2017/08/16/an-event.md")
    assert "symbolic link to a folder" in tree.skipped["news/2017/08"]


@posix_only
def test_circular_links_are_skipped(root: Path) -> None:
    (root / "news/2017/09").symlink_to("09")
    (root / DAY / "loop.md").symlink_to("loop.md")
    (root / "news/2017/06/20").symlink_to(root / "news/2017/06")
    tree = tree_of(root)
    assert len(all_events(tree)) == 3
    assert {f"{DAY}/loop.md", "news/2017/06/20"} <= set(tree.skipped)


@posix_only
def test_the_root_can_be_a_symbolic_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    (root / DAY / "same.md").symlink_to("an-event.md")
    tree = tree_of(tmp_path / "link")
    assert len(all_events(tree)) == 4


@posix_only
def test_a_pipe_is_not_a_page_and_does_not_block(root: Path) -> None:
    os.mkfifo(root / DAY / "pipe.md")
    tree = tree_of(root)
    assert f"{DAY}/pipe.md" not in all_events(tree)
    with pytest.raises(PageError, match="not a regular file"):
        tree.read(f"{DAY}/pipe.md")


# --- reading ---


def test_invalid_utf8_is_kept(root: Path) -> None:
    (root / EVENT).write_bytes(b"caf\xe9 \xc3\xa9\r\n")
    assert tree_of(root).read(EVENT) == "caf\udce9 é\r\n"


def test_an_oversize_page_is_not_read(root: Path) -> None:
    add(root, EVENT, "x" * 1000)
    assert len(tree_of(root, 1000).read(EVENT)) == 1000
    with pytest.raises(PageError, match="1,000 bytes exceed max-page-bytes = 999") as raised:
        tree_of(root, 999).read(EVENT)
    assert raised.value.path == EVENT


@pytest.mark.parametrize("path", ["nowhere.md", f"{DAY}/nowhere.md", "a\x00b.md", DAY, "x" * 5000 + ".md"])
def test_an_unreadable_page_is_an_error_with_its_path(root: Path, path: str) -> None:
    with pytest.raises(PageError) as raised:
        tree_of(root).read(path)
    assert raised.value.path == path
    assert raised.value.reason


@pytest.fixture
def locked(root: Path) -> Iterator[Path]:
    if sys.platform == "win32" or os.geteuid() == 0:
        pytest.skip("root may read everything")
    paths = [root / EVENT, root / "news/2016"]
    for path in paths:
        path.chmod(0)
    yield root
    for path in paths:
        path.chmod(0o700)


def test_missing_permissions_are_a_warning(locked: Path) -> None:
    tree = tree_of(locked)
    assert all_events(tree) == ["news/2017/06/7/earlier.md", EVENT]
    assert tree.skipped["news/2016"] == "news/2016: not read: Permission denied"
    with pytest.raises(PageError, match="Permission denied"):
        tree.read(EVENT)


def test_a_listing_is_read_once(root: Path) -> None:
    tree = tree_of(root)
    assert not tree.exists(f"{DAY}/new.md")
    add(root, f"{DAY}/new.md")
    assert not tree.exists(f"{DAY}/new.md")
    assert tree_of(root).exists(f"{DAY}/new.md")
