"""Detection of the layout of a site, by names of files and by configuration files, which are read, never run."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from newsarc.layout import is_event_path
from newsarc.layout.path_patterns import PatternError, path_pattern
from newsarc.layout.presets import MARKDOWN, PRESETS, Layout, preset
from newsarc.layout.redirects import Redirects, read_redirects
from newsarc.parser.front_matter import block_values
from newsarc.parser.post_front_matter import read_post_front_matter

Read = Callable[[str], str | None]  # the text of a file of the site; None without it

_HUGO_NAMES = tuple(
    f"{folder}{name}.{ending}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for ending in ("toml", "yaml", "yml", "json")
)
_HUGO_PERMALINKS = tuple(f"config/_default/permalinks.{ending}" for ending in ("toml", "yaml", "yml", "json"))
_DOCUSAURUS_NAMES = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs"))
_ELEVENTY_NAMES = (".eleventy.js", *(f"eleventy.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")))
REDIRECT_NAMES = ("_redirects", "static/_redirects", "public/_redirects", "redirects.json")
_GONE_PAGE = "content/301.md"
_JEKYLL_STYLES = {
    "date": "/{section}/{year}/{month}/{day}/{slug}.html",
    "pretty": "/{section}/{year}/{month}/{day}/{slug}/",
    "none": "/{section}/{slug}.html",
}
_COLON_NAME = re.compile(r":(\w+)(?:\[[^\]]*\])?")
_COLON_NAMES = {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    "categories": "{section}",
    "section": "{section}",
    "sections": "{section}",
    "output_ext": ".html",
    **dict.fromkeys(("title", "slug", "filename", "contentbasename", "slugorfilename"), "{slug}"),
}
_PYTHON_TEXT = r"""(?m)^{name}[ \t]*=[ \t]*[ubr]?(?:"([^"\n]*)"|'([^'\n]*)')"""
_PELICAN_DATE = re.compile(r"\{date:%([YmdBb-]+)\}")
_SCRIPT_URL = re.compile(r"""\burl\s*:\s*["'](https?://[^"'\s]+)["']""")
_ZOLA_PATH = re.compile(r"""(?m)^path\s*=\s*["']/?\d{4}/\d{1,2}/\d{1,2}/""")
_DATED = re.compile(r"(.*/|)\d{4}-\d{1,2}-\d{1,2}-[^/]+(?:/index)?\.(?:md|markdown|mdx)\Z", re.ASCII)
_SAMPLE = 20  # posts that are read to see how their addresses are written


def detect_layout(paths: Sequence[str], read: Read) -> Layout | None:
    """Return the layout of the site with these files; None for the ``context`` layout, and for no posts at all.

    ``paths`` are relative to the archive root. Without a configuration file of a known generator, files with dated
    names are the posts of a ``plain`` layout.
    """
    if any(map(is_event_path, paths)):
        return None
    for detect in (_jekyll, _pelican, _docusaurus, _mkdocs, _zola, _hugo, _plain):
        layout = detect(paths, read)
        if layout is not None:
            rules = [rule for name in REDIRECT_NAMES for rule in read_redirects(read(name) or "")]
            rules += _gone_addresses(read)
            return replace(layout, redirects=Redirects(rules)) if rules else layout
    return None


def _gone_addresses(read: Read) -> list[tuple[str, str]]:
    """Return the aliases of a page for addresses that are gone, which Hugo sites have, as redirects to that page."""
    values = read_post_front_matter((read(_GONE_PAGE) or "").split("\n")).values
    aliases = values.get("aliases")
    return [(alias, "/301/") for alias in aliases if isinstance(alias, str)] if isinstance(aliases, list) else []


