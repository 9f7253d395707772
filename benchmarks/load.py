"""Measures sequential and concurrent queries to a large archive: ``python -m benchmarks.load ARCHIVE``.

It measures the wall time of whole processes with a warm cache, and the memory of one process that runs a thousand
queries through the Python API.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsarc import Archive
from newsarc.index import Filter


def main() -> None:
    """Run the queries and print the table of benchmarks/README.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--asked", type=int, default=1000, help="queries in one process (default: 1,000)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["NEWSARC_CACHE_DIR"] = cache
        commands = questions(asked.archive, asked.queries)
        one_by_one = [ask(asked.archive, words) for words in commands]
        with ThreadPoolExecutor(asked.at_once) as pool:
            together = list(pool.map(lambda words: ask(asked.archive, words), commands))
        print("| 200 questions | p50 | p99 | most |\n| --- | ---: | ---: | ---: |".replace("200", str(asked.queries)))
        for name, times in (("one after the other", one_by_one), (f"{asked.at_once} at once", together)):
            cuts = statistics.quantiles(times, n=100)
            print(f"| {name} | {cuts[49]:.2f} s | {cuts[98]:.2f} s | {max(times):.2f} s |")
        first, last = memory(asked.archive, asked.asked)
        print(
            f"\n{asked.asked:,} questions in one process: {first:.0f} MB after the first 100, {last:.0f} MB at the end"
        )


def questions(archive: Path, number: int) -> list[list[str]]:
    """Return commands with words, days and events of the archive; always the same ones."""
    chosen = random.Random(0)
    with Archive.open(archive) as opened:
        rows = list(opened.index().events(Filter()))
    commands = []
    for at in range(number):
        row = chosen.choice(rows)
        word = max(row.headline.split(), key=len)
        folder, _, name = row.path.rpartition("/")
        commands.append(
            [
                ["search", word],
                ["show", str(row.day)],
                ["related", f"{folder}/{name}", "--both"],
                ["list", str(row.day)[:7]],
            ][at % 4]
        )
    return commands


def ask(archive: Path, words: list[str]) -> float:
    """Return the seconds that newsarc takes to answer. Raises if it gives no answer."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "newsarc", "-q", "-A", archive, *words], stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - started


def memory(archive: Path, number: int) -> tuple[float, float]:
    """Return the memory of this process, in MB, after 100 of ``number`` API queries and at the end."""
    chosen = random.Random(1)
    first = 0.0
    with Archive.open(archive) as opened:
        index = opened.index()
        rows = list(index.events(Filter(), limit=5000))
        for at in range(number):
            row = chosen.choice(rows)
            opened.search(max(row.headline.split(), key=len), limit=5)
            index.backlinks(row.path)
            list(index.events(Filter(since=row.day, until=row.day)))
            if at == 99:
                first = resident()
        return first, resident()


def resident() -> float:
    """Return the resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
