"""Measures whether the wanted events come first: newsarc, plain BM25 over whole pages, and ripgrep; 30 queries.

``python -m benchmarks.ranking`` prints a Markdown table. Twenty queries on examples/archive are judged by hand
(judged.toml). Ten come from a generated archive: a name and a noun from the headline of one event, as readers type
them: in lower case, without accents, every third noun in the plural. That event has grade 3, and other events about the
same name have grade 1.

Scores: nDCG@10, with gains 2^grade − 1 discounted by log2 of the rank, relative to the best order (Järvelin and
Kekäläinen 2002); MRR, the reciprocal rank of the first event with grade 3. All methods require all words.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.generate.plan import Plan, make_plan
from benchmarks.generate.words import NOUNS
from newsarc import Archive

ROOT = Path(__file__).resolve().parents[1]
_PLACES = 10
_GENERATED = 10
_EVENTS = 2000
Order = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, and the grades of relevant events by path."""

    text: str
    grades: dict[str, int]


def judged_by_hand(archive: Archive) -> list[Judged]:
    """Return the queries of judged.toml."""
    entries = tomllib.loads((Path(__file__).parent / "judged.toml").read_text(encoding="utf-8"))["query"]
    return [
        Judged(
            entry["text"],
            {archive.event_path(ref): int(grade) for grade, refs in entry.items() if grade != "text" for ref in refs},
        )
        for entry in entries
    ]


def judged_by_plan(plan: Plan, seed: int) -> list[Judged]:
    """Return queries for a generated archive, judged by its plan."""
    rng = random.Random(seed)
    queries: list[Judged] = []
    while len(queries) < _GENERATED:
        event = rng.randrange(len(plan.headlines))
        nouns = [noun for noun in NOUNS if re.search(rf"\b{noun}\b", plan.headlines[event])]
        names = [name for name in plan.names(event)[1:] if name in plan.headlines[event]]
        if not nouns or not names or not nouns[0].isalpha() or nouns[0].endswith("s"):
            continue
        entity = plan.entities.index(names[0])
        about = plan.events[plan.events_at[entity] : plan.events_at[entity + 1]]
        grades = {plan.path(other): 1 for other in about} | {plan.path(event): 3}
        noun = nouns[0] if len(queries) % 3 else _plural(nouns[0])
        queries.append(Judged(f"{_without_accents(names[0]).lower()} {noun}", grades))
    return queries


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def orders(archive: Archive) -> Iterator[tuple[str, Order]]:
    """Yield the name of each method, and a function from a query to paths, best first."""
    yield "newsarc", lambda query: [hit.row.path for hit in archive.search(query, limit=None)]
    yield "bm25 of the whole page", _plain_bm25(archive)
    if shutil.which("rg"):
        yield "ripgrep, sorted by path", lambda query: _ripgrep(archive.root, query)
    else:
        print("ripgrep is not installed; skipped", file=sys.stderr)


def _plain_bm25(archive: Archive) -> Order:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE page USING fts5(path UNINDEXED, text)")
    paths = (path for day in archive.tree.days() for path in archive.tree.event_paths(day))
    db.executemany("INSERT INTO page VALUES (?, ?)", ((path, archive.tree.read(path)) for path in paths))

    def order(query: str) -> list[str]:
        words = " ".join(f'"{word}"' for word in query.split())
        return [path for (path,) in db.execute("SELECT path FROM page WHERE page MATCH ? ORDER BY rank", (words,))]

    return order


def _ripgrep(root: Path, query: str) -> list[str]:
    found: set[str] | None = None
    for word in query.split():
        options = ["--no-config", "-ilF", "-g", "!index.md", "-g", "!README.md"]
        run = subprocess.run(["rg", *options, word, "news"], cwd=root, capture_output=True, check=False, text=True)
        files = set(run.stdout.splitlines())
        found = files if found is None else found & files
    return sorted(found or ())


def ndcg(grades: dict[str, int], paths: Sequence[str]) -> float:
    """Return the nDCG@10 of an order, from 0 to 1."""
    best = sorted(grades.values(), reverse=True)
    return _gain([grades.get(path, 0) for path in paths]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum((float(1 << grade) - 1) / math.log2(place + 1) for place, grade in enumerate(grades[:_PLACES], 1))


def reciprocal_rank(grades: dict[str, int], paths: Sequence[str]) -> float:
    """Return the reciprocal rank of the first event with grade 3; 0 if there is none."""
    return next((1 / place for place, path in enumerate(paths, 1) if grades.get(path) == 3), 0.0)


def report(title: str, archive: Archive, queries: Sequence[Judged], each: bool) -> None:
    """Print a table of the scores of all methods; with ``each``, also the nDCG of each query."""
    print(f"\n{title}: {len(queries)} queries\n\n| order | nDCG@10 | MRR |\n| --- | ---: | ---: |")
    lines: dict[str, list[float]] = {query.text: [] for query in queries}
    for name, order in orders(archive):
        found = [(query, order(query.text)) for query in queries]
        gains = [ndcg(query.grades, paths) for query, paths in found]
        ranks = [reciprocal_rank(query.grades, paths) for query, paths in found]
        print(f"| {name} | {statistics.mean(gains):.3f} | {statistics.mean(ranks):.3f} |")
        for query, gain in zip(queries, gains, strict=True):
            lines[query.text].append(gain)
    for text, scores in lines.items() if each else ():
        print(f"{text:32}", *(f"{score:.2f}" for score in scores))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ranking", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated archive and its queries")
    parser.add_argument("--each", action="store_true", help="also print the nDCG of each query")
    options = parser.parse_args()
    with Archive.open(ROOT / "examples" / "archive", cache=False) as archive:
        report("examples/archive", archive, judged_by_hand(archive), options.each)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "archive"
        generate(root, _EVENTS, options.seed)
        with Archive.open(root, cache=False) as archive:
            queries = judged_by_plan(make_plan(_EVENTS, options.seed), options.seed)
            report("a generated archive", archive, queries, options.each)


if __name__ == "__main__":
    main()
