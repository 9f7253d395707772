"""Which findings are not wanted: comments in pages, front matter, and per-file ignores of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from newsarc.errors import UsageError
from newsarc.lint.finding import Finding
from newsarc.lint.page import Page
from newsarc.lint.rules import RULES, Rule
from newsarc.lint.select import rules_named
from newsarc.parser.page import HEADING, ITEM


@dataclass(slots=True)
class Suppression:
    """One wish of a page not to hear of a rule. ``lines`` are those that it is about, None for the whole page."""

    written: str
    codes: frozenset[str]
    lines: tuple[int, int] | None
    line: int
    column: int
    end_column: int
    used: bool = False


@dataclass(slots=True)
class Suppressions:
    """The wishes of all pages, and which of them had something to do."""

    by_path: dict[str, list[Suppression]] = field(default_factory=dict)
    _by_place: dict[tuple[str, int | None], list[Suppression]] = field(default_factory=dict)

    def add(self, path: str, wishes: list[Suppression]) -> None:
        """Take the wishes of the page at ``path``."""
        self.by_path[path] = wishes
        for wish in wishes:
            for line in [None] if wish.lines is None else range(wish.lines[0], wish.lines[1] + 1):
                self._by_place.setdefault((path, line), []).append(wish)

    def covers(self, finding: Finding) -> bool:
        """Whether ``finding`` is not wanted; what says so counts as used."""
        covered = False
        for place in ((finding.path, None), (finding.path, finding.line)):
            for wish in self._by_place.get(place, ()):
                if finding.code in wish.codes:
                    wish.used = covered = True
        return covered

    def unused(self, rule: Rule, running: Collection[str]) -> Iterator[Finding]:
        """Yield findings of ``rule`` for wishes that had nothing to do although their rules ran (codes ``running``)."""
        ran = set(running)
        off = {rule.code for rule in RULES if not rule.default}
        for path, wishes in self.by_path.items():
            for wish in wishes:
                if not wish.codes:
                    message = f"no rule is called {wish.written}"
                elif not wish.used and wish.codes - off <= ran and wish.codes & ran:
                    message = f"nothing to ignore: {wish.written} finds nothing here"
                else:
                    continue
                yield rule.finding(
                    path, wish.line, message, column=wish.column, end_column=wish.end_column, target=wish.written
                )


def wishes_of(page: Page) -> list[Suppression]:
    """Return what the comments and the front matter of ``page`` ask for."""
    return [*_of_directives(page), *_of_front_matter(page)]


def per_file_ignores(patterns: Mapping[str, Sequence[str]]) -> Callable[[Finding], bool]:
    """Return a test whether a finding is ignored by a table of path patterns (as in ``.gitignore``) → selectors.

    Raises UsageError for a selector that names no rule.
    """
    if not patterns:
        return lambda finding: False
    from pathspec import GitIgnoreSpec

    table = [
        (GitIgnoreSpec.from_lines([pattern]), frozenset(rule.code for word in selectors for rule in rules_named(word)))
        for pattern, selectors in patterns.items()
    ]

    @cache
    def codes(path: str) -> frozenset[str]:
        return frozenset().union(*(ignored for spec, ignored in table if spec.match_file(path)))

    return lambda finding: finding.code in codes(finding.path)


def _of_directives(page: Page) -> Iterator[Suppression]:
    for directive in page.directives:
        lines = None if directive.is_for_file else _lines_meant(page, directive.line, directive.is_alone)
        for written in directive.rules:
            place = (directive.line, directive.column, directive.end_column)
            yield Suppression(written, _codes(written), lines, *place)


def _of_front_matter(page: Page) -> Iterable[Suppression]:
    front = page.event.front_matter if page.event is not None else None
    for written in front.ignore if front is not None else ():
        yield Suppression(written, _codes(written), None, front.line if front else 1, 1, 2)


def _lines_meant(page: Page, line: int, is_alone: bool) -> tuple[int, int]:
    """Return the first and last line that a comment on ``line`` is about: the item there, or the next one."""
    lines = page.lines
    first = line
    if is_alone:
        while first < len(lines) and not lines[first].strip():
            first += 1
        first = min(first + 1, len(lines))
    start = first
    while start > 1 and _continues(lines[start - 1]):
        start -= 1
    if ITEM.match(lines[start - 1]):
        first = start
    last = first
    if ITEM.match(lines[first - 1]):
        while last < len(lines) and _continues(lines[last]):
            last += 1
    return first, last


def _continues(line: str) -> bool:
    return bool(line.strip()) and not ITEM.match(line) and not HEADING.match(line)


def _codes(written: str) -> frozenset[str]:
    try:
        return frozenset(rule.code for rule in rules_named(written))
    except UsageError:
        return frozenset()
