"""robots.txt: what the owners of a site ask programs to leave alone."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

from newsarc.sources.answers import Answer, Reply

NAME = "newsarc"  # the name by which a robots.txt can address newsarc
_MAX_DELAY = 60.0  # seconds; more is meant for those who read whole sites


class Robots:
    """The rules of one site for newsarc."""

    def __init__(self, answer: Answer) -> None:
        """Read the rules from the answer to a request for robots.txt.

        Without a file (4xx) all is allowed. Where the server fails or does not answer, nothing may be asked (RFC 9309):
        ``failure`` is then that answer.
        """
        is_failing = answer.status is None or answer.status >= 500
        self.failure = Reply(answer.address, answer.status, answer.error) if is_failing else None
        self._rules: RobotFileParser | None = None
        if answer.status is not None and 200 <= answer.status < 300:
            self._rules = RobotFileParser()
            self._rules.parse(answer.body.decode("utf-8", "replace").splitlines())

    def allows(self, address: str) -> bool:
        """Whether an address may be asked."""
        return self.failure is None and (self._rules is None or self._rules.can_fetch(NAME, address))

    @property
    def delay(self) -> float:
        """The seconds that the site asks to leave between two requests; 0 if it does not say."""
        delay = self._rules.crawl_delay(NAME) if self._rules is not None else None
        return min(float(delay), _MAX_DELAY) if delay is not None else 0.0
