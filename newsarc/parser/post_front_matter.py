"""Front matter of posts: all keys of a YAML or TOML block, or the header lines of Pelican."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from newsarc.model import FrontMatterKey, Problem
from newsarc.parser.front_matter import block_values

_HEADER = re.compile(r"([A-Za-z][\w-]{0,40}):[ \t]*(.*)\Z")
_LINE_KEY = re.compile(r"""[ \t]*["']?([\w.-]{1,60})["']?[ \t]*:(?:[ \t]+(.*))?\Z""")
_MAX_HEADERS = 50


class PostFrontMatter(NamedTuple):
    """The values of a post's front matter by key, in lower case where a generator ignores case.

    The block has the lines from index ``start`` up to, not including, ``end``; both are 0 without one.
    """

    values: dict[str, object]
    start: int = 0
    end: int = 0
    keys: tuple[FrontMatterKey, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_toml: bool = False


def read_post_front_matter(lines: Sequence[str], has_headers: bool = False) -> PostFrontMatter:
    """Read the front matter of a post. Never raises: errors become problems.

    ``has_headers``: the post begins with ``Title: …`` lines if it has no block.
    """
    found = block_values(lines)
    if found is None:
        return _headers(lines) if has_headers else PostFrontMatter({})
    values, start, end, keys, problems = found
    if problems and not values:
        values = _line_values(lines[start + 1 : end - 1])
    for name in list(values):
        if name[:1].isupper():
            values.setdefault(name.lower(), values[name])
    return PostFrontMatter(values, start, end, keys, problems, lines[start].lstrip("\ufeff \t").startswith("+"))


def _headers(lines: Sequence[str]) -> PostFrontMatter:
    """Read header lines, which a blank line ends; an indented line continues the one above."""
    values: dict[str, object] = {}
    keys = []
    last = ""
    end = 0
    for index, line in enumerate(lines[:_MAX_HEADERS]):
        match = _HEADER.match(line.removeprefix("\ufeff"))
        if match is not None:
            last = match[1].lower()
            values[last] = match[2].strip()
            keys.append(FrontMatterKey(match[1], index + 1, 1))
        elif last and line[:1] in (" ", "\t") and line.strip():
            values[last] = f"{values[last]} {line.strip()}"
        else:
            break
        end = index + 1
    return PostFrontMatter(values, 0, end, tuple(keys))


def _line_values(block: Sequence[str]) -> dict[str, object]:
    """Return the values of a block that is not valid YAML, as far as single lines and lists of items tell them.

    Generators accept, for example, tabs after a list item, or a first key that is indented by mistake.
    """
    values: dict[str, object] = {}
    last = ""
    for index, line in enumerate(block):
        match = _LINE_KEY.match(line)
        if match is not None and (line[:1] not in (" ", "\t") or index == 0):
            last = match[1]
            values[last] = (match[2] or "").strip().strip("\"'")
        elif last and line.lstrip().startswith("- "):
            items = values[last] if isinstance(values[last], list) else []
            assert isinstance(items, list)
            items.append(line.strip()[2:].strip().strip("\"'"))
            values[last] = items
    return values
