"""Fixes for broken links that have a suggestion. A fix must not create a new finding.

Whether it does depends on the whole page: other links may already point to the suggested event, and several broken
links may have the same suggestion. Fixes are therefore made page by page, once all suggestions are known.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby

from newsarc.errors import PageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.dead_links.suggestions import RenameDetector
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.labels import label_edit, label_from_headline, same_headline
from newsarc.lint.page import Page, load_page
from newsarc.lint.rows import DeadLink
from newsarc.lint.rule_selection import selected_rules
from newsarc.lint.rules.days import harmless_fixes
from newsarc.lint.rules.links import StaleLinkText
from newsarc.lint.suppressions import per_file_ignores
from newsarc.model import RelatedLink
from newsarc.parser.targets import written_target
from newsarc.text.normalize import display, fold

Pair = tuple[Finding, DeadLink]


class LinkFixes:
    """Makes the fixes for broken links."""

    def __init__(self, detector: RenameDetector) -> None:
        self.detector = detector
        self.reader = detector.reader
        self.events = detector.events
        self._last_page: tuple[Page, dict[str, RelatedLink]] | None = None
        self._last_labels: tuple[str, dict[str | None, str]] = ("", {})

    def fix_all(self, dead: Sequence[Pair]) -> list[Finding]:
        """Return the findings of ``dead`` with fixes. It must have all broken links of its pages, page by page."""
        found: list[Finding] = []
        for page, of_page in groupby(dead, key=lambda pair: fix_unit(pair[0].path)):
            found.extend(self._fix_page(page, list(of_page)))
        return found

    def _fix_page(self, page: str, dead: Sequence[Pair]) -> list[Finding]:
        fixes: dict[int, Fix] = {}
        if any(finding.suggestion is not None for finding, _ in dead):
            with contextlib.suppress(PageError):
                fixes = self._fix_event_page(page, dead) if page.endswith(".md") else self._fix_day_pages(page, dead)
        return [finding._replace(fix=fixes.get(at)) for at, (finding, _) in enumerate(dead)]

    def _fix_event_page(self, path: str, dead: Sequence[Pair]) -> dict[int, Fix]:
        lines = self.reader.tree.read(path).split("\n")
        id_ = self.events.id_of(path)
        reached = {target for _, target in self.events.targets(id_)} if id_ is not None else set()
        suggested = {path}
        fixes: dict[int, Fix] = {}
        for at, (finding, link) in _certain_first(dead):
            suggestion, edit = finding.suggestion, self._edit(finding)
            if suggestion is None or edit is None:
                continue
            is_harmless = link.is_change or (
                suggestion.path not in suggested
                and (
                    self.events.id_of(suggestion.path) not in reached
                    or self._is_removable_duplicate(path, link, suggestion)
                )
                and self._label_fits(path, lines, link, suggestion)
            )
            if is_harmless:
                fixes[at] = Fix(suggestion.certain, (edit,))
                if not link.is_change:
                    suggested.add(suggestion.path)
        return fixes

    def _edit(self, finding: Finding) -> Edit | None:
        """Return the edit that replaces the target by the suggested one, or None."""
        # With white space in it, it is unclear where the target ends: leave that to the author.
        written = finding.target or ""
        if finding.suggestion is None or "".join(written.split()) != written:
            return None
        target = written_target(finding.suggestion.path, self.reader.config.site_prefix)
        return Edit(finding.path, finding.line, finding.column, finding.end_line, finding.end_column, target)

    def _parsed(self, path: str) -> tuple[Page, dict[str, RelatedLink]]:
        """Return the parsed page of an event, and its first related link to each page."""
        if self._last_page is None or self._last_page[0].path != path:
            page = load_page(path, self.reader.tree.page_folder(path.rpartition("/")[0]), self.reader)
            assert page.event is not None
            self._last_page = page, {link.path: link for link in reversed(page.event.related) if link.path}
        return self._last_page

    def _is_removable_duplicate(self, path: str, link: DeadLink, suggestion: Suggestion) -> bool:
        """Whether NA104 could remove one of two links to the suggested event, once this one points there."""
        page, named = self._parsed(path)
        other = named.get(suggestion.path)
        if other is None or link.kind != "related":
            return False
        is_first = link.line < other.line
        earlier, later = (link.contexts, other.contexts) if is_first else (other.contexts, link.contexts)
        line = other.line if is_first else link.line
        if is_first and "#" in other.target:
            return False
        return not page.shares_line(line) and page.is_removable(line) and set(later) <= set(earlier)

    def _label_fits(self, path: str, lines: Sequence[str], link: DeadLink, suggestion: Suggestion) -> bool:
        """Whether the label matches the headline of the suggested event, or the fix of NA105 will make it match."""
        if self.detector.is_headline_of_another(suggestion.path, fold(link.text)):
            return False
        id_ = self.events.id_of(suggestion.path)
        if id_ is None:  # a day page: fits unless another link already points to it
            return suggestion.path not in self._parsed(path)[1]
        headline = self.events.event(id_).headline
        if not headline or same_headline(fold(display(link.label)), headline):
            return True
        label = label_from_headline(self._plain_headline(suggestion.path))
        if same_headline(fold(display(label)), headline) and label_edit(path, lines, link, label) is not None:
            return True
        return not self._checks_labels or self._is_ignored(StaleLinkText().finding(path, 1, ""))

    def _plain_headline(self, path: str) -> str:
        """Return the headline of an event as written on its page; empty if front matter has another title."""
        event = self.reader.load(path)
        written = event.headline_written.strip()
        return written if display(written) == event.headline else ""

    @cached_property
    def _checks_labels(self) -> bool:
        lint = self.reader.config.lint
        return any(isinstance(rule, StaleLinkText) for rule in selected_rules(lint.select, lint.ignore))

    @cached_property
    def _is_ignored(self) -> Callable[[Finding], bool]:
        return per_file_ignores(dict(self.reader.config.lint.per_file_ignores))

    def _fix_day_pages(self, folder: str, dead: Sequence[Pair]) -> dict[int, Fix]:
        """Return the fixes for the entries of a day page, in both copies, or of the front page."""
        fixes: dict[int, Fix] = {}
        day = self.reader.tree.page_folder(folder)
        pages = {path: load_page(path, day, self.reader) for path in self.events.day_pages(folder)}
        # Two equal copies get equal fixes and stay equal.
        is_checked = len({page.text for page in pages.values()}) > 1
        for at, (finding, link) in enumerate(dead):
            suggestion, edit = finding.suggestion, self._edit(finding)
            if (
                suggestion is None
                or edit is None
                or self.detector.is_headline_of_another(suggestion.path, fold(link.text))
            ):
                continue
            other = next((page for path, page in pages.items() if path != finding.path), None) if is_checked else None
            label = self._labels_of(other).get(suggestion.path, link.label) if other is not None else link.label
            new = label_edit(finding.path, pages[finding.path].lines, link, label) if label != link.label else None
            fixes[at] = Fix(suggestion.certain, (edit,) if new is None else (new, edit))
        if is_checked:
            harmless = harmless_fixes(fixes, list(pages.values()), self.reader)
            fixes = {at: fix for at, fix in fixes.items() if at in harmless}
        return fixes

    def _labels_of(self, page: Page) -> dict[str | None, str]:
        """Return the labels of the entries of a day page, by the path of their event."""
        if self._last_labels[0] != page.path:
            entries = page.day_page.entries if page.day_page is not None else ()
            self._last_labels = page.path, {entry.link.path: entry.link.label for entry in entries}
        return self._last_labels[1]


def fix_unit(path: str) -> str:
    """Return the unit that fixes are made for: the page of an event, or the folder of day pages."""
    folder, _, name = path.rpartition("/")
    return folder if name in DAY_PAGE_NAMES else path


def _certain_first(dead: Sequence[Pair]) -> list[tuple[int, Pair]]:
    """Return the links with their indexes, those with certain suggestions first.

    If two links have the same suggestion, only the first gets a fix.
    """
    return sorted(enumerate(dead), key=lambda item: not (item[1][0].suggestion and item[1][0].suggestion.certain))
