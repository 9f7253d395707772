"""Targets that are no path of the archive: lint and all readers agree that they lead nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from newsarc.cli.app import app

FERRY = "news/2020/01/5/ferry-stops.md"
QUAY = "news/2020/01/6/quay-floods.md"
# Each way to write the target, and whether the suggestion is certain; None for no suggestion.
TARGETS: dict[str, bool | None] = {
    f"//{FERRY}": True,
    f"///{FERRY}": True,
    f"http:///{FERRY}": True,
    f"https:/{FERRY}": True,
    f"http://{FERRY}": True,
    FERRY.replace("/", "\\").join(("\\", "")): True,
    f"/{FERRY}".replace("2020", "２０２０"): True,
    f"/{FERRY}".replace("/5/", "/٥/"): True,
    f"file:///srv/site/{FERRY}": False,
    f"C:/site/{FERRY}": False,
    "mailto:desk@gazette.example": None,
    "javascript:history.back": None,
    f"ftp://gazette.example/{FERRY}": None,
}


def day_page(day: int, headline: str, target: str) -> str:
    return f"## [2020-01-0{day}](/news/2020/01/{day}/index.md)\n\n### [{headline}]({target})\nText.\n\n"


def event(day: int, headline: str, more: str = "") -> str:
    return f"### [2020-01-0{day}](/news/2020/01/{day}/index.md)\n\n# {headline}\n\nText.\n{more}"


def make(root: Path, related: str, *, entry: str = f"/{FERRY}", front: str = "") -> Path:
    """An archive of two events, one of which has a related link to the other."""
    item = f"\n\n### Related:\n\n1. [Ferry stops]({related}) _Context: Harbour_\n"
    pages = {FERRY: event(5, "Ferry stops"), QUAY: front + event(6, "Quay floods", item)}
    for name in ("index.md", "README.md"):
        pages[f"news/2020/01/5/{name}"] = day_page(5, "Ferry stops", entry)
        pages[f"news/2020/01/6/{name}"] = day_page(6, "Quay floods", f"/{QUAY}")
    for path, text in pages.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["-A", str(root), *arguments])


def findings(root: Path, *options: str) -> list[dict[str, Any]]:
    result = run(root, "lint", "--output-format", "json", *options)
    return list(json.loads(result.stdout)["findings"])


@pytest.mark.parametrize("target", TARGETS)
def test_a_related_link_that_is_not_a_path_is_broken_for_lint_and_readers(tmp_path: Path, target: str) -> None:
    root = make(tmp_path, target)
    for options in ((), ("--select", "NA101")):  # read by the parser, and by what reads links alone
        (finding,) = findings(root, *options)
        assert (finding["code"], finding["target"]) == ("NA101", target)
        certain = TARGETS[target]
        assert (finding["suggestion"] or {}).get("certain") is certain
        assert (finding["suggestion"] or {}).get("path") == (None if certain is None else FERRY)
    assert "links_broken\t1" in run(root, "stats").stdout
    assert "\tbroken\t" in run(root, "related", "quay-floods").stdout
    assert "quay-floods" not in run(root, "related", "ferry-stops", "--backlinks").stdout
    exported = json.loads(run(root, "export", "--format", "jsonl", "--output", "-").stdout.splitlines()[1])
    assert exported["related"][0]["broken"] is True
    assert run(root, "graph", "--format", "dot", "quay-floods").stdout.count("->") == 0
    run(root, "lint", "--fix")
    wanted = f"/{FERRY}" if certain else target
    assert f"[Ferry stops]({wanted})" in (root / QUAY).read_text("utf-8")


@pytest.mark.parametrize("target", [f"https://a.example/{FERRY}", f"//a.example/{FERRY}", "http://wiki/ferry"])
def test_a_related_link_to_another_site_is_valid_and_not_a_link_to_an_event(tmp_path: Path, target: str) -> None:
    root = make(tmp_path, target)
    assert findings(root) == findings(root, "--select", "NA101") == []
    assert "links_broken\t0" in run(root, "stats").stdout
    assert "quay-floods" not in run(root, "related", "ferry-stops", "--backlinks").stdout


@pytest.mark.parametrize("target", [name for name, certain in TARGETS.items() if certain is not None])
def test_an_entry_of_a_day_page_that_is_not_a_path_is_broken(tmp_path: Path, target: str) -> None:
    root = make(tmp_path, f"/{FERRY}", entry=target)
    found = [finding for finding in findings(root) if finding["code"] == "NA502"]
    assert [finding["path"] for finding in found] == ["news/2020/01/5/README.md", "news/2020/01/5/index.md"]
    assert {finding["suggestion"]["path"] for finding in found} == {FERRY}
    if TARGETS[target]:
        assert run(root, "lint", "--fix").exit_code == 0
        assert findings(root) == []


@pytest.mark.parametrize(
    "target", ["//news/2020/01/6/index.md", "mailto:desk@gazette.example", "http:///news/2020/01/6"]
)
def test_a_date_heading_that_is_not_a_path_is_broken(tmp_path: Path, target: str) -> None:
    root = make(tmp_path, f"/{FERRY}")
    file = root / QUAY
    file.write_text(file.read_text("utf-8").replace("/news/2020/01/6/index.md", target), encoding="utf-8")
    assert [finding["target"] for finding in findings(root) if finding["code"] == "NA502"] == [target]


def test_a_link_to_the_previous_day_that_is_not_a_path_is_broken(tmp_path: Path) -> None:
    root = make(tmp_path, f"/{FERRY}")
    for name in ("index.md", "README.md"):
        with (root / "news/2020/01/6" / name).open("a", encoding="utf-8") as file:
            file.write("## [Previous Day...](//news/2020/01/5/index.md)\n")
    assert [finding["code"] for finding in findings(root, "--select", "NA505")] == ["NA505", "NA505"]


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        ("//news/2020/01/4/old-name.md", "write /news/2020/01/4/old-name.md"),
        ("http:///news/2020/01/4/old-name.md", "write /news/2020/01/4/old-name.md"),
        ("https://a.example/news/2020/01/4/old-name.md", "is not a path of the archive"),
        ("\\news\\2020\\01\\4\\old-name.md", "write /news/2020/01/4/old-name.md"),
    ],
)
def test_an_alias_that_is_not_a_path_is_a_finding_and_not_a_former_path(
    tmp_path: Path, alias: str, message: str
) -> None:
    root = make(tmp_path, "/news/2020/01/4/old-name.md", front=f"---\naliases: ['{alias}']\n---\n")
    found = {finding["code"]: finding for finding in findings(root)}
    assert message in found["NA701"]["message"]
    assert found["NA101"]["suggestion"] is None


def test_a_broken_link_after_two_slashes_gets_a_suggestion(tmp_path: Path) -> None:
    root = make(tmp_path, "//news/2020/01/5/ferry-stopped.md")
    (finding,) = findings(root)
    assert (finding["suggestion"]["path"], finding["suggestion"]["reason"]) == (FERRY, "same day, same headline")


def test_a_site_prefix_that_is_an_address_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    root = make(tmp_path, f"/{FERRY}")
    (root / "newsarc.toml").write_text('site-prefix = "https://site.example/zh"\n', encoding="utf-8")
    before = (root / QUAY).read_bytes()
    result = run(root, "lint", "--fix")
    assert result.exit_code == 2
    assert 'newsarc.toml:1: site-prefix: "https://site.example/zh" is a URL; use only its path: "/zh"' in result.stderr
    assert (root / QUAY).read_bytes() == before