def _jekyll(paths: Sequence[str], read: Read) -> Layout | None:
    folder = next((one for one in ("", "docs/") if read(f"{one}_config.yml") is not None), None)
    if folder is None or not any("_posts/" in path for path in paths):
        return None
    config = _yaml(read(f"{folder}_config.yml"))
    collections = _mapping(_mapping(config.get("collections")).get("posts"))
    written = [config.get("permalink"), collections.get("permalink")]
    defaults = config.get("defaults")
    for rule in defaults if isinstance(defaults, list) else []:
        if _mapping(_mapping(rule).get("scope")).get("type", "posts") == "posts":
            written.append(_mapping(_mapping(rule).get("values")).get("permalink"))
    base = _text(config.get("baseurl"))
    url = _text(config.get("url"))
    return preset(
        "jekyll",
        permalink=_last_permalink(written, PRESETS["jekyll"]["permalink"]),
        site=(url + base,) if url else (),
        source=folder.rstrip("/"),
        timezone=_text(config.get("timezone")),
    )


def _hugo(paths: Sequence[str], read: Read) -> Layout | None:
    name = next((name for name in _HUGO_NAMES if read(name) is not None), None)
    if name is None:
        return None
    config = _lowered(_loaded(name, read(name)))
    content = _text(config.get("contentdir")) or "content"
    if not any(path.startswith(f"{content}/") for path in paths):
        return None
    permalinks = _mapping(config.get("permalinks"))
    for other in _HUGO_PERMALINKS:
        permalinks = permalinks or _loaded(other, read(other))
    permalinks = _mapping(permalinks.get("page")) or permalinks
    sections = Counter(path.split("/")[1] for path in paths if path.startswith(f"{content}/") and path.count("/") > 1)
    own = {name: _text(pattern) for name, pattern in permalinks.items() if name in sections and ":year" in str(pattern)}
    changes: dict[str, Any] = {"source": content}
    names_dates = ":filename" in str(_mapping(config.get("frontmatter")).get("date"))
    changes["slug_from"] = "name" if names_dates else "file"
    if own:
        section = max(own, key=lambda name: sections[name])
        changes["permalink"] = _last_permalink([own[section]], PRESETS["hugo"]["permalink"])
        same = [name for name in own if own[name] == own[section]]
        changes["posts"] = _moved(PRESETS["hugo"]["posts"], content, same)
        if re.search(r":(?:title|slug)\b", own[section]) and not names_dates:
            changes["slug_from"] = "title"
    elif content != "content":
        changes["posts"] = tuple(one.replace("content/", f"{content}/", 1) for one in PRESETS["hugo"]["posts"])
    if _text(config.get("uglyurls")) == "true":
        changes["permalink"] = changes.get("permalink", PRESETS["hugo"]["permalink"]).rstrip("/") + ".html"
    return preset("hugo", site=_sites(config.get("baseurl")), **changes)


