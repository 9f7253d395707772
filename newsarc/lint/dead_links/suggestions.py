"""Rename detection: suggestions for the events that broken links meant.

Files are renamed together with their headlines, nearly always within their day folder (FORMAT: "How links die"). Each
suggestion states its reason. Deleted events must not get one: an event that is merely similar is rejected if a page
with the broken link also links to it, if it lacks a context of the link that the label mentions, or if the label is the
headline of another event.

A suggestion is *certain*, and fixed without ``--unsafe-fixes``, only in these cases, and only if a single event fits:

- The target is the path of a page, apart from a scheme or slashes before it, backslashes, or non-ASCII digits.
- Git reports a rename, and either the content is unchanged or the names are similar.
- The event lists the former slug (in its folder) or path, in Changes or ``aliases``.
- The file name differs only in case, Unicode form or suffix.
- The label is the headline of an event of the same day, apart from case, white space and punctuation, or apart from a
  known topic prefix of one of the two. Known topics are the contexts of the link, the topics and contexts of the event,
  and the prefixes of other headlines.
- A Changes section marks a missing page as its current version, which is the page itself.

None of these is certain if the label is exactly the headline of another event.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.lint.changes import Changes
from newsarc.lint.dead_links.day_events import DayEvents, NormalizedLink, similarity
from newsarc.lint.dead_links.slug_changes import KEY_LENGTH, has_words_inserted, shorter_first, slug_change, topic_parts
from newsarc.lint.event_table import MAX_COMPARED, EventRecord, EventTable
from newsarc.lint.finding import Suggestion
from newsarc.lint.labels import MIN_SHARED, same_headline, topic_prefix
from newsarc.lint.rows import DeadLink
from newsarc.parser.contexts import headline_prefixes
from newsarc.parser.page import folder_date
from newsarc.parser.targets import intended_path, written_target
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import fold

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.storage.tree import Day

# Minimum similarity of two wordings of one headline, in percent, and minimum lead over the second best. Tuned on 15,000
# renames and 4,200 deletions (benchmarks/README.md): 75 to 85 are equally good, 95 misses one in 16, and 70 produces
# false suggestions. Without the lead, 0.6 % are wrong in the hardest archive; with it, 0.1 %.
_MIN_SIMILARITY = 80.0
_MIN_LEAD = 5.0
_MAY_HAVE_TOPIC = re.compile(r"[^:.]{1,119}[:.]").match
_FEW_PAGES = 8  # with the same broken link; the links of more pages are merged
_NEAR_DAYS = 7  # days before or after its own day on which an event may be filed


class RenameDetector:
    """Suggests the events that broken links meant, based on all events and on renames in git.

    All broken links with the same paths must be passed to :meth:`register` before :meth:`suggest` is called.
    """

    def __init__(self, reader: PageReader, events: EventTable, changes: Changes | None = None) -> None:
        self.reader = reader
        self.events = events
        self.renames: Mapping[str, str] = changes.renamed if changes else {}
        self.unedited: frozenset[str] = changes.unedited if changes else frozenset()
        self._linking: dict[tuple[str, bool], dict[str, None]] = {}  # (path, is an entry) → pages
        self._linked: dict[str, frozenset[int]] = {}
        self._linked_by_pages: tuple[tuple[str, bool], Sequence[frozenset[int]]] = (("", False), ())
        self._labels: set[str] = set()
        self._known_contexts: dict[int, set[str]] = {}
        self._last_folder: tuple[str, DayEvents] = ("", DayEvents(()))
        self._last_normalized: tuple[str, dict[str, list[str]]] = ("", {})
        self._contexts_of_day: tuple[str, dict[str | None, set[str]]] = ("", {})

    def register(self, links: Iterable[DeadLink]) -> None:
        """Register broken links. Events that their pages also link to are never suggested for them."""
        for link in links:
            if link.path is not None and not link.is_change:
                self._labels.add(strip_punctuation(fold(link.text)))
                # Store only the pages. Storing the events that they link to, for each broken link, would take memory
                # quadratic in the size of a page.
                self._linking.setdefault((link.path, link.kind == "entry"), {})[link.page] = None

    def _linked_by(self, page: str) -> frozenset[int]:
        """Return the ids of the events that ``page`` has valid links to, including its own."""
        if page not in self._linked:
            if (id_ := self.events.id_of(page)) is not None:
                self._linked[page] = frozenset((id_, *(target for _, target in self.events.targets(id_))))
            else:
                self._linked[page] = frozenset(self.events.entries(page))
        return self._linked[page]

    def suggest(self, link: DeadLink) -> Suggestion | None:
        """Return the page that a broken link probably meant, or None. The link must be registered."""
        if link.is_change:  # the slug of a former version records a rename and must not be overwritten
            is_dead = link.kind == "current" and self.reader.reach(link.target, link.page) is None
            return Suggestion(link.page, "the page that says so", certain=True) if is_dead else None
        path, prefix = link.path, self.reader.config.site_prefix
        if path is None:
            return None
        label = fold(link.text)
        words = strip_punctuation(label)
        contexts = tuple([fold(name) for name in link.contexts])
        dead = NormalizedLink(path, *_split(path), label, words, contexts, link.kind == "entry")
        meant = intended_path(link.target, link.page, prefix)
        if meant is not None:
            reached = self.reader.reach(written_target(meant.path, prefix), link.page)
            if reached is not None:
                return self._checked_against_label(Suggestion(reached, meant.reason, meant.certain), dead)
        suggestion = self._from_history(dead) or self._by_case_or_unicode(dead)
        if suggestion is not None:
            return self._checked_against_label(suggestion, dead)
        guess = self._by_headline(dead)
        if guess is None and not self._is_crowded(dead.folder):
            guess = self._by_slug_of_day(dead) or self._by_slug_elsewhere(dead) or self._by_similarity(dead)
        elif guess is None:
            guess = self._by_slug_elsewhere(dead)
        return guess if guess is None or not self.is_headline_of_another(guess.path, dead.label) else None

    def _checked_against_label(self, suggestion: Suggestion, dead: NormalizedLink) -> Suggestion:
        """Return ``suggestion``, not certain if the label contradicts it."""
        return (
            suggestion._replace(certain=False)
            if self.is_headline_of_another(suggestion.path, dead.label)
            else suggestion
        )

    def is_headline_of_another(self, path: str, label: str) -> bool:
        """Whether a folded label is the headline of a different event than the one at ``path``, and not of that one."""
        number = self.events.id_of(path)
        if all(other == number for other in self._by_label.get(strip_punctuation(label), ())):
            return False
        return number is None or not same_headline(label, self.events.event(number).headline)

    def _is_crowded(self, folder: str) -> bool:
        """Whether a day folder has too many events to compare each with each broken link."""
        return len(self._of_folder(folder).events) > MAX_COMPARED

    def _from_history(self, dead: NormalizedLink) -> Suggestion | None:
        """Suggest a rename that git or a page records."""
        new = self.renames.get(dead.path)
        if new is not None and self.reader.tree.exists(new):
            # Git compares by half of the lines, which two events of one story may share: the names must be similar too.
            number = self.events.id_of(new)
            is_same = dead.path in self.unedited or (
                number is not None and _has_similar_name(dead, self.events.event(number))
            )
            return Suggestion(new, "renamed in git", is_same)
        found = [self.events.event(id_) for id_ in self._by_former_path.get(dead.path, ())]
        return _suggest_single(found, "a former slug of it", certain=True)

    def _by_case_or_unicode(self, dead: NormalizedLink) -> Suggestion | None:
        """Suggest a file whose name differs only in case, Unicode form or suffix."""
        found = self._normalized_names(dead.folder).get(_normalized_name(f"{dead.slug}.md"), ())
        if len(found) != 1:
            return None
        reason = "wrong case" if found[0].casefold() == f"{dead.slug}.md".casefold() else "another Unicode form"
        return Suggestion(f"{dead.folder}/{found[0]}", reason, certain=True)

    def _by_headline(self, dead: NormalizedLink) -> Suggestion | None:
        words = dead.words
        day = self._of_folder(dead.folder)
        if words and (found := day.by_headline.get(words)):
            return _suggest_single(found, "same day, same headline", certain=True)
        if self._is_crowded(dead.folder):
            return None
        # With a topic prefix in one of them, both still end the same.
        similar = day.by_headline_end.get(words[-KEY_LENGTH:], ())
        behind = [(event, topic) for event in similar if (topic := topic_prefix(dead.label, event.headline))]
        if len(behind) != 1:
            return None
        event, topic = behind[0]
        reason = f"same day, topic prefix {'dropped' if len(dead.label) > len(event.headline) else 'added'}"
        return Suggestion(event.path, reason, self._is_topic(topic, dead, event))

    def _is_topic(self, name: str, dead: NormalizedLink, event: EventRecord) -> bool:
        is_own = name in headline_prefixes(event.headline)
        return name in dead.contexts or self.prefixes[name] > is_own or name in self._contexts(event)

    def _by_slug_of_day(self, dead: NormalizedLink) -> Suggestion | None:
        """Suggest an event of the day whose slug differs only in a topic prefix or the end."""
        day = self._of_folder(dead.folder)
        similar = self._without_linked(dead, day.sharing_words(dead.slug))
        found = [(event, reason) for event in similar if (reason := self._slug_change(dead, event))]
        if len(found) != 1:
            return None
        event, reason = found[0]
        events = self._without_linked(dead, day.events)
        nearest = max(events, key=lambda other: similarity(dead, other, _MIN_SIMILARITY))
        is_likely = nearest is event or similarity(dead, nearest, _MIN_SIMILARITY) < _MIN_SIMILARITY
        return Suggestion(event.path, f"same day, {reason}", certain=False) if is_likely else None

    def _by_slug_elsewhere(self, dead: NormalizedLink) -> Suggestion | None:
        """Suggest an event with the same slug on a nearby day, or on any day if the label is its headline."""
        day = folder_date(dead.path)
        numbers = self._by_slug.get(dead.slug, ())
        if len(numbers) > MAX_COMPARED:
            return None
        if not numbers:
            return None
        events = self._without_linked(dead, [self.events.event(number) for number in numbers])
        near = [event for event in events if day and event.day.date and abs((event.day.date - day).days) <= _NEAR_DAYS]
        words = dead.words
        found = near or [event for event in events if words and words == strip_punctuation(event.headline)]
        return _suggest_single(found, "same slug on another day", certain=False)

    def _by_similarity(self, dead: NormalizedLink) -> Suggestion | None:
        day = self._of_folder(dead.folder)
        similar = day.similar(dead, _MIN_SIMILARITY - _MIN_LEAD)
        events = self._without_linked(dead, list(similar))
        ranked = sorted(((similar[event], event.path, event.id) for event in events), reverse=True)
        if not ranked or ranked[0][0] < _MIN_SIMILARITY:
            return self._by_insertion(
                dead, self._without_linked(dead, day.by_slug_start.get(dead.slug[:KEY_LENGTH], ()))
            )
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _MIN_LEAD:
            return None
        best = self.events.event(ranked[0][2])
        is_another = self._lacks_context(dead, best)
        return None if is_another else Suggestion(best.path, "same day, words changed", certain=False)

    def _by_insertion(self, dead: NormalizedLink, events: Iterable[EventRecord]) -> Suggestion | None:
        """Suggest an event whose slug has words inserted and its end cut off, or the other way round."""
        found = [event for event in events if has_words_inserted(*shorter_first(dead.slug, event.slug))]
        if len(found) != 1 or self._lacks_context(dead, found[0]):
            return None
        return Suggestion(found[0].path, "same day, words changed and another end", certain=False)

    def _slug_change(self, dead: NormalizedLink, event: EventRecord) -> str | None:
        """Return how the slug of an event derives from that of a broken link without rewording, or None."""
        return slug_change(dead.slug, event.slug) or self._topic_prefixes(dead, event)

    def _topic_prefixes(self, dead: NormalizedLink, event: EventRecord) -> str | None:
        """Return whether known topics were dropped or added that make up more than half of a slug, or None."""
        shorter, longer = shorter_first(dead.slug, event.slug)
        if not any(self._are_topics(topics, dead, event) for topics in topic_parts(shorter, longer, MIN_SHARED)):
            return None
        return f"topic prefixes {'dropped' if longer is dead.slug else 'added'}"

    def _are_topics(self, slug: str, dead: NormalizedLink, event: EventRecord) -> bool:
        """Whether ``slug`` is a sequence of the slugs of known topics."""
        known = {strip_punctuation(name) for name in (*dead.contexts, *self._contexts(event))}
        ends = {0}
        words = slug.split("-")
        for end in range(1, len(words) + 1):
            for begin in sorted(ends):
                name = strip_punctuation("".join(words[begin:end]))
                if name in known or name in self._topics:
                    ends.add(end)
                    break
        return len(words) in ends

    def _lacks_context(self, dead: NormalizedLink, event: EventRecord) -> bool:
        """Whether the label mentions a context of the link that the event lacks, as in "Peru votes", "Chad votes"."""
        missing = {name for name in dead.contexts if name in dead.label and name not in event.headline}
        return bool(missing) and not missing <= self._contexts(event)

    def _contexts(self, event: EventRecord) -> set[str]:
        """Return the topics and contexts of an event, from its page and its day page, folded."""
        if event.id in self._known_contexts:
            return self._known_contexts[event.id]
        page = self.reader.load(event.path)
        names = {*page.topics, *(name for link in page.related for name in link.contexts)}
        names.update(self._contexts_on(event.day).get(event.path, ()))
        self._known_contexts[event.id] = {fold(name) for name in names}
        return self._known_contexts[event.id]

    def _contexts_on(self, day: Day) -> Mapping[str | None, set[str]]:
        """Return the contexts that the day page gives to events, by path."""
        if day.path != self._contexts_of_day[0]:
            contexts: dict[str | None, set[str]] = {}
            for path in self.reader.tree.day_page_paths(day)[:1]:
                with contextlib.suppress(PageError):
                    for entry in self.reader.parse_day_page(path, self.reader.tree.read(path)).entries:
                        contexts.setdefault(entry.link.path, set()).update(entry.contexts)
            self._contexts_of_day = (day.path, contexts)
        return self._contexts_of_day[1]

    def _without_linked(self, dead: NormalizedLink, events: Sequence[EventRecord]) -> Sequence[EventRecord]:
        """Return the events that no page with the broken link also links to."""
        if not events:
            return events
        key = dead.path, dead.is_entry
        if key != self._linked_by_pages[0]:
            pages = dict(self._linking.get((dead.path, False), {}))
            if dead.is_entry:  # a day page may list both names of an event: use it for its own entries only
                pages |= self._linking.get((dead.path, True), {})
            named = [self._linked_by(page) for page in pages]
            self._linked_by_pages = key, named if len(named) <= _FEW_PAGES else [frozenset().union(*named)]
        linked = self._linked_by_pages[1]
        return [event for event in events if not any(event.id in named for named in linked)]

    def _of_folder(self, folder: str) -> DayEvents:
        """Return the events of a day folder. Only the last one is cached, as calls come folder by folder."""
        if folder != self._last_folder[0]:
            self._last_folder = (folder, DayEvents(self.events.events_of(folder)))
        return self._last_folder[1]

    def _normalized_names(self, folder: str) -> Mapping[str, list[str]]:
        """Return the file names in a folder by their normalized form, without case and Unicode form."""
        if folder != self._last_normalized[0]:
            groups: dict[str, list[str]] = {}
            for name in self.reader.tree.files(folder):
                groups.setdefault(_normalized_name(name), []).append(name)
            self._last_normalized = (folder, groups)
        return self._last_normalized[1]

    @cached_property
    def _topics(self) -> frozenset[str]:
        """The known topics: the prefixes of headlines, without punctuation."""
        return frozenset(strip_punctuation(name) for name in self.prefixes)

    @cached_property
    def _by_label(self) -> Mapping[str, Sequence[int]]:
        """The events whose headlines are labels of broken links, by label without punctuation."""
        return self.events.with_headline(self._labels)

    @cached_property
    def _by_slug(self) -> Mapping[str, Sequence[int]]:
        """The events that have the slug of a broken link, by slug."""
        return self.events.with_slug({_split(path)[1] for path, _ in self._linking})

    @cached_property
    def _by_former_path(self) -> Mapping[str, Mapping[int, None]]:
        """The events by former path, including their own folder with a former slug."""
        found: dict[str, dict[int, None]] = {}
        wanted = {path for path, _ in self._linking}
        for id_, path in self.events.with_former_path(wanted):
            found.setdefault(path, {})[id_] = None
        for id_, folder, slug in self.events.with_former_slug({_split(path)[1] for path in wanted}):
            found.setdefault(f"{folder}/{slug}.md", {})[id_] = None
        return found

    @cached_property
    def prefixes(self) -> Counter[str]:
        """The number of headlines by folded topic prefix."""
        titles = (title for title in self.events.headlines() if _may_have_topic(title) and _MAY_HAVE_TOPIC(title))
        return Counter(name for title in titles for name in headline_prefixes(fold(title)))

    def precompute(self) -> None:
        """Compute the cached properties before workers fork, so that they need not compute them again."""
        self.prefixes, self._by_slug, self._by_former_path, self._by_label  # noqa: B018


def _normalized_name(name: str) -> str:
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()


def _has_similar_name(dead: NormalizedLink, event: EventRecord) -> bool:
    return slug_change(dead.slug, event.slug) is not None or similarity(dead, event, _MIN_SIMILARITY) >= _MIN_SIMILARITY


def _may_have_topic(headline: str) -> bool:
    """Whether a headline may begin with a topic: a fast pre-filter with few false positives."""
    return ":" in headline or headline.find(".", 0, -1) >= 0 or "&" in headline or not headline.isascii()


def _suggest_single(events: Sequence[EventRecord], reason: str, *, certain: bool) -> Suggestion | None:
    return Suggestion(events[0].path, reason, certain) if len(events) == 1 else None


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name.removesuffix(".md")
