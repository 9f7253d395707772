"""Files that are about to be written: shown as a diff, or written, all of them or none."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from newsarc.errors import ArchiveError
from newsarc.storage.atomic import create_file, locked, replace_file
from newsarc.storage.files import read_file
from newsarc.storage.signals import uninterrupted

_SHORT = 400  # lines in which difflib, whose time can grow with their cube, looks for a second at most
_Change = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file, by its path from some root, with what it says before (None: there is none) and what it is to say.

    Bytes that are no UTF-8 are lone surrogates in both (``surrogateescape``).
    """

    path: str
    before: str | None
    after: str


def write_drafts(root: Path, drafts: Sequence[Draft]) -> None:
    """Write all ``drafts`` under ``root``, in their order; missing folders are made.

    Where one cannot be written, or is no longer as it was when the drafts were made, those before it are taken back
    and ArchiveError is raised: whoever reads meanwhile sees the first drafts without the last, never half a file.
    """
    done: list[Draft] = []
    folders: list[Path] = []
    with locked(root):
        try:
            for draft in drafts:
                _check_place(root, draft.path)
                _make_folders((root / draft.path).parent, folders)
                done.append(draft)  # first: an interrupt may come when it is just written
                try:
                    _write(root / draft.path, draft.before, draft.after)
                except (ArchiveError, OSError):
                    done.pop()  # it was not: what is there is somebody else's
                    raise
        except BaseException as error:
            with uninterrupted():
                _take_back(root, done, folders)
            if isinstance(error, OSError):
                raise ArchiveError(
                    f"{root / draft.path}: not written: {error.strerror or error}; nothing was"
                ) from None
            raise


def unified_diff(path: str, before: str | None, after: str, folder: str = "") -> Iterator[str]:
    """Yield the lines of a unified diff, with line ends, that ``git apply`` and ``patch -p1`` take.

    ``before`` is None for a file that is not there yet; ``folder`` is the root of ``path`` seen from where the diff is
    applied, with a slash.
    """
    name = f"{folder}{path}"
    old, new = _lines(before or ""), _lines(after)
    groups = list(_Known(_changes(old, new)).get_grouped_opcodes())
    if groups:
        yield f"--- a/{name}\n" if before is not None else "--- /dev/null\n"
        yield f"+++ b/{name}\n"
    for group in groups:
        yield f"@@ -{_span(group[0][1], group[-1][2])} +{_span(group[0][3], group[-1][4])} @@\n"
        for tag, start, end, new_start, new_end in group:
            signs = {"equal": (" ", ""), "delete": ("-", ""), "insert": ("", "+"), "replace": ("-", "+")}[tag]
            for sign, lines in zip(signs, (old[start:end], new[new_start:new_end]), strict=True):
                for line in lines if sign else ():
                    yield sign + (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


class _Known(difflib.SequenceMatcher[str]):
    """Groups changes that are known, where difflib itself would look for them in more than quadratic time."""

    def __init__(self, changes: list[_Change]) -> None:
        super().__init__()
        self._changes = changes

    def get_opcodes(self) -> list[_Change]:
        return list(self._changes)


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    """Return what made ``new`` of ``old``, as difflib's opcodes.

    A fix changes lines, or puts some in at one place: that is found by looking at each line once. Only in what is left
    of short pages difflib looks for the least change.
    """
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    end = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    old_end, new_end = len(old) - end, len(new) - end
    middle: list[_Change]
    if len(old) == len(new):
        middle = [_change(old[at] == new[at], at, at + 1, at, at + 1) for at in range(start, old_end)]
    elif max(old_end, new_end) - start <= _SHORT:
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
    """Return changes of one kind that follow each other as one."""
    merged: list[_Change] = []
    for change in changes:
        is_same = bool(merged) and merged[-1][0] == change[0]
        before = merged.pop() if is_same else change
        merged.append((change[0], before[1], change[2], before[3], change[4]))
    return merged


def _span(start: int, end: int) -> str:
    """Return a span of lines as hunks name it: from 1, or the line before where it is empty."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _write(file: Path, before: str | None, after: str) -> None:
    if before is None:
        try:
            create_file(file, _bytes(after))
        except FileExistsError:
            raise ArchiveError(f"{file}: there is such a file by now; nothing was written") from None
    elif file.is_symlink():
        raise ArchiveError(f"{file}: a symbolic link; write to the file that it leads to. Nothing was written")
    elif read_file(file, len(_bytes(before)) + 1) != _bytes(before):
        raise ArchiveError(f"{file}: changed while newsarc was at work; nothing was written, run it again")
    else:
        replace_file(file, _bytes(after))


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        with uninterrupted():
            place.mkdir()
            made.append(place)


def _check_place(root: Path, path: str) -> None:
    """Raise ArchiveError where a folder on the way is a symbolic link, which may lead anywhere and is not read."""
    folder = root
    for name in path.split("/")[:-1]:
        folder /= name
        if folder.is_symlink():
            raise ArchiveError(f"{root / path}: not written: {folder} is a symbolic link; nothing was")


def _take_back(root: Path, done: Sequence[Draft], folders: Sequence[Path]) -> None:
    for draft in reversed(done):
        with contextlib.suppress(OSError):
            if read_file(root / draft.path, len(_bytes(draft.after)) + 1) != _bytes(draft.after):
                continue  # it was not written, or somebody has changed it since: theirs stays
            if draft.before is None:
                (root / draft.path).unlink()
            else:
                replace_file(root / draft.path, _bytes(draft.before))
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
