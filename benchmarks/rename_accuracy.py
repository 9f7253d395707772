"""Measures the accuracy of rename suggestions of ``newsarc lint``: one row per kind of rename, on mutated archives.

``python -m benchmarks.rename_accuracy ARCHIVE… [--seeds 5]`` mutates each archive once per seed (tests/mutation.py) and
prints a Markdown table. ``generated`` means a generated archive, a different one for each seed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from newsarc.api import Archive
from newsarc.lint import lint
from newsarc.lint.dead_links.suggestions import RenameDetector
from newsarc.lint.event_table import EventRecord, EventTable
from newsarc.lint.finding import Finding
from newsarc.lint.rows import DeadLink
from tests.generated import generate
from tests.mutation import DELETED, MOVED, RENAMES, TYPOS, Place, mutate

_COLUMNS = ("n", "right", "wrong", "none", "safe right", "safe wrong", "unsafe right", "unsafe wrong", "twin")
Counts = dict[str, Counter[str]]


def count(places: list[Place], findings: list[Finding], counts: Counts) -> list[tuple[Place, Finding]]:
    """Add the results of ``findings`` for ``places`` to ``counts``; return the wrong suggestions."""
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


class EventTableButOne(EventTable):
    """The events of an archive as if the event ``gone`` were deleted."""

    gone: int | None = None

    def id_of(self, path: str) -> int | None:
        """Return the id of the event at ``path``."""
        id_ = super().id_of(path)
        return None if id_ == self.gone else id_

    def events_of(self, folder: str) -> list[EventRecord]:
        """Return the events of a day folder."""
        return [event for event in super().events_of(folder) if event.id != self.gone]

    def with_headline(self, words: Iterable[str]) -> dict[str, list[int]]:
        """Return the events with one of these headlines."""
        return self._but_gone(super().with_headline(words))

    def with_slug(self, slugs: Iterable[str]) -> dict[str, list[int]]:
        """Return the events with one of these slugs."""
        return self._but_gone(super().with_slug(slugs))

    def with_former_slug(self, slugs: Iterable[str]) -> list[tuple[int, str, str]]:
        """Return the events that had one of these slugs before."""
        return [row for row in super().with_former_slug(slugs) if row[0] != self.gone]

    def with_former_path(self, paths: Iterable[str]) -> list[tuple[int, str]]:
        """Return the events that were at one of ``paths`` before."""
        return [row for row in super().with_former_path(paths) if row[0] != self.gone]

    def _but_gone(self, found: dict[str, list[int]]) -> dict[str, list[int]]:
        return {name: [id_ for id_ in ids if id_ != self.gone] for name, ids in found.items()}


def left_out(archive: Archive) -> int:
    """Return the number of events for which another would be suggested if they were deleted."""
    events = EventTableButOne(archive.index().connection)
    invented = 0
    for event in list(events.in_folders(None)):
        events.gone = event.id
        # The file still exists, so the dead link gets a similar name.
        gone = f"{event.path.removesuffix('.md')}-.md"
        target = f"{archive.config.site_prefix}/{gone}"
        link = DeadLink("news/0/0/0/x.md", gone, "related", target, event.title, (), 1, 1, 2)
        detector = RenameDetector(archive, events)
        detector.register([link])
        invented += detector.suggest(link) is not None
    return invented


def table(counts: Counts) -> str:
    """Return the counts as a Markdown table."""
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
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="+", help='archive roots, or "generated"')
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--wrong", type=int, default=0, help="number of wrong suggestions to show")
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
                print(f"events for which another is suggested if they are deleted: {left_out(archive)}")
        print(f"\n{name if name == 'generated' else 'zh-2019-03'}, {options.seeds} seeds\n\n{table(counts)}")


if __name__ == "__main__":
    main()
