"""Diffs in colour: what is highlighted, and that nothing of the text is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.output.terminal.diff import changed_spans, colored_diff
from newsarc.storage.changeset import unified_diff
from newsarc.text.sanitize import visible_lines

CODES = re.compile(r"\x1b\[\d*m")
TEXT = st.text(st.sampled_from("ab-_ \t\r\x1b桥é👩{}"), max_size=12)


@pytest.mark.parametrize(
    ("old", "new", "old_words", "new_words"),
    [
        ("the old bridge closes", "the new bridge closes", ["old"], ["new"]),
        ("a-simulaneous-attack-in-town", "a-simultaneous-attack-in-town", ["simulaneous"], ["simultaneous"]),
        ("one two three four", "one 2 three 4", ["two", "four"], ["2", "4"]),
        ("one two three", "one 2 3", ["two three"], ["2 3"]),
        ("two bridges]", "two bridges\\]", [], ["\\"]),
        ("两座桥关闭了", "两座门关闭了", ["桥"], ["门"]),
        ("[Riots](/a/b.md)", "Nothing else", [], []),
        ("same", "same", [], []),
    ],
)
def test_changed_words(old: str, new: str, old_words: list[str], new_words: list[str]) -> None:
    spans, other_spans = changed_spans(old, new)
    assert [old[start:end] for start, end in spans] == old_words
    assert [new[start:end] for start, end in other_spans] == new_words


@given(st.lists(TEXT, max_size=6), st.lists(TEXT, max_size=6), st.booleans())
def test_colours_change_no_text(old: list[str], new: list[str], has_end: bool) -> None:
    lines = list(unified_diff("p.md", "\n".join(old), "\n".join(new) + "\n" * has_end))
    shown = list(colored_diff(lines))
    assert CODES.sub("", "".join(shown)) == "".join(map(visible_lines, lines))


def test_each_kind_of_line_has_its_colour() -> None:
    lines = list(colored_diff(unified_diff("p.md", "one\n-- two\nthree\n", "one\n-- 2\nthree")))
    assert lines == [
        "\x1b[1m--- a/p.md\x1b[m\n",
        "\x1b[1m+++ b/p.md\x1b[m\n",
        "\x1b[36m@@ -1,3 +1,3 @@\x1b[m\n",
        " one\n",
        "\x1b[31m--- two\x1b[m\n",
        "\x1b[31m-three\x1b[m\n",
        "\x1b[32m+-- 2\x1b[m\n",
        "\x1b[32m+three\x1b[m\n\\ No newline at end of file\n",
    ]


def test_a_line_too_long_to_compare_word_by_word_has_one_highlight() -> None:
    old, new = "start " + "a b " * 3_000 + "end", "start " + "a c " * 3_000 + "end"
    (span,), (other,) = changed_spans(old, new)
    assert (old[: span[0]], new[: other[0]]) == ("start a ", "start a ")
    assert (old[span[1] :], new[other[1] :]) == (" end", " end")
