"""The ledger: a file with what checks of addresses and searches for their copies found, one address a line.

It is JSON Lines, sorted by address. Several lines of one address count as one, so that the lines of two ledgers can
simply be put together: git does that with ``sources.jsonl merge=union`` in ``.gitattributes``. A check appends to the
file, and sorts it at the end.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from sys import intern
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from newsarc.errors import ArchiveError
from newsarc.sources.archived.copy_search import CopySearch, Searches, merged_searches, read_copy_search
from newsarc.sources.history import OUTCOMES, Check, History, Outcome, merged
from newsarc.sources.times import is_ahead, time_text
from newsarc.sources.web_addresses import host_of_address, normalized
from newsarc.storage.atomic import atomic_write
from newsarc.storage.files import read_file, read_last_line, read_lines
from newsarc.storage.paths import shorten
from newsarc.storage.signals import uninterrupted
from newsarc.text.sanitize import visible

_MAX_BYTES = 1 << 30
_MOST_CHECKS = 20
_OUTCOMES: Mapping[str, Outcome] = {outcome: outcome for outcome in OUTCOMES}
_STATUSES = {status: status for status in range(100, 1000)}
_DECODER = json.JSONDecoder()
_MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")


class Ledger(NamedTuple):
    """What a ledger says, by address: the histories of checks, and the searches for copies."""

    histories: dict[str, History]
    searches: dict[str, Searches]

    def _add(self, line: bytes) -> None:
        """Add what a line says. Raises ValueError, saying what is wrong with it."""
        address, history, searches = _parse(line)
        if history is not None:
            known = self.histories.get(address)
            self.histories[address] = merged(known, history) if known is not None else history
        if searches:
            self.searches[address] = merged_searches(self.searches.get(address, ()), searches)

    def update(self, other: Ledger) -> None:
        """Add what another ledger says."""
        for address, history in other.histories.items():
            self.histories[address] = merged(self.histories.get(address, ()), history)
        for address, searches in other.searches.items():
            self.searches[address] = merged_searches(self.searches.get(address, ()), searches)


def read_ledger(file: Path) -> dict[str, History]:
    """Return the history of each address in a ledger. Raises ArchiveError as :func:`read_all` does."""
    return read_all(file).histories


def read_all(file: Path) -> Ledger:
    """Return what a ledger says; nothing if the file does not exist.

    Unknown keys and blank lines are skipped, and so is an incomplete last line, which a killed run leaves. Raises
    ArchiveError for any other invalid line, naming file and line, and if the file cannot be read.
    """
    found = Ledger({}, {})
    with _reading(file):
        for number, line in enumerate(read_lines(file), 1):  # it is large: never in memory as a whole
            if line.strip():
                try:
                    found._add(line)
                except ValueError as error:
                    if line.endswith(b"\n"):
                        raise ArchiveError(f"{file}:{number}: {error}") from None
    return found


def read_hosts(file: Path, hosts: Collection[str]) -> Ledger:
    """Return what a ledger says of the addresses at some hosts. Lines that do not mention them are not read.

    Raises ArchiveError as :func:`read_all` does, for the lines that are.
    """
    data, found = b"", Ledger({}, {})
    with _reading(file):
        data = read_file(file, _MAX_BYTES)
    for start, end in sorted(_lines_with(data.lower(), hosts)):  # a host may be in upper case
        try:
            found._add(data[start:end])
        except ValueError as error:
            if end < len(data):  # else it is incomplete
                number = data.count(b"\n", 0, start) + 1
                raise ArchiveError(f"{file}:{number}: {error}") from None
    for part in found:
        for address in [address for address in part if host_of_address(address) not in hosts]:
            del part[address]
    return found


def _lines_with(data: bytes, hosts: Iterable[str]) -> set[tuple[int, int]]:
    """Return the positions of the lines that mention a host, in either way in which JSON writes other letters."""
    found: set[tuple[int, int]] = set()
    for name in {text for host in hosts for text in (host, json.dumps(host)[1:-1])}:
        wanted = name.encode("utf-8", "replace")
        at = data.find(wanted)
        while at >= 0:
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            found.add((data.rfind(b"\n", 0, at) + 1, end))
            at = data.find(wanted, end)
    return found


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Read a ledger in the block. Raises ArchiveError if it cannot be read; one that does not exist is empty."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read: {error.strerror or error}") from None


def _parse(line: bytes) -> tuple[str, History | None, Searches]:
    """Return the address, the history and the searches on a line of a ledger; None if it has only searches.

    Raises ValueError, saying what is wrong.
    """
    if line.startswith(_MARKERS):
        raise ValueError("conflict marker of git; keep the lines of both sides and remove the markers")
    try:
        record = _record(line)
    except (ValueError, RecursionError):
        raise ValueError("not valid JSON; remove this line, or restore the ledger") from None
    address = _address(record.get("url") if isinstance(record, dict) else None)
    copies = record.get("copies", [])
    checks = record.get("checks", None if "copies" not in record else [])
    if not isinstance(checks, list):
        raise ValueError('"checks" must be a list')
    if not isinstance(copies, list):
        raise ValueError('"copies" must be a list')
    history = _history(checks) if "checks" in record else None
    return address, history, merged_searches(map(read_copy_search, copies))


def _address(url: object) -> str:
    """Return the address that a line is about, in normal form. Raises ValueError, naming it without its password."""
    if not isinstance(url, str):
        raise ValueError('"url" must be an http or https URL')
    address = normalized(url)
    if address is None:
        raise ValueError(f'"url" must be an http or https URL: {visible(shorten(url))}')
    if address != url and "@" in urlsplit(url).netloc:
        raise ValueError(f'"url" must not have a user name or password: {visible(shorten(address))}')
    return address


def _record(line: bytes) -> Any:
    try:
        return _DECODER.decode(line.decode())
    except ValueError:
        return json.loads(line)  # slower, since it looks for the encoding


def _history(checks: list[Any]) -> History:
    history = tuple(map(_check, checks))
    is_sorted = all(one.at < other.at for one, other in pairwise(history))  # as it is written
    return history if is_sorted and len(history) <= _MOST_CHECKS else merged(history)


def _check(record: Any) -> Check:
    values = record if isinstance(record, dict) else {}
    get = values.get
    outcome: Any = get("outcome")
    status, identified, to = get("status"), get("identified"), get("to")
    if not isinstance(outcome, str) or outcome not in _OUTCOMES:
        raise ValueError(f'"outcome" of a check must be one of {", ".join(OUTCOMES)}')
    try:
        at = dt.datetime.fromisoformat(get("at"))  # type: ignore[arg-type]
        if at.tzinfo is not dt.UTC or at.microsecond:
            at = at.astimezone(dt.UTC).replace(microsecond=0)
    except (TypeError, ValueError, OverflowError):
        raise ValueError('"at" of a check must be a date and time, such as 2026-11-29T10:00:00Z') from None
    # The same few texts and numbers occur hundreds of thousands of times, so that each is kept once.
    return Check(
        at,
        _OUTCOMES[outcome],
        _STATUSES.get(status, status) if isinstance(status, int) else None,
        intern(str(get("reason") or "")),
        normalized(str(to)) if to else None,
        identified if isinstance(identified, bool) else None,
        intern(str(get("title") or "")),
        intern(str(get("from") or "")),
    )


def ledger_line(address: str, history: Iterable[Check] | None, searches: Iterable[CopySearch] = ()) -> str:
    """Return the line of an address. ``history`` is None if there is nothing to say about checks."""
    line: dict[str, object] = {"url": address}
    if history is not None:
        line["checks"] = _records(history)
    if copies := [search.to_json() for search in searches]:
        line["copies"] = copies
    return json.dumps(line) + "\n"


def _records(history: Iterable[Check]) -> list[dict[str, object]]:
    checks = []
    for check in history:
        record: dict[str, object] = {"at": time_text(check.at), "outcome": check.outcome}
        more = {"status": check.status, "reason": check.reason, "to": check.to, "identified": check.is_identified}
        more |= {"title": check.title, "from": check.seen_from}
        checks.append(record | {key: value for key, value in more.items() if value not in (None, "")})
    return checks


class _ChangedError(Exception):
    """Another program has changed the ledger."""


def write_ledger(
    file: Path,
    histories: Mapping[str, History],
    searches: Mapping[str, Iterable[CopySearch]] | None = None,
    before_it_is_replaced: Callable[[], None] = lambda: None,
) -> None:
    """Replace a ledger. Raises OSError, and what ``before_it_is_replaced`` raises; the file is then unchanged."""
    with atomic_write(file) as place:
        with place.open("wb") as stream:
            stream.writelines(line.encode("ascii") for line in _lines(histories, searches or {}))
        before_it_is_replaced()


def _lines(histories: Mapping[str, History], searches: Mapping[str, Iterable[CopySearch]]) -> Iterator[str]:
    """Yield the lines of a ledger. It is large, and should not be in memory as a whole."""
    known = {address: found for address, found in searches.items() if found}
    for address in sorted({*histories, *known}):
        yield ledger_line(address, histories.get(address), known.get(address, ()))


def take_over(file: Path, other: Path) -> int:
    """Move all that another ledger says into ``file``, which may not exist. Return the number of addresses in it.

    Raises OSError and, if one of them is invalid, ArchiveError; then nothing is lost.
    """
    found, added = read_all(file), read_all(other)
    found.update(added)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_ledger(file, found.histories, found.searches)
    other.unlink()
    return len({*added.histories, *added.searches})


class LedgerWriter:
    """Adds checks and searches to a ledger, which it has read into ``histories`` and ``searches``.

    Use it as a context manager. Both are kept until :meth:`flush` appends them to the file. At the end, the ledger is
    sorted. If another program changes or replaces the file meanwhile, as git does, what it wrote is kept, too.

    Raises ArchiveError as :func:`read_ledger` does.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.histories, self.searches = read_all(file)
        self._waiting: list[str] = []
        self._stream: BinaryIO | None = None
        self._state = _state_of(file)
        self._is_valid = True

    def __enter__(self) -> LedgerWriter:
        """Raise OSError if the ledger cannot be written, before anybody is asked for anything."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.file.parent):  # where it is replaced in the end
            if self.file.exists():
                self.file.open("ab").close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with uninterrupted():
            self.close()

    def add(self, address: str, check: Check) -> None:
        """Add a check, for the next :meth:`flush`.

        It replaces checks of the address in the future, which a wrong clock wrote: they would stay the last ones.
        """
        known = [one for one in self.histories.get(address, ()) if not is_ahead(one.at, check.at)]
        self.histories[address] = merged(known, (check,))
        self._waiting.append(ledger_line(address, (check,)))

    def add_search(self, address: str, search: CopySearch) -> None:
        """Add a search for a copy, for the next :meth:`flush`. It replaces those without a copy in the future."""
        known = self.searches.get(address, ())
        known = tuple(one for one in known if one.copy is not None or not is_ahead(one.asked, search.asked))
        self.searches[address] = merged_searches(known, (search,))
        self._waiting.append(ledger_line(address, None, (search,)))

    def flush(self) -> None:
        """Append what was added since the last time to the file. Raises OSError and ArchiveError."""
        if not self._waiting:
            return
        if self._is_valid and self._state != _state_of(self.file):
            self._write_all()
        else:
            self._append("".join(self._waiting))
        self._waiting.clear()

    def close(self) -> None:
        """Write the whole ledger anew, sorted and shortened, if anything was added. Raises as :meth:`flush` does."""
        try:
            self.flush()
            if self._is_valid and self._stream is not None:
                self._write_all()
        finally:
            self._end_stream()

    def _append(self, lines: str) -> None:
        if self._stream is None:
            self._stream = self.file.open("ab")
            self._end_last_line()
        self._stream.write(lines.encode("ascii"))
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._state = _state(os.fstat(self._stream.fileno()))  # of this file, whatever is in its place now

    def _write_all(self) -> None:
        """Replace the file by all that is known, with what another program wrote there since it was read."""
        self._end_stream()
        while True:
            state = _state_of(self.file)
            if self._state != state:
                try:
                    others = read_all(self.file)
                except ArchiveError:  # it cannot be sorted, but nothing that was found is lost
                    self._is_valid = False
                    self._append("".join(_lines(self.histories, self.searches)))
                    raise
                Ledger(self.histories, self.searches).update(others)
                self._state = state
            with contextlib.suppress(_ChangedError):
                write_ledger(self.file, self.histories, self.searches, self._refuse_changed)
                self._state = _state_of(self.file)
                return

    def _refuse_changed(self) -> None:
        if self._state != _state_of(self.file):
            raise _ChangedError

    def _end_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _end_last_line(self) -> None:
        """Make sure that what is appended begins a line; a line that a killed run left incomplete is cut off."""
        assert self._stream is not None
        rest = read_last_line(self.file)
        if not rest:
            return
        try:
            _parse(rest)
        except ValueError:
            self._stream.truncate(self._stream.tell() - len(rest))
        else:
            self._stream.write(b"\n")


def _state_of(file: Path) -> tuple[int, int] | None:
    """Return what tells whether another program changed a ledger: its number and its size; None without a file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return _state(status)


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_ino, status.st_size
