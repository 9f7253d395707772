"""Suppressions: comments and front matter of pages, and per-file ignores in the configuration."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from newsarc.errors import UsageError
from newsarc.lint.finding import Finding
from newsarc.lint.page import Page
from newsarc.lint.rule_selection import match_selector, rules_for
from newsarc.lint.rules import RULES
from newsarc.lint.rules.rule import Rule
from newsarc.parser.page import HEADING, ITEM

_MAX_STARS = 3
_LOOKS_LIKE_RULE = re.compile(r"[A-Z]+\d\w*\Z|[a-z]+(?:-[a-z]+)+\Z", re.IGNORECASE)  # looks like a code or a name


@dataclass(slots=True)
class Suppression:
    """A suppression on a page. It applies to ``lines`` (first and last), or to the whole page if None.

    ``written`` is the rule as written, ``codes`` are the rules that it matches; ``line``, ``column`` and ``end_column``
    are its position. ``used`` is set once it suppresses a finding.
    """

    written: str
    codes: frozenset[str]
    lines: tuple[int, int] | None
    line: int
    column: int
    end_column: int
    used: bool = False


@dataclass(slots=True)
class _RuleSuppressions:
    """The suppressions of one rule on one page, by the lines that they apply to.

    Looking up a line takes logarithmic time, because a page may have any number of suppressions.
    """

    by_lines: dict[tuple[int, int] | None, list[Suppression]] = field(default_factory=dict)
    used: set[tuple[int, int] | None] = field(default_factory=set)
    _starts: list[tuple[int, int]] | None = None

    def add(self, suppression: Suppression) -> None:
        """Add a suppression."""
        self.by_lines.setdefault(suppression.lines, []).append(suppression)
        self._starts = None

    def covers(self, line: int) -> bool:
        """Whether a finding on ``line`` is suppressed. Marks the suppressions as used."""
        if self._starts is None:
            self._starts = sorted(lines for lines in self.by_lines if lines is not None)
        found: list[tuple[int, int] | None] = [None] if None in self.by_lines else []
        # A line belongs to at most one item: the last one that begins at or before it.
        at = bisect_right(self._starts, (line, sys.maxsize)) - 1
        if at >= 0 and line <= self._starts[at][1]:
            found.append(self._starts[at])
        for lines in found:
            if lines not in self.used:
                self.used.add(lines)
                for suppression in self.by_lines[lines]:
                    suppression.used = True
        return bool(found)


@dataclass(slots=True)
class Suppressions:
    """The suppressions of all pages, by path."""

    by_path: dict[str, list[Suppression]] = field(default_factory=dict)
    _by_code: dict[tuple[str, str], _RuleSuppressions] = field(default_factory=dict)

    def add(self, path: str, suppressions: list[Suppression]) -> None:
        """Add the suppressions of the page at ``path``."""
        self.by_path[path] = suppressions
        for suppression in suppressions:
            for code in suppression.codes:
                self._by_code.setdefault((path, code), _RuleSuppressions()).add(suppression)

    def covers(self, finding: Finding) -> bool:
        """Whether ``finding`` is suppressed. Marks the suppressions as used."""
        about = self._by_code.get((finding.path, finding.code))
        return about is not None and about.covers(finding.line)

    def unused(self, rule: Rule, running: Collection[str]) -> Iterator[Finding]:
        """Yield findings of ``rule`` for unknown rules, and for unused suppressions of rules in ``running`` (codes)."""
        ran = set(running)
        off = {rule.code for rule in RULES if not rule.default}
        for path, suppressions in self.by_path.items():
            for suppression in suppressions:
                if not suppression.codes:
                    message = f"no rule is called {suppression.written}"
                elif not suppression.used and suppression.codes - off <= ran and suppression.codes & ran:
                    message = f"nothing to ignore: {suppression.written} finds nothing here"
                else:
                    continue
                yield rule.finding(
                    path,
                    suppression.line,
                    message,
                    column=suppression.column,
                    end_column=suppression.end_column,
                    target=suppression.written,
                )


def suppressions_of(page: Page) -> list[Suppression]:
    """Return the suppressions in the comments and the front matter of ``page``."""
    return [*_from_directives(page), *_from_front_matter(page)]


def _stars(pattern: str) -> int:
    """Return the number of ``*`` next to other characters in a path pattern.

    Each multiplies the matching time for a long name by its length.
    """
    return sum(name.count("*") for name in pattern.split("/") if name.strip("*"))


def per_file_ignores(patterns: Mapping[str, Sequence[str]]) -> Callable[[Finding], bool]:
    """Return a function that tells whether a finding is ignored.

    ``patterns`` maps path patterns, with the syntax of ``.gitignore``, to rule selectors. Raises UsageError for an
    unknown selector, and for a pattern with too many ``*``.
    """
    if not patterns:
        return lambda finding: False
    from pathspec import GitIgnoreSpec

    for pattern in patterns:
        if _stars(pattern) > _MAX_STARS:
            raise UsageError(f"per-file-ignores: {pattern[:80]} has more than {_MAX_STARS} * beside other characters")
    table = [
        (GitIgnoreSpec.from_lines([pattern]), frozenset(rule.code for word in selectors for rule in rules_for(word)))
        for pattern, selectors in patterns.items()
    ]

    @cache
    def codes(path: str) -> frozenset[str]:
        return frozenset().union(*(ignored for spec, ignored in table if spec.match_file(path)))

    return lambda finding: finding.code in codes(finding.path)


def _from_directives(page: Page) -> Iterator[Suppression]:
    if not page.directives:
        return
    lines_of = _line_ranges(page.visible_lines)
    for directive in page.directives:
        # A comment over several lines applies to the item after it, or to the item on its first line.
        begin = directive.end_line if directive.is_alone else directive.line
        lines = None if directive.is_for_file else lines_of(begin, directive.is_alone)
        is_one_line = directive.line == directive.end_line
        place = (directive.line, directive.column, directive.end_column if is_one_line else directive.column + 4)
        words: list[str] = []
        for written in directive.rules:
            codes = _codes(written)
            if codes or _LOOKS_LIKE_RULE.match(written):
                yield Suppression(written, codes, lines, *place)
            else:
                words.append(written)
        if words:  # a reason without a separator: report it once, not word by word
            yield Suppression(" ".join(words), frozenset(), lines, *place)


def _from_front_matter(page: Page) -> Iterable[Suppression]:
    front = page.event.front_matter if page.event is not None else None
    for written in front.ignore if front is not None else ():
        yield Suppression(written, _codes(written), None, front.line if front else 1, 1, 2)


def _line_ranges(lines: Sequence[str]) -> Callable[[int, bool], tuple[int, int]]:
    """Return a function that maps a comment to the first and last line that it applies to.

    Its arguments are the line of the comment and whether it is alone there. The comment applies to the item on its
    line, or if it is alone to the next one.
    """
    # Computed once for all comments: a search from each would be quadratic on a page full of comments.
    starts = [0]  # line number → first line of its item or paragraph; there is no line 0
    ends = {}
    for number, line in enumerate(lines, 1):
        starts.append(starts[-1] if number > 1 and _continues(line) else number)
        ends[starts[-1]] = number
    filled = [number for number, line in enumerate(lines, 1) if line.strip()]

    def lines_for(line: int, is_alone: bool) -> tuple[int, int]:
        first = line
        if is_alone:
            at = bisect_right(filled, line)
            first = filled[at] if at < len(filled) else len(lines)
        start = starts[first]
        return (start, ends[start]) if ITEM.match(lines[start - 1]) else (first, first)

    return lines_for


def _continues(line: str) -> bool:
    return bool(line.strip()) and not ITEM.match(line) and not HEADING.match(line)


def _codes(written: str) -> frozenset[str]:
    return frozenset(rule.code for rule in match_selector(written))
