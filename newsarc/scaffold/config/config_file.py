"""A configuration → the text of ``newsarc.toml`` that says it, with every setting in it, made from the Config type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from newsarc.config import DEFAULT_CONFIG, Config, Labels
from newsarc.text.toml import toml

_HEAD = """\
# Settings of newsarc for this archive. Every one is optional: what is commented out is the default.
"""


def settings_text(config: Config) -> str:
    """Return the text of a configuration file that :func:`newsarc.config.load_config` reads as ``config``.

    Each setting stands under its meaning; one that has its default is a comment.
    """
    return "".join([_HEAD, *_table(config, DEFAULT_CONFIG, "")])


def _table(values: Any, defaults: Any, name: str) -> Iterator[str]:
    """Yield the settings of a table, those of the tables in it last, as TOML wants it."""
    tables = []
    for setting in fields(values):
        value, default = getattr(values, setting.name), getattr(defaults, setting.name)
        key = f"{name}.{setting.name}".removeprefix(".").replace("_", "-")
        meaning = setting.metadata["about"].replace("`", "")
        if is_dataclass(value):
            tables.append((value, default, key, meaning))
            continue
        if isinstance(values, Labels):  # what is built in is there without being said
            value = tuple(word for word in value if word not in default) or default
        off = "# " if value == default else ""
        yield f"\n# {meaning}\n{off}{key.rpartition('.')[2]} = {toml(value)}\n"
    for value, default, key, meaning in tables:
        yield f"\n# {meaning}\n[{key}]\n"
        yield from _table(value, default, key)
