"""The command that all others hang from."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand
from typer.main import get_command

from newsarc.__about__ import __version__
from newsarc.cli.completion import VARIABLE, answer, mend_zsh_script
from newsarc.cli.failures import report_failure
from newsarc.cli.help import WIDEST, Command, Commands, Docstring
from newsarc.cli.session import (
    ArchiveOption,
    ColorOption,
    NoCacheOption,
    NoPagerOption,
    QuietOption,
    Shared,
    VerboseOption,
    command,
)
from newsarc.cli.streams import finish_streams, prepare_streams
from newsarc.cli.usage_errors import unknown_command
from newsarc.errors import ExitCode
from newsarc.storage import collector
from newsarc.storage.signals import Terminated, exit_by_signal, raise_on_signals

# A dash and at least two letters, but not options put together (-qv).
_EXCLUDED_WORD = re.compile(r"-(?![qvhriEF]+\Z)(?:[^\W\d_]{2}[^/=]*|[(\"].*)\Z", re.DOTALL)


class _SearchCommand(Command):
    """Takes ``-word`` for a word that must not occur, where one would have to write ``-- -word`` otherwise."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = [word for word in args[:end] if _EXCLUDED_WORD.match(word)]
        options = [word for word in args[:end] if not _EXCLUDED_WORD.match(word)]
        return super().parse_args(ctx, [*options, "--", *words, *args[end + 1 :]] if words else args)


class _RelatedCommand(Command):
    """Takes ``--path A B`` for ``A --path B``: a chain starts at the REF that stands first."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = list(args)
        rest = super().parse_args(ctx, args)
        ctx.allow_interspersed_args = False  # to parse no further than the argument
        before, _, _ = self.make_parser(ctx).parse_args(words)
        if before.get("path") is not None:
            ctx.params["ref"], ctx.params["path"] = ctx.params["path"], ctx.params["ref"]
        return rest


class _Command(NamedTuple):
    """Where a command is, and what the list of commands says of it: the first paragraph of its docstring."""

    module: str
    function: str
    summary: str
    cls: type[Command] = Command


COMMANDS = {
    "list": _Command(
        "list", "list_", "List events: all of them, or those of the given days, topics, contexts and sources."
    ),
    "show": _Command("show", "show", "Show a day as a front page, or one event with all it has."),
    "search": _Command(
        "search",
        "search",
        "Find events by words in headline, topics, contexts, summary and sources, best first.",
        _SearchCommand,
    ),
    "related": _Command(
        "related",
        "related",
        "Show the events around one: those it names as related and, on request, those that name it.",
        _RelatedCommand,
    ),
    "timeline": _Command(
        "timeline", "timeline", "Tell a story in order, day by day, with its quiet and busy times.", _SearchCommand
    ),
    "graph": _Command(
        "graph",
        "graph",
        "Draw the story around an event, as a page for the browser (.html) or as a picture for documents (.svg).",
    ),
    "stats": _Command(
        "stats",
        "stats",
        "Count events: per year and month, topic, context and source, the busiest days, and how well they are linked.",
    ),
    "export": _Command("export", "export", "Write events as SQLite, Parquet, JSON Lines or CSV, for other programs."),
    "lint": _Command("lint", "lint", "Check that no related link is dead, and what else can be wrong with an archive."),
    "init": _Command("init", "init", "Write settings that fit the archive, a hook and a CI workflow."),
    "new": _Command("new", "new", "Write the page of a new event, and its entry on the day page."),
    "cache": _Command("cache", "cache", "Show or delete the cached index of the archive."),
    "rule": _Command("rule", "rule", "Explain a rule of lint; without RULE, list all rules."),
    "schema": _Command(
        "schema",
        "schema",
        "Print the JSON Schema of what a command says with --json; without NAME, list all schemas.",
    ),
}


class _Commands(Commands):
    """Knows of each command its name and summary, and imports its module when it is called.

    All of them with what they import take 35 ms; --version and --help need none of them.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.summary))

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run; whatever is raised ends in its line and exit code."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except (Exception, KeyboardInterrupt) as error:
            code = report_failure(error)
        if standalone_mode:
            sys.exit(code)
        return code

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise unknown_command(args[0], list(self.commands))
        name, found, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else found, rest


@cache
def load(name: str) -> Any:
    """Import the command ``name`` and return it as Typer's own."""
    entry = COMMANDS[name]
    function: Callable[..., None] = getattr(import_module(f"newsarc.cli.commands.{entry.module}"), entry.function)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"max_content_width": WIDEST}
    examples = "\n".join(Docstring.of(function).examples)
    alone.command(name, cls=entry.cls, epilog=examples, context_settings=settings)(command(function))
    loaded = get_command(alone)
    collector.resume()
    return loaded


app = typer.Typer(
    name="newsarc",
    cls=_Commands,
    help="Query and check a Markdown news archive: what happened, what led there, what came after, and no dead links.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
)


def _print_version(ctx: typer.Context, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:  # that is: not while the shell only asks what could come next
        typer.echo(f"newsarc {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    archive: ArchiveOption = None,
    color: ColorOption = None,
    no_cache: NoCacheOption = False,
    no_pager: NoPagerOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Keep the options that stand before the command; each command takes them too."""
    ctx.obj = Shared(archive, color, no_cache, no_pager, quiet, verbose)
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.SETUP)


def run() -> NoReturn:
    """Run newsarc with the arguments of the process."""
    raise_on_signals()
    try:
        _run()
    except Terminated as error:
        exit_by_signal(error)


def _run() -> NoReturn:
    prepare_streams()
    code: object = None
    try:
        if os.environ.get(VARIABLE, "").startswith("complete"):
            answer(app)
        else:
            if {"--install-completion", "--show-completion"} & set(sys.argv):
                mend_zsh_script()
            app()
    except SystemExit as end:
        code = end.code
    sys.exit(finish_streams(code if isinstance(code, int) else ExitCode.DONE))
