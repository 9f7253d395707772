"""What Typer finds wrong with a command line → one line that says what, where and what to do."""

from __future__ import annotations

import re
from typing import Any

from newsarc.errors import UsageError
from newsarc.text.suggest import did_you_mean

_NO_CHOICE = re.compile(r"'(.*)' is not one of ", re.DOTALL)
_FAR = 0.6


def unknown_command(word: str, commands: list[str]) -> UsageError:
    """Return the error for a first word that is no command."""
    return UsageError(f"no command {word}{did_you_mean(word, commands, '; newsarc --help lists them', cutoff=_FAR)}")


def line_about(error: Any) -> str:
    """Return the line for one of Typer's own errors. They differ in what they know, and have no public names."""
    where = error.ctx.command_path.split()[1:] if error.ctx is not None else []
    command = " ".join(["newsarc", *where])
    place = f"{' '.join(where)}: " if where else ""
    if hasattr(error, "possibilities"):
        return f"{place}no option {error.option_name}{_closest_option(error, command)}"
    parameter = getattr(error, "param", None)
    if hasattr(error, "param_type") and parameter is not None:
        return f"{place}{_name(parameter)} is missing; {command} --help tells what it is"
    if parameter is not None:
        return f"{place}{_name(parameter)}: {_wrong_value(error, parameter)}"
    said = " ".join(error.format_message().split()).rstrip(".")
    return f"{place}{said[:1].lower()}{said[1:]}; see {command} --help"


def _closest_option(error: Any, command: str) -> str:
    otherwise = f"; {command} --help lists them"
    known = [name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts]
    long = [name for name in known if name.startswith("--")]
    word = error.option_name.partition("=")[0]
    return did_you_mean(word, long, otherwise, cutoff=_FAR) if word.startswith("--") else otherwise


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).strip("[].")
    return str(max(parameter.opts, key=len))


def _wrong_value(error: Any, parameter: Any) -> str:
    choices = list(map(str, getattr(parameter.type, "choices", None) or ()))
    wrong = _NO_CHOICE.match(error.message)
    if not choices or wrong is None:
        said = " ".join(error.message.split()).rstrip(".")
        return said.replace("is not a valid int range", "is no whole number")
    return f"{wrong[1]} is none of {', '.join(choices)}{did_you_mean(wrong[1], choices, cutoff=_FAR)}"
