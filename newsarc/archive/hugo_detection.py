"""Detection of the layout of a Hugo site by its configuration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from newsarc.archive.generator_config import Read, loaded, lowered, mapping, plain, sites
from newsarc.archive.permalinks import is_readable, last_permalink
from newsarc.layout.presets import PRESETS, Layout, SectionPermalink, preset

_ENDINGS = ("toml", "yaml", "yml", "json")
_NAMES = tuple(
    f"{folder}{name}.{ending}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for ending in _ENDINGS
)
_FOLDERS = ("posts", "post", "blog", "news")  # sections that have posts in most sites
_TITLE = re.compile(r":(?:title|slug)\b")
_DEFAULT: str = PRESETS["hugo"]["permalink"]


def hugo_layout(paths: Sequence[str], read: Read) -> Layout | None:
    """Return the layout of the Hugo site with these files; None if it is not one."""
    name = next((name for name in _NAMES if read(name) is not None), None)
    if name is None:
        return None
    config = lowered(loaded(name, read(name)))
    language = plain(config.get("defaultcontentlanguage")) or "en"
    languages = _part(config, "languages", read)
    content = plain(config.get("contentdir")) or "content"
    own_folder = plain(lowered(mapping(languages.get(language))).get("contentdir")).strip("/")
    root = own_folder or content  # of the posts in the language of the site
    # content/en, content/de …: all languages are read. In folders of other names, only that of the site is.
    folders = root[: -len(language)] + "{lang}" if own_folder.endswith(f"/{language}") else root
    names = [path.removeprefix(f"{root}/").split("/") for path in paths if path.startswith(f"{root}/")]
    if not names:
        return None
    sections = Counter(parts[0] for parts in names if len(parts) > 1)
    permalinks = _part(config, "permalinks", read)
    permalinks = mapping(permalinks.get("page")) or permalinks
    names_dates = ":filename" in str(mapping(config.get("frontmatter")).get("date"))
    with_posts = _sections_with_posts(permalinks, sections)
    ending = ".html" if plain(config.get("uglyurls")) == "true" else ""
    rules = [
        SectionPermalink(f"{folders}/{section}", _pattern(permalink, ending), _slug_source(permalink, names_dates))
        for section, permalink in with_posts.items()
    ]
    changes: dict[str, Any] = {"permalink": _pattern("", ending), "slug_from": _slug_source("", names_dates)}
    if rules:
        changes["permalink"], changes["slug_from"] = rules[0][1:]
    return preset(
        "hugo",
        **changes,
        site=sites(config.get("baseurl")),
        source=root,
        posts=_moved(folders, list(with_posts) or _FOLDERS),
        is_permalink_read=all(map(is_readable, with_posts.values())),
        permalinks=tuple(rule for rule in rules if rule[1:] != rules[0][1:]),
        language=language,
        languages=tuple(sorted({language, *map(str, languages)})),
        language_folder=plain(config.get("defaultcontentlanguageinsubdir")) == "true",
    )


def _part(config: Mapping[str, Any], key: str, read: Read) -> Mapping[str, Any]:
    """Return a table of the configuration, which may be in a file of its own."""
    found = mapping(config.get(key))
    for ending in _ENDINGS:
        name = f"config/_default/{key}.{ending}"
        found = found or loaded(name, read(name))
    return found


def _sections_with_posts(permalinks: Mapping[str, object], sections: Mapping[str, int]) -> dict[str, str]:
    """Return the sections with posts and their permalinks, the largest first: those whose addresses have a date, and
    those with the usual names.
    """
    written = {name: re.sub(r":section\b", name, plain(permalinks.get(name))) for name in sections}
    found = [name for name, permalink in written.items() if ":year" in permalink or name in _FOLDERS]
    return {name: written[name] for name in sorted(found, key=lambda name: -sections[name])}


def _pattern(permalink: str, ending: str) -> str:
    pattern = last_permalink([permalink], _DEFAULT)
    return pattern.rstrip("/") + ending if ending and not pattern.endswith(ending) else pattern


def _slug_source(permalink: str, names_dates: bool) -> str:
    """Return ``slug_from`` for a permalink."""
    if names_dates:
        return "name"
    return "title" if _TITLE.search(permalink) else "file"


def _moved(content: str, sections: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns of the preset for these sections of a content folder."""
    names = dict.fromkeys(pattern.partition("/**/")[2] for pattern in PRESETS["hugo"]["posts"])
    patterns = (f"{content}/{section}/**/{name}" for section in sections for name in names)
    # The folder names the language.
    return tuple(one for one in patterns if one.count("{lang}") < 2)
