"""The runs of one command and their cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.run.memory import Watch

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """The cost of one run: wall and CPU seconds of all cores, and peak bytes if sampled."""

    wall: float
    cpu: float
    peak: int | None


def run_once(
    command: Sequence[str], cwd: Path, env: dict[str, str], codes: Sequence[int] = (0,), *, with_memory: bool = False
) -> Sample:
    """Run a command. Raises RuntimeError if its exit code is not in ``codes``, or after a Python traceback."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        watch = Watch(process.pid) if with_memory else None
        assert process.stdout is not None
        with process.stdout:
            while process.stdout.read(1 << 16):
                pass
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = watch.stop() if watch else None
        errors.seek(0)
        said = errors.read().decode(errors="replace")[-2000:]
        if process.returncode not in codes or "Traceback (most recent" in said:
            raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}\n{said}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, peak)


def version_of(program: str) -> str:
    """Return the first line of ``program --version``; empty if there is none."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return said.split("\n", 1)[0].strip()


@dataclass(slots=True)
class Measure:
    """One row: a command, its preparation, and its runs."""

    name: str
    command: list[str]
    cwd: Path
    env: dict[str, str]
    codes: tuple[int, ...] = (0,)  # expected exit codes
    before: Callable[[], None] = lambda: None
    peak: int | None = None
    samples: list[Sample] = field(default_factory=list)
    most: int = 1 << 30  # maximum number of timed runs

    @property
    def wall(self) -> float:
        """The median of the wall times, in seconds."""
        return statistics.median(sample.wall for sample in self.samples)

    @property
    def cpu(self) -> float:
        """The median of the CPU times of all cores, in seconds."""
        return statistics.median(sample.cpu for sample in self.samples)
