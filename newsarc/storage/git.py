"""The git repository that contains an archive. This is the only module that runs git.

The repository's configuration is untrusted, and so is the environment if newsarc runs in a hook. git therefore runs
such that it executes nothing that either of them names, and fetches nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from newsarc.errors import UsageError
from newsarc.storage.signals import uninterrupted

TIMEOUT = 300  # seconds; git waits forever if a .gitignore is a named pipe

# Users set these to find repositories and to choose the configuration. All other GIT_ variables come from a hook or
# another command: GIT_DIR without GIT_WORK_TREE, the temporary index of `git commit -a`, `git -c`.
_KEPT_VARIABLES = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
    }
)
_COUNT = "GIT_CONFIG_COUNT"
_KEPT_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
_OWN_VARIABLES = {
    "GIT_OPTIONAL_LOCKS": "0",  # do not write a refreshed index, which would run a hook
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # allows no transport; for git before 2.45, which ignores the line above
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS = (
    "core.quotePath=false",
    "core.fsmonitor=",
    f"core.hooksPath={os.devnull}",
    "diff.autoRefreshIndex=true",
    "safe.bareRepository=explicit",  # a HEAD, objects and refs among the pages must not count as a repository
)
_FILTERS = r"^filter\..*\.(clean|smudge|process|required)$"
_NO_FILTER = {"clean": "", "smudge": "", "process": "", "required": "false"}
_NO_SUCH_SETTING = 1
_WRONG_USAGE = 129  # such as an unknown option


class GitError(UsageError):
    """git cannot be run, or it fails. ``reason`` is its message, in one line; ``code`` is its exit code, if any."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(f"--changed-since: git: {reason}")
        self.reason = reason
        self.code = code


class Repository:
    """The git repository whose work tree contains ``folder``. Commands run in that folder.

    git looks for it in the folder and its parents. If there is none, ``GIT_DIR`` and ``GIT_WORK_TREE`` name it, for
    example a bare repository with a work tree elsewhere. Raises GitError if git is missing or refuses, or if the folder
    is in no work tree.
    """

    def __init__(self, folder: Path) -> None:
        self._environment = _environment(os.environ)
        self._location: tuple[str, ...] = ("-C", str(folder))
        try:
            inside = self.run("rev-parse", "--is-inside-work-tree")
        except GitError as error:
            if "GIT_DIR" not in os.environ or "not a git repository" not in error.reason:
                raise
            self._location = (*self._named_by_environment(), "-C", os.path.abspath(folder))  # noqa: PTH100
            inside = self.run("rev-parse", "--is-inside-work-tree")
        if inside.strip() != "true":
            raise GitError(f"{folder} is not in a work tree")
        self._switch_off_filters()

    def run(self, *arguments: str) -> str:
        """Run a git command and return its output. Raises GitError if it fails."""
        return _run((*self._location, *arguments), self._environment)

    def succeeds(self, *arguments: str) -> bool:
        """Whether a git command succeeds."""
        try:
            self.run(*arguments)
        except GitError:
            return False
        return True

    @property
    def is_shallow(self) -> bool:
        """Whether the clone lacks a part of the history."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == "true"

    @property
    def is_partial(self) -> bool:
        """Whether the clone lacks file contents, which git fetches on demand."""
        return self.succeeds("config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$")

    def _named_by_environment(self) -> tuple[str, ...]:
        """Return GIT_DIR and GIT_WORK_TREE as options with absolute paths."""
        named = {name: os.environ[name] for name in ("GIT_DIR", "GIT_WORK_TREE") if name in os.environ}
        environment = {**self._environment, **named}
        folder = _run(("rev-parse", "--absolute-git-dir"), environment)
        top = _run(("rev-parse", "--show-toplevel"), environment)
        return f"--git-dir={folder.removesuffix(chr(10))}", f"--work-tree={top.removesuffix(chr(10))}"

    def _switch_off_filters(self) -> None:
        """Disable all configured filters, which git would run to compare a file with the index.

        A filter can only be disabled by name, so this lists the names first. Raises GitError if that fails.
        """
        if not (settings := self._filters()):
            return
        count = int(self._environment.get(_COUNT) or 0)
        drivers = sorted({key.rpartition(".")[0] for key in settings})
        for key, value in ((f"{driver}.{name}", value) for driver in drivers for name, value in _NO_FILTER.items()):
            # Not with `-c`, which ends the name at the first "=", and a filter name can contain one.
            self._environment |= {f"GIT_CONFIG_KEY_{count}": key, f"GIT_CONFIG_VALUE_{count}": value}
            count += 1
        self._environment[_COUNT] = str(count)
        if any(value != _NO_FILTER[key.rpartition(".")[2]] for key, value in self._filters().items()):
            raise GitError("this version cannot disable the filters of the repository; upgrade to 2.31 or later")

    def _filters(self) -> dict[str, str]:
        """Return the effective settings of filters."""
        try:
            found = self.run("config", "-z", "--get-regexp", _FILTERS)
        except GitError as error:
            if error.code == _NO_SUCH_SETTING:
                return {}
            raise
        return {key: value for key, _, value in (one.partition("\n") for one in found.split("\0") if one)}


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in given.items()
        if not name.startswith("GIT_") or name in _KEPT_VARIABLES or name == _COUNT or name.startswith(_KEPT_PREFIXES)
    }
    return kept | _OWN_VARIABLES


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    settings = (option for setting in _SETTINGS for option in ("-c", setting))
    command = ["git", "--no-pager", *settings, *arguments]
    pipe = subprocess.PIPE
    process: subprocess.Popen[bytes] | None = None
    try:
        with uninterrupted():
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment)
        output, errors = process.communicate(timeout=TIMEOUT)
    except OSError as error:
        raise GitError(f"cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"no answer within {TIMEOUT} seconds") from None
    finally:
        if process is not None and process.returncode is None:
            process.kill()
            process.communicate()
    if process.returncode != 0:
        # All lines: the advice about a repository with another owner is in the last one.
        lines = (line.strip() for line in errors.decode("utf-8", "replace").splitlines())
        reason = " ".join(line.removeprefix("fatal: ") for line in lines if line) or f"ended with {process.returncode}"
        raise GitError(f"is too old: {reason}" if process.returncode == _WRONG_USAGE else reason, process.returncode)
    return output.decode("utf-8", "surrogateescape")
