"""docs/commands.md is what the commands say of themselves."""

from __future__ import annotations

import subprocess
import sys

from newsarc.cli.app import COMMANDS, load
from newsarc.cli.docs import reference
from tests.cli.driver import REPOSITORY

PAGE = REPOSITORY / "docs" / "commands.md"


def test_the_page_is_made_from_the_commands() -> None:
    assert PAGE.read_text(encoding="utf-8") == "".join(reference()), "python -m newsarc.cli.docs > docs/commands.md"


def test_the_page_is_what_the_module_prints() -> None:
    done = subprocess.run([sys.executable, "-m", "newsarc.cli.docs"], capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == "".join(reference())


def test_each_command_has_help_and_each_option_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in COMMANDS:
        command = load(name)
        assert f"\n## {name}\n" in text
        assert command.help
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name} {parameter.name}"
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert f"`{option}" in text, f"{name} {option}"
