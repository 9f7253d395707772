"""Walks along related links against breadth-first search on the model."""

from __future__ import annotations

import datetime as dt
import random
from collections import deque
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.analysis.traversal import Direction, traverse
from tests.naive import Model, Named, Page, folder_of, write

BOTH: tuple[Direction, ...] = ("related", "backlink")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Model]:
    chance = random.Random(11)
    days = [dt.date(2020, 3, 1) + dt.timedelta(number) for number in range(12)]
    paths = [f"{folder_of(day)}/event-{number}.md" for number, day in enumerate(days)]
    pages = [
        Page(
            day,
            f"event-{number}",
            f"Event {number}",
            related=tuple(
                Named(path, (chance.choice(("A", "B")),))
                for path in [*chance.sample(paths, 2), f"{folder_of(day)}/gone.md"]
            ),
        )
        for number, day in enumerate(days)
    ]
    return write(tmp_path_factory.mktemp("walk"), pages), Model(pages)


def distances(model: Model, start: str, directions: tuple[Direction, ...], context: str | None) -> dict[str, int]:
    there = {page.path: page for page in model.pages}
    far = {start: 0}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        near = []
        if "related" in directions:
            near += [link.path for link in there[path].related if context is None or context in link.contexts]
        if "backlink" in directions:
            near += [
                page.path
                for page in model.in_time()
                for link in page.related
                if link.path == path and (context is None or context in link.contexts)
            ]
        for other in near:
            if other in there and other not in far:
                far[other] = far[path] + 1
                waiting.append(other)
    return far


@pytest.mark.parametrize("directions", [("related",), ("backlink",), BOTH], ids=len)
@pytest.mark.parametrize("context", [None, "A", "nothing"])
@pytest.mark.parametrize("depth", [1, 2, 3, 20])
def test_walk(world: tuple[Path, Model], directions: tuple[Direction, ...], context: str | None, depth: int) -> None:
    root, model = world
    with Archive.open(root) as archive:
        for page in model.pages:
            index = archive.index() if "backlink" in directions else None
            found = traverse(archive, index, archive.event(page.path), depth, directions, context)
            expected = {
                path: far for path, far in distances(model, page.path, directions, context).items() if 0 < far <= depth
            }
            assert {step.path: step.depth for step in found.steps} == expected
            assert [step.depth for step in found.steps] == sorted(step.depth for step in found.steps)
            assert not found.is_truncated
            reached = {page.path: 0} | {step.path: step.depth for step in found.steps}
            for step in found.steps:
                assert reached[step.via] == step.depth - 1


def test_the_limit_cuts(world: tuple[Path, Model]) -> None:
    root, model = world
    with Archive.open(root) as archive:
        start = archive.event(model.pages[0].path)
        everything = traverse(archive, archive.index(), start, 20, BOTH)
        cut = traverse(archive, archive.index(), start, 20, BOTH, limit=3)
    assert cut.is_truncated
    assert cut.steps == everything.steps[:3]
