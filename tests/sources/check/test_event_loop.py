"""A run that a signal ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from newsarc.sources.check.event_loop import run_until_signal

_SCRIPT = """
import asyncio, os, random, signal, sys
from newsarc.sources.check.event_loop import run_until_signal
from newsarc.storage.signals import Terminated, raise_on_signals

async def work(number):
    try:
        while True:
            await asyncio.sleep(0)
            if number == 7 and random.random() < 0.01:
                os.kill(os.getpid(), int(sys.argv[1]))
    finally:
        ended.append(number)

async def run():
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(work(number))

ended = []
raise_on_signals()
handler = signal.getsignal(int(sys.argv[1]))
try:
    run_until_signal(run())
except (KeyboardInterrupt, Terminated) as error:
    print(type(error).__name__, len(ended), signal.getsignal(int(sys.argv[1])) is handler)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "KeyboardInterrupt"), (signal.SIGTERM, "Terminated")])
def test_a_signal_ends_all_tasks_in_order(number: int, name: str) -> None:
    command = [sys.executable, "-c", _SCRIPT, str(int(number))]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (result.stdout.split(), result.stderr) == ([name, "20", "True"], "")


def test_the_result() -> None:
    async def three() -> int:
        return 3

    assert run_until_signal(three()) == 3
