"""What all commands share: global options, the archive, the output streams and error handling."""

from __future__ import annotations

import functools
import inspect
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TextIO, TypeVar

import typer

from newsarc.archive.root import archive_root
from newsarc.cli.failures import is_bug, print_error
from newsarc.cli.global_options import Color, GlobalOptions
from newsarc.cli.help import Docstring
from newsarc.cli.streams import OutputEndedError, write_bytes, write_for_people
from newsarc.errors import AmbiguousRefError, ExitCode, NewsarcError, NotFoundError, PageError, UsageError
from newsarc.output.terminal.console import MAX_WIDTH, is_colored, is_terminal, make_console
from newsarc.output.terminal.pager import PagedOutput, PagerLeftError, wanted_pager
from newsarc.output.terminal.progress import ProgressBar
from newsarc.storage.paths import prefix_from_here
from newsarc.storage.signals import Terminated
from newsarc.text.sanitize import visible, visible_lines

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.archive.refs import Ref
    from newsarc.output.terminal.console import Console

P = ParamSpec("P")
G = TypeVar("G")
T = TypeVar("T")
Format = Literal["table", "plain", "json", "jsonl", "csv", "paths"]

_MAX_WARNINGS = 5


class Session:
    """One run of a command: opens the archive, writes results to standard output and notes to standard error."""

    def __init__(self, options: GlobalOptions) -> None:
        self.options = options
        self.quiet = options.quiet
        self.verbose = options.verbose
        self.color: Color = options.color or "auto"
        self._place = options.archive
        self._may_cache = not options.no_cache
        self._pager = None if options.no_pager else wanted_pager()
        self._paged: PagedOutput | None = None  # set while output may go through a pager
        self._archive: Archive | None = None
        self.near: Path | None = None  # where to start looking for the archive; None for the current folder
        self.warned = False
        self.exit_code = ExitCode.DONE
        self._started = time.perf_counter()

    @property
    def folder(self) -> Path:
        """The archive root, or the folder of the configuration that names it. Raises as :func:`archive_root`."""
        return archive_root(self._place, self.near)

    def index_title(self) -> str:
        """Return what a progress bar says while the index is built."""
        return "Reading the archive" if self.archive.cache is None else "Building the index for later runs"

    @property
    def archive(self) -> Archive:
        """The archive, opened on first use. Raises ArchiveError or ConfigError."""
        if self._archive is None:
            # Imported here: --version and --help need no archive.
            from newsarc.api import Archive
            from newsarc.storage.config_file import find_config

            root = self.folder
            self._archive = Archive.open(root, cache=self._may_cache, drafts=self.options.drafts)
            self._archive.progress = ProgressBar(self.index_title, is_wanted=not self.quiet)
            if self.verbose:
                config = find_config(root)
                used = f"configuration {config}" if config else "default configuration"
                self.note(f"using archive {self._archive.root}, {used}")
                self._note_unusable_cache()
        return self._archive

    def start_archive(self, folder: Path) -> None:
        """Use ``folder`` as an archive although it has neither events nor a configuration."""
        from newsarc.api import Archive
        from newsarc.config import DEFAULT_CONFIG

        self._archive = Archive.open(folder, config=DEFAULT_CONFIG, cache=False)

    @property
    def here(self) -> str:
        """The prefix that makes a path of the archive relative to the current folder."""
        return prefix_from_here(self.archive.root)

    def _note_unusable_cache(self) -> None:
        from newsarc.storage.cache import cache_folder, why_unusable

        folder = cache_folder() if self._may_cache else None
        if folder is not None and (reason := why_unusable(folder)):
            self.note(f"the cache is not used: {reason}")

    def format(self, wanted: Format | None, as_json: bool) -> Format:
        """Return the output format: as given, otherwise a table on a terminal and plain lines in a pipe.

        Raises UsageError if ``as_json`` contradicts it.
        """
        refuse_json_with(wanted, as_json)
        if as_json:
            return "json"
        return wanted or ("table" if self.is_read_by_people else "plain")

    @property
    def is_read_by_people(self) -> bool:
        """Whether output goes to a terminal, or ``--color always`` asks for the same."""
        return is_terminal(sys.stdout) or self.color == "always"

    def write(self, pieces: Iterable[str], *, for_people: bool = False) -> None:
        """Write text to :meth:`output`. In a pipe it is UTF-8, or with ``for_people`` in the encoding of the locale."""
        if for_people:
            write_for_people()
        with self.output() as stream:
            for piece in pieces:
                stream.write(piece)

    @contextmanager
    def output(self) -> Iterator[TextIO]:
        """Standard output, through a pager if it is a terminal and the output does not fit on the screen.

        Use one block for everything that belongs together: at its end the user must quit the pager. If the user quits
        earlier, the block ends without an error. Do not write to standard error inside: the pager owns the screen.
        """
        if self._paged is not None or self._pager is None or not is_terminal(sys.stdout):
            yield self._paged or sys.stdout  # type: ignore[misc]  # PagedOutput has the methods of TextIO that are used
            sys.stdout.flush()  # so that errors show up before anything else is printed
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
        """Leave the block silently when standard output is closed.

        For commands whose exit code must not depend on whether their output is read.
        """
        try:
            yield
        except OutputEndedError:
            self.quiet = True

    def write_diff(
        self, path: str, before: str | None, after: str, folder: str = "", old_path: str | None = None
    ) -> None:
        """Write a unified diff to standard output.

        Control characters are escaped on a terminal and in colour, and kept in a pipe.
        """
        from newsarc.storage.changeset import unified_diff

        lines = unified_diff(path, before, after, folder, old_path) if before != after or old_path else ()
        if is_colored(sys.stdout, self.color):
            from newsarc.output.terminal.diff import colored_diff

            self.write(colored_diff(lines), for_people=True)
            return
        if is_terminal(sys.stdout):
            self.write(visible_lines(line) for line in lines)
            return
        write_bytes("".join(lines).encode("utf-8", "surrogateescape"))

    @contextmanager
    def console(self, widest: int = MAX_WIDTH) -> Iterator[Console]:
        """A Rich console on :meth:`output`, at most ``widest`` cells wide."""
        write_for_people()
        with self.output() as stream:
            yield make_console(stream, self.color, widest)

    def resolve(self, refs: Iterable[str], *, may_be_empty: bool = False) -> list[Ref]:
        """Return what ``refs`` mean. One that means nothing does not discard the others (:meth:`find_each`).

        Days without events mean nothing either, unless ``may_be_empty``.
        """
        return self.find_each(refs, lambda ref: self.ref(ref, may_be_empty=may_be_empty))

    def ref(self, ref: str, *, may_be_empty: bool = False) -> Ref:
        """Return what ``ref`` means. Raises NotFoundError, also for days without events unless ``may_be_empty``, and
        AmbiguousRefError.
        """
        from newsarc.archive.refs import EventRef, events_in

        found = self.archive.ref(ref)
        if not isinstance(found, EventRef) and not may_be_empty:
            events_in(found, self.archive.tree)
        return found

    def find_each(self, words: Iterable[str], find: Callable[[str], T]) -> list[T]:
        """Return what ``find`` returns for each of ``words``. One that means nothing does not discard the others.

        It is reported, and the command ends with its exit code. If all of them mean nothing, the last error is raised:
        NotFoundError or AmbiguousRefError.
        """
        found: list[T] = []
        failures: list[NotFoundError | AmbiguousRefError] = []
        for word in words:
            try:
                found.append(find(word))
            except (NotFoundError, AmbiguousRefError) as error:
                failures.append(error)
        for failure in failures if found else failures[:-1]:
            print_error(failure)
        if failures and not found:
            raise failures[-1]
        self.exit_code = max((failure.exit_code for failure in failures), default=self.exit_code)
        return found

    def note(self, line: str) -> None:
        """Print a note to standard error, unless ``--quiet`` is given."""
        if not self.quiet:
            print(f"newsarc: {visible(line)}", file=sys.stderr)

    def warn(self, line: str) -> None:
        """Print a failure that does not end the run. The command then exits with SETUP."""
        self.warned = True
        print(f"newsarc: {visible(line)}", file=sys.stderr)

    def finish(self, error: NewsarcError | None = None) -> None:
        """Print the first few warnings of the archive, and with ``--verbose`` all of them and the time taken.

        Skips a warning that ``error`` repeats. If nothing was found in a site without posts, says why it has none.
        """
        if self._archive is not None:
            if isinstance(error, NotFoundError) and (why := self._archive.why_empty):
                self.note(why)
            about_paths = set(self._archive.warnings_by_path().values())
            warnings = [
                f"{self.here}{line}" if line in about_paths else line
                for line in self._archive.warnings
                if error is None or line != str(error)
            ]
            for line in warnings if self.verbose else warnings[:_MAX_WARNINGS]:
                self.note(line)
            if not self.verbose and len(warnings) > _MAX_WARNINGS:
                self.note(f"and {len(warnings) - _MAX_WARNINGS} more notes (-v shows all)")
            self._archive.close()
        if self.verbose:
            self.note(f"{time.perf_counter() - self._started:.2f} s")


