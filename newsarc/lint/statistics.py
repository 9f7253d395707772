"""Statistics of findings: the number by rule, and the missing targets that cause most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from newsarc.lint.linter import Report

_MOST_TARGETS = 20


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of findings by rule and by missing target.

    ``rules`` has (findings, code, name, safely fixable findings) for each rule. Since one deleted or renamed event
    breaks many links, ``missing`` has (findings, target) for the most frequent targets, and ``rest`` the numbers of
    findings and targets that it leaves out.
    """

    rules: tuple[tuple[int, str, str, int], ...]
    missing: tuple[tuple[int, str], ...]
    rest: tuple[int, int]


def statistics(report: Report) -> Statistics:
    """Count the findings of ``report``, most frequent first."""
    rules = Counter((finding.code, finding.name) for finding in report.findings)
    fixable = Counter(finding.code for finding in report.findings if finding.fix is not None and finding.fix.safe)
    targets = Counter(finding.target for finding in report.findings if finding.code == "NA101" and finding.target)
    missing = sorted(((number, target) for target, number in targets.items()), key=lambda item: (-item[0], item[1]))
    left = missing[_MOST_TARGETS:]
    return Statistics(
        tuple(
            (number, code, name, fixable[code])
            for (code, name), number in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
        ),
        tuple(missing[:_MOST_TARGETS]),
        (sum(number for number, _ in left), len(left)),
    )


def statistics_rows(counted: Statistics) -> Iterator[tuple[object, ...]]:
    """Yield ``number, code, name, fixable`` for each rule, then ``number, "missing", target``."""
    yield from counted.rules
    for number, target in counted.missing:
        yield number, "missing", target
    if counted.rest[1]:
        yield counted.rest[0], "missing", f"({counted.rest[1]} more targets)"
