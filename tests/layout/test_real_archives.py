"""Dates, addresses and dead links of real archives, where these are at hand: beside the repository, not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.layouts import compare
from tests.cli.driver import REPOSITORY

POSTS = next(
    (up / "shared/archives/posts" for up in REPOSITORY.parents if (up / "shared/archives/posts").is_dir()), Path()
)


@pytest.mark.parametrize(
    ("name", "layout", "dead"), [("elixir", "jekyll", 1), ("jekyll", "jekyll", 0), ("18f", "plain", 1)]
)
def test_dates_and_addresses_are_those_of_the_generator(name: str, layout: str, dead: int) -> None:
    archive = POSTS / f"{name}.tar.xz"
    if not archive.is_file():
        pytest.skip(f"{archive.name} is not here; run python -m benchmarks.layouts where it is")
    result = compare(archive)
    assert (result.layout, result.differ, len(result.dead)) == (layout, [], dead)
    assert result.agree == result.listed == result.posts
