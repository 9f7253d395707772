"""File paths as users and systems write them → the paths of an archive, which have ``/`` between names everywhere."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path, PurePath

# What is a path of Windows wherever it is typed; elsewhere a backslash may be part of a name.
_OF_WINDOWS = re.compile(r"[A-Za-z]:\\|\.{1,2}\\|(?:[^/]*\\)?news\\\d|\d{4}-\d{1,2}-\d{1,2}\\|\d{4}\\\d{1,2}(?:\\|\Z)")

_MAX_SHOWN = 300


def with_slashes(path: str, separator: str = os.sep) -> str:
    """Return a path as typed with ``/`` between its names.

    ``separator`` is what this system has there. Where that is ``/``, only what looks like a path of Windows is changed.
    """
    return path.replace("\\", "/") if separator == "\\" or _OF_WINDOWS.match(path) else path


def shown(path: str) -> str:
    """Return a path that somebody wrote as a message has it: cut where it is longer than most are."""
    return path if len(path) <= _MAX_SHOWN else f"{path[:_MAX_SHOWN]}…"


def is_path(text: str | PurePath) -> bool:
    """Whether the system takes ``text`` for a path, be there something or not: none is as long as this, or has a NUL.

    To find out the real path of what is none takes quadratic time in the folders that it names, a minute for 300 kB.
    """
    try:
        os.lstat(text)
    except ValueError:
        return False
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG
    return True


def leads_inside(path: str | PurePath, root: str | PurePath) -> bool:
    """Whether what ``path`` leads to, links followed, is ``root`` or in it; not for what is no path."""
    if not is_path(path):
        return False
    real, real_root = os.path.realpath(path), os.path.realpath(root)
    return inside(PurePath(real), PurePath(real_root)) is not None


def inside(path: PurePath, root: PurePath) -> str | None:
    """Return ``path`` as seen from ``root``, with ``/``; ``""`` for the root itself, None for what is not in it.

    Both are absolute and have no links in them. On Windows neither case counts, nor is it an error to be on two drives.
    """
    try:
        relative = path.relative_to(root).as_posix()
    except ValueError:
        return None
    return "" if relative == "." else relative


def seen_from_here(root: Path) -> str:
    """Return what makes a path from ``root`` one that can be opened from the current folder, put in front of it."""
    below = below_here(root)
    if below is not None:
        return f"{below}/" if below else ""
    return (root / "x").as_posix().removesuffix("x")


def below_here(root: Path) -> str | None:
    """Return ``root`` as seen from the current folder; None where it is not in it, or where that folder is deleted."""
    try:
        here = Path.cwd()
    except OSError:
        return None
    return inside(Path(os.path.realpath(root)), Path(os.path.realpath(here)))
