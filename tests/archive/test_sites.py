"""Sites of posts, read without any configuration of newsarc."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.cli.completion.refs import complete_refs
from tests.cli.driver import Outcome, run

JEKYLL = {
    "_config.yml": "url: https://town.example\npermalink: /:year/:month/:day/:title/\n",
    "about.md": "# About\n",
    "_posts/2020-01-02-bridge-opens.md": """\
---
title: Bridge opens
tags: [bridges, traffic]
---
The new bridge opened. See the [council](https://council.example/minutes).

More in [the toll debate](/2020/01/05/toll-debate/) and [about us](/about/).
""",
    "_posts/2020-01-05-toll-debate.md": """\
---
title: Toll debate
description: The council argued until midnight.
---
About [the bridge]({% post_url 2020-01-02-bridge-opens %}), and [a page that was moved](/2020/01/06/toll-vote/).
""",
    "_posts/2020-01-05-heron.markdown": "---\ntitle: Heron returns\ntags: birds\n---\nIt is back at the lock.\n",
}
HUGO = {
    "hugo.toml": 'baseURL = "https://lab.example/"\n[permalinks]\nblog = "/blog/:year/:month/:day/:slug/"\n',
    "content/blog/2021-03-04-first/index.md": "---\ntitle: First light\ndate: 2021-03-04\n---\nIt shines.\n",
    "content/blog/2021-03-04-first/notes.md": "Not a post.\n",
    "content/blog/2021-03-06-second/index.md": """\
---
title: Second light
date: 2021-03-06
slug: brighter
---
After [the first]({{< ref "2021-03-04-first" >}}).
""",
}


def make(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make(tmp_path / "site", JEKYLL)


def on(site: Path, *words: str) -> Outcome:
    return run("-q", "-A", site, *words)


def test_posts_are_events(site: Path) -> None:
    assert on(site, "list").lines == [
        "2020-01-02\tbridge-opens\tbridges; traffic\tBridge opens",
        "2020-01-05\theron\tbirds\tHeron returns",
        "2020-01-05\ttoll-debate\t\tToll debate",
    ]
    assert on(site, "list", "--topic", "birds", "--format", "paths").lines == [
        str(site / "_posts" / "2020-01-05-heron.markdown")
    ]
    assert on(site, "list", "--since", "2020-01-03", "--count").out == "2\n"
    assert on(site, "topics").lines[0].startswith("birds\t1\t2020-01-05")
    assert on(site, "sources").lines == ["council.example\t1\t2020-01-02\t2020-01-02"]
    assert [line.split("\t")[1] for line in on(site, "timeline").lines] == ["bridge-opens", "heron", "toll-debate"]


@pytest.mark.parametrize("ref", ["2020-01-05/toll", "toll-debate", "_posts/2020-01-05-toll-debate.md"])
def test_refs_of_posts(site: Path, ref: str) -> None:
    assert on(site, "show", ref, "--path").out == f"{site / '_posts' / '2020-01-05-toll-debate.md'}\n"


def test_days_and_their_neighbours(site: Path) -> None:
    shown = on(site, "show", "2020-01-05", "--json").json
    assert [event["slug"] for event in shown["events"]] == ["heron", "toll-debate"]
    assert (shown["previous"], shown["next"]) == ("2020-01-02", None)
    assert on(site, "show", "latest", "--path").lines == on(site, "show", "2020-01-05", "--path").lines
    missing = on(site, "show", "2020-01-03")
    assert (missing.code, missing.err) == (
        1,
        "newsarc: no events on 2020-01-03; nearest days with events: 2020-01-02, 2020-01-05\n",
    )
    assert "did you mean\n  2020-01-02/bridge-opens\n" in on(site, "show", "bridge-opend").err


def test_links_between_posts_in_the_order_of_the_page(site: Path) -> None:
    rows = [line.split("\t") for line in on(site, "related", "toll-debate", "--both").lines]
    assert [(row[1], row[3]) for row in rows] == [
        ("related", "bridge-opens"),
        ("broken", "toll-vote"),
        ("backlink", "bridge-opens"),
    ]
    # A link to another page of the site is neither.
    assert [row.split("\t")[3] for row in on(site, "related", "bridge-opens").lines] == ["toll-debate"]


def test_a_link_is_shown_with_the_date_of_its_post(site: Path) -> None:
    shown = on(site, "related", "toll-debate", "--format", "table").out
    assert "  → 2020-01-02 the bridge " in shown
    make(site, {"_posts/2020-01-09-ferry.md": "---\ntitle: Ferry\nrelated: [/2020/01/05/heron/]\n---\n"})
    shown = on(site, "related", "ferry", "--format", "table").out
    assert "  → 2020-01-05 /2020/01/05/heron/ " in shown  # there is no text


def test_links_are_counted_without_those_to_other_pages(site: Path) -> None:
    stats = on(site, "stats", "--json").json
    assert (stats["links"], stats["links_broken"]) == (3, 1)


def test_a_day_names_each_source_once(site: Path) -> None:
    links = " ".join(f"[{at}](https://{at % 9}.example/{at})" for at in range(40))
    (site / "_posts" / "2020-01-09-links.md").write_text(f"---\ntitle: Links\n---\n{links}\n")
    shown = on(site, "show", "2020-01-09", "--format", "table").out
    assert "0.example, 1.example, 2.example, 3.example, 4.example, 5.example and 3 more" in " ".join(shown.split())


def test_a_post_has_an_address(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (event,) = on(site, "show", "heron", "--json").json["events"]
    assert event["address"] == "/2020/01/05/heron/"
    assert ["address", "/2020/01/05/heron/"] in on(site, "show", "heron").rows
    assert "\n/2020/01/05/heron/\n" in on(site, "show", "heron", "--format", "table").out
    assert on(site, "list", "2020-01-02", "--fields", "address,slug").lines == [
        "/2020/01/02/bridge-opens/\tbridge-opens"
    ]
    opened: dict[str, bool] = {}
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.setdefault(url, True))
    assert on(site, "open", "heron", "--web").code == 0
    assert list(opened) == ["https://town.example/2020/01/05/heron/"]
    make(site, {"newsarc.toml": "site = []\n"})
    assert "--web requires the setting site, such as" in on(site, "open", "heron", "--web").err


def test_search_reads_headlines_summaries_and_topics(site: Path) -> None:
    for query, slug in (("headline:heron", "heron"), ("midnight", "toll-debate"), ("topic:traffic", "bridge-opens")):
        assert [line.split("\t")[1] for line in on(site, "search", query).lines] == [slug]
    assert on(site, "search", "--fixed", "{% post_url").code == 0


def test_scans_read_posts_as_the_index_does(site: Path) -> None:
    (row,) = on(site, "search", "--fixed", "moved", "--since", "2020-01-03").rows
    assert row[:2] == ["2020-01-05", "toll-debate"]
    assert on(site, "search", "--fixed", "moved", "--until", "2020-01-03").code == 1
    (row,) = on(site, "search", "--in", "related", "summary:midnight bridge").rows
    assert row[:2] == ["2020-01-05", "toll-debate"]


def test_bundles_and_slugs_of_front_matter(tmp_path: Path) -> None:
    site = make(tmp_path, HUGO)
    assert [line.split("\t")[:2] for line in on(site, "list").lines] == [
        ["2021-03-04", "first"],
        ["2021-03-06", "brighter"],
    ]
    assert [line.split("\t")[3] for line in on(site, "related", "brighter").lines] == ["first"]


def test_a_site_is_found_from_below(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site / "_posts")
    assert run("list", "--count").out == "3\n"


def test_a_folder_news_of_a_site_is_not_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = "content/news/2016/10/2016-10-24-x.md"
    site = make(tmp_path / "site", {"hugo.toml": "", post: "---\ntitle: X\n---\n", "content/news/notes.md": ""})
    for folder in ("content", "content/news/2016"):
        monkeypatch.chdir(site / folder)
        listed = run("list", "2016-10", "--format", "paths")
        assert (listed.code, listed.err) == (0, "")
        assert Path(listed.lines[0]).resolve() == (site / post).resolve()
    (site / "hugo.toml").unlink()
    assert "not in a day folder" in run("-A", site / "content", "list").err
    monkeypatch.chdir(site / "content")
    assert "not in a day folder" in run("list").err


def test_a_cached_index_follows_the_posts(site: Path) -> None:
    assert on(site, "list", "--count").out == "3\n"
    post = site / "_posts" / "2020-01-07-ferry.md"
    post.write_text("---\ntitle: Ferry\n---\n[Heron](/2020/01/05/heron/)\n")
    assert on(site, "list", "--count").out == "4\n"
    assert [line.split("\t")[3] for line in on(site, "related", "heron", "--backlinks").lines] == ["ferry"]
    post.unlink()
    (site / "_config.yml").write_text("permalink: /:title/\n")
    assert on(site, "list", "--count").out == "3\n"
    assert on(site, "related", "bridge-opens").code == 1  # addresses have no dates any more


def test_the_index_of_a_site_is_described_and_cleared(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 60_000_000_000)  # what was written long ago is trusted
    make(site, {"newsarc.toml": 'site = ["https://town.example"]\n'})
    assert on(site, "cache").rows[1][0] == "empty"
    on(site, "list", "--count")
    kind, _, _, pages, *_, state, _ = on(site, "cache").rows[1]
    assert (kind, pages, state) == ("index", "3 pages", "up to date")
    assert on(site, "cache", "--json").json["index"]["pages"] == 3
    (site / "_posts" / "2020-01-07-ferry.md").write_text("---\ntitle: Ferry\n---\n")
    assert on(site, "cache").rows[1][-2] == "1 folder changed since"
    make(site, {"newsarc.toml": "site = []\n"})  # an index for other settings is of no use
    assert on(site, "cache").rows[1][0] == "empty"
    on(site, "cache", "clear")
    assert on(site, "cache", "--json").json["bytes"] == 0


def test_the_same_without_a_cache(site: Path) -> None:
    for words in (("list",), ("related", "toll-debate", "--both"), ("search", "bridge"), ("stats",), ("show", "heron")):
        assert on(site, *words, "--no-cache").out == on(site, *words).out


@pytest.mark.parametrize(
    "ref",
    [
        "/2020/01/05/toll-debate/",
        "2020/01/05/toll-debate",
        "https://town.example/2020/01/05/toll-debate/#votes",
        "http://www.town.example/2020/01/05/Toll-Debate.html",
        "/old/toll",
    ],
)
def test_an_address_is_a_ref(site: Path, ref: str) -> None:
    post = site / "_posts" / "2020-01-05-toll-debate.md"
    post.write_text(post.read_text().replace("title:", "redirect_from: /old/toll/\ntitle:"))
    assert on(site, "show", ref, "--path").out == f"{post}\n"
    for other in ("https://other.example/2020/01/06/crane/", "/2020/01/06/crane/"):
        assert on(site, "show", other, "--path").code == 1


def test_day_folders_win(site: Path) -> None:
    day = site / "news" / "2019" / "03" / "1"
    day.mkdir(parents=True)
    (day / "storm.md").write_text("# Storm\n")
    assert [line.split("\t")[1] for line in on(site, "list").lines] == ["storm"]


ELEVENTY = {
    ".eleventy.js": "",
    "notes/2020-01-02-bridge.md": "---\ntitle: Bridge opens\n---\n[Toll](https://town.example/log/toll/)\n",
    "notes/2020-01-05-toll.md": "---\ntitle: Toll\n---\n[Bridge](/log/bridge/), [gone](https://old.example/log/ferry/)\n",
}


def test_settings_say_what_cannot_be_detected(tmp_path: Path) -> None:
    site = make(tmp_path, ELEVENTY)
    assert on(site, "related", "bridge").code == 1
    make(site, {"newsarc.toml": 'permalink = "/log/{slug}/"\nsite = ["https://town.example", "http://old.example"]\n'})
    assert [line.split("\t")[3] for line in on(site, "related", "bridge").lines] == ["toll"]
    rows = [line.split("\t") for line in on(site, "related", "toll").lines]
    assert [(row[1], row[3]) for row in rows] == [("related", "bridge"), ("broken", "ferry")]


def test_settings_make_a_site_of_any_folder(tmp_path: Path) -> None:
    site = make(tmp_path, {"notes/bridge.md": "---\ntitle: Bridge\ndate: 2020-01-02\n---\n", "notes/x/a.md": "# A\n"})
    make(site, {"pyproject.toml": "[tool.newsarc]\nposts = ['notes/{slug}.md']\npermalink = '/{slug}'\n"})
    assert on(site, "list").lines == ["2020-01-02\tbridge\t\tBridge"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("newsarc.toml", '\nlayout = "jeckyll"\n', "newsarc.toml:2: layout: must be one of context, plain, jekyll"),
        ("newsarc.toml", 'redirects = ["gone"]\n', "newsarc.toml:1: redirects: gone does not exist"),
        ("newsarc.toml", 'layout = "context"\nsite = []\n', "newsarc.toml:2: site: is for sites of posts"),
        (
            "pyproject.toml",
            "[tool.newsarc]\nredirects = ['gone']\n",
            "pyproject.toml:2: tool.newsarc.redirects: gone does not exist",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_one_line(site: Path, name: str, text: str, message: str) -> None:
    make(site, {name: text})
    result = run("-A", site, "list")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"newsarc: {site}/{message}")
    assert result.err.count("\n") == 1


def test_a_folder_without_a_generator_is_no_site(tmp_path: Path) -> None:
    make(tmp_path, {"docs/2020-01-02-notes.md": "# Notes\n", "config/x.toml": ""})
    assert run("-A", tmp_path, "list").code == 2


def test_hostile_posts_are_text(site: Path) -> None:
    (site / "_posts" / "2020-01-08-odd.md").write_bytes(b'---\ntitle: "\\e[31m[bold]{{ site }}"\n---\n\xff{% raw %}\n')
    assert "␛" in on(site, "list").out
    assert "\x1b" not in on(site, "show", "odd").out


def test_the_public_api_reads_sites(site: Path) -> None:
    with Archive.open(site) as archive:
        bridge = archive.event("bridge-opens")
        assert [event.slug for event in archive.related(bridge)] == ["toll-debate"]
        assert [event.slug for event in archive.linked_from(bridge)] == ["toll-debate"]
        assert [event.slug for event in archive.events(on="2020-01-05")] == ["heron", "toll-debate"]


def test_refs_of_posts_are_completed_from_the_cached_index(site: Path) -> None:
    assert on(site, "list", "--count").out == "3\n"
    assert complete_refs(site, "to") == ["today", "toll-debate"]
    assert complete_refs(site, "2020-01-05/h") == ["2020-01-05/heron"]
    assert complete_refs(site, "2020-01-0") == ["2020-01-02", "2020-01-05"]


def test_an_index_with_drafts_leaves_the_other_one_alone(site: Path) -> None:
    (site / "_posts" / "2020-01-07-ferry.md").write_text("---\ndraft: true\n---\n")
    assert [on(site, "list", "--count", *more).out for more in ((), ("--drafts",), ())] == ["3\n", "4\n", "3\n"]
    with Archive.open(site) as without, Archive.open(site, drafts=True) as drafts:
        assert len(list(without.events())) == 3
        assert [event.slug for event in drafts.events(since="2020-01-06")] == ["ferry"]
        assert without.cache is not None
        assert drafts.cache is not None
        assert (without.cache.index.exists(), drafts.cache.index.exists()) == (True, True)


def test_a_scan_reads_posts_as_posts(site: Path) -> None:
    found = on(site, "search", "--fixed", "midnight", "--since", "2020-01-05")
    assert [row[:2] for row in found.rows] == [["2020-01-05", "toll-debate"]]
    found = on(site, "search", "--in", "sources", "minutes", "--until", "2020-01-04")
    assert [row[:2] for row in found.rows] == [["2020-01-02", "bridge-opens"]]


def test_a_slug_that_is_not_in_the_name_of_the_file(tmp_path: Path) -> None:
    site = make(tmp_path, HUGO | {"content/blog/lamp.md": "---\nslug: lantern\ndate: 2021-03-07\n---\n"})
    assert on(site, "list", "--count").out == "3\n"
    assert on(site, "show", "lantern", "--path").code == 0
    assert "no event matches" in on(site, "show", "lamp").err


def test_a_page_without_a_date_is_no_event(tmp_path: Path) -> None:
    site = make(
        tmp_path / "site",
        {
            "config.toml": 'base_url = "https://lab.example"\n',
            "content/first.md": '+++\ntitle = "First"\npath = "2021/03/04/first"\n+++\n[x](/2021/03/05/latest/)\n',
            "content/latest.md": '+++\ntemplate = "latest.html"\n+++\n',
        },
    )
    assert on(site, "list").lines == ["2021-03-04\tfirst\t\tFirst"]


NOT_READ = "symbolic link to a missing file or one outside the archive"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are UTF-8 here")
def test_posts_that_are_not_read_are_told(site: Path, tmp_path: Path) -> None:
    outside = make(tmp_path / "outside", {"2024-01-03-c.md": "---\ntitle: C\n---\n", "picture.png": ""})
    posts = site / "_posts"
    Path(os.fsdecode(os.fsencode(posts / "2024-01-02-b") + b"\xff.md")).write_text("---\ntitle: B\n---\n")
    folder = Path(os.fsdecode(os.fsencode(posts) + b"/caf\xe9"))
    make(folder, {"2024-01-06-f.md": "---\ntitle: F\n---\n"})
    (posts / "2024-01-03-c.md").symlink_to(outside / "2024-01-03-c.md")
    (posts / "2024-01-04-d.markdown").symlink_to("nowhere")
    (posts / "more").symlink_to(outside)
    # None of these is a post.
    (posts / "picture.png").symlink_to(outside / "picture.png")
    (site / "assets").symlink_to(outside)
    (site / "notes.md").symlink_to(outside / "2024-01-03-c.md")
    told = {
        "_posts/2024-01-02-b\udcff.md": "file name is not UTF-8",
        "_posts/2024-01-03-c.md": NOT_READ,
        "_posts/2024-01-04-d.markdown": NOT_READ,
        "_posts/caf\udce9": "folder name is not UTF-8",
        "_posts/more": "symbolic link to a folder",
    }
    for flags in ((), (), ("--no-cache",)):
        with Archive.open(site, cache=not flags) as archive:
            archive.index()
            assert archive.warnings_by_path() == {path: f"{path}: not read: {why}" for path, why in told.items()}
        found = run("-A", site, *flags, "lint", "--select", "NA901", "--json", "--exit-zero").json["findings"]
        assert {one["path"]: one["message"].removeprefix("not read: ") for one in found} == told
    (posts / "more").unlink()
    assert "_posts/more" not in run("-A", site, "-v", "list").err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are UTF-8 here")
def test_posts_below_a_name_that_is_not_utf8_make_no_site(tmp_path: Path) -> None:
    make(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")), {"2024-01-06-f.md": ""})
    (tmp_path / ".eleventy.js").touch()
    assert "not an archive" in run("-A", tmp_path, "list").err


NO_POSTS = [
    ({"_config.yml": "", "_posts/about.md": ""}, "looked in _posts for files such as _posts/2024-05-19-a-slug.md"),
    (
        {"hugo.toml": "", "content/articles/a.md": "---\ndate: 2024-01-01\n---\n"},
        "looked in content/blog, content/news, content/post and content/posts for files such as "
        "content/post/a-slug.md, with a date in front matter",
    ),
    (
        {"newsarc.toml": 'posts = ["{slug}.md"]\n'},
        "looked in the archive root for files such as a-slug.md, with a date",
    ),
    ({"newsarc.toml": 'posts = ["**/{slug}.md"]\n'}, "looked in all folders for files such as a-slug.md, with a date"),
    (
        {"hugo.toml": "", "content/posts/a.md": "", "content/posts/b.md": "---\ndraft: true\n---\n"},
        "1 file in content/posts lacks a date in front matter (date: 2024-05-19); 1 file is a draft (add --drafts)",
    ),
    ({"_config.yml": "", "_posts/2024-01-01-a.md": "---\npublished: false\n---\n"}, "1 file is a draft (add --drafts)"),
]


@pytest.mark.parametrize(("files", "why"), NO_POSTS)
def test_a_site_without_posts_says_what_a_post_is(files: dict[str, str], why: str, tmp_path: Path) -> None:
    root = make(tmp_path / "site", files)
    for words in ("list", "search x", "list 2024", "stats", "show latest"):
        first, second = run("-A", root, *words.split()).err.splitlines()
        assert first.startswith(f"newsarc: the site has no posts: {why}")
        assert second.startswith("newsarc: ")
    assert "the site has no posts" not in run("-A", root, "-q", "list").err
    if "_posts/about.md" in files:
        linted = run("-A", root, "lint").err
        assert linted.startswith(f"newsarc: {root}: there is no page to check; the site has no posts: {why}")


def test_a_generator_without_posts_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, {".eleventy.js": "", "a.md": ""})
    hint = '; if .eleventy.js is that of a site, say where its posts are in newsarc.toml: posts = ["posts/{slug}.md"]\n'
    assert run("-A", tmp_path, "list").err.endswith(hint)
    monkeypatch.chdir(tmp_path)
    assert run("list").err.endswith(hint)
