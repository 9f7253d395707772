"""Properties for any text: the parsers never raise, lose no line, and report correct positions."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsarc.model import DayPage, Event
from newsarc.parser import parse_day, parse_event
from newsarc.text.inline import find_links
from tests.parser.accounting import accounted_lines, all_links, filled_lines
from tests.parser.commonmark import inline_targets, plain

EVENT_PATH = "news/2017/06/16/a.md"
DAY_PATH = "news/2017/06/16/index.md"

fragments = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "### ",
            "##### ",
            "#",
            "# Headline",
            "##### Topic",
            "### Related:",
            "### Sources:",
            "### Changes:",
        ),
        *("### 有关:", "### Unheard of:", "### [2017-06-16](/news/2017/06/16/index.md)", "## [Previous Day...](x.md)"),
        *("Formats: [HTML](a.html)  [JSON](a.json)", "1. ", "2) ", "- ", "---", "***", "title: x", "date: 2017-99-99"),
        *(
            "[",
            "]",
            "](",
            ")",
            "[a](b)",
            "](/news/2017/06/1/a.md)",
            "[IMG](c)",
            "![",
            "<",
            ">",
            "\\",
            '"',
            "'",
            "(",
            "''",
        ),
        *(" _Context: a, b_", " _Context: ", "_", " _(Current version)_", " _2018-02-06 13:49:27 (First version)_"),
        *(
            "&quo",
            "&#x20;",
            "&#99999999999;",
            "{{convert|6|mi}}",
            "-{zh-hans:甲}-",
            "<!-- newsarc: ignore NA1 -->",
            "<!--",
        ),
        *(
            " ",
            "   ",
            "    ",
            "\t",
            "\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\ufeff",
            "\u2028",
            "\x0b",
            "\x1c",
            "\x00",
            "\udc80",
        ),
    ]
)
pagelike = st.lists(fragments | st.text(max_size=4), max_size=60).map("".join)
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)
front_matter = pagelike.map(lambda block: f"---\n{block}\n---\n# Headline\n")
pages = pagelike | anything | front_matter


def parse_both(text: str) -> list[Event | DayPage]:
    return [parse_event(text, EVENT_PATH), parse_day(text, DAY_PATH)]


@given(pages)
@example("---\ntitle: 0x" + "f" * 5000 + "\n---\n# a")
@example("# &#" + "9" * 5000 + ";")
@example("# h\n### Related:\n1. a\nb")
def test_no_text_makes_the_parsers_raise_or_lose_a_line(text: str) -> None:
    for page in parse_both(text):
        assert filled_lines(text) - accounted_lines(page, text) == set()


@given(pages)
def test_each_link_is_at_its_position(text: str) -> None:
    lines = text.removeprefix("\ufeff").split("\n")
    for page in parse_both(text):
        for link, _ in all_links(page):
            if "\n" not in link.target:
                assert lines[link.line - 1][link.column - 1 : link.end_column - 1].strip() == link.target.strip()
        for source in page.sources if isinstance(page, Event) else ():
            if source.column > 1 and "\n" not in source.url:
                assert lines[source.line - 1][source.column - 1 : source.end_column - 1].strip() == source.url.strip()


@given(pages)
def test_every_number_is_a_line_of_the_page(text: str) -> None:
    last = text.count("\n") + 1
    for page in parse_both(text):
        for problem in page.problems:
            assert 1 <= problem.line <= last
            assert problem.column >= 1
        for line in accounted_lines(page, text):
            assert 1 <= line <= last


@given(pages)
def test_display_text_is_one_line(text: str) -> None:
    event = parse_event(text, EVENT_PATH)
    for shown in (event.headline, event.summary or "", *event.topics, *(link.text for link in event.related)):
        assert shown == " ".join(shown.split())


@given(pages)
def test_parsing_is_repeatable(text: str) -> None:
    assert parse_event(text, EVENT_PATH) == parse_event(text, EVENT_PATH)


# Without backticks, "<" and "&", because newsarc ignores code spans, autolinks and raw HTML. Without backslashes before
# white space, which markdown-it reads differently from CommonMark in a target. Images have their own tests.
brackets = st.lists(
    st.sampled_from(
        ["[", "]", "(", ")", "](", "[a](b)", "[](", "\\", "\\]", "\\(", "a", "é", " ", '"', "'", ' "t")', "\t"]
    ),
    max_size=40,
).map("".join)


@given(brackets)
@example("[a](b)](x [c](d))")
@example("]([a](b)")
@example("[a [b](c) d](e)")
@example("[a](" + "(" * 40 + ")" * 40 + ")")
def test_rendered_links_are_those_of_commonmark(text: str) -> None:
    text = text.strip()
    assume(not re.search(r"\\\s", text))
    shown = [link for link in find_links(text) if link.rendered]
    assert [plain(link.target) for link in sorted(shown, key=lambda link: link.start)] == inline_targets(text)


@given(brackets)
def test_links_are_in_order_and_do_not_overlap(text: str) -> None:
    found = find_links(text)
    assert [link.target_start for link in found] == sorted(link.target_start for link in found)
    behind = 0
    for link in found:
        assert text[link.start] == "["
        assert text[link.start + 1 :].startswith(f"{link.label}](")
        assert text[link.target_start : link.target_end].strip() == link.target
        assert text[link.end - 1] == ")"
        if not link.nested:
            assert link.start >= behind
            behind = link.end


labels = st.text(string.ascii_letters + " [](){}:.!", min_size=1, max_size=20)


@given(labels, st.sampled_from(["/news/2017/07/11/a.md", "http://example.org/a_(b)"]))
def test_no_label_hides_the_target_of_an_item(label: str, target: str) -> None:
    assume("](" not in label and "![" not in label and not label.endswith("!"))
    event = parse_event(f"# h\n\n### Related:\n\n1. [{label}]({target}) _Context: A_\n", EVENT_PATH)
    assert [(link.target, link.contexts) for link in event.related][-1:] == [(target, ("A",))]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("![a](b)", []),
        ("![a [b](c) d](e)", []),
        ("[![a](b)](c)", ["c"]),
        ("![a](b) [c](d)", ["d"]),
        ("![a [b](c)", ["c"]),
        ("!\\[a](b)", []),
    ],
)
def test_images_are_not_links(text: str, targets: list[str]) -> None:
    assert [link.target for link in find_links(text) if link.rendered] == targets == inline_targets(text)
