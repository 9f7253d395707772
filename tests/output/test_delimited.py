"""Rows for pipes: one line per row, one field per value, nothing else, whatever the values hold."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from newsarc.output.delimited import comma_separated, tab_separated
from newsarc.output.json import json_document, json_line
from newsarc.text.sanitize import visible
from tests.cli.driver import strict_json

anything = st.text(st.characters(codec=None), max_size=20)
rows = st.lists(st.lists(st.none() | anything | st.integers(), min_size=2, max_size=4), max_size=4)


def utf8(text: str) -> str:
    """What arrives at the other end of a pipe."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


@given(rows)
def test_tab_separated(table: list[list[object]]) -> None:
    text = utf8("".join(tab_separated(table)))
    assert [len(line.split("\t")) for line in text.split("\n")[:-1]] == [len(row) for row in table]
    assert len(text.splitlines()) == len(table)


@given(rows)
def test_comma_separated(table: list[list[object]]) -> None:
    text = utf8("".join(comma_separated(["one", "two"], table)))
    read = list(csv.reader(io.StringIO(text)))
    assert read[0] == ["one", "two"]
    assert [len(row) for row in read[1:]] == [len(row) for row in table]
    for row in read[1:]:
        assert not any(cell.startswith(("=", "@")) for cell in row)


@given(st.dictionaries(anything, anything, max_size=3), st.lists(st.dictionaries(anything, anything, max_size=3)))
def test_json(head: dict[str, str], records: list[dict[str, str]]) -> None:
    head = {name: value for name, value in head.items() if name not in {"version", "items"}}
    document = "".join(json_document(head, "items", records))
    assert strict_json(document) == {"version": 1, **head, "items": records}
    assert visible(document.replace("\n", "")) == document.replace("\n", "")
    for record in records:
        assert strict_json(json_line(record)) == record
        assert len(json_line(record).splitlines()) == 1


@given(anything)
def test_visible_is_safe_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert visible(shown) == shown
    assert len(shown.splitlines()) <= 1
