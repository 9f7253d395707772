"""The configuration file of an archive: where it is, its bytes and its TOML. :mod:`newsarc.config` checks its keys."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsarc.errors import ConfigError
from newsarc.storage.files import read_file

CONFIG_NAME = "newsarc.toml"
PYPROJECT_NAME = "pyproject.toml"
MAX_CONFIG_BYTES = 1024 * 1024
_SEARCHED_BYTES = 16 * MAX_CONFIG_BYTES  # how far a pyproject.toml is searched for a mention of newsarc
_MAX_DOTS = 100  # in a dotted key
_BETWEEN_KEYS = re.compile(r"[=,{}\[\]]")


def find_config(folder: Path) -> Path | None:
    """Return the configuration file in ``folder``, or None: ``newsarc.toml``, or else a ``pyproject.toml`` with a table
    ``tool.newsarc``.

    A ``newsarc.toml`` counts in any form: :func:`newsarc.config.load_config` rejects a dangling symbolic link, a folder
    or an unreadable file. Raises ConfigError for a ``pyproject.toml`` that cannot be read.
    """
    own = folder / CONFIG_NAME
    if _exists(own):
        return own
    pyproject = folder / PYPROJECT_NAME
    if not _exists(pyproject):
        return None
    data = read_config_file(pyproject, _SEARCHED_BYTES)
    # Most have no such table, so tomllib is imported only for those that mention newsarc.
    return pyproject if b"newsarc" in data and "newsarc" in tools_table(parse_toml(pyproject, data)) else None


def parse_toml(path: Path, data: bytes) -> dict[str, Any]:
    """Return the TOML document ``data`` of the file at ``path``. Raises ConfigError."""
    import tomllib  # here, because most archives have no configuration

    if len(data) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path}: the file is larger than {MAX_CONFIG_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
        if number := too_many_dots(text):
            raise ConfigError(f"{path}: line {number}: too many dots (more than {_MAX_DOTS} in one key)")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib does not catch errors of int() and of deep nesting
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def tools_table(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the table ``tool`` of a ``pyproject.toml``."""
    tools = document.get("tool")
    return tools if isinstance(tools, dict) else {}


def too_many_dots(text: str) -> int:
    """Return the number of a line whose dotted key would take tomllib quadratic time; 0 if there is none."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS and any(part.count(".") > _MAX_DOTS for part in _BETWEEN_KEYS.split(line)):
            return number
    return 0


def _exists(path: Path) -> bool:
    """Whether anything exists at ``path``. Raises ConfigError if that cannot be determined."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        return False
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    return True


def read_config_file(path: Path, limit: int) -> bytes:
    """Return the first ``limit`` bytes of a file. Raises ConfigError."""
    try:
        return read_file(path, limit)
    except FileNotFoundError as error:
        reason = "is a dangling symbolic link" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise ConfigError(f"{path}: {reason}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
