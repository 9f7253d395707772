"""Records of an archive: events, links, sources and day pages, with their places in the files.

All of them are immutable. Lines and columns are in characters, from 1. Paths are relative to the archive root and use
``/``. A ``label``, or a name that ends in ``_written``, is raw text of the file; all other text is for reading (see
:func:`newsarc.text.normalize.display`).

Events and links are dataclasses, frozen for type checkers; smaller records are named tuples.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from newsarc.layout import slug_of
from newsarc.text.labels import COVER_IMAGE
from newsarc.text.normalize import display
from newsarc.text.urls import is_external

if TYPE_CHECKING:
    from typing import dataclass_transform

    _T = TypeVar("_T")

    @dataclass_transform(frozen_default=True)
    def record(cls: type[_T]) -> type[_T]:
        """Make a frozen dataclass of ``cls``."""

else:
    # Frozen for type checkers only: instances of a dataclass that is frozen at run time are slow to create, and reading
    # an archive creates one for each link.
    record = dataclass(slots=True, unsafe_hash=True)


class Problem(NamedTuple):
    """A part of a page that does not have the expected form. ``kind`` is a short stable name."""

    kind: str
    message: str
    line: int
    column: int = 1


@record
class Link:
    """A Markdown link, for example of a date heading, a format or the prose.

    ``path`` is the page of the archive that ``target`` links to as written, whether or not it exists; None if the
    target is outside the archive. ``column`` and ``end_column`` bound the target. ``rendered`` is false if Markdown
    shows no link because the brackets of the label are unbalanced.
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
    """One item of a Related section: a link to another event, and the contexts that the two share.

    ``broken`` is None until the link has been checked against an archive. Then ``path`` is the existing page that it
    links to, and None for a broken link or another site; a link to another site is never broken.
    """

    contexts: tuple[str, ...] = ()
    has_context: bool = False
    broken: bool | None = None

    def checked(self, path: str | None, broken: bool) -> RelatedLink:
        """Return the link with the result of a check against an archive."""
        # Faster than dataclasses.replace, and every link of every page goes through here.
        return RelatedLink(
            self.label, self.target, path, self.line, self.column, self.end_column, self.rendered,
            self.contexts, self.has_context, broken,
        )  # fmt: skip


@record
class Change(Link):
    """One item of a Changes section: a former version of the event's headline, or the current one.

    ``timestamp`` is as written (``2018-02-06 13:49:27``) or None; ``note`` is the text in parentheses.
    """

    timestamp: str | None = None
    note: str | None = None

    @property
    def is_current(self) -> bool:
        """Whether this item is marked as the current version."""
        return (self.note or "").casefold() == "current version"


class Source(NamedTuple):
    """One item of a Sources section: a report of the event.

    ``image`` is the URL of its picture, ``archived`` that of the archived copy cited beside it; None without one.
    """

    label: str
    url: str
    line: int
    column: int
    end_column: int
    image: str | None = None
    archived: str | None = None

    @property
    def text(self) -> str:
        """The label for reading."""
        return display(self.label)

    @property
    def is_cover_image(self) -> bool:
        """Whether the item is a picture of the event, not a report."""
        return self.text.casefold() == COVER_IMAGE


class Section(NamedTuple):
    """A heading such as ``### Related:``. ``kind`` is sources, changes, related, or other for an unknown heading."""

    kind: str
    title: str
    line: int


class Prose(NamedTuple):
    """A line outside all parts of the format: a rule, a stray heading, text in an unknown section."""

    text: str
    line: int


class Topic(NamedTuple):
    """A ``##### Topic`` line; ``name`` may be empty."""

    name: str
    line: int


class Comment(NamedTuple):
    """An HTML comment. ``text`` is the part between ``<!--`` and ``-->``.

    ``is_alone`` is true if its lines contain nothing else; ``is_closed`` is false if the ``-->`` is missing.
    """

    text: str
    line: int
    column: int
    end_line: int
    end_column: int
    is_alone: bool
    is_closed: bool = True


class Directive(NamedTuple):
    """A suppression comment such as ``<!-- newsarc: ignore NA105 -->``, for its lines or (``is_for_file``) the file.

    ``rules`` are codes, families or names as written. A directive that is alone on its line (``is_alone``) applies to
    the next line that is not blank.
    """

    rules: tuple[str, ...]
    is_for_file: bool
    is_alone: bool
    line: int
    column: int
    end_line: int
    end_column: int


class FrontMatterKey(NamedTuple):
    """A key of a front matter block and its place in the page."""

    name: str
    line: int
    column: int


class FrontMatter(NamedTuple):
    """The YAML or TOML block at the top of a page, from ``line`` to ``end_line`` including both fences.

    Missing keys are None or empty. ``ignore`` holds the rule codes of ``newsarc: {ignore: […]}``, ``unknown`` the keys
    that newsarc does not know, ``keys`` all keys with their places, including repeated ones.
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
    """One event: the whole content of its page. Front matter takes precedence over the body.

    ``date`` is None and ``headline`` empty if the page has none. ``topics`` are those of front matter or of the
    ``#####`` lines; without either, the prefixes of the headline that the page shows to be topics. ``links`` are those
    of the headline and the prose. ``summary_lines`` are the line numbers of the summary. ``address`` is the path of the
    published page on its site, if that is known.
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
    address: str | None = None

    @property
    def title(self) -> str:
        """The headline, or the slug if there is none."""
        return self.headline or self.slug

    @property
    def broken_count(self) -> int:
        """The number of broken related links; 0 if they have not been checked."""
        return broken_count(self.related)

    @property
    def former_paths(self) -> tuple[str, ...]:
        """The former paths of the event: those of its Changes, and the aliases that are paths."""
        versions = [change.path for change in self.changes if change.path and not change.is_current]
        aliases = [
            f"{alias.strip('/').removesuffix('.md').removesuffix('.html')}.md"
            for alias in self.aliases
            if "/" in alias and not is_external(alias)
        ]
        return tuple(dict.fromkeys((*versions, *aliases)))

    @property
    def former_slugs(self) -> tuple[str, ...]:
        """The other slugs of the event, besides the name of its file: from its Changes, aliases and front matter."""
        versions = [change.path or "" for change in self.changes if not change.is_current]
        aliases = [alias for alias in self.aliases if "/" not in alias or not is_external(alias)]
        names = (*versions, *aliases, self.slug)
        return tuple(sorted(set(map(slug_of, names)) - {"", self.path.rpartition("/")[2].removesuffix(".md")}))


def broken_count(links: Iterable[RelatedLink]) -> int:
    """Return the number of broken links among ``links``; unchecked ones do not count."""
    return sum(link.broken is True for link in links)


class DayEntry(NamedTuple):
    """The entry of an event on a day page or the front page. It has a summary or, instead, ``contexts``."""

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
    """The page of a day, or the front page: an ``index.md`` or ``README.md``.

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
