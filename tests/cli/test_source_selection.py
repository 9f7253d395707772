"""Which sources a command means: URLs of sources and REFs, in the same way for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands.test_source_status import root
from tests.cli.driver import Outcome, run

__all__ = ["root"]


def listed(root: Path, *words: str, stdin: str = "") -> Outcome:
    return run("-A", root, "sources", "list", *words, stdin=stdin)


def pairs(result: Outcome) -> list[tuple[str, str]]:
    return [(row[4], row[6].removeprefix("https://")) for row in result.rows]


@pytest.mark.parametrize(
    "url", ["https://a.test/1", "HTTPS://A.test:443/1", "https://me@a.test/1#part", r"https://a\.test/1"]
)
def test_a_url_as_written_or_as_recorded(root: Path, url: str) -> None:
    assert pairs(listed(root, url)) == [("a", "a.test/1"), ("b", "a.test/1"), ("c", "a.test/1")]


def test_urls_and_refs(root: Path) -> None:
    everything = [("a", "a.test/1"), ("a", "a.test/2"), ("a", "b.test/1")]
    assert pairs(listed(root, "https://a.test/1", "2019-03-01")) == [*everything, ("b", "a.test/1"), ("c", "a.test/1")]
    assert pairs(listed(root, "2021", "https://a.test/2")) == [("a", "a.test/2"), ("d", "b.test/2")]
    assert pairs(listed(root, "https://a.test/1", "--since", "2020")) == [("c", "a.test/1")]
    assert pairs(listed(root, "-", stdin="https://a.test/3\n2021-03-01\n")) == [("c", "a.test/3"), ("d", "b.test/2")]


def test_what_the_list_prints_can_be_read(root: Path) -> None:
    printed = listed(root, "--verdict", "dead").out
    assert pairs(listed(root, "-", stdin=printed)) == [("a", "a.test/1"), ("b", "a.test/1"), ("c", "a.test/1")]


@pytest.mark.parametrize(
    ("names", "urls"),
    [
        (["b.test"], {"b.test/1", "b.test/2"}),
        (["a.test"], {"a.test/1", "a.test/2", "a.test/3"}),
        (["A.tes*"], {"a.test/1", "a.test/2", "a.test/3"}),
        (["a.test", "b.test"], {"a.test/1", "a.test/2", "b.test/1"}),
    ],
)
def test_a_filter_by_source_takes_no_other_sources(root: Path, names: list[str], urls: set[str]) -> None:
    words = [word for name in names for word in ("--source", name)]
    assert {url for _, url in pairs(listed(root, *words))} == urls
    checked = run("-A", root, "sources", "check", *words, "--dry-run")
    assert {host for host, _ in checked.rows} == {url.split("/")[0] for url in urls}


def test_several_verdicts(root: Path) -> None:
    found = {row[0] for row in listed(root, "--verdict", "dead", "--verdict", "moved").rows}
    assert found == {"gone", "moved"}
    (row,) = listed(root, "--verdict", "moved").rows
    assert row[7] == "https://new.test/"
    assert "that is drifted or down" in listed(root, "--verdict", "drifted", "--verdict", "down").err


def test_a_url_with_what_looks_like_an_entity(root: Path) -> None:
    page = root / "news/2021/03/1/d.md"
    page.write_text(page.read_text("utf-8").replace("b.test/2", "b.test/?a=1&amp;copy=2"), encoding="utf-8")
    assert len(listed(root, "https://b.test/?a=1&copy=2").rows) == 1
    assert len(listed(root, "https://b.test/?a=1&amp;copy=2").rows) == 1


def test_the_url_of_a_page_is_a_ref(root: Path) -> None:
    assert pairs(listed(root, "https://our.site/news/2021/03/1/d.html")) == [("d", "b.test/2")]


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://a.test/1", ["https://a.test/1"]),
        ("http://www.a.test/1/", ["https://a.test/1"]),
        ("https://a.test/x1", ["https://a.test/1", "https://a.test/2", "https://a.test/3"]),
        ("https://c.test/1", []),
        ("https://paper.test/old-name", []),  # a former slug is one, but this is no page of the archive
    ],
)
def test_an_unknown_url(root: Path, url: str, near: list[str]) -> None:
    page = root / "news/2021/03/1/d.md"
    page.write_text(f"---\naliases: [old-name]\n---\n{page.read_text('utf-8')}", encoding="utf-8")
    result = listed(root, url)
    assert (result.code, result.out) == (1, "")
    line, *more = result.err.splitlines()
    assert line == f"newsarc: no event cites {url}"
    assert more[:1] == (["did you mean"] if near else [])
    assert [one.strip() for one in more[1:]] == near


def test_unknown_ones_do_not_discard_others(root: Path) -> None:
    result = listed(root, "https://c.test/1", "https://a.test/2", "nonesuch")
    assert (result.code, pairs(result)) == (1, [("a", "a.test/2")])
    assert "no event cites https://c.test/1" in result.err
    assert "nonesuch" in result.err
    assert "no event with these filters cites" in listed(root, "https://a.test/2", "--since", "2020").err


def test_each_command_takes_urls(root: Path) -> None:
    checked = run("-A", root, "sources", "check", "https://b.test/1", "--dry-run")
    assert (checked.rows, checked.err) == (
        [["b.test", "1"]],
        "newsarc: would request 1 address on 1 host, at least 3 seconds\n",
    )
    sought = run("-A", root, "sources", "copies", "https://a.test/1", "--dry-run")
    assert sought.rows == [["https://a.test/1"]]
    sought = run("-A", root, "sources", "copies", "https://a.test/2", "--dry-run")
    assert (sought.rows, "--all includes living ones" in sought.err) == ([], True)
