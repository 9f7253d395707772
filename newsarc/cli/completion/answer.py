"""The answer to the completion script of a shell."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

from newsarc.cli.completion import VARIABLE
from newsarc.cli.completion.command_line import offers_at
from newsarc.cli.completion.shells import offers_for, read_line
from newsarc.cli.streams import OutputEndedError, finish_streams, prepare_streams


def answer() -> NoReturn:
    """Print completions of the line in the environment, and exit. No error is shown, except one of standard output.

    Exits with 1 if there is no such line, or if nothing fits, not even a file name.
    """
    prepare_streams()
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        text, code = _answer(os.environ[VARIABLE].partition("_")[2])
    if text:
        with contextlib.suppress(OutputEndedError):
            sys.stdout.write(f"{text}\n")
    sys.exit(finish_streams(code))


def _answer(shell: str) -> tuple[str, int]:
    """Return what the script of ``shell`` expects, and the exit code."""
    try:
        line = read_line(shell)
        offers, files_fit = offers_at(line)
        text = offers_for(shell, offers, line, files_fit=files_fit)
    except Exception:  # no line, or one that cannot be parsed: completion cannot show errors
        return "", 1
    if shell == "fish":
        is_question = os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args"
        return "" if is_question else text, 0 if offers or not files_fit else 1
    return text, 0 if offers or files_fit or shell == "zsh" else 1
