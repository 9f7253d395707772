"""The Tab key in bash, zsh and fish themselves, after ``newsarc --install-completion`` in each."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.driver import EXAMPLE, TIMEOUT, clean_environment, fork
from tests.cli.test_completion import AS_NEWSARC

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
Offers = Callable[[str], list[str]]
PROMPT = b"READY> "
# What the shell's own part of the work was given, into a file; and a line into a named pipe when that is all.
BASH = r"""
PS1='READY> '
recorded() {
  _newsarc_completion "$@"
  printf '%s\n' "${COMPREPLY[@]}" > "$OFFERS.part"; mv "$OFFERS.part" "$OFFERS"; echo > "$OFFERS.done"
}
complete -o default -F recorded newsarc
"""
ZSH = r"""
PS1='READY> '; unsetopt prompt_cr prompt_sp zle_bracketed_paste
compadd() {
  if [[ " ${(j: :)@} " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  local -a offered; builtin compadd -A offered "$@"
  (( $#offered )) && print -rl -- "$offered[@]" >> "$OFFERS.part"
  builtin compadd "$@"
}
recorded() { zle expand-or-complete-of-zsh; : >> "$OFFERS.part"; mv "$OFFERS.part" "$OFFERS"; print > "$OFFERS.done" }
zle -A expand-or-complete expand-or-complete-of-zsh; zle -N expand-or-complete recorded
"""


@pytest.fixture(scope="module", params=["bash", "zsh", "fish"])
def offers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Offers:
    """A function from a line that ends at the cursor to what the shell offers there, sorted, one per word."""
    shell: str = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    home = tmp_path_factory.mktemp(shell)
    (home / "newsarc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{AS_NEWSARC}" "$@"\n', encoding="utf-8")
    (home / "newsarc").chmod(0o755)
    env = clean_environment({"HOME": str(home), "PATH": f"{home}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb"})
    env = {name: value for name, value in env.items() if name not in ("ZDOTDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    install = "newsarc --install-completion; true"  # true, or the shell makes itself newsarc and cannot be found
    subprocess.run([shell, "-c", install], env=env, check=True, capture_output=True, timeout=TIMEOUT)
    if shell == "fish":
        return lambda line: _fish(line, env)
    script, rc, command = {
        "bash": (BASH, ".bashrc", ["bash", "--noprofile", "-i"]),
        "zsh": (ZSH, ".zshrc", ["zsh", "--no-globalrcs", "-i"]),
    }[shell]
    with (home / rc).open("a", encoding="utf-8") as file:
        file.write(script)
    return lambda line: _typed(line, command, {**env, "OFFERS": str(home / "offers")})


def _fish(line: str, env: dict[str, str]) -> list[str]:
    ask = ["fish", "-c", 'complete -C "$LINE"']
    done = subprocess.run(
        ask, env={**env, "LINE": line}, cwd=EXAMPLE, capture_output=True, check=True, text=True, timeout=TIMEOUT
    )
    assert done.stderr == ""
    return sorted(offer.split("\t")[0] for offer in done.stdout.splitlines())


def _typed(line: str, command: list[str], env: dict[str, str]) -> list[str]:
    """Type ``line`` and the Tab key into a new shell on a terminal."""
    import pty

    file = Path(env["OFFERS"])
    file.unlink(missing_ok=True)
    pipe = file.with_name(f"{file.name}.done")
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    done = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    terminal, other = pty.openpty()
    with subprocess.Popen(command, env=env, cwd=EXAMPLE, stdin=other, stdout=other, stderr=other) as shell:
        os.close(other)
        shown = b""
        while PROMPT not in shown:
            shown += os.read(terminal, 4096)
        os.write(terminal, line.encode("utf-8") + b"\t")
        select.select([done], [], [], TIMEOUT)
        shell.kill()
    os.close(terminal)
    os.close(done)
    assert file.exists(), shown
    return sorted(file.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("newsarc sh", ["show"]),
        ("newsarc list --count", ["--count", "--count-by"]),
        ("newsarc rule NA20", ["NA201", "NA202", "NA203", "NA204"]),
        ("newsarc lint --select NA101,NA90", ["NA101,NA901", "NA101,NA902"]),
        ("newsarc show 2017-06-1", ["2017-06-16", "2017-06-17", "2017-06-18"]),
        ("newsarc show --archive=. 2018-05", ["2018-05-03", "2018-05-05", "2018-05-17"]),
    ],
    ids=["command", "option", "rule", "rules", "date", "archive"],
)
def test_offers(offers: Offers, line: str, expected: list[str]) -> None:
    assert offers(line) == expected


def test_slugs(offers: Offers) -> None:
    assert [slug[:12] for slug in offers("newsarc show airbnb-d")] == ["airbnb-decid", "airbnb-drops"]
    assert offers("newsarc related 2017-06-16/rus") == ["2017-06-16/russian-intervention-in-syria"]


def test_names_and_fields(offers: Offers) -> None:
    fork("-A", str(EXAMPLE), "list")  # caches the index
    assert offers("newsarc stats --context raq") == ["Raqqa"]
    assert offers("newsarc search topi") == ["topic:"]
