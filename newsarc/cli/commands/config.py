"""``newsarc config``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Literal, NamedTuple

import typer

from newsarc.archive.root import ARCHIVE_VARIABLE
from newsarc.cli.external_programs import EDITOR_VARIABLES
from newsarc.cli.options import OUTPUT_PANEL, JsonOption
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.layout.settings import LAYOUT_KEYS
from newsarc.output.terminal.pager import VARIABLES as PAGER_VARIABLES
from newsarc.output.terminal.pager import wanted_pager
from newsarc.storage.cache import FOLDER_VARIABLE, cache_folder
from newsarc.text.toml import toml

ConfigFormat = Literal["table", "plain", "json", "jsonl", "csv"]
Origin = Literal["default", "file", "option", "environment", "detected"]
HEADER = ("setting", "value", "origin")


class Setting(NamedTuple):
    """A setting in force. ``place`` is a line of a file, an option or a variable."""

    name: str
    value: Any
    origin: Origin = "default"
    place: str | None = None

    @property
    def text(self) -> str:
        """The value as TOML, or a dash for none."""
        return "-" if self.value is None else toml(self.value)

    @property
    def source(self) -> str:
        """The place, or what kind of place it is."""
        return self.place or self.origin


def config(
    session: Session,
    format: Annotated[
        ConfigFormat | None,
        typer.Option("--format", help="Default: table on a terminal, plain in a pipe.", rich_help_panel=OUTPUT_PANEL),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the settings in force.

    Columns in a pipe: setting, value, where it comes from: default, file and line, option, environment variable, or
    detected from the files of a site. docs/configuration.md explains the settings.

    Examples:
        newsarc config
        newsarc config --json
    """
    from newsarc.storage.config_file import find_config

    file = find_config(session.folder)
    shown = None if file is None else str(file)
    settings = [*_of_the_process(session), *_of_the_archive(session)]

    def records() -> Iterator[dict[str, Any]]:
        return (setting._asdict() for setting in settings)

    json = json_of("settings", records(), lambda: {"archive": str(session.archive.root), "file": shown})
    rows = ((setting.name, setting.text, setting.source) for setting in settings)
    write_view(
        session, OutputView(HEADER, rows, json, lambda: _print(session, settings)), session.format(format, as_json)
    )


def _print(session: Session, settings: list[Setting]) -> None:
    from newsarc.output.terminal.settings import print_table

    with session.console() as console:
        print_table(console, [(setting.name, setting.text, setting.source) for setting in settings])


def _of_the_process(session: Session) -> Iterator[Setting]:
    """Yield the settings that come from options and the environment."""
    options = session.options
    root = os.path.abspath(session.archive.root)  # noqa: PTH100
    if options.archive:
        yield Setting("archive", root, "option", "--archive")
    elif os.environ.get(ARCHIVE_VARIABLE):
        yield Setting("archive", root, "environment", f"${ARCHIVE_VARIABLE}")
    else:
        yield Setting("archive", root, "detected", None)
    if options.no_cache:
        yield Setting("cache", None, "option", "--no-cache")
    else:
        folder = cache_folder()
        yield _by_variable("cache", str(folder) if folder else None, (FOLDER_VARIABLE,))
    if options.color:
        yield Setting("color", options.color, "option", "--color")
    elif os.environ.get("TERM") == "dumb":
        yield Setting("color", "never", "environment", "$TERM")
    else:
        yield _by_variable("color", "never" if os.environ.get("NO_COLOR") else "auto", ("NO_COLOR",))
    if options.no_pager:
        yield Setting("pager", None, "option", "--no-pager")
    elif os.environ.get("TERM") == "dumb":
        yield Setting("pager", None, "environment", "$TERM")
    else:
        yield _by_variable("pager", wanted_pager(), PAGER_VARIABLES, may_be_empty=True)
    editor = next((value for name in EDITOR_VARIABLES if (value := os.environ.get(name, "").strip())), None)
    yield _by_variable("editor", editor, EDITOR_VARIABLES)


def _by_variable(name: str, value: Any, variables: tuple[str, ...], *, may_be_empty: bool = False) -> Setting:
    """Return a setting of the first of ``variables`` that is set."""
    for variable in variables:
        if os.environ.get(variable, "").strip() or (may_be_empty and variable in os.environ):
            return Setting(name, value, "environment", f"${variable}")
    return Setting(name, value)


def _of_the_archive(session: Session) -> Iterator[Setting]:
    """Yield the settings of the configuration file."""
    from newsarc.config import setting_lines
    from newsarc.storage.config_file import find_config

    file = find_config(session.folder)
    lines = setting_lines(file) if file is not None else {}
    detected = _of_the_layout(session)
    for name, value in _flat(session.archive.config, ""):
        if file is not None and name in lines:
            yield Setting(name, value, "file", f"{file}:{lines[name]}")
        elif name in detected:
            yield Setting(name, detected[name], "detected")
        elif name not in LAYOUT_KEYS:
            yield Setting(name, value)


def _of_the_layout(session: Session) -> dict[str, Any]:
    """Return what was detected of the layout; in an archive with day folders, only its name."""
    from newsarc.archive.sites import redirect_tables

    layout = session.archive.layout
    if layout is None:
        return {"layout": "context"}
    values = {
        name: getattr(layout, name.replace("-", "_")) for name in LAYOUT_KEYS if name not in ("layout", "redirects")
    }
    tables = redirect_tables(session.archive.root) if layout.redirects else ()
    return {"layout": layout.name, **values, "redirects": tables}


def _flat(config: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for setting in fields(config):
        name, value = prefix + setting.name.replace("_", "-"), getattr(config, setting.name)
        if is_dataclass(value):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value
