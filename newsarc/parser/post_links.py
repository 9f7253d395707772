"""Links in the body of a post: inline, by reference, in HTML, and with Liquid or shortcodes as their targets.

Code, ``{% raw %}`` blocks and comments have no links.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from newsarc.model import Link
from newsarc.parser.comments import extract_comments
from newsarc.text.inline import CodeSpans, find_links

_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|\Z)|\[\^")  # footnotes are indented like items
_RAW = re.compile(r"\{%-?[ \t]*(raw|highlight|comment)\b[^%{}]*%\}|\{\{[<%][ \t]*(highlight)\b[^{}]*\}\}")
_END_OF_RAW = re.compile(
    r"\{%-?[ \t]*end(raw|highlight|comment)\b[^%{}]*%\}|\{\{[<%][ \t]*/[ \t]*(highlight)\b[^{}]*\}\}"
)
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\{%[^%{}]*%\}")
_NOT_PLAIN = re.compile(r"[^\w/.#-]")
_NOT_BREAK = re.compile(r"[^\n]")
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_DEFINITION = re.compile(r"^[ \t>]{0,8}\[((?!\^)[^\[\]\n]{1,999})\]:[ \t]*<?([^\s<>]+)", re.MULTILINE)
_REFERENCE = re.compile(r"\[([^\[\]]{1,999})\]")
_ANCHOR = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s"'<>]+))""", re.IGNORECASE)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_BACKTICKS = re.compile("(?<!\\\\)`+")


def find_post_links(lines: Sequence[str], start: int = 0, written: Sequence[str] | None = None) -> list[Link]:
    """Return the links in the lines of a post from index ``start`` on, in the order of the page.

    Their targets are as written, and their ``path`` is None. ``written`` are the lines with comments, if ``lines`` has
    blanks in their place: a comment at the beginning of a line does not indent it.
    """
    body = [""] * start + list(lines[start:])
    shown = extract_comments("\n".join(body), body)[0]
    text = _without_indented(_without_fences(shown), lines if written is None else written)
    visible = _without_raw("\n".join(text))
    # Liquid has blanks, quotes and brackets, which would end a target in Markdown: hide them, in place.
    plain = _TEMPLATE.sub(lambda found: _NOT_PLAIN.sub("x", found[0]), visible) if "{" in visible else visible
    found = [*_inline_links(plain), *_definitions(plain)]
    starts = [0, *accumulate(len(line) + 1 for line in visible.split("\n"))]
    links = []
    for at, end, label in sorted(found):
        line = bisect_right(starts, at)
        column = at - starts[line - 1] + 1
        links.append(Link(label, visible[at:end], None, line, column, column + end - at))
    return links


def _inline_links(plain: str) -> Iterator[tuple[int, int, str]]:
    """Yield the bounds of the target and the label of each inline link, HTML link and autolink."""
    for paragraph in _PARAGRAPH.finditer(plain):
        if "](" not in paragraph[0] and "<" not in paragraph[0]:
            continue
        text, first = _without_code_spans(paragraph[0]), paragraph.start()
        for link in find_links(text) if "](" in text else ():
            # The bracket of an image's label has a "!" before it.
            if link.rendered and text[max(link.start - 1, 0) : link.start] != "!":
                yield first + link.target_start, first + link.target_end, link.label
        for pattern in (_ANCHOR, _AUTOLINK) if "<" in text else ():
            for tag in pattern.finditer(text):
                yield first + tag.start(tag.lastindex or 0), first + tag.end(tag.lastindex or 0), ""


def _definitions(plain: str) -> Iterator[tuple[int, int, str]]:
    """Yield the bounds of the target and the label of each link definition that the page refers to."""
    definitions = list(_DEFINITION.finditer(plain)) if "]:" in plain else []
    if not definitions:
        return
    own = {definition.start(1) for definition in definitions}
    used = {_label_key(use[1]) for use in _REFERENCE.finditer(plain) if use.start(1) not in own}
    for definition in definitions:
        if _label_key(definition[1]) in used:
            yield definition.start(2), definition.end(2), definition[1]


def _label_key(label: str) -> str:
    return " ".join(label.split()).casefold()


def _blank(text: str) -> str:
    return _NOT_BREAK.sub(" ", text)


def _without_fences(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines, blank ones for those of fenced code."""
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        if match is None:
            yield _blank(line) if fence else line
        elif not fence:
            # A run of backticks with another behind it is a code span.
            fence = "" if match[1][0] == "`" and "`" in line[match.end() :] else match[1]
            yield _blank(line) if fence else line
        else:
            closes = match[1].startswith(fence) and not line[match.end() :].strip()
            fence = "" if closes else fence
            yield _blank(line)


def _without_indented(lines: Iterable[str], written: Sequence[str]) -> Iterator[str]:
    """Yield the lines, blank ones for those of indented code. What is indented in a list belongs to its items."""
    is_code, is_list, is_after_blank = False, False, True
    for line, as_written in zip(lines, written, strict=True):
        if not line.strip():
            is_after_blank = True
            yield line
            continue
        is_indented = as_written.startswith(("    ", "\t"))
        is_code = is_indented and not is_list and (is_code or is_after_blank)
        if not is_indented:
            is_item = _ITEM.match(as_written) is not None
            is_list = is_item or (is_list and (not is_after_blank or as_written[0] in " \t"))
        is_after_blank = False
        yield _blank(line) if is_code else line


def _without_raw(text: str) -> str:
    """Return the text with ``{% raw %}`` and highlighted blocks as blanks."""
    parts, at = [], 0
    while "{" in text and (begin := _RAW.search(text, at)) is not None:
        end = _END_OF_RAW.search(text, begin.end())
        if end is None:
            break
        parts += [text[at : begin.start()], _blank(text[begin.start() : end.end()])]
        at = end.end()
    return "".join((*parts, text[at:]))


def _without_code_spans(text: str) -> str:
    if "`" not in text:
        return text
    spans, parts, at = CodeSpans(text), [], 0
    for run in _BACKTICKS.finditer(text):
        end = spans.end(run.start(), run.end()) if run.start() >= at else None
        if end is not None:
            parts += [text[at : run.start()], _blank(text[run.start() : end])]
            at = end
    return "".join((*parts, text[at:]))
