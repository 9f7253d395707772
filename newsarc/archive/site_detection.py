"""Detection of the layout of a site, by names of files and by configuration files, which are read, never run."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from newsarc.archive.generator_config import (
    Read,
    loaded,
    mapping,
    plain,
    python_text,
    script_options,
    script_text,
    sites,
    yaml_mapping,
)
from newsarc.archive.hugo_detection import hugo_layout
from newsarc.archive.permalinks import is_pattern, is_readable, last_permalink
from newsarc.layout import is_event_path
from newsarc.layout.presets import MARKDOWN, PRESETS, Layout, SectionPermalink, preset
from newsarc.layout.redirects import Redirects, read_redirects
from newsarc.parser.post_front_matter import read_post_front_matter

_DOCUSAURUS_NAMES = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs"))
_ELEVENTY_NAMES = (".eleventy.js", *(f"eleventy.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")))
REDIRECT_NAMES = ("_redirects", "static/_redirects", "public/_redirects", "redirects.json")
_MKDOCS_BLOGS = ("blog", "material/blog")
_GONE_PAGE = "content/301.md"
_PELICAN_DATE = re.compile(r"\{date:%([YmdBb-]+)\}")
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
    for detect in (_jekyll, _pelican, _docusaurus, _mkdocs, _zola, hugo_layout, _franklin, _plain):
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
    config = yaml_mapping(read(f"{folder}_config.yml"))
    collections = mapping(mapping(config.get("collections")).get("posts"))
    defaults = _jekyll_defaults(config)
    written = [config.get("permalink"), collections.get("permalink"), defaults.pop("", "")]
    last = next((text for one in reversed(written) if (text := plain(one))), "")
    permalink = last_permalink(written, PRESETS["jekyll"]["permalink"])
    # Those of pages have folders without posts.
    scoped = {
        f"{folder}{scope}": text
        for scope, text in defaults.items()
        if any(one.startswith(f"{folder}{scope}/") and "_posts/" in one for one in paths)
    }
    url, base = (plain(config.get(key)).rstrip("/") for key in ("url", "baseurl"))
    if "//" in base:  # in old configurations, baseurl is the whole URL
        url, base = base, ""
    base = f"/{base.lstrip('/')}" if base else ""
    source = posixpath.normpath(
        posixpath.join(folder, plain(config.get("source")), plain(config.get("collections_dir")))
    )
    return preset(
        "jekyll",
        permalink=permalink,
        permalinks=tuple(
            SectionPermalink(scope, last_permalink([text], permalink), "name")
            for scope, text in sorted(scoped.items(), reverse=True)  # a folder after those in it
        ),
        is_permalink_read=all(map(is_readable, (last, *scoped.values()))),
        site=(url + base,) if url else (),
        base_path=base,
        source=source.strip("./"),
        timezone=plain(config.get("timezone")),
    )


def _jekyll_defaults(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the permalinks of posts in ``defaults`` by folder; that of all posts has an empty one."""
    found = {}
    rules = config.get("defaults")
    for rule in rules if isinstance(rules, list) else []:
        scope = mapping(mapping(rule).get("scope"))
        permalink = plain(mapping(mapping(rule).get("values")).get("permalink"))
        if permalink and scope.get("type", "posts") == "posts":
            found[plain(scope.get("path")).strip("/")] = permalink
    return found


def _zola(paths: Sequence[str], read: Read) -> Layout | None:
    config = loaded("config.toml", read("config.toml"))
    if "base_url" not in config:
        return None
    sample = [read(path) or "" for path in paths if path.startswith("content/") and path.endswith(".md")][:_SAMPLE]
    is_dated = bool(sample) and sum(_ZOLA_PATH.search(text) is not None for text in sample) * 2 > len(sample)
    changes = {"permalink": "/{year}/{month}/{day}/{slug}"} if is_dated else {}
    slugify = mapping(config.get("slugify"))
    if plain(slugify.get("paths_keep_dates")) == "true":
        changes["slug_from"] = "file"
    language = plain(config.get("default_language")) or "en"
    languages = tuple(sorted({language, *mapping(config.get("languages"))}))
    return preset(
        "zola",
        site=sites(config["base_url"]),
        language=language,
        languages=languages,
        slugifies=(plain(slugify.get("paths")) or "on") == "on",
        **changes,
    )


