"""The optimizations of the tolerant parser do not change its results."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsarc.config import DEFAULT_CONFIG, Config, Labels
from newsarc.model import DayPage, Event
from newsarc.parser import contexts, day, event, page, targets
from newsarc.parser.contexts import headline_prefixes, join_names, split_contexts
from newsarc.parser.day import parse_day
from newsarc.parser.event import parse_event
from newsarc.parser.targets import canonical_path
from newsarc.text import inline
from newsarc.text.normalize import display

EVENT_PATH = "news/2017/06/16/a.md"
DAY_PATH = "news/2017/06/16/index.md"
NEVER = re.compile("(?!)")


@contextmanager
def without_shortcuts() -> Iterator[None]:
    """Disable all optimizations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inline, "_ONE_LINK", NEVER)
        patch.setattr(targets, "_EVENT_FORMAT", NEVER)
        patch.setattr(page, "_is_unicode", lambda _text: False)
        patch.setattr(page, "_date_of_folder", page._date_of_folder.__wrapped__)
        for module in (day, event):
            patch.setattr(module, "splitter", lambda known: partial(split_contexts, known=known))
        patch.setattr(contexts, "_NAME_SUFFIXES", _NotDisjoint(contexts._NAME_SUFFIXES))
        yield


class _NotDisjoint(frozenset[str]):
    """Name suffixes of which every list seems to have one."""

    def isdisjoint(self, _other: object) -> bool:
        return False


def parse_both(
    text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()
) -> list[Event | DayPage]:
    return [parse_event(text, path, config, names), parse_day(text, path, config, names)]


def assert_same(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> None:
    fast = parse_both(text, path, config, names)
    with without_shortcuts():
        general = parse_both(text, path, config, names)
    assert fast == general, path
    assert repr(fast) == repr(general), path  # True is not 1


# --- constructed pages ---

PAGES = ("/news/2017/06/1/a-b.md", "/news/2018/01/11/消息-1.md", "/news/2017/07/07/index.md", "/zh/news/2017/06/1/a.md")
TARGETS = (
    *(*PAGES, "../1/b.md", "/news/2017/06/1/a.mdx", "/news/2017/06/1/A_b.c.md#x", "/news/٢٠١٧/06/1/a.html", "x"),
    *("/news/2017/06/1/a&amp;b.html", "/news/2017/06/1/..html", "/news/2017/06/1/.html", "/news/2017/٠٦/1/a.html"),
    *("/news/2017/06/1/a.html", "/news/2017/06/1/a.json", "http://x.example/a_(b)?c=d&amp;e#f", "//x.example/y.jpg"),
)
NOTES = (
    *(
        "",
        " _Context: a, b_",
        " _Context: Washington, D.C., c, a_",
        " _上下文: 甲,  乙_",
        "_消息：Paris, Texas, ''x''_ ",
    ),
    *(
        " _CONTEXT:_",
        " _Kon.text: a_",
        " _(x](y): a_",
        " _a_b: c_ d_",
        " [IMG](/x.jpg)",
        "\t",
        " x",
        " _(Current version)_",
    ),
)
MARKERS = ("1. ", "2) ", "- ", "   12.\t", "* ", "1.", "> ")
LABELS = (
    "The Independent",
    "Battle: the 2nd of it. ",
    "",
    " 美國 IMG ",
    "IMG",
    "a (b) c",
    "2017-06-16",
    "a [b] c",
    "a!",
)
items = st.builds(
    "{}[{}]({}){}".format,
    st.sampled_from(MARKERS),
    st.sampled_from(LABELS),
    st.sampled_from(TARGETS),
    st.sampled_from(NOTES),
)
headings = st.builds(
    "{}[{}]({})".format, st.sampled_from(("### ", "## ", "#  ", "#")), st.sampled_from(LABELS), st.sampled_from(TARGETS)
)
formats = st.builds("Formats: [HTML]({})  [JSON]({})  [XML]({})  ".format, *[st.sampled_from(TARGETS)] * 3)
others = st.sampled_from(
    [
        *(
            "### Related:",
            "### Sources:",
            "### Changes:",
            "### 有关:",
            "# Battle: Paris, Texas. x",
            "##### Paris, Texas",
        ),
        *(
            "",
            "",
            " ",
            "---",
            "Text of it.",
            "_Context: a, b_",
            "_上下文: Paris, Texas_",
            "<!-- newsarc: ignore NA1 -->",
        ),
    ]
)
INSERTED = [
    *(
        "[",
        "]",
        "(",
        ")",
        "\\",
        "<",
        ">",
        "&",
        "_",
        "*",
        "#",
        ":",
        "：",
        ".",
        "!",
        "/",
        "'",
        '"',
        "-",
        "%",
        "?",
        "''",
        "](",
        "![",
    ),
    *("[IMG](x)", "&#x20;", "&quo", ", ", ",", " ", "\t", "\n", "\r\n", "\r", "\x00", "\x0b", "\x1c", "\x7f", "\x85"),
    *("\u00a0", "\u3000", "\u2028", "\ufeff", "😀", "\udcff", "\ud800", "é", "\u0301", "\u212a", "ſ", "٣", "中"),
]


@st.composite
def mutated(draw: st.DrawFn, lines: st.SearchStrategy[str]) -> str:
    """A line with up to three characters inserted or removed."""
    line = draw(lines)
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2, 3)))):
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(st.sampled_from(INSERTED)) + line[at + draw(st.sampled_from((0, 0, 1))) :]
    return line


