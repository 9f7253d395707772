"""Exceptions of a run, turned into a message on standard error and an exit code."""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from newsarc.cli.streams import OutputEndedError
from newsarc.cli.usage_errors import line_about
from newsarc.errors import AmbiguousRefError, ArchiveError, ExitCode, NewsarcError, NotFoundError, UsageError
from newsarc.text.sanitize import visible


def report_failure(error: BaseException) -> ExitCode:
    """Print a message for ``error`` and return the exit code.

    A NewsarcError prints its own line. An interrupt and a closed pipe print nothing. Anything else is a bug, and the
    message says how to report it.
    """
    if isinstance(error, OutputEndedError):
        return ExitCode.DONE
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return ExitCode.INTERRUPTED
    told = _as_newsarc_error(error)
    if told is None:
        line = (
            f"internal error: {type(error).__name__}: {error}. This is a bug in newsarc; please report it with the "
            "command line, newsarc --version, and the output of the same command with --verbose"
        )
        print(f"newsarc: {visible(line)}", file=sys.stderr)
        return ExitCode.INTERNAL
    print_error(told)
    return told.exit_code


def print_error(error: NewsarcError) -> None:
    """Print the message of ``error`` and its suggestions."""
    print(f"newsarc: {visible(str(error))}", file=sys.stderr)
    if isinstance(error, NotFoundError) and error.suggestions:
        print("did you mean", file=sys.stderr)
        for ref in error.suggestions:
            print(f"  {visible(ref)}", file=sys.stderr)
    if isinstance(error, AmbiguousRefError):
        for ref in error.candidates:
            print(f"  {visible(ref)}", file=sys.stderr)
        if error.total > len(error.candidates):
            print(f"  … and {error.total - len(error.candidates)} more", file=sys.stderr)


def is_bug(error: BaseException) -> bool:
    """Whether ``error`` is caused neither by the user nor by the system."""
    expected = (OutputEndedError, KeyboardInterrupt, typer.Abort, typer.Exit, SystemExit)
    return not isinstance(error, expected) and _as_newsarc_error(error) is None


def _as_newsarc_error(error: BaseException) -> NewsarcError | None:
    if isinstance(error, NewsarcError):
        return error
    if isinstance(error, TyperException):
        return UsageError(line_about(error))
    if isinstance(error, OSError):
        return ArchiveError(f"{error.filename or 'input/output'}: {error.strerror or error}")
    if _is_of_disk(error):
        return ArchiveError(f"the index cannot be read: {error}; try --no-cache")
    return None


def _is_of_disk(error: BaseException) -> bool:
    """Whether SQLite failed because of its file, the disk or memory, rather than because of the query."""
    # SQLITE_PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB (the low byte of the code).
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {3, 5, 6, 7, 8, 10, 11, 13, 14, 26}
