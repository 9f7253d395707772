"""How often each rule found something, and which missing targets are behind most findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from newsarc.lint.linter import Report

_MOST_TARGETS = 20


@dataclass(frozen=True, slots=True)
class Statistics:
    """Per rule (number, code, name, how many of them can be mended); per missing target its number, the first few.

    One deleted or renamed event kills many links: ``missing`` says how many causes the findings have. ``rest`` is the
    number of findings and of targets that it leaves out.
    """

    rules: tuple[tuple[int, str, str, int], ...]
    missing: tuple[tuple[int, str], ...]
    rest: tuple[int, int]


def statistics(report: Report) -> Statistics:
    """Count the findings of ``report``, the most frequent first."""
    rules = Counter((finding.code, finding.name) for finding in report.findings)
    mendable = Counter(finding.code for finding in report.findings if finding.fix is not None and finding.fix.safe)
    targets = Counter(finding.target for finding in report.findings if finding.code == "NA101" and finding.target)
    missing = sorted(((number, target) for target, number in targets.items()), key=lambda item: (-item[0], item[1]))
    left = missing[_MOST_TARGETS:]
    return Statistics(
        tuple(
            (number, code, name, mendable[code])
            for (code, name), number in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
        ),
        tuple(missing[:_MOST_TARGETS]),
        (sum(number for number, _ in left), len(left)),
    )


def statistics_rows(counted: Statistics) -> Iterator[tuple[object, ...]]:
    """Yield ``number, code, name, mendable`` per rule, then ``number, "missing", target``."""
    yield from counted.rules
    for number, target in counted.missing:
        yield number, "missing", target
    if counted.rest[1]:
        yield counted.rest[0], "missing", f"({counted.rest[1]} more targets)"
