"""Broken links of posts: which are found, what is suggested, and how the fix writes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.driver import Outcome, run

CONFIG = "url: https://town.example\nbaseurl: ''\npermalink: /:year/:month/:day/:title/\n"
BRIDGE = "_posts/2020-01-02-bridge-opens.md"
POSTS = {
    "_config.yml": CONFIG,
    BRIDGE: "---\ntitle: Bridge opens\n---\nIt opened.\n",
    "_posts/2020-01-05-toll-debate.md": "---\ntitle: Toll debate\n---\nThey argued.\n",
    "_posts/2020-03-01-harbour-dredged.md": "---\ntitle: Harbour dredged\n---\nMud.\n",
    "_posts/2020-03-02-weekly-2.md": "---\ntitle: Weekly\n---\nNews.\n",
    "about.md": "About.\n",
}
PAGE = "_posts/2020-06-01-review.md"


def site(tmp_path: Path, body: str, files: dict[str, str] | None = None) -> Path:
    root = tmp_path / "site"
    for path, text in (POSTS | {PAGE: f"---\ntitle: Review\n---\n{body}\n"} | (files or {})).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def lint(root: Path, *words: str) -> Outcome:
    return run("-A", root, "lint", "--output-format", "concise", *words)


def messages(root: Path, *words: str) -> list[str]:
    """Return the findings without path and line."""
    return [line.partition(": ")[2].replace(f"{root}/", "") for line in lint(root, *words).lines]


@pytest.mark.parametrize(
    "target",
    [
        "/2020/01/02/bridge-opens/",
        "/2020/01/02/bridge-opens",
        "/2020/01/02/bridge-opens/index.html",
        "/2020/01/02/Bridge-Opens/",
        "/2020/01/02/bridge%2Dopens/#top",
        "https://town.example/2020/01/02/bridge-opens/?from=mail",
        "https://www.town.example/2020/01/02/bridge-opens.html",
        "{% post_url 2020-01-02-bridge-opens %}",
        "{% link _posts/2020-01-02-bridge-opens.md %}",
        "{{ site.url }}/2020/01/02/bridge-opens/",
        "{{ '/2020/01/02/bridge-opens/' | relative_url }}",
        "../../../01/02/bridge-opens/",
        "/about/",  # other pages are not the business of a checker of posts
        "/2020/",
        "/tags/bridges/",
        "https://elsewhere.example/2020/01/02/nothing/",
        "{{ page.other }}",
        "{% link _pages/other.md %}",
        "#top",
        "?page=2",
        "mailto:ann@town.example",
        "/2020/01/02/scan.pdf",
    ],
)
def test_living_links_are_no_findings(tmp_path: Path, target: str) -> None:
    assert messages(site(tmp_path, f"[x]({target})")) == []


@pytest.mark.parametrize(
    ("target", "path", "text"),
    [
        ("/2019/01/02/all-posts/", "archive.md", "---\npermalink: /2019/01/02/all-posts/\n---\n"),
        ("/2019/01/02/all-posts/", "pages/archive.html", "---\nredirect_from: [/x, /2019/01/02/all-posts]\n---\n"),
        ("/2020/01/02/floods/", "_posts/2020-01-02-floods.html", "---\ntitle: Floods\n---\n<p>x</p>\n"),
        ("/2020/01/02/floods/", "_posts/2020-01-02-floods.textile", "---\ntitle: Floods\n---\n"),
        ("/2020/01/04/floods/", "_posts/2020-01-02-floods.adoc", "= Floods\n:date: 2020-01-04\n"),
        ("/2020/01/04/floods/", "_posts/2020-01-02-floods.org", "#+TITLE: Floods\n#+DATE: 2020-01-04\n"),
    ],
)
def test_links_to_addresses_of_other_pages_are_no_findings(tmp_path: Path, target: str, path: str, text: str) -> None:
    root = site(tmp_path, f"[x]({target}) [y](/2019/01/02/nothing/)", {path: text})
    assert messages(root) == ["NA101 link to a page that does not exist: /2019/01/02/nothing/"]
    (root / path).unlink()
    assert len(messages(root)) == 2


@pytest.mark.parametrize(
    ("target", "reason", "fixed"),
    [
        ("/2020/01/02/brigde-opens/", "same day, words changed", "/2020/01/02/bridge-opens/"),
        ("/2020/01/03/bridge-opens/", "same slug on another day", "/2020/01/02/bridge-opens/"),
        ("https://town.example/2020/01/03/bridge-opens#a", "same slug on another day", None),
        (
            "{% post_url 2020-01-03-bridge-opens %}",
            "same slug on another day",
            "{% post_url 2020-01-02-bridge-opens %}",
        ),
        (
            "{{ '/2020/01/03/bridge-opens/' | relative_url }}",
            "same slug on another day",
            "{{ '/2020/01/02/bridge-opens/' | relative_url }}",
        ),
        (
            "{{ site.url }}/2020/01/03/bridge-opens/?x=1",
            "same slug on another day",
            "{{ site.url }}/2020/01/02/bridge-opens/?x=1",
        ),
        (
            "{% link _posts/2020-01-03-bridge-opens.md %}",
            "same slug on another day",
            "{% link _posts/2020-01-02-bridge-opens.md %}",
        ),
        ("/2020/03/01/harbour-dredged-2/", "same day, same slug without -2", "/2020/03/01/harbour-dredged/"),
    ],
)
def test_likely_suggestions(tmp_path: Path, target: str, reason: str, fixed: str | None) -> None:
    root = site(tmp_path, f"[x]({target})")
    [found] = messages(root)
    assert found.startswith(f"NA101 link to a page that does not exist: {target} (renamed? _posts/")
    assert found.endswith(f": {reason})")
    assert lint(root, "--fix").code == 1, "not without --unsafe-fixes"
    assert lint(root, "--fix", "--unsafe-fixes").code == 0
    wanted = fixed or target.replace("/03/bridge", "/02/bridge")
    assert f"[x]({wanted})" in (root / PAGE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "reason", "fixed"),
    [
        ("/2020/01/02/bridge-opens.md/", "stray characters at the end", "/2020/01/02/bridge-opens/"),
        ("https://town.example/2020/01/02/bridge-opens/;", "stray characters at the end", None),
        ("2020/01/02/bridge-opens/", "no slash at the beginning", "/2020/01/02/bridge-opens/"),
        ("review.html#end", "the page itself", "#end"),
    ],
)
def test_certain_suggestions_are_fixed(tmp_path: Path, target: str, reason: str, fixed: str | None) -> None:
    root = site(tmp_path, f"[x]({target})")
    [found] = messages(root)
    assert found.startswith(f"NA101 [*] link to a page that does not exist: {target} (renamed? ")
    assert found.endswith(f": {reason})")
    assert lint(root, "--fix").code == 0
    wanted = fixed or target.rstrip(";")
    assert f"[x]({wanted})" in (root / PAGE).read_text(encoding="utf-8")


def test_the_text_of_a_link_tells_what_it_meant(tmp_path: Path) -> None:
    root = site(tmp_path, "[Harbour dredged](/2020/02/27/mud/) and [Bridge opens](/2020/03/01/harbor-dredged/)")
    assert [found.partition("(renamed? ")[2] for found in messages(root)] == [
        "_posts/2020-03-01-harbour-dredged.md: same headline)",
        "_posts/2020-01-02-bridge-opens.md: same headline)",
    ]


def test_every_place_of_a_broken_link_is_a_finding(tmp_path: Path) -> None:
    root = site(
        tmp_path, "[a](/2020/01/09/nope/), <a href='/2020/01/09/nope/'>b</a> and [c][d]\n\n[d]: /2020/01/09/nope"
    )
    assert len(messages(root)) == 3


def test_a_file_at_the_address_is_no_broken_link(tmp_path: Path) -> None:
    root = site(tmp_path, "[x](/2020/01/09/nope/)", {"2020/01/09/nope.html": "<p>Here.</p>"})
    assert messages(root) == []


def test_code_and_comments_hold_no_links(tmp_path: Path) -> None:
    body = "`[x](/2020/01/09/a/)`\n\n```\n[x](/2020/01/09/b/)\n```\n\n    [x](/2020/01/09/c/)\n"
    body += "\n<!-- [x](/2020/01/09/d/) -->\n\n{% raw %}[x](/2020/01/09/e/){% endraw %}\n"
    body += "\n- item\n\n    [x](/2020/01/09/f/)\n"
    assert [found.split()[-1] for found in messages(site(tmp_path, body))] == ["/2020/01/09/f/"]


def test_fixed_pages_keep_every_other_byte(tmp_path: Path) -> None:
    root = site(tmp_path, "")
    raw = b"---\r\ntitle: Review\r\n---\r\n\xff [x](/2020/01/02/bridge-opens.md) \xe9\r\n"
    (root / PAGE).write_bytes(raw)
    assert lint(root, "--fix", "--select", "NA101").code == 0
    assert (root / PAGE).read_bytes() == raw.replace(b"opens.md", b"opens")


def test_rules_for_day_folders_are_refused_by_name(tmp_path: Path) -> None:
    root = site(tmp_path, "")
    refused = lint(root, "--select", "NA503")
    assert (refused.code, refused.err) == (
        2,
        "newsarc: NA503: only for archives with day folders (news/YYYY/MM/D); this is a site of posts\n",
    )
    assert lint(root, "--select", "NA5,NA101").code == 0


def test_suppressions_and_unused_ones(tmp_path: Path) -> None:
    root = site(
        tmp_path, "[x](/2020/01/09/nope/) <!-- newsarc: ignore NA101 -->\n\nFine. <!-- newsarc: ignore NA101 -->"
    )
    assert [found.split()[0] for found in messages(root)] == ["NA902"]


def test_unsaved_text_is_checked(tmp_path: Path) -> None:
    root = site(tmp_path, "")
    text = "---\ntitle: Review\n---\n[x](/2020/01/09/nope/)\n"
    checked = run("-A", root, "lint", "--stdin-filename", root / PAGE, "--output-format", "concise", "-", stdin=text)
    assert checked.code == 1
    assert "NA101" in checked.out


def test_dates_in_the_future(tmp_path: Path) -> None:
    files = {
        "_posts/2091-01-02-soon.md": "---\ntitle: Soon\n---\n",
        "_posts/2020-01-06-later.md": "---\ntitle: Later\ndate: 2091-05-06\n---\n",
    }
    assert messages(site(tmp_path, "", files)) == [
        "NA204 the date in the front matter is in the future: 2091-05-06",
        "NA204 the date in the file name is in the future: 2091-01-02",
    ]


def git(root: Path, *words: str) -> None:
    options = ["-c", "user.name=Ann", "-c", "user.email=ann@town.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *options, *words], cwd=root, check=True, capture_output=True)


def test_links_that_a_branch_broke(tmp_path: Path) -> None:
    root = site(tmp_path, "[x](/2020/01/02/bridge-opens/) and [an old one](/2020/01/09/nope/)")
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "Posts")
    assert messages(root, "--changed-since", "HEAD") == []
    git(root, "mv", BRIDGE, "_posts/2020-01-04-two-bridges.md")
    assert messages(root, "--changed-since", "HEAD") == [
        "NA101 [*] link to a page that does not exist: /2020/01/02/bridge-opens/ "
        "(renamed? _posts/2020-01-04-two-bridges.md: renamed in git)"
    ]


def test_the_next_post_of_a_series_is_not_suggested(tmp_path: Path) -> None:
    files = {
        "_posts/2020-04-01-announcing-version-1.60.md": "---\ntitle: Announcing 1.60\n---\n",
        "_posts/2020-04-09-announcing-edition.md": "---\ntitle: Announcing the edition\n---\n",
    }
    root = site(tmp_path, "[x](/2020/04/08/announcing-version-1.61/) [y](/2020/04/02/anouncing-edition/)", files)
    assert [found.partition("(renamed? ")[2] for found in messages(root)] == [
        "",
        "_posts/2020-04-09-announcing-edition.md: another day, words changed)",
    ]


def test_a_translation_that_was_never_written(tmp_path: Path) -> None:
    root = tmp_path / "site"
    for path, text in {
        "_config.yml": "permalink: /:categories/:year/:month/:day/:title/\n",
        "en/news/_posts/2020-01-01-storm.md": "---\ntitle: Storm\n---\n",
        "de/news/_posts/2020-01-02-bridge.md": "---\ntitle: Brücke\n---\n[x](/de/news/2020/01/01/storm/)\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    assert messages(root) == [
        "NA101 link to a page that does not exist: /de/news/2020/01/01/storm/ "
        "(renamed? en/news/_posts/2020-01-01-storm.md: same day and slug, another folder)"
    ]


def test_bad_bytes_are_findings(tmp_path: Path) -> None:
    root = site(tmp_path, "")
    (root / PAGE).write_bytes(b"---\ntitle: Review\n---\nBogot\xe1 [x](/2020/01/02/bridge-opens/)\n")
    assert messages(root) == ["NA601 not UTF-8: byte E1"]


def test_links_in_translations_are_checked(tmp_path: Path) -> None:
    root = tmp_path / "site"
    for path, text in {
        "hugo.toml": 'baseURL = "https://lab.example/"\n[permalinks]\nblog = "/blog/:year/:month/:day/:slug/"\n',
        "content/blog/first/index.md": "---\ntitle: First\ndate: 2021-03-04\n---\n",
        "content/blog/first/index.fr.md": (
            "---\ntitle: Premier\ndate: 2021-03-04\n---\n"
            "[x](/blog/2021/03/06/nope/) [y](/fr/blog/2021/03/04/premier/)\n"
        ),
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = lint(root).lines
    assert [line.replace(f"{root}/", "") for line in found] == [
        "content/blog/first/index.fr.md:5:5: NA101 link to a page that does not exist: /blog/2021/03/06/nope/"
    ]
    assert lint(root, "--no-cache").lines == found


def test_a_post_that_comes_or_goes_changes_the_findings(tmp_path: Path) -> None:
    root = site(tmp_path, "[x](/2020/01/02/bridge-opens/) [y](../../../01/02/bridge-opens/)")
    assert messages(root) == []
    text = (root / BRIDGE).read_text(encoding="utf-8")
    (root / BRIDGE).unlink()
    assert [found.split()[0] for found in messages(root)] == ["NA101", "NA101"]
    (root / BRIDGE).write_text(text, encoding="utf-8")
    assert messages(root) == []
    (root / PAGE).write_text("---\ntitle: Review\n---\n[x](/2020/01/09/nope/)\n", encoding="utf-8")
    assert [found.split()[0] for found in messages(root)] == ["NA101"]


@pytest.mark.parametrize("written", ["@site/blog/2020-01-02-brigde.md", "@site/blog/2020-01-02-brigde.md#span"])
def test_a_link_from_the_root_of_docusaurus_is_fixed_from_there(tmp_path: Path, written: str) -> None:
    root = tmp_path / "site"
    page = root / "blog/2020-01-03-toll.md"
    page.parent.mkdir(parents=True)
    (root / "docusaurus.config.js").write_text("")
    (page.parent / "2020-01-02-bridge.md").write_text("---\ntitle: Bridge opens\n---\n")
    page.write_text(f"---\ntitle: Toll\n---\n[Bridge opens]({written})\n")
    assert len(messages(root)) == 1
    assert lint(root, "--fix", "--unsafe-fixes").code == 0
    assert f"({written.replace('brigde', 'bridge')})" in page.read_text()


def test_a_link_relative_to_a_guessed_address_is_not_judged(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    (root / ".eleventy.js").write_text("")
    (root / "2020-01-02-bridge.md").write_text("---\ntitle: Bridge\n---\n")
    (root / "2020-01-03-toll.md").write_text(
        "---\ntitle: Toll\n---\n[x](../../log/2020/01/02/b/) [y](../tolls/) [z](z)\n"
    )
    assert messages(root) == ["NA112 relative link to no post and no file: z"]
    (root / "newsarc.toml").write_text('permalink = "/log/{slug}/"\n')
    assert len(messages(root)) == 3


@pytest.mark.parametrize(
    ("name", "category", "target", "fixed"),
    [
        ("bridge", "Old Town", "/2020/01/02/bridge/", "/old%20town/2020/01/02/bridge/"),
        (
            "bridge",
            "Old Town",
            "{{ '/2020/01/02/bridge/' | relative_url }}",
            "{{ '/old%20town/2020/01/02/bridge/' | relative_url }}",
        ),
        ("bridge", "c#", "/2020/01/02/bridge/#span", "/c%23/2020/01/02/bridge/#span"),
        ("bridge", "a (b)", "/2020/01/02/bridge/", "/a%20%28b%29/2020/01/02/bridge/"),
        ("brücke", "ä", "/2020/01/02/brücke/", "/ä/2020/01/02/brücke/"),
        ("old bridge", "x", "2020-01-03-old%20bridge.md", "2020-01-02-old%20bridge.md"),
        ("bridge", "x", "{% post_url 2020-01-03-bridge %}", "{% post_url 2020-01-02-bridge %}"),
    ],
)
def test_a_fixed_link_is_still_a_link(tmp_path: Path, name: str, category: str, target: str, fixed: str) -> None:
    post = {f"_posts/2020-01-02-{name}.md": f"---\ntitle: X\ncategories: ['{category}']\n---\n"}
    root = site(tmp_path, f"[x]({target})", post | {"_config.yml": "permalink: pretty\n"})
    for path in (root / "_posts").glob("*"):
        if path.name not in (Path(PAGE).name, f"2020-01-02-{name}.md"):
            path.unlink()
    lint(root, "--fix", "--unsafe-fixes")
    assert (root / PAGE).read_text(encoding="utf-8").splitlines()[-1] == f"[x]({fixed})"
    assert messages(root) == []
