"""What this process opens, lists, makes and renames, from an audit hook, which sees every call of the interpreter."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listener: Callable[[str, str], None] | None = None  # a hook cannot be taken away


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _listener is not None and (event in {"open", "shutil.copyfile"} or event.startswith("os.")):
        for path in arguments[: 1 if event == "open" else 2]:
            if isinstance(path, (str, bytes, os.PathLike)):
                _listener(event, os.fsdecode(path))


sys.addaudithook(_hook)


@contextmanager
def listening(listener: Callable[[str, str], None]) -> Iterator[None]:
    """Call ``listener`` with the name of each event and its path, before it happens."""
    global _listener  # noqa: PLW0603
    _listener = listener
    try:
        yield
    finally:
        _listener = None


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Record the paths of all events meanwhile."""
    seen: list[str] = []
    with listening(lambda event, path: seen.append(path)):
        yield seen
