"""Parses a source as given on the command line into label and URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from newsarc.errors import UsageError
from newsarc.lint.labels import balance_brackets

_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_NEEDS_ESCAPE = re.compile(r"[()<>\\]")


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source of a new event: ``label`` for reading, and ``url`` as given."""

    label: str
    url: str

    @property
    def item(self) -> str:
        """The source as a list item, without its number."""
        # Escape what would end the URL in Markdown.
        target = _NEEDS_ESCAPE.sub(lambda match: quote(match[0], safe=""), self.url)
        return f"[{balance_brackets(self.label)}]({target})"


def source_of(given: str) -> NewSource:
    """Return the source in ``given``: a URL, optionally preceded by a name. The default name is the host.

    Raises UsageError if there is no URL.
    """
    label, _, url = given.strip().rpartition(" ")
    if not _ADDRESS.match(url):
        raise UsageError(f'--source {given}: must contain a URL: "Name https://…" or the URL alone')
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise UsageError(f"--source {given}: the URL has no host")
    return NewSource(label.strip() or host.removeprefix("www."), url)
