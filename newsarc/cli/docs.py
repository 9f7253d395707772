"""What ``--help`` says of all commands → Markdown (``docs/commands.md``).

``python -m newsarc.cli.docs > docs/commands.md`` writes the reference anew; a test holds the two together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from newsarc.cli.app import COMMANDS, load

SHARED = "Where and how"  # the panel of the options that all commands take
_EVERYWHERE = "list"  # they are told once, as this command has them

_HEAD = """\
# The commands of newsarc

Made from the commands by `python -m newsarc.cli.docs`: edit those, not this page. `newsarc COMMAND --help` shows the
same in a terminal. [README](../README.md) shows what they print.
"""


def reference() -> Iterator[str]:
    """Yield the pieces of the reference."""
    yield _HEAD
    yield "\n## Options of all commands\n\nBefore the command or behind it.\n\n"
    yield from _options([option for option in parameters(_EVERYWHERE) if panel(option) == SHARED])
    for name in COMMANDS:
        yield from _command(name)


def parameters(name: str) -> list[Any]:
    """Return the arguments and options of a command, those without a help left out."""
    return [parameter for parameter in load(name).params if getattr(parameter, "help", None)]


def panel(parameter: Any) -> str:
    """Return the title under which ``--help`` shows a parameter."""
    return parameter.rich_help_panel or "Options"


def _command(name: str) -> Iterator[str]:
    command = load(name)
    arguments = [parameter for parameter in parameters(name) if parameter.param_type_name == "argument"]
    usage = " ".join(["newsarc", name, "[OPTIONS]", *map(metavar, arguments)])
    yield f"\n## {name}\n\n```text\n{usage}\n```\n\n{_text(command.help)}\n"
    if arguments:
        yield "\n"
        yield from _options(arguments)
    for title, options in panels(name):
        yield f"\n**{title}**\n\n" if title != "Options" else "\n"
        yield from _options(options)


def panels(name: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield the panels of a command, each with its options; those of all commands left out."""
    options = [one for one in parameters(name) if one.param_type_name == "option" and panel(one) != SHARED]
    for title, group in groupby(sorted(options, key=lambda option: _place(option, options)), key=panel):
        yield title, list(group)


def _place(option: Any, options: list[Any]) -> int:
    """Return where the panel of ``option`` begins among ``options``; options without one come first."""
    return -1 if panel(option) == "Options" else [panel(other) for other in options].index(panel(option))


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
    value = "" if parameter.is_flag else f" {parameter.metavar or _kind(parameter)}"
    return [f"{name}{value}" for name in sorted(parameter.opts, key=len, reverse=True)]


def _kind(parameter: Any) -> str:
    choices = getattr(parameter.type, "choices", None)
    return "|".join(map(str, choices)) if choices else "N" if "int" in parameter.type.name else "TEXT"


def meaning(parameter: Any) -> str:
    """Return the help of a parameter, with its default."""
    has_default = parameter.param_type_name != "argument" and not parameter.is_flag and parameter.default is not None
    return f"{parameter.help} Default: {parameter.default}." if has_default else str(parameter.help)


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("\n", " ")


def _text(text: str) -> str:
    """Return help for a Markdown page: what has a meaning in Markdown and is meant as it stands, is escaped."""
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("<", "&lt;").replace("[", "\\[")


if __name__ == "__main__":
    sys.stdout.writelines(reference())
