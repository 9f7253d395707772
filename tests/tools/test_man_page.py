"""newsarc.1 is what the commands say of themselves, and roff that no formatter complains of."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from newsarc.cli.app import COMMANDS, SUBCOMMANDS, load
from tests.cli.driver import clean_environment
from tools.reference.man_page import page

EPOCH = "SOURCE_DATE_EPOCH"


@pytest.fixture(scope="module")
def dated() -> str:
    """The page as the module prints it."""
    command = [sys.executable, "-m", "tools.reference", "man"]
    env = clean_environment({EPOCH: "1700000000"})
    return subprocess.run(command, env=env, capture_output=True, check=True).stdout.decode("utf-8")


def test_each_command_option_and_variable_is_told(dated: str) -> None:
    plain = dated.replace("\\-", "-").replace("\\e", "\\")
    for name in (*COMMANDS, *SUBCOMMANDS):
        assert f"\n.SS {name}\n" in plain
        for parameter in load(name).params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert re.search(rf"^\\fB(.*, )?{re.escape(option)}\b", plain, re.MULTILINE), f"{name} {option}"
    for variable in ("NEWSARC_ARCHIVE", "NEWSARC_CACHE_DIR"):
        assert f"\n\\fB{variable}\\fR\n" in plain


def test_the_date_is_that_of_the_source(dated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dated.startswith('.TH NEWSARC 1 "2023-11-14" "newsarc ')
    for none in ("", "soon", "-1", "1_0", "9" * 30):
        monkeypatch.setenv(EPOCH, none)
        assert next(iter(page())).startswith('.TH NEWSARC 1 "" "newsarc ')


def test_no_text_is_taken_for_a_request(dated: str) -> None:
    requests = {line.split()[0] for line in dated.splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".br"}


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc here")
def test_mandoc_has_nothing_to_say(dated: str) -> None:
    done = subprocess.run(["mandoc", "-Tlint"], input=dated.encode("utf-8"), capture_output=True, check=False)
    assert (done.stdout.decode(), done.returncode) == ("", 0)


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_groff_shows_it(dated: str) -> None:
    command = ["groff", "-man", "-ww", "-Kutf8", "-Tutf8"]
    done = subprocess.run(command, input=dated.encode("utf-8"), capture_output=True, check=True)
    assert done.stderr == b""
    shown = re.sub(r".\x08|\x1b\[[\d;]*m", "", done.stdout.decode("utf-8"))  # bold is struck twice
    assert "newsarc lint [OPTIONS]" in shown
    assert "--select" in shown


def test_a_dash_is_one_that_can_be_copied_and_typed(dated: str) -> None:
    """A plain one is a hyphen to roff, which some systems show as another character."""
    assert "\\fB\\-\\-no\\-cache\\fR" in dated
    assert "\\fB--" not in dated
