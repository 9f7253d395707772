"""The reader of an archive."""

from __future__ import annotations

from dataclasses import replace

from newsarc.archive.reader import PageReader
from newsarc.config import DEFAULT_CONFIG
from tests.cli.driver import CASES


def test_a_reader_for_workers_knows_what_all_pages_show_and_has_read_nothing() -> None:
    pages = PageReader(CASES / "prefixed", DEFAULT_CONFIG)
    pages.names = frozenset({"Port Ansel, north"})
    assert pages.known_prefix is None
    forked = pages.for_workers()
    assert forked.known_prefix == pages.known_prefix == "/bay"
    assert forked.names == pages.names
    assert forked.tree is not pages.tree
    assert pages.missing_prefix_warning in pages.warnings


def test_a_configured_prefix_is_not_missing() -> None:
    pages = PageReader(CASES / "prefixed", replace(DEFAULT_CONFIG, site_prefix="/bay"))
    assert pages.for_workers().missing_prefix is None
    assert pages.warnings == []
