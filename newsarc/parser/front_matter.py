"""Front matter: a YAML block, loaded with python-frontmatter, or a TOML block, loaded with tomllib.

``frontmatter.parse`` returns ``{}`` for no block, an unclosed block and a list alike, hides duplicate keys, drops the
whole block for one bad value, and has no line numbers. So this module finds the fences itself, and
:mod:`newsarc.parser.front_matter_syntax` reads YAML nodes instead of values: their text is as written, where YAML 1.1
turns ``10:30`` into a number and ``no`` into false.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from newsarc.model import FrontMatter, FrontMatterKey, Problem, Source
from newsarc.parser.front_matter_syntax import (
    LINE_BREAK,
    MAX_SHOWN,
    UNREADABLE,
    Pair,
    UnreadableError,
    Unsupported,
    front_matter_problem,
    toml_pairs,
    yaml_pairs,
)

KNOWN_KEYS = frozenset(("title", "date", "slug", "topics", "sources", "aliases", "newsarc"))

_FENCE = re.compile(r"\s*(-{3,}|\+{3,})\s*\Z")
# Jekyll also accepts "..." as the end of a block.
_YAML_END = re.compile(r"(?:-{3,}|\.{3})\s*\Z")
_TOML_END = re.compile(r"\+{3,}\s*\Z")
_KEY = re.compile(r"""["']?[\w.-]{1,60}["']?[ \t]*[:=](?:\s|\Z)""")
_KNOWN_KEY = re.compile(rf"(?:{'|'.join(sorted(KNOWN_KEYS))})[ \t]*[:=]")
_MARKDOWN = re.compile(r"#{1,6} |\d+\. \[")
_PAGE = re.compile(r"#{1,6} .*\]\(|\d+\. \[|Formats:[ \t]+\[")  # not found in YAML comments
_DATE_HEADING = re.compile(r"#{1,6} \[\d{4}-\d{1,2}-\d{1,2}\]\(")
_JSON_KEY = re.compile(r'\s*"[^"]*"\s*:')
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?"
    r"[ \t]*(?:[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][\w/+-]*)?)?\Z",
    re.ASCII,
)


class FrontMatterResult(NamedTuple):
    """The front matter of a page. The block has the lines from index ``start`` up to, not including, ``end``.

    Both are 0 if there is no block.
    """

    front_matter: FrontMatter | None
    start: int
    end: int
    problems: tuple[Problem, ...]


_NONE = FrontMatterResult(None, 0, 0, ())


def read_front_matter(lines: Sequence[str], has_fence: bool = True) -> FrontMatterResult:
    """Read the front matter of a page with these lines; only white space and comments may precede it.

    Never raises: errors become problems. ``has_fence`` is false if no line after the first starts with ``---`` or
    ``+++``.
    """
    start = _first_line(lines)
    found = _NONE
    if start is not None and lines[start].lstrip()[0] in "-+{":
        found = _read_block(lines, start) or _NONE._replace(problems=tuple(_json_problem(lines, start)))
    if has_fence:
        return found._replace(problems=(*found.problems, *_misplaced(lines, found.end or (start or 0) + 1)))
    return found


def block_values(
    lines: Sequence[str],
) -> tuple[dict[str, object], int, int, tuple[FrontMatterKey, ...], tuple[Problem, ...]] | None:
    """Return all values of the block at the top of a post, its bounds as line indexes, its keys, and its problems.

    None if there is no block. Values of an invalid block are empty; the last duplicate of a key wins. Unlike
    :func:`read_front_matter`, this does not look for the Markdown of a day page or an event in the block.
    """
    start = _first_line(lines)
    fence = _FENCE.match(lines[start].removeprefix("\ufeff")) if start is not None else None
    if start is None or fence is None:
        return None
    is_toml = fence[1][0] == "+"
    ending = _TOML_END if is_toml else _YAML_END
    close = next((index for index in range(start + 1, len(lines)) if ending.match(lines[index])), None)
    if close is None:
        return None
    block = lines[start + 1 : close]
    try:
        pairs = (toml_pairs(block, start + 2) if is_toml else yaml_pairs(block, start + 2)) or []
    except UnreadableError as error:
        return {}, start, close + 1, (), (error.problem,)
    values: dict[str, object] = {}
    problems = []
    for pair in pairs:
        if pair.name in values:
            message = f"duplicate key {pair.name[:MAX_SHOWN]}; the last value counts"
            problems.append(front_matter_problem(message, pair.line, pair.column))
        values[pair.name] = pair.value
    keys = tuple(FrontMatterKey(pair.name[:MAX_SHOWN], pair.line, pair.column) for pair in pairs)
    return values, start, close + 1, keys, tuple(problems)


