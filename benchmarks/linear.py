"""Time and growth for pathological input: ``python -m benchmarks.linear [BYTES [NAME ...]]``.

For each reader in ``tests/linear/table.py``: the CPU time of its slowest input, repeated up to BYTES, and the largest
growth per doubling. For each kind of page: the same for an archive of such pages. Exits with 1 if doubling the input
takes more than 2.5 times as long.
"""

from __future__ import annotations

import contextlib
import gc
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from newsarc.cli.app import app
from tests.linear.table import PAGES, PIECES, READERS, line_of, write

MOST = 2.5
_MEASURABLE = 0.05  # seconds of CPU time; below, clock and allocator noise dominate


def seconds(read: Callable[[], object]) -> float:
    """Return the CPU time of one call, in seconds."""
    start = time.process_time()
    read()
    return time.process_time() - start


def per_doubling(short: Callable[[], object], long: Callable[[], object], took: float) -> float:
    """Return the growth of the time per doubling, given that the ``long`` input is four times the ``short`` one."""
    found = took / max(seconds(short), 1e-6)
    if found > MOST**2:  # possibly noise
        found = min(seconds(long) for _ in range(3)) / max(min(seconds(short) for _ in range(3)), 1e-6)
    return float(found**0.5)


def of_reader(name: str, length: int) -> tuple[float, str, float, str]:
    """Return the longest time and its input, and the largest growth and its input."""
    read = READERS[name]
    slowest, worst = (0.0, ""), (0.0, "")
    for piece in PIECES:
        short, long = (lambda n=n, piece=piece: read(line_of(piece, n)) for n in (length // 4, length))
        took = seconds(long)
        slowest = max(slowest, (took, piece))
        if took > _MEASURABLE:
            worst = max(worst, (per_doubling(short, long, took), piece))
    return *slowest, *worst


def of_pages(name: str, folder: Path) -> tuple[float, float]:
    """Return the time for the larger archive of a kind, and the growth."""
    count, make, words = PAGES[name]
    calls = []
    for times in (4, 16):
        root = folder / f"{name}-{times}"
        write(root, make(count * times))
        calls.append(lambda root=root: _run(["-q", "-A", str(root), "--no-cache", *words]))
    _run(["-q", "-A", str(folder / f"{name}-4"), "--no-cache", *words])  # warm up imports
    took = seconds(calls[1])
    return took, per_doubling(calls[0], calls[1], took) if took > _MEASURABLE else 0.0


def _run(words: list[str]) -> None:
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")), contextlib.suppress(SystemExit):
        app(words, standalone_mode=False)


def main() -> int:
    """Measure the given readers and pages, or all."""
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    names = sys.argv[2:] or [*READERS, *PAGES]
    broken = 0
    gc.disable()
    for name in names:
        if name in READERS:
            took, slowest, growth, worst = of_reader(name, length)
            print(f"{name:28} {took:8.3f} s of {slowest!r}; at most {growth:.2f} per doubling ({worst!r})", flush=True)
        else:
            with tempfile.TemporaryDirectory() as folder:
                took, growth = of_pages(name, Path(folder))
            print(f"{name:28} {took:8.3f} s; {growth:.2f} per doubling", flush=True)
        broken += growth > MOST
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
