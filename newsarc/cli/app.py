"""The command that all others hang from."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

import newsarc
from newsarc.cli.lint import lint
from newsarc.cli.list import list_
from newsarc.cli.related import related
from newsarc.cli.rule import rule
from newsarc.cli.search import search
from newsarc.cli.session import ArchiveOption, ColorOption, QuietOption, Shared, VerboseOption, command
from newsarc.cli.show import show
from newsarc.output.terminal import prepare_streams

app = typer.Typer(
    name="newsarc",
    help="Query and check a Markdown news archive: what happened, what led there, what came after, and no dead links.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"newsarc {newsarc.__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    archive: ArchiveOption = None,
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Keep the options that stand before the command; each command takes them too."""
    ctx.obj = Shared(archive, color, quiet, verbose)


# A dash and at least two letters, but not options put together (-qv).
_EXCLUDED_WORD = re.compile(r"-(?![qvh]+\Z)[^\W\d_]{2}[^/=]*\Z")


class _SearchCommand(TyperCommand):
    """Takes ``-word`` for a word that must not occur, where one would have to write ``-- -word`` otherwise."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = [word for word in args[:end] if _EXCLUDED_WORD.match(word)]
        options = [word for word in args[:end] if not _EXCLUDED_WORD.match(word)]
        return super().parse_args(ctx, [*options, "--", *words, *args[end + 1 :]] if words else args)


for function, name in (
    (list_, "list"),
    (show, "show"),
    (search, "search"),
    (related, "related"),
    (lint, "lint"),
    (rule, "rule"),
):
    app.command(name, cls=_SearchCommand if name == "search" else None)(command(function))


def run() -> None:
    """Run newsarc with the arguments of the process."""
    prepare_streams()
    app()
