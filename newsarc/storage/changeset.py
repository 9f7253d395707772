"""File changes that belong together: applied all or none, or shown as a diff."""

from __future__ import annotations

import contextlib
import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from newsarc.errors import ArchiveError
from newsarc.storage.atomic import create_file, delete_unchanged, locked, replace_file, replace_unchanged
from newsarc.storage.files import read_file
from newsarc.storage.signals import uninterrupted

_MAX_DIFFLIB_LINES = 400  # the time of difflib can grow with the cube of the lines
_Change = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A new text for the file at ``path``, relative to a root. ``before`` is the current text, None for a new file.

    Invalid UTF-8 bytes are lone surrogates in both texts (``surrogateescape``).
    """

    path: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class FileDeletion:
    """The deletion of the file at ``path``, relative to a root, whose current text is ``before``."""

    path: str
    before: str


@dataclass(frozen=True, slots=True)
class FolderMove:
    """The move of the folder at ``old``, with everything in it, to ``path``; both are relative to a root."""

    path: str
    old: str


Change = FileChange | FileDeletion | FolderMove


def apply_changes(root: Path, changes: Sequence[Change]) -> None:
    """Write all ``changes`` under ``root``, in order, and create missing folders.

    Raises ArchiveError if a file cannot be written or is not as ``before`` says; earlier changes are then rolled back.
    A concurrent reader can see the first changes without the last, but never part of a file.
    """
    done: list[Change] = []
    folders: list[Path] = []
    with locked(root):
        try:
            for change in changes:
                _refuse_linked_folders(root, change.path)
                _create_folders((root / change.path).parent, folders)
                done.append(change)  # before the write: an interrupt may come right after it
                try:
                    _apply(root, change)
                except (ArchiveError, OSError):
                    done.pop()  # nothing was written; an existing file is somebody else's
                    raise
        except BaseException as error:
            with uninterrupted():
                _roll_back(root, done, folders)
            if isinstance(error, OSError):
                reason = error.strerror or str(error)
                raise ArchiveError(f"{root / change.path}: cannot write: {reason}; no file was changed") from None
            raise


def unified_diff(
    path: str, before: str | None, after: str, folder: str = "", old_path: str | None = None
) -> Iterator[str]:
    """Yield the lines of a unified diff, with line ends, for ``git apply`` or ``patch -p1``.

    ``before`` is None for a new file. ``folder`` is the prefix of ``path``, ending in a slash, from where the diff will
    be applied. With ``old_path``, the diff also moves the file from there, for ``git apply``.
    """
    name, old_name = f"{folder}{path}", f"{folder}{old_path or path}"
    if old_path is not None:
        yield f"diff --git a/{old_name} b/{name}\nrename from {old_name}\nrename to {name}\n"
    old, new = _lines(before or ""), _lines(after)
    groups = list(_Matcher(_changes(old, new)).get_grouped_opcodes())
    if groups:
        yield f"--- a/{old_name}\n" if before is not None else "--- /dev/null\n"
        yield f"+++ b/{name}\n"
    for group in groups:
        yield f"@@ -{_span(group[0][1], group[-1][2])} +{_span(group[0][3], group[-1][4])} @@\n"
        for tag, start, end, new_start, new_end in group:
            signs = {"equal": (" ", ""), "delete": ("-", ""), "insert": ("", "+"), "replace": ("-", "+")}[tag]
            for sign, lines in zip(signs, (old[start:end], new[new_start:new_end]), strict=True):
                for line in lines if sign else ():
                    yield sign + (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


class _Matcher(difflib.SequenceMatcher[str]):
    """Groups given changes into hunks; difflib would need more than quadratic time to find them itself."""

    def __init__(self, changes: list[_Change]) -> None:
        super().__init__()
        self._changes = changes

    def get_opcodes(self) -> list[_Change]:
        return list(self._changes)


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    """Return the changes from ``old`` to ``new``, as difflib's opcodes.

    Fixes replace lines, or insert some at one place; one pass finds both. Anything else is left to difflib if it is
    short, and is one replacement otherwise.
    """
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    end = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    old_end, new_end = len(old) - end, len(new) - end
    middle: list[_Change]
    if len(old) == len(new):
        middle = [_change(old[at] == new[at], at, at + 1, at, at + 1) for at in range(start, old_end)]
    elif max(old_end, new_end) - start <= _MAX_DIFFLIB_LINES:
        found = difflib.SequenceMatcher(None, old[start:old_end], new[start:new_end], autojunk=False).get_opcodes()
        middle = [(tag, *(place + start for place in places)) for tag, *places in found]  # type: ignore[misc]
    else:
        middle = [("replace", start, old_end, start, new_end)]
    edges: list[_Change] = [
        _change(True, 0, start, 0, start),
        *middle,
        _change(True, old_end, len(old), new_end, len(new)),
    ]
    return _merged([change for change in edges if change[1] < change[2] or change[3] < change[4]])


def _change(is_same: bool, start: int, end: int, new_start: int, new_end: int) -> _Change:
    return ("equal" if is_same else "replace", start, end, new_start, new_end)


def _merged(changes: Sequence[_Change]) -> list[_Change]:
    """Join adjacent changes of the same kind."""
    merged: list[_Change] = []
    for change in changes:
        is_same = bool(merged) and merged[-1][0] == change[0]
        before = merged.pop() if is_same else change
        merged.append((change[0], before[1], change[2], before[3], change[4]))
    return merged


def _span(start: int, end: int) -> str:
    """Return a range of lines in hunk notation: the first line, from 1, and the length unless it is 1."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _apply(root: Path, change: Change) -> None:
    file = root / change.path
    if isinstance(change, FolderMove):
        _move_folder(root, change.old, change.path)
    elif isinstance(change, FileDeletion):
        delete_unchanged(file, _bytes(change.before))
    elif change.before is None:
        try:
            create_file(file, _bytes(change.after))
        except FileExistsError:
            raise ArchiveError(f"{file}: already exists; no file was changed") from None
    else:
        replace_unchanged(file, _bytes(change.before), _bytes(change.after))


