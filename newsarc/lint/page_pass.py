"""The page pass: runs the page rules, one page at a time. May run in a worker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from newsarc.archive.reader import PageReader
from newsarc.index.findings import PageFindings
from newsarc.lint.edited_pages import edited_paths
from newsarc.lint.finding import Finding
from newsarc.lint.page import Page
from newsarc.lint.rows import DeadLink, finding_row, suppression_row
from newsarc.lint.rules import RULES
from newsarc.lint.rules.dates import FutureDate
from newsarc.lint.rules.rule import ArchiveRule, PageRule, Rule
from newsarc.lint.suppressions import Suppression, suppressions_of
from newsarc.model import DayPage, Event, Link
from newsarc.parser.targets import is_page_path
from newsarc.storage import clock
from newsarc.storage.hashing import digest_text
from newsarc.storage.tree import Day


@dataclass(slots=True)
class CheckedPage:
    """The findings and suppressions of a page. ``dead`` has the broken links of findings, by index of the finding."""

    findings: list[Finding] = field(default_factory=list)
    dead: dict[int, DeadLink] = field(default_factory=dict)
    suppressions: list[Suppression] = field(default_factory=list)


class PageChecker:
    """Runs page rules: all of them, or only ``selected`` ones if nothing is cached.

    The cache holds the findings of all rules, and a selection filters them.
    """

    def __init__(self, selected: Collection[Rule] = RULES) -> None:
        self.today = clock.latest_date()
        self.archive_rules = [
            rule
            for rule in selected
            if isinstance(rule, ArchiveRule) and rule.in_day_folders and rule.reach != "archive"
        ]
        page_rules = [rule for rule in selected if isinstance(rule, PageRule)]
        self._post_rules = [rule for rule in page_rules if rule.in_sites and not rule.finds_dead_links]
        self._rules = [rule for rule in page_rules if rule.in_day_folders]
        self._canonical_rules = [rule for rule in self._rules if not rule.silent_on_canonical]
        self._valid_link_rules = [rule for rule in self._canonical_rules if not rule.silent_on_valid_links]
        self._last_day_page: tuple[str, str] = ("", "")  # folder and text of the last one without findings

    def check_event(
        self, reader: PageReader, text: str, day: Day, event: Event, *, is_canonical: bool
    ) -> PageFindings | None:
        """Check the page of an event: see :class:`~newsarc.index.findings.PageChecks`."""
        rules = self._rules
        if is_canonical and self._may_skip_rules(reader, day):
            rules = self._valid_link_rules if _has_valid_links(event, reader) else self._canonical_rules
        if rules is not self._valid_link_rules:
            event = reader.checked(event)
        page = Page(event.path, text, day, event=event)
        return self._to_rows(check_page(rules, page, reader), text, day)

    def check_post(self, reader: PageReader, text: str, folder: Day, event: Event) -> PageFindings | None:
        """Check a post: see :class:`~newsarc.index.findings.PageChecks`.

        Where its links lead is known when all posts have been read: see :mod:`newsarc.lint.posts`.
        """
        return self._to_rows(
            check_page(self._post_rules, Page(event.path, text, folder, event=event), reader), text, folder
        )

    def check_day_page(self, reader: PageReader, text: str, day: Day, page: DayPage) -> PageFindings | None:
        """Check a day page: see :class:`~newsarc.index.findings.PageChecks`."""
        if (day.path, text) == self._last_day_page:  # README.md is an exact copy of index.md
            return None
        rules = self._rules
        is_first = page.path.endswith("/index.md")
        if is_first and self._may_skip_rules(reader, day) and reader.is_canonical_day_page(page.path, text):
            prefix, exists = reader.config.site_prefix, reader.tree.exists
            is_valid = all(_reaches(entry.link, prefix, exists) for entry in page.entries)
            rules = self._valid_link_rules if is_valid else self._canonical_rules
        found = self._to_rows(check_page(rules, Page(page.path, text, day, day_page=page), reader), text, day)
        if found is None and is_first:
            self._last_day_page = (day.path, text)
        return found

    def _may_skip_rules(self, reader: PageReader, day: Day) -> bool:
        """Whether rules may skip the canonical pages of ``day``.

        Not if the day is in the future or has no ``index.md``, or if symbolic links were skipped: then a broken link
        may be one that leaves the archive.
        """
        if day.date is None or day.date > self.today or "index.md" not in reader.tree.files(day.path):
            return False
        return not any("symbolic link" in line for line in reader.tree.skipped.values())

    def _to_rows(self, found: CheckedPage, text: str, day: Day) -> PageFindings | None:
        is_cacheable = (day.date is None or day.date <= self.today) and not any(
            finding.code == FutureDate.code for finding in found.findings
        )
        if is_cacheable and not found.findings and not found.suppressions:
            return None
        return PageFindings(
            digest_text(text),
            [
                (finding_row(finding), dead.row() if (dead := found.dead.get(place)) is not None else None)
                for place, finding in enumerate(found.findings)
            ],
            list(map(suppression_row, found.suppressions)),
            is_cacheable,
        )


def check_page(rules: Sequence[PageRule], page: Page, reader: PageReader) -> CheckedPage:
    """Run ``rules`` on ``page``, whose links must be checked."""
    checked = CheckedPage(suppressions=suppressions_of(page))
    links: dict[tuple[int, int], Link] | None = None
    for rule in rules:
        for finding in rule.check(page, reader):
            if rule.finds_dead_links and finding.target:
                links = links or {(link.line, link.column): link for link in _links(page)}
                if link := links.get((finding.line, finding.column)):
                    checked.dead[len(checked.findings)] = DeadLink.of(link, page.path, reader.config.site_prefix)
            checked.findings.append(finding)
    others = edited_paths(checked.findings) - {page.path}
    assert not others, f"a page rule changes only its own page, not {others}: use an ArchiveRule"
    return checked


def _has_valid_links(event: Event, reader: PageReader) -> bool:
    """Whether all links of a canonical page are valid, so that the link rules need not run.

    Related links must point to other events, each once and in canonical form; the current version in Changes must be
    this page, and the former versions must not exist.
    """
    prefix, exists = reader.config.site_prefix, reader.tree.exists
    related = {link.path for link in event.related if _reaches(link, prefix, exists)}
    if len(related) != len(event.related) or event.path in related:
        return False
    current = [change for change in event.changes if change.is_current]
    return (
        len(current) <= 1
        and all(change.target == f"{prefix}/{event.path}" for change in current)
        and not any(reader.reach(change.target, event.path) for change in event.changes if not change.is_current)
    )


def _reaches(link: Link, prefix: str, exists: Callable[[str], bool]) -> bool:
    """Whether the page of a link exists and the target is in canonical form."""
    path = link.path
    return path is not None and link.target == f"{prefix}/{path}" and is_page_path(path) and exists(path)


def _links(page: Page) -> Iterator[Link]:
    if page.event is not None:
        yield from page.event.changes
        yield from page.event.related
    elif page.day_page is not None:
        yield from (entry.link for entry in page.day_page.entries)
