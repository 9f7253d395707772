"""Choosing from a menu by number, where fzf is not installed."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from itertools import islice

from newsarc.cli.browsing.menu import Action, Choice, Menu, MenuRow
from newsarc.text.width import cut, wrap

_LETTERS: Mapping[str, Action] = {
    "": "show",
    "r": "related",
    "t": "timeline",
    "e": "edit",
    "s": "source",
    "w": "web",
}
_ANSWER = re.compile(r"([rtesw]?)\s*(\d+)\Z")
_HELP = "N show · r N related · t N timeline · e N edit · s N source · w N web · n next · p previous · b back · q quit"
_BESIDE = 6  # lines of the screen for title, keys and prompt


def choose(menu: Menu) -> Choice:
    """Let the user choose from ``menu``, page by page. The end of standard input is taken for quit."""
    at = 0
    while True:
        columns, lines = shutil.get_terminal_size((80, 24))
        size = max(5, lines - _BESIDE)
        page = list(islice(menu, at, at + size + 1))
        has_more, page = len(page) > size, page[:size]
        _print(menu, page, at, columns)
        answer = _ask("> ")
        if answer is None or answer == "q":
            return Choice("quit")
        if answer == "b":
            return Choice("back")
        if answer in ("n", "") and has_more:
            at += size
        elif answer == "p":
            at = max(0, at - size)
        elif (match := _ANSWER.match(answer)) and 0 <= int(match[2]) - at - 1 < len(page):
            row = page[int(match[2]) - at - 1]
            menu.chosen = row.ref
            return Choice(_LETTERS[match[1]], row.ref)
        else:
            last = "last page; " if answer in ("n", "") else ""
            sys.stdout.write(f"{last}{_HELP}\n")


def _print(menu: Menu, page: list[MenuRow], at: int, columns: int) -> None:
    sys.stdout.write(f"\n{menu.title}\n")
    for number, row in enumerate(page, at + 1):
        sys.stdout.write(f"{cut(f'{number:4}  {row.text}', columns - 1)}\n")
    for line in wrap(_HELP, columns - 1):
        sys.stdout.write(f"{line}\n")


def _ask(prompt: str) -> str | None:
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.strip().casefold() if line else None
