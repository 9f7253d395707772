"""Links to archived copies: a second link beside the source, never in its place.

    1. [The Harbour Gazette](http://gazette.example.org/bridges) ([archived 2019-03-01](https://web.archive.org/web/…))

The parser reads the second link as a part of the source (:attr:`newsarc.model.Source.archived`).
"""

from __future__ import annotations

from urllib.parse import quote

from newsarc.model import Source
from newsarc.parser.page import ARCHIVED_WORDS
from newsarc.sources.copy_search import Copy, is_plain_url
from newsarc.text.entities import decode_entities
from newsarc.text.inline import find_links

# Characters that mean nothing in Markdown, at the end of a target, or in the templates of a site.
_PLAIN = "!#$%&'*+,/:;=?@"


def with_copy(line: str, source: Source, copy: Copy, word: str = ARCHIVED_WORDS[0]) -> str:
    """Return the line of a page on which ``source`` is linked, with a link to ``copy`` after it.

    ``word``, one of ARCHIVED_WORDS, begins the label of the link. The line is returned unchanged if the source has a
    copy already, if it is not a link on this line (in front matter, for example), or if another link would change the
    meaning of the line.
    """
    if source.archived is not None or not copy.url.startswith(("https://", "http://")) or not is_plain_url(copy.url):
        return line
    links = find_links(line)
    place = next((at for at, link in enumerate(links) if link.target_start + 1 == source.column), None)
    if place is None or links[place].target != source.url:
        return line
    label, target, end = f"{word} {copy.at.date().isoformat()}", _target(copy.url), links[place].end
    result = f"{line[:end]} ([{label}]({target})){line[end:]}"
    before = [(link.label, link.target, link.rendered) for link in links]
    after = [(link.label, link.target, link.rendered) for link in find_links(result)]
    return result if after == [*before[: place + 1], (label, target, True), *before[place + 1 :]] else line


def _target(url: str) -> str:
    """Return a URL as a target of Markdown."""
    target = quote(url, safe=_PLAIN)
    return target.replace("&", "&amp;") if decode_entities(target) != target else target
