"""A source as its author types it → a label and an address."""

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
    """A source of an event to be written: ``label`` for reading, ``url`` as it was given."""

    label: str
    url: str

    @property
    def item(self) -> str:
        """The source as the item of a list, without its number."""
        # What Markdown would take for the end of the address.
        target = _NEEDS_ESCAPE.sub(lambda match: quote(match[0], safe=""), self.url)
        return f"[{balance_brackets(self.label)}]({target})"


def source_of(said: str) -> NewSource:
    """Return the source in ``said``: an address, or a name and an address behind it; without a name the host is its
    name.

    Raises UsageError where there is no address.
    """
    label, _, url = said.strip().rpartition(" ")
    if not _ADDRESS.match(url):
        raise UsageError(f'--source {said}: no address; write "The Independent https://…", or the address alone')
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise UsageError(f"--source {said}: the address has no host")
    return NewSource(label.strip() or host.removeprefix("www."), url)