def refuse_json_with(wanted: str | None, as_json: bool, option: str = "--format") -> None:
    """Raise UsageError for ``--json`` with another format, which was given with ``option``."""
    if as_json and wanted not in (None, "json"):
        raise UsageError(f"--json and {option} {wanted} cannot be combined")


def command(function: Callable[Concatenate[Session, P], None]) -> Callable[..., None]:
    """Return ``function`` as a Typer command: it gets a Session as first argument, and the global options are added.

    A parameter whose type is a dataclass is a group of options: each field becomes an option, and ``function`` gets the
    object. ``newsarc.cli.failures`` handles what it raises.
    """
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    groups = {one.name: one.annotation for one in own if _is_group(one)}

    @functools.wraps(function)
    def run(ctx: typer.Context, **options: Any) -> None:
        outer = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
        session = Session(_take(GlobalOptions, options).over(outer))
        with _finishing(session):
            taken = {name: _take(group, options) for name, group in groups.items()}
            function(session, **options, **taken)  # type: ignore[call-arg]  # parsed according to this signature

    flat = [option for one in own for option in (_options_of(one.annotation) if _is_group(one) else (one,))]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [option.replace(kind=keyword) for option in (*flat, *_options_of(GlobalOptions))]
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    run.__signature__ = signature.replace(parameters=[context, *parameters])  # type: ignore[attr-defined]
    run.__doc__ = Docstring.of(function).text
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (context, *parameters)}
    del run.__wrapped__
    return run


def _is_group(parameter: inspect.Parameter) -> bool:
    return isinstance(parameter.annotation, type) and is_dataclass(parameter.annotation)


def _options_of(group: type) -> Iterable[inspect.Parameter]:
    return inspect.signature(group, eval_str=True).parameters.values()


def _take(group: type[G], options: dict[str, Any]) -> G:
    """Remove the fields of ``group`` from ``options``; return them as an object."""
    return group(**{one: options.pop(one) for one in inspect.signature(group).parameters})


@contextmanager
def _finishing(session: Session) -> Iterator[None]:
    """Call :meth:`Session.finish` however the block ends."""
    try:
        yield
    except OutputEndedError:
        session.quiet = True
        session.finish()
        raise
    except Terminated:  # nobody may be left to read notes
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
    if session.exit_code:
        raise typer.Exit(session.exit_code)
