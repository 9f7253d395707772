"""The front matter before a page: a YAML block, read with python-frontmatter, or a TOML block, read with tomllib.

``frontmatter.parse`` gives ``{}`` alike for no block, an open fence and a list, lets the last of two equal keys win,
loses all of a block for one bad value, and knows no lines. So the fences are found here, the block alone is handed
over, and of YAML the nodes are read: text as it is written, where YAML 1.1 makes a number of ``10:30`` and false of
``no``.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from newsarc.config import too_many_dots
from newsarc.model import FrontMatter, FrontMatterKey, Problem, Source

_Node = Any  # of yaml, whose types say too little about it

KNOWN_KEYS = frozenset(("title", "date", "slug", "topics", "sources", "aliases", "newsarc"))

_FENCE = re.compile(r"\s*(-{3,}|\+{3,})\s*\Z")
# Jekyll also ends a block at "...".
_YAML_END = re.compile(r"(?:-{3,}|\.{3})\s*\Z")
_TOML_END = re.compile(r"\+{3,}\s*\Z")
_KEY = re.compile(r"""["']?[\w.-]{1,60}["']?[ \t]*[:=](?:\s|\Z)""")
_KNOWN_KEY = re.compile(rf"(?:{'|'.join(sorted(KNOWN_KEYS))})[ \t]*[:=]")
_MARKDOWN = re.compile(r"#{1,6} |\d+\. \[")
_PAGE = re.compile(r"#{1,6} .*\]\(|\d+\. \[|Formats:[ \t]+\[")  # no YAML comment looks like this
_DATE_HEADING = re.compile(r"#{1,6} \[\d{4}-\d{1,2}-\d{1,2}\]\(")
_JSON_KEY = re.compile(r'\s*"[^"]*"\s*:')
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?"
    r"[ \t]*(?:[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][\w/+-]*)?)?\Z",
    re.ASCII,
)
_TOML_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*[=.]""")
_TOML_TABLE = re.compile(r"""\s*\[+\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))""")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_LINE_BREAK = re.compile("[\r\x85\u2028\u2029]")  # of YAML, where lines of a page do not end
_UNREADABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # to YAML
_TEXT_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp", "value"))
_NULL_TAG, _MERGE_TAG = "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"
# A block is a few dozen lines; beyond this it is a bomb or not front matter.
_MAX_BLOCK = 64 * 1024
_MAX_DEPTH = 50
_MAX_SHOWN = 80


class FrontMatterResult(NamedTuple):
    """What :func:`read_front_matter` found: ``start`` is the index of the block's first line, ``end`` that of the first
    line behind it. Both are 0 where there is no block.
    """

    front_matter: FrontMatter | None
    start: int
    end: int
    problems: tuple[Problem, ...]


_NONE = FrontMatterResult(None, 0, 0, ())


class _Pair(NamedTuple):
    """A key of a block with its value. ``line`` and ``column`` are the key's in the page, ``last`` is the value's last
    line.
    """

    name: str
    value: object
    line: int
    column: int
    last: int


class _NotText(NamedTuple):
    """A value that newsarc does not read, and why."""

    reason: str


class _UnreadableError(Exception):
    """What keeps a whole block from being read, and where: the line is counted in the page, from 1."""

    def __init__(self, reason: str, line: int, column: int = 1) -> None:
        super().__init__(reason)
        self.problem = _problem(reason, line, column)


def read_front_matter(lines: Sequence[str], has_fence: bool = True) -> FrontMatterResult:
    """Read the block that ``lines`` begin with, white space and comments aside. Never raises: what cannot be read is a
    problem. ``has_fence`` is false where no line but the first begins with ``---`` or ``+++``.
    """
    start = _first_line(lines)
    found = _NONE
    if start is not None and lines[start].lstrip()[0] in "-+{":
        found = _read_block(lines, start) or _NONE._replace(problems=tuple(_json_problem(lines, start)))
    if has_fence:
        return found._replace(problems=(*found.problems, *_misplaced(lines, found.end or (start or 0) + 1)))
    return found


def _first_line(lines: Sequence[str]) -> int | None:
    """Return the index of the first line that is neither blank nor a comment; None where there is none, or where
    something follows a comment on its line.
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
    """Read the block whose fence is the line of index ``start``; None where that is no fence, or a rule of the page."""
    fence = _FENCE.match(lines[start])
    if fence is None:
        return None
    is_toml = fence[1][0] == "+"
    ending = _TOML_END if is_toml else _YAML_END
    first = next((line for line in lines[start + 1 :] if line.strip() and not line.startswith("#")), "")
    looks_right = bool(_KEY.match(first)) and not _PAGE.match(first)
    close = next((index for index in range(start + 1, len(lines)) if ending.match(lines[index])), None)
    missing = _problem(f"the front matter's closing {fence[1][:3]} is missing", start + 1)
    is_open = FrontMatterResult(None, 0, 0, (missing,))
    if close is None:
        return is_open if looks_right else None
    block = lines[start + 1 : close]
    has_page = any(_PAGE.match(line) for line in block)
    try:
        pairs = _toml_pairs(block, start + 2) if is_toml else _yaml_pairs(block, start + 2)
    except _UnreadableError as error:
        if has_page:
            return is_open if looks_right else None  # rules of the page: YAML cannot read what is between them
        return FrontMatterResult(FrontMatter(start + 1, close + 1, is_toml=is_toml), start, close + 1, (error.problem,))
    if pairs is None or (not pairs and has_page):
        if has_page or any(_MARKDOWN.match(line) for line in block):
            return None  # a rule at the top of the page, and another further down
        problem = _problem("the front matter is not a mapping of keys to values", start + 1)
        return FrontMatterResult(FrontMatter(start + 1, close + 1), start, close + 1, (problem,))
    if any(_DATE_HEADING.match(line) for line in block):
        return is_open  # to YAML, headings of the page are comments
    reader = _Reader(pairs, block, start + 2)
    front = reader.front_matter(start + 1, close + 1, is_toml)
    return FrontMatterResult(front, start, close + 1, tuple(reader.problems))


