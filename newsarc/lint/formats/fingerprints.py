"""Names for findings that outlive a change of lines, for servers that follow a finding from run to run."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from newsarc.lint.baseline import Key, key_of
from newsarc.lint.finding import Finding


def with_fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Yield each finding with its fingerprint, 32 hexadecimal digits.

    It is made of what a baseline knows a finding by: path, code and what it is about. Where these are the same, the
    findings are numbered, so that no two have the same fingerprint.
    """
    seen: Counter[Key] = Counter()
    for finding in findings:
        key = key_of(finding)
        words = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        yield finding, hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