beginnings = st.sampled_from(
    ["", "# h\n\n### Related:\n\n", "# A: b\n### Sources:\n", "##### Paris, Texas\n# h\n### 有关:\n"]
)
line_ends = st.sampled_from(["\n", "\n", "\n\n", "\r\n"])
pages = st.builds(
    lambda beginning, end, lines: beginning + end.join(lines),
    beginnings,
    line_ends,
    st.lists(mutated(items | items | headings | formats | others), max_size=7),
)
configs = st.sampled_from(
    [
        *(DEFAULT_CONFIG, Config(site_prefix="/zh"), Config(site_prefix="/news")),
        Config(labels=Labels(context=("Kon.text", "a_b", "消息", "ſ"), related=("Related",))),
        Config(labels=Labels(context=("(x](y)", "Context"), sources=("Sources", "有关"))),
        Config(labels=Labels(context=())),
    ]
)
names = st.sampled_from([(), ["Paris, Texas"], frozenset(("Washington, D.C.", "a, b")), {"Paris, Texas, x"}])


# Lines that almost have one link and no other bracket, each for a different reason.
NEARLY_ONE_LINK = (
    *(
        "[a\\](b)",
        "[a\\\\](b)",
        "[a [b](c)",
        "[a] b](c)",
        "[a](b)x",
        "[a](b) [c](d)",
        "![a](b)",
        "[a]\\(b)",
        "\\[a](b)",
    ),
    *(
        "[a](b) _Context: [c](d)_",
        "[a](b) _Context: ](d)_",
        "[a](b) _Context: c]_",
        "[a](b) _Context: [c_",
        "[a](b) _c_",
        "[a](b) _Context:_",
    ),
    *("[a](b) _Context: c_ _Context: d_", "[a](b) _Context: c_ d", "[a](b) _Context: c", "[a](b)_ConTEXT:c_", "[](b)"),
    *(
        "[a](b\u3000c)",
        "[a](b\u00a0c) _Context: d_",
        "[a](b\x85c)",
        "[a](<b>)",
        '[a](b "c")',
        "[a](b(c))",
        "[a]( b )",
        "[a]()",
    ),
    *(
        "[a](b) ![IMG](c)",
        "[a](b) [IMG](c) [IMG](d)",
        "[IMG](b) [IMG](c)",
        "[a](b)[IMG](c) x",
        "[a](b) [img](c)",
        "[a](b",
    ),
    *("[a](/news/2017/06/1/b.mdx) _Context: c_", "[a](/news/2017/06/1/b.md/) _Context: c_", "[a](b)\u3000", "[a](b)\\"),
    *(
        "[a](b) _Context: c_\u3000",
        "[a](b)\u3000_Context: c_",
        "[a](b) _Context\u3000: c_",
        "[a](b) _Context: c\\_ _",
        "a](b)",
    ),
)


