"""The ledger: a file with what the checks of addresses found, one address a line.

It is JSON Lines, sorted by address. Several lines of one address count as one, so that the lines of two ledgers can
simply be put together: git does that with ``sources.jsonl merge=union`` in ``.gitattributes``. A check appends to the
file, and sorts it at the end.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from newsarc.errors import ArchiveError, ConfigError
from newsarc.sources.history import OUTCOMES, Check, History, merged
from newsarc.sources.web_addresses import normalized
from newsarc.storage.atomic import replace_file
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_valid_path, is_within, shorten
from newsarc.storage.signals import uninterrupted

if TYPE_CHECKING:
    from newsarc.config import SourcesConfig
    from newsarc.storage.cache import Cache

LEDGER_NAME = "sources.jsonl"
_MAX_BYTES = 1 << 30
_MOST_CHECKS = 12
_MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")


def find_ledger(root: Path, config: SourcesConfig, cache: Cache | None) -> Path | None:
    """Return the path of the ledger of an archive, which may not exist; None if there is no place for one.

    It is the configured one, else ``sources.jsonl`` in the archive root if that exists, else a file in the cache
    folder. Raises ConfigError if it is outside the archive: a configuration that comes with an archive must not name
    other files.
    """
    named = config.ledger or LEDGER_NAME
    file = root / named
    if not is_valid_path(file):
        raise ConfigError(f"sources.ledger: {shorten(named)} is too long for a path")
    if not config.ledger and not os.path.lexists(file):
        return cache.ledger if cache is not None else None
    if not is_within(file, root):
        raise ConfigError(f"sources.ledger: {shorten(named)} is outside the archive")
    return file


def read_ledger(file: Path) -> dict[str, History]:
    """Return the history of each address in a ledger; nothing if the file does not exist.

    Unknown keys and blank lines are skipped, and so is an incomplete last line, which a killed run leaves. Raises
    ArchiveError for any other invalid line, naming file and line, and if the file cannot be read.
    """
    try:
        data = read_file(file, _MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read: {error.strerror or error}") from None
    found: dict[str, History] = {}
    *lines, rest = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                address, history = _parse(line)
            except ValueError as error:
                raise ArchiveError(f"{file}:{number}: {error}") from None
            found[address] = merged(found[address], history) if address in found else history
    with contextlib.suppress(ValueError):
        address, history = _parse(rest)
        found[address] = merged(found.get(address, ()), history)
    return found


def _parse(line: bytes) -> tuple[str, History]:
    """Return the address and the history on a line of a ledger. Raises ValueError, saying what is wrong."""
    if line.startswith(_MARKERS):
        raise ValueError("conflict marker of git; keep the lines of both sides and remove the markers")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not valid JSON; remove this line, or restore the ledger") from None
    address = record.get("url") if isinstance(record, dict) else None
    if not isinstance(address, str) or normalized(address) != address:
        raise ValueError('"url" must be an http or https URL without user name, password and fragment')
    checks = record.get("checks")
    if not isinstance(checks, list):
        raise ValueError('"checks" must be a list')
    history = tuple(map(_check, checks))
    is_sorted = all(one.at < other.at for one, other in pairwise(history))  # as it is written
    return address, history if is_sorted and len(history) <= _MOST_CHECKS else merged(history)


def _check(record: Any) -> Check:
    values = record if isinstance(record, dict) else {}
    if values.get("outcome") not in OUTCOMES:
        raise ValueError(f'"outcome" of a check must be one of {", ".join(OUTCOMES)}')
    try:
        at = dt.datetime.fromisoformat(values.get("at"))  # type: ignore[arg-type]
        if at.tzinfo is not dt.UTC or at.microsecond:
            at = at.astimezone(dt.UTC).replace(microsecond=0)
    except (TypeError, ValueError, OverflowError):
        raise ValueError('"at" of a check must be a date and time, such as 2026-11-29T10:00:00Z') from None
    status, identified, to = (values.get(key) for key in ("status", "identified", "to"))
    return Check(
        at,
        values["outcome"],
        status if isinstance(status, int) else None,
        str(values.get("reason") or ""),
        normalized(str(to)) if to else None,
        identified if isinstance(identified, bool) else None,
    )


def ledger_line(address: str, history: Iterable[Check]) -> str:
    """Return the line of an address."""
    checks = []
    for check in history:
        record: dict[str, object] = {"at": check.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "outcome": check.outcome}
        more = {"status": check.status, "reason": check.reason, "to": check.to, "identified": check.is_identified}
        checks.append(record | {key: value for key, value in more.items() if value not in (None, "")})
    return json.dumps({"url": address, "checks": checks}) + "\n"


def write_ledger(file: Path, histories: Mapping[str, History]) -> None:
    """Replace a ledger. Raises OSError; the file is then unchanged."""
    lines = (ledger_line(address, histories[address]) for address in sorted(histories))
    replace_file(file, "".join(lines).encode("ascii"))


class LedgerWriter:
    """Adds checks to a ledger, whose histories it has read into ``histories``. Use it as a context manager.

    Checks are kept until :meth:`flush` appends them to the file. At the end, the ledger is sorted.
    Raises ArchiveError as :func:`read_ledger` does.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.histories = read_ledger(file)
        self._waiting: list[str] = []
        self._stream: BinaryIO | None = None

    def __enter__(self) -> LedgerWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with uninterrupted():
            self.close()

    def add(self, address: str, check: Check) -> None:
        """Add a check, for the next :meth:`flush`."""
        self.histories[address] = merged(self.histories.get(address, ()), (check,))
        self._waiting.append(ledger_line(address, (check,)))

    def flush(self) -> None:
        """Append the checks since the last time to the file. Raises OSError."""
        if not self._waiting:
            return
        if self._stream is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self.file.open("ab")
            self._end_last_line()
        self._stream.write("".join(self._waiting).encode("ascii"))
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._waiting.clear()

    def close(self) -> None:
        """Write the whole ledger anew, sorted and shortened, if anything was added. Raises OSError."""
        self.flush()
        if self._stream is not None:
            self._stream.close()
            self._stream = None
            write_ledger(self.file, self.histories)

    def _end_last_line(self) -> None:
        """Make sure that what is appended begins a line; a line that a killed run left incomplete is cut off."""
        assert self._stream is not None
        data = read_file(self.file, _MAX_BYTES)
        rest = data[data.rfind(b"\n") + 1 :]
        if not rest:
            return
        try:
            _parse(rest)
        except ValueError:
            self._stream.truncate(len(data) - len(rest))
        else:
            self._stream.write(b"\n")
