"""URLs in link targets."""

from __future__ import annotations

import pytest

from newsarc.text.urls import host_of


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Town.example/a?b#c", "town.example"),
        ("http://town.example", "town.example"),
        ("https://town.example:8080/", "town.example"),
        ("https://www.other:x@town.example/", "town.example"),
        ("https://münchen.example/", "münchen.example"),
        ("https://[::1]:80/", "::1"),
        ("https://[town/", ""),
        ("mailto:a@town.example", ""),
        ("https://\udcff.example/", "\ufffd.example"),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host
