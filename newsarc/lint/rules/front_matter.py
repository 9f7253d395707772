"""NA7: front matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.labels import same_headline
from newsarc.lint.rules.rule import PageRule
from newsarc.parser.front_matter import KNOWN_KEYS
from newsarc.parser.targets import intended_path
from newsarc.text.normalize import display, fold
from newsarc.text.urls import is_external

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.page import Page
    from newsarc.model import Event, FrontMatter

# Keys of other site generators that are too different from ours for a fuzzy match.
_OTHER_NAMES = {
    "headline": "title",
    "name": "title",
    "day": "date",
    "permalink": "slug",
    "url": "slug",
    "tags": "topics",
    "categories": "topics",
    "category": "topics",
    "subject": "topics",
    "links": "sources",
    "references": "sources",
    "redirect_from": "aliases",
    "redirects": "aliases",
}


class InvalidFrontMatter(PageRule):
    """The front matter cannot be parsed, or a key has a value of the wrong type.

    Front matter overrides the page; if it cannot be parsed, its values are lost. Other programs may also read it
    differently: they disagree on repeated keys, on invalid dates, and on where a block begins and ends. A block is YAML
    between `---` or TOML between `+++` at the top of the page; only white space and HTML comments may come first. Text
    is taken literally: `10:30`, `007` and `no` need no quotes in YAML. An alias is a former slug or path of the event,
    not a URL.

    Bad:

        ---
        date: 2019-02-30
        topics: {Bridges: yes}
        ---

    Good:

        ---
        date: 2019-03-01
        topics: [Bridges]
        ---
    """

    code = "NA701"
    name = "invalid-front-matter"
    summary = "the front matter cannot be parsed, or a value has the wrong type"
    severity = "error"
    in_sites = True
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for problem in page.problems:
            if problem.kind == "front-matter":
                yield self.finding(page.path, problem.line, problem.message, column=problem.column)
        front = page.event.front_matter if page.event is not None and reader.layout is None else None
        for alias in front.aliases if front is not None else ():  # in sites, they are addresses
            meant = (
                intended_path(alias, page.path, reader.config.site_prefix) if "/" in alias or "\\" in alias else None
            )
            if meant is not None or ("/" in alias and is_external(alias)):
                advice = f"; write /{meant.path}" if meant is not None else ""
                yield self.finding(
                    page.path, 1, f"the alias {alias} is not a path of the archive{advice}", target=alias
                )


class UnknownFrontMatterKey(PageRule):
    """The front matter has a key that newsarc does not know.

    newsarc ignores its value. Usually it is a misspelled key. If another program reads your front matter too, ignore
    this rule in the configuration.

    Bad:

        ---
        topic: [Bridges]
        ---

    Good:

        ---
        topics: [Bridges]
        ---
    """

    code = "NA702"
    name = "unknown-front-matter-key"
    summary = "the front matter has a key that newsarc does not know"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        front = _front_matter(page)
        places = _places(page) if front is not None and front.unknown else {}
        for key in front.unknown if front is not None else ():
            close = _closest(key)
            hint = f"; did you mean {close}?" if close else f"; known keys: {', '.join(sorted(KNOWN_KEYS))}"
            line, column = places.get(key, (1, 1))
            message = f"unknown key: {key}{hint}"
            yield self.finding(page.path, line, message, column=column, end_column=column + len(key), target=key)


class FrontMatterMismatch(PageRule):
    """The front matter and the page disagree on the headline, the topics or the slug.

    newsarc uses the front matter and readers see the page: someone edited only one of them. Case, accents, punctuation,
    the order of topics and a topic prefix are ignored. A value that only one of them has is not compared. NA201 checks
    dates.

    Bad:

        ---
        title: A bridge closes
        ---

        # Two bridges close

    Good:

        ---
        title: Two bridges close
        ---

        # Two bridges close
    """

    code = "NA703"
    name = "front-matter-mismatch"
    summary = "the front matter and the page disagree"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        front = _front_matter(page)
        if front is None or page.event is None:
            return
        places = _places(page)
        for key, message in _contradictions(front, page.event):
            line, column = places.get(key, (1, 1))
            yield self.finding(page.path, line, message, column=column, end_column=column + len(key), target=key)


def _contradictions(front: FrontMatter, event: Event) -> Iterator[tuple[str, str]]:
    """Yield each key that disagrees with the page, and the message."""
    title, headline = display(front.title or "", is_markdown=False), display(event.headline_written)
    if title and headline and not same_headline(fold(title), fold(headline)):
        yield "title", f"the title differs from the headline on line {event.headline_line}: {headline}"
    name = event.path.rpartition("/")[2].removesuffix(".md")
    if front.slug and _same_form(front.slug) != _same_form(name):
        yield "slug", f"the slug is {front.slug}, but the file is {name}.md"
    lines = [topic for topic in event.topic_lines if topic.name]
    here = {fold(topic): topic for topic in (display(topic, is_markdown=False) for topic in front.topics)}
    there = {fold(topic.name): topic.name for topic in lines}
    if here and there and here.keys() != there.keys():
        only_here = [f"only here: {here[topic]}" for topic in here if topic not in there]
        only_there = [f"only on line {topic.line}: {topic.name}" for topic in lines if fold(topic.name) not in here]
        yield "topics", f"topics differ from the page; {'; '.join((*only_here, *only_there))}"


def _front_matter(page: Page) -> FrontMatter | None:
    return page.event.front_matter if page.event is not None else None


def _closest(key: str) -> str | None:
    word = key.strip().lower()
    if word in _OTHER_NAMES:
        return _OTHER_NAMES[word]
    close = get_close_matches(word, sorted(KNOWN_KEYS), n=1, cutoff=0.6)
    return close[0] if close else None


def _places(page: Page) -> dict[str, tuple[int, int]]:
    """Return the line and column of each key in the front matter; for a repeated key, those of the first."""
    front = _front_matter(page)
    keys = reversed(front.keys) if front is not None else ()
    return {key.name: (key.line, key.column) for key in keys}


def _same_form(slug: str) -> str:
    return unicodedata.normalize("NFC", slug.strip().removesuffix(".md").removesuffix(".html"))


RULES = (InvalidFrontMatter(), UnknownFrontMatterKey(), FrontMatterMismatch())
