"""How fast newsarc is, beside ripgrep and other link checkers on the same tree, and whether it keeps its budgets.

``python -m benchmarks.run ROOT [--times 5] [--tools FOLDER] [--newsarc PATH] [--before REV] [--json FILE]`` prints two
Markdown tables: what each command takes, and the goals. With ``--before``, newsarc of that git revision is measured in
turn with it, on a copy of the archive, and the goals that refer to it are judged, too.
``python -m benchmarks.run SMALL LARGE --growth`` prints how times grow. Archives of any size:
``python -m benchmarks.generate`` and ``python -m benchmarks.other_habits``.

Whole processes are measured, their output read through a pipe. The commands take turns, so that a machine that gets
slower or faster hits all alike. Each runs once to warm up, and in that run the memory is looked at (proportional set
size of all its processes together): looking costs time. Then each is timed; the table has the medians.

R is what ``rg -c`` takes for a word that does not occur: every byte read once.
"""
