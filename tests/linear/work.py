"""Work as a number that no clock and no other process changes: the lines of Python that run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any


def lines_run(call: Callable[[], object]) -> int:
    """Return how many calls of functions and lines of Python it takes to run ``call``.

    A loop counts each time around, even on a line of its own. What C code does within a line does not count.
    """
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def growth(call: Callable[[int], object], size: int) -> float:
    """Return how much more work the step from twice to four times ``size`` is than the step from once to twice.

    What is done once for each call cancels out. Linear work gives 2, quadratic work 4. A limit that the larger input
    passes makes a jump; that it is no growth shows at another size.
    """
    found = _growth(call, size)
    return min(found, _growth(call, 3 * size)) if found > 2.5 else found


def _growth(call: Callable[[int], object], size: int) -> float:
    once, twice, four_times = (lines_run(partial(call, size * times)) for times in (1, 2, 4))
    return (four_times - twice) / max(twice - once, 100)
