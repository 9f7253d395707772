"""What ``--help`` says of all commands → Markdown (``docs/commands.md``).

``python -m newsarc.cli.docs > docs/commands.md`` writes the reference anew; a test holds the two together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from newsarc.cli.app import COMMANDS, load
from newsarc.cli.help import SHARED, group_of, in_groups

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
    yield from _options([option for option in _parameters(_EVERYWHERE) if group_of(option) == SHARED])
    for name in COMMANDS:
        yield from _command(name)


def _parameters(name: str) -> list[Any]:
    """Return the arguments and options of a command, those without a help left out."""
    return [parameter for parameter in load(name).params if getattr(parameter, "help", None)]


def _command(name: str) -> Iterator[str]:
    command = load(name)
    parameters = _parameters(name)
    arguments = [parameter for parameter in parameters if parameter.param_type_name == "argument"]
    usage = " ".join(["newsarc", name, "[OPTIONS]", *map(_metavar, arguments)])
    yield f"\n## {name}\n\n```text\n{usage}\n```\n\n{_text(command.help)}\n"
    if arguments:
        yield "\n"
        yield from _options(arguments)
    options = [option for option in parameters if option not in arguments and group_of(option) != SHARED]
    for name_of_group, group in in_groups(options):
        yield f"\n**{name_of_group}**\n\n" if name_of_group != "Options" else "\n"
        yield from _options(group)
    if command.epilog:
        yield f"\n```sh\n{command.epilog}\n```\n"


def _metavar(argument: Any) -> str:
    if argument.metavar:
        return str(argument.metavar)
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _options(parameters: list[Any]) -> Iterator[str]:
    kind = parameters[0].param_type_name
    yield f"| {kind} | meaning |\n| --- | --- |\n"
    for parameter in parameters:
        yield f"| {_name(parameter)} | {_cell(_meaning(parameter))} |\n"


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_metavar(parameter)}`".replace("|", "\\|")
    value = "" if parameter.is_flag else f" {_kind(parameter)}"
    return ", ".join(f"`{name}{value}`" for name in sorted(parameter.opts, key=len, reverse=True)).replace("|", "\\|")


def _kind(parameter: Any) -> str:
    choices = getattr(parameter.type, "choices", None)
    if choices:
        return "|".join(map(str, choices))
    return parameter.metavar or ("N" if "int" in parameter.type.name else "TEXT")


def _meaning(parameter: Any) -> str:
    has_default = parameter.param_type_name != "argument" and not parameter.is_flag and parameter.default is not None
    return f"{parameter.help} Default: {parameter.default}." if has_default else str(parameter.help)


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("\n", " ")


def _text(text: str) -> str:
    """Return help for a Markdown page: what has a meaning in Markdown and is meant as it stands, is escaped."""
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("<", "&lt;").replace("[", "\\[")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]  # the same page everywhere
    sys.stdout.writelines(reference())
