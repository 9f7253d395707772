"""Archives of any size in the real format, with a known truth of what is broken in them.

``python -m benchmarks.generate FOLDER --events 100000 --seed 1 [--workers N] [--truth FILE.json]``. The same size and
seed give the same bytes, whatever the number of workers: a cheap serial pass (:func:`plan.make_plan`) decides what
every event is called and is about, then workers write ranges of days, each day from its own random numbers.

About ten events a day and nine related links an event; 100,000 events are 10,000 days from 1999 to 2026, 120,000 files
and 450 MB. Smaller archives have fewer days of each of the four generations of the format, in the same order; larger
ones begin before 1999, so that a day stays a day. ``tests/generated.py`` makes small archives with odder corners, for
correctness; this one has the sizes, frequencies and rates of a real one.
"""

from benchmarks.generate.workers import generate

__all__ = ["generate"]
