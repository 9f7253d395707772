"""What an archive is made of: immutable records that say where in their file they stand.

Lines and columns count characters from 1. Paths are relative to the archive root and use ``/``. Text named ``label``
or ``written`` is as the file has it; everything else is for reading (see :func:`newsarc.text.normalize.display`).

Events and links are dataclasses, frozen for type checkers; smaller records are named tuples.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from newsarc.text.normalize import display
from newsarc.text.urls import is_external

if TYPE_CHECKING:
    from typing import dataclass_transform

    _T = TypeVar("_T")

    @dataclass_transform(frozen_default=True)
    def record(cls: type[_T]) -> type[_T]:
        """Make a frozen dataclass of ``cls``."""

else:
    # Frozen for type checkers alone: an instance of a dataclass that is frozen at run time takes five times as long to
    # create, and reading an archive creates one for each link.
    record = dataclass(slots=True, unsafe_hash=True)


class Problem(NamedTuple):
    """Something in a page that could not be read as what it should be. ``kind`` is a short stable name."""

    kind: str
    message: str
    line: int
    column: int = 1


@record
class Link:
    """A Markdown link outside the list sections: a date heading, a format, one in the prose.

    ``path`` is the page in the archive that ``target`` means when read as written, or None when it leaves the archive;
    whether that page exists is not known here. ``column`` and ``end_column`` bound the target. ``rendered`` is false
    where Markdown shows no link because the label's brackets do not balance.
    """

    label: str
    target: str
    path: str | None
    line: int
    column: int
    end_column: int
    rendered: bool = True

    @property
    def text(self) -> str:
        """The label for reading."""
        return display(self.label)


@record
class RelatedLink(Link):
    """One item of an event's Related section: another event, and the contexts that the two share.

    ``broken`` is None until the link was checked against an archive; then ``path`` is the page that it reaches, or
    None with ``broken`` true. The web address of another site is never broken: ``path`` None, false.
    """

    contexts: tuple[str, ...] = ()
    has_context: bool = False
    broken: bool | None = None

    def checked(self, path: str | None, broken: bool) -> RelatedLink:
        """Return the link as it is known to be once it was looked up in an archive."""
        # Not dataclasses.replace, which is slower: each link of each page that is shown goes through here.
        return RelatedLink(
            self.label, self.target, path, self.line, self.column, self.end_column, self.rendered,
            self.contexts, self.has_context, broken,
        )  # fmt: skip


@record
class Change(Link):
    """One item of a Changes section: a former or the current version of the event's headline.

    ``timestamp`` is as written (``2018-02-06 13:49:27``) or None; ``note`` is what stands in the parentheses.
    """

    timestamp: str | None = None
    note: str | None = None

    @property
    def is_current(self) -> bool:
        """Whether this item is marked as the current version."""
        return (self.note or "").casefold() == "current version"


class Source(NamedTuple):
    """Where an event was reported. ``image`` is the address of a picture that came with it, if any."""

    label: str
    url: str
    line: int
    column: int
    end_column: int
    image: str | None = None

    @property
    def text(self) -> str:
        """The label for reading."""
        return display(self.label)


class Section(NamedTuple):
    """A ``### Related:`` heading. ``kind`` is sources, changes, related, or other for a word that is not configured."""

    kind: str
    title: str
    line: int


class Prose(NamedTuple):
    """A line that belongs to no part of the format: a rule, a stray heading, text in an unknown section."""

    text: str
    line: int


class Topic(NamedTuple):
    """A ``##### Topic`` line; ``name`` may be empty."""

    name: str
    line: int


class Comment(NamedTuple):
    """An HTML comment, which Markdown does not show. ``text`` is what stands between ``<!--`` and ``-->``.

    ``is_alone`` is true where nothing else stands on its lines, ``is_closed`` is false where the ``-->`` is missing.
    """

    text: str
    line: int
    column: int
    end_line: int
    end_column: int
    is_alone: bool
    is_closed: bool = True


class Directive(NamedTuple):
    """A ``<!-- newsarc: ignore NA105 -->``: which findings are not wanted, on its lines or (``is_for_file``) at all.

    ``rules`` are codes, families or names as written. ``is_alone`` is true where nothing else stands on the line; then
    it is about the next line that is not blank.
    """

    rules: tuple[str, ...]
    is_for_file: bool
    is_alone: bool
    line: int
    column: int
    end_line: int
    end_column: int


