"""The text of ``newsarc.toml`` for a configuration, with all settings, generated from the Config type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from newsarc.config import DEFAULT_CONFIG, Config, Labels
from newsarc.text.toml import toml

_HEAD = """\
# Settings of newsarc for this archive. All are optional; commented ones show the default.
"""


def settings_text(config: Config) -> str:
    """Return the text of a configuration file that :func:`newsarc.config.load_config` reads as ``config``.

    Each setting follows its description. Settings with default values are commented out; those of sites are left out.
    """
    return "".join([_HEAD, *_table(config, DEFAULT_CONFIG, "")])


def _table(values: Any, defaults: Any, name: str) -> Iterator[str]:
    """Yield the settings of a table, nested tables last, as TOML requires."""
    tables = []
    for setting in fields(values):
        value, default = getattr(values, setting.name), getattr(defaults, setting.name)
        key = f"{name}.{setting.name}".removeprefix(".").replace("_", "-")
        meaning = setting.metadata["about"].replace("`", "")
        if value is None:
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
        yield from _table(value, default, key)
