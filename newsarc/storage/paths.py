"""Paths as users and systems write them, converted to archive paths, which have ``/`` between names."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path, PurePath

# Recognized as Windows paths on every system; a backslash anywhere else may be part of a POSIX name.
_WINDOWS_PATH = re.compile(
    r"[A-Za-z]:\\|\.{1,2}\\|(?:[^/]*\\)?news\\\d|\d{4}-\d{1,2}-\d{1,2}\\|\d{4}\\\d{1,2}(?:\\|\Z)"
)

_MAX_SHOWN = 300  # characters of a path in a message


def with_slashes(path: str, separator: str = os.sep) -> str:
    """Return ``path``, as typed, with ``/`` between its names.

    ``separator`` is the separator of the system. If that is ``/``, only paths that look like Windows paths change.
    """
    return path.replace("\\", "/") if separator == "\\" or _WINDOWS_PATH.match(path) else path


def shorten(path: str) -> str:
    """Return ``path`` for a message, cut off if it is very long."""
    return path if len(path) <= _MAX_SHOWN else f"{path[:_MAX_SHOWN]}…"


def is_valid_path(text: str | PurePath) -> bool:
    """Whether the system accepts ``text`` as a path, existing or not: without NUL, and not too long.

    Check this before ``realpath``, which takes quadratic time in the number of names of an overlong path.
    """
    try:
        os.lstat(text)
    except ValueError:
        return False
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG
    return True


def is_utf8(name: str) -> bool:
    """Whether ``name``, as Python decodes file names, is UTF-8 on disk."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_within(path: str | PurePath, root: str | PurePath) -> bool:
    """Whether ``path`` is ``root`` or inside it, after following symbolic links; False for an invalid path."""
    if not is_valid_path(path):
        return False
    real, real_root = os.path.realpath(path), os.path.realpath(root)
    return relative_path(PurePath(real), PurePath(real_root)) is not None


def relative_path(path: PurePath, root: PurePath) -> str | None:
    """Return ``path`` relative to ``root``, with ``/``: ``""`` for the root itself, None if it is not inside.

    Both must be absolute and without symbolic links. On Windows, case is ignored, and another drive is not an error.
    """
    try:
        relative = path.relative_to(root).as_posix()
    except ValueError:
        return None
    return "" if relative == "." else relative


def prefix_from_here(root: Path) -> str:
    """Return the prefix that turns a path from ``root`` into one that opens from the current folder."""
    relative = relative_to_here(root)
    if relative is not None:
        return f"{relative}/" if relative else ""
    return (root / "x").as_posix().removesuffix("x")


def relative_to_here(root: Path) -> str | None:
    """Return ``root`` relative to the current folder; None if it is not inside, or if that folder was deleted."""
    try:
        here = Path.cwd()
    except OSError:
        return None
    return relative_path(Path(os.path.realpath(root)), Path(os.path.realpath(here)))
