"""Small pages, each with one irregularity of the format, and the expected parse results.

Each folder of ``pages/`` has a ``page.md`` and an ``expected.json``: the parsed page without empty and default values.
Folders named ``day…`` have a day page, those named ``front-page…`` the front page, all others an event. To add a case,
write its page, run ``pytest --update-expected`` and read the result.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from newsarc.model import DayPage, Event
from newsarc.parser import parse_day, parse_event
from tests.parser.accounting import accounted_lines, filled_lines

FOLDER = Path(__file__).parent / "pages"
CASES = sorted(page.parent.name for page in FOLDER.glob("*/page.md"))


def read(case: str) -> tuple[Event | DayPage, str]:
    text = (FOLDER / case / "page.md").read_bytes().decode("utf-8", "surrogateescape")
    if case.startswith("front-page"):
        return parse_day(text, "index.md"), text
    if case.startswith("day"):
        return parse_day(text, "news/2017/06/16/index.md"), text
    return parse_event(text, f"news/2017/06/16/{case}.md"), text


def dump(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _filled(value, {field.name: field.default for field in fields(value)})
    if isinstance(value, tuple):
        if hasattr(value, "_fields") and hasattr(value, "_field_defaults"):
            return _filled(value, {name: value._field_defaults.get(name, MISSING) for name in value._fields})
        return [dump(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _filled(value: object, defaults: dict[str, Any]) -> dict[str, Any]:
    found = {name: getattr(value, name) for name in defaults}
    return {
        name: dump(item)
        for name, item in found.items()
        if not (item in (None, (), "") if defaults[name] is MISSING else item == defaults[name])
    }


@pytest.mark.parametrize("case", CASES)
def test_page_is_read_as_expected(case: str, request: pytest.FixtureRequest) -> None:
    page, text = read(case)
    found = json.loads(json.dumps(dump(page)))
    file = FOLDER / case / "expected.json"
    if request.config.getoption("--update-expected"):
        document = json.dumps(found, ensure_ascii=False, indent=2)
        file.write_bytes(f"{document}\n".encode("utf-8", "backslashreplace"))
    assert found == json.loads(file.read_bytes())
    assert filled_lines(text) - accounted_lines(page, text) == set()


def test_every_expected_file_has_a_page() -> None:
    assert sorted(file.parent.name for file in FOLDER.glob("*/expected.json")) == CASES


def test_invalid_utf8_is_a_problem() -> None:
    text = b"# Caf\xe9 closes\n\nAll good, \xff\xfe here.\n".decode("utf-8", "surrogateescape")
    event = parse_event(text, "news/2017/06/16/a.md")
    assert [(problem.kind, problem.line, problem.column) for problem in event.problems] == [
        ("invalid-encoding", 1, 6),
        ("invalid-encoding", 3, 11),
    ]
    assert event.headline == "Caf\udce9 closes"
    day = parse_day(text, "news/2017/06/16/index.md")
    assert [problem.line for problem in day.problems] == [1, 3]
