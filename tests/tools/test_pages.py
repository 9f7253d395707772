"""The reference pages in docs/, and the table of completion, are what the code says of itself."""

from __future__ import annotations

import re

import pytest

from tests.cli.driver import REPOSITORY
from tools.reference.pages import FILES, PAGES


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_as_it_is_made(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert text == FILES[name](text), "python -m tools.reference"


def test_links_of_the_table_lead_to_headings() -> None:
    text = PAGES["rules.md"]("")
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^### (NA\d{3} .*)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == headings
