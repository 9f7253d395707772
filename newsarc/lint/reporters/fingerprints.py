"""Fingerprints of findings that do not depend on lines, for servers that track findings across runs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from newsarc.lint.baseline import BaselineKey, baseline_key
from newsarc.lint.finding import Finding


def with_fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Yield each finding with its fingerprint of 32 hexadecimal digits.

    It is a hash of the baseline entry (path, code and subject), and of a counter for findings with the same entry, so
    that all fingerprints differ.
    """
    seen: Counter[BaselineKey] = Counter()
    for finding in findings:
        key = baseline_key(finding)
        words = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        yield finding, hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
