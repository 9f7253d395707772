"""``newsarc.toml`` or ``[tool.newsarc]`` in ``pyproject.toml`` → one frozen :class:`Config`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePath
from typing import Any

from newsarc.errors import ConfigError
from newsarc.storage.files import read_file
from newsarc.text.labels import is_label, label_key, label_word
from newsarc.text.suggest import did_you_mean

CONFIG_NAME = "newsarc.toml"
PYPROJECT_NAME = "pyproject.toml"
MAX_CONFIG_BYTES = 1024 * 1024
SECTIONS = ("sources", "changes", "related")  # the labels that are headings
_SEARCHED_BYTES = 16 * MAX_CONFIG_BYTES  # of a pyproject.toml, for a mention of newsarc
_MAX_DOTS = 100  # in what may be one key
_BETWEEN_KEYS = re.compile(r"[=,{}\[\]]")
_MAX_SHOWN = 80  # characters of an unknown key, or of a value, in a message
_SITE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//+[^/?#]*|[A-Za-z][A-Za-z0-9+.-]*:")
# What Markdown, a browser or newsarc itself would not read as part of a link's path.
_UNFIT_FOR_PREFIX = re.compile(r"[\s\x00-\x1f\x7f\\?#%()<>]|//")


def _key(default: Any, about: str, example: Any) -> Any:
    """A key of the configuration: ``about`` and ``example`` are what docs/configuration.md says of it."""
    metadata = {"about": about, "example": example}
    if isinstance(default, Mapping):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that name a page's sections and mark a context list, compared without case and colon.

    The built-in ones are those of the English and Chinese archives; what the configuration lists is added to them.
    """

    sources: tuple[str, ...] = _key(
        ("Source", "Sources", "信息来源"), "Headings of the section with the sources.", ["Quellen"]
    )
    changes: tuple[str, ...] = _key(
        ("Changes",), "Headings of the section with former states of the event.", ["Änderungen"]
    )
    related: tuple[str, ...] = _key(
        ("Related", "有关"), "Headings of the section with the related links.", ["Verwandt"]
    )
    context: tuple[str, ...] = _key(
        ("Context", "上下文", "消息"),
        "What stands before the contexts of a related link: `_Context: Raqqa, Syria_`.",
        ["Kontext"],
    )


