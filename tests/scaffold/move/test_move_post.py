"""Posts of sites under a new slug or date: their files, their front matter and the links to them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.archive.test_sites import make
from tests.cli.driver import REPOSITORY, run

SITES = REPOSITORY / "examples" / "sites"


def copied(name: str, tmp_path: Path) -> Path:
    return shutil.copytree(SITES / name, tmp_path / name)


def texts(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def links(root: Path) -> list[tuple[str, str | None, bool]]:
    """The related links of all events: headlines of both ends."""
    events = run("-A", root, "list", "--json", "--no-cache").json["events"]
    names = {event["path"]: event["headline"] for event in events}
    return [
        (event["headline"], names.get(link["path"]), link["broken"]) for event in events for link in event["related"]
    ]


MOVES = [
    ("jekyll", "a-new-ferry", "the-tern", ["{% post_url 2024-03-02-the-tern %}", "https://ferry.example/2024/03/02/the-tern/"]),
    ("jekyll", "tern-out", "2024-05-19", ["](/2024/05/19/tern-out-of-service/)"]),
    ("hugo", "first-light", "star-light", ['{{< ref "star-light" >}}']),
    ("hugo", "two-cameras", "2024-09-21/three-cameras", ["date: 2024-09-21\nslug: three-cameras\n"]),
    ("zola", "rye", "rye-bun", ["@/rye-bun.md", "//bakery.example/2024/02/09/rye-bun/", 'path = "2024/02/09/rye-bun"']),
    ("zola", "oven", "2024-07-02/stove", ['path = "2024/07/02/stove"', "](/oven.html)"]),
    ("pelican", "flood", "high-water", ["{filename}2024-01-30-high-water.md", "](/2024/the-river-is-over-the-quay/)"]),
    ("docusaurus", "version-1", "one", ["./2024-03-01-one.md", "(/blog/one)", "slug: one\n"]),
    ("docusaurus", "slugs", "snails", ["](/blog/2024/06/15/snails)"]),
    ("mkdocs", "mast", "tall-mast", ["](tall-mast.md)"]),
    ("mkdocs", "storm", "gale", ["  - blog/posts/gale.md\n"]),
    ("eleventy", "bridge-gone", "bridge-lost", ['{{ "/log/bridge-lost/" | url }}', "http://old-trail.example/log/bridge-lost/"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "written"), MOVES)
def test_links_follow_the_post_in_their_form(name: str, old: str, new: str, written: list[str], tmp_path: Path) -> None:
    root = copied(name, tmp_path)
    before = links(root)
    dry = run("-A", root, "mv", old, new, "--dry-run")
    result = run("-A", root, "mv", old, new)
    assert result.code == 0, result.err
    assert links(root) == before
    after = texts(root)
    assert [one for one in written if not any(one in text for text in after.values())] == []
    (path,) = run("-A", root, "show", new if new[:4] != "2024" or "/" in new else f"{new}/{old}", "--path").lines
    assert result.out == f"{path}\n"
    # The diff says the same.
    patched = shutil.copytree(SITES / name, tmp_path / "patched" / name)
    subprocess.run(["git", "apply", "-p1"], input=dry.out, text=True, cwd=patched.parent / name, check=True)
    assert texts(patched) == after


@pytest.mark.parametrize(
    ("name", "old", "alias", "note"),
    [
        ("jekyll", "a-new-ferry", 'redirect_from: ["/2024/03/02/a-new-ferry/"]\n', ""),
        ("zola", "oven", 'aliases = ["oven.html", "/2024/07/01/oven"]\n', ""),
        ("hugo", "two-cameras", 'aliases: ["/2024/09/two-cameras/"]\n', ""),
        ("pelican", "flood", "", ""),  # its address is made of the title
        ("docusaurus", "slugs", "", "redirect /blog/2024/06/15/slugs to /blog/2024/06/15/moved on the server"),
        ("eleventy", "detour", "", "redirect /log/detour/ to /log/moved/ on the server"),
    ],
)
def test_the_former_address_leads_to_the_post(name: str, old: str, alias: str, note: str, tmp_path: Path) -> None:
    root = copied(name, tmp_path)
    result = run("-A", root, "mv", old, "moved")
    (path,) = result.lines
    assert alias in Path(path).read_text()
    assert ("the address changed" in result.err, note in result.err) == (bool(note), True)


REFUSED = [
    ("jekyll", "a-new-ferry", "a-new-ferry", "the post already has the slug a-new-ferry and the date 2024-03-02"),
    ("jekyll", "a-new-ferry", "a/b", '"a/b" is not a slug, a date, or a date and a slug'),
    ("jekyll", "a-new-ferry", "a b", '"a b" cannot be a slug'),
    ("jekyll", "tern-out", "2024-06-01/tern-returns", "_posts/2024-06-01-tern-returns.md already exists"),
    ("mkdocs", "mast", "storm", "docs/blog/posts/storm.md already exists"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), REFUSED)
def test_what_cannot_be_moved_stays(name: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    root = copied(name, tmp_path)
    before = texts(root)
    result = run("-A", root, "mv", old, new)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert texts(root) == before


HUGO = {
    "hugo.toml": """
