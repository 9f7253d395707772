"""Where what was worked out about an archive is kept until the next run.

Nothing here is needed: a cache that cannot be read, written or trusted is done without, in silence. What is read back
is only believed when it is the very bytes that newsarc of this version wrote for this archive and configuration.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from newsarc import __version__
from newsarc.atomic import replace_file
from newsarc.config import Config
from newsarc.text.tokenizer import version

FOLDER_VARIABLE = "NEWSARC_CACHE_DIR"
SUFFIXES = (".index", ".index-stamp", ".index-new", ".index-journal", ".index-lock", ".lint", ".lint-days")
_FORMAT = 8  # to be raised whenever what is kept, or what it means, changes
_DIGEST = 16


class Cache:
    """The files that are kept for one archive root: ``.index``, for questions, and ``.lint``.

    ``key`` tells whether what is in them was made by this newsarc with this configuration.
    """

    def __init__(self, folder: Path, root: Path, config: Config) -> None:
        real = os.path.realpath(root)
        self.folder = folder
        self.key = digest(_FORMAT, __version__, version(), real, config).hex()
        name = "".join(char if char.isalnum() or char in "-_." else "-" for char in Path(real).name)[:40]
        self._stem = f"{name}-{digest(real).hex()[:16]}"

    @property
    def index(self) -> Path:
        """The index, an SQLite database."""
        return self.folder / f"{self._stem}.index"

    @property
    def lint(self) -> Path:
        """What lint knows of each day folder."""
        return self.folder / f"{self._stem}.lint"

    def files(self) -> Iterator[Path]:
        """Yield the files that are there."""
        for suffix in SUFFIXES:
            file = self.folder / f"{self._stem}{suffix}"
            if file.is_file():
                yield file

    def load(self, file: Path) -> bytes | None:
        """Return what :meth:`save` wrote to ``file``; None where that is missing, damaged or of another key."""
        try:
            data = file.read_bytes()
        except OSError:
            return None
        content = memoryview(data)[_DIGEST:]
        if len(data) < _DIGEST or digest_of(self.key.encode(), content) != data[:_DIGEST]:
            return None
        return bytes(content)

    def save(self, file: Path, content: bytes) -> bool:
        """Keep ``content`` in ``file``, in one step; return whether that could be done."""
        return self.write(file, digest_of(self.key.encode(), content) + content)

    def write(self, file: Path, data: bytes) -> bool:
        """Put ``data`` in the place of ``file``, readable for this user alone; return whether that could be done."""
        try:
            replace_file(file, data, mode=0o600)
        except OSError:
            return False
        return True


def open_cache(root: Path, config: Config) -> Cache | None:
    """Return the cache of the archive at ``root``, its folder made if need be; None where there can be none."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return None
    # In a folder of somebody else's, what is read back could be anybody's.
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        return None
    return Cache(folder, root, config)


def cache_folder() -> Path | None:
    """Return the folder for all caches: ``$NEWSARC_CACHE_DIR``, else the user's; None where the user has no home."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path

    with contextlib.suppress(RuntimeError, KeyError):
        folder = user_cache_path("newsarc", appauthor=False)
        return folder if folder.is_absolute() else None
    return None


def digest(*parts: object) -> bytes:
    """Return what stands for ``parts``, which are told apart by their representations."""
    return digest_of(repr(parts).encode("utf-8", "surrogateescape"))


def digest_of(*pieces: bytes | memoryview) -> bytes:
    """Return what stands for these bytes."""
    whole = blake2b(digest_size=_DIGEST)
    for piece in pieces:
        whole.update(piece)
    return whole.digest()
