"""Links to archived copies: the page keeps its sources, and all readers see one more link."""

from __future__ import annotations

import datetime as dt
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.api import Archive
from newsarc.lint.linter import lint
from newsarc.model import Event
from newsarc.parser.canonical import read_event
from newsarc.parser.event import parse_event
from newsarc.parser.page import ARCHIVED_WORDS
from newsarc.sources.archived.archived_links import with_copy
from newsarc.sources.archived.copy_search import Copy
from tests.cli.driver import REPOSITORY
from tests.parser.commonmark import page_links

PATH = "news/2019/03/1/bridges.md"
HEAD = "### [2019-03-01](/news/2019/03/1/index.md)\n\n# Two bridges close\n\n### Sources:\n\n"
AT = dt.datetime(2019, 3, 1, 10, 15, tzinfo=dt.UTC)
URL = "https://web.archive.org/web/20190301101500/"
CITED = f"([archived 2019-03-01]({URL}http://a.example/x))"


def copy(url: str) -> Copy:
    return Copy(URL + url, AT, 0, 200, "wayback")


def cited(text: str, word: str = ARCHIVED_WORDS[0]) -> str:
    """Return a page with a copy for each of its sources, beginning at the end so that columns hold."""
    lines = text.split("\n")
    event = parse_event(text, PATH)
    for source in sorted(event.sources, key=lambda source: (source.line, source.column), reverse=True):
        lines[source.line - 1] = with_copy(lines[source.line - 1], source, copy(source.url.replace(" ", "%20")), word)
    return "\n".join(lines)


def sources_of(event: Event) -> list[tuple[str, str, str | None]]:
    return [(source.label, source.url, source.image) for source in event.sources]


def check(text: str, word: str = ARCHIVED_WORDS[0]) -> int:
    """Compare a page with the one that cites copies; return how many it cites."""
    result = cited(text, word)
    before, after = parse_event(text, PATH), parse_event(result, PATH)
    assert sources_of(after) == sources_of(before)
    assert after.problems == before.problems
    assert (after.related, after.changes, after.links, after.prose) == (
        before.related,
        before.changes,
        before.links,
        before.prose,
    )
    number = sum(source.archived is not None for source in after.sources) - sum(
        source.archived is not None for source in before.sources
    )
    shown_before, shown = page_links(text), page_links(result)
    assert not shown_before - shown
    new = (shown - shown_before).total()
    assert new <= number
    is_odd = set("<`\\!") & set(text) or text.count("[") != text.count("]")
    assert new == number or is_odd  # Markdown may not even show the source
    assert (result == text) == (number == 0)
    assert cited(result) == result or number < len(before.sources)
    fast = read_event(text, PATH)
    if fast is not None:
        assert number == len(fast.sources) or any(source.archived for source in fast.sources)
        assert read_event(result, PATH) == after
    return number


# --- single lines ---


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1. [A](http://a.example/x)", f"1. [A](http://a.example/x) {CITED}"),
        ("2) [A [b] (c)](http://a.example/x)  ", f"2) [A [b] (c)](http://a.example/x) {CITED}  "),
        (
            "- [A](http://a.example/x) [IMG](http://a.example/i.jpg)",
            f"- [A](http://a.example/x) {CITED} [IMG](http://a.example/i.jpg)",
        ),
        ('1. [A](http://a.example/x "title")', f'1. [A](http://a.example/x "title") {CITED}'),
        ("1. [A](<http://a.example/x>)", f"1. [A](<http://a.example/x>) {CITED}"),
        ("1. [A [b](http://a.example/x)", f"1. [A [b](http://a.example/x) {CITED}"),
    ],
)
def test_the_copy_is_beside_the_source(line: str, expected: str) -> None:
    assert cited(HEAD + line) == HEAD + expected
    assert check(f"{HEAD}{line}\n") == 1
    source = parse_event(HEAD + expected, PATH).sources[0]
    assert source.archived == f"{URL}http://a.example/x"


@pytest.mark.parametrize(
    "line",
    [
        f"1. [A](http://a.example/x) {CITED}",
        "1. [A](http://a.example/x) [archived 2018-01-01](https://arquivo.pt/wayback/20180101000000/http://a.example/x)",
        "1. [A](http://a.example/with space)",
        "no item",
        "1. A",
    ],
)
def test_lines_that_stay(line: str) -> None:
    assert cited(HEAD + line) == HEAD + line