def _first_line(lines: Sequence[str]) -> int | None:
    """Return the index of the first line that is neither blank nor a comment.

    None if there is none, or if something follows a comment on its line.
    """
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith("<!--"):
            while "-->" not in line:
                at += 1
                if at == len(lines):
                    return None
                line = lines[at].strip()
            if line.rpartition("-->")[2]:
                return None
        elif line:
            return at
        at += 1
    return None


def _read_block(lines: Sequence[str], start: int) -> FrontMatterResult | None:
    """Read the block that starts at line index ``start``; None if that line is no fence, or a rule of the page."""
    fence = _FENCE.match(lines[start])
    if fence is None:
        return None
    is_toml = fence[1][0] == "+"
    ending = _TOML_END if is_toml else _YAML_END
    first = next((line for line in lines[start + 1 :] if line.strip() and not line.startswith("#")), "")
    looks_right = bool(_KEY.match(first)) and not _PAGE.match(first)
    close = next((index for index in range(start + 1, len(lines)) if ending.match(lines[index])), None)
    missing = front_matter_problem(f"the closing {fence[1][:3]} of the front matter is missing", start + 1)
    unclosed = FrontMatterResult(None, 0, 0, (missing,))
    if close is None:
        return unclosed if looks_right else None
    block = lines[start + 1 : close]
    has_page = any(_PAGE.match(line) for line in block)
    try:
        pairs = toml_pairs(block, start + 2) if is_toml else yaml_pairs(block, start + 2, KNOWN_KEYS)
    except UnreadableError as error:
        if has_page:
            return unclosed if looks_right else None  # two rules of the page, with Markdown between them
        return FrontMatterResult(FrontMatter(start + 1, close + 1, is_toml=is_toml), start, close + 1, (error.problem,))
    if pairs is None or (not pairs and has_page):
        if has_page or any(_MARKDOWN.match(line) for line in block):
            return None  # two rules of the page
        problem = front_matter_problem("the front matter is not a mapping of keys to values", start + 1)
        return FrontMatterResult(FrontMatter(start + 1, close + 1), start, close + 1, (problem,))
    if any(_DATE_HEADING.match(line) for line in block):
        return unclosed  # the headings of the page were read as YAML comments
    reader = _Reader(pairs, block, start + 2)
    front = reader.front_matter(start + 1, close + 1, is_toml)
    return FrontMatterResult(front, start, close + 1, tuple(reader.problems))


def _json_problem(lines: Sequence[str], start: int) -> Iterator[Problem]:
    if lines[start].strip() == "{" and _JSON_KEY.match("".join(lines[start + 1 : start + 2])):
        yield front_matter_problem(
            "JSON front matter is not supported; use YAML between --- or TOML between +++", start + 1
        )


def _misplaced(lines: Sequence[str], start: int) -> Iterator[Problem]:
    """Yield a problem for the first block after line index ``start`` that looks like front matter, outside code."""
    is_code = False
    for index in range(start, len(lines) - 1):
        is_code ^= lines[index].lstrip()[:3] in ("```", "~~~")
        if (
            not is_code
            and lines[index][:3] in ("---", "+++")
            and _FENCE.match(lines[index])
            and _KNOWN_KEY.match(lines[index + 1])
        ):
            yield front_matter_problem("front matter must be at the top of the page", index + 1)
            return


