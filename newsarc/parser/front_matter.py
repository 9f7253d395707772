"""The YAML block before a page, read with python-frontmatter, whose traps are dealt with here.

``frontmatter.parse`` gives ``{}`` alike for no block, an open fence, a list, and a byte order mark, lets the last of
two equal keys win, and raises half a dozen kinds of exception; ``loads`` also fails on keys that are no identifiers. So
the fences are found here, and the block alone is handed over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from newsarc.model import FrontMatter, Problem, Source

_FENCE = re.compile(r"-{3,}\s*\Z")
_KEY = re.compile(r"([^\s#:'\"\[{-][^:]*):(?:\s|\Z)")
_MARKDOWN = re.compile(r"#{1,6} |\d+\. \[")
_PAGE = re.compile(r"#{1,6} .*\]\(|\d+\. \[|Formats:[ \t]+\[")  # no YAML comment looks like this
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?\Z", re.DOTALL)
KNOWN_KEYS = frozenset(("title", "date", "slug", "topics", "sources", "aliases", "newsarc"))
# A block is a few dozen lines; beyond this it is a bomb or not front matter, and YAML costs 100 µs for each 300 bytes.
_MAX_BLOCK = 64 * 1024
_MAX_DEPTH = 50
_MAX_MERGED = 8  # aliases in a block that uses merge keys


class FrontMatterResult(NamedTuple):
    """What :func:`read_front_matter` found: ``end`` is the index of the first line behind the block (0: no block)."""

    front_matter: FrontMatter | None
    end: int
    problems: tuple[Problem, ...]


_NONE = FrontMatterResult(None, 0, ())


def read_front_matter(lines: Sequence[str]) -> FrontMatterResult:
    """Read the block that ``lines`` begin with, if they do. Never raises: what cannot be read is a problem."""
    if not lines or not _FENCE.match(lines[0]):
        return _NONE
    close = next((index for index in range(1, len(lines)) if _FENCE.match(lines[index])), None)
    if close is None:
        if any(_KEY.match(line) for line in lines[1:2]):
            return FrontMatterResult(None, 0, (_problem("the front matter's closing --- is missing", 1),))
        return _NONE
    block = lines[1:close]
    data, error = _load(block)
    if error is None and not isinstance(data, dict):
        if data is None and not any(line.strip() for line in block):
            return FrontMatterResult(FrontMatter(1, close + 1), close + 1, ())
        if any(_MARKDOWN.match(line) for line in block):
            return _NONE  # a rule at the top of the page, and another further down
        error = _problem("the front matter is no mapping of keys to values", 1)
    if error is not None:
        if any(_PAGE.match(line) for line in block):
            return _NONE  # the same, and not even YAML
        return FrontMatterResult(FrontMatter(1, close + 1), close + 1, (error,))
    assert isinstance(data, dict)
    reader = _Reader(data, _key_lines(block))
    return FrontMatterResult(reader.front_matter(close + 1), close + 1, tuple(reader.problems))


def _load(block: Sequence[str]) -> tuple[Any, Problem | None]:
    text = "\n".join(block)
    if len(text) > _MAX_BLOCK:
        return None, _problem(f"the front matter is longer than {_MAX_BLOCK // 1024} KiB", 1)
    from frontmatter.default_handlers import YAMLHandler

    try:
        danger = _danger(text)
        return (None, _problem(danger, 1)) if danger else (YAMLHandler().load(text), None)
    except RecursionError:
        return None, _problem("the front matter is nested too deep", 1)
    except Exception as error:  # YAML's constructors raise ValueError, TypeError, OverflowError… besides YAMLError
        mark = getattr(error, "problem_mark", None)
        reason = " ".join(str(getattr(error, "problem", None) or error).split())[:160]
        if "nesting depth" in reason:  # newer libyaml stops at 1,000 levels by itself, before it gives us the first
            return None, _problem("the front matter is nested too deep", 1)
        return None, _problem(f"the front matter is not valid YAML: {reason}", mark.line + 2 if mark else 1)


def _danger(text: str) -> str | None:
    """Return why ``text`` is not to be loaded, or None: libyaml's loader overflows the C stack on deep nesting, and a
    merge key copies what it merges, once for each alias, so that a few lines of them take all memory.

    Looks at parser events, which need neither stack nor memory.
    """
    import yaml

    depth = aliases = 0
    merges = False
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                return "the front matter is nested too deep"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.ScalarEvent):
            merges = merges or event.value == "<<" or event.tag == "tag:yaml.org,2002:merge"
    return "the front matter has too many merge keys (<<)" if merges and aliases > _MAX_MERGED else None


def _text_of(value: object) -> str | None:
    """Return a scalar as text, or None for what is none: a list, a mapping, yes and no, a number beyond all reason."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | dt.date):
        return None
    try:
        return str(value)
    except ValueError:  # Python writes out no number of more than 4300 digits
        return None