def test_a_source_of_front_matter_stays() -> None:
    text = "---\nsources: [http://a.example/x]\n---\n# Two bridges close\n"
    assert len(parse_event(text, PATH).sources) == 1
    assert cited(text) == text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://x.example/a b", "https://x.example/\x1b[31m", "https://x.example/\u202e", ""],
)
def test_addresses_that_are_not_cited(url: str) -> None:
    line = "1. [A](http://a.example/x)"
    (source,) = parse_event(HEAD + line, PATH).sources
    assert with_copy(line, source, Copy(url, AT, 0, 200, "wayback")) == line


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/b_(c)",
        "http://a.example/b)",
        "http://a.example/<i>&amp;x=1&copy=2&#x28;",
        "http://a.example/`a`/{{ x }}{% y %}/\\*_[]|\"'",
        "http://a.example/消息?q=é#top",
        "http://[2001:db8::1]/x",
    ],
)
def test_any_address_survives(url: str) -> None:
    url = url.replace(" ", "")
    line = "1. [A](http://a.example/x)"
    (source,) = parse_event(HEAD + line, PATH).sources
    text = HEAD + with_copy(line, source, copy(url)) + " `code`\n"
    ((_, target), *others) = (page_links(text) - page_links(HEAD + line)).elements()
    assert others == []
    assert unquote(target) == unquote(URL + url)
    assert not {"{", "}", "`", "(", "\\"} & set(target)
    assert read_event(text.replace(" `code`", ""), PATH) == parse_event(text.replace(" `code`", ""), PATH)
    assert unquote(unescape(parse_event(text, PATH).sources[0].archived or "")) == unquote(URL + url)


# --- any page ---

PIECES = st.sampled_from(
    [
        *(
            "1. [A](http://a.example/x)",
            "\n2. [B: the (second)](https://b.example/y_z)",
            "\n",
            "\n\n",
            "[",
            "]",
            "(",
            ")",
        ),
        *("](", " [IMG](//a.example/i.jpg)", "<!-- c -->", "`", "\\", "![", "\n1. ", "- ", "[C](/news/2019/03/1/c.md)"),
        *("[archived 2019-03-01](http://x.example)", f" {CITED}", " ([archived", " (", "\n### Related:\n\n", "<", ">"),
        *("\n   ", " x y", "*", "_", "\n### Sources:\n", "[消息](http://c.example/新闻)", "\r\n", '"', "&lt;", "# "),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(ARCHIVED_WORDS))
def test_parsing_again_gives_the_same_sources(items: str, word: str) -> None:
    check(HEAD + "1. [The Harbour Gazette](http://gazette.example.org/bridges)\n" + items, word)


ITEMS = st.builds(
    "{}[{}](http://{}.example/{}){}".format,
    st.sampled_from(["1. ", "2) ", "- "]),
    st.sampled_from(["The Gazette", "A [b] (c)", "新闻", "", "x: y"]),
    st.sampled_from("abcdef"),
    st.sampled_from(["", "x?y=z&a=b", "x#y", "(x)"]),
    st.sampled_from(["", "  ", " [IMG](http://a.example/i.jpg)"]),
)


@given(st.lists(ITEMS, min_size=1, max_size=5))
def test_every_proper_item_can_cite_a_copy(items: list[str]) -> None:
    assert check(HEAD + "\n".join(items) + "\n") == len(items)


def test_real_pages(zh_archive: Path) -> None:
    number = 0
    for file in sorted(zh_archive.glob("news/*/*/15/*.md")):
        if file.name not in ("index.md", "README.md"):
            number += check(file.read_text(encoding="utf-8"), ARCHIVED_WORDS[1])
    assert number > 50


# --- lint and posts ---


def test_lint_finds_nothing_new(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(REPOSITORY / "examples" / "archive", root)
    before = lint(Archive.open(root, cache=False)).findings
    number = 0
    for file in root.glob("news/*/*/*/*.md"):
        if file.name not in ("index.md", "README.md"):
            text = file.read_text(encoding="utf-8")
            file.write_text(cited(text), encoding="utf-8")
            number += cited(text) != text
    assert number > 40
    after = lint(Archive.open(root, cache=False)).findings
    assert [(found.code, found.path, found.line) for found in after] == [
        (found.code, found.path, found.line) for found in before
    ]


def test_in_a_post_the_copy_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: x\n", encoding="utf-8")
    (tmp_path / "_posts").mkdir()
    post = tmp_path / "_posts" / "2019-03-01-bridges.md"
    line = "Two bridges close, [the Gazette](http://a.example/x) says."
    post.write_text(f"---\ntitle: Bridges\n---\n{line}\n", encoding="utf-8")
    (event,) = Archive.open(tmp_path, cache=False).events()
    (source,) = event.sources
    result = with_copy(line, source, copy(source.url))
    assert result == f"Two bridges close, [the Gazette](http://a.example/x) {CITED} says."
    post.write_text(post.read_text(encoding="utf-8").replace(line, result), encoding="utf-8")
    (event,) = Archive.open(tmp_path, cache=False).events()
    assert event.sources == (source,)
