"""What git says has changed since a revision: in the working tree, committed or not."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from newsarc.errors import UsageError
from newsarc.paths import inside

_SHALLOW = "this clone is shallow: fetch more of it (git fetch --unshallow, or fetch-depth: 0 in the checkout action)"


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths from the archive root: those that are new or different, those that are gone, and renames (old → new).

    ``unedited`` are the old paths of those that were renamed and not changed besides.
    """

    changed: frozenset[str]
    gone: frozenset[str]
    renamed: dict[str, str] = field(default_factory=dict)
    unedited: frozenset[str] = frozenset()


def changes_since(root: Path, revision: str) -> Changes:
    """Return what changed under ``root`` since the point where ``revision`` and HEAD parted.

    Uncommitted changes and files that git does not know yet count; on a branch without commits all files do. Renames
    are git's own judgement (half of the lines the same). Raises UsageError where ``root`` is in no git repository, git is not installed, or the revision is not
    there, as in a shallow clone.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel").strip())
    if not revision or revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision; write a branch, a tag or a commit")
    start = _start(root, revision)
    changed, gone, renamed, unedited = set[str](), set[str](), dict[str, str](), set[str]()
    options = ("--name-status", "-M", "-l0", "-z", "--no-ext-diff", "--no-relative")
    words = iter(_git(root, "diff", *options, start, "--").split("\0"))
    below = inside(Path(os.path.realpath(root)), Path(os.path.realpath(top))) or ""
    for status in words:
        if not status:
            continue
        old = _inside(next(words), below)
        new = _inside(next(words), below) if status[0] in "RC" else old
        if status[0] in "DR" and old is not None:
            gone.add(old)
        if status[0] != "D" and new is not None:
            changed.add(new)
        if status[0] == "R" and old is not None and new is not None:
            renamed[old] = new
            if status[1:] == "100":
                unedited.add(old)
    for path in _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--full-name", ".").split("\0"):
        if path and (new := _inside(path, below)) is not None:
            changed.add(new)
    return Changes(frozenset(changed), frozenset(gone), renamed, frozenset(unedited))


def _start(root: Path, revision: str) -> str:
    """Return what the working tree is compared with; on a branch without commits that is the tree without files."""
    commit = _commit(root, revision)
    if commit is None and _commit(root, "HEAD") is None:
        return _git(root, "hash-object", "-t", "tree", "--stdin").strip()
    if commit is None:
        hint = _SHALLOW if _is_shallow(root) else "write a branch, a tag or a commit that this clone has"
        raise UsageError(f"git does not know the revision {revision}; {hint}")
    try:
        return _git(root, "merge-base", commit, "HEAD").strip() or commit
    except UsageError:
        if _is_shallow(root):
            raise UsageError(f"where {revision} and HEAD parted is not in this clone; {_SHALLOW}") from None
        return commit  # histories without anything in common


def _commit(root: Path, revision: str) -> str | None:
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    except UsageError:
        return None


def _is_shallow(root: Path) -> bool:
    return _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def _inside(path: str, folder: str) -> str | None:
    """Return ``path``, from the repository's top, as a path from the archive root, or None where it is not in it.

    git writes ``/`` between names on all systems; ``folder`` is the archive root, ``""`` where that is the top.
    """
    if not folder:
        return path
    prefix = f"{folder}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else None


def _git(folder: Path, *words: str) -> str:
    # The index is not refreshed and no hook, pager or helper of the repository is run.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(folder), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}; --changed-since needs it") from None
    if done.returncode != 0:
        # All of it: the lines behind the first one say what to do, such as which safe.directory to add.
        said = " ".join(line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip())
        needs = "; --changed-since needs one" if "not a git repository" in said else ""
        raise UsageError(f"git: {said or 'failed'}{needs}")
    return done.stdout.decode("utf-8", "surrogateescape")
