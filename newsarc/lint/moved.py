"""Where the event went that a dead link meant.

Files are renamed with their headlines, nearly always within their day folder (FORMAT: "How links die"). What is found
is named with its reason. A deleted event gets no guess: what merely looks alike is passed over where a page that has
the dead link names it too, or where it lacks a context of the link that the label mentions.

*Certain*, and mended without ``--unsafe-fixes``, is exactly this, each only where one event alone fits:

- git renamed the file, and either nothing in it changed or the names are alike;
- the event lists the former slug, in its folder, or path (Changes, ``aliases``);
- the file is called the same but for upper and lower case, Unicode form or ending;
- an event of the same day has the headline that the label says, but for case, white space and punctuation, or but for a
  topic before one of the two, which is known as one: a context of the link, a topic or context on the event's page, or
  the beginning of other headlines;
- the current version that a Changes section names is the page that it stands on.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.links import canonical, written_target
from newsarc.lint.changes import Changes
from newsarc.lint.facts import EventFacts, Facts
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.labels import MIN_SHARED, bare, size, topic_between
from newsarc.model import Change, Link, RelatedLink
from newsarc.parser.contexts import headline_prefixes
from newsarc.parser.page import folder_date
from newsarc.text.normalize import fold

if TYPE_CHECKING:
    from newsarc.pages import Pages
    from newsarc.tree import Day

# Measured on 15,000 renames and 4,200 deletions (benchmarks/README.md): how alike, in percent, two wordings of one
# headline are at least (75 to 85 do equally well, 95 misses one in 16, 70 begins to invent), and by how much the best
# must lead (without a lead 0.6 % are wrong in the hardest archive, with it 0.1 %).
_ALIKE = 80.0
_LEAD = 5.0
# What must be the same behind a topic, or before another end, in bytes (a Chinese character says as much as three
# letters), and the size from which a slug may have been cut (at 140 bytes in English, 60 characters in Chinese).
_CUT = 130
_MAX_NAME = 255  # of a file, in bytes, on all systems
_BEGIN = 6  # characters: what two slugs share has at least so many
_MAY_HAVE_TOPIC = re.compile(r"[^:.]{1,119}[:.]").match
_FEW_PAGES = 8  # with one and the same dead link: of more, what they name is put together
# Events of one day, or with one slug, among which what a dead link meant is looked for by likeness: ten times what the
# archives have. With more, only what tells outright counts.
_MAX_OF_DAY = 500
_NEAR_DAYS = 7  # before or after its own, on which an event may be filed


@dataclass(frozen=True, slots=True)
class _Dead:
    """A dead link: the path that it names, its label and its contexts, both folded."""

    path: str
    folder: str
    slug: str
    label: str
    contexts: tuple[str, ...]


class Moves:
    """What is known of where events went: the facts of all pages, and renames known from version control."""

    def __init__(self, archive: Pages, facts: Facts, changes: Changes | None = None) -> None:
        self.archive = archive
        self.facts = facts
        self.renames: Mapping[str, str] = changes.renamed if changes else {}
        self.unedited: frozenset[str] = changes.unedited if changes else frozenset()
        self._naming: dict[str, dict[str, None]] = {}
        self._named: dict[str, frozenset[int]] = {}
        self._beside: tuple[str, Sequence[frozenset[int]]] = ("", ())
        self._files: set[str] = set()
        self._known_contexts: dict[int, set[str]] = {}
        self._by_headline: tuple[str, dict[str, list[EventFacts]]] = ("", {})
        self._last_folder: tuple[str, Sequence[EventFacts]] = ("", ())
        self._by_respelling: tuple[str, dict[str, list[str]]] = ("", {})
        self._contexts_of_day: tuple[str, dict[str | None, set[str]]] = ("", {})

    def learn(self, target: str, page: str) -> None:
        """Take notice that ``page`` has this dead link: the events that it names besides are others."""
        path = dead_path(target, page, self.archive.config.site_prefix)
        if path is None:
            return
        self._files.add(path.rpartition("/")[2])
        # Only which pages have the link: the events that these name, for each of their dead links, would be a set of a
        # page's size for each of its lines.
        self._naming.setdefault(path, {})[page] = None

    def _named_by(self, page: str) -> frozenset[int]:
        """Return the events that ``page``, which has a dead link, names besides; an event's page names itself."""
        if page not in self._named:
            if (number := self.facts.number(page)) is not None:
                self._named[page] = frozenset((number, *self.facts.targets(number)))
            else:
                pages = self.facts.day_pages(page.rpartition("/")[0])
                self._named[page] = frozenset().union(*(day.entries for day in pages if day.path == page))
        return self._named[page]

    def where_it_went(self, target: str, label: str, page: str, contexts: tuple[str, ...] = ()) -> Suggestion | None:
        """Return what a dead ``target``, in ``page``, probably meant; None where nothing tells. :meth:`learn` first."""
        path = dead_path(target, page, self.archive.config.site_prefix)
        if path is None:
            return None
        dead = _Dead(path, *_split(path), fold(label), tuple(fold(name) for name in contexts))
        certain = self._told(dead) or self._respelled(dead) or self._same_headline(dead)
        if certain is not None or self._is_crowded(dead.folder):
            return certain or self._same_slug_elsewhere(dead)
        return self._same_slug(dead) or self._same_slug_elsewhere(dead) or self._words_changed(dead)

    def _is_crowded(self, folder: str) -> bool:
        """Whether a day folder has too many events to hold each of them against each dead link."""
        return len(self._of_folder(folder)) > _MAX_OF_DAY

    def _told(self, dead: _Dead) -> Suggestion | None:
        """What git or a page says outright."""
        new = self.renames.get(dead.path)
        if new is not None and self.archive.tree.exists(new):
            # git goes by half of the lines, and two events of one story share as many: the names must agree as well.
            number = self.facts.number(new)
            is_same = dead.path in self.unedited or (
                number is not None and _has_like_name(dead, self.facts.event(number))
            )
            return Suggestion(new, "renamed in git", is_same)
        numbers = self._by_former_place.get((dead.folder, dead.slug), {})
        found = [self.facts.event(number) for number in islice(numbers, 2)]
        return _only(found, "a former slug of it", certain=True)

    def _respelled(self, dead: _Dead) -> Suggestion | None:
        """The same name in other letters: upper and lower case, composed and decomposed accents, ending."""
        found = self._respellings_in(dead.folder).get(_respelling(f"{dead.slug}.md"), ())
        if len(found) != 1:
            return None
        reason = "wrong case" if found[0].casefold() == f"{dead.slug}.md".casefold() else "another Unicode form"
        return Suggestion(f"{dead.folder}/{found[0]}", reason, certain=True)

    def _same_headline(self, dead: _Dead) -> Suggestion | None:
        said = bare(dead.label)
        headlines = self._headlines_of(dead.folder)
        if said and (found := headlines.get(said)):
            return _only(found, "same day, same headline", certain=True)
        if self._is_crowded(dead.folder):
            return None
        # Behind a topic, one of the two is how the other ends: the sieve takes 0.1 µs an event, and topic_between 10.
        alike = [
            event
            for headline, events in headlines.items()
            if said.endswith(headline) or headline.endswith(said)
            for event in events
        ]
        behind = [(event, topic) for event in alike if (topic := topic_between(dead.label, event.headline))]
        if len(behind) != 1:
            return None
        event, topic = behind[0]
        reason = f"same day, topic prefix {'dropped' if len(dead.label) > len(event.headline) else 'added'}"
        return Suggestion(event.path, reason, self._is_topic(topic, dead, event))

    def _is_topic(self, name: str, dead: _Dead, event: EventFacts) -> bool:
        is_own = name in headline_prefixes(event.headline)
        return name in dead.contexts or self._prefixes[name] > is_own or name in self._contexts(event)

    def _same_slug(self, dead: _Dead) -> Suggestion | None:
        """The same slug but for a topic before it, or where it ends."""
        events = self._without_others(dead, self._of_folder(dead.folder))
        found = [(event, reason) for event in events if (reason := _relation(dead.slug, event))]
        if len(found) != 1:
            return None
        event, reason = found[0]
        nearest = max(events, key=lambda other: _alike(dead, other, _ALIKE))
        is_likely = nearest is event or _alike(dead, nearest, _ALIKE) < _ALIKE
        return Suggestion(event.path, f"same day, {reason}", certain=False) if is_likely else None

    def _same_slug_elsewhere(self, dead: _Dead) -> Suggestion | None:
        """The same slug on another day: a near one, or any where the label is its headline."""
        day = folder_date(dead.path)
        numbers = self._by_slug.get(dead.slug, ())
        if len(numbers) > _MAX_OF_DAY:
            return None
        events = self._without_others(dead, [self.facts.event(number) for number in numbers])
        near = [event for event in events if day and event.day.date and abs((event.day.date - day).days) <= _NEAR_DAYS]
        said = bare(dead.label)
        found = near or [event for event in events if said and said == bare(event.headline)]
        return _only(found, "same slug on another day", certain=False)

    def _words_changed(self, dead: _Dead) -> Suggestion | None:
        events = self._without_others(dead, self._of_folder(dead.folder))
        least = _ALIKE - _LEAD
        ranked = sorted(((_alike(dead, event, least), event.path, event.number) for event in events), reverse=True)
        if not ranked or ranked[0][0] < _ALIKE or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _LEAD):
            return None
        best = self.facts.event(ranked[0][2])
        is_another = self._lacks_context(dead, best)
        return None if is_another else Suggestion(best.path, "same day, words changed", certain=False)

    def _lacks_context(self, dead: _Dead, event: EventFacts) -> bool:
        """Whether the label mentions a context of the link that is none of the event's: Peru votes, Chad votes."""
        missing = {name for name in dead.contexts if name in dead.label and name not in event.headline}
        return bool(missing) and not missing <= self._contexts(event)

    def _contexts(self, event: EventFacts) -> set[str]:
        """Return what the event's page and its day page say that it is about, folded."""
        if event.number in self._known_contexts:
            return self._known_contexts[event.number]
        page = self.archive.load(event.path)
        names = {*page.topics, *(name for link in page.related for name in link.contexts)}
        names.update(self._contexts_on(event.day).get(event.path, ()))
        self._known_contexts[event.number] = {fold(name) for name in names}
        return self._known_contexts[event.number]

    def _contexts_on(self, day: Day) -> Mapping[str | None, set[str]]:
        """Return the contexts that the page of a day gives for events, by their paths."""
        if day.path != self._contexts_of_day[0]:
            contexts: dict[str | None, set[str]] = {}
            for path in self.archive.tree.day_page_paths(day)[:1]:
                with contextlib.suppress(PageError):
                    for entry in self.archive.parse_day_page(path, self.archive.tree.read(path)).entries:
                        contexts.setdefault(entry.link.path, set()).update(entry.contexts)
            self._contexts_of_day = (day.path, contexts)
        return self._contexts_of_day[1]

    def _without_others(self, dead: _Dead, events: Iterable[EventFacts]) -> list[EventFacts]:
        """Return the events that no page with the dead link names besides."""
        if dead.path != self._beside[0]:
            named = [self._named_by(page) for page in self._naming.get(dead.path, ())]
            self._beside = dead.path, named if len(named) <= _FEW_PAGES else [frozenset().union(*named)]
        beside = self._beside[1]
        return [event for event in events if not any(event.number in named for named in beside)]

    def _of_folder(self, folder: str) -> Sequence[EventFacts]:
        if folder != self._last_folder[0]:
            self._last_folder = (folder, [self.facts.event(number) for number in self.facts.events_of(folder)])
        return self._last_folder[1]

    def _respellings_in(self, folder: str) -> Mapping[str, list[str]]:
        """Return the names of the files of a folder by what they are without case and Unicode form."""
        if folder != self._by_respelling[0]:
            groups: dict[str, list[str]] = {}
            for name in self.archive.tree.files(folder):
                groups.setdefault(_respelling(name), []).append(name)
            self._by_respelling = (folder, groups)
        return self._by_respelling[1]

    def _headlines_of(self, folder: str) -> Mapping[str, list[EventFacts]]:
        """Return the events of a day folder by their headlines; what is asked is asked folder by folder."""
        if folder != self._by_headline[0]:
            groups: dict[str, list[EventFacts]] = {}
            for event in self._of_folder(folder):
                groups.setdefault(bare(event.headline), []).append(event)
            self._by_headline = (folder, groups)
        return self._by_headline[1]

    @cached_property
    def _by_slug(self) -> dict[str, list[int]]:
        """The events with the slug of a dead link."""
        groups: dict[str, list[int]] = {}
        for number in self.facts.with_files(self._files):
            groups.setdefault(_split(self.facts.path(number))[1], []).append(number)
        return groups

    @cached_property
    def _by_former_place(self) -> dict[tuple[str, str], dict[int, None]]:
        """The events by the folders and slugs that they had: their former slugs in their own folder, and their former
        paths.
        """
        groups: dict[tuple[str, str], dict[int, None]] = {}
        wanted = {_split(name)[1] for name in self._files}  # of the dead links: few of all former versions
        for number, slugs, paths in self.facts.former():
            named = [slug for slug in (*slugs, *(_split(path)[1] for path in paths)) if slug in wanted]
            if not named:
                continue
            folder = self.facts.day(number).path
            places = [*((folder, slug) for slug in named), *(_split(path) for path in paths if path.endswith(".md"))]
            for place in places:
                groups.setdefault(place, {})[number] = None
        return groups

    @cached_property
    def _prefixes(self) -> Counter[str]:  # how many headlines begin with what may be a topic
        titles = (
            self.facts.title(number)
            for number, written, is_shown in self.facts.headlines()
            if (not is_shown or _may_have_topic(written)) and _MAY_HAVE_TOPIC(written)
        )
        return Counter(name for title in titles for name in headline_prefixes(fold(title)))

    def prepare(self) -> None:
        """Work out now what processes forked from this one would each work out for themselves."""
        self._prefixes, self._by_slug, self._by_former_place  # noqa: B018


