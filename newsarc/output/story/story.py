"""A story: a graph of events with a heading and everything that a page or picture shows."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from newsarc.analysis.graph import Graph, Node
from newsarc.api import Archive
from newsarc.archive.refs import refs_by_path
from newsarc.layout import is_event_path
from newsarc.model import Event, broken_count
from newsarc.output.humanize import long_date, plural
from newsarc.output.json_types import StoryEventJson, StoryJson, StoryLinkJson
from newsarc.text.characters import folding_of, is_han, is_kana_or_hangul, optional_marks
from newsarc.text.sanitize import visible, web_address

_NO_CHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")  # not allowed in HTML and XML


@dataclass(frozen=True, slots=True)
class Story:
    """A graph with the content of its events.

    ``events`` and ``refs`` are the events of the nodes and their short REFs, by path; unreadable events are missing.
    ``start`` is the path of the starting event of a traversal, or None. ``is_event`` tells events from other pages.
    """

    heading: str
    graph: Graph
    events: Mapping[str, Event]
    refs: Mapping[str, str]
    start: str | None = None
    is_event: Callable[[str], bool] = is_event_path

    @property
    def kicker(self) -> str:
        """The line above the heading."""
        return "The story around an event" if self.start else "Events and their links"

    @property
    def facts(self) -> str:
        """The numbers of events and links, and the first and last day, in one line."""
        days = [day for node in self.graph.nodes if (day := _date(node.day))]
        ends = " – ".join(dict.fromkeys(_short(day) for day in (days[0], days[-1]))) if days else ""
        counts = f"{plural(len(self.graph.nodes), 'event')}, {plural(len(self.graph.edges), 'link')}"
        cut = "nearest events only" if self.start else "not all events"
        return " · ".join(part for part in (counts, ends, cut if self.graph.is_truncated else "") if part)

    def contexts(self) -> dict[str, tuple[str, ...]]:
        """Return the contexts of the links from and to each event, most frequent first, by path."""
        counts: dict[str, Counter[str]] = {}
        for edge in self.graph.edges:
            for path in {edge.source, edge.target}:
                counts.setdefault(path, Counter()).update(edge.contexts)
        return {path: tuple(name for name, _ in names.most_common()) for path, names in counts.items()}


def build_story(archive: Archive, graph: Graph, heading: str, start: str | None = None) -> Story:
    """Return the story of ``graph`` with its events, read from ``archive``."""
    events = {node.path: event for node in graph.nodes if (event := archive.try_load(node.path)) is not None}
    return Story(
        heading,
        graph,
        events,
        refs_by_path([node.path for node in graph.nodes], archive.tree),
        start,
        archive.tree.is_event,
    )


def readable(text: str) -> str:
    """Return archive text for HTML or SVG, with control characters and noncharacters made visible."""
    return _NO_CHARACTER.sub("\ufffd", visible(text))


def story_record(story: Story) -> StoryJson:
    """Return the data of the page, with events in chronological order."""
    places = {node.path: place for place, node in enumerate(story.graph.nodes)}
    inside: dict[str, set[str]] = {path: set() for path in places}
    for edge in story.graph.edges:
        inside[edge.source].add(edge.target)
    events = [_event_record(story, node, inside[node.path]) for node in story.graph.nodes]
    links: list[StoryLinkJson] = [
        {
            "source": places[edge.source],
            "target": places[edge.target],
            "contexts": [readable(name) for name in edge.contexts],
        }
        for edge in story.graph.edges
    ]
    texts = " ".join(_texts([events, links]))
    return {
        "start": places[story.start] if story.start else None,
        "events": events,
        "links": links,
        "folding": {"marks": optional_marks(), "characters": folding_of(texts)},
    }


def _texts(value: object) -> Iterator[str]:
    """Yield all strings in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _event_record(story: Story, node: Node, inside: set[str]) -> StoryEventJson:
    event = story.events.get(node.path)
    related = event.related if event else ()
    linked = {link.path for link in related if link.path and story.is_event(link.path)}
    return {
        "ref": readable(story.refs.get(node.path, node.path)),
        "day": node.day,
        "when": long_date(_date(node.day)),
        "headline": readable(node.title),
        "lang": language(node.title),
        "topics": [readable(topic) for topic in node.topics],
        "summary": readable(event.summary) if event and event.summary else None,
        "sources": [
            {"label": readable(source.text), "url": web_address(source.url)} for source in event.sources
        ] if event else [],
        "outside": len(linked - inside),
        "broken": broken_count(related),
    }  # fmt: skip


def language(text: str) -> str:
    """Return the ``lang`` attribute for ``text``: ``zh`` for Chinese, else empty (unknown)."""
    is_chinese = sum(map(is_han, text)) * 3 > len(text) and not any(map(is_kana_or_hangul, text))
    return "zh" if is_chinese else ""


def _date(day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(day) if day else None


def _short(day: dt.date) -> str:
    return long_date(day).partition(" ")[2]
