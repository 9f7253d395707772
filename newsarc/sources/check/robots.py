"""robots.txt: what the owners of a site ask programs to leave alone, as RFC 9309 says."""

from __future__ import annotations

import re

from protego import Protego

from newsarc.sources.check.answers import Answer, Reply

NAME = "newsarc"  # the name by which a robots.txt can address newsarc
_MAX_DELAY = 60.0  # seconds; more is meant for those who read whole sites
# A line that says for whom the following rules are, in the spellings that Protego knows; and the name in it.
_FOR_WHOM = re.compile(r"\s*user(?:-|\s*)agent(?:\s*:|\s)\s*(\*(?=\s|#|\Z)|[a-z_-]*)", re.IGNORECASE)


class Robots:
    """The rules of one site for newsarc."""

    def __init__(self, answer: Answer) -> None:
        """Read the rules from the answer to a request for robots.txt.

        Without a file (4xx) all is allowed. Where the server fails, refuses for now (429) or does not answer, nothing
        may be asked: ``failure`` is then that answer.
        """
        is_failing = answer.status is None or answer.status >= 500 or answer.status == 429
        self.failure = Reply(answer.address, answer.status, answer.error) if is_failing else None
        self._rules: Protego | None = None
        if answer.status is not None and 200 <= answer.status < 300:
            text = answer.body.decode("utf-8-sig", "replace")
            self._rules = Protego.parse("\n".join(map(_with_known_name, text.splitlines())))

    def allows(self, address: str) -> bool:
        """Whether an address may be asked."""
        return self.failure is None and (self._rules is None or self._rules.can_fetch(address, NAME))

    @property
    def delay(self) -> float:
        """The seconds that the site asks to leave between two requests, 60 at most; 0 if it does not say."""
        delay = self._rules.crawl_delay(NAME) if self._rules is not None else None
        return min(delay, _MAX_DELAY) if delay is not None else 0.0


def _with_known_name(line: str) -> str:
    """Return a line of robots.txt with one name for everybody but newsarc, if it says for whom rules are.

    Protego takes ``news`` for newsarc, and each rule times the names that it is for.
    """
    match = _FOR_WHOM.match(line)
    if match is None:
        return line
    name = match[1].lower()
    return f"User-agent: {name if name in (NAME, '*') else 'other'}"