def _json_problem(lines: Sequence[str], start: int) -> Iterator[Problem]:
    if lines[start].strip() == "{" and _JSON_KEY.match("".join(lines[start + 1 : start + 2])):
        yield _problem("front matter in JSON is not read; write YAML between --- or TOML between +++", start + 1)


def _misplaced(lines: Sequence[str], start: int) -> Iterator[Problem]:
    """Yield a problem for the first block from the line of index ``start`` on that says what front matter says, and is
    not an example in code.
    """
    is_code = False
    for index in range(start, len(lines) - 1):
        is_code ^= lines[index].lstrip()[:3] in ("```", "~~~")
        if (
            not is_code
            and lines[index][:3] in ("---", "+++")
            and _FENCE.match(lines[index])
            and _KNOWN_KEY.match(lines[index + 1])
        ):
            yield _problem("front matter is read at the top of the page only; move it there", index + 1)
            return


def _problem(message: str, line: int, column: int = 1) -> Problem:
    return Problem("front-matter", message, line, column)


# --- YAML ---


def _yaml_pairs(block: Sequence[str], first: int) -> list[_Pair] | None:
    """Return the pairs of a YAML block, whose first line is the page's line ``first``; None for another value."""
    text = _UNREADABLE.sub("\ufffd", _LINE_BREAK.sub(" ", "\n".join(block)))
    if len(text) > _MAX_BLOCK:
        raise _too_long(first)
    from frontmatter.default_handlers import YAMLHandler

    try:
        if _is_deep(text):
            raise _UnreadableError("the front matter is nested too deep", first - 1)
        node = YAMLHandler().load(text, Loader=_node_loader())
        if node is None or (node.id == "scalar" and node.tag == _NULL_TAG):
            return []
        return list(_Values().top(node, first)) if node.id == "mapping" else None
    except RecursionError:
        raise _UnreadableError("the front matter is nested too deep", first - 1) from None
    except _UnreadableError:
        raise
    except Exception as error:  # libyaml raises ValueError and others besides YAMLError
        reason = " ".join(str(getattr(error, "problem", None) or error).split())[:160]
        if "nesting depth" in reason:  # newer libyaml stops at 1,000 levels by itself, before it gives us the first
            raise _UnreadableError("the front matter is nested too deep", first - 1) from None
        mark = getattr(error, "problem_mark", None)
        message = f"the front matter is not valid YAML: {reason}"
        raise _UnreadableError(message, *((mark.line + first, mark.column + 1) if mark else (first - 1,))) from None


