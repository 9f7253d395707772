"""``newsarc help``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsarc.cli.completion.fixed_values import complete_command
from newsarc.cli.session import Session
from newsarc.errors import UsageError


def help_(
    session: Session,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]", help="The command.", show_default=False, autocompletion=complete_command),
    ] = None,
) -> None:
    """Show the help of newsarc or a command.

    Examples:
        newsarc help
        newsarc help search
    """
    from newsarc.cli.app import SUBCOMMANDS, app

    if command and len(command) > 1 and " ".join(command) not in SUBCOMMANDS:
        raise UsageError(f"help is for one command, not for {len(command)}")
    words = [*(command or ()), "--help"]
    session.exit_code = app(words, prog_name="newsarc", standalone_mode=False) or session.exit_code
