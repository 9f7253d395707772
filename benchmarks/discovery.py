"""Measures how many hidden related links ``newsarc related --discover`` finds again, beside two simple methods.

``python -m benchmarks.discovery ARCHIVE… [--seeds 3] [--sample N]`` copies each archive without a fifth of its pairs of
linked events (both links of a pair, with their contexts), then queries each event that lost a link. The weights in
newsarc/analysis/recommendations.py were set by hand with --half tuned --seeds 1; the reported results use the other
half of the events, and other seeds. ``--time ARCHIVE`` measures the time of the command instead, in turn with rg and
comparable commands.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.run.commands import ABSENT
from benchmarks.run.measure import Measure, run_once
from newsarc.analysis.recommendations import recommend
from newsarc.api import Archive
from newsarc.index import Filter, Index
from newsarc.index.full_text import phrase
from newsarc.index.similarity import headline_words
from newsarc.layout import is_event_path
from newsarc.text.normalize import fold

SHARE = 0.2  # of the pairs of linked events
BEST = 10
FIRST_SEED = 2  # the weights were tuned on the first
Way = Callable[[str], list[str]]


@dataclass(slots=True)
class Recall:
    """The recall of one method: over all hidden links (micro), and the mean over events (macro)."""

    found: int = 0
    possible: int = 0
    parts: float = 0.0
    events: int = 0

    def add(self, best: list[str], hidden: set[str]) -> None:
        """Count how many of an event's ``hidden`` links are in ``best``; at most BEST can be."""
        found, possible = len(hidden.intersection(best[:BEST])), min(BEST, len(hidden))
        self.found += found
        self.possible += possible
        self.parts += found / possible
        self.events += 1


def hide(source: Path, copy: Path, seed: int) -> dict[str, set[str]]:
    """Copy an archive without some of its related links; return the lost links of each event."""
    shutil.copytree(source, copy)
    links: list[tuple[str, str, int]] = []
    with Archive.open(source, cache=False) as archive:
        for event in archive.events():
            others = [(link.path, link.line) for link in event.related if link.path and is_event_path(link.path)]
            links.extend((event.path, other, line) for other, line in others if other != event.path)
    pairs = sorted({(min(link[:2]), max(link[:2])) for link in links})
    gone = set(random.Random(seed).sample(pairs, round(len(pairs) * SHARE)))
    hidden: dict[str, set[str]] = defaultdict(set)
    lines: dict[str, set[int]] = defaultdict(set)
    for path, other, line in links:
        if (min(path, other), max(path, other)) in gone:
            hidden[path].add(other)
            lines[path].add(line)
    for path, dropped in lines.items():
        written = (copy / path).read_bytes().split(b"\n")
        (copy / path).write_bytes(b"\n".join(text for line, text in enumerate(written, 1) if line not in dropped))
    return hidden


class Plain:
    """The simple methods to find related events."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.rows = {row.path: row for row in index.events(Filter())}
        self.names = {
            path: set(map(fold, (*index.contexts(row.id), *index.topics(row.id)))) for path, row in self.rows.items()
        }
        self.events: dict[str, list[str]] = defaultdict(list)
        for path, names in self.names.items():
            for name in names:
                self.events[name].append(path)

    def linked(self, path: str) -> set[int]:
        """Return the events that do not count: the event itself, and those linked with it."""
        event = self.rows[path].id
        return self.index.similarity(event).linked() | {event}

    def shared_names(self, path: str) -> list[str]:
        """Return the events that share the most contexts and topics; ties go to the nearest date."""
        counts: dict[str, int] = defaultdict(int)
        for name in self.names[path]:
            for other in self.events[name]:
                counts[other] += 1
        linked, day = self.linked(path), _day(self.rows[path].day)
        found = [other for other in counts if self.rows[other].id not in linked]
        found.sort(key=lambda other: (-counts[other], abs(_day(self.rows[other].day) - day), other))
        return found[:BEST]

    def headline_in_headlines(self, path: str) -> list[str]:
        """Return the events whose headlines match the words of this headline best, by BM25."""
        return self._bm25(path, "headline : ")

    def headline_in_texts(self, path: str) -> list[str]:
        """Return the events whose full texts match the words of this headline best, by BM25."""
        return self._bm25(path, "")

    def _bm25(self, path: str, columns: str) -> list[str]:
        words = headline_words(self.rows[path].headline)
        if not words:
            return []
        linked = self.linked(path)
        query = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text) LIMIT ?"
        expression = f"{columns}({' OR '.join(map(phrase, words))})"
        # In SQL, because no command of newsarc runs this query.
        ids = [event for (event,) in self.index._db.execute(query, (expression, BEST + len(linked)))]
        best = [event for event in ids if event not in linked][:BEST]
        return [row.path for row in self.index.rows_of(best)]


def _day(day: str | None) -> int:
    return dt.date.fromisoformat(day).toordinal() if day else 0


def measure(source: Path, seed: int, half: str, sample: int | None, found: dict[str, Recall]) -> None:
    """Hide links of an archive and search for them; add the results to ``found``, by method."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        hidden = hide(source, copy, seed)
        with Archive.open(copy, cache=False) as archive:
            index = archive.index()
            plain = Plain(index)
            ways: dict[str, Way] = {
                "newsarc": lambda path: [found.row.path for found in recommend(index, path, BEST)],
                "shared names": plain.shared_names,
                "bm25, headlines": plain.headline_in_headlines,
                "bm25, whole text": plain.headline_in_texts,
            }
            events = sorted(path for path in hidden if half == "all" or _half(path) == half)
            if sample is not None and sample < len(events):
                events = random.Random(seed).sample(events, sample)
            for path in events:
                for name, way in ways.items():
                    found.setdefault(name, Recall()).add(way(path), hidden[path])