class _Reader:
    """Converts the known keys of a block to their types, and collects problems."""

    def __init__(self, pairs: Sequence[Pair], block: Sequence[str], first: int) -> None:
        self.pairs = pairs
        self.problems: list[Problem] = []
        self.data: dict[str, Pair] = {}
        for pair in pairs:
            if pair.name in self.data:
                message = f"duplicate key {pair.name[:MAX_SHOWN]}; the last value counts"
                self.problems.append(front_matter_problem(message, pair.line, pair.column))
            self.data[pair.name] = pair
        for number, line in enumerate(block, first):
            if UNREADABLE.search(LINE_BREAK.sub(" ", line)):
                self._drop_undecodable(number, line)

    def _drop_undecodable(self, number: int, line: str) -> None:
        """Drop the known key whose value includes this line of the page, which has disallowed characters."""
        for pair in [self.data[key] for key in KNOWN_KEYS & self.data.keys()]:
            if pair.line <= number <= pair.last and pair.value is not None:
                what = "invalid UTF-8" if re.search("[\ud800-\udfff]", line) else "control characters"
                self.problems.append(front_matter_problem(f"{pair.name} contains {what} and is ignored", number))
                self.data[pair.name] = pair._replace(value=None)

    def front_matter(self, line: int, end_line: int, is_toml: bool) -> FrontMatter:
        """Return the front matter of the block between these lines of the page."""
        return FrontMatter(
            line=line,
            end_line=end_line,
            title=self.text("title"),
            date=self.date(),
            slug=self.text("slug"),
            topics=self.texts("topics", self.value("topics")),
            sources=self.sources(),
            aliases=self.texts("aliases", self.value("aliases")),
            ignore=self.ignored(),
            unknown=tuple(name[:MAX_SHOWN] for name in self.data if name not in KNOWN_KEYS),
            keys=tuple(FrontMatterKey(pair.name[:MAX_SHOWN], pair.line, pair.column) for pair in self.pairs),
            is_toml=is_toml,
        )

    def value(self, key: str) -> object:
        pair = self.data.get(key)
        return pair.value if pair is not None else None

    def _report(self, key: str, wanted: str, value: object = None) -> None:
        pair = self.data[key]
        hint = ""
        if isinstance(value, Unsupported):
            hint = f", not {value.reason}"
        elif value is not None and not isinstance(value, (str, list, Mapping)):
            hint = "; put it in quotes"
        self.problems.append(front_matter_problem(f"{key} must be {wanted}{hint}", pair.line, pair.column))

    def text(self, key: str) -> str | None:
        value = self.value(key)
        if value is None or isinstance(value, str):
            return value or None
        self._report(key, "text", value)
        return None

    def texts(self, key: str, value: object) -> tuple[str, ...]:
        items: list[object] = value if isinstance(value, list) else [value]
        for item in items:
            if item is not None and not isinstance(item, str):
                self._report(key, "text or a list of texts", item)
                return ()
        return tuple(dict.fromkeys(item for item in items if isinstance(item, str) and item))

    def date(self) -> dt.date | None:
        value = self.value("date")
        if value is None:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        match = _DATE.match(value.strip()) if isinstance(value, str) else None
        if match is not None:
            try:
                date = dt.date(int(match[1]), int(match[2]), int(match[3]))
                if match[4] is not None:
                    dt.time(int(match[4]), int(match[5]), min(int(match[6] or 0), 59 if match[6] == "60" else 99))
                return date
            except ValueError:
                pass  # no such date or time: reported below
        wanted = "a valid date, such as 2017-06-16"
        self._report("date", f"{wanted}, with a valid time" if match is not None and match[4] else wanted)
        return None

    def sources(self) -> tuple[Source, ...]:
        value = self.value("sources")
        if value is None:
            return ()
        line = self.data["sources"].line
        sources: list[Source] = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                sources.append(Source(item, item, line, 1, 1))
            elif isinstance(item, Mapping) and isinstance(item.get("url"), str):
                label = item.get("label", item["url"])
                sources.append(Source(label if isinstance(label, str) else item["url"], item["url"], line, 1, 1))
            else:
                self._report("sources", "a list of URLs or of {label: …, url: …}")
                return ()
        return tuple(sources)

    def ignored(self) -> tuple[str, ...]:
        own = self.value("newsarc")
        if own is None:
            return ()
        if isinstance(own, Mapping) and set(own) <= {"ignore"}:
            return self.texts("newsarc", own.get("ignore"))
        self._report("newsarc", "{ignore: [CODE, …]}")
        return ()
