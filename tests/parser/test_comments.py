"""Comments are recognized as in CommonMark, and their text is never content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsarc.parser import parse_day, parse_event
from newsarc.parser.comments import extract_comments, without_comments
from newsarc.parser.page import page_lines
from tests.cli.driver import run

PATH = "news/2020/01/5/ferry-stops.md"
HEAD = "### [2020-01-05](/news/2020/01/5/index.md)\n\n# Ferry stops\n\n"
RELATED = "### Related:\n\n"
ONE = "1. [Other](/news/2020/01/5/other.md) _Context: Ports_"
TWO = "2. [Gone](/news/2020/01/5/gone.md) _Context: Ports_"


def comments(text: str) -> list[str]:
    return [comment.text for comment in extract_comments(text, page_lines(text))[1]]


def shown(text: str) -> str:
    return "\n".join(extract_comments(text, page_lines(text))[0])


# --- compared with CommonMark ---

_MARKDOWN = MarkdownIt("commonmark")


_COMMENT = re.compile(r"<!--(?:-?>|(.*?)(?:-->|\Z))", re.DOTALL)


def comments_of_markdown(text: str) -> list[str]:
    """Return the comments that a CommonMark parser finds, except an unclosed one on the last line of other HTML."""
    found: list[str] = []

    def take(tokens: list[Token]) -> None:
        for token in tokens:
            html = token.content.lstrip()
            if token.type in ("html_block", "html_inline") and html.startswith("<!--"):
                matches = list(_COMMENT.finditer(html))
                found.extend(match[1] or "" for match in matches if match is matches[0] or match[0].endswith(">"))
            take(token.children or [])

    take(_MARKDOWN.parse(text))
    return found


PIECES = [
    *("<!--", "-->", "<!-- a -->", "<!-- b\nc -->", "a", "b ", "\n", "\n", "\n\n", " ", "   ", "    "),
    *("# ", "#", "1. ", "2. ", "- ", "> ", "---\n", "```\n", "~~~\n", "`", "``", "\\", "](", "[a](b)", "[", "]", "(x)"),
]
SQUEEZED = str.maketrans("", "", " \n>")


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("1. a <!-- b\n   c --> d")
@example("1. a\n<!-- b\n\nc -->\n2. d")
@example("1. <!-- a\n2. b -->\nc")
@example("a <!-- b\n\nc -->")
@example("a <!-- b\n# c -->")
@example("a `<!-- b -->` <!-- c -->")
@example("a ` <!-- b -->")
@example("```\n<!-- b -->\n```\n<!-- c -->")
@example("    <!-- a -->\n\nb\n    <!-- c -->")
@example("1. a\n\n       <!-- b -->")
@example("[a](<!--b-->) [c](d '<!-- e -->')")
@example("\\<!-- a --> \\\\<!-- b -->")
@example("> <!-- a\nb -->")
@example("> a\n2. <!--")
@example("> a\nb\n2. <!-- c")
@example("> a\n-\n<!-- b")
def test_comments_are_those_of_commonmark(text: str) -> None:
    # Ignoring quote markers and indents, which are not content.
    ours = [comment.translate(SQUEEZED) for comment in comments(text)]
    # The parser follows CommonMark 0.30, in which comments had no "--" and were not as short.
    assume("<!-->" not in text and "<!--->" not in text)
    assume(not any("--" in comment or comment.endswith("-") for comment in ours))
    assert ours == [comment.translate(SQUEEZED) for comment in comments_of_markdown(text)]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_other_text_keeps_its_place(text: str) -> None:
    lines = page_lines(text)
    visible, found = extract_comments(text, lines)
    assert without_comments(lines, found) == visible
    assert len(visible) == len(lines)
    for before, after in zip(lines, visible, strict=True):
        assert len(after) <= len(before)
        assert all(char in (" ", old) for char, old in zip(after, before, strict=False))
    for comment in found:
        first, last = lines[comment.line - 1], lines[comment.end_line - 1]
        assert first.startswith("<!--", comment.column - 1)
        assert last.endswith("-->", 0, comment.end_column - 1) or not comment.is_closed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<!--> a", [""]),
        ("<!---> a", [""]),
        ("a <!--> b", [""]),
        ("a <!---> b", [""]),
        ("<!---->", [""]),
        ("a <!-- -- --> b", [" -- "]),
        ("a <!-- <b> --> c", [" <b> "]),
        ("<!-- a", [" a"]),
        ("a <!-- b", []),
    ],
)
def test_shortest_and_unclosed_comments(text: str, found: list[str]) -> None:
    assert comments(text) == found


# --- pages without their comments ---


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n<!-- {TWO} -->\n",
        f"<!-- {TWO} -->\n{ONE}\n",
        f"{ONE}\n<!--\n{TWO}\n\n{TWO}\n-->\n",
        f"{ONE} <!-- {TWO} -->\n",
        f"{ONE} <!-- one\n   or two --> \n",
        "1. [Other](/news/2020/01/5/other.md) <!-- [Gone](/news/2020/01/5/gone.md) --> _Context: Ports_\n",
        "1. [Other](/news/2020/01/5/other.md) <!-- so\nit\nis --> _Context: Ports_\n",
        "1. [Other](/news/2020/01/5/other.md) <!--\n   --> _Context: <!-- which? --> Ports_\n",
        f"{ONE}\n\n<!-- {TWO}\n\n### Sources:\n\n1. [S](https://s.example)\n",
    ],
)
def test_a_comment_in_a_list_leaves_the_other_items_alone(text: str) -> None:
    event = parse_event(HEAD + RELATED + text, PATH)
    assert [(link.label, link.contexts, link.line) for link in event.related] == [
        ("Other", ("Ports",), 7 + text[: text.index("1. [Other")].count("\n"))
    ]
    assert event.sources == ()
    assert event.problems == ()


def test_a_comment_inside_an_item_keeps_columns() -> None:
    event = parse_event(f"{HEAD}{RELATED}1. All <!-- a\n b --> [Other](/news/2020/01/5/other.md)\n", PATH)
    assert [(link.line, link.column) for link in event.related] == [(8, 16)]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Boats wait. <!-- ask the harbour -->", "Boats wait."),
        ("Boats <!-- ask\nthe harbour --> wait.", "Boats wait."),
        ("<!-- ask\n\nthe harbour -->\nBoats wait.", "Boats wait."),
        ("Boats wait.\n<!-- ask the harbour", "Boats wait."),
        ("Boats wait <!-- no end.", "Boats wait <!-- no end."),
        ("Boats <!-- wait\n\nhere -->.", "Boats <!-- wait here -->."),
    ],
)
def test_a_summary(text: str, summary: str) -> None:
    assert parse_event(f"{HEAD}{text}\n", PATH).summary == summary


def test_headings_and_topics() -> None:
    text = "##### Ports <!-- or ferries -->\n# Ferry <!-- which? --> stops\n\n### Related: <!-- all -->\n\n" + ONE
    event = parse_event(text, PATH)
    assert (event.headline, event.topics, len(event.related)) == ("Ferry stops", ("Ports",), 1)


def test_a_day_page() -> None:
    day = parse_day(
        "## [2020-01-05](/news/2020/01/5/index.md) <!-- checked -->\n\n"
        "<!--\n### [Gone](/news/2020/01/5/gone.md)\n\nWas here.\n-->\n\n"
        "##### <!-- topic -->Ports\n### [Other](/news/2020/01/5/other.md) <!-- first -->\n"
        "Text <!-- [x](/y.md) --> of it.\n<!-- _Context: no_ -->\n",
        "news/2020/01/5/index.md",
    )
    assert [(entry.link.label, entry.summary, entry.topics, entry.contexts) for entry in day.entries] == [
        ("Other", "Text of it.", ("Ports",), ())
    ]
    assert (day.links, day.prose) == ((), ())


def test_bytes_in_a_comment_are_still_checked() -> None:
    text = f"{HEAD}Boats. <!-- caf\udce9 -->\n"
    assert [(p.kind, p.line, p.column) for p in parse_event(text, PATH).problems] == [("invalid-encoding", 5, 16)]


# --- commands ---


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news/2020/01/5"
    folder.mkdir(parents=True)
    (folder / "other.md").write_text(f"{HEAD.replace('Ferry stops', 'Other')}Text.\n", encoding="utf-8")
    page = f"{HEAD}Boats wait. <!-- TODO: ask the harbour master -->\n\n{RELATED}{ONE}\n<!-- {TWO} -->\n"
    (folder / "ferry-stops.md").write_text(page, encoding="utf-8")
    day = "## [2020-01-05](/news/2020/01/5/index.md)\n\n" + "".join(
        f"### [{title}](/news/2020/01/5/{slug}.md)\n{text}\n\n"
        for title, slug, text in (("Other", "other", "Text."), ("Ferry stops", "ferry-stops", "Boats wait."))
    )
    for name in ("index.md", "README.md"):
        (folder / name).write_text(day, encoding="utf-8")
    return tmp_path


def test_commands_show_no_comments(archive: Path) -> None:
    assert run("-A", archive, "lint").out == ""
    assert run("-A", archive, "list", "--context", "Ports", "--count").out == "1\n"
    shown = run("-A", archive, "show", "2020-01-05/ferry").rows
    assert ["summary", "Boats wait."] in shown
    assert ["related", "news/2020/01/5/other.md", "Ports", "Other"] in shown
    for options in ((), ("--in", "all")):
        assert run("-A", archive, "search", "master", *options).out == ""
    assert "harbour master" in run("-A", archive, "show", "--raw", "2020-01-05/ferry").out


def test_new_ignores_words_in_comments(archive: Path) -> None:
    page = archive / "news/2020/01/5/other.md"
    page.write_text(f"<!--\n### Verwandt:\n-->\n{page.read_text(encoding='utf-8')}", encoding="utf-8")
    made = run("-A", archive, "new", "Boats leave", "--date", "2020-01-05", "--summary", "At last.", "--dry-run")
    assert made.code == 0, made.err
    assert "Verwandt" not in made.out


def test_fixes_keep_comments(archive: Path) -> None:
    page = archive / PATH
    text = page.read_text(encoding="utf-8")
    doubled = text.replace(ONE, f"{ONE}\n2.{ONE[2:]} <!-- twice, for a reason -->\n")
    page.write_text(doubled, encoding="utf-8")
    assert "NA104" in run("-A", archive, "lint", "--fix", "--unsafe-fixes").out
    assert page.read_text(encoding="utf-8") == doubled


def test_no_fix_writes_into_an_unclosed_comment(archive: Path) -> None:
    for name in ("index.md", "README.md"):
        page = archive / f"news/2020/01/5/{name}"
        day = page.read_text(encoding="utf-8").partition("### [Ferry")[0]
        page.write_text(f"{day}<!-- to do\n", encoding="utf-8")
    assert "NA501" in run("-A", archive, "lint", "--select", "NA501", "--fix").out
    assert page.read_text(encoding="utf-8").endswith("<!-- to do\n")


def test_text_rules_ignore_comments(archive: Path) -> None:
    page = archive / PATH
    text = page.read_text(encoding="utf-8").replace("ask the harbour master", "&amp; ''ask'' \u200b")
    page.write_text(text, encoding="utf-8")
    found = run("-A", archive, "lint", "--select", "NA6", "--output-format", "json").json["findings"]
    assert [finding["code"] for finding in found] == ["NA602"]  # it can still hide text from an editor of the page
