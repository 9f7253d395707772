"""``python -m benchmarks.run``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import benchmarks.run
from benchmarks.before import install
from benchmarks.run.archive import choose_queries
from benchmarks.run.budgets import budgets, growth_budgets
from benchmarks.run.commands import Bench
from benchmarks.run.tables import as_json, budget_table, describe, machine, table
from benchmarks.run.turns import run_all

GROWTH = (
    *("show, no cache", "show", "related", "list", "search", "search, no cache"),
    *("lint NA101, no cache", "lint, no cache", "lint"),
)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description=benchmarks.run.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "roots", nargs="+", type=Path, metavar="ROOT", help="an archive; with --growth a small and a large one"
    )
    parser.add_argument("--growth", action="store_true", help="compare a small archive with a large one")
    parser.add_argument("--times", type=int, default=5, help="how often each command is timed")
    parser.add_argument("--tools", type=Path, help="folder of lychee and rumdl, if not on the PATH")
    parser.add_argument("--newsarc", help="newsarc command to measure")
    parser.add_argument("--before", metavar="REV", help="also measure newsarc of this git revision")
    parser.add_argument("--word", help="word to search for")
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="only rows that contain TEXT, and R; repeatable"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all results to FILE")
    options = parser.parse_args()
    if options.times < 1:
        parser.error("--times must be 1 or more")
    if options.growth and options.before:
        parser.error("--growth and --before cannot be combined")
    if len(options.roots) != 1 + options.growth:
        parser.error("--growth takes a small and a large archive; without it, give one")
    beside = Path(sys.executable).with_name("newsarc")
    newsarc = options.newsarc or (str(beside) if beside.exists() else shutil.which("newsarc"))
    if newsarc is None:
        parser.error("newsarc is not on the PATH; use --newsarc PATH")
    with tempfile.TemporaryDirectory() as folder:
        benches = [
            Bench(
                choose_queries(root.resolve(), options.word),
                str(Path(newsarc).absolute()),
                options.tools,
                Path(folder) / str(number),
            )
            for number, root in enumerate(options.roots)
        ]
        if options.before:
            earlier = str(install(options.before, Path(folder) / "before"))
            # On its own copy, so that neither sees the page changes of the other.
            copy = Path(folder) / "copy"
            shutil.copytree(options.roots[0], copy)
            archive = choose_queries(copy, options.word)
            benches.append(Bench(archive, earlier, options.tools, Path(folder) / "earlier", before=options.before))
        for bench in benches:
            _choose(bench, options.growth, options.only)
        used = [measure.command[0] for measure in benches[0].measures]
        known = [program for program in used if Path(program).name in ("rg", "lychee", "rumdl")]
        about = machine(list(dict.fromkeys((benches[0].newsarc, *known))))
        try:
            run_all(benches, options.times)
        except RuntimeError as error:
            sys.exit(str(error))
        rows = growth_budgets(*benches) if options.growth else budgets(*benches)
        if options.only:
            rows = [row for row in rows if row.measured is not None]
        print(f"{about}\n")
        for bench in benches:
            print(f"{describe(bench)}\n\n{table(bench)}\n")
        print(budget_table(rows))
        if options.json:
            options.json.write_text(as_json(benches, rows, about), encoding="utf-8")


def _choose(bench: Bench, is_growth: bool, only: list[str] | None) -> None:
    bench.scratch.mkdir(parents=True)
    bench.add_all()
    if is_growth:
        # Warm means that the index is cached; the search builds it.
        bench.measures = [row for row in bench.measures if row.name in GROWTH or row.name.endswith("(R)")]
        bench.notes = [note for note in bench.notes if "left out:" not in note]
    if only:
        kept = [row for row in bench.measures if row.name.endswith("(R)") or any(text in row.name for text in only)]
        bench.measures = kept


if __name__ == "__main__":
    main()