def _move_folder(root: Path, old: str, new: str) -> None:
    _refuse_linked_folders(root, f"{old}/")
    if os.path.lexists(root / new):  # an empty folder would be replaced
        raise ArchiveError(f"{root / new}: already exists; no file was changed")
    with uninterrupted():
        (root / old).rename(root / new)


def _create_folders(folder: Path, created: list[Path]) -> None:
    """Create ``folder`` and its missing parents; append them to ``created``."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        with uninterrupted():
            place.mkdir()
            created.append(place)


def _refuse_linked_folders(root: Path, path: str) -> None:
    """Raise ArchiveError if a folder of ``path`` is a symbolic link: newsarc does not read such folders."""
    folder = root
    for name in path.split("/")[:-1]:
        folder /= name
        if folder.is_symlink():
            raise ArchiveError(f"{root / path}: cannot write: {folder} is a symbolic link; no file was changed")


def _roll_back(root: Path, done: Sequence[Change], folders: Sequence[Path]) -> None:
    """Undo ``done`` and delete ``folders``, as far as possible."""
    for change in reversed(done):
        with contextlib.suppress(OSError, ArchiveError):
            if isinstance(change, FolderMove):
                if not os.path.lexists(root / change.old):  # else it did not move
                    _move_folder(root, change.path, change.old)
                continue
            if isinstance(change, FileDeletion):
                create_file(root / change.path, _bytes(change.before))
                continue
            if read_file(root / change.path, len(_bytes(change.after)) + 1) != _bytes(change.after):
                continue  # not written yet, or changed by somebody else since
            if change.before is None:
                (root / change.path).unlink()
            else:
                replace_file(root / change.path, _bytes(change.before))
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
