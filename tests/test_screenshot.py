"""The picture in the README is what newsarc prints."""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import cache
from importlib.metadata import version
from types import ModuleType
from xml.etree import ElementTree

import pytest

from tests.cli.driver import REPOSITORY, on_example

DOCS = REPOSITORY / "docs"


@pytest.fixture(scope="module")
def screenshot() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshot", DOCS / "screenshot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module._printed = cache(module._printed)  # type: ignore[attr-defined]
    return module


def rows(svg: str) -> list[str]:
    """The rows of the picture: their text, without white space."""
    found: dict[float, dict[float, str]] = {}
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        if "x" in element.attrib and "clip-path" in element.attrib:
            row = found.setdefault(float(element.attrib["y"]), {})
            row[float(element.attrib["x"])] = "".join(element.itertext())
    return ["".join("".join(text for _, text in sorted(row.items())).split()) for _, row in sorted(found.items())]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_picture_is_of_real_runs(screenshot: ModuleType, theme: str) -> None:
    kept = (DOCS / f"screenshot-{theme}.svg").read_text(encoding="utf-8")
    made = screenshot.picture(theme)
    assert rows(kept) == rows(made), "python docs/screenshot.py"
    # How Rich draws it differs from version to version.
    drawn_with = re.search(r"<!-- Rich (\S+) -->", kept)
    assert drawn_with is not None
    if drawn_with[1] == version("rich") and sys.platform != "win32":
        assert kept == made, "python docs/screenshot.py"


def test_the_picture_shows_what_is_printed(screenshot: ModuleType) -> None:
    shown = rows((DOCS / "screenshot-dark.svg").read_text(encoding="utf-8"))
    for command in screenshot.COMMANDS:
        assert "".join(f"${command}".split()) in shown
    day = on_example("show", "2017-06-17", "--format", "table")
    assert "".join(day.lines[0].split()) in shown


def test_the_readme_has_both_and_they_load_nothing() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for theme in ("dark", "light"):
        assert f"docs/screenshot-{theme}.svg" in readme
        picture = (DOCS / f"screenshot-{theme}.svg").read_text(encoding="utf-8")
        assert not re.search(r"url\((?!#)|@import|<script|href=", picture)
