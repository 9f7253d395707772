"""Detects settings from the pages of an archive: site prefix and section headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace

from newsarc.archive.reader import PageReader
from newsarc.config import SECTIONS, Config, Labels
from newsarc.errors import PageError
from newsarc.model import Event
from newsarc.parser.comments import without_comments
from newsarc.parser.page import DATE_LABEL, ITEM, page_lines
from newsarc.text.inline import find_links
from newsarc.text.labels import is_label, label_key, label_word
from newsarc.text.normalize import has_surrogates
from newsarc.text.urls import is_external

_SAMPLE_DAYS = 150
_PER_DAY = 3
# The number and share of sampled pages that a word must be on; rarer ones are typos.
_LEAST, _LEAST_PART = 2, 0.05
_NOTE = re.compile(r"\)[ \t]*_([^\W\d_][^_:：()]{0,40}?)[ \t]*[:：].*_[ \t]*\Z")
_STAMP = re.compile(r"_(?:\d{4}-\d\d-\d\d[ T]|\()")


def detect_config(reader: PageReader) -> Config:
    """Return the configuration of the archive, with missing settings detected from a sample of its pages.

    Detects the prefix of most related links, unless a folder has this name, and unknown section headings and context
    markers, identified by their items.
    """
    config = reader.config
    prefix = reader.missing_prefix
    if prefix and not has_surrogates(prefix):  # configurations are UTF-8
        config = replace(config, site_prefix=prefix)
    found: dict[str, Counter[str]] = {part.name: Counter() for part in fields(Labels)}
    pages = 0
    for event, lines in _sample(reader):
        pages += 1
        for kind, word in set(_unknown_words(event, lines, config)):
            found[kind][word] += 1
    enough = max(_LEAST, _LEAST_PART * pages)
    often = {kind: [word for word, number in words.most_common() if number >= enough] for kind, words in found.items()}
    sections = [label_key(word) for kind in SECTIONS for word in {label_key(word) for word in often[kind]}]
    more = {
        # Skip words for two sections, and words that are not UTF-8.
        kind: tuple(word for word in words if sections.count(label_key(word)) < 2 and not has_surrogates(word))
        for kind, words in often.items()
    }
    labels = Labels(**{kind: getattr(config.labels, kind) + words for kind, words in more.items()})
    return replace(config, labels=labels)


def _sample(reader: PageReader) -> Iterator[tuple[Event, list[str]]]:
    days = list(reader.tree.days())
    for day in days[:: len(days) // _SAMPLE_DAYS + 1]:
        for path in reader.tree.event_paths(day)[:_PER_DAY]:
            try:
                text = reader.tree.read(path)
            except PageError:
                continue
            event = reader.parse_event(path, text)
            yield event, without_comments(page_lines(text), event.comments)


def _unknown_words(event: Event, lines: list[str], config: Config) -> Iterator[tuple[str, str]]:
    """Yield the unknown headings and context markers of a page, each with its kind."""
    marks = set(map(label_key, config.labels.context))
    starts = [section.line for section in event.sections] + [len(lines) + 1]
    for section, end in zip(event.sections, starts[1:], strict=True):
        items = [line for line in lines[section.line : end - 1] if ITEM.match(line) and find_links(line)]
        kind = section.kind
        if kind == "other" and not DATE_LABEL.match(section.title):
            kind = _kind(items)
            word = label_word(section.title)
            if kind and is_label(word):
                yield kind, word
        if kind == "related":
            notes = (label_word(match[1]) for line in items if (match := _NOTE.search(line)))
            yield from (("context", word) for word in notes if is_label(word) and label_key(word) not in marks)


def _kind(items: list[str]) -> str:
    """Return the kind of a list, judged by its items; empty if unclear."""
    if not items:
        return ""
    if all(is_external(find_links(line)[-1].target) for line in items):
        return "sources"
    if all(_STAMP.search(line) for line in items):
        return "changes"
    are_pages = all(".md" in find_links(line)[-1].target or "/news/" in find_links(line)[-1].target for line in items)
    return "related" if are_pages else ""
