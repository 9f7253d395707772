"""Pages as rules see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsarc.layout import DAY_PAGE_NAMES
from newsarc.model import Comment, DayPage, Directive, Event, Link, Problem, Source
from newsarc.parser.comments import without_comments
from newsarc.parser.page import HEADING, ITEM, page_lines
from newsarc.storage.tree import Day

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader


@dataclass(frozen=True)
class Page:
    """A page with either an event or a day page. ``day`` is the folder that it is filed under.

    The related links of ``event`` are checked: ``broken`` is never None.
    """

    path: str
    text: str
    day: Day
    event: Event | None = None
    day_page: DayPage | None = None

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines of the page without line endings."""
        return page_lines(self.text)

    @cached_property
    def visible_lines(self) -> Sequence[str]:
        """The lines of the page with comments blanked out."""
        return without_comments(self.lines, self.comments) if self.comments else self.lines

    def is_removable(self, line: int) -> bool:
        """Whether ``line`` can be deleted: it is a complete list item without parse problems and comments."""
        if not ITEM.match(self.lines[line - 1]) or line in self._problem_lines or line in self._comment_lines:
            return False
        if line > 1 and "<!--" in self.lines[line - 2]:
            return False  # it may be a directive, which would then apply to the next item
        following = self.lines[line] if line < len(self.lines) else ""
        return not following.strip() or ITEM.match(following) is not None or HEADING.match(following) is not None

    def shares_line(self, line: int) -> bool:
        """Whether ``line`` has more than one link or source of the event."""
        return self._items_on_line[line] > 1

    @cached_property
    def _items_on_line(self) -> Counter[int]:
        items: tuple[Link | Source, ...] = (
            (*self.event.related, *self.event.sources, *self.event.changes) if self.event else ()
        )
        return Counter(item.line for item in items)

    @cached_property
    def _problem_lines(self) -> frozenset[int]:
        return frozenset(problem.line for problem in self.problems)

    @cached_property
    def _comment_lines(self) -> frozenset[int]:
        return frozenset(number for comment in self.comments for number in range(comment.line, comment.end_line + 1))

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The HTML comments of the page."""
        page = self.event or self.day_page
        return page.comments if page is not None else ()

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The newsarc directives in the comments of the page."""
        page = self.event or self.day_page
        return page.directives if page is not None else ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that the parser found."""
        page = self.event or self.day_page
        return page.problems if page is not None else ()


def load_page(path: str, day: Day, reader: PageReader) -> Page:
    """Read and parse a page of a day folder. Raises PageError if it cannot be read."""
    text = reader.tree.read(path)
    if path.rpartition("/")[2] in DAY_PAGE_NAMES:
        return Page(path, text, day, day_page=reader.parse_day_page(path, text))
    return Page(path, text, day, event=reader.parse_event(path, text))
