"""NA5: day pages, and whether they list the events of their day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.lint.day_entry import entry_lines, insertion, previous_day
from newsarc.lint.edits import apply
from newsarc.lint.event_table import MAX_COMPARED
from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.page import Page, load_page
from newsarc.lint.rules.rule import ArchiveRule, PageRule, RuleScope, missing_page
from newsarc.model import DayEntry, DayPage, Event, Link
from newsarc.parser.targets import leaves_archive
from newsarc.text.normalize import display, fold
from newsarc.text.urls import is_web_address

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventRecord, EventTable

# How alike two headlines of one day are, in percent, when they may be two wordings of one event. Measured on the
# Chinese archive: of 14 events that their day page does not list, it lists 10 under another headline.
_MIN_SIMILARITY = 70.0
_MAX_ATTEMPTS = 32  # to find the entries of one day that would be findings themselves


class EventNotOnDayPage(ArchiveRule):
    """The day page, or one of its two copies, does not list an event of the day.

    Readers come through the day page, so they never see what it does not list. Former versions of an event, which the
    Changes section of another one lists, may be missing. The fix adds the entry before the link to the previous day, in
    the style of the archive; if the other copy of the day page has the entry, the fix copies it.

    There is no fix if the day page lists an event that may be the same under a later headline (same source or similar
    words), since one of the two pages is then a duplicate; if the day page has a broken entry, which may be this event
    under its former name; or if the new entry would cause a finding itself.

    Bad: `news/2019/03/1/two-bridges-close.md` exists, and `news/2019/03/1/index.md` contains only

        ## [2019-03-1](/news/2019/03/1/index.md)

        ## [Previous Day...](/news/2019/02/28/index.md)

    Good:

        ## [2019-03-1](/news/2019/03/1/index.md)

        ##### Bridges
        ### [Two bridges close](/news/2019/03/1/two-bridges-close.md)
        Ice has damaged their piers.

        ## [Previous Day...](/news/2019/02/28/index.md)
    """

    code = "NA501"
    name = "event-not-on-day-page"
    summary = "the day page does not list an event of the day"
    severity = "warning"
    reach = "day"

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        unlisted = {
            folder: sorted((events.event(id_) for id_ in ids), key=attrgetter("path"))
            for folder, ids in events.unlisted(scope.folders).items()
        }
        paths = {event.path: event.id for of_day in unlisted.values() for event in of_day}
        former = {path for id_, path in events.with_former_path(paths) if id_ != paths[path]}
        for folder, of_day in unlisted.items():
            if wanted := [event for event in of_day if event.path not in former]:
                day_pages = [load_page(path, wanted[0].day, reader) for path in events.day_pages(folder)]
                yield from self._check_day(wanted, day_pages, reader)

    def _check_day(self, events: Iterable[EventRecord], pages: Sequence[Page], reader: PageReader) -> Iterator[Finding]:
        """Yield findings for those of ``events``, all of one day, that its ``pages`` indeed do not list."""
        listed = [_listed(page, reader) for page in pages]
        # Those left over are listed, in a spelling that only the archive can tell.
        missed = [event for event in events if any(event.path not in paths for paths in listed)]
        missed_pages = [load_page(event.path, event.day, reader) for event in missed]
        with_dead = {day.path for day in pages if _has_dead_entry(day, reader)} if missed else set()
        found: list[tuple[EventRecord, str]] = []
        fixes: dict[int, Fix] = {}  # by place in the former
        known = _SimilarEvents(reader.try_load(path) for path in sorted(set().union(*listed)))
        unknown = _SimilarEvents(page.event for page in missed_pages)
        for event, page in zip(missed, missed_pages, strict=True):
            lacking = [day for day, paths in zip(pages, listed, strict=True) if event.path not in paths]
            names = " and ".join(day.path.rpartition("/")[2] for day in lacking)
            message = f"not listed on {names}"
            is_nowhere = len(lacking) == len(pages)
            if any(day.path in with_dead for day in lacking):
                message = f"{message}; a broken entry there may mean it"
            elif is_nowhere and (same := known.of(page)) is not None:
                message = f"{message}, which may list the same event: {same}"
            elif is_nowhere and (known.is_crowded or unknown.is_crowded or unknown.of(page) is not None):
                pass  # possibly two wordings of one event: only the author knows which of them to list
            elif edits := _entry_edits(page, lacking, pages, reader):
                fixes[len(found)] = Fix(True, edits)
            found.append((event, message))
        harmless = harmless_fixes(fixes, pages, reader)
        for place, (event, message) in enumerate(found):
            fix = fixes[place] if place in harmless else None
            yield self.finding(event.path, event.line, message, fix=fix)


class BrokenDayLink(PageRule):
    """An entry or a heading of a day page, or the date heading of an event, is broken.

    An entry breaks when its event is renamed or deleted and the day page keeps the old name; a date heading breaks when
    the day has no `index.md`. NA505 checks the link to the previous day. Formats links point to generated files and
    are never checked. Entries get a suggestion and a fix like related links (NA101).

    Bad, when the file was renamed to `two-bridges-close.md`:

        ### [A bridge closes](/news/2019/03/1/a-bridge-closes.md)

    Good:

        ### [Two bridges close](/news/2019/03/1/two-bridges-close.md)
    """

    code = "NA502"
    name = "broken-day-link"
    summary = "an entry or heading of a day page, or a date heading, points to a page that does not exist"
    severity = "error"
    finds_dead_links = True
    checks_front_page = True
    silent_on_valid_links = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for link in _day_links(page):
            if is_web_address(link.target) or reader.reach(link.target, page.path) is not None:
                continue
            if leaves_archive(link.target, page.path, reader.config.site_prefix):
                message = f"link leaves the archive: {link.target}"
            else:
                message = missing_page(link.target)
            yield self.at(page.path, link, message)


class MissingDayPage(ArchiveRule):
    """A day has events, but neither `index.md` nor `README.md`.

    Nothing lists its events, and their date headings are broken. Archives without any day pages or date headings are
    not reported.

    Bad: the folder `news/2019/03/1` contains only `two-bridges-close.md`.

    Good: it also contains `index.md`, which lists the event, and `README.md`, a copy of it for code hosts.
    """

    code = "NA503"
    name = "missing-day-page"
    summary = "a day has events, but neither index.md nor README.md"
    severity = "warning"
    reach = "day"

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        keeps_day_pages = events.has_day_pages()
        for folder in events.without_day_page(scope.folders):
            of_day = events.events_of(folder)
            if of_day[0].day.date is None:
                continue
            if keeps_day_pages or any(reader.load(event.path).date_link for event in of_day):
                number = "an event" if len(of_day) == 1 else f"{len(of_day)} events"
                message = f"{folder} has {number}, but neither index.md nor README.md"
                yield self.finding(min(event.path for event in of_day), 1, message, target=f"/{folder}")


class DayPagesDiffer(PageRule):
    """`index.md` and `README.md` of a day differ.

    They are copies of one page: the site shows one, code hosts the other. Usually someone edited only one of them.
    White space, the Formats line, the order of contexts and the spelling of links are ignored.

    Bad: `index.md` contains

        ### [Two bridges close](/news/2019/03/1/two-bridges-close.md)

    and `README.md`

        ### [A bridge closes](/news/2019/03/1/two-bridges-close.md)

    Good: both have the same entries.
    """

    code = "NA504"
    name = "day-pages-differ"
    summary = "index.md and README.md of a day differ"
    severity = "warning"
    silent_on_valid_links = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        index = f"{page.day.path}/index.md"
        if page.day_page is None or page.path == index or not reader.tree.exists(index):
            return
        try:
            text = reader.tree.read(index)
        except PageError:  # NA901 reports it
            return
        if text != page.text:
            other = reader.parse_day_page(index, text)
            for line, about, message in _differences(page.day_page, other):
                yield self.finding(page.path, line, message, target=about)


class DeadPreviousDay(PageRule):
    """The link to the previous day is broken.

    Off by default: some generators always link to the day before, even if it has no events.

    Bad, when `news/2019/02/28` does not exist:

        ## [Previous Day...](/news/2019/02/28/index.md)

    Good:

        ## [Previous Day...](/news/2019/02/27/index.md)
    """

    code = "NA505"
    name = "dead-previous-day"
    summary = "the link to the previous day points to a page that does not exist"
    severity = "warning"
    default = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        link = previous_day(page.day_page) if page.day_page is not None else None
        if link is not None and not is_web_address(link.target) and reader.reach(link.target, page.path) is None:
            yield self.at(page.path, link, f"link to a day page that does not exist: {link.target}")


# --- links ---


def _day_links(page: Page) -> Iterator[Link]:
    if page.day_page is not None:
        previous = previous_day(page.day_page)
        yield from (heading for heading in page.day_page.headings if heading is not previous)
        yield from (entry.link for entry in page.day_page.entries)
    elif page.event is not None and page.event.date_link is not None:
        yield page.event.date_link


# --- events that are not listed ---


def _listed(page: Page, reader: PageReader) -> set[str]:
    """Return the paths of the events of its day that a day page lists."""
    entries = page.day_page.entries if page.day_page is not None else ()
    reached = {reader.reach(entry.link.target, page.path) for entry in entries}
    return {path for path in reader.tree.event_paths(page.day) if path in reached}


class _SimilarEvents:
    """Events of one day, with a search for one that may be the same: by a shared source or a similar headline."""

    def __init__(self, events: Iterable[Event | None]) -> None:
        self.headlines: dict[str, str] = {}
        self.by_source: dict[str, list[str]] = {}
        for event in events:
            if event is None:
                continue
            if event.headline:
                self.headlines[event.path] = fold(event.headline)
            for source in event.sources:
                self.by_source.setdefault(source.url, []).append(event.path)

    @property
    def is_crowded(self) -> bool:
        """Whether there are too many events to compare each headline with all others."""
        return len(self.headlines) > MAX_COMPARED

    def of(self, page: Page) -> str | None:
        """Return the path of another event that may be the same as that of ``page``, or None."""
        from rapidfuzz import fuzz, process

        assert page.event is not None
        for source in page.event.sources:
            other = next((path for path in self.by_source.get(source.url, ()) if path != page.path), None)
            if other is not None:
                return other
        if self.is_crowded:
            return None
        found = process.extract(
            fold(page.event.headline), self.headlines, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY, limit=2
        )
        return next((path for _, _, path in found if path != page.path), None)


def _has_dead_entry(page: Page, reader: PageReader) -> bool:
    entries = page.day_page.entries if page.day_page else ()
    return any(
        not is_web_address(entry.link.target) and reader.reach(entry.link.target, page.path) is None
        for entry in entries
    )


def _entry_edits(page: Page, lacking: Sequence[Page], pages: Sequence[Page], reader: PageReader) -> tuple[Edit, ...]:
    """Return the edits that add an event to the day pages in ``lacking``; empty if one of them cannot take it.

    The entry is copied from another one of ``pages``, or else made in the style of the archive.
    """
    assert page.event is not None
    entry = next((copy for day in pages if day not in lacking and (copy := _entry_of(page.path, day, reader))), None)
    entry = entry or list(entry_lines(page.event, page.text, reader))
    edits = [insertion(entry, day_page) for day_page in lacking] if page.event.headline else []
    made = tuple(edit for edit in edits if edit)
    return made if len(made) == len(edits) else ()


def harmless_fixes(fixes: Mapping[int, Fix], pages: Sequence[Page], reader: PageReader) -> set[int]:
    """Return the keys of those ``fixes`` that cause no new finding of a default rule on the ``pages`` of a day.

    Tries all safe fixes together, then the others; if a group fails, its halves. Gives up after ``_MAX_ATTEMPTS``.
    """
    harmless: set[int] = set()
    parts = [part for wanted in (False, True) if (part := [key for key in fixes if fixes[key].safe is wanted])]
    before = _findings_in(pages, reader) if parts else Counter()
    for _ in range(_MAX_ATTEMPTS):
        if not parts:
            break
        part = parts.pop()
        edits = [fixes[key].edits for key in (*sorted(harmless), *part)]
        if not _findings_in([_edited(page, edits, reader) for page in pages], reader) - before:
            harmless.update(part)
        elif len(part) > 1:
            parts += [part[len(part) // 2 :], part[: len(part) // 2]]
    return harmless


def _entry_of(path: str, page: Page, reader: PageReader) -> list[str]:
    """Return the lines of the entry for the event at ``path``; empty unless the day page has exactly one."""
    entries = page.day_page.entries if page.day_page is not None else ()
    found = [entry for entry in entries if reader.reach(entry.link.target, page.path) == path]
    if len(found) != 1:
        return []
    first = found[0].topic_lines[0].line if found[0].topic_lines else found[0].lines[0]
    return [line for line in page.lines[first - 1 : found[0].lines[-1]] if line.strip()]


def _edited(page: Page, fixes: Iterable[Sequence[Edit]], reader: PageReader) -> Page:
    text = apply(page.text, [[edit for edit in edits if edit.path == page.path] for edits in fixes])
    return Page(page.path, text, page.day, day_page=reader.parse_day_page(page.path, text))


def _findings_in(pages: Sequence[Page], reader: PageReader) -> Counter[tuple[str, str, str]]:
    """Count the findings of the default rules in ``pages`` of one day, as given and not as on disk."""
    from newsarc.lint.rules import RULES as ALL_RULES

    rules = [rule for rule in ALL_RULES if isinstance(rule, PageRule) and rule.default and rule.checks_day_pages]
    found: Counter[tuple[str, str, str]] = Counter()
    for page in pages:
        for rule in rules:
            if not isinstance(rule, DayPagesDiffer):
                found.update((page.path, rule.code, finding.message) for finding in rule.check(page, reader))
    parsed = [page.day_page for page in pages if page.day_page is not None]
    if len(parsed) == 2:
        index, readme = sorted(parsed, key=lambda page: page.path.endswith("README.md"))
        # An entry with another target still counts as the same finding.
        kinds = (message.removesuffix(about) for _, about, message in _differences(readme, index))
        found.update((readme.path, DayPagesDiffer.code, kind) for kind in kinds)
    return found


# --- two pages of one day ---


def _differences(readme: DayPage, index: DayPage) -> Iterator[tuple[int, str, str]]:
    """Yield each difference: its line in ``readme``, the target that it is about, and the message."""
    last = readme.headings[-1].line if readme.headings else 1
    if [(link.text, _destination(link)) for link in readme.headings] != [
        (link.text, _destination(link)) for link in index.headings
    ]:
        line = readme.headings[0].line if readme.headings else 1
        yield line, "headings", f"index.md has different headings: {_texts(index.headings)}"
    here, there = _by_destination(readme), _by_destination(index)
    for goal, entries in there.items():
        if goal not in here:
            target = entries[0].link.target
            yield last, target, f"only index.md lists this: {target}"
    for goal, entries in here.items():
        line, target = entries[-1].link.line, entries[-1].link.target
        if goal not in there:
            yield line, target, f"index.md does not list this: {target}"
        elif len(entries) != len(there[goal]):
            yield line, target, f"index.md lists this {len(there[goal])}×, this page {len(entries)}×: {target}"
        else:
            for entry, other in zip(entries, there[goal], strict=True):
                yield from _entry_differences(entry, other)


def _by_destination(page: DayPage) -> dict[str, list[DayEntry]]:
    entries: dict[str, list[DayEntry]] = {}
    for entry in page.entries:
        entries.setdefault(_destination(entry.link), []).append(entry)
    return entries


def _entry_differences(readme: DayEntry, index: DayEntry) -> Iterator[tuple[int, str, str]]:
    parts = (
        ("headline", readme.headline, index.headline),
        ("topic", ", ".join(readme.topics), ", ".join(index.topics)),
        ("summary", readme.summary or "", index.summary or ""),
        ("context", ", ".join(sorted(readme.contexts)), ", ".join(sorted(index.contexts))),
    )
    for name, here, there in parts:
        if here != there:
            said = f"has a different {name}: {there[:120]}" if there else f"has no {name}"
            yield readme.link.line, readme.link.target, f"index.md {said}"


def _destination(link: Link) -> str:
    return link.path or link.target


def _texts(links: Iterable[Link]) -> str:
    return display(", ".join(f"{link.text} ({link.target})" for link in links)) or "none"


RULES = (
    EventNotOnDayPage(),
    BrokenDayLink(),
    MissingDayPage(),
    DayPagesDiffer(),
    DeadPreviousDay(),
)
