"""How well ``newsarc lint`` says where events went: one row per kind of rename, over mutated archives.

``python -m benchmarks.rename_accuracy ARCHIVE… [--seeds 5]`` mutates each archive so many times (see tests/mutation.py)
and prints a Markdown table. ``generated`` stands for a generated archive, another one for each seed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from newsarc.api import Archive
from newsarc.lint import lint
from newsarc.lint.columns import NOBODY, Columns
from newsarc.lint.facts import Facts
from newsarc.lint.finding import Finding
from newsarc.lint.look import Look
from newsarc.lint.moved import Moves
from tests.generated import generate
from tests.mutation import DELETED, MOVED, RENAMES, TYPOS, Place, mutate

_COLUMNS = ("n", "right", "wrong", "none", "safe right", "safe wrong", "unsafe right", "unsafe wrong", "twin")
Counts = dict[str, Counter[str]]


def count(places: list[Place], findings: list[Finding], counts: Counts) -> list[tuple[Place, Finding]]:
    """Add what ``findings`` say about ``places`` to ``counts``; return where they name a wrong event."""
    by_place = {(finding.path, finding.line, finding.column): finding for finding in findings}
    wrong: list[tuple[Place, Finding]] = []
    for place in places:
        finding = by_place[place.path, place.line, place.column]
        suggestion = finding.suggestion
        verdict = place.verdict(suggestion.path if suggestion else None)
        row = counts.setdefault(place.kind, Counter())
        row.update(("n", verdict))
        if finding.fix is not None and verdict in ("right", "wrong"):
            row[f"unsafe {verdict}"] += 1
            row[f"safe {verdict}"] += finding.fix.safe
        if verdict == "wrong":
            wrong.append((place, finding))
    return wrong


class FactsButOne(Facts):
    """The facts of an archive as they would be if the event ``gone`` were deleted."""

    gone = NOBODY

    def number(self, path: str) -> int | None:
        """Return the number of the event at ``path``."""
        number = super().number(path)
        return None if number == self.gone else number

    def events(self) -> Iterator[int]:
        """Yield the numbers of all events."""
        return (number for number in super().events() if number != self.gone)

    def events_of(self, folder: str) -> list[int]:
        """Return the numbers of the events of a day folder."""
        return [number for number in super().events_of(folder) if number != self.gone]

    def headlines(self) -> Iterator[tuple[int, str, bool]]:
        """Yield the number and the headline of each event that has one, and whether that is its title."""
        return (entry for entry in super().headlines() if entry[0] != self.gone)

    def former(self) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        """Yield the number and the former names of each event that has some."""
        return (entry for entry in super().former() if entry[0] != self.gone)


def _itself(columns: Columns) -> Columns:
    return columns


def left_out(archive: Archive) -> int:
    """Return for how many events the archive would name another one, were they deleted."""
    facts = FactsButOne(archive.tree, list(archive.tree.days()), archive.config.site_prefix)
    look = Look(archive, [], facts)
    for place, day in enumerate(facts.days):
        columns = look.at_days([day]).columns
        facts.fill(place, partial(_itself, columns), columns.former)
    invented = 0
    for number in list(facts.events()):
        event = facts.event(number)
        facts.gone = number
        # The file is still there: a name that only it resembles.
        gone = f"{archive.config.site_prefix}/{event.path.removesuffix('.md')}-.md"
        invented += Moves(archive, facts).where_it_went(gone, event.title, "news/0/0/0/x.md") is not None
        facts.gone = NOBODY
    return invented


def table(counts: Counts) -> str:
    """Return the counts as Markdown."""
    lines = [f"| kind | {' | '.join(_COLUMNS)} |", f"| --- |{' ---: |' * len(_COLUMNS)}"]
    groups = {
        "all renames": RENAMES,
        "all that went somewhere": (*RENAMES, MOVED, *TYPOS),
    }
    rows = {kind: counts.get(kind, Counter()) for kind in (*RENAMES, MOVED, *TYPOS, DELETED)}
    for name, kinds in groups.items():
        rows[f"**{name}**"] = sum((rows[kind] for kind in kinds), Counter[str]())
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(str(row[column]) for column in _COLUMNS)} |")
    return "\n".join(lines)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="+", help='archive roots, or "generated"')
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--wrong", type=int, default=0, help="show so many wrong or missing suggestions")
    options = parser.parse_args()
    for name in options.archives:
        counts: Counts = {}
        for seed in range(1, options.seeds + 1):
            with tempfile.TemporaryDirectory() as folder:
                source, mutated = Path(name), Path(folder) / "mutated"
                if name == "generated":
                    source = Path(folder) / "source"
                    generate(source, seed, days=150)
                truth = mutate(source, mutated, seed)
                with Archive.open(mutated) as archive:
                    wrong = count(truth.dead, list(lint(archive, select=["NA101"]).findings), counts)
                for place, finding in wrong[: options.wrong]:
                    print(f"{place.kind}: {finding.suggestion}\n    {place.target}\n    /{place.right}")
        if name != "generated":
            with Archive.open(name) as archive:
                print(f"events for which another is named when they alone are deleted: {left_out(archive)}")
        print(f"\n{name if name == 'generated' else 'zh-2019-03'}, {options.seeds} seeds\n\n{table(counts)}")


if __name__ == "__main__":
    main()
