"""Files that are about to be written: shown as a diff, or written, all of them or none."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsarc.atomic import create_file, locked, replace_file
from newsarc.errors import ArchiveError


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
                _make_folders((root / draft.path).parent, folders)
                _write(root / draft.path, draft.before, draft.after, draft.path)
                done.append(draft)
        except BaseException as error:
            _take_back(root, done, folders)
            if isinstance(error, OSError):
                raise ArchiveError(f"{draft.path}: not written: {error.strerror or error}; nothing was") from None
            raise


def unified_diff(path: str, before: str | None, after: str, folder: str = "") -> Iterator[str]:
    """Yield the lines of a unified diff, with line ends, that ``git apply`` and ``patch -p1`` take.

    ``before`` is None for a file that is not there yet; ``folder`` is the root of ``path`` seen from where the diff is
    applied, with a slash.
    """
    old = f"a/{folder}{path}" if before is not None else "/dev/null"
    for line in difflib.unified_diff(_lines(before or ""), _lines(after), old, f"b/{folder}{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _write(file: Path, before: str | None, after: str, path: str) -> None:
    if before is None:
        try:
            create_file(file, _bytes(after))
        except FileExistsError:
            raise ArchiveError(f"{path}: there is such a file by now; nothing was written") from None
    elif file.is_symlink():
        raise ArchiveError(f"{path}: a symbolic link; write to the file that it leads to. Nothing was written")
    elif file.read_bytes() != _bytes(before):
        raise ArchiveError(f"{path}: changed while newsarc was at work; nothing was written, run it again")
    else:
        replace_file(file, _bytes(after))


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir()
        made.append(place)


def _take_back(root: Path, done: Sequence[Draft], folders: Sequence[Path]) -> None:
    for draft in reversed(done):
        with contextlib.suppress(OSError):
            if draft.before is None:
                (root / draft.path).unlink()
            else:
                replace_file(root / draft.path, _bytes(draft.before))
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