def _half(path: str) -> str:
    """Return the half to which an event belongs."""
    return "reported" if zlib.crc32(path.encode()) % 2 else "tuned"


def table(found: dict[str, Recall]) -> Iterator[str]:
    """Yield the lines of the result as a Markdown table."""
    yield "| method | events | hidden links | found | recall@10, of links | recall@10, mean of events |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, recall in found.items():
        micro, macro = recall.found / recall.possible, recall.parts / recall.events
        yield f"| {name} | {recall.events} | {recall.possible} | {recall.found} | {micro:.3f} | {macro:.3f} |"


def time_it(root: Path, times: int) -> Iterator[str]:
    """Measure the command with a warm cache, in turn with rg and a minimal query of the index."""
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "NEWSARC_CACHE_DIR": cache}
        newsarc = [sys.executable, "-m", "newsarc", "-q", "-A", str(root)]
        with Archive.open(root, cache=False) as archive:
            days = list(archive.tree.days())
            path = archive.tree.event_paths(days[len(days) // 2])[0]
        slug = path.rpartition("/")[2].removesuffix(".md")
        measures = [
            Measure("rg, absent word (R)", ["rg", "--no-config", "-c", ABSENT, "."], root, env, (1,)),
            Measure("related SLUG --discover", [*newsarc, "related", slug, "--discover"], root, env),
            # The same check for changes, and one query.
            Measure("related SLUG --backlinks", [*newsarc, "related", slug, "--backlinks"], root, env, (0, 1)),
            Measure("related SLUG", [*newsarc, "related", slug], root, env, (0, 1)),
        ]
        for turn in range(times + 1):
            for one in measures:
                sample = run_once(one.command, one.cwd, one.env, one.codes)
                if turn:
                    one.samples.append(sample)
        yield f"{path}\n\n| what | seconds | × R |\n| --- | ---: | ---: |"
        for one in measures:
            yield f"| {one.name} | {one.wall:.3f} | {one.wall / measures[0].wall:.2f} |"
        pairs = zip(measures[1].samples, measures[2].samples, strict=True)
        more = statistics.median(mine.wall - other.wall for mine, other in pairs)
        yield f"| discovering alone: the first less the second, in pairs | {more:.3f} | {more / measures[0].wall:.2f} |"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--half", choices=("reported", "tuned", "all"), default="reported")
    parser.add_argument("--sample", type=int, help="query this many events of each copy (default: all)")
    parser.add_argument("--time", action="store_true", help="measure the time of the command instead")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    options = parser.parse_args()
    numbers: dict[str, object] = {}
    for root in options.archives:
        print(f"\n{root.name}\n")
        if options.time:
            print("\n".join(time_it(root, options.times)))
            continue
        found: dict[str, Recall] = {}
        first = 1 if options.half == "tuned" else FIRST_SEED
        for seed in range(first, first + options.seeds):
            measure(root, seed, options.half, options.sample, found)
        print("\n".join(table(found)))
        numbers[root.name] = {
            name: [recall.found, recall.possible, recall.parts, recall.events] for name, recall in found.items()
        }
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
