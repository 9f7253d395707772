"""``newsarc.toml`` or ``[tool.newsarc]`` in ``pyproject.toml`` → one frozen :class:`Config`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePath
from typing import Any

from newsarc.errors import ConfigError

CONFIG_NAME = "newsarc.toml"
PYPROJECT_NAME = "pyproject.toml"
MAX_CONFIG_BYTES = 1024 * 1024
_MAX_DOTS = 100  # in what may be one key
_BETWEEN_KEYS = re.compile(r"[=,{}\[\]]")
_MAX_SHOWN = 80  # characters of an unknown key


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that name a page's sections and mark a context list, compared without case and colon.

    The built-in ones are those of the English and Chinese archives; what the configuration lists is added to them.
    """

    sources: tuple[str, ...] = ("Source", "Sources", "信息来源")
    changes: tuple[str, ...] = ("Changes",)
    related: tuple[str, ...] = ("Related", "有关")
    context: tuple[str, ...] = ("Context", "上下文", "消息")


@dataclass(frozen=True, slots=True)
class LintConfig:
    """Which rules run: codes, families (``NA1``), names, ``E``, ``W`` or ``ALL``.

    ``baseline`` is the file of accepted findings, relative to the archive root, ``""`` for none;
    ``per_file_ignores`` are pairs of a path pattern (as in ``.gitignore``) and the rules not to run there;
    ``sources_since`` is the first year whose events must have sources, which turns NA301 on (0: only where selected).
    """

    select: tuple[str, ...] = ("E", "W")
    ignore: tuple[str, ...] = ()
    baseline: str = ""
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources_since: int = 0


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force. Every key is optional in the file.

    ``root`` is the archive root, in the file's folder; ``site_prefix`` is what links put before ``/news/…``
    (``"/zh"``, or ``""`` for none); ``max_page_bytes`` is the size above which a page is not read.
    """

    root: str = "."
    site_prefix: str = ""
    max_page_bytes: int = 16 * 1024 * 1024
    labels: Labels = field(default_factory=Labels)
    lint: LintConfig = field(default_factory=LintConfig)


DEFAULT_CONFIG = Config()


def find_config(folder: Path) -> Path | None:
    """Return the configuration file that ``folder`` itself holds, or None. ``newsarc.toml`` goes before
    ``pyproject.toml``.
    """
    own = folder / CONFIG_NAME
    if own.is_file():
        return own
    pyproject = folder / PYPROJECT_NAME
    if pyproject.is_file() and b"[tool.newsarc" in _read(pyproject)[:MAX_CONFIG_BYTES]:
        return pyproject
    return None


def load_config(path: Path) -> Config:
    """Read the configuration file at ``path``.

    Raises ConfigError, with the file and the key in its one line, for a file that cannot be read, is larger than 1 MiB,
    is no TOML, or has an unknown key or a value of the wrong type.
    """
    import tomllib  # here, because it takes 2 ms and most archives have no configuration

    data = _read(path)
    if len(data) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path}: a configuration of more than {MAX_CONFIG_BYTES:,} bytes is not read")
    try:
        text = data.decode("utf-8")
        if number := _too_many_dots(text):
            raise ConfigError(f"{path}: line {number} has a key of more than {_MAX_DOTS} parts, or what looks like one")
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib also lets through what int() and deep nesting raise
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    if path.name == PYPROJECT_NAME:
        tools = document.get("tool")
        table = tools.get("newsarc", {}) if isinstance(tools, dict) else {}
        prefix = "tool.newsarc."
    else:
        table, prefix = document, ""
    try:
        return parse_config(table, prefix)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _too_many_dots(text: str) -> int:
    """Return the number of a line that TOML would take quadratic time for, in the parts of a key; 0 for none."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS and any(part.count(".") > _MAX_DOTS for part in _BETWEEN_KEYS.split(line)):
            return number
    return 0


def parse_config(table: Mapping[str, Any], prefix: str = "") -> Config:
    """Make a Config from a TOML table; ``prefix`` goes before key names in messages. Raises ConfigError."""
    config: Config = _fill(Config(), table, prefix)
    slashes = config.site_prefix.strip("/")
    if ".." in slashes.split("/"):
        raise ConfigError(f'{prefix}site-prefix: ".." has no place in a site prefix; write for example "/zh"')
    if PurePath(config.root).is_absolute() or ".." in PurePath(config.root).parts:
        raise ConfigError(f'{prefix}root: must be a folder in the folder of this file; write for example "archive"')
    if config.max_page_bytes <= 0:
        raise ConfigError(f"{prefix}max-page-bytes: must be more than 0")
    built_in = Labels()
    labels = Labels(
        **{
            key.name: tuple(dict.fromkeys(getattr(built_in, key.name) + getattr(config.labels, key.name)))
            for key in fields(Labels)
        }
    )
    return replace(config, site_prefix=f"/{slashes}" if slashes else "", labels=labels)


def _fill(default: Any, table: Mapping[str, Any], prefix: str) -> Any:
    """Return ``default``, a frozen dataclass, with the values of ``table``; each value must have its default's type."""
    if not isinstance(table, Mapping):
        raise ConfigError(f"{prefix.rstrip('.')}: must be a table")
    names = {item.name.replace("_", "-"): item.name for item in fields(default)}
    changed: dict[str, Any] = {}
    for key, value in table.items():
        if key not in names:
            raise ConfigError(f"unknown key {prefix}{key[:_MAX_SHOWN]}{_did_you_mean(key, names)}")
        current = getattr(default, names[key])
        changed[names[key]] = _value(current, value, prefix + key)
    return replace(default, **changed)


def _value(current: Any, value: Any, key: str) -> Any:
    if isinstance(current, str):
        if isinstance(value, str):
            return value
        raise ConfigError(f'{key}: must be a string, such as "{current or "/zh"}"')
    if isinstance(current, int):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ConfigError(f"{key}: must be a whole number, such as {current}")
    if isinstance(current, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ConfigError(f'{key}: must be a list of strings, such as ["{current[0] if current else "…"}"]')
    if isinstance(current, Mapping):
        if isinstance(value, Mapping):
            return {name: _value(("NA301",), rules, f"{key}.{name}") for name, rules in value.items()}
        raise ConfigError(f'{key}: must be a table, such as {{"news/1999/**" = ["NA301"]}}')
    return _fill(current, value, key + ".")


def _did_you_mean(key: str, known: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key.replace("_", "-"), known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else f"; known keys: {', '.join(known)}"


def _read(path: Path) -> bytes:
    """Return what is in a file; of a large one no more than tells that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_CONFIG_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