@pytest.mark.parametrize(
    "before", ["1. ", "### ", "## ", "Formats: [HTML](a)  [JSON](b)  ", "1. [x](y)\n1. ", "1. [x](y)\n"]
)
def test_lines_with_nearly_one_link(before: str) -> None:
    for line in NEARLY_ONE_LINK:
        for behind in ("", "\n", "\n1. [z](z)", "\nz", "\n\u3000"):
            for section in ("", "# h\n### Related:\n", "# h\n### Sources:\n"):
                assert_same(section + before + line + behind, DAY_PATH)


def test_problems_of_a_day_page_are_in_line_order() -> None:
    problems = parse_day("## [2017-06-99\udcff](a)\n## [2017-06-99](a)\n### [\udcff](b)", "index.md").problems
    assert [(problem.kind, problem.line) for problem in problems] == [
        ("invalid-encoding", 1),
        ("invalid-date", 2),
        ("invalid-encoding", 3),
    ]


@settings(max_examples=100)
@given(pages, st.sampled_from([EVENT_PATH, DAY_PATH, "a.md", "2017/6/32/a"]), configs, names)
@example("# h\n### Related:\n1. [a](/news/2017/06/1/a.md) _Context: b_\nc\n", EVENT_PATH, DEFAULT_CONFIG, ())
@example("# h\n### Related:\n1. [a](/news/2017/06/1/a.md)\n1. [[a](b)\n1. [a](b)", EVENT_PATH, DEFAULT_CONFIG, ())
@example("# h\n### Related:\n1. [a](b) _(x](y): c_", EVENT_PATH, Config(labels=Labels(context=("(x](y)",))), ())
@example("## [2017-06-99](a)\n\udcff\n### [\udcff](b)", DAY_PATH, DEFAULT_CONFIG, ())
def test_random_pages(text: str, path: str, config: Config, known: Collection[str]) -> None:
    assert_same(text, path, config, known)


@settings(max_examples=100)
@given(mutated(st.sampled_from(TARGETS)), st.sampled_from(["", "/zh", "/news"]))
def test_random_targets(target: str, site_prefix: str) -> None:
    fast = canonical_path(target, EVENT_PATH, site_prefix)
    with without_shortcuts():
        assert fast == canonical_path(target, EVENT_PATH, site_prefix)


@given(
    mutated(st.sampled_from(["a, b", "Paris, Texas, D.C., a, a", "Boycott, Divestment and Sanctions", ", , x"])), names
)
def test_random_context_lists(written: str, known: Collection[str]) -> None:
    parts = [name for name in (display(part) for part in written.split(", ")) if name.strip(", ")]
    expected = join_names(parts, known) if len(parts) > 1 else tuple(parts)
    assert contexts.splitter(frozenset(known))(written) == split_contexts(written, known) == expected


@given(mutated(st.sampled_from(["a", "a.", "a. b", "A: b", "12:30", "a: b: c. d", "http://x"])))
def test_headlines_without_prefix(headline: str) -> None:
    has_prefix = contexts._PREFIX.match(headline) is not None
    assert bool(headline_prefixes(headline)) == has_prefix


def test_allowed_characters_of_targets_are_the_same_everywhere() -> None:
    """In targets and labels, including all kinds of space, controls and lone surrogates."""
    for first in (0, 0x100, 0x600, 0x1600, 0x1800, 0x2000, 0x2100, 0x3000, 0xD800, 0xDC00, 0xFE00, 0xFF00, 0x1F600):
        chars = [chr(code) for code in range(first, first + 256) if chr(code) not in "\n\r"]
        lines = [f"1. [x{char}x](/news/2017/06/1/a{char}b.md) _Context: a{char}b, c_" for char in chars]
        assert_same("# h\n### Related:\n" + "\n".join(lines), EVENT_PATH)


def test_long_lists_are_split_but_not_cached() -> None:
    written = ", ".join(f"name {number}" for number in range(10_000))
    split = contexts.splitter(frozenset())
    assert len(split(written)) == 10_000
    assert split(written) is not split(written)
    assert split("a, b") is split("a, b")
