"""``newsarc schema``."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from newsarc.cli.aliases import schema_aliases
from newsarc.cli.completion.fixed_values import complete_schema
from newsarc.cli.session import Session
from newsarc.errors import UsageError
from newsarc.output.delimited import tab_separated
from newsarc.output.terminal.console import is_terminal
from newsarc.text.suggest import did_you_mean


def schema(
    session: Session,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A command, or a command and an option, such as related-path.",
            show_default=False,
            autocompletion=complete_schema,
        ),
    ] = None,
    line: Annotated[
        bool, typer.Option("--line", help="Describe a line of --format jsonl instead of the --json document.")
    ] = False,
) -> None:
    """Print a JSON Schema of --json output.

    Without NAME, lists all schemas. They are self-contained and use draft 2020-12.

    Examples:
        newsarc schema search
        newsarc schema related-path
        newsarc schema list --line
    """
    from newsarc.output import schemas

    if name is None:
        if line:
            raise UsageError("--line requires the NAME of a schema")
        _list(session)
        return
    wanted = name.strip().lower()
    if wanted not in schemas.NAMES:
        otherwise = "; run newsarc schema for a list"
        hint = did_you_mean(wanted, schemas.NAMES, otherwise, aliases=schema_aliases(wanted))
        raise UsageError(f'unknown schema "{name}"{hint}')
    found = schemas.line_schema(wanted) if line else schemas.schema(wanted)
    if found is None:
        raise UsageError(f"{wanted} has no --format jsonl; remove --line")
    session.write([json.dumps(found, indent=2, ensure_ascii=True) + "\n"])


def _list(session: Session) -> None:
    from newsarc.output.schemas import NAMES, title

    if is_terminal(sys.stdout):
        width = max(map(len, NAMES)) + 2
        session.write(f"{name:{width}}{_about(title(name))}\n" for name in NAMES)
    else:
        session.write(tab_separated((name, _about(title(name))) for name in NAMES))


def _about(title: str) -> str:
    return title.partition(": ")[2]
