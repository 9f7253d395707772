"""The events of a day, with lookups for those that a broken link may mean."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from newsarc.lint.dead_links.slug_changes import KEY_LENGTH, TRUNCATED_SIZE, after_words
from newsarc.lint.event_table import EventRecord
from newsarc.lint.labels import byte_size
from newsarc.text.headlines import strip_punctuation


class NormalizedLink(NamedTuple):
    """A broken link: its path, folded label and contexts. ``words`` is the label without punctuation."""

    path: str
    folder: str
    slug: str
    label: str
    words: str
    contexts: tuple[str, ...]
    is_entry: bool


class DayEvents:
    """The events of a day folder, indexed so that a broken link is compared with only a few of them."""

    def __init__(self, events: Sequence[EventRecord]) -> None:
        self.events = events
        self.by_slug_start: dict[str, list[EventRecord]] = {}  # by the first characters of the slug
        self._by_slug = {event.slug: event for event in events}
        self.by_headline: dict[str, list[EventRecord]] = {}  # by the headline without punctuation
        self.by_headline_end: dict[str, list[EventRecord]] = {}  # by the last characters of that
        for event in events:
            headline = strip_punctuation(event.headline)
            self.by_slug_start.setdefault(event.slug[:KEY_LENGTH], []).append(event)
            self.by_headline.setdefault(headline, []).append(event)
            self.by_headline_end.setdefault(headline[-KEY_LENGTH:], []).append(event)
        self._slugs = [event.slug for event in events]
        self._headlines = [event.headline for event in events]

    @cached_property
    def _by_slug_rest(self) -> dict[str, list[EventRecord]]:
        """The events by the part of the slug after a possible topic."""
        groups: dict[str, list[EventRecord]] = {}
        for event in self.events:
            for rest in after_words(event.slug):
                groups.setdefault(rest, []).append(event)
        return groups

    @cached_property
    def _by_rest_start(self) -> dict[str, list[EventRecord]]:
        """The events whose slugs may be truncated, by the first characters after a possible topic."""
        groups: dict[str, list[EventRecord]] = {}
        for rest, events in self._by_slug_rest.items():
            cut = [event for event in events if byte_size(event.slug) >= TRUNCATED_SIZE]
            if cut:
                groups.setdefault(rest[:KEY_LENGTH], []).extend(cut)
        return groups

    def sharing_words(self, slug: str) -> list[EventRecord]:
        """Return the events whose slug may differ from ``slug`` in a topic prefix or the end, and few others."""
        begin = slug[:KEY_LENGTH]
        found = [*self.by_slug_start.get(begin, ()), *self._by_slug_rest.get(slug, ())]
        found += self._by_rest_start.get(begin, ())
        if byte_size(slug) >= TRUNCATED_SIZE:
            for rest in after_words(slug):
                found += self.by_slug_start.get(rest[:KEY_LENGTH], ())
        else:
            found += [self._by_slug[rest] for rest in after_words(slug) if rest in self._by_slug]
        return list({event.id: event for event in found}.values()) if len(found) > 1 else found

    def similar(self, dead: NormalizedLink, least: float) -> dict[EventRecord, float]:
        """Return the events that are similar to a broken link by ``least`` percent or more, with their similarity."""
        from rapidfuzz import fuzz, process

        similar: dict[int, float] = {}
        for written, names in ((dead.slug, self._slugs), (dead.label, self._headlines)):
            for _, score, at in process.extract(written, names, scorer=fuzz.ratio, score_cutoff=least, limit=None):
                similar[at] = max(score, similar.get(at, 0.0))
        return {self.events[at]: score for at, score in similar.items()}


def similarity(dead: NormalizedLink, event: EventRecord, least: float) -> float:
    """Return the similarity of a broken link and an event in percent, or 0 if it is less than ``least``."""
    from rapidfuzz import fuzz

    return max(
        fuzz.ratio(dead.slug, event.slug, score_cutoff=least),
        fuzz.ratio(dead.label, event.headline, score_cutoff=least),
    )
