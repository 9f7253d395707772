"""A month in a world of misbehaving hosts: nobody who lives is called dead, and all of the dead are."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.sources.check.checker import Checker
from newsarc.sources.ledger import LedgerWriter, read_ledger
from newsarc.sources.verdicts import Judgement, judge
from tests.sources.virtual_time import run
from tests.sources.world import KINDS, World

HOSTS_OF_A_KIND = 3  # 34 make a thousand hosts: python -m benchmarks.sources


def simulate(folder: Path, hosts_of_a_kind: int, passes: int) -> tuple[Judgement, World]:
    """Return the verdicts after some weekly passes, and the world."""
    world = World(hosts_of_a_kind)
    file = folder / "sources.jsonl"
    for number in range(passes):
        world.day = 7 * number
        with LedgerWriter(file) as ledger:
            run(Checker(world.citations, world, ledger, now=world.now).run())
    return judge(read_ledger(file)), world


@pytest.mark.parametrize("passes", [2, 3, 5])
def test_weekly_passes(tmp_path: Path, passes: int) -> None:
    judgement, world = simulate(tmp_path, HOSTS_OF_A_KIND, passes)
    dead = set(judgement.dead)
    assert sorted(dead - world.dead) == [], "nobody who lives is called dead"
    assert sorted(world.seen_dead - dead) == [], "who was seen dead in three passes is called dead"
    if passes < 3:
        assert dead == set(), "two failures are not enough"
    else:
        assert {world.kinds[host] for host in judgement.failing} >= {"404 for all", "vanished"}
    if passes == 5:
        kinds = {world.kinds[host] for host in judgement.failing}
        assert kinds == {"404 for all", "vanished"}, "a fortnight without an answer is forgotten"
        assert len(dead) > 0.9 * len(world.dead)


def test_there_are_enough_ways_to_misbehave() -> None:
    assert len(KINDS) >= 25
