"""``newsarc.toml`` or ``[tool.newsarc]`` in ``pyproject.toml`` → one frozen :class:`Config`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from newsarc.errors import ConfigError

CONFIG_NAME = "newsarc.toml"
PYPROJECT_NAME = "pyproject.toml"


MEANING = "meaning"  # the key, in a setting's metadata, of what it is about


def _setting(default: Any, meaning: str) -> Any:
    """Return a field of a configuration with its default and with what it is about, for whoever documents it."""
    return field(default=default, metadata={MEANING: meaning})


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that name a page's sections and mark a context list, compared without case and colon.

    The built-in ones are those of the English and Chinese archives; what the configuration lists is added to them.
    """

    sources: tuple[str, ...] = _setting(("Source", "Sources", "信息来源"), "Headings of the list of sources.")
    changes: tuple[str, ...] = _setting(("Changes",), "Headings of the list of former headlines.")
    related: tuple[str, ...] = _setting(("Related", "有关"), "Headings of the list of related events.")
    context: tuple[str, ...] = _setting(
        ("Context", "上下文", "消息"), "What marks the contexts of a related link: _Context: …_"
    )


@dataclass(frozen=True, slots=True)
class LintConfig:
    """What ``newsarc lint`` checks."""

    select: tuple[str, ...] = _setting(
        ("E", "W"), "The rules that run: codes (NA101), families (NA1), names, E, W or ALL."
    )
    ignore: tuple[str, ...] = _setting((), "The rules among them that do not.")
    baseline: str = _setting("", 'The file of accepted findings, relative to the archive root; "" for none.')
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata={
            MEANING: 'Path patterns, as in .gitignore, and the rules not to run there: {"news/1999/**" = ["NA301"]}'
        },
    )
    sources_since: int = _setting(
        0, "The first year whose events must have a source (NA301); 0 where only a selected rule asks for it."
    )


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force. Every key is optional in the file."""

    root: str = _setting(".", "The archive root, relative to this file's folder.")
    site_prefix: str = _setting("", 'What links put before /news/…, such as "/zh"; "" for nothing.')
    max_page_bytes: int = _setting(16 * 1024 * 1024, "A page that is larger is not read.")
    labels: Labels = field(
        default_factory=Labels, metadata={MEANING: "More words for the parts of a page, besides the built-in ones."}
    )
    lint: LintConfig = field(default_factory=LintConfig, metadata={MEANING: "What newsarc lint checks."})


DEFAULT_CONFIG = Config()


def find_config(folder: Path) -> Path | None:
    """Return the configuration file that ``folder`` itself holds, or None. ``newsarc.toml`` goes before
    ``pyproject.toml``.
    """
    own = folder / CONFIG_NAME
    if own.is_file():
        return own
    pyproject = folder / PYPROJECT_NAME
    if pyproject.is_file() and b"[tool.newsarc" in _read(pyproject):
        return pyproject
    return None


def load_config(path: Path) -> Config:
    """Read the configuration file at ``path``.

    Raises ConfigError, with the file and the key in its one line, for a file that cannot be read, is no TOML, or has
    an unknown key or a value of the wrong type.
    """
    import tomllib  # here, because it takes 2 ms and most archives have no configuration

    try:
        document = tomllib.loads(_read(path).decode("utf-8"))
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


def parse_config(table: Mapping[str, Any], prefix: str = "") -> Config:
    """Make a Config from a TOML table; ``prefix`` goes before key names in messages. Raises ConfigError."""
    config: Config = _fill(Config(), table, prefix)
    slashes = config.site_prefix.strip("/")
    if ".." in slashes.split("/"):
        raise ConfigError(f'{prefix}site-prefix: ".." has no place in a site prefix; write for example "/zh"')
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
            raise ConfigError(f"unknown key {prefix}{key}{_did_you_mean(key, names)}")
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
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
