"""Whether an address answers with a page of something else than it once did, as far as titles tell."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from newsarc.sources.citations import Citation
from newsarc.sources.web_addresses import host_of_address
from newsarc.text.tokenizer import has_spaceless, tokens

_LEAST_LETTERS = 4  # shorter words say little
_LEAST_WORDS = 4  # of a title that is about something: those of walls, logins and errors are shorter
_DIGITS = 6  # of the digest of a word: two words with the same one only hide a drift
_MOST_WORDS = 32
_LEAST_PAGES = 2  # with the name of another site
_NAME = re.compile(r"\s([|·•–—-])\s")


def title_digest(titles: Iterable[str]) -> str:
    """Return digests of the words of a page's titles, which tell whether another title shares one, but not the text."""
    return "".join(sorted(_digests(_words(" ".join(titles))))[:_MOST_WORDS])


def is_other_page(titles: Sequence[str], before: str, address: str, citation: Citation) -> bool:
    """Whether the titles of a page name neither the subject nor the site that they named before.

    ``before`` is the digest of the titles with which the page was last recognised as that of the event. Where these did
    not name the site, nothing can be told: new words alone may be a new headline, or a translation. The same holds for
    titles that are short, or in another script.
    """
    words = _words(" ".join(titles))
    host = host_of_address(address)
    headline = _words(" ".join(citation.headlines))
    site = (_words(" ".join(citation.labels)) | _words(host.replace(".", " "))) - headline
    known = {before[at : at + _DIGITS] for at in range(0, len(before), _DIGITS)}
    if not known & _digests(site) or len(words) < _LEAST_WORDS or not _scripts(words) <= _scripts(headline):
        return False
    names_site = any(word in host for word in words)
    return not (names_site or words & (headline | site) or known & _digests(words))


def of_another_site(pages: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the addresses of pages that have the name of one site in their titles, but are not one page.

    ``pages`` are the titles at each address of a host. A name stands at the end, as in ``Title | Name``.
    """
    found: set[str] = set()
    named: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    for address, titles in pages.items():
        for title in titles:
            _, *separated = _NAME.split(title)
            if separated and _words(separated[-1]):
                named[separated[-1]][address] = titles
    shown = Counter(title for titles in pages.values() for title in set(titles))
    for listed in named.values():
        alone = {address for address, titles in listed.items() if all(shown[title] == 1 for title in titles)}
        if len(alone) >= _LEAST_PAGES:
            found |= alone
    return found


def _words(text: str) -> set[str]:
    """Return the words that may say what a text is about; where a script has no spaces, all pairs of characters."""
    words = tokens(text)
    pairs = {one + other for one, other in pairwise(words) if has_spaceless(one) and has_spaceless(other)}
    return pairs | {word for word in words if len(word) >= _LEAST_LETTERS}


def _digests(words: Iterable[str]) -> set[str]:
    return {hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()[:_DIGITS] for word in words}


def _scripts(words: Iterable[str]) -> set[str]:
    letters = {letter for word in words for letter in word if letter.isalpha()}
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
