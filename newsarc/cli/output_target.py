"""Output of ``newsarc graph``: a file, standard output or the browser."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.cli.options import OUTPUT_PANEL
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
_BEGINNING = 512  # bytes at the start of a file that contain the mark of newsarc
_MARKS = (b'<meta name="generator" content="newsarc ', b"<!-- made by newsarc ")


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The options for the output of ``newsarc graph``."""

    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Output file, .html or .svg; - for standard output, the default in a pipe.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None
    format: Annotated[
        Kind | None,
        typer.Option("--format", help="Default: by file extension; html in a pipe.", rich_help_panel=OUTPUT_PANEL),
    ] = None
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file not created by newsarc.", rich_help_panel=OUTPUT_PANEL)
    ] = False
    open_: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Open the result in the browser; without --output, as a temporary file.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = False


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """Kind and destination of the output. ``file`` is None for standard output, and for a temporary file to open."""

    kind: Kind
    file: Path | None
    may_replace: bool = False
    is_opened: bool = False

    @classmethod
    def of(cls, options: OutputOptions) -> OutputTarget:
        """Return the target for these options. Raises UsageError if it is unclear or cannot be written."""
        output, kind, is_opened = options.output, options.format, options.open_
        if output is None and not is_opened and is_terminal(sys.stdout):
            raise UsageError("specify an output file: --output story.html (or .svg), or use --open")
        if output is None or str(output) == "-":
            if output is not None and is_opened:
                raise UsageError("--open cannot be combined with --output -")
            return cls(kind or "html", None, is_opened=is_opened)
        kind = kind or _ENDINGS.get(output.suffix.lower())
        if kind is None:
            raise UsageError(f"{output}: cannot tell the format from the file name; use .html or .svg, or --format")
        target = cls(kind, output, options.force, is_opened)
        target.check()
        return target

    def check(self) -> None:
        """Raise UsageError if the file cannot be written, or was not created by newsarc."""
        if self.file is None:
            return
        if not self.file.parent.is_dir():
            raise UsageError(f"{self.file}: folder {self.file.parent} does not exist")
        if self.file.exists() and not self.file.is_file():
            raise UsageError(f"{self.file}: not a regular file; use --output - for standard output")
        if self.file.is_file() and not self.may_replace and not _is_ours(self.file):
            raise UsageError(f"{self.file}: already exists and was not created by newsarc; use --force to overwrite it")


class Drawing:
    """Draws a story to an OutputTarget. Raises UsageError if HTML is wanted and its library is not installed."""

    def __init__(self, target: OutputTarget) -> None:
        self._target = target
        if target.kind == "html":
            from newsarc.output.story.vega import require_library

            require_library()

    def write(self, session: Session, story: Story, counts: str) -> None:
        """Write ``story``, and print its path and ``counts``."""
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
            self._target.check()  # again: reading took time, and the file may be new
            _replace(file, document)
        session.write([f"{visible(str(file))}: {counts}\n"])
        if self._target.is_opened:
            self._open(session, file)

    def _open(self, session: Session, file: Path) -> None:
        import webbrowser

        if not webbrowser.open(file.resolve().as_uri()):
            session.warn(f"could not find a browser to open {file}")


def _opened_file(name: str, document: bytes) -> Path:
    """Write ``document`` to a file in a new private folder, and leave it there for the browser."""
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
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from None


def _is_ours(file: Path) -> bool:
    beginning = read_file(file, _BEGINNING)
    return not beginning or any(mark in beginning for mark in _MARKS)
