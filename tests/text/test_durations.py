"""Spans of time in words."""

from __future__ import annotations

import pytest

from newsarc.text.durations import duration


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (20, "20 days"),
        (21, "3 weeks"),
        (55, "8 weeks"),
        (56, "2 months"),
        (699, "23 months"),
        (700, "2 years"),
        (3650, "10 years"),
        (730_000, "1,999 years"),
    ],
)
def test_duration(days: int, text: str) -> None:
    assert duration(days) == text
