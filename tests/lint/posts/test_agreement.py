"""Which links of a site are broken: lint, show, related, list, stats and export say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.driver import run
from tests.lint.posts.test_post_links import PAGE, site

ELSEWHERE = {
    "archive.md": "---\npermalink: /2019/01/02/all-posts/\n---\n",
    "pages/old.html": "---\nredirect_from: [/x, /2019/01/03/old]\n---\n",
    "2020/01/04/scan/index.html": "A scan.\n",
    "_posts/2020-01-05-floods.html": "---\ntitle: Floods\n---\n<p>x</p>\n",
    "_posts/2020-01-06-fire.textile": "---\ntitle: Fire\n---\n",
}
TARGETS = (
    "/2019/01/02/all-posts/",
    "https://town.example/2019/01/03/old/",
    "/2020/01/04/scan/",
    "/2020/01/05/floods/",
    "/2020/01/06/fire/",
    "/2020/01/02/bridge-opens/",
    "/2020/09/09/nothing/",
    "{% post_url 2020-09-09-nothing %}",
    "{% link _posts/2020-09-09-nothing.md %}",
    "{% link _pages/other.md %}",
    "2020-09-09-nothing.md",
    "nowhere",
    "github.com/ann/bridge",
)


def broken(root: Path, *words: str) -> dict[str, object]:
    """Return what each command says of the links of the page at PAGE."""
    flags: tuple[str | Path, ...] = ("-A", root, *words)
    findings = run(*flags, "lint", "--select", "NA101", "--json", "--exit-zero").json["findings"]
    (shown,) = run(*flags, "show", PAGE, "--json").json["events"]
    stats = run(*flags, "stats", "--json").json
    (row,) = run(*flags, "list", "--fields", "broken_count,related_count", "2020-06-01").rows[-1:]
    related = run(*flags, "related", PAGE).rows
    exported = run(*flags, "export", "--format", "jsonl").lines
    targets = sorted(finding["target"] for finding in findings)
    told = {
        "show": sorted(link["target"] for link in shown["related"] if link["broken"]),
        "related": sorted(row[-1] for row in related if row[1] == "broken"),
        "stats": stats["links_broken"],
        "list": int(row[0]),
        "export": sum(line.count('"broken":true') + line.count('"broken": true') for line in exported),
    }
    number = len(targets)
    assert told == {"show": targets, "related": targets, "stats": number, "list": number, "export": number}
    assert int(row[1]) == len(shown["related"]) == stats["links"]
    return {"targets": targets, "related": len(shown["related"]), "with_related": stats["with_related"]}


@pytest.mark.parametrize("target", TARGETS)
def test_all_commands_agree(tmp_path: Path, target: str) -> None:
    found = broken(site(tmp_path, f"[x]({target})", ELSEWHERE))
    is_broken = "nothing" in target
    assert found["targets"] == [target] * is_broken
    is_related = is_broken or "bridge-opens" in target
    assert (found["related"], found["with_related"]) == (is_related, is_related)


def test_all_commands_agree_on_all_links_of_a_page(tmp_path: Path) -> None:
    root = site(tmp_path, "\n".join(f"- [x]({target})" for target in TARGETS), ELSEWHERE)
    assert broken(root)["targets"] == sorted(target for target in TARGETS if "nothing" in target)
    assert broken(root, "--no-cache")["related"] == 5


def test_a_page_that_comes_or_goes_changes_the_answer(tmp_path: Path) -> None:
    root = site(tmp_path, "[x](/2019/01/02/all-posts/)")
    assert broken(root)["targets"] == ["/2019/01/02/all-posts/"]
    (root / "archive.md").write_text(ELSEWHERE["archive.md"])
    assert broken(root)["targets"] == []
    (root / "archive.md").write_text("---\npermalink: /else/\n---\n")
    assert broken(root)["targets"] == ["/2019/01/02/all-posts/"]
