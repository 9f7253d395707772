"""The pages that fixes change, as they were when the fixes were made.

The edits of a fix are positions in a text. The digest of that text tells whether the page still has it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.lint.finding import Finding
from newsarc.storage.hashing import digest_text

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader


def edited_paths(findings: Iterable[Finding]) -> set[str]:
    """Return the paths of the pages that fixes of ``findings`` change."""
    return {edit.path for finding in findings if finding.fix is not None for edit in finding.fix.edits}


def edited_digests(findings: Iterable[Finding], read: Mapping[str, bytes], reader: PageReader) -> dict[str, bytes]:
    """Return the digest of each page that fixes of ``findings`` change, by path.

    ``read`` are the digests of the pages that the rules read (:meth:`newsarc.storage.tree.Tree.recorded_reads`). A page
    that no rule read is read now; one that cannot be read has no digest.
    """
    digests: dict[str, bytes] = {}
    for path in edited_paths(findings):
        with contextlib.suppress(PageError):
            digests[path] = read[path] if path in read else digest_text(reader.tree.read(path))
    return digests
