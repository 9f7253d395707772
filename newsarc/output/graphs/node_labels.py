"""What stands on a node or an edge: text for reading, cut and wrapped to fit."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from newsarc.analysis.graph import Edge, Graph, Node
from newsarc.text.sanitize import visible

# Not characters, says Unicode, and XML forbids them.
_NONCHARACTERS = re.compile("[\ufffe\uffff]")
_MAX_LABELLED = 24  # with more edges than these, their labels hide each other


def shown(text: str) -> str:
    """Return ``text`` as a reader may see it: as :func:`newsarc.text.sanitize.visible`, and without noncharacters."""
    return _NONCHARACTERS.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", visible(text))


def date_of(node: Node) -> str:
    """Return the date of ``node`` for reading."""
    return node.day or "no date"


def contexts_of(edge: Edge) -> str:
    """Return the contexts of ``edge`` for reading, on one line."""
    return shown(", ".join(edge.contexts))


def starts_of(graph: Graph) -> frozenset[str]:
    """Return the paths of the events to mark: where a walk or a chain began, if there are others."""
    starts = frozenset(node.path for node in graph.nodes if node.depth == 0)
    return starts if len(starts) < len(graph.nodes) else frozenset()


def has_labelled_edges(graph: Graph) -> bool:
    """Whether there is room for the contexts at each edge."""
    return len(graph.edges) <= _MAX_LABELLED


def address(node: Node) -> str:
    """Return the path of ``node`` as a URL relative to the archive root, in nothing but plain ASCII."""
    return quote(node.path, safe="/", errors="surrogatepass")


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """Return ``text`` as at most ``lines`` lines of at most ``width`` cells, cut at a word with ``…`` where there is
    more.

    A word that is wider than a line, as any text in Chinese, is broken between characters.
    """
    found: list[str] = []
    rest = text.strip()
    while rest:
        if len(found) == lines:
            found[-1] = _with_ellipsis(found[-1], width)
            break
        end = _fitting(rest, width)
        if end < len(rest) and not rest[end].isspace():
            space = rest.rfind(" ", 0, end)
            end = space if space > 0 else end
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


def cut(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` cells, cut at a word with ``…`` where there is more."""
    return "".join(wrapped(text, width, 1))


def _with_ellipsis(line: str, width: int) -> str:
    end = _fitting(line, width - 1)
    if end < len(line):
        space = line.rfind(" ", 0, end)
        end = space if space > 0 else end
    return line[:end].rstrip(" ,") + "…"


def _fitting(text: str, width: int) -> int:
    """Return how many characters of ``text``, at least one, are no wider than ``width`` cells."""
    used = 0
    for at, char in enumerate(text[: 4 * width]):
        used += _cells(char)
        if used > width:
            return max(at, 1)
    return min(len(text), 4 * width)


def _cells(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.combining(char) or char == "\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
