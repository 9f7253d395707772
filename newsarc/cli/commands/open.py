"""``newsarc open``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from newsarc.cli.completion.archive_values import complete_ref
from newsarc.cli.external_programs import editor_command, is_safe_address, open_in_browser, run_editor
from newsarc.cli.options import one_ref
from newsarc.cli.session import Session
from newsarc.errors import ArchiveError, NotFoundError, UsageError
from newsarc.model import Event
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.api import Archive

_KEPT = "/%:;=@,~+!$&'()*"  # characters of an address that are valid in a URL


def open_(
    session: Session,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="A slug or its prefix, 2017-06-16/slug, a path, a URL, random, a day with one event, or - to read it "
            "from standard input.",
            autocompletion=complete_ref,
        ),
    ],
    source: Annotated[
        int | None,
        typer.Option("--source", metavar="[N]", min=1, help="Open the first source, or the N-th, in the browser."),
    ] = None,
    web: Annotated[
        bool, typer.Option("--web", help="Open the published page in the browser (setting page-url or site).")
    ] = False,
) -> None:
    """Open an event in the editor or browser.

    The editor is $VISUAL or $EDITOR. Editors that accept a line number start at the headline.

    Examples:
        newsarc open 2017-06-16/russian
        newsarc open 2017-06-16/russian --source 2
    """
    if source is not None and web:
        raise UsageError("--source and --web cannot be combined")
    archive = session.archive
    if web and (missing := _missing_setting(archive)):
        raise UsageError(f"--web requires the setting {missing}; --source opens a source")
    editor = editor_command() if source is None and not web else []
    path = archive.event_path(one_ref(ref))
    event = archive.load(path)  # also for the editor: it must not open what is no page of the archive
    if source is not None:
        _browse(session, _source(event, source))
    elif web:
        _browse(session, _published(archive, event))
    elif failure := run_editor(editor, archive.root / path, event.headline_line):
        raise ArchiveError(f"{session.here}{path}: {failure}")


def _missing_setting(archive: Archive) -> str | None:
    """Return the setting, with an example, without which published pages have no known URL; None if they have one."""
    if archive.config.page_url or _site(archive):
        return None
    if archive.layout is not None:
        return 'site, such as site = ["https://example.org"]'
    return 'page-url, such as page-url = "https://example.org/{page}.html"'


def _published(archive: Archive, event: Event) -> str:
    """Return the URL of the published page of ``event``."""
    if archive.config.page_url:
        return archive.config.url_of(event.path)
    return f"{_site(archive)}{quote(event.address or '', safe=_KEPT, errors='surrogateescape')}"


def _site(archive: Archive) -> str:
    """Return the URL of a site of posts, without a slash at its end; empty if it is unknown."""
    sites = archive.layout.site if archive.layout is not None else ()
    return next((site.rstrip("/") for site in sites if is_safe_address(site)), "")


def _source(event: Event, number: int) -> str:
    sources = [source for source in event.sources if not source.is_cover_image]
    if not sources:
        raise NotFoundError(f"{event.path}: the event has no sources")
    if number > len(sources):
        raise UsageError(f"--source {number}: the event has {plural(len(sources), 'source')}")
    url = sources[number - 1].url
    if not is_safe_address(url):
        raise UsageError(f"{event.path}:{sources[number - 1].line}: only http and https addresses are opened: {url}")
    return url


def _browse(session: Session, address: str) -> None:
    session.note(f"opening {address}")
    if not open_in_browser(address):
        raise ArchiveError(f"could not find a browser to open {address}")
