"""``--help`` that fits on a screen.

Typer does the layout, without Rich, which is slow to import.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

WIDEST = 100
SHARED = "Global options"  # only newsarc --help lists them in full
_OPTIONS = "Options"
_WIDEST_VALUE = 22  # of a value in the left column; longer lists of choices go to the right one
_EXAMPLES = "Examples:"


class Docstring(NamedTuple):
    """The docstring of a command: paragraphs for ``--help``, and examples, one command line each."""

    text: str
    examples: tuple[str, ...]

    @classmethod
    def of(cls, function: Any) -> Docstring:
        """Parse the docstring of a command. Its examples are the indented lines after ``Examples:``."""
        text, _, examples = (inspect.getdoc(function) or "").partition(f"\n{_EXAMPLES}\n")
        # Line breaks within paragraphs are not meant for the reader.
        paragraphs = (" ".join(part.split()) for part in text.strip().split("\n\n"))
        return cls("\n\n".join(paragraphs), tuple(line.strip() for line in examples.splitlines() if line.strip()))


class Command(TyperCommand):
    """A command whose help fits on a screen and whose usage errors name it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse options and arguments. Typer omits the context for an option without a value, so it is added here."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            error.ctx = getattr(error, "ctx", None) or ctx  # type: ignore[attr-defined]
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help: usage, description, arguments, options by group, examples."""
        parameters = self.get_params(ctx)
        arguments = [row(one) for one in parameters if one.param_type_name == "argument"]
        _write_head(self, ctx, formatter, [metavar for metavar, _ in arguments])
        if arguments:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_dl(arguments)
        options = [one for one in parameters if one.param_type_name == "option"]
        own = [one for one in options if group_of(one) != SHARED and one.name != "help"]
        _write_options(formatter, own)
        if self.epilog:
            with formatter.section(_heading("Examples")):
                for line in self.epilog.splitlines():
                    formatter.write(f"  {line}\n")
        shared = [max(one.opts, key=len) for one in options if group_of(one) == SHARED]
        formatter.write_paragraph()
        # Not write_text, which would break the line at the hyphens of an option.
        formatter.write(f"Global options (see newsarc --help):\n  {', '.join(shared)}\n")


class Commands(TyperGroup):
    """The root command, with its help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help: usage, commands, global options."""
        _write_head(self, ctx, formatter, [self.subcommand_metavar])
        widest = max(map(len, self.commands))  # the same column in all groups
        for group, commands in in_groups(self.commands.values()):
            with formatter.section(_heading(group)):
                formatter.write_dl([(command.name.ljust(widest), command.help or "") for command in commands])
        _write_options(formatter, self.get_params(ctx))
        formatter.write_paragraph()
        formatter.write_text('Run "newsarc help COMMAND" for options and examples.')


def group_of(parameter: Any) -> str:
    """Return the heading of the group of an argument, option or command."""
    return parameter.rich_help_panel or _OPTIONS


def in_groups(options: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return options, or commands, by group: those without a group first, then in the order of first appearance."""
    listed = list(options)
    order = [_OPTIONS, *map(group_of, listed)]
    ordered = sorted(listed, key=lambda option: order.index(group_of(option)))
    return [(name, list(group)) for name, group in groupby(ordered, key=group_of)]


def row(parameter: Any) -> tuple[str, str]:
    """Return the two columns of the help for an argument or option."""
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper(), parameter.help or ""
    long = next((name for name in parameter.opts if name.startswith("--")), None)  # further ones are aliases
    names = ", ".join(sorted((name for name in parameter.opts if name == long or name[:2] != "--"), key=len))
    text = parameter.help or ""
    if not parameter.is_flag:
        value, told = _value(parameter)
        names, text = f"{names} {value}", f"{told}{text}"
        if parameter.default is not None:
            text += f" [default: {parameter.default}]"
    return names, text


def _value(option: Any) -> tuple[str, str]:
    """Return the placeholder for the value of an option, and its choices if they are too long for that."""
    choices = list(map(str, getattr(option.type, "choices", None) or ()))
    if choices and len("|".join(choices)) <= _WIDEST_VALUE:
        return "|".join(choices), ""
    if choices:
        return option.metavar or option.opts[0].rpartition("-")[2].upper(), f"{', '.join(choices)}. "
    return option.metavar or ("N" if "int" in option.type.name else "TEXT"), ""


def _write_head(command: Any, ctx: Any, formatter: Any, words: list[str]) -> None:
    formatter.write_usage(ctx.command_path, " ".join(["[OPTIONS]", *words]))
    formatter.write_paragraph()
    formatter.write_text(command.help or "")


def _write_options(formatter: Any, options: Iterable[Any]) -> None:
    groups = [(name, [row(option) for option in group]) for name, group in in_groups(options)]
    widest = max((len(names) for _, rows in groups for names, _ in rows), default=0)  # the same column in all groups
    for name, rows in groups:
        with formatter.section(_heading(name)):
            formatter.write_dl([(names.ljust(widest), text) for names, text in rows])


def _heading(text: str) -> str:
    # Typer removes the style if the output is not a terminal.
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if is_plain else typer.style(text, bold=True)