def _pelican(paths: Sequence[str], read: Read) -> Layout | None:
    text = read("pelicanconf.py")
    if text is None:
        return None
    changes: dict[str, Any] = {}
    content = python_text(text, "PATH").strip("./")
    if content and content != "content":
        changes["source"] = content
        changes["excludes"] = (f"{content}/pages/",)
        changes["posts"] = tuple(one.replace("content/", f"{content}/", 1) for one in PRESETS["pelican"]["posts"])
    names = {"Y": "{year}", "m": "{month}", "d": "{day}"}
    for key, setting in (("permalink", "ARTICLE_URL"), ("lang_permalink", "ARTICLE_LANG_URL")):
        address = _PELICAN_DATE.sub(lambda found: names.get(found[1], found[0]), python_text(text, setting))
        if address and is_pattern(address):
            changes[key] = f"/{address.lstrip('/')}"
        elif address:
            changes["is_permalink_read"] = False
    if language := python_text(text, "DEFAULT_LANG"):
        changes["language"] = language.lower()
    if python_text(text, "SLUGIFY_SOURCE") == "basename":
        changes["slug_from"] = "name"
    return preset("pelican", site=sites(python_text(text, "SITEURL")), **changes)


def _docusaurus(paths: Sequence[str], read: Read) -> Layout | None:
    text = next((text for name in _DOCUSAURUS_NAMES if (text := read(name)) is not None), None)
    if text is None:
        return None
    options = script_options(text, "blog") or script_options(text, "@docusaurus/plugin-content-blog")
    folder = posixpath.normpath(script_text(options, "path") or "blog")
    route = (script_text(options, "routeBasePath") or "blog").strip("/")
    site = sites(script_text(text, "url"))
    base = f"/{route}" if route else ""
    return preset(
        "docusaurus",
        posts=tuple(one.replace("blog/", f"{folder}/", 1) for one in PRESETS["docusaurus"]["posts"]),
        permalink=base + PRESETS["docusaurus"]["permalink"].removeprefix("/blog"),
        source=folder,
        base=base,
        site=(site[0].rstrip("/") + (script_text(text, "baseUrl") or "").rstrip("/"),) if site else (),
    )


def _mkdocs(paths: Sequence[str], read: Read) -> Layout | None:
    config = yaml_mapping(read("mkdocs.yml"))
    plugins = config.get("plugins")
    options = next((found for item in plugins if (found := _blog_options(item)) is not None), None) if plugins else None
    if options is None:
        return None
    docs = plain(config.get("docs_dir")).strip("/") or "docs"
    blog = (plain(options.get("blog_dir")) or "blog").strip("/.")
    posts = (plain(options.get("post_dir")) or "{blog}/posts").replace("{blog}", blog).strip("/")
    return preset(
        "mkdocs",
        posts=(f"{docs}/{posts}/**/{{slug}}.{MARKDOWN}",),
        source=docs,
        permalink=_mkdocs_permalink(config, options, blog),
        slug_from="file" if "{file}" in plain(options.get("post_url_format")) else "title",
        site=sites(config.get("site_url")),
    )


def _blog_options(plugin: object) -> Mapping[str, Any] | None:
    """Return the options of the plugin ``blog`` of MkDocs; None for another one."""
    if isinstance(plugin, str):
        return {} if plugin in _MKDOCS_BLOGS else None
    return next((mapping(options) for name, options in mapping(plugin).items() if name in _MKDOCS_BLOGS), None)


def _mkdocs_permalink(config: Mapping[str, Any], options: Mapping[str, Any], blog: str) -> str:
    date = plain(options.get("post_url_date_format")) or "yyyy/MM/dd"
    for letters, name in (("yyyy", "{year}"), ("MM", "{month}"), ("dd", "{day}")):
        date = date.replace(letters, name)
    written = plain(options.get("post_url_format")) or "{date}/{slug}"
    written = written.replace("{date}", date).replace("{file}", "{slug}").replace("{categories}", "{section}")
    ending = ".html" if plain(config.get("use_directory_urls")) == "false" else "/"
    pattern = "/".join(("", *filter(None, (blog, written.strip("/"))))) + ending
    return pattern if is_pattern(pattern) else str(PRESETS["mkdocs"]["permalink"])


def _franklin(paths: Sequence[str], read: Read) -> Layout | None:
    is_site = "config.md" in paths and any(path.startswith("_layout/") for path in paths)
    posts = tuple(f"{folder}/**/{{slug}}.{MARKDOWN}" for folder in ("blog", "posts", "post"))
    return preset("plain", posts=posts, is_franklin=True) if is_site else None


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
        "plain",
        posts=(f"{lead}{dated}.{MARKDOWN}", f"{lead}{dated}/index.{MARKDOWN}"),
        is_permalink_guessed=True,
        padded_dates=is_eleventy,
    )
