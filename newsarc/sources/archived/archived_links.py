"""Links to archived copies: a second link beside the source, never in its place.

    1. [The Harbour Gazette](http://gazette.example.org/bridges) ([archived 2019-03-01](https://web.archive.org/web/…))

The parser reads the second link as a part of the source (:attr:`newsarc.model.Source.archived`).
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

from newsarc.model import Event, Source
from newsarc.parser.page import ARCHIVED_WORDS
from newsarc.sources.archived.copy_search import FIRST_DAY, Copy, is_plain_url
from newsarc.text.entities import decode_entities
from newsarc.text.inline import find_links

# Characters that mean nothing in Markdown, at the end of a target, or in the templates of a site.
_PLAIN = "!#$%&'*+,/:;=?@"
_LAST_CERTAIN_DAY = 30  # after an event; later, many sites put other reports at the address
_HAN = re.compile("[\u4e00-\u9fff]")
_TRADITIONAL = re.compile("[來訊]")  # of the usual headings: 消息來源, 資訊來源


def with_copy(line: str, source: Source, copy: Copy, word: str = ARCHIVED_WORDS[0]) -> str:
    """Return the line of a page on which ``source`` is linked, with a link to ``copy`` after it.

    ``word``, one of ARCHIVED_WORDS, begins the label of the link. The line is returned unchanged where
    :func:`copy_insertion` returns None.
    """
    found = copy_insertion(line, source, copy, word)
    return f"{line[: found[0]]}{found[1]}{line[found[0] :]}" if found is not None else line


def copy_insertion(line: str, source: Source, copy: Copy, word: str = ARCHIVED_WORDS[0]) -> tuple[int, str] | None:
    """Return the text that links to ``copy``, and where to insert it, after the link to ``source`` on a line of a page.

    None if the source has a copy already, if it is not a link on this line (in front matter, for example), or if
    another link would change the meaning of the line.
    """
    if source.archived is not None or not copy.url.startswith(("https://", "http://")) or not is_plain_url(copy.url):
        return None
    links = find_links(line)
    place = next((at for at, link in enumerate(links) if link.target_start + 1 == source.column), None)
    if place is None or links[place].target != source.url:
        return None
    label, target, end = f"{word} {copy.at.date().isoformat()}", _target(copy.url), links[place].end
    text = f" ([{label}]({target}))"
    result = f"{line[:end]}{text}{line[end:]}"
    before = [(link.label, link.target, link.rendered) for link in links]
    after = [(link.label, link.target, link.rendered) for link in find_links(result)]
    return (end, text) if after == [*before[: place + 1], (label, target, True), *before[place + 1 :]] else None


def is_certain(copy: Copy, date: dt.date | None) -> bool:
    """Whether a copy certainly has the report of an event of ``date``: a page from the day before it to 30 days after.

    What was captured earlier cannot be a report of the event.
    """
    if copy.status != 200 or date is None:
        return False
    return FIRST_DAY <= (copy.at.date() - date).days <= _LAST_CERTAIN_DAY


def archived_word(event: Event) -> str:
    """Return the word that begins the label of a link to a copy, in the language of the heading of the sources."""
    titles = "".join(section.title for section in event.sections if section.kind == "sources")
    if not _HAN.search(titles):
        return ARCHIVED_WORDS[0]
    return ARCHIVED_WORDS[2] if _TRADITIONAL.search(titles) else ARCHIVED_WORDS[1]


def _target(url: str) -> str:
    """Return a URL as a target of Markdown."""
    target = quote(url, safe=_PLAIN)
    return target.replace("&", "&amp;") if decode_entities(target) != target else target
