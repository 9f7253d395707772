"""A story as an SVG picture: events along a vertical time line, and curves for the links among them.

The picture has a light background, and no scripts, fonts or other external parts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from math import sqrt

from newsarc.__about__ import __version__
from newsarc.analysis.graph import Edge, Node
from newsarc.output.humanize import short_month
from newsarc.output.story.story import Story, language, readable
from newsarc.output.story.text_metrics import balanced, font_share
from newsarc.text.durations import duration
from newsarc.text.width import cut

WIDTH = 960
_MARGIN = 40
_LINE = 216  # the x of the time line; the curves are on its left
_DATES, _TEXTS = 236, 300
_TEXT_WIDTH = WIDTH - _MARGIN - _TEXTS
_SIZE, _LEADING = 15, 20
_SMALL, _SMALL_LEADING = 12.5, 17
_HEADING, _HEADING_LEADING = 22, 29
_MAX_LINES = 6
_CURVES = "Each curve leads from an event to one that it links to."
_LONG_GAP = 56  # days without an event that are worth a heading; page/text.js has the same
_STYLE = """
text { font-family: "Helvetica Neue", Arial, "Noto Sans", "Liberation Sans", "PingFang SC", "Microsoft YaHei", \
"Noto Sans CJK SC", sans-serif; fill: #1c1e22; }
.kicker { font-size: 12px; font-weight: bold; letter-spacing: .06em; fill: #b3261e; }
.heading { font-size: 22px; font-weight: bold; }
.small, .date { font-size: 12.5px; fill: #5a606b; }
.headline { font-size: 15px; }
.start { font-weight: bold; }
.year { font-size: 18px; font-weight: bold; }
.line { stroke: #dedbd3; stroke-width: 1; }
.link { fill: none; stroke: #9aa1ac; stroke-width: 1; stroke-opacity: .7; }
.arrow { fill: #9aa1ac; }
.names { stroke: #0a5cc2; stroke-width: 1.5; stroke-opacity: 1; }
.arrow.names { fill: #0a5cc2; stroke: none; }
.named-by { stroke: #9a4a00; stroke-width: 1.5; stroke-opacity: 1; }
.arrow.named-by { fill: #9a4a00; stroke: none; }
.dot { fill: #5a606b; stroke: #fff; stroke-width: 1.5; }
.dot.start { fill: #b3261e; }
.ground { fill: #fff; }
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """An event. ``y`` is the baseline of its first line."""

    node: Node
    y: float
    lines: list[str]
    contexts: str


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading before an event: its year, and the time since the event before."""

    y: float
    year: str
    later: str


def story_svg(story: Story) -> str:
    """Return the picture as an SVG document of fixed width."""
    pieces, top = _head(story)
    marks, bottom = _places(story, top)
    rows = [mark for mark in marks if isinstance(mark, _Row)]
    height = round(bottom + (64 if story.graph.edges else 36))
    degrees = Counter(path for edge in story.graph.edges for path in (edge.source, edge.target))
    description = f"{story.kicker}: {story.facts}. Events in chronological order, from top to bottom. {_CURVES}"
    document = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<!-- made by newsarc {__version__} -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'role="img" aria-labelledby="title description">',
        f'<title id="title">{_written(story.heading)}</title>',
        f'<desc id="description">{_written(description)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        *pieces,
        *_links(story, rows),
        *(piece for mark in marks for piece in _mark(mark, story, degrees)),
        *(_legend(story, bottom + 34) if story.graph.edges else ()),
        "</svg>",
    ]
    return "\n".join(document) + "\n"


def _head(story: Story) -> tuple[list[str], float]:
    """Return the lines above the time line, and their height."""
    y = 46.0
    pieces = [_text("kicker", _MARGIN, y, story.kicker.upper())]
    y += 6
    for line in balanced(readable(story.heading), WIDTH - 2 * _MARGIN, _HEADING * 1.06, _MAX_LINES):
        y += _HEADING_LEADING
        pieces.append(_text("heading", _MARGIN, y, line, story.heading))
    y += 25
    pieces.append(_text("small", _MARGIN, y, story.facts))
    return pieces, y + 20


def _places(story: Story, top: float) -> tuple[list[_Row | _Heading], float]:
    """Return rows and headings with their places, beginning at ``top``, and the end of the last one."""
    marks: list[_Row | _Heading] = []
    y = top
    before: Node | None = None
    names = story.contexts()
    for node in story.graph.nodes:
        days = _days_between(before, node)
        year = node.day[:4] if node.day else "No date"
        is_new = before is None or year != (before.day[:4] if before.day else "No date")
        y += room_for_gap(days)
        if is_new or later(days):
            y += 30
            marks.append(_Heading(y, year if is_new else "", later(days)))
            y += 6
        y += 26
        size = _SIZE * (1.08 if node.path == story.start else 1)
        lines = balanced(readable(node.title), _TEXT_WIDTH, size, _MAX_LINES)
        contexts = cut(readable(" · ".join(names.get(node.path, ()))), _TEXT_WIDTH / _SMALL, font_share)
        marks.append(_Row(node, y, lines, contexts))
        y += (len(lines) - 1) * _LEADING + (_SMALL_LEADING if contexts else 0) + 6
        before = node
    return marks, y


def _days_between(before: Node | None, node: Node) -> int:
    if before is None or before.day is None or node.day is None:
        return 0
    return (dt.date.fromisoformat(node.day) - dt.date.fromisoformat(before.day)).days


def room_for_gap(days: int) -> float:
    """Return the height of a gap of ``days``: it grows with the square root, up to a limit."""
    return min(36.0, 3.2 * sqrt(days)) if days > 0 else 0.0


def later(days: int) -> str:
    """Return ``5 months later`` for a long gap, else an empty string."""
    return f"{duration(days)} later" if days >= _LONG_GAP else ""


def _links(story: Story, rows: list[_Row]) -> Iterator[str]:
    """Yield the time line and the curves, those of the starting event last, so that they are on top."""
    if not rows:
        return
    middle = {row.node.path: row.y - 5 for row in rows}
    yield f'<line class="line" x1="{_LINE}" x2="{_LINE}" y1="{rows[0].y - 5:.1f}" y2="{rows[-1].y - 5:.1f}"/>'
    reach = max(700.0, rows[-1].y - rows[0].y)
    for edge in sorted(story.graph.edges, key=lambda edge: story.start in (edge.source, edge.target)):
        if edge.source != edge.target:
            yield from _link(edge, middle[edge.source], middle[edge.target], reach, _kind(story, edge))


def _link(edge: Edge, start: float, end: float, reach: float, kind: str) -> Iterator[str]:
    widest = _LINE - _MARGIN
    span = abs(end - start)
    bulge = 4 / 3 * min(widest, 6 + span / 2, 10 + (widest - 10) * (span / reach) ** 0.45)
    x = _LINE - bulge
    contexts = f"<title>{_written(' · '.join(edge.contexts))}</title>" if edge.contexts else ""
    path = f"M{_LINE},{start:.1f}C{x:.1f},{start:.1f} {x:.1f},{end:.1f} {_LINE},{end:.1f}"
    yield f'<path class="link{kind}" d="{path}">{contexts}</path>'
    tip = _LINE - 6
    yield f'<path class="arrow{kind}" d="M{tip},{end:.1f}l-8,-3.5v7z"/>'


def _kind(story: Story, edge: Edge) -> str:
    if edge.source == story.start:
        return " names"
    return " named-by" if edge.target == story.start else ""


def _mark(mark: _Row | _Heading, story: Story, degrees: Mapping[str, int]) -> Iterator[str]:
    if isinstance(mark, _Heading):
        return _heading(mark)
    return _row(mark, is_start=mark.node.path == story.start, degree=degrees.get(mark.node.path, 0))


def _row(row: _Row, is_start: bool, degree: int) -> Iterator[str]:
    kind = " start" if is_start else ""
    radius = 6.5 if is_start else min(6.0, 3 + 0.35 * degree)
    yield f'<circle class="dot{kind}" cx="{_LINE}" cy="{row.y - 5:.1f}" r="{radius:.1f}"/>'
    if row.node.day:
        day = dt.date.fromisoformat(row.node.day)
        yield _text("date", _DATES, row.y, f"{day.day} {short_month(day.month)}")
    y = row.y
    for line in row.lines:
        yield _text(f"headline{kind}", _TEXTS, y, line, row.node.title)
        y += _LEADING
    if row.contexts:
        yield _text("small", _TEXTS, y - _LEADING + _SMALL_LEADING, row.contexts, row.node.title)


def _heading(heading: _Heading) -> Iterator[str]:
    if heading.year:
        yield _text("year", _DATES, heading.y, heading.year)
    if heading.later:
        yield _text("small", _TEXTS if heading.year else _DATES, heading.y, heading.later)


def _legend(story: Story, y: float) -> Iterator[str]:
    if story.start is None:
        yield _text("small", _MARGIN, y, _CURVES)
        return
    x = _MARGIN
    for kind, text, width in ((" names", "linked from the start", 160), (" named-by", "linking to the start", 150)):
        yield f'<path class="link{kind}" d="M{x},{y - 4:.1f}h18"/>'
        yield f'<path class="arrow{kind}" d="M{x + 26},{y - 4:.1f}l-8,-3.5v7z"/>'
        yield _text("small", x + 34, y, text)
        x += width + 20
    yield _text("small", x, y, "Below each headline: the contexts of its links.")


def _text(kind: str, x: float, y: float, text: str, of: str = "") -> str:
    chinese = f' xml:lang="{language(of)}"' if of and language(of) else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{chinese}>{_written(text)}</text>'


def _written(text: str) -> str:
    return escape(readable(text))