def _moved(posts: Sequence[str], content: str, sections: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns of the preset with the folders of ``sections`` in place of its own."""
    names = dict.fromkeys(pattern.partition("/**/")[2] for pattern in posts)
    return tuple(f"{content}/{section}/**/{name}" for section in sections for name in names)


def _zola(paths: Sequence[str], read: Read) -> Layout | None:
    config = _loaded("config.toml", read("config.toml"))
    if "base_url" not in config:
        return None
    sample = [read(path) or "" for path in paths if path.startswith("content/") and path.endswith(".md")][:_SAMPLE]
    is_dated = bool(sample) and sum(_ZOLA_PATH.search(text) is not None for text in sample) * 2 > len(sample)
    changes = {"permalink": "/{year}/{month}/{day}/{slug}"} if is_dated else {}
    return preset("zola", site=_sites(config["base_url"]), **changes)


def _pelican(paths: Sequence[str], read: Read) -> Layout | None:
    text = read("pelicanconf.py")
    if text is None:
        return None
    changes: dict[str, Any] = {}
    content = _python_text(text, "PATH").strip("./")
    if content and content != "content":
        changes["source"] = content
        changes["posts"] = tuple(one.replace("content/", f"{content}/", 1) for one in PRESETS["pelican"]["posts"])
    names = {"Y": "{year}", "m": "{month}", "d": "{day}"}
    address = _PELICAN_DATE.sub(lambda found: names.get(found[1], found[0]), _python_text(text, "ARTICLE_URL"))
    if address and _is_pattern(address):
        changes["permalink"] = f"/{address.lstrip('/')}"
    if _python_text(text, "SLUGIFY_SOURCE") == "basename":
        changes["slug_from"] = "name"
    return preset("pelican", site=_sites(_python_text(text, "SITEURL")), **changes)


def _docusaurus(paths: Sequence[str], read: Read) -> Layout | None:
    text = next((text for name in _DOCUSAURUS_NAMES if (text := read(name)) is not None), None)
    if text is None:
        return None
    url = _SCRIPT_URL.search(text)
    return preset("docusaurus", site=(url[1],) if url else ())


def _mkdocs(paths: Sequence[str], read: Read) -> Layout | None:
    config = _yaml(read("mkdocs.yml"))
    plugins = config.get("plugins")
    names = [name for item in plugins if isinstance(plugins, (list, dict)) for name in _names(item)] if plugins else []
    return preset("mkdocs", site=_sites(config.get("site_url"))) if {"blog", "material/blog"} & set(names) else None


def _plain(paths: Sequence[str], read: Read) -> Layout | None:
    folders = Counter(found[1].rstrip("/") for path in paths if (found := _DATED.match(path)))
    if not folders:
        return None
    common = posixpath.commonpath(folders) if all(folders) else ""
    common = re.sub(r"(?:(?:\A|/)\d+)+\Z", "", common)  # the next post may be of another year
    lead = f"{common}/**/" if common else "**/"
    dated = "{year}-{month}-{day}-{slug}"
    is_eleventy = any(read(name) is not None for name in _ELEVENTY_NAMES)
    return preset(
        "plain", posts=(f"{lead}{dated}.{MARKDOWN}", f"{lead}{dated}/index.{MARKDOWN}"), padded_dates=is_eleventy
    )


def _last_permalink(written: Sequence[object], default: str) -> str:
    """Return the last of these permalinks, ``/:year/:title/``, that has only known placeholders, as a pattern."""
    for one in reversed(written):
        text = _text(one)
        style = _JEKYLL_STYLES.get(text)
        pattern = style or _COLON_NAME.sub(lambda found: _COLON_NAMES.get(found[1], "{?}"), text)
        if text and (style or ":" in text) and _is_pattern(pattern):
            return f"/{pattern.lstrip('/')}"
    return default


def _is_pattern(text: str) -> bool:
    try:
        path_pattern(text)
    except PatternError:
        return False
    return True


def _loaded(name: str, text: str | None) -> Mapping[str, Any]:
    """Return the document of a configuration file; an empty one if it is missing or invalid."""
    if text is None:
        return {}
    if not name.endswith((".toml", ".json")):
        return _yaml(text)
    import tomllib

    try:
        return _mapping(tomllib.loads(text) if name.endswith(".toml") else json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _yaml(text: str | None) -> Mapping[str, Any]:
    lines = [line for line in (text or "").replace("\r\n", "\n").split("\n") if line.rstrip() not in ("---", "...")]
    found = block_values(["---", *lines, "---"])
    return found[0] if found is not None else {}


def _lowered(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in config.items()}


def _python_text(text: str, name: str) -> str:
    """Return the value of an assignment of a text in a Python file; empty without one."""
    found = re.search(_PYTHON_TEXT.replace("{name}", name), text)
    return "" if found is None else found[1] or found[2] or ""


def _sites(url: object) -> tuple[str, ...]:
    text = _text(url)
    return (text,) if text.startswith(("http://", "https://", "//")) else ()


def _names(item: object) -> list[str]:
    return [item] if isinstance(item, str) else list(_mapping(item))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else ""
