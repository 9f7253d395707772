"""Where a page or a picture goes: a file, standard output, the browser."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from newsarc.cli.session import Session
from newsarc.cli.streams import write_bytes
from newsarc.errors import UsageError
from newsarc.output.terminal.console import is_terminal
from newsarc.storage.files import read_file
from newsarc.storage.signals import uninterrupted
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.output.story import Story

Kind = Literal["html", "svg"]
_ENDINGS: dict[str, Kind] = {".html": "html", ".htm": "html", ".svg": "svg"}
_BEGINNING = 512  # bytes of a file that say who made it
_MARKS = (b'<meta name="generator" content="newsarc ', b"<!-- made by newsarc ")


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """What is to be written, and where: ``file`` is None for standard output, or for one to be opened at once."""

    kind: Kind
    file: Path | None
    may_replace: bool = False
    is_opened: bool = False

    @classmethod
    def of(cls, output: Path | None, kind: Kind | None, force: bool, is_opened: bool) -> OutputTarget:
        """Return what the options mean. Raises UsageError where that is unclear, or nothing that could be written."""
        if output is None and not is_opened and is_terminal(sys.stdout):
            raise UsageError("say where to: --output story.html (or .svg), or --open to look at it at once")
        if output is None or str(output) == "-":
            if output is not None and is_opened:
                raise UsageError("--open needs a file; leave out --output - or name one")
            return cls(kind or "html", None, is_opened=is_opened)
        kind = kind or _ENDINGS.get(output.suffix.lower())
        if kind is None:
            raise UsageError(f"{output}: not clear what to write; let it end in .html or .svg, or add --format")
        target = cls(kind, output, force, is_opened)
        target.check()
        return target

    def check(self) -> None:
        """Raise UsageError where the file cannot be written, or is somebody else's."""
        if self.file is None:
            return
        if not self.file.parent.is_dir():
            raise UsageError(f"{self.file}: there is no folder {self.file.parent}")
        if self.file.exists() and not self.file.is_file():
            raise UsageError(f"{self.file}: no regular file; for standard output write --output -")
        if self.file.is_file() and not self.may_replace and not _is_ours(self.file):
            raise UsageError(f"{self.file}: is there, and newsarc did not make it; --force replaces it")


class Drawing:
    """Draws a story and puts it where it belongs. Raises UsageError where the page's library is not installed."""

    def __init__(self, target: OutputTarget) -> None:
        self._target = target
        if target.kind == "html":
            from newsarc.output.story.vega import require_library

            require_library()

    def write(self, session: Session, story: Story, counts: str) -> None:
        """Write ``story`` and say where, with the ``counts`` of what is in it."""
        from newsarc.output.story import story_html, story_svg

        document = (story_html if self._target.kind == "html" else story_svg)(story).encode()
        file = self._target.file
        if file is None and not self._target.is_opened:
            write_bytes(document)
            session.note(counts)
            return
        if file is None:
            file = _opened_file(f"story.{self._target.kind}", document)
        else:
            self._target.check()  # once more: what was read took its time
            _replace(file, document)
        session.write([f"{visible(str(file))}: {counts}\n"])
        if self._target.is_opened:
            self._open(session, file)

    def _open(self, session: Session, file: Path) -> None:
        import webbrowser

        if not webbrowser.open(file.resolve().as_uri()):
            session.warn(f"no browser to open {file} with")


def _opened_file(name: str, document: bytes) -> Path:
    """Return a new file, which stays for the browser, in a folder of its own that only this user can read."""
    folder: Path | None = None
    try:
        with uninterrupted():
            folder = Path(tempfile.mkdtemp(prefix="newsarc-"))
        _replace(folder / name, document)
    except BaseException:
        if folder is not None:
            with uninterrupted():
                shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder / name


def _replace(file: Path, document: bytes) -> None:
    from newsarc.storage.atomic import replace_file

    try:
        replace_file(Path(os.path.realpath(file)), document)
    except OSError as error:
        raise UsageError(f"{file}: not written: {error.strerror or error}") from None


def _is_ours(file: Path) -> bool:
    beginning = read_file(file, _BEGINNING)
    return not beginning or any(mark in beginning for mark in _MARKS)
