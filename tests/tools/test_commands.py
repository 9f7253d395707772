"""docs/commands.md is what the commands say of themselves."""

from __future__ import annotations

from newsarc.cli.app import COMMANDS, SUBCOMMANDS, load
from tests.cli.driver import REPOSITORY

PAGE = REPOSITORY / "docs" / "commands.md"


def test_each_command_has_help_and_each_option_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in (*COMMANDS, *SUBCOMMANDS):
        command = load(name)
        assert f"\n## {name}\n" in text
        assert command.help
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name} {parameter.name}"
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert f"`{option}" in text, f"{name} {option}"
