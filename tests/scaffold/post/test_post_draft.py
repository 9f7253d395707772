"""New posts of sites: where they are written, and in which form."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.archive.test_sites import make
from tests.cli.driver import REPOSITORY, Outcome, run

SITES = REPOSITORY / "examples" / "sites"
OTTERS = ("Night of the otters: a tale", "--date", "2024-12-05", "--topic", "otters")
LIST = "tags: [otters]\n"
QUOTED = "title: 'Night of the otters: a tale'\n"
POSTS = {
    "jekyll": ("_posts/2024-12-05-night-of-the-otters-a-tale.md", f"---\n{QUOTED}{LIST}---\n"),
    "hugo": ("content/posts/night-of-the-otters-a-tale.md", f"---\n{QUOTED}date: 2024-12-05\n{LIST}---\n"),
    "zola": (
        "content/night-of-the-otters-a-tale.md",
        '+++\ntitle = "Night of the otters: a tale"\npath = "2024/12/05/night-of-the-otters-a-tale"\n'
        '[taxonomies]\ntags = ["otters"]\n+++\n',
    ),
    "pelican": (
        "content/2024-12-05-night-of-the-otters-a-tale.md",
        "Title: Night of the otters: a tale\nDate: 2024-12-05\nTags: otters\n",
    ),
    "docusaurus": ("blog/2024-12-05-night-of-the-otters-a-tale.md", f"---\n{QUOTED}{LIST}---\n"),
    "mkdocs": (
        "docs/blog/posts/night-of-the-otters-a-tale.md",
        "---\ndate: 2024-12-05\ncategories: [otters]\n---\n# Night of the otters: a tale\n",
    ),
    "eleventy": ("content/log/2024-12-05-night-of-the-otters-a-tale.md", f"---\n{QUOTED}{LIST}---\n"),
}


def new(root: Path, *words: str) -> Outcome:
    return run("-A", root, "new", *words)


def written(root: Path, *words: str) -> str:
    """Run ``newsarc new`` and return the text that it wrote."""
    result = new(root, *words)
    assert (result.code, result.err) == (0, "")
    return Path(result.out.removesuffix("\n")).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", POSTS)
def test_a_post_is_written_as_the_others_of_the_site(name: str, tmp_path: Path) -> None:
    root = shutil.copytree(SITES / name, tmp_path / name)
    path, text = POSTS[name]
    assert written(root, *OTTERS) == text
    assert (root / path).is_file()
    assert run("-A", root, "list", "2024-12-05", "--fields", "headline,topics").lines == [f"{OTTERS[0]}\totters"]
    again = new(root, *OTTERS)
    assert (again.code, again.err) == (2, f"newsarc: post already exists: {path}\n")


@pytest.mark.parametrize("name", POSTS)
def test_its_content_is_read_as_given(name: str, tmp_path: Path) -> None:
    root = shutil.copytree(SITES / name, tmp_path / name)
    (latest,) = run("-A", root, "show", "latest", "--json").json["events"]
    text = written(
        root,
        *OTTERS,
        "--summary",
        "They came at nine.",
        "--related",
        "latest",
        "--source",
        "Office https://o.example/x",
    )
    assert text.endswith(
        f"They came at nine.\n\n- [{latest['headline']}]({latest['address']})\n- [Office](https://o.example/x)\n"
    )
    (event,) = run("-A", root, "show", "night-of", "--json").json["events"]
    assert (event["summary"], [source["url"] for source in event["sources"]]) == (
        "They came at nine.",
        ["https://o.example/x"],
    )
    assert [link["path"] for link in event["related"]] == [latest["path"]]


def post(**keys: str) -> str:
    return "".join(["---\n", *(f"{key}: {value}\n" for key, value in keys.items()), "---\n\nText.\n"])


def test_the_habits_of_the_newest_posts(tmp_path: Path) -> None:
    habits = {"layout": "story", "weight": "1", "title": "X", "excerpt": "Y", "tags": "\n- a"}
    files = {
        f"news/2023/0{month}/2023-0{month}-1{day}-x.markdown": post(**habits, date=f"2023-0{month}-1{day}")
        for month in (1, 2)
        for day in (1, 2)
    }
    odd = {"news/2023/2023-03-01-odd.md": post(**habits, date="2023-03-01", mood="odd")}
    root = make(tmp_path, {".eleventy.js": "", **files, **odd})
    result = new(root, "Otters", "--date", "2024-12-05", "--topic", "fur", "--topic", "sea", "--summary", "Wet.")
    assert (result.out, result.err) == (f"{root}/news/2024/12/2024-12-05-otters.markdown\n", "")
    assert Path(result.out.strip()).read_text() == (
        "---\nlayout: story\nweight: 1\ntitle: Otters\nexcerpt: Wet.\ntags:\n- fur\n- sea\ndate: 2024-12-05\n---\n"
    )


def test_a_site_without_posts_gets_the_first_pattern(tmp_path: Path) -> None:
    root = make(tmp_path, {"newsarc.toml": 'layout = "jekyll"\n'})
    assert written(root, *OTTERS) == f"---\n{QUOTED}date: 2024-12-05\n{LIST}---\n"
    assert (root / "_posts" / "2024-12-05-night-of-the-otters-a-tale.md").is_file()
    root = make(tmp_path / "other", {"newsarc.toml": 'layout = "zola"\nposts = ["log/**/{slug}/index.{mdx,md}"]\n'})
    assert "+++ b/log/night-of-the-otters-a-tale/index.mdx\n" in new(root, *OTTERS, "--dry-run").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["Otters", "--context", "Rivers"], "--context is for archives with day folders"),
        (["…"], 'cannot make a slug from "…"'),
        (["<b>Otters</b>"], "the headline would be parsed as: Otters; use text without markup"),
        (["Otters", "--summary", "{{ otters }}"], "--summary would be parsed as: nothing"),
        (["The Tern returns", "--date", "2024-06-01"], "already has the address /2024/06/01/the-tern-returns/"),
    ],
)
def test_what_would_not_be_read_as_given_is_refused(words: list[str], message: str, tmp_path: Path) -> None:
    root = shutil.copytree(SITES / "jekyll", tmp_path / "site")
    make(
        root,
        {"_posts/2024-06-01-x.md": post(title="X", permalink="/2024/06/01/the-tern-returns/", slug="the-tern-returns")},
    )
    make(root, {"_posts/2024-06-02-y.md": post(title="Y", tags="a b")})
    before = sorted(root.rglob("*"))
    result = new(root, *words)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert sorted(root.rglob("*")) == before


def test_a_text_of_topics_is_one_topic_each(tmp_path: Path) -> None:
    root = shutil.copytree(SITES / "pelican", tmp_path / "site")
    assert "--topic would be parsed as: ('a', 'b')" in new(root, "Otters", "--topic", "a, b").err
    (root / "content" / "2024-12-01-x.md").write_text("Title: X\nDate: 2024-12-01\n")
    assert "Tags: a, b c\n" in written(root, "Otters", "--date", "2024-12-02", "--topic", "a", "--topic", "b c")
    for file in (root / "content").iterdir():
        file.write_text(file.read_text().replace("Tags:", "Keywords:"))
    assert "one category each" in new(root, "Seals", "--topic", "a", "--topic", "b").err
