"""What all commands share: the options for where and how, the archive, the streams, and how errors end."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Literal, NamedTuple, ParamSpec, TextIO

import typer

from newsarc.cli.failures import is_bug
from newsarc.cli.help import SHARED, Docstring
from newsarc.cli.streams import OutputEndedError, write_bytes, write_for_people
from newsarc.errors import ArchiveError, NewsarcError, PageError
from newsarc.output.terminal.console import MAX_WIDTH, is_terminal, make_console
from newsarc.output.terminal.pager import PagedOutput, PagerLeftError, wanted_pager
from newsarc.output.terminal.progress import ProgressBar
from newsarc.storage.paths import prefix_from_here
from newsarc.storage.signals import Terminated
from newsarc.text.sanitize import visible, visible_lines

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.output.terminal.console import Console

P = ParamSpec("P")
Color = Literal["auto", "always", "never"]
Format = Literal["table", "plain", "json", "jsonl", "csv", "paths"]

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        "-A",
        metavar="DIR",
        help="The archive's root folder. Otherwise $NEWSARC_ARCHIVE, or the nearest parent folder that is one.",
        rich_help_panel=SHARED,
    ),
]
ColorOption = Annotated[
    Color | None, typer.Option("--color", help="Colour: auto (on a terminal), always, never.", rich_help_panel=SHARED)
]
NoCacheOption = Annotated[
    bool,
    typer.Option(
        "--no-cache", help="Keep nothing between runs, and use nothing that was kept.", rich_help_panel=SHARED
    ),
]
NoPagerOption = Annotated[
    bool,
    typer.Option(
        "--no-pager",
        help="Print long output as it is. Else, on a terminal, it goes through $NEWSARC_PAGER, $PAGER or less.",
        rich_help_panel=SHARED,
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No notes on standard error, only errors.", rich_help_panel=SHARED)
]
VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Tell which archive and configuration are used, and every note.",
        rich_help_panel=SHARED,
    ),
]

_MAX_WARNINGS = 5
_ENVIRONMENT = "NEWSARC_ARCHIVE"


class Shared(NamedTuple):
    """The values of the options that every command takes."""

    archive: Path | None = None
    color: Color | None = None
    no_cache: bool = False
    no_pager: bool = False
    quiet: bool = False
    verbose: bool = False

    def over(self, outer: Shared) -> Shared:
        """Return these values, those of ``outer`` (given before the command) where these say nothing."""
        return Shared(
            self.archive or outer.archive,
            self.color or outer.color,
            self.no_cache or outer.no_cache,
            self.no_pager or outer.no_pager,
            self.quiet or outer.quiet,
            self.verbose or outer.verbose,
        )


class Session:
    """One run of one command: opens the archive, writes what it says, and tells the user what went wrong."""

    def __init__(self, shared: Shared) -> None:
        self.quiet = shared.quiet
        self.verbose = shared.verbose
        self.color: Color = shared.color or "auto"
        self._place = shared.archive
        self._may_cache = not shared.no_cache
        self._pager = None if shared.no_pager else wanted_pager()
        self._paged: PagedOutput | None = None  # while the output may go through a pager
        self._archive: Archive | None = None
        self.near: Path | None = None  # where to look for the archive, if not from here upwards
        self.warned = False
        self._started = time.perf_counter()

    @property
    def folder(self) -> Path:
        """The folder that the user means: the archive's root, or what holds the configuration that names the root.

        Raises as :func:`archive_root`.
        """
        return archive_root(self._place, self.near)

    def index_title(self) -> str:
        """Return what a progress bar says while the index is built."""
        return "Reading the archive" if self.archive.cache is None else "Building the index for later runs"

    @property
    def archive(self) -> Archive:
        """The archive that the user means, opened when first asked for. Raises ArchiveError, ConfigError."""
        if self._archive is None:
            # Here, because it takes 30 ms and --version and --help need no archive.
            from newsarc.api import Archive
            from newsarc.config import find_config

            root = self.folder
            self._archive = Archive.open(root, cache=self._may_cache)
            self._archive.progress = ProgressBar(self.index_title, is_wanted=not self.quiet)
            if self.verbose:
                config = find_config(root)
                self.note(f"archive {self._archive.root}, configuration {config or 'built in'}")
                self._tell_of_cache()
        return self._archive

    @property
    def here(self) -> str:
        """What stands before a path of the archive, such that the user can open it from the current folder."""
        return prefix_from_here(self.archive.root)

    def _tell_of_cache(self) -> None:
        from newsarc.storage.cache import cache_folder, why_unusable

        folder = cache_folder() if self._may_cache else None
        if folder is not None and (reason := why_unusable(folder)):
            self.note(f"nothing is kept between runs: {reason}")

    def format(self, wanted: Format | None, as_json: bool) -> Format:
        """Return the format of the output: what was asked for, else a table for people and plain lines for pipes."""
        if as_json:
            return "json"
        return wanted or ("table" if self.is_read_by_people else "plain")

    @property
    def is_read_by_people(self) -> bool:
        """Whether the output goes to a terminal, or is to look as if it did."""
        return is_terminal(sys.stdout) or self.color == "always"

    def write(self, pieces: Iterable[str], *, for_people: bool = False) -> None:
        """Write pieces of text to standard output, as :meth:`output` does; in a pipe they are UTF-8 unless people are
        to read them.
        """
        if for_people:
            write_for_people()
        with self.output() as stream:
            for piece in pieces:
                stream.write(piece)

    @contextmanager
    def output(self) -> Iterator[TextIO]:
        """Standard output; on a terminal, what is longer than the screen goes through a pager.

        All that belongs together is written within one of these: at its end the user must leave the pager. One who
        leaves it earlier has seen enough, and the block ends; what comes after it is done as ever. While it lasts
        nothing is said on standard error: the screen is the pager's.
        """
        if self._paged is not None or self._pager is None or not is_terminal(sys.stdout):
            yield self._paged or sys.stdout  # type: ignore[misc]  # PagedOutput has the part of TextIO that is used
            sys.stdout.flush()  # what fails is known before more is said
            return
        self._paged = PagedOutput(sys.stdout, self._pager, keeps_colors=self.color == "always")
        try:
            with self._paged:
                yield self._paged  # type: ignore[misc]
        except PagerLeftError:
            pass
        finally:
            self._paged = None

    @contextmanager
    def while_read(self) -> Iterator[None]:
        """Leave the block where standard output takes no more, and say nothing from then on.

        For a command whose exit code tells something else than whether its output was read.
        """
        try:
            yield
        except OutputEndedError:
            self.quiet = True

    def write_diff(self, path: str, before: str | None, after: str, folder: str = "") -> None:
        """Write a unified diff (:func:`newsarc.storage.changeset.unified_diff`) to standard output: as it is where a
        program reads it, made visible where a person does.
        """
        from newsarc.storage.changeset import unified_diff

        lines = unified_diff(path, before, after, folder) if before != after else ()
        if is_terminal(sys.stdout):
            self.write(visible_lines(line) for line in lines)
            return
        write_bytes("".join(lines).encode("utf-8", "surrogateescape"))

    @contextmanager
    def console(self, widest: int = MAX_WIDTH) -> Iterator[Console]:
        """A Rich console on :meth:`output`. No line is longer than ``widest`` cells, however wide the terminal."""
        write_for_people()
        with self.output() as stream:
            yield make_console(stream, self.color, widest)

    def note(self, line: str) -> None:
        """Tell the user something on standard error, unless they want quiet."""
        if not self.quiet:
            print(f"newsarc: {visible(line)}", file=sys.stderr)

    def warn(self, line: str) -> None:
        """Tell the user of a failure that the run goes on after; a command then ends with SETUP."""
        self.warned = True
        print(f"newsarc: {visible(line)}", file=sys.stderr)

    def finish(self, error: NewsarcError | None = None) -> None:
        """Tell what had to be passed over, a few lines of it, and how long it took where the user wants to know.

        What ``error`` is about is left to it.
        """
        if self._archive is not None:
            about_paths = set(self._archive.notes().values())
            warnings = [
                f"{self.here}{line}" if line in about_paths else line
                for line in self._archive.warnings
                if error is None or line != str(error)
            ]
            for line in warnings if self.verbose else warnings[:_MAX_WARNINGS]:
                self.note(line)
            if not self.verbose and len(warnings) > _MAX_WARNINGS:
                self.note(f"and {len(warnings) - _MAX_WARNINGS} more notes like these (-v shows all)")
            self._archive.close()
        if self.verbose:
            self.note(f"{time.perf_counter() - self._started:.2f} s")


def command(function: Callable[Concatenate[Session, P], None]) -> Callable[..., None]:
    """Make a Typer command of ``function``: it gets a Session first, and the shared options are added to its own.

    What it raises ends in ``newsarc.cli.failures``, as errors of the command line do.
    """

    @functools.wraps(function)
    def run(ctx: typer.Context, **options: Any) -> None:
        own = Shared(*(options.pop(name) for name in ("archive", "color", "no_cache", "no_pager", "quiet", "verbose")))
        session = Session(own.over(ctx.obj if isinstance(ctx.obj, Shared) else Shared()))
        with _finishing(session):
            function(session, **options)  # type: ignore[call-arg]  # what Typer parsed by this very signature

    signature = inspect.signature(function, eval_str=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = inspect.signature(_shared_options, eval_str=True).parameters.values()
    parameters = [parameter.replace(kind=keyword) for parameter in (*list(signature.parameters.values())[1:], *shared)]
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    run.__signature__ = signature.replace(parameters=[context, *parameters])  # type: ignore[attr-defined]
    run.__doc__ = Docstring.of(function).text
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (context, *parameters)}
    del run.__wrapped__
    return run


def _shared_options(
    archive: ArchiveOption = None,
    color: ColorOption = None,
    no_cache: NoCacheOption = False,
    no_pager: NoPagerOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """The options that :func:`command` adds; only its signature counts."""


@contextmanager
def _finishing(session: Session) -> Iterator[None]:
    """Finish ``session`` however the block ends."""
    try:
        yield
    except OutputEndedError:
        session.quiet = True
        session.finish()
        raise
    except Terminated:  # whoever would read notes may be gone
        raise
    except BaseException as error:
        session.finish(error if isinstance(error, NewsarcError) else None)
        if session.verbose and is_bug(error):
            import traceback

            traceback.print_exc()
        if isinstance(error, PageError):
            raise PageError(f"{session.here}{error.path}", error.reason) from None
        raise
    session.finish()


def archive_root(named: Path | None, near: Path | None = None) -> Path:
    """Return the folder that the user means: the one ``named``, else ``$NEWSARC_ARCHIVE``, else the nearest.

    That is the nearest folder, from ``near`` (else from here) upwards, with a configuration of newsarc or a
    ``news/YYYY`` folder. Raises ArchiveError where there is none, ConfigError for a configuration that cannot be read.
    """
    from newsarc.config import find_config

    if named or os.environ.get(_ENVIRONMENT):
        return named or Path(os.environ[_ENVIRONMENT])
    here = Path.cwd()
    start = Path(os.path.abspath(near)) if near is not None else here  # noqa: PTH100  # of a page that may not exist
    for folder in (start, *start.parents):
        if find_config(folder) is not None or _has_news(folder):
            return Path(os.path.relpath(folder, here))
    raise ArchiveError(
        "no archive here: neither this folder nor one above it has a newsarc.toml or a news/YYYY folder; "
        f"name one with --archive DIR or ${_ENVIRONMENT}; an empty newsarc.toml begins one"
    )


def _has_news(folder: Path) -> bool:
    try:
        return any(name.isdigit() and len(name) == 4 for name in os.listdir(folder / "news"))
    except OSError:
        return False
