"""The picture in the README, of real runs on ``examples/archive`` → ``docs/screenshot-dark.svg`` and ``-light.svg``.

``python docs/screenshot.py`` draws them anew; a test holds them to what newsarc prints.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

DOCS = Path(__file__).parent
ARCHIVE = DOCS.parent / "examples" / "archive"
COLUMNS = 88
COMMANDS = ("newsarc show 2017-06-17", "newsarc timeline kilauea -n 2", "newsarc lint news/2017/06/18")
THEMES = {
    "dark": TerminalTheme(
        (22, 26, 33),
        (214, 220, 228),
        [(22, 26, 33), (240, 113, 120), (142, 207, 122), (240, 196, 105),
         (110, 172, 246), (203, 150, 240), (98, 205, 208), (214, 220, 228)],
        [(112, 122, 138), (255, 142, 148), (170, 226, 152), (255, 216, 140),
         (146, 195, 255), (222, 180, 255), (134, 226, 228), (244, 247, 250)],
    ),
    "light": TerminalTheme(
        (252, 251, 248),
        (38, 42, 50),
        [(38, 42, 50), (190, 38, 48), (42, 116, 44), (142, 92, 0),
         (16, 92, 190), (126, 52, 168), (0, 112, 118), (90, 96, 108)],
        [(110, 116, 128), (190, 38, 48), (42, 116, 44), (142, 92, 0),
         (16, 92, 190), (126, 52, 168), (0, 112, 118), (38, 42, 50)],
    ),
}  # fmt: skip
_FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_SECONDS = re.compile(r"\(\d+\.\d s\)")


def picture(theme: str) -> str:
    """Return the SVG of a terminal, in one of THEMES, in which COMMANDS were typed."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    for number, command in enumerate(COMMANDS):
        if number:
            console.print()
        console.print(Text.assemble(("$ ", "bright_black"), (command, "bold")))
        for line in Text.from_ansi(_printed(command)).split("\n", allow_blank=True):
            # A terminal breaks a line where it ends, and not between words as Rich would.
            for row in line.divide(range(COLUMNS, len(line), COLUMNS)):
                console.print(row)
    drawn = console.export_svg(title="newsarc", theme=THEMES[theme], unique_id="newsarc")
    # The font is one that the reader has: a picture on a code host may load none.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    svg = re.sub(r"<!-- .*? -->", f"<!-- Rich {version('rich')} -->", svg)
    svg = re.sub(r"font-family: [^;]*;", f"font-family: {_FONTS};", svg)
    return svg.replace('stroke="rgba(255,255,255,0.35)"', 'stroke="rgba(128,128,128,0.5)"')  # seen on white, too


def _printed(command: str) -> str:
    environment = {
        **os.environ,
        "COLUMNS": str(COLUMNS),
        "PYTHONPATH": str(DOCS.parent),
        "PYTHONUTF8": "1",
        "TERM": "xterm",
    }
    for variable in ("NO_COLOR", "NEWSARC_ARCHIVE"):
        environment.pop(variable, None)
    done = subprocess.run(
        [sys.executable, "-m", "newsarc", *command.split()[1:], "--color", "always"],
        cwd=ARCHIVE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return _SECONDS.sub("(0.1 s)", done.stdout.decode("utf-8")).rstrip("\n")


if __name__ == "__main__":
    for name in THEMES:
        (DOCS / f"screenshot-{name}.svg").write_text(picture(name), encoding="utf-8", newline="\n")