def dead_path(target: str, page: str, site_prefix: str) -> str | None:
    """Return the path of the event that a dead ``target``, written in ``page``, names; None where it names none."""
    path = canonical(target, page, site_prefix)
    return path if path is None or path.endswith(".md") else f"{path}.md"


def learn_all(dead: Iterable[tuple[Finding, Link]], moves: Moves) -> None:
    """Take notice of all dead links: what comes of one may depend on the others."""
    for finding, _ in dead:
        moves.learn(finding.target or "", finding.path)


def with_suggestions(dead: Iterable[tuple[Finding, Link]], moves: Moves) -> Iterator[Finding]:
    """Yield the findings of ``dead``, each with what its link probably meant and the fix that writes it."""
    for finding, link in dead:
        yield suggested(finding, _suggestion(finding.path, link, moves), moves.archive.config.site_prefix)


def suggested(finding: Finding, suggestion: Suggestion | None, site_prefix: str) -> Finding:
    """Return the finding about a dead link with what that probably meant, and the fix that writes it."""
    if suggestion is None:
        return finding
    target = written_target(suggestion.path, site_prefix)
    edit = Edit(finding.path, finding.line, finding.column, finding.end_line, finding.end_column, target)
    # Where the target ends is not sure when Markdown itself sees none: that item is for a person to mend.
    written = finding.target or ""
    is_plain = "".join(written.split()) == written
    return finding._replace(suggestion=suggestion, fix=Fix(suggestion.certain, (edit,)) if is_plain else None)


