"""Parser for the text of one post of a layout other than ``context``."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsarc.layout.addresses import Post, path_categories, read_post
from newsarc.layout.link_keys import LinkMeaning, link_keys, post_keys, reference_keys
from newsarc.layout.post_dates import parse_date
from newsarc.layout.presets import Layout
from newsarc.model import Event, FrontMatter, FrontMatterKey, Link, Problem, RelatedLink, Source
from newsarc.parser.comments import extract_comments
from newsarc.parser.directives import directives
from newsarc.parser.page import ARCHIVED, encoding_problems
from newsarc.parser.post_fields import headline_of, related_items, source_items, summary_of, topics_of
from newsarc.parser.post_front_matter import PostFrontMatter, read_post_front_matter
from newsarc.parser.post_links import find_post_links
from newsarc.text.normalize import display
from newsarc.text.urls import host_of

# Of inline HTML alone: "Vec<T>" is text.
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|code|del|em|i|kbd|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.IGNORECASE
)


class ParsedPost(NamedTuple):
    """A post, its event, and what each of the event's related links can mean, in the same order.

    Related links are those that can lead to another post. Whether they do is known when the keys of all posts are.
    """

    post: Post
    event: Event
    meanings: tuple[LinkMeaning, ...]


def parse_post(text: str, path: str, layout: Layout) -> Event | None:
    """Parse a post; None if ``path`` is not that of a post. Related links are not checked (``broken`` is None)."""
    parsed = read_post_page(text, path, layout)
    return None if parsed is None else parsed.event


def read_post_page(text: str, path: str, layout: Layout) -> ParsedPost | None:
    """Parse a post and compute the keys of its links; None if ``path`` is not that of a post.

    ``text`` is the whole file, decoded as UTF-8 with ``errors="surrogateescape"``. Never raises on content: errors
    become problems of the event.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    front = read_post_front_matter(lines, layout)
    values = front.values
    headline, summary = headline_of(values, lines, front.end), summary_of(values, lines, front.end)
    post = read_post(path, values | {"title": headline.written}, layout)
    if post is None:
        return None
    topics = topics_of(values, path_categories(path, layout), splits_blanks=layout.name == "jekyll")
    body = [""] * front.end + lines[front.end :]
    visible, comments = extract_comments(text, body)
    links = find_post_links(visible, front.end, lines)
    places = {key.name.lower(): key for key in front.keys}
    sources = {
        url: _source(url, places.get(key, FrontMatterKey(key, 1, 1)).line, 1, 1) for key, url in source_items(values)
    }
    related: list[RelatedLink] = []
    meanings: list[LinkMeaning] = []
    seen = {key for key in post_keys(post) if not key.startswith("name:")}
    for link, meaning in _meanings(links, front, post, layout):
        if meaning.is_external:
            if link.target.startswith(("https://", "http://")) and not ARCHIVED.match(link.label):
                sources.setdefault(link.target, _source(link.target, link.line, link.column, link.end_column))
        elif meaning.keys and meaning.keys[0] not in seen:
            seen.add(meaning.keys[0])
            related.append(
                RelatedLink(link.label, link.target, None, link.line, link.column, link.end_column, link.rendered)
            )
            meanings.append(meaning)
    event = Event(
        path=path,
        slug=post.slug,
        date=post.date,
        headline=display(_TAG.sub("", headline.written)),
        headline_written=headline.written,
        topics=topics,
        summary=display(summary.written) or None,
        sources=tuple(sources.values()),
        changes=(),
        related=tuple(related),
        aliases=post.aliases,
        headline_line=headline.lines[0] if headline.lines else None,
        summary_lines=summary.lines,
        links=tuple(links),
        front_matter=_front_matter(front, post, topics),
        comments=comments,
        directives=directives(comments),
        problems=(*encoding_problems(text, lines), *front.problems, *_date_problems(front)),
        address=post.address,
    )
    return ParsedPost(post, event, tuple(meanings))


def _meanings(links: list[Link], front: PostFrontMatter, post: Post, layout: Layout) -> list[tuple[Link, LinkMeaning]]:
    """Return the links of front matter and of the body with their meanings, in the order of the page."""
    places = {key.name.lower(): key for key in front.keys}
    found = []
    for key, written in related_items(front.values):
        place = places.get(key)
        line, column = (place.line, place.column) if place is not None else (1, 1)
        found.append((Link("", written, None, line, column, column), reference_keys(written, post, layout)))
    return found + [(link, link_keys(link.target, post, layout)) for link in links]


def _source(url: str, line: int, column: int, end_column: int) -> Source:
    """Return a source whose label is the host of its URL."""
    return Source(host_of(url) or url, url, line, column, end_column)


def _front_matter(front: PostFrontMatter, post: Post, topics: tuple[str, ...]) -> FrontMatter | None:
    if not front.end:
        return None
    title = front.values.get("title")
    return FrontMatter(
        line=front.start + 1,
        end_line=front.end,
        title=title if isinstance(title, str) else None,
        date=post.date,
        slug=post.slug,
        topics=topics,
        aliases=post.aliases,
        keys=front.keys,
        is_toml=front.is_toml,
    )


def _date_problems(front: PostFrontMatter) -> list[Problem]:
    date = front.values.get("date")
    if not isinstance(date, str) or not date.strip() or parse_date(date) is not None:
        return []
    key = next((key for key in front.keys if key.name.lower() == "date"), FrontMatterKey("date", 1, 1))
    return [Problem("front-matter", "date must be a valid date, such as 2017-06-16", key.line, key.column)]
