"""The heap stays frozen as long as anybody needs it."""

from __future__ import annotations

import gc

from newsarc.storage import collector


def test_the_heap_is_frozen_until_the_last_block_ends() -> None:
    assert gc.get_freeze_count() == 0
    with collector.frozen():
        with collector.frozen():
            assert gc.get_freeze_count() > 0
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0


def test_what_was_imported_stays_exempt_after_forks() -> None:
    holds = collector._holds
    try:
        collector.pause()
        collector.resume()
        with collector.frozen():
            pass
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        collector._holds = holds
        gc.enable()
        gc.unfreeze()


def test_a_running_collector_is_left_alone() -> None:
    collector.resume()
    assert gc.get_freeze_count() == 0
