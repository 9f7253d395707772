"""What a page says that it is: its titles, compared with the headlines of the events that cite it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from newsarc.text.tokenizer import has_spaceless, tokens

SEARCHED_BYTES = 16 * 1024
_TITLE = re.compile(rb"<title\b[^>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_META = re.compile(rb"<meta\b([^>]{0,2000})>", re.IGNORECASE)
_IS_TITLE = re.compile(rb"""(?:property|name)\s{0,9}=\s{0,9}["']?(?:og|twitter):title\b""", re.IGNORECASE)
_CONTENT = re.compile(rb"""content\s{0,9}=\s{0,9}(?:"([^"]{0,1000})"|'([^']{0,1000})')""", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_LEAST_SHARED = 2  # words
_LEAST_LETTERS = 4  # of a word; most shorter ones say nothing in languages with Latin letters only
_LEAST_OTHERS = 3
_FEW = 4  # headlines that may share a word
_COMMON = 0.02  # of all headlines


def page_titles(body: bytes, charset: str | None = None) -> tuple[str, ...]:
    """Return the titles of an HTML page, given the beginning of it and the encoding that its server says it has."""
    head = body[:SEARCHED_BYTES]
    found = [match[1] for match in _TITLE.finditer(head)][:1]
    for attributes in (match[1] for match in _META.finditer(head)):
        if _IS_TITLE.search(attributes) and (content := _CONTENT.search(attributes)):
            found.append(content[1] or content[2] or b"")
    said = charset.encode("ascii", "ignore") if charset else b""
    if not said and (written := _CHARSET.search(head)):
        said = written[1]
    texts = (" ".join(html.unescape(_decoded(text, said)).split()) for text in found)
    return tuple(dict.fromkeys(filter(None, texts)))


def _decoded(text: bytes, charset: bytes) -> str:
    try:
        return text.decode(charset.decode("ascii") or "utf-8")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")


def common_words(headlines: Collection[str]) -> frozenset[str]:
    """Return the words that so many headlines have that they tell none of them from the others."""
    counts = Counter(word for headline in headlines for word in _words(headline))
    return frozenset(word for word, count in counts.items() if count > max(_FEW, _COMMON * len(headlines)))


def is_identified(
    titles: Sequence[str], headlines: Iterable[str], labels: Iterable[str], common: Collection[str] = ()
) -> bool | None:
    """Whether a title of a page is that of one of the events that cite it; None if the page has no title.

    Titles and headlines are compared by their words. Those of ``labels``, the names of the sources, do not count, nor
    do the ``common`` ones, nor those that say nothing. Headlines are written by the archive, so false does not mean
    that the page is another one: that needs further evidence (:func:`newsarc.sources.check.answers.is_soft_404`).
    """
    if not titles:
        return None
    unwanted = {word for label in labels for word in _words(label)}.union(common)
    wanted = [_words(headline) - unwanted for headline in headlines]
    return any(_has_subject(_words(title) - unwanted, words) for title in titles for words in wanted)


def _has_subject(title: set[str], headline: set[str]) -> bool:
    """Whether a title has enough words of a headline: one alone may be chance, unless the headline has no other."""
    shared = len(title & headline)
    return shared >= _LEAST_SHARED or 0 < shared == len(headline)


def _words(text: str) -> set[str]:
    """Return the words of a text that may identify it; where a script has no spaces, all pairs of characters."""
    words = tokens(text)
    pairs = {one + other for one, other in pairwise(words) if has_spaceless(one) and has_spaceless(other)}
    return pairs | {word for word in words if len(word) >= (_LEAST_LETTERS if word.isascii() else _LEAST_OTHERS)}
