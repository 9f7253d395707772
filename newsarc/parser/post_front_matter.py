"""Front matter of posts: all keys of a YAML or TOML block, the header lines of Pelican, or a JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from newsarc.layout.presets import Layout
from newsarc.model import FrontMatterKey, Problem
from newsarc.parser.front_matter import block_values
from newsarc.parser.front_matter_syntax import MAX_SHOWN

_HEADER = re.compile(r"([A-Za-z][\w-]{0,40}):[ \t]*(.*)\Z")
_LINE_KEY = re.compile(r"""[ \t]*["']?([\w.-]{1,60})["']?[ \t]*:(?:[ \t]+(.*))?\Z""")
_MAX_HEADERS = 50
_MAX_JSON = 64 * 1024  # characters
_JSON_START = re.compile(r'\{\s*(?:"[^"\n]*"\s*:|\Z)')
_JSON_KEY = re.compile(r'"([^"\\]*)"[ \t]*:')
_SURROGATE = re.compile("[\ud800-\udfff]")


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
    is_json: bool = False


def read_post_front_matter(lines: Sequence[str], layout: Layout | None = None) -> PostFrontMatter:
    """Read the front matter of a post. Never raises: errors become problems.

    Without a block, ``layout`` says what else a post can begin with: ``Title: …`` lines, or in Hugo a JSON object.
    """
    found = block_values(lines)
    if found is None:
        if layout is not None and layout.headers:
            return _headers(lines)
        return _json(lines) if layout is not None and layout.name == "hugo" else PostFrontMatter({})
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


def _json(lines: Sequence[str]) -> PostFrontMatter:
    """Read a JSON object, after which its line ends."""
    start = next((at for at, line in enumerate(lines) if line.strip("\ufeff \t")), 0)
    if not "".join(lines[start : start + 1]).lstrip("\ufeff \t").startswith("{"):
        return PostFrontMatter({})
    text = "\n".join(lines[start:])[:_MAX_JSON].lstrip("\ufeff \t")
    try:
        values, end = json.JSONDecoder().raw_decode(text)
        values = _without_lone_surrogates(values)
    except (ValueError, RecursionError) as error:
        # Liquid and shortcodes also begin with a brace.
        problem = Problem("front-matter", f"the front matter is not valid JSON: {_reason(error)}", start + 1, 1)
        return PostFrontMatter({}, problems=(problem,) if _JSON_START.match(text) else ())
    if text[end:].partition("\n")[0].strip():
        return PostFrontMatter({})
    last = start + text.count("\n", 0, end) + 1
    places: dict[str, tuple[int, int]] = {}
    for at in range(start, last):
        for key in _JSON_KEY.finditer(lines[at]):
            places.setdefault(key[1], (at + 1, key.start() + 1))
    keys = (FrontMatterKey(name[:MAX_SHOWN], *places.get(name, (start + 1, 1))) for name in values)
    return PostFrontMatter(values, start, last, tuple(keys), is_json=True)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _without_lone_surrogates(value: Any) -> Any:
    """Return a value of JSON without halves of characters, which ``\\ud800`` writes."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()}
    return list(map(_without_lone_surrogates, value)) if isinstance(value, list) else value


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
