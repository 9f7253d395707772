"""Changes in the work tree since a git revision, committed or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from newsarc.errors import UsageError
from newsarc.storage.git import GitError, Repository

_SHALLOW = "this clone is shallow: fetch more of it (git fetch --unshallow, or fetch-depth: 0 in the checkout action)"
# Never run commands from the repository's configuration: git.py disables filters, these options disable the rest.
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
    """Changed paths, relative to the archive root.

    ``changed`` are new or modified files, ``gone`` the deleted ones, and ``renamed`` maps old to new paths.
    ``unedited`` are the old paths of files that were renamed without other changes.
    """

    changed: frozenset[str]
    gone: frozenset[str]
    renamed: dict[str, str] = field(default_factory=dict)
    unedited: frozenset[str] = frozenset()


def changes_since(root: Path, revision: str) -> Changes:
    """Return the changes under ``root`` since the merge base of ``revision`` and HEAD.

    On a branch without commits, every file counts as changed. The comparison uses the files in the work tree, which are
    what lint reads: it includes uncommitted changes and untracked files, but not content that is only staged. Git
    detects renames, by at least half of the lines in common; in a partial clone that lacks the old content, only
    renames without changes. Raises UsageError if ``root`` is not in a git repository, git cannot be run, or the
    revision does not exist, as in a shallow clone.
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
        path for path in repository.run("ls-files", "--others", "--exclude-standard", "-z").split("\0") if path
    )
    return Changes(frozenset(changed), frozenset(gone), renamed, frozenset(unedited))


def _base(repository: Repository, revision: str) -> str:
    """Return the merge base of ``revision`` and HEAD, or the empty tree on a branch without commits."""
    try:
        commit = _commit(repository, revision)
    except GitError:
        if not repository.succeeds("rev-parse", "--verify", "--quiet", "HEAD"):
            return repository.run("hash-object", "-t", "tree", "--stdin").strip()
        hint = _SHALLOW if repository.is_shallow else "write a branch, a tag or a commit that this clone has"
        raise UsageError(f"git does not know the revision {revision}; {hint}") from None
    try:
        return repository.run("merge-base", commit, "HEAD").strip() or commit
    except GitError:
        if repository.is_shallow:
            raise UsageError(f"where {revision} and HEAD parted is not in this clone; {_SHALLOW}") from None
        return commit  # unrelated histories


def _commit(repository: Repository, revision: str) -> str:
    return repository.run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()


def _differences(repository: Repository, base: str) -> str:
    """Return the differences between the work tree and ``base``: statuses and paths, each terminated by NUL."""
    try:
        return repository.run("diff", *_OPTIONS, "-M", base, "--")
    except GitError:
        if not repository.is_partial:
            raise
    # The clone lacks old content, and nothing is fetched. This does not compare content: only renames without changes
    # are detected, and a file with a new mtime counts as changed.
    try:
        return repository.run("diff-index", *_OPTIONS, "-M100%", base, "--")
    except GitError as error:
        raise UsageError(f"this clone is partial and lacks what --changed-since needs: git: {error.reason}") from None