def _too_long(first: int) -> _UnreadableError:
    return _UnreadableError(f"the front matter is longer than {_MAX_BLOCK // 1024} KiB", first - 1)


@cache
def _node_loader() -> Any:
    """Return a loader of YAML that gives the nodes of a document, not what YAML makes of them."""
    import yaml

    class NodeLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def get_single_data(self) -> object:
            return self.get_single_node()

    return NodeLoader


def _is_deep(text: str) -> bool:
    """Whether ``text`` is nested too deep to be loaded: libyaml's loader overflows the C stack.

    Looks at parser events, which need neither stack nor memory.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


class _Values:
    """What nodes of YAML say. Each node is looked at once, whatever aliases and merge keys make of it."""

    def __init__(self) -> None:
        self._values: dict[int, object] = {}
        self._pairs: dict[int, dict[str, _Node]] = {}

    def top(self, node: _Node, first: int) -> Iterator[_Pair]:
        """Yield the pairs of the mapping that a block is, those that it merges last."""
        own: set[str] = set()
        for key, value in node.value:
            if key.tag != _MERGE_TAG:
                own.add(_name(key))
                yield self._pair(key, value, first)
        for name, value in self._of_mapping(node).items():
            if name not in own:
                yield self._pair(value, value, first)._replace(name=name)

    def _pair(self, key: _Node, value: _Node, first: int) -> _Pair:
        start, end = key.start_mark, value.end_mark
        is_quoted = key.id == "scalar" and key.style in ("'", '"')
        last = end.line - (end.column == 0 and end.line > start.line)
        known = self.of(value) if _name(key) in KNOWN_KEYS or key is value else None
        return _Pair(_name(key), known, start.line + first, start.column + 1 + is_quoted, last + first)

    def of(self, node: _Node) -> object:
        """Return a scalar's text, or None for null; a list, or a dict; ``_NotText`` for what has a tag of its own."""
        if id(node) not in self._values:
            self._values[id(node)] = _NotText("it contains itself")
            self._values[id(node)] = self._of(node)
        return self._values[id(node)]

    def _of(self, node: _Node) -> object:
        if node.id == "scalar":
            if node.tag in _TEXT_TAGS or node.tag == _MERGE_TAG:
                return node.value
            return None if node.tag == _NULL_TAG else _NotText(f"the tag {_shown_tag(node.tag)}")
        if node.id == "sequence" and node.tag == "tag:yaml.org,2002:seq":
            return [self.of(part) for part in node.value]
        if node.id == "mapping" and node.tag == "tag:yaml.org,2002:map":
            return {name: self.of(value) for name, value in self._of_mapping(node).items()}
        return _NotText(f"the tag {_shown_tag(node.tag)}")

    def _of_mapping(self, node: _Node) -> dict[str, _Node]:
        """Return the values of a mapping by key; of equal keys the last counts, and any before a merged one."""
        if id(node) not in self._pairs:
            self._pairs[id(node)] = {}  # a mapping that merges itself
            merged: dict[str, _Node] = {}
            own: dict[str, _Node] = {}
            for key, value in node.value:
                if key.tag != _MERGE_TAG:
                    own[_name(key)] = value
                    continue
                for part in value.value if value.id == "sequence" else [value]:
                    if part.id == "mapping":
                        for name, inherited in self._of_mapping(part).items():
                            merged.setdefault(name, inherited)
            self._pairs[id(node)] = merged | own
        return self._pairs[id(node)]


def _name(key: _Node) -> str:
    return key.value if key.id == "scalar" else "?"


def _shown_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")[:_MAX_SHOWN]


# --- TOML ---


def _toml_pairs(block: Sequence[str], first: int) -> list[_Pair]:
    """Return the pairs of a TOML block, whose first line is the page's line ``first``."""
    import tomllib

    text = "\n".join(block)
    if len(text) > _MAX_BLOCK:
        raise _too_long(first)
    if number := too_many_dots(text):
        raise _UnreadableError("the front matter has a key of too many parts", number + first - 1)
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise _UnreadableError("the front matter is nested too deep", first - 1) from None
    except ValueError as error:  # also of int(), for a number of thousands of digits
        place = _TOML_PLACE.search(str(error))
        reason = _TOML_PLACE.sub("", str(error))[:160]
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (len(block) if place else 0, 1)
        raise _UnreadableError(f"the front matter is not valid TOML: {reason}", line + first - 1, column) from None
    places = _toml_places(block)
    ends = sorted(line for line, _ in places.values())
    pairs = []
    for name, value in table.items():
        line, column = places.get(name, (0, 1))
        behind = bisect_right(ends, line)
        last = ends[behind] - 1 if behind < len(ends) else len(block) - 1
        pairs.append(_Pair(name, value, line + first, column, last + first))
    return pairs


