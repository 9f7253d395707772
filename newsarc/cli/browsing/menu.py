"""Lists of events to choose from, and the keys of each list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from newsarc.text.sanitize import visible

Action = Literal["show", "related", "timeline", "edit", "source", "web", "back", "quit"]
# A REF that no shell interprets: fzf puts it into the command of the preview.
_SAFE_REF = re.compile(r"[\w./][\w./+,-]*")


class MenuRow(NamedTuple):
    """An event in a list: its full REF and its line of text."""

    ref: str
    text: str

    @classmethod
    def of(cls, day: str | None, slug: str, path: str, headline: str, sign: str = "") -> MenuRow:
        """Return the row of the event at ``path``. ``sign`` tells how it is related to another event."""
        text = " ".join(headline.split())
        return cls(f"{day}/{slug}" if day else path, f"{sign}{day or '          '}  {visible(text)}")

    @property
    def is_safe(self) -> bool:
        """Whether the REF may be part of a shell command."""
        return _SAFE_REF.fullmatch(self.ref) is not None


class Menu:
    """A list of events. Its rows are computed as they are needed, and only once.

    ``query`` is what the user typed to narrow the list, ``chosen`` the REF of the row that was chosen last.
    """

    def __init__(self, title: str, rows: Iterable[MenuRow]) -> None:
        self.title = title
        self.query = ""
        self.chosen: str | None = None
        self._known: list[MenuRow] = []
        self._rest = iter(rows)

    def __iter__(self) -> Iterator[MenuRow]:
        at = 0
        while True:
            if at == len(self._known):
                row = next(self._rest, None)
                if row is None:
                    return
                self._known.append(row)
            yield self._known[at]
            at += 1

    @property
    def position(self) -> int:
        """The number of the row that was chosen last, from 1."""
        refs = (row.ref for row in self._known)
        return next((number for number, ref in enumerate(refs, 1) if ref == self.chosen), 1)


class Choice(NamedTuple):
    """What the user chose: an action and, unless it is back or quit, the REF of an event."""

    action: Action
    ref: str = ""
