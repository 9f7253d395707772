"""The fixes of dead links whose events were found: none of them is to be a new finding.

Whether it would be depends on the whole page: its other links may lead to the same event, and several dead links may
have the same suggestion. So fixes are made page by page, once all suggestions are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.links import DAY_PAGE_NAMES, written_target
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.labels import label_edit, means_headline, with_balanced_brackets
from newsarc.lint.moved import Moves
from newsarc.lint.page import Page, load_page
from newsarc.lint.rules.days import sound_fixes
from newsarc.lint.rules.links import StaleLinkText
from newsarc.lint.select import selected_rules
from newsarc.lint.suppress import per_file_ignores
from newsarc.model import Change, Link, RelatedLink
from newsarc.text.normalize import display, fold

if TYPE_CHECKING:
    from newsarc.tree import Day

DeadLink = tuple[Finding, Link]


class LinkFixes:
    """Makes the fixes of dead links."""

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.archive = moves.archive
        self.facts = moves.facts
        self._last: tuple[Page, dict[str, RelatedLink]] | None = None

    def of_all(self, dead: Sequence[DeadLink]) -> list[Finding]:
        """Return the findings of ``dead``, which has all dead links of each of its pages, page by page, with fixes."""
        found: list[Finding] = []
        for path, of_page in groupby(dead, key=lambda pair: pair[0].path):
            found.extend(self._of_page(path, list(of_page)))
        return found

    def _of_page(self, path: str, dead: Sequence[DeadLink]) -> list[Finding]:
        if all(finding.suggestion is None for finding, _ in dead):
            return [finding for finding, _ in dead]
        folder, _, name = path.rpartition("/")
        place = self.facts.place(folder)
        try:
            if name in DAY_PAGE_NAMES:
                fixes = self._of_day_page(path, dead, None if place is None else self.facts.days[place])
            else:
                fixes = self._of_event(path, dead)
        except PageError:
            fixes = {}
        return [finding._replace(fix=fixes.get(at)) for at, (finding, _) in enumerate(dead)]

    def _of_event(self, path: str, dead: Sequence[DeadLink]) -> dict[int, Fix]:
        lines = self.archive.tree.read(path).split("\n")
        number = self.facts.number(path)
        reached = set(self.facts.targets(number)) if number is not None else set()
        told = {path}
        fixes: dict[int, Fix] = {}
        for at, (finding, link) in _certain_first(dead):
            suggestion, edit = finding.suggestion, self._edit(finding)
            if suggestion is None or edit is None:
                continue
            is_fit = isinstance(link, Change) or (
                suggestion.path not in told
                and (self.facts.number(suggestion.path) not in reached or self._is_spare(path, link, suggestion))
                and self._label_fits(path, lines, link, suggestion)
            )
            if is_fit:
                fixes[at] = Fix(suggestion.certain, (edit,))
                if not isinstance(link, Change):
                    told.add(suggestion.path)
        return fixes

    def _edit(self, finding: Finding) -> Edit | None:
        """Return the edit that writes the suggested target."""
        # Where the target ends is not sure when Markdown itself sees none: that item is for a person to mend.
        written = finding.target or ""
        if finding.suggestion is None or "".join(written.split()) != written:
            return None
        target = written_target(finding.suggestion.path, self.archive.config.site_prefix)
        return Edit(finding.path, finding.line, finding.column, finding.end_line, finding.end_column, target)

    def _parsed(self, path: str) -> tuple[Page, dict[str, RelatedLink]]:
        """Return an event's page, parsed, and its first related link to each page that they reach."""
        if self._last is None or self._last[0].path != path:
            place = self.facts.place(path.rpartition("/")[0])
            assert place is not None
            page = load_page(path, self.facts.days[place], self.archive)
            assert page.event is not None
            self._last = page, {link.path: link for link in reversed(page.event.related) if link.path}
        return self._last

    def _is_spare(self, path: str, link: Link, suggestion: Suggestion) -> bool:
        """Whether NA104 could take out one of two links to the suggested event, once this one leads there."""
        page, named = self._parsed(path)
        other = named.get(suggestion.path)
        if other is None or not isinstance(link, RelatedLink):
            return False
        earlier, later = (link, other) if link.line < other.line else (other, link)
        is_removable = not page.shares_line(later.line) and page.is_removable(later.line)
        return is_removable and set(later.contexts) <= set(earlier.contexts)

    def _label_fits(self, path: str, lines: Sequence[str], link: Link, suggestion: Suggestion) -> bool:
        """Whether the label of a link to the suggested event says its headline, or the fix of NA105 makes it."""
        if self.moves.is_said_of_another(suggestion.path, fold(link.text)):
            return False
        number = self.facts.number(suggestion.path)
        if number is None:  # the page of a day: another link may reach it
            return suggestion.path not in self._parsed(path)[1]
        headline = self.facts.event(number).headline
        if not headline or means_headline(fold(display(link.label)), headline):
            return True
        written = self.facts.written(number)
        if written and label_edit(path, lines, link, with_balanced_brackets(written)) is not None:
            return True
        return not self._checks_labels or self._is_ignored(StaleLinkText().finding(path, 1, ""))

    @cached_property
    def _checks_labels(self) -> bool:
        lint = self.archive.config.lint
        return any(isinstance(rule, StaleLinkText) for rule in selected_rules(lint.select, lint.ignore))

    @cached_property
    def _is_ignored(self) -> Callable[[Finding], bool]:
        return per_file_ignores(dict(self.archive.config.lint.per_file_ignores))

    def _of_day_page(self, path: str, dead: Sequence[DeadLink], day: Day | None) -> dict[int, Fix]:
        facts = self.facts.day_pages(day.path) if day is not None else ()
        listed = {number for page in facts if page.path != path for number in page.entries}
        pages = [load_page(page.path, day, self.archive) for page in facts] if day is not None and listed else []
        lines = self.archive.tree.read(path).split("\n")
        others = [page.day_page for page in pages if page.path != path and page.day_page is not None]
        labels = {entry.link.path: entry.link.label for page in others for entry in page.entries}
        fixes: dict[int, Fix] = {}
        beside: dict[int, tuple[Edit, ...]] = {}  # of events that the other copy of the page, which differs, lists
        for at, (finding, link) in enumerate(dead):
            suggestion, edit = finding.suggestion, self._edit(finding)
            if suggestion is None or edit is None or self.moves.is_said_of_another(suggestion.path, fold(link.text)):
                continue
            fixes[at] = Fix(suggestion.certain, (edit,))
            if self.facts.number(suggestion.path) in listed and len({page.text for page in pages}) > 1:
                label = labels.get(suggestion.path)
                is_other = label is not None and label != link.label
                new = label_edit(path, lines, link, label) if is_other and label is not None else None
                beside[at] = (edit,) if new is None else (new, edit)
        sound = sound_fixes(beside, pages, self.archive)
        for at, edits in beside.items():
            if at in sound:
                fixes[at] = fixes[at]._replace(edits=edits)
            else:
                del fixes[at]
        return fixes


def _certain_first(dead: Sequence[DeadLink]) -> list[tuple[int, DeadLink]]:
    """Return the links with their places: of two that are told the same event, the certain one gets the fix."""
    return sorted(enumerate(dead), key=lambda item: not (item[1][0].suggestion and item[1][0].suggestion.certain))
