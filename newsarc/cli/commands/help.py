"""``newsarc help``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsarc.cli.completion.fixed_values import complete_command
from newsarc.cli.session import Session


def help_(
    session: Session,
    command: Annotated[
        str | None,
        typer.Argument(metavar="[COMMAND]", help="The command.", show_default=False, autocompletion=complete_command),
    ] = None,
) -> None:
    """Show the help of newsarc or a command.

    Examples:
        newsarc help
        newsarc help search
    """
    from newsarc.cli.app import app

    words = ["--help"] if command is None else [command, "--help"]
    session.exit_code = app(words, prog_name="newsarc", standalone_mode=False) or session.exit_code
