"""``python -m benchmarks.generate``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import benchmarks.generate
from benchmarks.generate import generate


def main() -> None:
    """Generate an archive."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate",
        description=benchmarks.generate.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="root of the archive: a new or empty folder")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--truth", type=Path, metavar="FILE", help="default: FOLDER.truth.json")
    options = parser.parse_args()
    if options.events < 1:
        parser.error("--events must be 1 or more")
    started = time.perf_counter()
    try:
        truth = generate(options.folder, options.events, options.seed, workers=options.workers)
    except FileExistsError as error:
        sys.exit(str(error))
    file = options.truth or options.folder.with_name(f"{options.folder.name}.truth.json")
    file.write_text(truth.as_json(), encoding="utf-8")
    print(
        f"{truth.events:,} events on {truth.days:,} days, {truth.files:,} files, {truth.size / 1e6:.1f} MB,"
        f" {truth.related:,} related links ({len(truth.broken):,} broken, {len(truth.respelled):,} respelled,"
        f" {len(truth.stale):,} with stale labels, {truth.harmless_labels:,} with harmlessly different ones),"
        f" {time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main()
