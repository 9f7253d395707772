"""Measures the speed of newsarc, beside ripgrep and other link checkers on the same archive, and checks its budgets.

``python -m benchmarks.run ROOT [--times 5] [--tools FOLDER] [--newsarc PATH] [--before REV] [--json FILE]`` prints two
Markdown tables: the cost of each command, and the budgets. With ``--before``, newsarc of that git revision is measured
in turn with it, on a copy of the archive, and the budgets relative to it are checked, too.
``python -m benchmarks.run SMALL LARGE --growth`` prints the growth of times. Archives of any size:
``python -m benchmarks.generate`` and ``python -m benchmarks.other_habits``.

It measures whole processes, and reads their output through a pipe. The commands take turns, so that changes in the
speed of the machine affect all alike. Each command runs once to warm up, while its memory is sampled (proportional set
size of all its processes), which costs time. Then it is timed; the table has the medians.

R is the time of ``rg -c`` for a word that does not occur: every byte is read once.
"""
