"""Look for inputs that break a target: ``python -m tests.fuzz [SECONDS [TARGET ...]]``, 60 seconds for all by default.

Needs atheris (the extra ``fuzz``). A worker process for each target, which libFuzzer guides by what code an input
reaches, starts from ``corpus/TARGET``; what it finds worth keeping goes into ``--keep FOLDER``, where one is given. An
input that breaks something is written to ``crash-…`` in the current folder; put it into the corpus when it is mended.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=1"]
_RUNS = re.compile(r"stat::number_of_executed_units: (\d+)")


def main() -> int:
    """Run all targets in turn, each for its share of the time; 1 where one of them broke."""
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default")
    parser.add_argument("--keep", type=Path, help="the folder to keep new inputs in, a folder for each target")
    asked = parser.parse_args()
    if unknown := [name for name in asked.targets if name not in TARGETS]:
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    names = asked.targets or list(TARGETS)
    share = max(1, asked.seconds // len(names))
    broken = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            found = asked.keep / name if asked.keep else Path(folder)
            found.mkdir(parents=True, exist_ok=True)
            folders = [str(found), str(CORPUS / name)]
            limits = [*_LIMITS, f"-max_total_time={share}"]
            command = [sys.executable, "-m", "tests.fuzz.one", name, *limits, *folders]
            run = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        said = run.stderr.decode(errors="replace")
        runs = _RUNS.search(said)
        print(f"{name}: {int(runs[1]) if runs else 0:,} inputs in {share} s: {'broken' if run.returncode else 'holds'}")
        if run.returncode:
            broken += 1
            print(said[-4000:], file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
