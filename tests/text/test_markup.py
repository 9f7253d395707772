"""Text for reading has no Markdown in it: it is what CommonMark shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsarc.parser import parse_day, parse_event
from newsarc.text.headlines import normalize_label
from newsarc.text.inline import find_links, find_spans
from newsarc.text.markup import shown_text
from newsarc.text.normalize import display, fold
from tests.cli.driver import run

PATH = "news/2020/01/5/ferry-stops.md"
_MARKDOWN = MarkdownIt("commonmark")
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]


def shown_by_markdown(text: str) -> str:
    def of(tokens: list[Token]) -> str:
        return "".join(map(of_one, tokens))

    def of_one(token: Token) -> str:
        if token.type in ("softbreak", "hardbreak"):
            return " "
        if token.type == "html_inline" and not token.content.startswith("<!--"):
            return token.content
        if token.type == "image":
            return of(token.children or [])
        return token.content if token.type in ("text", "text_special", "code_inline") else ""

    return of(_MARKDOWN.parseInline(text)[0].children or [])


PIECES = [
    *("*", "*", "**", "***", "_", "_", "__", "`", "``", "[", "]", "](", "](x)", "![", "[a](b)", "![a](b)", "(", ")"),
    *("<b>", "</b>", "<br>", '<a href="*">', "<http://a.b/_c_>", "<", ">", "<!-- c -->", "\\", "\\*", "\\`"),
    *("&amp;", "&#42;", "a", "b", "snake_case", "2 * 3", " ", " ", "é", "。", "（", '"', "$", "\n", " 'x*'"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
@example("*a `*` b*")
@example("*a [b* c](d)")
@example("[a `](b)` c](d)")
@example("[a](b`c) `d`")
@example("**a*b**")
@example("***a** b*")
@example("a***b***c")
@example("*a**b*")
@example("![a *b* [c](d) `e`](f)")
@example("[![a](b) *c*](d)")
@example("_a_b_")
@example("*(*a*)*")
@example("[a](b '`') `c`")
def test_what_is_shown_is_what_commonmark_shows(text: str) -> None:
    text = text.strip()
    assume("\\\n" not in text and "\n\n" not in text)
    assume("<!-->" not in text and "<!--->" not in text)
    assert " ".join(shown_text(text).split()) == " ".join(shown_by_markdown(text).split())


@pytest.mark.parametrize(
    "text",
    [
        *("snake_case", "2 * 3 * 4", "[Isis territory]", "a [b] (c)", "5 < 6 > 4", "AT&T", "* a", "a*", "_ b _", "#1"),
        *(
            "[http://a.b (New York Times)]",
            "C:\\temp",
            "a]](b)",
            "![a]",
            "~ ~",
            "``a`",
            "<3",
            "x <- y",
            "<b> and </b>",
            "a <b and c> d",
        ),
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert display(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("The **Fitzgerald** *docks*", "The Fitzgerald docks"),
        ("See [the log](https://log.example/1).", "See the log."),
        ("![A bridge](b.jpg) opens", "A bridge opens"),
        ("`rm -rf` &amp; `&amp;`", "rm -rf & &amp;"),
        ("\\*not\\* &#42;this&#42;", "*not* *this*"),
        ("<b>Bold</b> <https://a.example/_b_>", "<b>Bold</b> https://a.example/_b_"),
        ("''The'' *Fitzgerald*", '"The" Fitzgerald'),
        ("one *two\n\nthree* four", "one *two three* four"),
        ("cut [a](b) &quo", "cut a"),
        ("\\&amp;", "&amp;"),
    ],
)
def test_text_for_reading(written: str, shown: str) -> None:
    assert display(written) == shown


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_label_says_the_same_however_it_is_compared(text: str) -> None:
    shown = "".join(filter(str.isalnum, fold(display(text))))
    assert normalize_label(text) == shown


@given(st.lists(st.sampled_from(["[", "]", "](x)", "![", "a", "\\"]), max_size=16).map("".join))
def test_spans_are_those_of_links(text: str) -> None:
    links = [link for link in find_links(text) if link.rendered]
    spans = {(span.start, span.end) for span in find_spans(text)}
    assert {(link.start, link.end) for link in links} <= spans


# --- pages ---


@pytest.mark.parametrize(
    ("heading", "headline"),
    [
        ("# The **Fitzgerald** *docks* #", "The Fitzgerald docks"),
        ("# Two # ###  ", "Two #"),
        ("# C#", "C#"),
        ("# Two \\#", "Two #"),
        ("# #", ""),
        ("#", ""),
        ("# a #b", "a #b"),
    ],
)
def test_headlines(heading: str, headline: str) -> None:
    event = parse_event(f"### [2020-01-05](/news/2020/01/5/index.md) ##\n\n{heading}\n", PATH)
    assert (event.headline, event.headline_line, event.problems) == (headline, 3, ())


def test_all_that_is_for_reading() -> None:
    event = parse_event(
        "##### The *Ports* ##\n# Ferry __stops__ ##\n\nBoats *wait\n\nand* **so\non**.\n\n### Related: ###\n\n"
        "1. [The `other` [one]](/news/2020/01/5/o.md) _Context: *Ports*, snake_case_\n\n"
        "### Sources: #\n\n1. [*S*](x)\n",
        PATH,
    )
    assert (event.headline, event.topics, event.summary) == ("Ferry stops", ("The Ports",), "Boats *wait and* so on.")
    assert [(link.text, link.contexts) for link in event.related] == [("The other [one]", ("Ports", "snake_case"))]
    assert [source.text for source in event.sources] == ["S"]
    day = parse_day("##### A *b* ###\n### [*C*](/news/2020/01/5/c.md)\n\nOne [two](three).\n", PATH)
    assert [(e.headline, e.topics, e.summary) for e in day.entries] == [("C", ("A b",), "One two.")]


def test_front_matter_is_no_markdown() -> None:
    event = parse_event("---\ntitle: 2 *3* 4 \\*\ntopics: [a_b_, '*c*']\n---\n# h\n", PATH)
    assert (event.headline, event.topics) == ("2 *3* 4 \\*", ("a_b_", "*c*"))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news/2020/01/5"
    folder.mkdir(parents=True)
    head = "### [2020-01-05](/news/2020/01/5/index.md)\n\n"
    related = "\n### Related:\n\n1. [The Fitzgerald docks](/news/2020/01/5/docks.md) _Context: Ports_\n"
    pages = {
        "docks": f"{head}# The **Fitz**gerald *docks* #\n\nSee [the log](https://log.example/1).\n",
        "waits": f"{head}# The crew waits\n{related}",
    }
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    day = "## [2020-01-05](/news/2020/01/5/index.md)\n"
    day += "\n### [The Fitzgerald docks](/news/2020/01/5/docks.md)\nSee the log.\n"
    day += "\n### [The crew waits](/news/2020/01/5/waits.md)\n"
    (folder / "index.md").write_text(day, encoding="utf-8")
    return tmp_path


def test_commands(archive: Path) -> None:
    listed = run("-A", archive, "list", "--json").json["events"]
    assert [event["headline"] for event in listed] == ["The Fitzgerald docks", "The crew waits"]
    assert listed[0]["summary"] == "See the log."
    assert run("-A", archive, "lint", "--ignore", "NA406").out == ""
    for options in ((), ("--in", "all")):
        assert "docks" in run("-A", archive, "search", "Fitzgerald", "headline:docks", *options).out
    assert run("-A", archive, "search", "log.example").out == ""