def _key_name(key: object) -> str:
    return (str(key) if isinstance(key, bool) or key is None else _text_of(key) or "?")[:80]


def _key_lines(block: Sequence[str]) -> list[tuple[str, int]]:
    """Return the top-level keys with their lines in the page, repeated ones too."""
    return [(match[1].strip(), index + 2) for index, line in enumerate(block) if (match := _KEY.match(line))]


def _problem(message: str, line: int) -> Problem:
    return Problem("front-matter", message, line)


class _Reader:
    """Takes the known keys out of a block, type by type, and collects what is wrong with them."""

    def __init__(self, data: dict[Any, Any], keys: list[tuple[str, int]]) -> None:
        self.data = data
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        for key, line in keys:
            if key in self.lines:
                self.problems.append(_problem(f"the key {key} stands twice; the last one counts", line))
            self.lines[key] = line

    def front_matter(self, end_line: int) -> FrontMatter:
        return FrontMatter(
            line=1,
            end_line=end_line,
            title=self.text("title"),
            date=self.date(),
            slug=self.text("slug"),
            topics=self.texts("topics", self.data.get("topics")),
            sources=self.sources(),
            aliases=self.texts("aliases", self.data.get("aliases")),
            ignore=self.ignored(),
            unknown=tuple(_key_name(key) for key in self.data if key not in KNOWN_KEYS),
        )

    def wrong(self, key: str, wanted: str) -> None:
        self.problems.append(_problem(f"{key} must be {wanted}", self.lines.get(key, 1)))

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        text = _text_of(value)
        if value is not None and text is None:
            self.wrong(key, "text")
        return text or None

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        texts = [_text_of(item) for item in (value if isinstance(value, list) else [value])]
        if None in texts:
            self.wrong(key, "text or a list of texts")
            return ()
        return tuple(dict.fromkeys(text for text in texts if text))

    def date(self) -> dt.date | None:
        value = self.data.get("date")
        if value is None:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        match = _DATE.match(value.strip()) if isinstance(value, str) else None
        try:
            if match:
                return dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass  # no such day: reported below like any other text that is no date
        self.wrong("date", "a day that exists, such as 2017-06-16")
        return None

    def sources(self) -> tuple[Source, ...]:
        value = self.data.get("sources")
        if value is None:
            return ()
        line = self.lines.get("sources", 1)
        sources: list[Source] = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                sources.append(Source(item, item, line, 1, 1))
            elif isinstance(item, dict) and isinstance(item.get("url"), str):
                label = item.get("label", item["url"])
                sources.append(Source(label if isinstance(label, str) else item["url"], item["url"], line, 1, 1))
            else:
                self.wrong("sources", "a list of addresses, or of {label: …, url: …}")
                return ()
        return tuple(sources)

    def ignored(self) -> tuple[str, ...]:
        own = self.data.get("newsarc")
        if own is None:
            return ()
        if isinstance(own, dict) and set(own) <= {"ignore"}:
            return self.texts("newsarc", own.get("ignore"))
        self.wrong("newsarc", "{ignore: [CODE, …]}")
        return ()
