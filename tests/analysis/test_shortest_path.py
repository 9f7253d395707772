"""Chains between two events against all chains of the model."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.analysis.graph import Edge, graph_of_path
from newsarc.analysis.shortest_path import PathNode, find_shortest_path
from tests.naive import Model, Named, Page, folder_of, write

DAY = dt.date(2020, 3, 1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Model]:
    chance = random.Random(3)
    days = [dt.date(2020, 2, 20) + dt.timedelta(chance.randint(0, 15)) for _ in range(30)]
    paths = [f"{folder_of(day)}/event-{number}.md" for number, day in enumerate(days)]
    pages = [
        Page(
            day,
            f"event-{number}",
            f"Event {number}",
            related=tuple(
                Named(path, tuple(chance.sample(("A", "B", "C"), 2)))
                for path in [*chance.sample(paths, chance.choice((0, 1, 1, 2))), f"{folder_of(day)}/gone.md"]
            ),
        )
        for number, day in enumerate(days)
    ]
    return write(tmp_path_factory.mktemp("chain"), pages), Model(pages)


def contexts(one: Page, other: Page, context: str | None) -> list[str] | None:
    """The contexts of the links from one page to the other; None where there is none."""
    links = [link for link in one.related if link.path == other.path and (context is None or context in link.contexts)]
    return list(dict.fromkeys(name for link in links for name in link.contexts)) if links else None


def shortest(model: Model, start: Page, end: Page, context: str | None) -> tuple[list[Page], int]:
    """The first of all shortest chains by date and path, found by lengthening all of them; how many events are near."""
    chains, seen = [[start]], {start.path}
    while chains:
        for chain in chains:
            if chain[-1] == end:
                return chain, 0
        chains = [
            [*chain, page]
            for chain in chains
            for page in model.in_time()
            if page.path not in seen
            and (contexts(chain[-1], page, context) is not None or contexts(page, chain[-1], context) is not None)
        ]
        seen.update(chain[-1].path for chain in chains)
    return [], len(seen)


@pytest.mark.parametrize("context", [None, "A", "nothing"])
def test_any_two_events(world: tuple[Path, Model], context: str | None) -> None:
    root, model = world
    lengths = set()
    with Archive.open(root, cache=False) as archive:
        for start in model.pages[:4]:
            for end in model.pages:
                found = find_shortest_path(archive.index(), archive.event(start.path), archive.event(end.path), context)
                expected, seen = shortest(model, start, end, context)
                assert [event.path for event in found.events] == [page.path for page in expected]
                assert all(step == told(*pair, context) for step, pair in steps(found.events, expected))
                lengths.add(len(expected))
                if not expected:
                    assert found.exhausted_from in {start.path, end.path}
                    assert seen == found.seen or found.exhausted_from == end.path
    assert len(lengths) > (1 if context else 4)


def steps(events: Iterable[PathNode], pages: list[Page]) -> Iterable[tuple[PathNode, tuple[Page | None, Page]]]:
    return zip(events, zip([None, *pages], pages, strict=False), strict=True)


def told(before: Page | None, page: Page, context: str | None) -> PathNode:
    """What a chain has to say of ``page`` when ``before`` leads to it."""
    forwards = contexts(before, page, context) if before else []
    backwards = contexts(page, before, context) if before else []
    names = forwards if forwards is not None else backwards or []
    direction = ("related" if forwards is not None else "backlink") if before else None
    return PathNode(page.path, page.slug, page.date.isoformat(), page.headline, direction, tuple(names))  # type: ignore[arg-type]


def line_of(number: int, root: Path) -> list[str]:
    """Write so many events, of which each names the next one, on one day after the other; return their paths."""
    days = [DAY + dt.timedelta(at) for at in range(number)]
    paths = [f"{folder_of(day)}/e{at}.md" for at, day in enumerate(days)]
    pages = [
        Page(day, f"e{at}", f"E{at}", related=tuple(Named(path, (f"to {at + 1}",)) for path in paths[at + 1 : at + 2]))
        for at, day in enumerate(days)
    ]
    write(root, pages)
    return paths


def test_a_long_chain(tmp_path: Path) -> None:
    paths = line_of(31, tmp_path)
    with Archive.open(tmp_path, cache=False) as archive:
        first, last = archive.event(paths[0]), archive.event(paths[-1])
        forwards, backwards = (
            find_shortest_path(archive.index(), first, last),
            find_shortest_path(archive.index(), last, first),
        )
        assert [event.path for event in forwards.events] == paths
        assert [event.path for event in backwards.events] == paths[::-1]
        assert {event.direction for event in forwards.events[1:]} == {"related"}
        assert {event.direction for event in backwards.events[1:]} == {"backlink"}
        assert [event.contexts for event in forwards.events[1:]] == [(f"to {at}",) for at in range(1, 31)]
        assert [event.path for event in archive.chain(last, first)] == paths[::-1]
        graph = graph_of_path(archive.index(), backwards)
        assert [node.depth for node in graph.nodes] == list(range(30, -1, -1))
        assert [edge.source for edge in graph.edges] == paths[:-1]


def test_an_event_and_itself(tmp_path: Path) -> None:
    paths = line_of(2, tmp_path)
    with Archive.open(tmp_path, cache=False) as archive:
        event = archive.event(paths[0])
        assert [step.path for step in find_shortest_path(archive.index(), event, event).events] == paths[:1]


def test_the_end_around_which_there_is_less_tells(tmp_path: Path) -> None:
    line_of(9, tmp_path)
    write(
        tmp_path, [Page(DAY, "alone", "Alone"), Page(DAY, "self", "Self", related=(Named("news/2020/03/1/self.md"),))]
    )
    with Archive.open(tmp_path, cache=False) as archive:
        for name in ("alone", "self"):
            for one, other in ((name, "e0"), ("e0", name)):
                found = find_shortest_path(archive.index(), archive.event(one), archive.event(other))
                assert (found.events, found.exhausted_from) == ((), f"news/2020/03/1/{name}.md")
                assert (found.seen, found.eccentricity) == (1, 0)
        found = find_shortest_path(archive.index(), archive.event("e0"), archive.event("e5"), "to 1")
        assert (found.exhausted_from, found.seen, found.eccentricity) == ("news/2020/03/6/e5.md", 1, 0)


def test_links_both_ways_are_two_edges_and_the_one_that_leads_on_counts(tmp_path: Path) -> None:
    a, b = (f"{folder_of(DAY)}/{name}.md" for name in "ab")
    pages = [Page(DAY, "a", "A", related=(Named(b, ("X",)),)), Page(DAY, "b", "B", related=(Named(a, ("Y",)),))]
    with Archive.open(write(tmp_path, pages), cache=False) as archive:
        chain = find_shortest_path(archive.index(), archive.event("b"), archive.event("a"))
        assert [(event.direction, event.contexts) for event in chain.events] == [(None, ()), ("related", ("Y",))]
        assert graph_of_path(archive.index(), chain).edges == (Edge(a, b, ("X",)), Edge(b, a, ("Y",)))
