"""How the newest posts of a site write their front matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from newsarc.layout.presets import Layout
from newsarc.parser.post_front_matter import PostFrontMatter, read_post_front_matter

Form = Literal["yaml", "toml", "headers"]
_TOPIC_KEYS = ("topics", "tags", "categories", "category")
_SUMMARY_KEYS = ("summary", "description", "excerpt", "deck")
_OF_ONE_POST = frozenset((*_TOPIC_KEYS, *_SUMMARY_KEYS, "title", "date", "slug", "aliases", "redirect_from", "draft",
                          "published", "status", "path", "url", "permalink"))  # fmt: skip
_FEWEST = 3  # posts that must agree on the value of a key
_DATED = re.compile(r"(.*?/?)\d{4}/\d{1,2}/\d{1,2}/[^/]+?(/?)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class PostStyle:
    """The style of front matter.

    - ``names``: keys as they are written, by key in lower case, in the order of the newest post.
    - ``topic_key``: the key of topics; ``in_taxonomies``: it is in the TOML table of this name.
    - ``topics_as``: a list on one line, a list in lines of its own, or a text.
    - ``summary_key``: the key of the summary; empty: the summary is the first paragraph.
    - ``address_key``: the key that has the date, as ``before`` + ``2024/02/09/slug`` + ``after``.
    - ``constants``: the lines of keys that are the same in all posts, by key.
    - ``has_blank``: a blank line follows the block.
    """

    form: Form = "yaml"
    names: tuple[str, ...] = ()
    has_title: bool = True
    has_date: bool = True
    topic_key: str = "tags"
    in_taxonomies: bool = False
    topics_as: Literal["list", "block", "text"] = "list"
    summary_key: str = ""
    address_key: str = ""
    before: str = ""
    after: str = ""
    constants: dict[str, str] = field(default_factory=dict)
    has_blank: bool = False

    def written(self, key: str) -> str:
        """Return ``key`` as the newest post writes it."""
        default = key.capitalize() if self.form == "headers" else key
        return next((name for name in self.names if name.lower() == key), default)


def post_style(texts: Sequence[str], layout: Layout, has_dated_names: bool) -> PostStyle:
    """Return the style of posts with ``texts``, newest first; without posts, that of the generator.

    ``has_dated_names``: the names of the posts have dates, so that a date in front matter is not needed.
    """
    pages = [text.replace("\r\n", "\n").split("\n") for text in texts]
    found = [
        (lines, front) for lines in pages if (front := read_post_front_matter(lines, layout)).end and not front.is_json
    ]
    if not found:
        return _default(layout)
    fronts = [front for _, front in found]
    lines, newest = found[0]
    topic_key, in_taxonomies = _topic_key(fronts, _default(layout))
    address = next(((key, match) for key in ("path", "url", "permalink") if (match := _dated(newest, key))), None)
    is_dated = any("date" in front.values for front in fronts)
    return PostStyle(
        form="toml" if newest.is_toml else "headers" if not _has_fence(lines, newest) else "yaml",
        names=tuple(key.name for key in newest.keys),
        has_title=any("title" in front.values for front in fronts),
        has_date=is_dated or not (has_dated_names or address),
        topic_key=topic_key,
        in_taxonomies=in_taxonomies,
        topics_as=_topics_as(found, topic_key),
        summary_key=_common(fronts, _SUMMARY_KEYS, len(fronts) // 2),
        address_key=address[0] if address and not is_dated else "",
        before=address[1][1] if address else "",
        after=address[1][2] if address else "",
        constants=_constants(found),
        has_blank=lines[newest.end : newest.end + 1] == [""],
    )


def _default(layout: Layout) -> PostStyle:
    if layout.headers:
        return PostStyle(form="headers")
    if layout.name == "zola":
        return PostStyle(form="toml", in_taxonomies=True)
    return PostStyle(topic_key="categories" if layout.name == "mkdocs" else "tags")


def _has_fence(lines: Sequence[str], front: PostFrontMatter) -> bool:
    return lines[front.start].lstrip("\ufeff \t").startswith("---")


def _dated(front: PostFrontMatter, key: str) -> re.Match[str] | None:
    value = front.values.get(key)
    return _DATED.match(value) if isinstance(value, str) else None


def _common(fronts: Sequence[PostFrontMatter], keys: Sequence[str], at_least: int) -> str:
    """Return the key that most posts have, if more than ``at_least`` have it; else an empty one."""
    counts = Counter(key for front in fronts for key in keys if front.values.get(key))
    key, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return key if count > at_least else ""


def _topic_key(fronts: Sequence[PostFrontMatter], default: PostStyle) -> tuple[str, bool]:
    """Return the key of topics, and whether it is in the table ``taxonomies``."""
    tables = [table for front in fronts if isinstance(table := front.values.get("taxonomies"), dict)]
    if tables:
        keys = [key for table in tables for key in _TOPIC_KEYS if table.get(key)]
        return (Counter(keys).most_common(1)[0][0] if keys else default.topic_key), True
    plural = _common(fronts, _TOPIC_KEYS[:3], 0)
    found = plural or _common(fronts, _TOPIC_KEYS[3:], 0)
    return (found, False) if found else (default.topic_key, default.in_taxonomies and fronts[0].is_toml)


def _topics_as(found: Sequence[tuple[Sequence[str], PostFrontMatter]], key: str) -> Literal["list", "block", "text"]:
    """Return how the newest post with topics writes them."""
    for lines, front in found:
        if isinstance(front.values.get(key), str):
            return "text"
        if isinstance(front.values.get(key), list):
            line = next((one.line for one in front.keys if one.name.lower() == key), None)
            return "block" if line and lines[line - 1].rstrip().endswith(":") else "list"
    return "text" if key == "category" else "list"


def _constants(found: Sequence[tuple[Sequence[str], PostFrontMatter]]) -> dict[str, str]:
    """Return the lines that all posts have, such as ``layout: post``, by their keys."""
    if len(found) < _FEWEST:
        return {}
    lines, newest = found[0]
    others = [set(page[front.start : front.end]) for page, front in found[1:]]
    constants = {}
    for key in newest.keys:
        name, line = key.name.lower(), lines[key.line - 1]
        value = newest.values.get(name)
        is_whole = isinstance(value, (str, int, bool)) and f"{value}".lower() in line.lower() and f"{value}" != ""
        if name not in _OF_ONE_POST and is_whole and all(line in page for page in others):
            constants[name] = line
    return constants
