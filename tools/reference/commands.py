"""The help of all commands as Markdown: ``docs/commands.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsarc.cli.app import COMMANDS, load
from newsarc.cli.help import SHARED, group_of, in_groups

_EVERYWHERE = "list"  # they are told once, as this command has them

_HEAD = """\
# The commands of newsarc

Made from the commands by `python -m tools.reference`: edit those, not this page. `newsarc COMMAND --help` shows the
same in a terminal. [README](../README.md) shows what they print.
"""


def reference() -> Iterator[str]:
    """Yield the pieces of the reference."""
    yield _HEAD
    yield "\n## Options of all commands\n\nBefore the command or behind it.\n\n"
    yield from _options([option for option in parameters(_EVERYWHERE) if group_of(option) == SHARED])
    for name in COMMANDS:
        yield from _command(name)


def parameters(name: str) -> list[Any]:
    """Return the arguments and options of a command, those without a help left out."""
    return [parameter for parameter in load(name).params if getattr(parameter, "help", None)]


def arguments_of(name: str) -> list[Any]:
    """Return the arguments of a command."""
    return [parameter for parameter in parameters(name) if parameter.param_type_name == "argument"]


def groups_of(name: str) -> list[tuple[str, list[Any]]]:
    """Return the groups of a command's options, each with its title; the options of all commands left out."""
    options = [parameter for parameter in parameters(name) if parameter.param_type_name == "option"]
    return in_groups(option for option in options if group_of(option) != SHARED)


def _command(name: str) -> Iterator[str]:
    command = load(name)
    arguments = arguments_of(name)
    usage = " ".join(["newsarc", name, "[OPTIONS]", *map(metavar, arguments)])
    yield f"\n## {name}\n\n```text\n{usage}\n```\n\n{_text(command.help)}\n"
    if arguments:
        yield "\n"
        yield from _options(arguments)
    for title, options in groups_of(name):
        yield f"\n**{title}**\n\n" if title != "Options" else "\n"
        yield from _options(options)
    if command.epilog:
        yield f"\n```sh\n{command.epilog}\n```\n"


def metavar(argument: Any) -> str:
    """Return an argument as the usage shows it."""
    if argument.metavar:
        return str(argument.metavar)
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _options(parameters: list[Any]) -> Iterator[str]:
    kind = parameters[0].param_type_name
    yield f"| {kind} | meaning |\n| --- | --- |\n"
    for parameter in parameters:
        yield f"| {_name(parameter)} | {_cell(meaning(parameter))} |\n"


def _name(parameter: Any) -> str:
    return ", ".join(f"`{name}`" for name in spelling(parameter)).replace("|", "\\|")


def spelling(parameter: Any) -> list[str]:
    """Return the ways to write an option with its value, the longest first; of an argument, its metavar."""
    if parameter.param_type_name == "argument":
        return [metavar(parameter)]
    value = "" if parameter.is_flag else f" {_kind(parameter)}"
    return [f"{name}{value}" for name in sorted(parameter.opts, key=len, reverse=True)]


def _kind(parameter: Any) -> str:
    choices = getattr(parameter.type, "choices", None)
    if choices:
        return "|".join(map(str, choices))
    return parameter.metavar or ("N" if "int" in parameter.type.name else "TEXT")


def meaning(parameter: Any) -> str:
    """Return the help of a parameter, with its default."""
    has_default = parameter.param_type_name != "argument" and not parameter.is_flag and parameter.default is not None
    return f"{parameter.help} Default: {parameter.default}." if has_default else str(parameter.help)


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("\n", " ")


def _text(text: str) -> str:
    """Return help for a Markdown page: what has a meaning in Markdown and is meant as it stands, is escaped."""
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("<", "&lt;").replace("[", "\\[")
