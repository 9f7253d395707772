"""The settings of a layout: ``layout``, ``posts``, ``permalink`` and their like."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _key(about: str, example: object) -> Any:
    """Return the field of a setting; ``about`` and ``example`` go into docs/configuration.md."""
    return field(default=None, metadata={"about": about, "example": example})


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSettings:
    """Where the posts of a site are, and how their addresses are made. None: as detected."""

    layout: str | None = _key(
        "The generator of the site: `jekyll`, `hugo`, `zola`, `pelican`, `docusaurus`, `mkdocs`, or `plain` for any "
        "other. `context` is an archive with day folders.",
        "jekyll",
    )
    posts: tuple[str, ...] | None = _key(
        "Patterns of the paths of posts, relative to the archive root. Placeholders: `{year}`, `{month}`, `{day}`, "
        "`{slug}`, `{lang}`, `{section}` (one or more folders); `*`, `**/` and `{md,markdown}` as in a shell.",
        ["_posts/{year}-{month}-{day}-{slug}.{md,markdown}"],
    )
    permalink: str | None = _key(
        "The pattern of the addresses of posts, with the same placeholders, and Jekyll's for dates: `{i_month}`, "
        "`{i_day}`, `{short_year}`, `{y_day}`, `{week}` and so on.",
        "/{year}/{month}/{day}/{slug}/",
    )
    site: tuple[str, ...] | None = _key(
        "URLs of the site, also former ones. A link to one of them is a link within the archive.",
        ["https://example.org", "https://blog.example.org"],
    )
    redirects: tuple[str, ...] | None = _key(
        "Redirect tables, relative to the archive root: `_redirects` files (`FROM TO`, with `*` and `:splat`) or JSON.",
        ["static/_redirects"],
    )
    slug_from: str | None = _key(
        "What a post without a `slug` key has as slug in its address: `name` (the file name after the date), `file` "
        "(the whole file name) or `title`.",
        "title",
    )
    permalink_date: str | None = _key(
        "Which date is in the address: `front-matter`, or `name` for that of the file name.", "name"
    )
    lower_case: bool | None = _key("Whether addresses are in lower case.", True)
    padded_dates: bool | None = _key(
        "Whether a date in a file name counts only with leading zeros, as in Eleventy.", True
    )
    timezone: str | None = _key(
        "The time zone of the site: a date with a time and an offset is moved to it. Empty: dates count as written.",
        "Europe/Berlin",
    )
    source: str | None = _key(
        "The folder that paths in `{% link %}`, `ref` and `@/` start from, relative to the archive root.", "content"
    )


LAYOUT_KEYS = tuple(item.name.replace("_", "-") for item in fields(LayoutSettings))
