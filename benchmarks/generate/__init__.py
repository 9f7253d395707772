"""Generates archives of any size in the real format, and a record of every broken link in them.

``python -m benchmarks.generate FOLDER --events 100000 --seed 1 [--workers N] [--truth FILE.json]``. The same size and
seed give the same bytes, whatever the number of workers: a cheap serial pass (:func:`plan.make_plan`) decides the
headline and topics of every event, then workers write ranges of days, each day with its own random numbers.

There are about ten events per day and nine related links per event; 100,000 events are 10,000 days from 1999 to 2026,
120,000 files and 450 MB. Smaller archives have fewer days of each of the four generations of the format, in the same
order; larger ones start before 1999, with as many events per day. ``tests/generated.py`` makes small archives with more
edge cases, for correctness; this one has the sizes, frequencies and rates of a real archive.
"""

from benchmarks.generate.workers import generate

__all__ = ["generate"]
