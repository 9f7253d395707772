"""What an archive's pages say of the configuration that it needs: the site prefix, and words for their parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace

from newsarc.archive.reader import Pages
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
# On how many pages a word must be, and on what part of those looked at: one that is rarer is a slip of the pen.
_LEAST, _LEAST_PART = 2, 0.05
_NOTE = re.compile(r"\)[ \t]*_([^\W\d_][^_:：()]{0,40}?)[ \t]*[:：].*_[ \t]*\Z")
_STAMP = re.compile(r"_(?:\d{4}-\d\d-\d\d[ T]|\()")


def fitted(archive: Pages) -> Config:
    """Return the archive's configuration with what its pages show to be missing in it.

    That is the prefix that most related links carry, if no folder is called so, and the headings of lists and the marks
    of contexts that are known by what stands under them. Judged by pages from all over the archive, some hundreds.
    """
    config = archive.config
    prefix = archive.missing_prefix
    if prefix and not has_surrogates(prefix):  # a configuration is UTF-8
        config = replace(config, site_prefix=prefix)
    found: dict[str, Counter[str]] = {part.name: Counter() for part in fields(Labels)}
    pages = 0
    for event, lines in _sample(archive):
        pages += 1
        for kind, word in set(_unknown_words(event, lines, config)):
            found[kind][word] += 1
    enough = max(_LEAST, _LEAST_PART * pages)
    often = {kind: [word for word, number in words.most_common() if number >= enough] for kind, words in found.items()}
    sections = [label_key(word) for kind in SECTIONS for word in {label_key(word) for word in often[kind]}]
    more = {
        # A word for two sections tells neither; and a configuration is UTF-8.
        kind: tuple(word for word in words if sections.count(label_key(word)) < 2 and not has_surrogates(word))
        for kind, words in often.items()
    }
    labels = Labels(**{kind: getattr(config.labels, kind) + words for kind, words in more.items()})
    return replace(config, labels=labels)


def _sample(archive: Pages) -> Iterator[tuple[Event, list[str]]]:
    days = list(archive.tree.days())
    for day in days[:: len(days) // _SAMPLE_DAYS + 1]:
        for path in archive.tree.event_paths(day)[:_PER_DAY]:
            try:
                text = archive.tree.read(path)
            except PageError:
                continue  # what cannot be read tells nothing
            event = archive.parse_event(path, text)
            yield event, without_comments(page_lines(text), event.comments)


def _unknown_words(event: Event, lines: list[str], config: Config) -> Iterator[tuple[str, str]]:
    """Yield the words of a page that newsarc has no use for so far, each with what it is a word for."""
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
    """Return what a list is by its items; empty where they do not tell."""
    if not items:
        return ""
    if all(is_external(find_links(line)[-1].target) for line in items):
        return "sources"
    if all(_STAMP.search(line) for line in items):
        return "changes"
    are_pages = all(".md" in find_links(line)[-1].target or "/news/" in find_links(line)[-1].target for line in items)
    return "related" if are_pages else ""
