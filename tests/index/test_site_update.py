"""An updated index of a site is the same as a new one, and only posts that changed are read again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarc.api import Archive
from newsarc.index import Filter, build
from newsarc.storage.tree import Tree

SLUGS = ("bridge", "toll", "ferry", "heron", "quay")
LANGUAGES = ("", "", "", ".fr", ".de")
FOLDERS = ("content/posts", "content/posts/old", "content/blog")
TOPICS = ("river", "traffic", "birds, rare")


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all files be old enough that a change cannot go unnoticed."""
    real = time.time_ns
    monkeypatch.setattr("newsarc.storage.fingerprint.time.time_ns", lambda: real() + 10**10)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """An item for each time that an index is built."""
    found: list[None] = []
    real = build.build_all

    def build_all(*arguments: Any, **options: Any) -> None:
        found.append(None)
        real(*arguments, **options)

    monkeypatch.setattr("newsarc.index.lifecycle.build_all", build_all)
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the pages that are read."""
    found: list[str] = []
    real: Callable[[Tree, str], bytes] = Tree.read_bytes

    def read_bytes(tree: Tree, path: str) -> bytes:
        found.append(path)
        return real(tree, path)

    monkeypatch.setattr(Tree, "read_bytes", read_bytes)
    return found


def content(root: Path, *, cache: bool) -> list[object]:
    """All that the index of a site tells, without ids."""
    with Archive.open(root, cache=cache) as archive:
        index = archive.index()
        rows = list(index.events(Filter()))
        told: list[object] = [(row.path, row.slug, row.day, row.headline, row.related, row.broken) for row in rows]
        told += [sorted(index.reached_by(row.path).items()) for row in rows]
        told += [[(other.path, names) for other, names in index.backlinks(row.path)] for row in rows]
        told += [index.topics(row.id) for row in rows]
        told += [
            sorted(map(str, index.names("topic", Filter()))),
            sorted(index.common_topics),
            sorted(index.comma_names),
        ]
        told += [
            [hit.row.path for hit in archive.search(word, None)] for word in (*SLUGS, "topic:river", "topic:birds")
        ]
        return [*told, index.warnings()]


def post(chance: random.Random) -> str:
    slug, links = chance.choice(SLUGS), ""
    for _ in range(chance.randrange(4)):
        forms = ("/blog/{0}/", "/posts/{0}/", "/fr/posts/{0}/", '{{{{< ref "{0}.md" >}}}}', "{0}.md", "/about/{0}/")
        links += f" [{chance.choice(SLUGS)}]({chance.choice(forms).format(chance.choice(SLUGS))})"
    head = [f"title: The {slug}", f"date: 2020-01-0{chance.randint(1, 5)}", f"tags: {chance.sample(TOPICS, 2)}"]
    head += chance.choice(([], [], ["draft: true"], ["slug: heron"], ["aliases: [/blog/toll/]"]))
    return "---\n" + "\n".join(head) + f"\n---\nAbout{links}.\n"


def changes(root: Path, chance: random.Random) -> Iterator[None]:
    """Change the site at random, for ever."""
    while True:
        for _ in range(chance.randint(1, 2)):
            name = f"{chance.choice(SLUGS)}{chance.choice(LANGUAGES)}.{chance.choice(('md', 'md', 'markdown'))}"
            file = root / chance.choice(FOLDERS) / name
            if file.exists() and chance.random() < 0.4:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(post(chance), encoding="utf-8")
        yield


@pytest.mark.parametrize("seed", range(4))
def test_an_updated_index_is_the_same_as_a_new_one(tmp_path: Path, builds: list[None], seed: int) -> None:
    (tmp_path / "hugo.toml").write_text('baseURL = "https://a.example"\n')
    steps = changes(tmp_path, random.Random(seed))
    for _ in range(8):
        next(steps)
    content(tmp_path, cache=True)
    for _ in range(20):
        next(steps)
        assert content(tmp_path, cache=True) == content(tmp_path, cache=False)
    # Each comparison builds one index. Others are built when the topics that all posts have change.
    assert len(builds) < 32


def test_only_a_post_that_changed_is_read_again(tmp_path: Path, builds: list[None], reads: list[str]) -> None:
    (tmp_path / "_config.yml").write_text("permalink: pretty\n")
    posts = tmp_path / "_posts"
    posts.mkdir()
    for number in range(9):
        (posts / f"2020-01-0{number + 1}-post.markdown").write_text(f"---\ntitle: Post {number}\n---\n")
    with Archive.open(tmp_path) as archive:
        assert len(archive.index()) == 9
    reads.clear()
    (posts / "2020-01-03-post.markdown").write_text("---\ntitle: Third\n---\n[x](/2020/01/04/post/)\n")
    (posts / "2020-01-09-post.markdown").unlink()
    (posts / "2020-01-10-post.markdown").write_text("---\ntitle: Last\n---\n")
    with Archive.open(tmp_path) as archive:
        assert [row.headline for row in archive.index().events(Filter())][2::6] == ["Third", "Last"]
        assert [row.headline for row, _ in archive.index().backlinks("_posts/2020-01-04-post.markdown")] == ["Third"]
    assert sorted(reads) == ["_posts/2020-01-03-post.markdown", "_posts/2020-01-10-post.markdown"]
    assert len(builds) == 1
    reads.clear()
    with Archive.open(tmp_path) as archive:
        assert len(archive.index()) == 9
    assert reads == []


def test_of_two_posts_with_one_address_the_other_takes_it_over(tmp_path: Path, builds: list[None]) -> None:
    (tmp_path / "_config.yml").write_text("permalink: /:title/\n")
    posts = tmp_path / "_posts"
    posts.mkdir()
    (posts / "2020-01-01-x.md").write_text("---\ntitle: First\n---\n")
    (posts / "2020-01-02-x.md").write_text("---\ntitle: Second\n---\n")
    (posts / "2020-01-03-y.md").write_text("---\ntitle: Y\n---\n[x](/x/)\n")

    def related() -> list[str]:
        with Archive.open(tmp_path) as archive:
            return [event.headline for event in archive.related(archive.load("_posts/2020-01-03-y.md"))]

    assert related() == ["First"]
    first = (posts / "2020-01-01-x.md").rename(posts / "2020-01-01-z.md")
    assert related() == ["Second"]
    first.rename(posts / "2020-01-01-x.md")
    assert related() == ["First"]
    assert len(builds) == 1
