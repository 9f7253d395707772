"""The reference pages in docs/ are what the code says of itself."""

from __future__ import annotations

import pytest

from tests.cli.driver import REPOSITORY
from tools.reference.pages import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_is_made(name: str) -> None:
    page = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
    assert page == PAGES[name](page), "python -m tools.reference"
