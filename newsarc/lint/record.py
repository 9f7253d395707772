"""What lint knows of a day folder, as it is handed from process to process and kept from run to run.

Plain tuples, numbers, texts and bytes: what ``marshal`` writes and reads at 10,000 days in 20 ms, and what can do
nothing when it is read back.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

from newsarc.lint.columns import Columns, Former, unpacked
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.look import Seen
from newsarc.lint.rules import RULES
from newsarc.lint.shelf import Piece
from newsarc.lint.suppress import Suppression
from newsarc.model import Change, Link, RelatedLink
from newsarc.storage.tree import Day

_LINKS = (Link, RelatedLink, Change)
_SPELLED = {rule.code: (rule.name, rule.severity) for rule in RULES}
_LINK_PARTS: dict[type[Link], Callable[[Link], tuple[Any, ...]]] = {
    kind: attrgetter(*(part.name for part in fields(kind))) for kind in _LINKS
}
DeadLink = tuple[Finding, Link]


class DayRecord(NamedTuple):
    """What a look at the pages of one day folder found.

    ``state`` tells the folder (:class:`newsarc.storage.fingerprints.FolderState`) from itself after any change; it is
    empty where the next run is to look again in any case. ``names`` stands for its listing, which has ``number``
    events; ``asked`` are the other folders on whose listings the rest depends, ``dead_paths`` what the dead links name;
    so many pages were ``unread``. Packed are ``found``, findings, wishes and texts; ``later``, what the second look
    found about these pages (None where that is not known); and ``facts``, names of files, columns and dead links.
    """

    path: str
    state: bytes
    names: bytes
    number: int
    asked: tuple[str, ...]
    former: Former
    has_day_pages: bool
    files: int
    unread: int
    dead_paths: tuple[str, ...]
    found: bytes | Piece
    later: bytes | Piece | None
    facts: bytes | Piece


class Found(NamedTuple):
    """Findings, what pages do not want to hear of, by path, and digests of the pages that a finding may mend."""

    findings: Sequence[Finding]
    wishes: dict[str, list[Suppression]]
    texts: dict[str, bytes]


class Later(NamedTuple):
    """What the second look found about the pages of a day: findings of rules, and of each dead link what became of it;
    digests of the pages that a finding of a rule may mend.
    """

    findings: list[Finding]
    dead: list[Finding]
    texts: dict[str, bytes]


def made(
    path: str, seen: Seen, listing: bytes, names: tuple[int, str], asked: Iterable[str], dead_paths: Iterable[str]
) -> DayRecord:
    """Return the record of the day folder at ``path``: what was ``seen`` there, its state apart.

    ``names`` are how many events there are, and their file names, joined by slashes.
    """
    wishes = [(page, list(map(_from_wish, of_page))) for page, of_page in seen.wishes.items()]
    found = (list(map(from_finding, seen.findings)), wishes, seen.texts)
    dead = [(from_finding(finding), _from_link(link)) for finding, link in seen.dead]
    return DayRecord(
        path=path,
        state=b"",
        names=listing,
        number=names[0],
        asked=tuple(sorted(asked)),
        former=seen.columns.former,
        has_day_pages=bool(seen.columns.day_pages),
        files=seen.files,
        unread=seen.unread,
        dead_paths=tuple(sorted(dead_paths)),
        found=marshal.dumps(found) if any(found) else b"",
        later=None,
        facts=pack_facts(names[1], seen.columns, dead),
    )


def found_in(record: DayRecord) -> Found:
    """Return what the first look found. Raises DamagedError, as all that read a record."""
    found: Found = _read(record.found, _to_found)
    return found


def later_in(record: DayRecord) -> Later:
    """Return what the second look found, which must be known."""
    assert record.later is not None
    later: Later = _read(record.later, _to_later)
    return later


def pack_later(later: Later) -> bytes:
    """Return what the second look found, as bytes."""
    if not (later.findings or later.dead):
        return b""
    return marshal.dumps((list(map(from_finding, later.findings)), list(map(from_finding, later.dead)), later.texts))


def events_in(record: DayRecord) -> str:
    """Return the file names of the events of the day, joined by slashes."""
    events: str = _facts(record)[0]
    return events


def columns_in(record: DayRecord, day: Day) -> Columns:
    """Return the columns of the day."""
    return unpacked(_facts(record)[1], day)


def dead_in(record: DayRecord) -> list[DeadLink]:
    """Return the dead links, with the findings about them as the first look left them."""
    return [(to_finding(finding), _to_link(link)) for finding, link in _facts(record)[2]]


def renumbered(record: DayRecord, day: Day, table: Sequence[int]) -> DayRecord:
    """Return the record with other numbers of events (:meth:`newsarc.lint.columns.Columns.renumbered`)."""
    events, columns, dead = _facts(record)
    return record._replace(facts=pack_facts(events, unpacked(columns, day).renumbered(table), dead))


def pack_facts(events: str, columns: Columns, dead: Sequence[Any]) -> bytes:
    """Return what only the second look asks for, as bytes."""
    values: Any = (events, columns.packed(), dead)
    return marshal.dumps(values)


def _facts(record: DayRecord) -> tuple[str, bytes, list[Any]]:
    facts: tuple[str, bytes, list[Any]] = _read(record.facts, marshal.loads)
    return facts


def _read(data: bytes | Piece, make: Callable[[bytes], Any]) -> Any:
    if isinstance(data, bytes):
        return make(data)
    if data.value is None:
        data.value = make(data.read())
    return data.value


def _to_found(data: bytes) -> Found:
    if not data:
        return Found((), {}, {})
    findings, wishes, texts = marshal.loads(data)
    named = {page: [Suppression(*wish) for wish in of_page] for page, of_page in wishes}
    return Found(list(map(to_finding, findings)), named, texts)


def _to_later(data: bytes) -> Later:
    if not data:
        return Later([], [], {})
    findings, dead, texts = marshal.loads(data)
    return Later(list(map(to_finding, findings)), list(map(to_finding, dead)), texts)


def from_finding(finding: Finding) -> tuple[Any, ...]:
    """Return a finding as plain values."""
    code, _, _, *rest, suggestion, fix = finding
    return (
        code,
        *rest,
        suggestion and tuple(suggestion),
        fix and (fix.safe, tuple(map(tuple, fix.edits))),
    )


def to_finding(values: Sequence[Any]) -> Finding:
    """Return the finding that :func:`from_finding` made plain values of."""
    code, message, path, line, column, end_line, end_column, target, suggestion, fix = values
    name, severity = _SPELLED[code]
    return Finding(
        code, name, severity, message, path, line, column, end_line, end_column, target,
        suggestion and Suggestion(*suggestion),
        fix and Fix(fix[0], tuple([Edit(*edit) for edit in fix[1]])),
    )  # fmt: skip


def _from_link(link: Link) -> tuple[Any, ...]:
    return (_LINKS.index(type(link)), *_LINK_PARTS[type(link)](link))


def _to_link(values: Sequence[Any]) -> Link:
    return _LINKS[values[0]](*values[1:])


def _from_wish(wish: Suppression) -> tuple[Any, ...]:
    return wish.written, wish.codes, wish.lines, wish.line, wish.column, wish.end_column
