"""The links of a page according to markdown-it-py, a CommonMark parser, for comparison."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

from markdown_it import MarkdownIt

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return markdown


_MARKDOWN = _parser()


def page_links(text: str) -> Counter[tuple[int, str]]:
    """Return the line and target of each link in a whole page; the line is that of the end of the label."""
    links: Counter[tuple[int, str]] = Counter()
    for block in _MARKDOWN.parse(text):
        if block.type != "inline" or block.map is None:
            continue
        line = block.map[0] + 1
        targets: list[str] = []
        for token in block.children or []:
            if token.type in ("softbreak", "hardbreak"):
                line += 1
            elif token.type == "link_open":
                targets.append(str(token.attrs["href"]))
            elif token.type == "link_close":
                links[line, targets.pop()] += 1
    return links


def inline_targets(text: str) -> list[str]:
    """Return the targets of the links in a text, in order."""
    tokens = _MARKDOWN.parseInline(text)[0].children or []
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


def plain(target: str) -> str:
    """Return a target without backslash escapes and entities."""
    return unescape(_ESCAPED.sub(r"\1", target))
