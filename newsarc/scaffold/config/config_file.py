"""The text of ``newsarc.toml`` for a configuration, with all settings, generated from the Config type."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from newsarc.config import DEFAULT_CONFIG, Config, Labels
from newsarc.layout.settings import LayoutSettings
from newsarc.scaffold.config.site import unknown_settings
from newsarc.text.toml import toml

if TYPE_CHECKING:
    from newsarc.layout.presets import Layout

_OF_SITES = tuple(item.name for item in fields(LayoutSettings))
_NOT_OF_SITES = ("root", "site-prefix", "page-url", "labels", "lint.sources-since")  # of archives with day folders
_HEAD = """\
# Settings of newsarc for this archive. All are optional; commented ones show the default.
"""
_SITE_HEAD = """\
# Settings of newsarc for this site. All are optional; commented ones show what was detected, or the default.
"""
_UNKNOWN = "newsarc cannot detect this here: set it."


def settings_text(config: Config) -> str:
    """Return the text of a configuration file that :func:`newsarc.config.load_config` reads as ``config``.

    Each setting follows its description. Settings with default values are commented out; those of sites are left out.
    """
    return "".join([_HEAD, *_table(config, DEFAULT_CONFIG, "")])


def site_settings_text(config: Config, layout: Layout, tables: Sequence[str]) -> str:
    """Return the text of a configuration file for a site with ``layout`` and these redirect tables.

    Settings that ``config`` lacks are comments: they show what was detected, or else an example.
    """
    detected = {name: getattr(layout, name) for name in _OF_SITES if name not in ("layout", "redirects")}
    detected["redirects"] = tuple(tables)
    unknown = unknown_settings(config, layout)
    lines = [_SITE_HEAD]
    for setting in fields(LayoutSettings):
        name, value = setting.name.replace("_", "-"), getattr(config, setting.name)
        shown = detected.get(setting.name) if value is None else value
        note = ""
        if name in unknown or shown in ((), ""):
            shown = setting.metadata["example"]
            note = f" {_UNKNOWN}" if name in unknown else " For example:"
        meaning = setting.metadata["about"].replace("`", "")
        lines.append(f"\n# {meaning}{note}\n{'# ' if value is None else ''}{name} = {toml(shown)}\n")
    return "".join([*lines, *_table(config, DEFAULT_CONFIG, "", _NOT_OF_SITES)])


def _table(values: Any, defaults: Any, name: str, left_out: Collection[str] = ()) -> Iterator[str]:
    """Yield the settings of a table, nested tables last, as TOML requires.

    Leaves out the settings of sites, and those ``left_out`` that have their default.
    """
    tables = []
    for setting in fields(values):
        value, default = getattr(values, setting.name), getattr(defaults, setting.name)
        key = f"{name}.{setting.name}".removeprefix(".").replace("_", "-")
        meaning = setting.metadata["about"].replace("`", "")
        if default is None or (value == default and key in left_out):
            continue
        if is_dataclass(value):
            tables.append((value, default, key, meaning))
            continue
        if isinstance(values, Labels):  # built-in words need not be listed
            value = tuple(word for word in value if word not in default) or default
        off = "# " if value == default else ""
        yield f"\n# {meaning}\n{off}{key.rpartition('.')[2]} = {toml(value)}\n"
    for value, default, key, meaning in tables:
        yield f"\n# {meaning}\n[{key}]\n"
        yield from _table(value, default, key, left_out)