@dataclass(frozen=True, slots=True)
class LintConfig:
    """Which rules run, where, and what is accepted."""

    select: tuple[str, ...] = _key(
        ("E", "W"),
        "The rules to run: codes (`NA101`), families (`NA1`), names (`self-link`), `E` for all errors, `W` for all "
        "warnings, `ALL`. `--select` takes the place of it.",
        ["E", "W", "NA108"],
    )
    ignore: tuple[str, ...] = _key(
        (), "The rules of these to leave out, written the same way. `--ignore` adds to it.", ["stale-link-text"]
    )
    baseline: str = _key(
        "",
        "The file of accepted findings, relative to the archive root. `newsarc lint --write-baseline` writes it. Empty "
        "for none.",
        "accepted.json",
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = _key(
        {}, "Rules not to report in some pages: a pattern as in `.gitignore`, and rules.", {"news/1999/**": ["NA105"]}
    )
    sources_since: int = _key(
        0,
        "The first year whose events must have sources, which turns NA301 on. 0: it runs only where it is selected, "
        "and then for all years.",
        2012,
    )


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force. Every key is optional in the file."""

    root: str = _key(
        ".", "The archive root, that is the folder that has `news/`, in the folder of the file.", "content"
    )
    site_prefix: str = _key(
        "",
        "The path that links put before `/news/…`, where the site is not at the top of its host: a path alone, no "
        "address. Empty for nothing.",
        "/zh",
    )
    max_page_bytes: int = _key(16 * 1024 * 1024, "Pages larger than this are not read; more than 0.", 1_000_000)
    labels: Labels = field(
        default_factory=Labels, metadata={"about": "More words for the parts of a page, besides the built-in ones."}
    )
    lint: LintConfig = field(default_factory=LintConfig, metadata={"about": "What `newsarc lint` checks."})


DEFAULT_CONFIG = Config()


def find_config(folder: Path) -> Path | None:
    """Return the configuration file that ``folder`` itself holds, or None. ``newsarc.toml`` goes before
    ``pyproject.toml``, which counts if it has a table ``tool.newsarc``.

    A ``newsarc.toml`` counts in whatever form it exists: a symbolic link that leads nowhere, a folder and a file that
    cannot be read are for :func:`load_config` to refuse. Raises ConfigError for a ``pyproject.toml`` that does not show
    whether it is one.
    """
    own = folder / CONFIG_NAME
    if _exists(own):
        return own
    pyproject = folder / PYPROJECT_NAME
    if not _exists(pyproject):
        return None
    data = _read(pyproject, _SEARCHED_BYTES)
    # Most are for other programs: tomllib is imported for those that mention newsarc, as a dependency or otherwise.
    return pyproject if b"newsarc" in data and "newsarc" in _tools(_parse(pyproject, data)) else None


def load_config(path: Path) -> Config:
    """Read the configuration file at ``path``.

    Raises ConfigError, with the file and the key in its one line, for a file that cannot be read, is larger than 1 MiB,
    is no TOML, or has an unknown key or a value of the wrong type.
    """
    document = _parse(path, _read(path, MAX_CONFIG_BYTES + 1))
    if path.name == PYPROJECT_NAME:
        table, prefix = _tools(document).get("newsarc", {}), "tool.newsarc."
    else:
        table, prefix = document, ""
    try:
        return parse_config(table, prefix)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    """Return the TOML document ``data`` of the file at ``path``. Raises ConfigError."""
    import tomllib  # here, because most archives have no configuration

    if len(data) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path}: a configuration of more than {MAX_CONFIG_BYTES:,} bytes is not read")
    try:
        text = data.decode("utf-8-sig")
        if number := too_many_dots(text):
            raise ConfigError(f"{path}: line {number} has a key of more than {_MAX_DOTS} parts, or what looks like one")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib also lets through what int() and deep nesting raise
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def _tools(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tables of tools in a ``pyproject.toml``."""
    tools = document.get("tool")
    return tools if isinstance(tools, dict) else {}


def too_many_dots(text: str) -> int:
    """Return the number of a line that TOML would take quadratic time for, in the parts of a key; 0 for none."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS and any(part.count(".") > _MAX_DOTS for part in _BETWEEN_KEYS.split(line)):
            return number
    return 0


def parse_config(table: Mapping[str, Any], prefix: str = "") -> Config:
    """Make a Config from a TOML table; ``prefix`` goes before key names in messages. Raises ConfigError."""
    config: Config = _fill(Config(), table, prefix)
    # The file may have been written on Windows and be read elsewhere.
    config = replace(
        config,
        root=config.root.replace("\\", "/"),
        lint=replace(config.lint, baseline=config.lint.baseline.replace("\\", "/")),
    )
    site_prefix = _site_prefix(config.site_prefix, f"{prefix}site-prefix")
    if PurePath(config.root).is_absolute() or ".." in PurePath(config.root).parts:
        raise ConfigError(f'{prefix}root: must be a folder in the folder of this file; write for example "archive"')
    if config.max_page_bytes <= 0:
        raise ConfigError(f"{prefix}max-page-bytes: must be more than 0")
    labels = _labels(table.get("labels", {}), f"{prefix}labels.")
    return replace(config, site_prefix=site_prefix, labels=labels)


def _site_prefix(written: str, key: str) -> str:
    """Return a site prefix with a slash before it and none behind it.

    Raises ConfigError for what is no plain path: links are written with it.
    """
    path = written.strip("/")
    site = _SITE.match(written)
    if site is not None and (path or site[0] != written):
        rest = written[site.end() :].strip("/")
        if rest and _unfit_for_prefix(rest) is None:
            advice = f'write its path alone: "/{rest}"'
        else:
            advice = 'write its path alone, for example "/zh"' if rest else "leave this key out: its path is empty"
        raise ConfigError(f"{key}: {_quoted(written)} is an address; {advice}")
    unfit = _unfit_for_prefix(path)
    if unfit is not None:
        what = "white space" if unfit.isspace() else f'"{unfit}"'
        raise ConfigError(f'{key}: {what} has no place in a site prefix; write for example "/zh"')
    return f"/{path}" if path else ""


def _unfit_for_prefix(path: str) -> str | None:
    """Return what cannot stand in a site prefix: the first such part of ``path``; None where all of it can."""
    dots = next((part for part in path.split("/") if part in (".", "..")), None)
    if dots is not None:
        return dots
    match = _UNFIT_FOR_PREFIX.search(path)
    return match[0] if match is not None else None


def _labels(table: Mapping[str, Sequence[str]], prefix: str) -> Labels:
    """Return the built-in labels with those of ``table`` added. Raises ConfigError for a word that no page can have,
    and for a heading of two sections.
    """
    labels = {key.name: getattr(Labels(), key.name) for key in fields(Labels)}
    kinds = {label_key(word): kind for kind in SECTIONS for word in labels[kind]}
    for kind, words in table.items():
        for written in words:
            word = label_word(written)
            if not is_label(word):
                example = _quoted(labels[kind][0])
                raise ConfigError(
                    f"{prefix}{kind}: {_quoted(written)} is not a word without Markdown, such as {example}"
                )
            if kind in SECTIONS and kinds.setdefault(label_key(word), kind) != kind:
                raise ConfigError(f"{prefix}{kind}: {_quoted(word)} is already a word for {kinds[label_key(word)]}")
            if label_key(word) not in map(label_key, labels[kind]):
                labels[kind] += (word,)
    return Labels(**labels)


def _quoted(written: str) -> str:
    return f'"{written[:_MAX_SHOWN]}"'


def _fill(default: Any, table: Mapping[str, Any], prefix: str) -> Any:
    """Return ``default``, a frozen dataclass, with the values of ``table``; each value must have its default's type."""
    if not isinstance(table, Mapping):
        raise ConfigError(f"{prefix.rstrip('.')}: must be a table")
    names = {item.name.replace("_", "-"): item.name for item in fields(default)}
    changed: dict[str, Any] = {}
    for key, value in table.items():
        if key not in names:
            raise ConfigError(f"unknown key {prefix}{key[:_MAX_SHOWN]}{_closest(key[:_MAX_SHOWN], names)}")
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


def _closest(key: str, known: Mapping[str, str]) -> str:
    return did_you_mean(key.replace("_", "-"), known, f"; known keys: {', '.join(known)}")


def _exists(path: Path) -> bool:
    """Whether there is anything at ``path``. Raises ConfigError where the system does not say."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        return False
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    return True


def _read(path: Path, limit: int) -> bytes:
    """Return the first ``limit`` bytes of a file. Raises ConfigError."""
    try:
        return read_file(path, limit)
    except FileNotFoundError as error:
        reason = "is a symbolic link that leads nowhere" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise ConfigError(f"{path}: {reason}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
