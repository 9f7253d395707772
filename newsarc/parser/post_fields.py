"""Headline, topics, summary and related items of a post, from its front matter and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_HEADING = re.compile(r"#[ \t]+(.*?)[ \t#]*\Z")
_MORE = re.compile(r"<!--[ \t]*(?:more|truncate)[ \t]*-->|\{/\*[ \t]*truncate[ \t]*\*/\}", re.IGNORECASE)
_NOT_TEXT = ("#", "<", "!", "|", "```", "~~~", "{%", "{{", "---", "***", "import ", "export ", ":::", "[^")
_SUMMARY_KEYS = ("summary", "description", "excerpt", "deck")
_RELATED_KEYS = ("links", "related", "related_posts", "related-posts", "see_also", "extra_links")
_SOURCE_KEYS = ("canonical", "canonical_url", "source_url")
_MAX_DEPTH = 5  # of lists in related keys


class Text(NamedTuple):
    """A text of a post as written, and the numbers of its lines; none if it is from front matter."""

    written: str
    lines: tuple[int, ...] = ()


def headline_of(values: Mapping[str, object], lines: Sequence[str], start: int) -> Text:
    """Return the title of front matter, or else the first ``#`` heading of the body; empty without both."""
    title = values.get("title")
    if isinstance(title, str) and title.strip():
        return Text(title.strip())
    is_code = False
    for number, line in enumerate(lines[start:], start + 1):
        is_code ^= line.lstrip()[:3] in ("```", "~~~")
        match = None if is_code else _HEADING.match(line)
        if match is not None and match[1]:
            return Text(match[1], (number,))
    return Text("")


def topics_of(
    values: Mapping[str, object], categories: Sequence[str] = (), splits_blanks: bool = False
) -> tuple[str, ...]:
    """Return ``topics``, or else ``tags`` and ``categories`` or ``category``, also from ``[taxonomies]``.

    ``categories`` are those of folders, which follow unless there are ``topics``.
    ``splits_blanks``: a string without commas in a plural key is a list of words, as in Jekyll.
    """
    taxonomies = values.get("taxonomies")
    sources = [values, taxonomies] if isinstance(taxonomies, Mapping) else [values]
    for keys in (("topics",), ("tags", "categories", "category")):
        found = [
            topic
            for source in sources
            for key in keys
            for topic in _topics(source.get(key), splits_blanks and key != "category")
        ]
        if found:
            return tuple(dict.fromkeys(found if keys == ("topics",) else (*found, *categories)))
    return tuple(dict.fromkeys(categories))


def _topics(value: object, splits_blanks: bool) -> Iterator[str]:
    if isinstance(value, str):
        parts = value.strip("[]").split(",") if "," in value or not splits_blanks else value.split()
        yield from (part.strip() for part in parts if part.strip())
    elif isinstance(value, (list, Mapping)):  # of a mapping, the keys
        yield from (item.strip() for item in value if isinstance(item, str) and item.strip())


def summary_of(values: Mapping[str, object], lines: Sequence[str], start: int) -> Text:
    """Return the summary of front matter; else the text before a "more" comment; else the first paragraph."""
    for key in _SUMMARY_KEYS:
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            return Text(value.strip())
    more = next((at for at in range(start, len(lines)) if _MORE.search(lines[at])), None)
    found: list[int] = []
    is_code = False
    for at in range(start, len(lines) if more is None else more):
        line = lines[at].strip()
        is_code ^= line[:3] in ("```", "~~~")
        is_text = bool(line) and not is_code and not line.startswith(_NOT_TEXT)
        if is_text:
            found.append(at)
        elif found and more is None:
            break
    return Text(" ".join(lines[at].strip() for at in found), tuple(at + 1 for at in found))


def related_items(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each item of ``links``, ``related``, ``related_posts`` and their like."""
    for key in _RELATED_KEYS:
        for item in _strings(values.get(key), 0):
            yield key, item


def source_items(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the key and the URL of each source in front matter."""
    for key in _SOURCE_KEYS:
        value = values.get(key)
        if isinstance(value, str) and value.startswith(("https://", "http://")):
            yield key, value


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif depth < _MAX_DEPTH and isinstance(value, list):
        for item in value:
            yield from _strings(item, depth + 1)
    elif depth < _MAX_DEPTH and isinstance(value, Mapping):
        own = [value[key] for key in ("url", "link", "path", "href") if key in value]
        for item in own or value.values():
            yield from _strings(item, depth + 1)