class FrontMatterKey(NamedTuple):
    """A key of a front matter block, and where it stands in the page."""

    name: str
    line: int
    column: int


class FrontMatter(NamedTuple):
    """The YAML or TOML block before a page, lines ``line`` to ``end_line`` with both fences. None or empty is what it
    does not say.

    ``ignore`` holds the rule codes of ``newsarc: {ignore: […]}``; ``unknown`` the keys that newsarc has no use for;
    ``keys`` are all, with their places, also one that stands twice.
    """

    line: int
    end_line: int
    title: str | None = None
    date: dt.date | None = None
    slug: str | None = None
    topics: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    aliases: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    keys: tuple[FrontMatterKey, ...] = ()
    is_toml: bool = False


@record
class Event:
    """One event, everything that its file says. Front matter wins over the body.

    ``date`` is None where nothing gives one; ``headline`` is empty where there is none. ``topics`` are the ``#####``
    lines (or front matter's), else the headline's prefixes that the page itself shows to be topics. ``links`` are those
    of the headline and the prose. ``summary_lines`` holds the line of each line of the summary.
    """

    path: str
    slug: str
    date: dt.date | None
    headline: str
    headline_written: str
    topics: tuple[str, ...]
    summary: str | None
    sources: tuple[Source, ...]
    changes: tuple[Change, ...]
    related: tuple[RelatedLink, ...]
    aliases: tuple[str, ...] = ()
    formats: tuple[Link, ...] = ()
    formats_line: int | None = None
    date_link: Link | None = None
    headline_line: int | None = None
    topic_lines: tuple[Topic, ...] = ()
    summary_lines: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()
    links: tuple[Link, ...] = ()
    prose: tuple[Prose, ...] = ()
    front_matter: FrontMatter | None = None
    comments: tuple[Comment, ...] = ()
    directives: tuple[Directive, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """The headline, or the slug where there is none: what to call the event."""
        return self.headline or self.slug

    @property
    def former_paths(self) -> tuple[str, ...]:
        """The paths at which the event was before, as far as its Changes and its aliases give whole paths."""
        versions = [change.path for change in self.changes if change.path and not change.is_current]
        aliases = [
            f"{alias.strip('/').removesuffix('.md').removesuffix('.html')}.md"
            for alias in self.aliases
            if "/" in alias and not is_external(alias)
        ]
        return tuple(dict.fromkeys((*versions, *aliases)))

    @property
    def former_slugs(self) -> tuple[str, ...]:
        """The slugs that the event answers to besides its file's name: of its Changes, its aliases, its front
        matter.
        """
        versions = [change.path or "" for change in self.changes if not change.is_current]
        aliases = [alias for alias in self.aliases if "/" not in alias or not is_external(alias)]
        names = (*versions, *aliases, self.slug)
        slugs = {name.rstrip("/").rpartition("/")[2].removesuffix(".md").removesuffix(".html") for name in names}
        return tuple(sorted(slugs - {"", self.path.rpartition("/")[2].removesuffix(".md")}))


class DayEntry(NamedTuple):
    """One event as a day page or the front page names it. ``contexts`` stand there instead of a summary."""

    link: Link
    topics: tuple[str, ...]
    topic_lines: tuple[Topic, ...]
    summary: str | None
    contexts: tuple[str, ...]
    lines: tuple[int, ...]

    @property
    def headline(self) -> str:
        """The headline for reading."""
        return self.link.text


class DayPage(NamedTuple):
    """The page of a day, or the front page: ``index.md`` and ``README.md``.

    ``headings`` are its ``##`` headings in order: the day itself first, "Previous Day..." (``previous``) last.
    """

    path: str
    date: dt.date | None
    headings: tuple[Link, ...]
    previous: Link | None
    entries: tuple[DayEntry, ...]
    formats: tuple[Link, ...] = ()
    formats_line: int | None = None
    links: tuple[Link, ...] = ()
    prose: tuple[Prose, ...] = ()
    comments: tuple[Comment, ...] = ()
    directives: tuple[Directive, ...] = ()
    problems: tuple[Problem, ...] = ()
