"""What can go wrong, and the exit code that each kind ends with.

Every error that a user can cause is a :class:`NewsarcError`: its message is one line that says what, where and what
to do.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    NOTHING_FOUND = 1
    FINDINGS = 1
    SETUP = 2
    AMBIGUOUS = 3
    INTERNAL = 70
    INTERRUPTED = 130


class NewsarcError(Exception):
    """A failure to report in one line. ``exit_code`` is what the process ends with."""

    exit_code: ExitCode = ExitCode.SETUP


class ArchiveError(NewsarcError):
    """There is no archive at the place given, or a part of it cannot be read."""


class ConfigError(NewsarcError):
    """The configuration has an unknown key, a wrong type or a value that makes no sense."""


class UsageError(NewsarcError):
    """The words of the command line do not make sense together."""


class PageError(NewsarcError):
    """A page cannot be read. ``path`` is the page, relative to the archive root."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: not read: {reason}")
        self.path = path
        self.reason = reason


class FixError(NewsarcError):
    """A page cannot be mended; it is as it was. ``path`` is the page, relative to the archive root."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: not mended: {reason}")
        self.path = path


class NotFoundError(NewsarcError):
    """Nothing in the archive answers to a REF. ``suggestions`` are REFs that do."""

    exit_code = ExitCode.NOTHING_FOUND

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class AmbiguousRefError(NewsarcError):
    """A REF means more than one event. ``candidates`` are REFs that mean one each; ``total`` counts all of them."""

    exit_code = ExitCode.AMBIGUOUS

    def __init__(self, message: str, candidates: tuple[str, ...], total: int) -> None:
        super().__init__(message)
        self.candidates = candidates
        self.total = total
