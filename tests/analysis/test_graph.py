"""Graphs of events against the model."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.analysis.graph import Edge, Graph, Node, graph_of, graph_of_traversal
from newsarc.analysis.traversal import DIRECTIONS, Direction, traverse
from newsarc.model import Event
from tests.naive import Model, Named, Page, folder_of, write


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Model]:
    chance = random.Random(5)
    days = [dt.date(2020, 3, 25) + dt.timedelta(number // 2) for number in range(24)]
    paths = [f"{folder_of(day)}/event-{number}.md" for number, day in enumerate(days)]
    pages = [
        Page(
            day,
            f"event-{number}",
            f"Event {number}",
            topics=tuple(chance.sample(("Sea", "Port", "Inquiry, second"), chance.randint(0, 2))),
            related=tuple(
                Named(path, tuple(chance.sample(("A", "Á", "B", "Inquiry, second"), chance.randint(0, 3))))
                for path in [*chance.choices(paths, k=3), f"{folder_of(day)}/gone.md"]
            ),
        )
        for number, day in enumerate(days)
    ]
    return write(tmp_path_factory.mktemp("graph"), pages), Model(pages)


def graph_of_walk(
    archive: Archive,
    start: Event,
    depth: int,
    directions: tuple[Direction, ...] = ("related",),
    context: str | None = None,
    limit: int = 500,
) -> Graph:
    index = archive.index()
    return graph_of_traversal(index, start, traverse(archive, index, start, depth, directions, context, limit), context)


def edges(model: Model, paths: set[str], context: str | None = None) -> list[Edge]:
    """The links among ``paths``, each ordered pair once, with the contexts of all its links."""
    pages = [page for page in model.in_time() if page.path in paths]
    found = []
    for page in pages:
        for other in pages:
            links = [
                link.contexts
                for link in page.related
                if link.path == other.path
                and (context is None or {context, "Á" if context == "A" else ""} & {*link.contexts})
            ]
            if links:
                contexts = dict.fromkeys(name for contexts in links for name in contexts)
                found.append(Edge(page.path, other.path, tuple(contexts)))
    return found


@pytest.mark.parametrize("size", [0, 1, 5, 24])
def test_any_events(world: tuple[Path, Model], size: int) -> None:
    root, model = world
    wanted = {page.path for page in random.Random(size).sample(list(model.pages), size)}
    with Archive.open(root, cache=False) as archive:
        graph = graph_of(archive.index(), [*sorted(wanted), "news/2020/03/25/gone.md", "newsarc.toml"])
    assert graph.nodes == tuple(
        Node(page.path, page.slug, page.date.isoformat(), page.headline, page.topics)
        for page in model.in_time()
        if page.path in wanted
    )
    assert list(graph.edges) == edges(model, wanted)
    assert not graph.is_truncated


@pytest.mark.parametrize("depth", [1, 2, 20])
@pytest.mark.parametrize("context", [None, "A"])
def test_a_walk_has_all_links_among_its_events(world: tuple[Path, Model], depth: int, context: str | None) -> None:
    root, model = world
    with Archive.open(root, cache=False) as archive:
        for page in model.pages[:6]:
            start = archive.event(page.path)
            graph = graph_of_walk(archive, start, depth, DIRECTIONS, context)
            depths = {node.path: node.depth for node in graph.nodes}
            assert [path for path, far in depths.items() if far == 0] == [page.path]
            assert max(depths.values()) <= depth
            assert list(graph.edges) == edges(model, set(depths), context)


def test_both_directions_are_two_edges_and_a_self_link_is_one(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    a, b = (f"{folder_of(day)}/{name}.md" for name in "ab")
    pages = [
        Page(day, "a", "A", related=(Named(b, ("X",)), Named(a, ("Self",)), Named(b, ("Y", "X")))),
        Page(day, "b", "B", related=(Named(a, ("Z",)),)),
    ]
    with Archive.open(write(tmp_path, pages), cache=False) as archive:
        graph = graph_of_walk(archive, archive.event("a"), 3)
    assert graph.edges == (Edge(a, a, ("Self",)), Edge(a, b, ("X", "Y")), Edge(b, a, ("Z",)))
    assert [(node.path, node.depth) for node in graph.nodes] == [(a, 0), (b, 1)]


def test_the_limit_cuts(world: tuple[Path, Model]) -> None:
    root, model = world
    with Archive.open(root, cache=False) as archive:
        graph = graph_of_walk(archive, archive.event(model.pages[0].path), 20, DIRECTIONS, limit=4)
    assert graph.is_truncated
    assert len(graph.nodes) == 5
