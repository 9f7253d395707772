"""What a typed line completes: commands, options, or the values of a parameter."""

from __future__ import annotations

import contextlib
from importlib import import_module
from typing import NamedTuple

from newsarc.cli.completion.parameters import COMMANDS, ROOT, Row
from newsarc.cli.completion.shells import Offer, TypedLine


class Parameter(NamedTuple):
    """An option or an argument, as a row of :mod:`newsarc.cli.completion.parameters`.

    - ``names``: those of an option; empty for an argument.
    - ``kind``: ``flag`` (an option without a value), ``once``, ``repeated``, or ``numbered`` (an option whose value, a
      number, may be left out).
    - ``values``: its choices, or the name of the function that completes it; empty if there is neither.
    - ``takes_files``: file names fit.
    - ``help``: of an option, for shells that show it.
    """

    names: tuple[str, ...]
    kind: str
    values: tuple[str, ...] | str
    takes_files: bool
    help: str


class TypedCommand(NamedTuple):
    """The words before the cursor: the command, its parameters, and what is given so far.

    ``command`` is empty if there is none yet, or an unknown one. ``archive`` is the value of ``--archive``.
    """

    command: str
    parameters: tuple[Parameter, ...]
    given: frozenset[Parameter]
    arguments: int
    archive: str | None


def offers_at(line: TypedLine) -> tuple[list[Offer], bool]:
    """Return the offers at the cursor, and whether file names are a choice there, too."""
    typed = parse_words(line.words)
    option, current = "", "" if line.current == "=" else line.current
    if current.startswith("-") and "=" in current:  # an option and its value
        option, _, current = current.partition("=")
    elif current.startswith("-") and "--" not in line.words:
        return _options(typed, current), False
    parameter = parameter_at(typed, line.words, current, option)
    if parameter is None:
        # After a command, the second word of others: "sources check".
        is_second = bool(typed.command) and typed.arguments == 0
        return _commands(
            current, f"{typed.command} " if is_second else ""
        ) if is_second or not typed.command else [], False
    before = f"{option}=" if option else ""
    return [Offer(before + value) for value in _values(parameter, typed, current)], parameter.takes_files


def parse_words(words: list[str]) -> TypedCommand:
    """Parse the words before the cursor. Unknown options are skipped."""
    given: set[Parameter] = set()
    parameters = _rows(ROOT)
    rest, archives = _parse(parameters, words, given, stops_at_argument=True)
    if not rest or rest[0] not in COMMANDS:
        return TypedCommand("", parameters, frozenset(given), 0, archives[-1] if archives else None)
    given.clear()
    both = " ".join(rest[:2])
    command, after = (both, rest[2:]) if both in COMMANDS else (rest[0], rest[1:])
    parameters = _rows(COMMANDS[command][1])
    arguments, own = _parse(parameters, after, given)
    archives = own or archives
    return TypedCommand(command, parameters, frozenset(given), len(arguments), archives[-1] if archives else None)


def _rows(rows: tuple[Row, ...]) -> tuple[Parameter, ...]:
    return tuple(Parameter(*row) for row in rows)


def _parse(
    parameters: tuple[Parameter, ...], words: list[str], given: set[Parameter], *, stops_at_argument: bool = False
) -> tuple[list[str], list[str]]:
    """Add the options in ``words`` to ``given``. Return the arguments, and the values of ``--archive``."""
    options = {name: parameter for parameter in parameters for name in parameter.names}
    arguments: list[str] = []
    archives: list[str] = []
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word == "--":
            return arguments + left[::-1], archives
        if word[:1] != "-" or word == "-":
            if stops_at_argument:
                return [word, *left[::-1]], archives
            arguments.append(word)
            continue
        name, equals, value = word.partition("=")
        if name[:2] != "--" and name not in options:
            name, equals, value = _last_of_letters(options, word, given)
        option = options.get(name)
        if option is None:
            continue
        given.add(option)
        if option.kind == "flag":
            continue
        if not equals and left and (option.kind != "numbered" or left[-1].lstrip("-").isdigit()):
            value = left.pop()
        if "--archive" in option.names and value:
            archives.append(value)
    return arguments, archives


def _last_of_letters(options: dict[str, Parameter], word: str, given: set[Parameter]) -> tuple[str, str, str]:
    """Take ``-qvn5`` apart: add its flags to ``given``; return the option with a value, if there is one."""
    for at in range(1, len(word)):
        option = options.get(f"-{word[at]}")
        if option is not None and option.kind == "flag":
            given.add(option)
        elif option is not None:
            return f"-{word[at]}", word[at + 1 :] and "=", word[at + 1 :]
    return "", "", ""


def parameter_at(typed: TypedCommand, words: list[str], current: str, option: str = "") -> Parameter | None:
    """Return the parameter of the value ``current``: that of ``option``, if it is in the same word, or of the word
    before, or else the argument at the cursor.
    """
    last = option or (words[-1] if words else "")
    for parameter in typed.parameters:
        may_be_value = parameter.kind != "numbered" or option or current.isdigit()
        if last in parameter.names and parameter.kind != "flag" and may_be_value:
            return parameter
    arguments = [parameter for parameter in typed.parameters if not parameter.names]
    if arguments and arguments[-1].kind == "repeated":
        return arguments[min(typed.arguments, len(arguments) - 1)]
    return arguments[typed.arguments] if typed.arguments < len(arguments) else None


def _commands(beginning: str, before: str = "") -> list[Offer]:
    """Return the commands that start with ``beginning``, or the second words of those that start with ``before``."""
    names = {name.removeprefix(before): summary for name, (summary, _) in COMMANDS.items() if name.startswith(before)}
    return [Offer(name, summary) for name, summary in names.items() if name.startswith(beginning) and " " not in name]


def _options(typed: TypedCommand, beginning: str) -> list[Offer]:
    """Return the options that start with ``beginning`` and may still be given."""
    fitting = (one for one in typed.parameters if one.kind == "repeated" or one not in typed.given)
    return [Offer(name, one.help) for one in fitting for name in one.names if name.startswith(beginning)]


def _values(parameter: Parameter, typed: TypedCommand, current: str) -> list[str]:
    if not isinstance(parameter.values, str):
        return [value for value in parameter.values if value.startswith(current)]
    module, _, function = parameter.values.partition(".")
    if not function:
        return []
    complete = getattr(import_module(f"newsarc.cli.completion.{module}"), function)
    found: list[str] = []
    with contextlib.suppress(Exception):  # completion cannot show errors
        found = complete(typed, current) if module == "archive_values" else complete(current)
    return found
