"""Errors that a user can cause, and exit codes.

Each of these errors is a :class:`NewsarcError`. Its message is one line: what is wrong, where, and what to do.
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
    """An error to report in one line. ``exit_code`` is the exit code of the process."""

    exit_code: ExitCode = ExitCode.SETUP


class ArchiveError(NewsarcError):
    """A path is not an archive, or a part of the archive cannot be read."""


class ConfigError(NewsarcError):
    """The configuration cannot be read, or has an unknown key or an invalid value. ``key`` is that key, if any."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class UsageError(NewsarcError):
    """An argument or an option is invalid, or they contradict each other."""


class LedgerInUseError(UsageError):
    """Another run writes the ledger of sources."""


class NetworkError(NewsarcError):
    """No host can be reached."""


class PageError(NewsarcError):
    """A page cannot be read. ``path`` is the page, relative to the archive root."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: not read: {reason}")
        self.path = path
        self.reason = reason


class FixError(NewsarcError):
    """A fix cannot be written; the page is unchanged. ``path`` is the page, relative to the archive root."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: not fixed: {reason}")
        self.path = path


class NotFoundError(NewsarcError):
    """A REF, a query or a filter matches nothing. ``suggestions`` are similar ones that match something."""

    exit_code = ExitCode.NOTHING_FOUND

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class AmbiguousRefError(NewsarcError):
    """A REF matches several events. ``candidates`` are REFs of some of them; ``total`` is the number of all."""

    exit_code = ExitCode.AMBIGUOUS

    def __init__(self, message: str, candidates: tuple[str, ...], total: int) -> None:
        super().__init__(message)
        self.candidates = candidates
        self.total = total


def missing_package(what: str, *requirements: str) -> str:
    """Return the message for optional packages that ``what`` needs, with the requirements to install."""
    packages = "another package" if len(requirements) == 1 else "other packages"
    return f"{what} requires {packages}: {how_to_install(*requirements)}"


def how_to_install(*requirements: str) -> str:
    """Return the commands that install optional packages."""
    quoted = " ".join(f'"{requirement}"' for requirement in requirements)
    return f"pip install {quoted} (or pipx inject newsarc {quoted})"
