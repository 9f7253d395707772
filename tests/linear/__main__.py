"""How long 1 MB of each tedious line takes: ``python -m tests.linear [BYTES [READER ...]]``.

Prints, for each reader, the worst piece: the CPU time for that much of it, and how much longer it takes than a quarter.
"""

from __future__ import annotations

import gc
import sys

from tests.linear.table import PIECES, READERS, line_of, ratio, seconds

MOST = 2.5**2


def main() -> int:
    """Measure; 1 where something takes more than 2.5 times as long for twice as much."""
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    names = sys.argv[2:] or list(READERS)
    broken = 0
    gc.disable()  # as the tests do: it comes when it likes
    for name in names:
        read = READERS[name]
        slowest = max(PIECES, key=lambda piece: seconds(read, line_of(piece, length)))
        worst = 0.0, "", 0.0
        for piece in PIECES:
            found, took = ratio(read, piece, length // 4, repeats=1)
            if took > 0.05 and found > MOST:  # noise, or a step as of one more try: that is none for even more
                found = min(ratio(read, piece, length // 4)[0], ratio(read, piece, length, repeats=1)[0])
            if took > 0.05:
                worst = max(worst, (found, piece, took))
        broken += worst[0] > MOST
        took = seconds(read, line_of(slowest, length))
        print(f"{name:28} {took:8.3f} s of {slowest!r}; at most {worst[0] ** 0.5:.2f} per doubling ({worst[1]!r})")
        sys.stdout.flush()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