baseURL = "https://harbour.example/"
defaultContentLanguage = "en"
[permalinks]
posts = "/:year/:slug/"
[languages.en]
[languages.fr]
""",
    "content/posts/bridge/index.md": (
        "---\ntitle: Bridge\ndate: 2024-01-02\nslug: bridge\n---\n![Plan](plan.png) [fr](index.fr.md)\n"
    ),
    "content/posts/bridge/index.fr.md": "---\ntitle: Pont\ndate: 2024-01-02\nslug: pont\n---\n[en](index.md)\n",
    "content/posts/bridge/plan.png": "png",
    "content/posts/bridge/.hidden": "h",
    "content/posts/bridge/more/b.csv": "1,2",
    "content/posts/toll.md": (
        "---\ntitle: Toll\ndate: 2024-02-01\nslug: toll\n---\n[B](/2024/bridge/)\n[P](/fr/2024/pont/)\n"
    ),
    "content/posts/toll.fr.md": (
        '---\ntitle: Toll\ndate: 2024-02-01\nslug: toll\n---\n[B]({{< ref "bridge" >}}), [a](/2024/bridge/)\n'
    ),
    "content/posts/draft.md": '---\ntitle: D\ndate: 2024-03-01\ndraft: true\n---\n[B]({{< ref "bridge" >}})\n',
    "content/posts/other.md": (
        "---\ntitle: O\ndate: 2024-04-01\n---\n![P](/posts/bridge/plan.png) [T](/fr/2024/toll/)\n"
    ),
    "content/about.md": "See posts/bridge/index.md.\n",
}


def moved_both_ways(root: Path, old: str, new: str) -> tuple[dict[str, str], list[str]]:
    """Move a post; check that the diff of ``--dry-run`` does the same. Return all files, and the notes."""
    patched = shutil.copytree(root, root.parent / "patched", symlinks=True)
    dry = run("-A", root, "mv", old, new, "--dry-run")
    assert dry.code == 0, dry.err
    assert texts(root) == texts(patched)
    result = run("-A", root, "mv", old, new)
    assert result.code == 0, result.err
    subprocess.run(["git", "apply", "-p1"], input=dry.out, text=True, cwd=patched, check=True)
    after = texts(root)
    assert texts(patched) == after
    return after, result.err.replace("newsarc: ", "").splitlines()


def test_a_folder_moves_with_all_of_its_files(tmp_path: Path) -> None:
    root = make(tmp_path / "site", HUGO)
    before = links(root)
    after, notes = moved_both_ways(root, "bridge", "crossing")
    assert links(root) == before
    assert after.keys() == {path.replace("posts/bridge/", "posts/crossing/") for path in HUGO}
    assert not (root / "content/posts/bridge").exists()
    changed = {path: after[path.replace("/bridge/", "/crossing/")] for path in HUGO}
    changed = {path: text for path, text in changed.items() if text != HUGO[path]}
    assert changed == {
        "content/posts/bridge/index.md": HUGO["content/posts/bridge/index.md"].replace(
            "slug: bridge\n", 'slug: crossing\naliases: ["/2024/bridge/"]\n'
        ),
        "content/posts/toll.md": HUGO["content/posts/toll.md"].replace("/2024/bridge/", "/2024/crossing/"),
        "content/posts/toll.fr.md": HUGO["content/posts/toll.fr.md"].replace("bridge", "crossing"),
        "content/posts/draft.md": HUGO["content/posts/draft.md"].replace("bridge", "crossing"),
    }
    assert notes == [
        "4 links on 5 pages changed",
        "moved with it: 1 translation and 3 files",
        "content/about.md:1: still names content/posts/bridge/index.md; change it by hand",
        "content/posts/other.md:5: still names content/posts/bridge/plan.png; change it by hand",
    ]


def test_translations_beside_a_post_move_with_it(tmp_path: Path) -> None:
    root = make(tmp_path / "site", HUGO)
    before = links(root)
    after, notes = moved_both_ways(root, "toll", "2024-02-03/fee")
    assert links(root) == before
    front = "title: Toll\ndate: 2024-02-03\nslug: fee\naliases: "
    assert front + '["/2024/toll/"]' in after["content/posts/fee.md"]
    assert front + '["/fr/2024/toll/"]' in after["content/posts/fee.fr.md"]
    assert "[T](/fr/2024/fee/)" in after["content/posts/other.md"]
    assert after.keys() == {path.replace("/toll.", "/fee.") for path in HUGO}
    assert notes == ["1 link on 3 pages changed", "moved with it: 1 translation"]


def test_a_post_without_its_slug_in_the_name_stays_where_it_is(tmp_path: Path) -> None:
    root = make(tmp_path / "site", HUGO | {"content/posts/x/index.md": "---\ndate: 2024-05-05\nslug: y\n---\n"})
    after, notes = moved_both_ways(root, "y", "z")
    assert (set(after), notes) == ({*HUGO, "content/posts/x/index.md"}, ["0 links on 1 page changed"])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"content/posts/bridge/part/index.md": "---\ndate: 2024-05-05\n---\n"},
            "content/posts/bridge/part/index.md is another post in the folder of the post; move it out of "
            "content/posts/bridge first",
        ),
        ({"content/posts/Crossing/x.png": ""}, "content/posts/Crossing already exists"),
        ({"content/posts/crossing": ""}, "content/posts/crossing already exists"),
    ],
)
def test_a_folder_that_cannot_move_stays(files: dict[str, str], message: str, tmp_path: Path) -> None:
    root = make(tmp_path / "site", HUGO | files)
    before = texts(root)
    assert run("-A", root, "mv", "2024-01-02", "crossing").err == f"newsarc: {message}\n"
    assert texts(root) == before


def test_a_translation_in_the_way_is_kept(tmp_path: Path) -> None:
    root = make(tmp_path / "site", HUGO | {"content/posts/fee.fr.md": "---\ndate: 2024-05-05\n---\n"})
    before = texts(root)
    assert "content/posts/fee.fr.md already exists" in run("-A", root, "mv", "toll", "fee").err
    assert texts(root) == before


def test_if_a_page_cannot_be_written_the_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path / "site", HUGO)
    before = texts(root)

    def full(file: Path, before: bytes, after: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsarc.storage.changeset.replace_unchanged", full)
    result = run("-A", root, "mv", "bridge", "crossing")
    assert (result.code, "No space left on device; no file was changed" in result.err) == (2, True)
    assert texts(root) == before


def test_a_name_that_looks_like_a_translation_is_none(tmp_path: Path) -> None:
    files = {"content/posts/node.js.md": "---\ntitle: N\ndate: 2024-06-01\n---\n"}
    root = make(tmp_path / "site", HUGO | files)
    after, _ = moved_both_ways(root, "node.js", "deno.js")
    assert "content/posts/deno.js.md" in after


def test_a_post_with_json_needs_its_alias_first(tmp_path: Path) -> None:
    path = "content/posts/ferry.md"
    text = '{\n  "title": "F",\n  "date": "2024-06-01",\n  "slug": "ferry",\n  "aliases": []\n}\n'
    root = make(tmp_path / "site", HUGO | {path: text})
    assert f'{path[:-8]}boat.md: add "/2024/ferry/" to aliases' in run("-A", root, "mv", "ferry", "boat").err
    make(root, {path: text.replace("[]", '["/2024/ferry/"]')})
    after, _ = moved_both_ways(root, "ferry", "2024-06-02/boat")
    assert after["content/posts/boat.md"] == (
        '{\n  "title": "F",\n  "date": "2024-06-02",\n  "slug": "boat",\n  "aliases": ["/2024/ferry/"]\n}\n'
    )


def test_a_taken_address_is_refused(tmp_path: Path) -> None:
    root = copied("jekyll", tmp_path)
    make(root, {"_posts/2020-01-01-x.md": "---\ntitle: X\nslug: tern\npermalink: /2024/03/02/tern/\n---\n"})
    assert "already has the address /2024/03/02/tern/" in run("-A", root, "mv", "a-new-ferry", "tern").err


def test_links_of_the_post_itself(tmp_path: Path) -> None:
    root = copied("jekyll", tmp_path)
    post = root / "_posts" / "2024-03-02-a-new-ferry.md"
    post.write_text(
        post.read_text() + "[Here](/2024/03/02/a-new-ferry/#top), [after](../../../05/18/tern-out-of-service/)\n"
    )
    result = run("-A", root, "mv", "a-new-ferry", "2024-05-02")
    assert result.code == 0, result.err
    assert "[Here](/2024/05/02/a-new-ferry/#top)" in Path(result.out.strip()).read_text()


def test_a_link_that_cannot_be_rewritten_is_named(tmp_path: Path) -> None:
    root = copied("jekyll", tmp_path)
    make(root, {"_redirects": "/ferry /2024/03/02/a-new-ferry/\n", "_posts/2024-07-01-x.md": "---\n---\n[F](/ferry)\n"})
    make(
        root,
        {
            "_posts/2024-03-02-a-new-ferry.md": "---\ntitle: F\nredirect_from: /boat/\n---\n",
            "_posts/2024-07-02-y.md": "---\n---\n[F](/boat/)\n",
        },
    )
    result = run("-A", root, "mv", "a-new-ferry", "tern")
    assert "_posts/2024-07-01-x.md:3: cannot rewrite the link /ferry; change it first" in result.err


def test_links_to_other_pages_are_left_alone(tmp_path: Path) -> None:
    root = copied("jekyll", tmp_path)
    post = make(root, {"about.md": ""}) / "_posts" / "2024-06-01-tern-returns.md"
    post.write_text(post.read_text().replace("Two weeks", "[About](/about/), [me](/me.html): two weeks"))
    assert run("-A", root, "mv", "a-new-ferry", "tern").code == 0
    assert "[About](/about/), [me](/me.html): two weeks after [it broke down](/2024/05/18/" in post.read_text()


def test_dots_in_names_are_no_extensions(tmp_path: Path) -> None:
    root = copied("docusaurus", tmp_path)
    make(root, {"blog/2024-10-01-v1.2.1.md": "---\ntitle: A\n---\n", "blog/2024-10-01-v1.2.md": "---\ntitle: B\n---\n"})
    assert run("-A", root, "mv", "2024-10-01/v1.2.1", "v1.2.2").code == 0
    assert (root / "blog/2024-10-01-v1.2.2.md").exists()


def test_all_links_on_a_page_follow_the_post(tmp_path: Path) -> None:
    root = copied("jekyll", tmp_path)
    page = root / "_posts" / "2024-07-01-all.md"
    forms = [
        "{% post_url 2024-03-02-a-new-ferry %}",
        "{% link _posts/2024-03-02-a-new-ferry.md %}",
        "/2024/03/02/a-new-ferry/",
    ]
    page.write_text("---\ntitle: All\n---\n" + "".join(f"[x]({form})\n" for form in forms))
    result = run("-A", root, "mv", "a-new-ferry", "the-tern")
    assert result.code == 0, result.err
    assert page.read_text() == "---\ntitle: All\n---\n" + "".join(
        f"[x]({form.replace('a-new-ferry', 'the-tern')})\n" for form in forms
    )


def test_other_files_that_name_the_post_are_listed(tmp_path: Path) -> None:
    root = copied("jekyll", tmp_path)
    make(
        root,
        {
            "about.md": "About\n\n[x]({% post_url 2024-03-02-a-new-ferry %})\n",
            "_data/top.yml": "- _posts/2024-03-02-a-new-ferry.md\n",
            "other.md": "[x](/2024/03/02/a-new-ferry-2/) 2024-03-02-a-new-ferry-2\n",
            "picture.png": "2024-03-02-a-new-ferry",
        },
    )
    notes = run("-A", root, "mv", "a-new-ferry", "the-tern").err.splitlines()
    assert [note for note in notes if "still" in note] == [
        f"newsarc: {path}: still names _posts/2024-03-02-a-new-ferry.md; change it by hand"
        for path in ("_data/top.yml:1", "about.md:3")
    ]
    assert "still" not in run("-A", root, "mv", "the-tern", "tern").err
