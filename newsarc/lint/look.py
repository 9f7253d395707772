"""The first look at the pages: each by itself, in any process, day folder by day folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from newsarc.archive.reader import Pages
from newsarc.errors import PageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.columns import NOBODY, Columns
from newsarc.lint.facts import Facts
from newsarc.lint.finding import Finding
from newsarc.lint.linked import LinkReader
from newsarc.lint.page import Page
from newsarc.lint.regular import (
    RegularDay,
    RegularDayPage,
    RegularEvent,
    is_known,
    read_day_page,
    read_event,
)
from newsarc.lint.rules import ArchiveRule, PageRule, Rule
from newsarc.lint.rules.dates import today
from newsarc.lint.rules.files import UnreadableFile
from newsarc.lint.rules.links import BrokenRelatedLink
from newsarc.lint.rules.text import clean_text
from newsarc.lint.suppress import Suppression, wishes_of
from newsarc.model import Event, Link, RelatedLink
from newsarc.parser.contexts import names_with_comma
from newsarc.parser.page import HEADING, heading_text
from newsarc.parser.plain import plain_related
from newsarc.storage.tree import Day, as_text
from newsarc.text.normalize import display

MOVING_RULES = ("NA101", "NA102", "NA502")  # whose findings are about links that may be told where to lead
NO_DAY = Day(0, 0, 0, "")  # what the front page is filed under


@dataclass(slots=True)
class Seen:
    """What a look at some pages found.

    ``dead`` are findings about links that lead nowhere, with those links. ``wishes`` are what pages do not want to hear
    of, by path. ``texts`` has the :func:`digest` of each page that a finding may mend; ``unread`` counts the pages that
    could not be read.
    """

    findings: list[Finding] = field(default_factory=list)
    dead: list[tuple[Finding, Link]] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    wishes: dict[str, list[Suppression]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    files: int = 0
    unread: int = 0


class Look:
    """Looks at pages with the rules that need one page at a time."""

    def __init__(self, archive: Pages, rules: Sequence[Rule], facts: Facts) -> None:
        self.archive = archive
        self.prefix = archive.config.site_prefix
        self.rules = [rule for rule in rules if isinstance(rule, PageRule)]
        self.unreadable = [rule for rule in rules if isinstance(rule, UnreadableFile)]
        self.with_day_pages = any(rule.about_day_pages for rule in rules)
        # What is asked about a regular page with an odd link, and about any regular page.
        self.about_odd = [rule for rule in self.rules if rule.quiet != "regular"]
        self.about_regular = [rule for rule in self.rules if rule.quiet == "never"]
        self.with_labels = any(isinstance(rule, ArchiveRule) for rule in rules)
        # Where nothing is asked about but broken links, no more than links is read of most pages.
        self.broken_links = [rule for rule in self.rules if isinstance(rule, BrokenRelatedLink)]
        self.reader: LinkReader | None = None
        if not self.with_labels and self.broken_links == self.rules:
            self.reader = LinkReader(facts.spelled(), archive.config, archive.names)
            facts.let_go_of_spellings()  # few links are looked up besides: 60 ms for 100,000 events
        self.known = facts.known
        # A link on disk can make a dead link one that leaves the archive: then nothing is regular.
        self.has_disk_links = any("symbolic link" in line for line in archive.tree.skipped.values())
        self.today = today()

    def at_days(self, days: Sequence[Day]) -> Seen:
        """Look at all pages of ``days``."""
        seen = Seen()
        seen.columns.with_labels = self.with_labels
        for day in days:
            regular = self._regular_day(day)
            for path in self.archive.tree.event_paths(day):
                if (data := self._read(path, seen)) is None:
                    seen.columns.add_unread()
                elif self.reader is not None and (linked := self.reader.read(data, path)) is not None:
                    numbers = self._at_odd(linked.odd, path, data, seen) if linked.odd else ()
                    seen.columns.add_linked(linked, numbers)
                else:
                    self._at_event(path, data, day, regular, seen)
            if self.with_day_pages:
                self._at_day_pages(day, regular, seen)
        return seen

    def at_front_page(self) -> Seen:
        """Look at the front page."""
        seen = Seen()
        for path in filter(self.archive.tree.exists, DAY_PAGE_NAMES) if self.with_day_pages else ():
            if (data := self._read(path, seen)) is not None:
                text = as_text(data)
                page = Page(path, text, NO_DAY, day_page=self.archive.parse_day_page(path, text))
                self._ask([rule for rule in self.rules if rule.about_front_page], page, seen)
        return seen

    def _regular_day(self, day: Day) -> RegularDay | None:
        """Return how regular pages of ``day`` begin; None for a day that cannot have any."""
        if day.date is None or day.date > self.today or self.has_disk_links:
            return None
        return RegularDay(day.path, day.date, self.prefix) if "index.md" in self.archive.tree.files(day.path) else None

    def _at_event(self, path: str, data: bytes, day: Day, regular: RegularDay | None, seen: Seen) -> None:
        rules, written = self.rules, f"{self.prefix}/{path}"
        page: RegularEvent | None = None
        text = clean_text(data) if regular is not None else None
        if regular is not None and text is not None:
            page = read_event(text, regular, self.archive.config.labels)
            self._note(page.former if page is not None else ())
        numbers: list[Any] = list(map(self.known.get, page.targets)) if page is not None else []
        if page is not None and is_known(page, numbers, written, self.known):
            rules = self.about_regular
            if not rules:
                seen.columns.add_regular(page, numbers, self.prefix)
                return
        elif page is not None and text is not None:
            rules = self.about_odd
            if not self.about_regular and self._at_odd_links(path, day, text, page, seen):
                return
        text = as_text(data)
        event = self.archive.parse_event(path, text)
        seen.columns.add_event(event, self.known, self.prefix)
        self._ask(rules, Page(path, text, day, event=event), seen)

    def _at_odd(self, links: Sequence[RelatedLink], path: str, data: bytes, seen: Seen) -> list[int]:
        """Look at links of the page at ``path``; return the numbers of the events that they reach."""
        numbers: list[int] = []
        for unchecked in links:
            link = self.archive.check(unchecked, path)
            numbers.append(self.known.get(f"{self.prefix}/{link.path}", NOBODY) if link.path else NOBODY)
            for rule in self.broken_links:
                if (finding := rule.about(link, path, self.archive)) is not None:
                    seen.dead.append((finding, link))
                    seen.texts[path] = digest_of_bytes(data)
        return numbers

    def _at_odd_links(self, path: str, day: Day, text: str, page: RegularEvent, seen: Seen) -> bool:
        """Look at the odd links of a regular page, and at no others; return whether that is enough.

        It is not where a link may be there twice, or lead to the page itself.
        """
        # Measured: 35 µs instead of 160, for one page in seven of an archive where one link in fifty is odd.
        odd = [place for place, target in enumerate(page.targets) if target not in self.known]
        written = f"{self.prefix}/{path}"
        if not odd or page.current not in (None, written) or any(target in self.known for target in page.former):
            return False
        found = self._odd_links(path, text, page, odd)
        if len(found) != len(odd):
            return False
        numbers = [self.known.get(target, NOBODY) for target in page.targets]
        for place, link in zip(odd, found, strict=True):
            numbers[place] = self.known.get(f"{self.prefix}/{link.path}", NOBODY)
        reached = [number for number in numbers if number != NOBODY]
        if len(set(reached)) != len(reached) or self.known[written] in reached:
            return False
        seen.columns.add_regular(page, numbers, self.prefix)
        event = Event(path, "", day.date, page.headline, page.headline, (), None, (), (), tuple(found))
        self._ask(self.about_odd, Page(path, text, day, event=event), seen)
        return True

    def _odd_links(self, path: str, text: str, page: RegularEvent, places: Sequence[int]) -> list[RelatedLink]:
        """Return the related links of a regular page at ``places``; fewer where one is not plain."""
        lines = text.rstrip("\n").split("\n")
        first = len(lines) - len(page.targets)
        headings = (HEADING.match(line) for line in lines[: page.line] if line.startswith("#####"))
        topics = [display(heading_text(heading)) for heading in headings if heading is not None]
        names = names_with_comma(self.archive.names, topics)
        return [
            self.archive.check(link, path)
            for at in places
            for link in plain_related([lines[first + at]], 0, path, self.archive.config, names, first + at + 1)
        ]

    def _at_day_pages(self, day: Day, regular: RegularDay | None, seen: Seen) -> None:
        before: bytes | None = None
        is_quiet = False
        for path in self.archive.tree.day_page_paths(day):
            data = self._read(path, seen)
            if data is None:
                continue
            if data == before and is_quiet:  # README.md, which says what index.md says
                seen.columns.day_pages.append(seen.columns.day_pages[-1].at(path))
                continue
            rules, is_quiet = self.rules, False
            page: RegularDayPage | None = None
            if regular is not None and (text := clean_text(data)) is not None:
                page = read_day_page(text, regular)
                self._note(page.targets if page is not None else ())
            if page is not None:
                is_whole = before is None and all(target in self.known for target in page.targets)
                rules = self.about_regular if is_whole else self.about_odd
                is_quiet = is_whole and not rules
                if is_quiet:
                    seen.columns.add_day_page(path, day, page, self.known, self.prefix)
            if not is_quiet:
                text = as_text(data)
                parsed = self.archive.parse_day_page(path, text)
                self._note(f"{self.prefix}/{entry.link.path}" for entry in parsed.entries if entry.link.path)
                seen.columns.add_day_page(path, day, parsed, self.known, self.prefix)
                self._ask(rules, Page(path, text, day, day_page=parsed), seen)
            before = data

    def _note(self, targets: Iterable[str]) -> None:
        """Have the tree remember (:attr:`newsarc.storage.tree.Tree.asked`) that those of ``targets`` are missing which
        are."""
        if self.archive.tree.asked is not None:
            for target in targets:
                if target not in self.known:
                    self.archive.tree.exists(target[len(self.prefix) + 1 :])

    def _read(self, path: str, seen: Seen) -> bytes | None:
        seen.files += 1
        try:
            return self.archive.tree.read_bytes(path)
        except PageError as error:
            seen.unread += 1
            seen.findings.extend(rule.unreadable(path, error.reason) for rule in self.unreadable)
            return None

    def _ask(self, rules: Sequence[PageRule], page: Page, seen: Seen) -> None:
        if wishes := wishes_of(page):
            seen.wishes[page.path] = wishes
        found = [finding for rule in rules for finding in rule.check(page, self.archive)]
        if not found:
            return
        links: dict[tuple[int, int], Link] | None = None
        for finding in found:
            if finding.code in MOVING_RULES and finding.target:
                links = links or {(link.line, link.column): link for link in _moving_links(page)}
                if link := links.get((finding.line, finding.column)):
                    seen.dead.append((finding, link))
                    continue
            seen.findings.append(finding)
        seen.texts[page.path] = digest(page.text)


def digest(text: str) -> bytes:
    """Return what tells ``text``, a page as :meth:`newsarc.storage.tree.Tree.read` gives it, from any other."""
    return digest_of_bytes(text.encode("utf-8", "surrogateescape"))


def digest_of_bytes(data: bytes) -> bytes:
    """Return the same of a page as it stands in its file."""
    return blake2b(data, digest_size=16).digest()


def _moving_links(page: Page) -> Iterator[Link]:
    if page.event is not None:
        yield from page.event.changes
        yield from page.event.related
    elif page.day_page is not None:
        yield from (entry.link for entry in page.day_page.entries)
