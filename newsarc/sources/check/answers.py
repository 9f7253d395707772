"""What answers mean: pure functions from what requests saw to the outcome of a check."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from newsarc.sources.check.drift import title_digest
from newsarc.sources.check.page_identity import page_titles
from newsarc.sources.history import NO_SUCH_HOST, Check, Outcome
from newsarc.sources.web_addresses import host_of_address, is_home_page, is_same_page, names_path, normalized

REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_GONE = (404, 410)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_REFUSED = "refused: "
_AT_ENDS = "".join(map(chr, range(33)))  # control characters and space, which do not belong to a URL
_LINE_BREAKS = re.compile(r"[\t\r\n]")
_QUERY = re.compile(r"[?#]")


class Answer(Protocol):
    """What one request saw (:class:`newsarc.sources.check.fetch.Seen`)."""

    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> int | None: ...  # noqa: D102
    @property
    def error(self) -> str: ...  # noqa: D102
    @property
    def headers(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def body(self) -> bytes: ...  # noqa: D102


class Reply(NamedTuple):
    """What is kept of an answer. ``status`` is None if there was none; ``error`` then says why."""

    address: str
    status: int | None = None
    error: str = ""
    headers: Mapping[str, str] = {}


class Visit(NamedTuple):
    """A visit to an address: the replies on the way, and the titles of the page that it ended at.

    ``obstacle`` says why the visit ended before a page: robots.txt, or too many redirects; ``may_pass`` whether it may
    be gone soon.
    """

    replies: tuple[Reply, ...]
    titles: tuple[str, ...] = ()
    obstacle: str = ""
    may_pass: bool = False

    @property
    def last(self) -> Reply:
        """The last reply."""
        return self.replies[-1]


def titles_of(answer: Answer) -> tuple[str, ...]:
    """Return the titles of the page that an answer is."""
    kind = answer.headers.get("content-type", "")
    if kind and "html" not in kind.lower():
        return ()
    charset = _CHARSET.search(kind)
    return page_titles(answer.body, charset[1] if charset else None)


def redirect_target(answer: Answer | Reply) -> str | None:
    """Return the address that an answer redirects to, an empty string if that cannot be asked, None if it does not."""
    if answer.status not in REDIRECTS or "location" not in answer.headers:
        return None
    try:
        target = normalized(urljoin(answer.address, _as_url(answer.headers["location"]))) or ""
    except ValueError:
        return ""
    return "" if "%" in host_of_address(target) else target


def _as_url(location: str) -> str:
    """Return what a server wrote as a URL with percent-encoding where a URL needs it, as browsers do (WHATWG URL).

    A backslash in the path is read as a slash. Printable characters other than ASCII stay: a host may have them.
    """
    location = _LINE_BREAKS.sub("", location.strip(_AT_ENDS))
    path = _QUERY.split(location, maxsplit=1)[0]
    return "".join(map(_encoded, path.replace("\\", "/") + location[len(path) :]))


def _encoded(character: str) -> str:
    if character.isprintable() and character != " ":
        return character
    return quote(character.encode("utf-8", "surrogateescape"))  # a byte that is not UTF-8 was read as a surrogate


def is_challenge(answer: Reply) -> bool:
    """Whether an answer is that of a service that keeps bots out, whatever its status."""
    headers = answer.headers
    return "cf-mitigated" in headers or "x-datadome" in headers or headers.get("x-amzn-waf-action", "") != ""


def check_of(visit: Visit, at: dt.datetime, is_identified: bool | None) -> Check:
    """Return the check that a visit amounts to."""
    outcome, reason = _outcome(visit)
    if outcome != "alive":
        return Check(at, outcome, visit.last.status, reason)
    to = _moved_to(visit, is_identified)
    title = title_digest(visit.titles) if is_identified else ""
    return Check(at, "moved" if to else "alive", visit.last.status, "", to, is_identified, title)


def _outcome(visit: Visit) -> tuple[Outcome, str]:
    last = visit.last
    if visit.obstacle:
        return "blocked", visit.obstacle
    if last.status is None:
        if last.error.startswith(_REFUSED):
            return "refused", last.error.removeprefix(_REFUSED)
        return ("gone" if last.error == NO_SUCH_HOST else "down"), last.error
    if is_challenge(last):
        return "blocked", f"{last.status}, bots are kept out"
    if last.status in REDIRECTS:
        return (
            ("refused", "redirect to no web address")
            if redirect_target(last) == ""
            else ("down", "redirect to nowhere")
        )
    if last.status in _GONE:
        return "gone", str(last.status)
    if 200 <= last.status < 300:
        return "alive", ""
    return ("blocked" if 400 <= last.status < 500 or last.status >= 600 else "down"), str(last.status)


def _moved_to(visit: Visit, is_identified: bool | None) -> str | None:
    """Return the new address of a page that has moved for good; None if it has not, or may not have."""
    first, *others = visit.replies
    if not others or is_identified is False or is_same_page(first.address, visit.last.address):
        return None
    is_permanent = all(answer.status in _PERMANENT for answer in visit.replies[:-1])
    is_lost = is_home_page(visit.last.address) and not is_home_page(first.address)
    return visit.last.address if is_permanent and not is_lost else None


def retry_after(answer: Answer | Reply, now: dt.datetime) -> float | None:
    """Return for how many seconds a server asks to be left alone, in either form of the header; None if it does not."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        wanted = parsedate_to_datetime(text)
        return max(0.0, ((wanted if wanted.tzinfo else wanted.replace(tzinfo=dt.UTC)) - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def is_suspicious(visit: Visit, is_identified: bool | None) -> bool:
    """Whether a page that answers may be the error page of its site: it has another title, or is the front page."""
    first, last = visit.replies[0].address, visit.last.address
    if is_home_page(first) or is_identified:
        return False
    return is_identified is False or is_home_page(last)


def sibling_of(address: str, name: str) -> str | None:
    """Return the address of a page ``name`` beside that of ``address``; None for a front page."""
    parts = urlsplit(address)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    if not last:
        return None
    dot = last.rfind(".")
    ending = last[dot:] if dot > 0 and len(last) - dot <= 6 else ""
    slash = "/" if parts.path.endswith("/") else ""
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}{ending}{slash}", "", ""))


def is_soft_404(visit: Visit, sibling: Visit) -> bool:
    """Whether a page is what its site shows for any address, as a page beside it that cannot exist tells.

    A page that notes where its reader came from is none: it lets readers in later, such as a login.
    """
    one, other = visit.last, sibling.last
    if visit.obstacle or sibling.obstacle or one.status != other.status or one.status is None:
        return False
    if names_path(one.address, visit.replies[0].address):
        return False
    is_elsewhere = len(visit.replies) > 1 and one.address == other.address
    return is_elsewhere or (visit.titles != () and visit.titles == sibling.titles)
