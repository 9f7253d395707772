"""The root command, which loads the others on demand."""

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
from newsarc.cli.completion import VARIABLE
from newsarc.cli.completion.shells import fix_scripts
from newsarc.cli.failures import report_failure
from newsarc.cli.global_options import (
    ArchiveOption,
    ColorOption,
    DraftsOption,
    GlobalOptions,
    NoCacheOption,
    NoPagerOption,
    QuietOption,
    VerboseOption,
)
from newsarc.cli.help import WIDEST, Command, Commands, Docstring
from newsarc.cli.session import command
from newsarc.cli.streams import finish_streams, prepare_streams
from newsarc.cli.usage_errors import unknown_command
from newsarc.errors import ExitCode
from newsarc.storage import collector
from newsarc.storage.signals import Terminated, exit_by_signal, raise_on_signals

# A dash and at least two letters, but not options put together (-qv).
_EXCLUDED_WORD = re.compile(r"-(?![qvhriEF]+\Z)(?:[^\W\d_]{2}[^/=]*|[(\"].*)\Z", re.DOTALL)

_NUMBER = re.compile(r"-?[0-9]+\Z")


class _SearchCommand(Command):
    """Parses ``-word`` as an excluded word, without the ``--`` that Click requires."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = [word for word in args[:end] if _EXCLUDED_WORD.match(word)]
        options = [word for word in args[:end] if not _EXCLUDED_WORD.match(word)]
        return super().parse_args(ctx, [*options, "--", *words, *args[end + 1 :]] if words else args)


class _RelatedCommand(Command):
    """Parses ``--to A B`` as ``A --to B``: the path starts at the first REF."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = list(args)
        rest = super().parse_args(ctx, args)
        ctx.allow_interspersed_args = False  # to parse no further than the argument
        before, _, _ = self.make_parser(ctx).parse_args(words)
        if before.get("path") is not None:
            ctx.params["ref"], ctx.params["path"] = ctx.params["path"], ctx.params["ref"]
        return rest


class _OpenCommand(Command):
    """Parses ``--source`` without a number as ``--source 1``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = list(args)
        for at in range(end - 1, -1, -1):
            if args[at] == "--source" and not (at + 1 < end and _NUMBER.match(args[at + 1])):
                words[at] = "--source=1"
        return super().parse_args(ctx, words)


class _SourcesCommand(Command):
    """Completes the names of the commands below it, too."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        from typer._click.shell_completion import CompletionItem

        below = () if ctx.args else (name.partition(" ")[2] for name in SUBCOMMANDS)
        items = [CompletionItem(name, help=SUBCOMMANDS[f"sources {name}"].summary) for name in below]
        return [
            *(item for item in items if item.value.startswith(incomplete)),
            *super().shell_complete(ctx, incomplete),
        ]


class _Command(NamedTuple):
    """A command: its module, its function, its summary, which is the first paragraph of its docstring, and the heading
    under which ``newsarc --help`` lists it.
    """

    module: str
    function: str
    summary: str
    cls: type[Command] = Command
    group: str = "Read"


# In the order of the help: reading, checking, writing, and the rest.
COMMANDS = {
    "list": _Command("list", "list_", "List events."),
    "show": _Command("show", "show", "Show a day, or one event in full."),
    "open": _Command("open", "open_", "Open an event in the editor or browser.", _OpenCommand),
    "search": _Command("search", "search", "Search events, best matches first.", _SearchCommand),
    "browse": _Command("browse", "browse", "Browse events on the terminal.", _SearchCommand),
    "related": _Command("related", "related", "Follow the links of an event.", _RelatedCommand),
    "timeline": _Command("timeline", "timeline", "Show events in chronological order.", _SearchCommand),
    "graph": _Command("graph", "graph", "Draw an event and its neighbours."),
    "topics": _Command("names", "topics", "List topics."),
    "contexts": _Command("names", "contexts", "List contexts."),
    "sources": _Command("names", "sources", "List sources, and check that they live.", _SourcesCommand),
    "stats": _Command("stats", "stats", "Show archive statistics."),
    "export": _Command("export", "export", "Export to SQLite, Parquet, JSON or CSV."),
    "lint": _Command("lint", "lint", "Find broken links and other problems.", group="Check"),
    "rule": _Command("rule", "rule", "Explain a lint rule, or list all rules.", group="Check"),
    "new": _Command("new", "new", "Create an event and its day page entry.", group="Write"),
    "mv": _Command("mv", "mv", "Rename an event and update links to it.", group="Write"),
    "init": _Command("init", "init", "Set up an archive, its hook and its CI.", group="Write"),
    "config": _Command("config", "config", "Show the settings in force.", group="Other"),
    "cache": _Command("cache", "cache", "Show or clear the cache.", group="Other"),
    "schema": _Command("schema", "schema", "Print a JSON Schema of --json output.", group="Other"),
    "help": _Command("help", "help_", "Show the help of newsarc or a command.", group="Other"),
    "version": _Command("version", "version", "Print the version.", group="Other"),
}
# Commands of two words. The help of the first one names them.
SUBCOMMANDS = {
    "sources check": _Command("sources", "check", "Check over the network whether sources answer."),
    "sources copies": _Command("source_copies", "copies", "Find archived copies of dead sources."),
    "sources list": _Command("source_list", "list_", "List sources of events and their verdicts."),
    "sources show": _Command("source_show", "show", "Show everything known about a source."),
    "sources status": _Command("source_status", "status", "Count sources by host and verdict."),
}


class _Commands(Commands):
    """The root command. It knows the name and summary of each command, and imports a command only to run it."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.summary, rich_help_panel=entry.group))

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command line. Every exception ends in an error message and an exit code."""
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
        if (both := " ".join(args[:2])) in SUBCOMMANDS:
            return both, load(both), args[2:]
        name, found, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else found, rest


@cache
def load(name: str) -> Any:
    """Import the command ``name`` and return its Typer command."""
    entry = COMMANDS.get(name) or SUBCOMMANDS[name]
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
    help="Query and validate a Markdown news archive.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
)


def _print_version(ctx: typer.Context, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:  # not during shell completion
        typer.echo(f"newsarc {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    archive: ArchiveOption = None,
    color: ColorOption = None,
    no_cache: NoCacheOption = False,
    no_pager: NoPagerOption = False,
    drafts: DraftsOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Store the global options given before the command; each command accepts them too."""
    ctx.obj = GlobalOptions(archive, color, no_cache, no_pager, drafts, quiet, verbose)
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
        if os.environ.get(VARIABLE) or {"--install-completion", "--show-completion"} & set(sys.argv):
            fix_scripts()
        app()
    except SystemExit as end:
        code = end.code
    sys.exit(finish_streams(code if isinstance(code, int) else ExitCode.DONE))
