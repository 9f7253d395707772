"""NA1: related links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.moved import where_it_went
from newsarc.lint.rules.rule import EventRule
from newsarc.model import Event

if TYPE_CHECKING:
    from newsarc.archive import Archive


class BrokenRelatedLink(EventRule):
    """A related link names an event that the archive does not have.

    Every edit of a headline renames its file, and the pages that name the event keep the old name until someone
    mends them. A reader who follows such a link learns nothing of what led there or what came after. However a link is
    spelled (percent-encoded, as `.html`, with a `#fragment`, relative, its day padded), it is whole when it reaches a
    page.

    Bad, when the file was renamed to `two-bridges-close.md`:

        1. [A bridge closes](/news/2019/03/1/a-bridge-closes.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA101"
    name = "broken-related-link"
    summary = "the target of a related link is no event of the archive"
    severity = "error"

    def check(self, event: Event, archive: Archive) -> Iterator[Finding]:
        for link in event.related:
            if link.broken:
                message = f"no such event: {link.target}" if link.target else "the link has no target"
                yield self.at_target(event, link, message, where_it_went(link, event.path, archive))


RULES = (BrokenRelatedLink(),)
