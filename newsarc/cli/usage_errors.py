"""Usage errors of Typer, as one line that says what is wrong and what to do."""

from __future__ import annotations

import re
from typing import Any

from newsarc.archive.dates import fixed_days
from newsarc.cli.aliases import COMMAND_ALIASES, option_aliases
from newsarc.errors import UsageError
from newsarc.text.suggest import did_you_mean

_PROGRAM = "newsarc"
_NOT_A_CHOICE = re.compile(r"'(.*)' is not one of ", re.DOTALL)
_EXTRA = re.compile(r"^Got unexpected extra argument.* \((\S+)\)$")
_NOT_A_NUMBER = re.compile(r"'(.*)' is not a valid int", re.DOTALL)


def unknown_command(word: str, commands: list[str]) -> UsageError:
    """Return the error for an unknown command."""
    hint = did_you_mean(word, commands, "; see newsarc --help", aliases=COMMAND_ALIASES)
    return UsageError(f'unknown command "{word}"{hint}')


def line_about(error: Any) -> str:
    """Return the message for an error of Typer. These errors differ in their attributes and have no public names."""
    words = _command_words(error.ctx)
    command = " ".join([_PROGRAM, *words])
    if hasattr(error, "possibilities"):
        return f"unknown option {error.option_name}{_closest_option(error, command)}"
    parameter = getattr(error, "param", None)
    if hasattr(error, "param_type") and parameter is not None:
        return f"missing argument {_name(parameter)}; see {command} --help"
    if parameter is not None:
        return _wrong_value(error, parameter)
    said = " ".join(error.format_message().split()).rstrip(".")
    if words == ["new"] and said.startswith("Got unexpected extra argument"):
        return 'quote the headline: newsarc new "Two words"'
    if (extra := _EXTRA.search(said)) and fixed_days(extra[1]) and "--since" in _options(error.ctx):
        return f"unexpected date {extra[1]}; did you mean --since {extra[1]} --until {extra[1]}?"
    return f"{said[:1].lower()}{said[1:]}; see {command} --help".replace("'", '"')


def _command_words(ctx: Any) -> list[str]:
    """Return the names of the commands of a context, without the program, which may be ``python -m newsarc``."""
    if ctx is None or ctx.parent is None:
        return []
    return [*_command_words(ctx.parent), ctx.info_name]


def _closest_option(error: Any, command: str) -> str:
    otherwise = f"; see {command} --help"
    word = error.option_name.partition("=")[0]
    if not word.startswith("--"):
        return otherwise
    parameters = error.ctx.command.get_params(error.ctx)
    long = [name for name in _options(error.ctx) if name.startswith("--")]
    commands = getattr(error.ctx.find_root().command, "commands", ())
    arguments = [_name(one) for one in parameters if one.param_type_name == "argument"]
    aliases = option_aliases(word.casefold(), command.partition(" ")[2], commands, arguments)
    return did_you_mean(word, [*long, _PROGRAM], otherwise, aliases={word.casefold(): aliases})


def _options(ctx: Any) -> list[str]:
    return [name for parameter in ctx.command.get_params(ctx) for name in parameter.opts]


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).strip("[].")
    return str(max(parameter.opts, key=len))


def _wrong_value(error: Any, parameter: Any) -> str:
    name, kind = _name(parameter), parameter.type
    choices = list(map(str, getattr(kind, "choices", None) or ()))
    if choices and (wrong := _NOT_A_CHOICE.match(error.message)):
        hint = did_you_mean(wrong[1], choices, f"; choose {_either(choices)}")
        return f'invalid value "{wrong[1]}" for {name}{hint}'
    if wrong := _NOT_A_NUMBER.match(error.message):
        return f'{name}: "{wrong[1]}" is not a number'
    if getattr(kind, "min", None) is not None and "is not in the range" in error.message:
        return (
            f"{name} must be {kind.min} or more"
            if kind.max is None
            else f"{name} must be between {kind.min} and {kind.max}"
        )
    return f"{name}: {' '.join(error.message.split()).rstrip('.')}"


def _either(choices: list[str]) -> str:
    return " or ".join(choices) if len(choices) < 3 else f"{', '.join(choices[:-1])} or {choices[-1]}"
