"""The syntax of front matter: the keys of a YAML or TOML block, each with its value and its place in the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from newsarc.model import Problem
from newsarc.storage.config_file import too_many_dots

_Node = Any  # a YAML node; the types of yaml are too vague for it

_TOML_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*[=.]""")
_TOML_TABLE = re.compile(r"""\s*\[+\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))""")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
LINE_BREAK = re.compile("[\r\x85\u2028\u2029]")  # line breaks in YAML but not in pages
UNREADABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not allowed in YAML
_TEXT_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp", "value"))
_NULL_TAG, _MERGE_TAG = "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"
# Real front matter has a few dozen lines; more is an attack, or not front matter.
_MAX_BLOCK = 64 * 1024  # characters
_MAX_DEPTH = 50
_OPENING = "[{-:?"  # each level of nesting needs one of these
MAX_SHOWN = 80  # characters of a key or tag in a message


class Pair(NamedTuple):
    """A key with its ``value``, its position in the page, and the ``last`` line of the value."""

    name: str
    value: object
    line: int
    column: int
    last: int


class Unsupported(NamedTuple):
    """A value that newsarc does not support, and the reason."""

    reason: str


class UnreadableError(Exception):
    """The whole block cannot be read. ``line`` and ``column`` are positions in the page, from 1."""

    def __init__(self, reason: str, line: int, column: int = 1) -> None:
        super().__init__(reason)
        self.problem = front_matter_problem(reason, line, column)


def front_matter_problem(message: str, line: int, column: int = 1) -> Problem:
    """Return a problem of front matter at this place of the page."""
    return Problem("front-matter", message, line, column)


# --- YAML ---


def yaml_pairs(block: Sequence[str], first: int, wanted: Collection[str] | None = None) -> list[Pair] | None:
    """Return the pairs of a YAML block that starts at line ``first`` of the page; None if it is not a mapping.

    Only the keys in ``wanted`` get their values; with None, all do. Raises UnreadableError.
    """
    text = UNREADABLE.sub("\ufffd", LINE_BREAK.sub(" ", "\n".join(block)))
    if len(text) > _MAX_BLOCK:
        raise _too_long(first)
    from frontmatter.default_handlers import YAMLHandler

    try:
        if _is_deep(text):
            raise UnreadableError("the front matter is nested too deeply", first - 1)
        node = YAMLHandler().load(text, Loader=_node_loader())
        if node is None or (node.id == "scalar" and node.tag == _NULL_TAG):
            return []
        return list(_NodeValues(wanted).top(node, first)) if node.id == "mapping" else None
    except RecursionError:
        raise UnreadableError("the front matter is nested too deeply", first - 1) from None
    except UnreadableError:
        raise
    except Exception as error:  # libyaml also raises ValueError and others
        reason = " ".join(str(getattr(error, "problem", None) or error).split())[:160]
        if "nesting depth" in reason:  # newer versions of libyaml stop at 1,000 levels themselves
            raise UnreadableError("the front matter is nested too deeply", first - 1) from None
        mark = getattr(error, "problem_mark", None)
        message = f"the front matter is not valid YAML: {reason}"
        raise UnreadableError(message, *((mark.line + first, mark.column + 1) if mark else (first - 1,))) from None


def _too_long(first: int) -> UnreadableError:
    return UnreadableError(f"the front matter is longer than {_MAX_BLOCK // 1024} KiB", first - 1)


@cache
def _node_loader() -> Any:
    """Return a YAML loader that returns the nodes of a document instead of their values."""
    import yaml

    class NodeLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def get_single_data(self) -> object:
            return self.get_single_node()

    return NodeLoader


def _is_deep(text: str) -> bool:
    """Whether ``text`` is nested so deeply that libyaml's loader could overflow the C stack.

    This uses parser events, which need no stack.
    """
    if sum(map(text.count, _OPENING)) <= _MAX_DEPTH:
        return False
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


