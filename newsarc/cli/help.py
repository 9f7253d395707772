"""``--help``: short enough for a screen, and without Rich, which takes 100 ms to import.

Typer lays it out; what is told, in which groups and how short, is said here.
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
SHARED = "Where and how"  # the group of options that all commands take: newsarc --help tells them
_OPTIONS = "Options"
_WIDEST_VALUE = 22  # of an option's value in the left column; the choices of a longer one are told in the right one
_EXAMPLES = "Examples:"


class Docstring(NamedTuple):
    """What the docstring of a command says: paragraphs for ``--help``, and examples, one command line each."""

    text: str
    examples: tuple[str, ...]

    @classmethod
    def of(cls, function: Any) -> Docstring:
        """Take apart the docstring of a command. Its examples are the indented lines behind ``Examples:``."""
        text, _, examples = (inspect.getdoc(function) or "").partition(f"\n{_EXAMPLES}\n")
        # The line ends within paragraphs are ours and not the reader's.
        paragraphs = (" ".join(part.split()) for part in text.strip().split("\n\n"))
        return cls("\n\n".join(paragraphs), tuple(line.strip() for line in examples.splitlines() if line.strip()))


class Command(TyperCommand):
    """A command whose help fits a screen, and whose mistakes tell that they are its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the options and arguments. An option without its value is found before anyone says whose it is."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            error.ctx = getattr(error, "ctx", None) or ctx  # type: ignore[attr-defined]
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help: usage, what it does, arguments, options by group, examples."""
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
        formatter.write_text(f"As all commands take them (newsarc --help): {', '.join(shared)}")


class Commands(TyperGroup):
    """The command that all others hang from, with its help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help: usage, the commands, the options of all of them."""
        _write_head(self, ctx, formatter, [self.subcommand_metavar])
        with formatter.section(_heading("Commands")):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()])
        _write_options(formatter, self.get_params(ctx))
        formatter.write_paragraph()
        formatter.write_text("newsarc COMMAND --help has the options and examples of each.")


def group_of(parameter: Any) -> str:
    """Return the heading that an argument or option stands under."""
    return parameter.rich_help_panel or _OPTIONS


def in_groups(options: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return options by group, in the order of the groups' first options; those without a group come first."""
    listed = list(options)
    order = [_OPTIONS, *map(group_of, listed)]
    ordered = sorted(listed, key=lambda option: order.index(group_of(option)))
    return [(name, list(group)) for name, group in groupby(ordered, key=group_of)]


def row(parameter: Any) -> tuple[str, str]:
    """Return what the two columns of the help say of an argument or option."""
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper(), parameter.help or ""
    names = ", ".join(sorted(parameter.opts, key=len))
    text = parameter.help or ""
    if not parameter.is_flag:
        value, told = _value(parameter)
        names, text = f"{names} {value}", f"{told}{text}"
        if parameter.default is not None:
            text += f" [default: {parameter.default}]"
    return names, text


def _value(option: Any) -> tuple[str, str]:
    """Return the word for an option's value, and its choices where there are too many for that."""
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
    # What is no terminal gets it without.
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if is_plain else typer.style(text, bold=True)