def _suggestion(page: str, link: Link, moves: Moves) -> Suggestion | None:
    if isinstance(link, Change):  # a former version's slug is the record of a rename: it is not to be written over
        is_dead = moves.archive.reach(link.target, page) is None
        return Suggestion(page, "the page that says so", certain=True) if link.is_current and is_dead else None
    return moves.where_it_went(link.target, link.text, page, link.contexts if isinstance(link, RelatedLink) else ())


def _respelling(name: str) -> str:
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()


def _relation(slug: str, event: EventFacts) -> str | None:
    """Return what makes an event's slug out of another one but for a change of words; None if nothing does."""
    if _is_behind_topic(event.slug, slug):
        return "topic prefix dropped"
    if _is_behind_topic(slug, event.slug):
        return "topic prefix added"
    shorter, longer = (slug, event.slug) if len(slug) <= len(event.slug) else (event.slug, slug)
    return "other end" if longer.startswith(shorter) and size(shorter) >= MIN_SHARED else None


def _is_behind_topic(shorter: str, longer: str) -> bool:
    """Whether ``shorter`` is what ``longer`` says behind a topic or behind its stray ``p``, as far as it is not cut."""
    begin = shorter[:_BEGIN]
    # A sieve: 0.1 to 0.4 µs against 20.
    if begin not in longer or (f"-{begin}" not in longer and f"-p{begin}" not in longer):
        return False
    length = size(longer)
    at = longer.find("-") if length <= _MAX_NAME else -1
    while at >= 0 and size(longer[at + 1 :]) >= max(MIN_SHARED, length // 2):
        for rest in (longer[at + 1 :], longer[at + 1 :].removeprefix("p")):
            if shorter == rest or (length >= _CUT and shorter.startswith(rest)):
                return True
        at = longer.find("-", at + 1)
    return False


def _has_like_name(dead: _Dead, event: EventFacts) -> bool:
    return _relation(dead.slug, event) is not None or _alike(dead, event, _ALIKE) >= _ALIKE


def _alike(dead: _Dead, event: EventFacts, least: float) -> float:
    """Return how alike the names of a dead link and an event are, in percent; 0 for less than ``least``."""
    from rapidfuzz import fuzz

    # Measured: 0.5 µs with a bound, 4 without.
    return max(
        fuzz.ratio(dead.slug, event.slug, score_cutoff=least),
        fuzz.ratio(dead.label, event.headline, score_cutoff=least),
    )


def _may_have_topic(headline: str) -> bool:
    """Whether a headline, as written, may begin with a topic: a sieve, that few get through."""
    return ":" in headline or headline.find(".", 0, -1) >= 0 or "&" in headline or not headline.isascii()


def _only(events: Sequence[EventFacts], reason: str, *, certain: bool) -> Suggestion | None:
    return Suggestion(events[0].path, reason, certain) if len(events) == 1 else None


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name.removesuffix(".md")
