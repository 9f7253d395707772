"""What git says has changed since a revision: in the working tree, committed or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from newsarc.errors import UsageError
from newsarc.storage.git import GitError, Repository

_SHALLOW = "this clone is shallow: fetch more of it (git fetch --unshallow, or fetch-depth: 0 in the checkout action)"
# Nothing that the repository's configuration names is run: git.py sees to filters, these options to the rest.
_OPTIONS = (
    "--name-status",
    "-z",
    "-l0",
    "--relative",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "-O/dev/null",
)


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
    """Return what changed under ``root`` since the merge base of ``revision`` and HEAD; on a branch without commits,
    everything.

    What counts are the files of the work tree, which lint reads: uncommitted changes and files that git does not track
    yet are in it, what is only staged is not. Renames are git's own judgement (half of the lines the same; in a partial
    clone that lacks what it takes, all of them). Raises UsageError where ``root`` is in no git repository, git cannot
    be run, or the revision does not exist, as in a shallow clone.
    """
    repository = Repository(root)
    if not revision or revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision; write a branch, a tag or a commit")
    base = _base(repository, revision)
    changed, gone, renamed, unedited = set[str](), set[str](), dict[str, str](), set[str]()
    words = iter(_differences(repository, base).split("\0"))
    for status in words:
        if not status:
            continue
        old = next(words)
        new = next(words) if status[0] in "RC" else old
        if status[0] in "DR":
            gone.add(old)
        if status[0] != "D":
            changed.add(new)
        if status[0] == "R":
            renamed[old] = new
            if status[1:] == "100":
                unedited.add(old)
    changed.update(
        path for path in repository.ask("ls-files", "--others", "--exclude-standard", "-z").split("\0") if path
    )
    return Changes(frozenset(changed), frozenset(gone), renamed, frozenset(unedited))


def _base(repository: Repository, revision: str) -> str:
    """Return the commit to compare with: where ``revision`` and HEAD parted. On a branch without commits, the empty
    tree.
    """
    try:
        commit = _commit(repository, revision)
    except GitError:
        if not repository.has("rev-parse", "--verify", "--quiet", "HEAD"):
            return repository.ask("hash-object", "-t", "tree", "--stdin").strip()
        hint = _SHALLOW if repository.is_shallow else "write a branch, a tag or a commit that this clone has"
        raise UsageError(f"git does not know the revision {revision}; {hint}") from None
    try:
        return repository.ask("merge-base", commit, "HEAD").strip() or commit
    except GitError:
        if repository.is_shallow:
            raise UsageError(f"where {revision} and HEAD parted is not in this clone; {_SHALLOW}") from None
        return commit  # histories without anything in common


def _commit(repository: Repository, revision: str) -> str:
    return repository.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()


def _differences(repository: Repository, base: str) -> str:
    """Return how the work tree differs from ``base``: statuses and paths, each ended by a NUL."""
    try:
        return repository.ask("diff", *_OPTIONS, "-M", base, "--")
    except GitError:
        if not repository.is_partial:
            raise
    # Former contents are not in this clone, and nothing is fetched. This compares no contents: renames are those of
    # the same content, and a file whose times changed counts as changed.
    try:
        return repository.ask("diff-index", *_OPTIONS, "-M100%", base, "--")
    except GitError as error:
        raise UsageError(f"this clone is partial and lacks what --changed-since needs: git: {error.reason}") from None
