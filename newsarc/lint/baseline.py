"""The baseline: accepted findings, so that only new ones fail.

An entry consists of file, code and subject of a finding, but not its line, which changes with the text above it. If a
file has the same finding three times, the baseline has three entries, and a fourth finding is new.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsarc.errors import ArchiveError, ConfigError
from newsarc.lint.finding import Finding
from newsarc.storage.atomic import replace_file
from newsarc.storage.files import read_file

VERSION = 1
_MAX_BYTES = 64 * 1024 * 1024  # several hundred thousand findings

BaselineKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """Findings compared with a baseline: ``new`` findings, number of ``accepted`` ones, ``stale`` entries."""

    new: tuple[Finding, ...]
    accepted: int
    stale: tuple[BaselineKey, ...]


def read_baseline(file: Path) -> Counter[BaselineKey]:
    """Return the entries of a baseline and how often each occurs.

    Raises ConfigError if the file is missing, unreadable, larger than 64 MiB or not a baseline.
    """
    try:
        data = read_file(file, _MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise ConfigError(f"{file}: a baseline of more than {_MAX_BYTES:,} bytes is not read")
        document = json.loads(data)
        entries = [(entry["path"], entry["code"], entry["about"]) for entry in document["findings"]]
        if document["version"] != VERSION or not all(isinstance(word, str) for entry in entries for word in entry):
            raise ValueError("unknown version")
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such baseline; --write-baseline makes it") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ConfigError(f"{file}: not a baseline of newsarc; --write-baseline makes it anew") from None
    return Counter(entries)


def compare(
    findings: Sequence[Finding], baseline: Counter[BaselineKey], rules_run: Iterable[str] | None = None
) -> BaselineResult:
    """Compare ``findings`` with ``baseline``.

    ``rules_run`` are the codes of the rules that ran (None: all). Entries of other rules are never stale.
    """
    if not baseline:
        return BaselineResult(tuple(findings), 0, ())
    left = baseline.copy()
    new: list[Finding] = []
    for finding in findings:
        key = baseline_key(finding)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    ran = None if rules_run is None else set(rules_run)
    stale = sorted(key for key in left.elements() if ran is None or key[1] in ran)
    return BaselineResult(tuple(new), len(findings) - len(new), tuple(stale))


def write_baseline(file: Path, findings: Iterable[Finding]) -> None:
    """Write ``findings`` as a baseline to ``file``, atomically.

    Raises ArchiveError if that fails, or if ``file`` exists and is not a regular file: a device or a named pipe must
    not be replaced.
    """
    entries = [dict(zip(("path", "code", "about"), key, strict=True)) for key in sorted(map(baseline_key, findings))]
    text = json.dumps({"version": VERSION, "findings": entries}, indent=1, ensure_ascii=True) + "\n"
    if os.path.lexists(file) and not file.is_file():
        raise ArchiveError(f"{file}: cannot be written: it is not a regular file")
    try:
        replace_file(file, text.encode("utf-8"))
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be written: {error.strerror}") from None


def baseline_key(finding: Finding) -> BaselineKey:
    """Return the baseline entry for ``finding``: path, code and subject."""
    return finding.path, finding.code, finding.about