class _NodeValues:
    """The values of YAML nodes. Each node is evaluated once, however often aliases and merge keys refer to it."""

    def __init__(self, wanted: Collection[str] | None = None) -> None:
        self._wanted = wanted
        self._values: dict[int, object] = {}
        self._pairs: dict[int, dict[str, _Node]] = {}

    def top(self, node: _Node, first: int) -> Iterator[Pair]:
        """Yield the pairs of the top-level mapping, merged ones last."""
        own: set[str] = set()
        for key, value in node.value:
            if key.tag != _MERGE_TAG:
                own.add(_name(key))
                yield self._pair(key, value, first)
        for name, value in self._of_mapping(node).items():
            if name not in own:
                yield self._pair(value, value, first)._replace(name=name)

    def _pair(self, key: _Node, value: _Node, first: int) -> Pair:
        start, end = key.start_mark, value.end_mark
        is_quoted = key.id == "scalar" and key.style in ("'", '"')
        last = end.line - (end.column == 0 and end.line > start.line)
        is_wanted = self._wanted is None or _name(key) in self._wanted or key is value
        known = self.of(value) if is_wanted else None
        return Pair(_name(key), known, start.line + first, start.column + 1 + is_quoted, last + first)

    def of(self, node: _Node) -> object:
        """Return the text of a scalar, None for null, a list, a dict, or ``Unsupported`` for custom tags."""
        if id(node) not in self._values:
            self._values[id(node)] = Unsupported("it contains itself")
            self._values[id(node)] = self._of(node)
        return self._values[id(node)]

    def _of(self, node: _Node) -> object:
        if node.id == "scalar":
            if node.tag in _TEXT_TAGS or node.tag == _MERGE_TAG:
                return node.value
            return None if node.tag == _NULL_TAG else Unsupported(f"the tag {_shown_tag(node.tag)}")
        if node.id == "sequence" and node.tag == "tag:yaml.org,2002:seq":
            return [self.of(part) for part in node.value]
        if node.id == "mapping" and node.tag == "tag:yaml.org,2002:map":
            return {name: self.of(value) for name, value in self._of_mapping(node).items()}
        return Unsupported(f"the tag {_shown_tag(node.tag)}")

    def _of_mapping(self, node: _Node) -> dict[str, _Node]:
        """Return the value nodes of a mapping by key. The last duplicate wins; own keys override merged ones."""
        if id(node) not in self._pairs:
            self._pairs[id(node)] = {}  # for a mapping that merges itself
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
    return tag.replace("tag:yaml.org,2002:", "!!")[:MAX_SHOWN]


# --- TOML ---


def toml_pairs(block: Sequence[str], first: int) -> list[Pair]:
    """Return the pairs of a TOML block that starts at line ``first`` of the page. Raises UnreadableError."""
    import tomllib

    text = "\n".join(block)
    if len(text) > _MAX_BLOCK:
        raise _too_long(first)
    if number := too_many_dots(text):
        raise UnreadableError("the front matter has a key with too many parts", number + first - 1)
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise UnreadableError("the front matter is nested too deeply", first - 1) from None
    except ValueError as error:  # also from int(), for thousands of digits
        place = _TOML_PLACE.search(str(error))
        reason = _TOML_PLACE.sub("", str(error))[:160]
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (len(block) if place else 0, 1)
        raise UnreadableError(f"the front matter is not valid TOML: {reason}", line + first - 1, column) from None
    places = _toml_places(block)
    ends = sorted(line for line, _ in places.values())
    pairs = []
    for name, value in table.items():
        line, column = places.get(name, (0, 1))
        after = bisect_right(ends, line)
        last = ends[after] - 1 if after < len(ends) else len(block) - 1
        pairs.append(Pair(name, value, line + first, column, last + first))
    return pairs


def _toml_places(block: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the line index and column of each top-level key and table of a TOML block."""
    places: dict[str, tuple[int, int]] = {}
    in_table = False
    for index, line in enumerate(block):
        match = _TOML_TABLE.match(line)
        in_table = in_table or match is not None
        match = match or (None if in_table else _TOML_KEY.match(line))
        if match is not None and match.lastindex is not None:
            places.setdefault(match[match.lastindex], (index, match.start(match.lastindex) + 1))
    return places
