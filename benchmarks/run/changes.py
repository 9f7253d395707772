"""Changes to one page of an archive between two runs, and their reversal."""

from __future__ import annotations

import os

from benchmarks.run.archive import SOURCE, Archive

KINDS = ("edited", "renamed", "deleted", "added")


class PageChange:
    """A change to the page ``archive.edited``."""

    def __init__(self, archive: Archive) -> None:
        self._page = archive.edited
        self._renamed = archive.edited.with_name(f"renamed-{archive.edited.name[-60:]}")
        self._data = archive.edited.read_bytes()
        self._status = archive.edited.stat()
        self._edits = 0

    def begin(self, kind: str) -> None:
        """Bring the archive into the state before a change of ``kind``, one of KINDS."""
        self.restore()
        if kind == "added":
            self._page.unlink()

    def make(self, kind: str) -> None:
        """Make the change that :meth:`begin` prepared."""
        if kind == "edited":
            # The label of a source: no rule reports the change, and every search must see it.
            self._edits += 1
            data = SOURCE.sub(lambda match: match[0][:-1] + b" %d]" % self._edits, self._data, count=1)
            self._page.write_bytes(data if data != self._data else data + b"\n" * (1 + self._edits % 2))
        elif kind == "renamed":
            self._page.rename(self._renamed)
        elif kind == "deleted":
            self._page.unlink()
        else:
            self.restore()

    def restore(self) -> None:
        """Restore the page: name, bytes and modification time."""
        self._renamed.unlink(missing_ok=True)
        self._page.write_bytes(self._data)
        os.utime(self._page, ns=(self._status.st_atime_ns, self._status.st_mtime_ns))
