"""Text from the archive is only ever text: to a terminal, a spreadsheet, a reader of lines."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.text.sanitize import csv_cell, json_text, visible, visible_lines, web_address

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("\x7f\x00", "␡␀"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("abc\u202edcba", "abc⟨U+202E⟩dcba"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\ufeffa", "⟨U+FEFF⟩a"),
        ("caf\udce9", "caf\ufffd"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("[red]not markup[/red]", "[red]not markup[/red]"),
        ("北京 Bogotá", "北京 Bogotá"),
        ("👩\u200d🚀 ن\u200cم", "👩\u200d🚀 ن\u200cم"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(anything)
def test_nothing_visible_controls_a_terminal(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)
    assert not any(
        unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for char in shown
    )
    assert visible(shown) == shown


def test_visible_lines_keeps_lines_and_tabs() -> None:
    assert visible_lines("a\tb\x1b\r\nc\n") == "a\tb␛␍\nc\n"


@pytest.mark.parametrize("url", ["https://example.org/a?b=c#d", "HTTP://EXAMPLE.ORG", "https://例え.jp/ä"])
def test_web_address(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "//a.b",
            "/x.jpg",
            "file:///etc/passwd",
            "https://",
            "https://a b",
            "https://a\x1b]8;;",
            "https://a\x07",
        ),
        *("https://a\u202eb", "https://a\n", " https://a", "https://a\udc80", "https://a\x9c"),
    ],
)
def test_no_web_address(url: str) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


@given(anything)
def test_cells_hold_no_control(text: str) -> None:
    assert csv_cell(text).removeprefix("'") == visible(text) or visible(text).startswith("'")
    assert not csv_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_cells_of_plain_text_stay() -> None:
    assert csv_cell("a = b") == "a = b"


@given(
    st.recursive(anything, lambda values: st.lists(values) | st.dictionaries(anything, values), max_leaves=8),
    st.booleans(),
)
def test_json_means_the_same_and_is_safe(value: object, indented: bool) -> None:
    document = json.dumps(value, ensure_ascii=False, indent=2 if indented else None)
    safe = json_text(document)
    assert json.loads(safe) == json.loads(document)
    safe.encode("utf-8")
    assert visible(safe.replace("\n", " ")) == safe.replace("\n", " ")
