"""The command line: one module per command. Only here is Typer imported; nothing imports this."""

from newsarc.cli.app import main

__all__ = ["main"]