def _toml_places(block: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return index of line, and column, of the keys and tables at the top of a TOML block."""
    places: dict[str, tuple[int, int]] = {}
    in_table = False
    for index, line in enumerate(block):
        match = _TOML_TABLE.match(line)
        in_table = in_table or match is not None
        match = match or (None if in_table else _TOML_KEY.match(line))
        if match is not None and match.lastindex is not None:
            places.setdefault(match[match.lastindex], (index, match.start(match.lastindex) + 1))
    return places


# --- what newsarc knows ---


class _Reader:
    """Takes the known keys out of a block, type by type, and collects what is wrong with them."""

    def __init__(self, pairs: Sequence[_Pair], block: Sequence[str], first: int) -> None:
        self.pairs = pairs
        self.problems: list[Problem] = []
        self.data: dict[str, _Pair] = {}
        for pair in pairs:
            if pair.name in self.data:
                message = f"the key {pair.name[:_MAX_SHOWN]} stands twice; the last one counts"
                self.problems.append(_problem(message, pair.line, pair.column))
            self.data[pair.name] = pair
        for number, line in enumerate(block, first):
            if _UNREADABLE.search(_LINE_BREAK.sub(" ", line)):
                self._lose(number, line)

    def _lose(self, number: int, line: str) -> None:
        """Drop the known key whose value has a character on this line of the page that cannot be read."""
        for pair in [self.data[key] for key in KNOWN_KEYS & self.data.keys()]:
            if pair.line <= number <= pair.last and pair.value is not None:
                what = "bytes that are not UTF-8" if re.search("[\ud800-\udfff]", line) else "control characters"
                self.problems.append(_problem(f"{pair.name} has {what} and is not read", number))
                self.data[pair.name] = pair._replace(value=None)

    def front_matter(self, line: int, end_line: int, is_toml: bool) -> FrontMatter:
        """Return what the block between these lines of the page says."""
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
            unknown=tuple(name[:_MAX_SHOWN] for name in self.data if name not in KNOWN_KEYS),
            keys=tuple(FrontMatterKey(pair.name[:_MAX_SHOWN], pair.line, pair.column) for pair in self.pairs),
            is_toml=is_toml,
        )

    def value(self, key: str) -> object:
        pair = self.data.get(key)
        return pair.value if pair is not None else None

    def wrong(self, key: str, wanted: str, value: object = None) -> None:
        pair = self.data[key]
        hint = ""
        if isinstance(value, _NotText):
            hint = f", not {value.reason}"
        elif value is not None and not isinstance(value, (str, list, Mapping)):
            hint = "; write quotes around it"
        self.problems.append(_problem(f"{key} must be {wanted}{hint}", pair.line, pair.column))

    def text(self, key: str) -> str | None:
        value = self.value(key)
        if value is None or isinstance(value, str):
            return value or None
        self.wrong(key, "text", value)
        return None

    def texts(self, key: str, value: object) -> tuple[str, ...]:
        items: list[object] = value if isinstance(value, list) else [value]
        for item in items:
            if item is not None and not isinstance(item, str):
                self.wrong(key, "text or a list of texts", item)
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
                pass  # there is no such day or time: reported below like any other text that is not a date
        wanted = "a day that exists, such as 2017-06-16"
        self.wrong("date", f"{wanted}, with a time that exists" if match is not None and match[4] else wanted)
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
                self.wrong("sources", "a list of addresses, or of {label: …, url: …}")
                return ()
        return tuple(sources)

    def ignored(self) -> tuple[str, ...]:
        own = self.value("newsarc")
        if own is None:
            return ()
        if isinstance(own, Mapping) and set(own) <= {"ignore"}:
            return self.texts("newsarc", own.get("ignore"))
        self.wrong("newsarc", "{ignore: [CODE, …]}")
        return ()
