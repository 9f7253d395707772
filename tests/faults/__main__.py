"""Make calls of the operating system fail under newsarc: ``python -m tests.faults [--most N] [COMMAND ...]``.

Needs Linux and a C compiler (``cc``). Takes minutes; ``tests/faults/test_faults.py`` runs a sample of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.run import COMMANDS, HERE, check


def main() -> int:
    """Run the commands with their faults; 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help=", ".join(command.name for command in COMMANDS))
    parser.add_argument("--most", type=int, default=40, help="of each kind of call, how many in a row fail (40)")
    parser.add_argument("--killed", type=int, default=0, metavar="N", help="kill each command N times at any moment")
    asked = parser.parse_args()
    if "LD_PRELOAD" not in os.environ:
        with tempfile.TemporaryDirectory() as folder:
            shim = str(Path(folder) / "shim.so")
            subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, HERE / "shim.c", "-ldl"], check=True)
            again = [sys.executable, "-m", "tests.faults", *sys.argv[1:]]
            return subprocess.run(again, env={**os.environ, "LD_PRELOAD": shim}, check=False).returncode
    commands = tuple(command for command in COMMANDS if not asked.commands or command.name in asked.commands)
    if not commands:
        parser.error(f"no command is called so; there are {', '.join(command.name for command in COMMANDS)}")
    with tempfile.TemporaryDirectory() as folder:
        runs, wrong = check(Path(folder), commands, asked.most, asked.killed, lambda line: print(line, flush=True))
    print(*wrong, sep="\n")
    print(f"{runs:,} runs, {len(wrong):,} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
