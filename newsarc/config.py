"""The configuration: ``newsarc.toml``, or ``[tool.newsarc]`` in ``pyproject.toml``, as a frozen :class:`Config`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from newsarc.errors import ConfigError
from newsarc.layout.settings import LayoutSettings
from newsarc.storage.config_file import MAX_CONFIG_BYTES, PYPROJECT_NAME, parse_toml, read_config_file, tools_table
from newsarc.text.labels import CHANGES, CONTEXTS, RELATED, SOURCES, is_label, label_key, label_word
from newsarc.text.suggest import did_you_mean

SECTIONS = ("sources", "changes", "related")  # the labels that are headings
_MAX_SHOWN = 80  # characters of an unknown key, or of a value, in a message
_SITE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//+[^/?#]*|[A-Za-z][A-Za-z0-9+.-]*:")
_CONTACT = re.compile(r"[!-'*-~]{0,200}\Z")  # goes into a header, within parentheses
_PAGE = "{page}"  # in page-url
_PAGE_URL = re.compile(r"https?://[^\s/?#\\\"<>{}\x00-\x20\x7f][^\s\\\"<>\x00-\x20\x7f]*\Z")
# Characters that Markdown, a browser or newsarc would not read as part of a link's path.
_UNFIT_FOR_PREFIX = re.compile(r"[\s\x00-\x1f\x7f\\?#%()<>]|//")


def _key(default: Any, about: str, example: Any) -> Any:
    """Return the field of a configuration key; ``about`` and ``example`` go into docs/configuration.md."""
    metadata = {"about": about, "example": example}
    if isinstance(default, Mapping):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Labels:
    """Headings of the sections of a page, and labels of context lists, compared without case and colon.

    The built-in ones are in :mod:`newsarc.text.labels`; the configuration adds to them.
    """

    sources: tuple[str, ...] = _key(SOURCES, "Headings of the sources section.", ["Quellen"])
    changes: tuple[str, ...] = _key(
        CHANGES, "Headings of the section with former versions of the event.", ["Änderungen"]
    )
    related: tuple[str, ...] = _key(RELATED, "Headings of the section with related links.", ["Verwandt"])
    context: tuple[str, ...] = _key(
        CONTEXTS,
        "Labels of the contexts of a related link, as in `_Context: Raqqa, Syria_`.",
        ["Kontext"],
    )


@dataclass(frozen=True, slots=True)
class LintConfig:
    """The configuration of lint: rules, ignored pages and accepted findings."""

    select: tuple[str, ...] = _key(
        ("E", "W"),
        "Rules to run: codes (`NA101`), families (`NA1`), names (`self-link`), `E` for all errors, `W` for all "
        "warnings, or `ALL`. Overridden by `--select`.",
        ["E", "W", "NA108"],
    )
    ignore: tuple[str, ...] = _key(
        (), "Rules to exclude, written the same way. `--ignore` adds to this list.", ["stale-link-text"]
    )
    baseline: str = _key(
        "",
        "File of accepted findings, relative to the archive root. `newsarc lint --write-baseline` writes it. Empty: "
        "no baseline.",
        "accepted.json",
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = _key(
        {},
        "Rules to ignore in some pages: patterns as in `.gitignore`, each with its rules.",
        {"news/1999/**": ["NA105"]},
    )
    sources_since: int = _key(
        0,
        "The first year whose events must have sources. Enables NA301. 0: NA301 runs only if it is selected, for all "
        "years.",
        2012,
    )


@dataclass(frozen=True, slots=True)
class SourcesConfig:
    """The configuration of `newsarc sources check` and `newsarc sources copies`."""

    ledger: str = _key(
        "",
        "File that records the checks of sources and their copies, relative to the archive root. Empty: "
        "`sources.jsonl` in the archive root if it exists, else a file in the cache folder.",
        "data/sources.jsonl",
    )
    contact: str = _key(
        "",
        "URL or e-mail address that `newsarc sources check` and `copies` send with each request, so that the owners of "
        "a site can reach you.",
        "https://example.org/about",
    )


@dataclass(frozen=True, slots=True)
class Config(LayoutSettings):
    """The configuration of an archive. Every key is optional in the file."""

    root: str = _key(".", "The folder that contains `news/`, relative to this file.", "content")
    site_prefix: str = _key(
        "",
        "Path prefix of links, if the site is not served from the domain root: a path such as `/zh`, not a URL. Empty: "
        "no prefix.",
        "/zh",
    )
    page_url: str = _key(
        "",
        "URL of a published page, for `newsarc open --web`. `{page}` stands for the path of the page without `.md`, "
        "such as `news/2017/06/16/slug`. Empty: unknown.",
        "https://example.org/{page}.html",
    )
    max_page_bytes: int = _key(16 * 1024 * 1024, "Skip pages larger than this; must be more than 0.", 1_000_000)
    labels: Labels = field(
        default_factory=Labels,
        metadata={"about": "More labels for the parts of a page. Built-in ones still apply."},
    )
    lint: LintConfig = field(default_factory=LintConfig, metadata={"about": "The configuration of `newsarc lint`."})
    sources: SourcesConfig = field(
        default_factory=SourcesConfig, metadata={"about": "The configuration of `newsarc sources check` and `copies`."}
    )

    def url_of(self, path: str) -> str:
        """Return the URL of the published page of ``path``, according to ``page_url``."""
        from urllib.parse import quote

        return self.page_url.replace(_PAGE, quote(path.removesuffix(".md"), errors="surrogateescape"))


DEFAULT_CONFIG = Config()


def load_config(path: Path) -> Config:
    """Read the configuration file at ``path``.

    Raises ConfigError, naming the file, the line and the key, if it cannot be read, is larger than 1 MiB, is not valid
    TOML, or has an unknown key or an invalid value.
    """
    document = parse_toml(path, read_config_file(path, MAX_CONFIG_BYTES + 1))
    try:
        return parse_config(
            tools_table(document).get("newsarc", {}) if path.name == PYPROJECT_NAME else document, key_prefix(path)
        )
    except ConfigError as error:
        raise located(error, path) from None


def key_prefix(path: Path) -> str:
    """Return what precedes the names of keys in the configuration file at ``path``."""
    return "tool.newsarc." if path.name == PYPROJECT_NAME else ""


def located(error: ConfigError, path: Path) -> ConfigError:
    """Return ``error``, about a key of the configuration file at ``path``, with the file and the line of the key."""
    from newsarc.text.toml import key_lines

    text = read_config_file(path, MAX_CONFIG_BYTES).decode("utf-8-sig")
    lines = {".".join(name): line for name, line in key_lines(text).items()}
    # The nearest table that has a line: keys of inline tables have none.
    known = [name for name in lines if error.key == name or error.key.startswith(f"{name}.")]
    line = f":{lines[max(known, key=len)]}" if known else ""
    return ConfigError(f"{path}{line}: {error}", error.key)


def setting_lines(path: Path) -> dict[str, int]:
    """Return the line of each setting in a valid configuration file, by its name: ``lint.select``.

    The line of a setting within an inline table is that of the table.
    """
    from newsarc.text.toml import key_lines

    table = ("tool", "newsarc") if path.name == PYPROJECT_NAME else ()
    text = read_config_file(path, MAX_CONFIG_BYTES).decode("utf-8-sig")
    settings = parse_toml(path, text.encode())
    for part in table:
        settings = settings.get(part, {})
    lines = key_lines(text)
    return dict(_setting_lines(settings, table, lines, Config()))


def _setting_lines(
    settings: Mapping[str, Any], name: tuple[str, ...], lines: Mapping[tuple[str, ...], int], defaults: Any
) -> Iterator[tuple[str, int]]:
    for key, value in settings.items():
        full = (*name, key)
        default = getattr(defaults, key.replace("-", "_"))
        if is_dataclass(default):
            yield from _setting_lines(value, full, lines, default)
            continue
        # The nearest table that has a line: an inline table, or one whose keys are dotted.
        line = next((lines[full[:end]] for end in range(len(full), 0, -1) if full[:end] in lines), 1)
        below = [number for other, number in lines.items() if other[: len(full)] == full]
        yield ".".join(full[2:] if full[:2] == ("tool", "newsarc") else full), min(below, default=line)


def parse_config(table: Mapping[str, Any], prefix: str = "") -> Config:
    """Return the Config of a TOML table; ``prefix`` precedes key names in messages. Raises ConfigError."""
    config: Config = _fill(Config(), table, prefix)
    # The file may come from Windows.
    config = replace(
        config,
        root=config.root.replace("\\", "/"),
        lint=replace(config.lint, baseline=config.lint.baseline.replace("\\", "/")),
        sources=replace(config.sources, ledger=config.sources.ledger.replace("\\", "/")),
    )
    site_prefix = _site_prefix(config.site_prefix, f"{prefix}site-prefix")
    if PurePath(config.root).is_absolute() or ".." in PurePath(config.root).parts:
        raise _invalid(f"{prefix}root", 'must be inside the folder of this file, for example "archive"')
    if config.max_page_bytes <= 0:
        raise _invalid(f"{prefix}max-page-bytes", "must be more than 0")
    if config.page_url and (not _PAGE_URL.match(config.page_url) or _PAGE not in config.page_url):
        raise _invalid(
            f"{prefix}page-url", f'must be an http(s) URL with {_PAGE}, such as "https://example.org/{_PAGE}.html"'
        )
    if config.sources.ledger and not config.sources.ledger.endswith(".jsonl"):
        raise ConfigError(f'{prefix}sources.ledger: must end in .jsonl, such as "sources.jsonl"')
    if not _CONTACT.match(config.sources.contact):
        raise _invalid(f"{prefix}sources.contact", "must be a URL or an e-mail address without spaces")
    labels = _labels(table.get("labels", {}), f"{prefix}labels.")
    return replace(config, site_prefix=site_prefix, labels=labels)


def _site_prefix(written: str, key: str) -> str:
    """Return a site prefix with a leading slash and no trailing one. Raises ConfigError if it is not a plain path."""
    path = written.strip("/")
    site = _SITE.match(written)
    if site is not None and (path or site[0] != written):
        rest = written[site.end() :].strip("/")
        if rest and _unfit_for_prefix(rest) is None:
            advice = f'use only its path: "/{rest}"'
        else:
            advice = 'use only its path, for example "/zh"' if rest else "remove this key: its path is empty"
        raise _invalid(key, f"{_quoted(written)} is a URL; {advice}")
    unfit = _unfit_for_prefix(path)
    if unfit is not None:
        what = "white space" if unfit.isspace() else f'"{unfit}"'
        raise _invalid(key, f'{what} is not allowed in a site prefix; use a path such as "/zh"')
    return f"/{path}" if path else ""


def _unfit_for_prefix(path: str) -> str | None:
    """Return the first part of ``path`` that is not allowed in a site prefix, or None."""
    dots = next((part for part in path.split("/") if part in (".", "..")), None)
    if dots is not None:
        return dots
    match = _UNFIT_FOR_PREFIX.search(path)
    return match[0] if match is not None else None


def _labels(table: Mapping[str, Sequence[str]], prefix: str) -> Labels:
    """Return the built-in labels and those of ``table``.

    Raises ConfigError for a label that no page can have, and for a heading of two sections.
    """
    labels = {key.name: getattr(Labels(), key.name) for key in fields(Labels)}
    kinds = {label_key(word): kind for kind in SECTIONS for word in labels[kind]}
    for kind, words in table.items():
        for written in words:
            word = label_word(written)
            if not is_label(word):
                example = _quoted(labels[kind][0])
                raise _invalid(
                    f"{prefix}{kind}", f"{_quoted(written)} must be plain text without Markdown, such as {example}"
                )
            if kind in SECTIONS and kinds.setdefault(label_key(word), kind) != kind:
                raise _invalid(f"{prefix}{kind}", f"{_quoted(word)} is already a label for {kinds[label_key(word)]}")
            if label_key(word) not in map(label_key, labels[kind]):
                labels[kind] += (word,)
    return Labels(**labels)


def _invalid(key: str, what: str) -> ConfigError:
    return ConfigError(f"{key}: {what}", key)


def _quoted(written: str) -> str:
    return f'"{written[:_MAX_SHOWN]}"'


def _fill(default: Any, table: Mapping[str, Any], prefix: str) -> Any:
    """Return ``default``, a frozen dataclass, with the values of ``table``, which must have the types of the defaults.

    Raises ConfigError.
    """
    if not isinstance(table, Mapping):
        raise _invalid(prefix.rstrip("."), "must be a table")
    names = {item.name.replace("_", "-"): item.name for item in fields(default)}
    changed: dict[str, Any] = {}
    for key, value in table.items():
        if key not in names:
            known = _closest(key[:_MAX_SHOWN], names)
            raise ConfigError(f"unknown key {prefix}{key[:_MAX_SHOWN]}{known}", prefix + key)
        current = getattr(default, names[key])
        changed[names[key]] = _value(current, value, prefix + key)
    return replace(default, **changed)


def _value(current: Any, value: Any, key: str) -> Any:
    if current is None:
        from newsarc.layout.config_keys import checked_setting  # here, because most archives are no sites

        return checked_setting(value, key)
    if isinstance(current, str):
        if isinstance(value, str):
            return value
        raise _invalid(key, f'must be a string, such as "{current or "/zh"}"')
    if isinstance(current, int):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise _invalid(key, f"must be an integer, such as {current}")
    if isinstance(current, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise _invalid(key, f'must be a list of strings, such as ["{current[0] if current else "…"}"]')
    if isinstance(current, Mapping):
        if isinstance(value, Mapping):
            return {name: _value(("NA301",), rules, f"{key}.{name}") for name, rules in value.items()}
        raise _invalid(key, 'must be a table, such as {"news/1999/**" = ["NA301"]}')
    return _fill(current, value, key + ".")


def _closest(key: str, known: Mapping[str, str]) -> str:
    return did_you_mean(key.replace("_", "-"), known, f"; known keys: {', '.join(known)}")
