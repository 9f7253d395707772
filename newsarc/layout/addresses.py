"""The record of a post: its date, slug, address and former addresses, from its path and its front matter."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from newsarc.layout.date_placeholders import date_values
from newsarc.layout.path_patterns import normal_address, path_pattern
from newsarc.layout.post_dates import address_date, as_date, front_matter_date
from newsarc.layout.presets import DRAFTS, Layout

ALIAS_KEYS = ("aliases", "redirect_from")  # of former addresses
_DATED_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)", re.ASCII | re.DOTALL)
_DATED_FOLDERS = re.compile(r"(?:\A|/)\d{4}/\d{1,2}(?:/\d{1,2}[/-]|-\d{1,2}-)[^/]+(?:/index)?\.\w+\Z", re.ASCII)
_EXTENSION = re.compile(r"\.(?:md|markdown|mdx)\Z", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,200}>")
_TRANSLITERATED = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l"})
_HUGO_SEPARATORS = str.maketrans("+/\\", "   ")
_PRETTY = re.compile(r"(?!.*--)[A-Za-z0-9._~!$&'()+,;=@][A-Za-z0-9._~!$&'()+,;=@-]*(?<!-)\Z")
_NO_DATE = {"year": "", "month": "", "day": ""}
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_DASHES = re.compile(r"-{2,}")


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the archive, as its path and its front matter tell.

    ``date`` is None if neither has a possible one. ``aliases`` are former addresses. ``lang`` is the language that the
    path names; empty without one.
    """

    path: str
    date: dt.date | None
    slug: str
    address: str
    aliases: tuple[str, ...] = ()
    lang: str = ""
    is_draft: bool = False


def read_post(path: str, values: Mapping[str, object], layout: Layout) -> Post | None:
    """Return the record of the post at ``path`` with these values of front matter; None if it is not a post."""
    found = layout.match(path)
    if found is None:
        return None
    name_date = as_date(found["year"], found["month"], found["day"]) if _has_date(found) else None
    if layout.padded_dates and name_date and f"{name_date}" not in path:
        found["slug"] = _stem(path)
    own = _own_address(values, layout)
    date = front_matter_date(values, layout.timezone) or name_date or address_date(own)
    slug = _slug(path, found, values, layout)
    lang = found.get("lang") or ""
    address = own or _filled(path, found, values, slug, name_date if layout.permalink_date == "name" else date, layout)
    return Post(
        path=path,
        date=date,
        slug=_text(values.get("slug")).strip("/").rpartition("/")[2] or found.get("slug") or _stem(path, lang),
        address=_cleaned(address, layout),
        aliases=tuple(f"/{alias.lstrip('/')}" if "//" not in alias else alias for alias in _aliases(values)),
        lang=lang,
        is_draft=_is_draft(path, values),
    )


def _is_draft(path: str, values: Mapping[str, object]) -> bool:
    in_folder = f"/{DRAFTS}/" in f"/{path}"
    is_marked = _is_true(values.get("draft")) or _text(values.get("status")).lower() == "draft"
    return in_folder or is_marked or _is_false(values.get("published"))


def _has_date(found: Mapping[str, str]) -> bool:
    return all(found.get(key) for key in ("year", "month", "day"))


def _stem(path: str, lang: str | None = None) -> str:
    """Return the name of a post without extension and language; of a bundle, the name of its folder."""
    folder, _, name = path.rpartition("/")
    stem = _EXTENSION.sub("", name)
    stem = stem.removesuffix(f".{lang}") if lang else stem
    return folder.rpartition("/")[2] if stem.partition(".")[0] == "index" else stem


def _own_address(values: Mapping[str, object], layout: Layout) -> str:
    """Return the address in front matter; empty without one, or for a template such as ``/:year/:title/``."""
    for key in layout.address_keys:
        written = _text(values.get(key))
        if written and ":" not in written and "{" not in written:
            return f"{layout.base}/{written.lstrip('/')}"
    return ""


def written_addresses(values: Mapping[str, object], layout: Layout) -> list[str]:
    """Return the addresses, also former ones, in the front matter of a page."""
    own = _own_address(values, layout)
    return [*([own] if own else []), *_aliases(values)]


def _slug(path: str, found: Mapping[str, str], values: Mapping[str, object], layout: Layout) -> str:
    """Return the slug in the address."""
    written = _text(values.get("slug"))
    if written and "slug" not in layout.address_keys:
        return _hugo_slug(written) if layout.name == "hugo" else _clean_slug(written, layout)
    slug_from = layout.permalink_of(path)[1]
    title = _text(values.get("title"))
    if slug_from == "title" and title:
        return title_slug(title, layout)
    stem = _stem(path, found.get("lang"))
    slug = stem if slug_from == "file" else found.get("slug") or stem
    return _clean_slug(slug, layout)


def _clean_slug(slug: str, layout: Layout) -> str:
    if layout.name == "jekyll":
        return _pretty(slug)
    return _zola_slug(slug) if layout.slugifies else slug


def _pretty(slug: str) -> str:
    """Return a slug as Jekyll writes it in addresses: with one hyphen for white space and what else is not usual."""
    if _PRETTY.match(slug):
        return slug
    kept = (char if _is_pretty(char) else "-" for char in slug)
    return _DASHES.sub("-", "".join(kept)).strip("-") or slug


def _is_pretty(char: str) -> bool:
    return char.isalnum() or char in "._~!$&'()+,;=@" or unicodedata.category(char)[0] == "M"


def _hugo_slug(text: str) -> str:
    """Return the slug that Hugo makes of a title or of the key ``slug``: with hyphens for white space, in any case."""
    words = "".join(filter(_is_kept_by_hugo, text.translate(_HUGO_SEPARATORS))).split()
    return re.sub(r"(?<=-) | (?=-)", "", " ".join(words)).replace(" ", "-") or text


def _is_kept_by_hugo(char: str) -> bool:
    return char.isalnum() or char in "._#~-@+/%" or char.isspace() or unicodedata.category(char)[0] == "M"


def _zola_slug(text: str) -> str:
    """Return a slug as Zola makes it: in lower case, without accents, with hyphens for all but letters and digits.

    Zola transliterates all scripts, which takes tables; a text in another than the Latin one stays as it is.
    """
    plain = []
    for char in text.translate(_TRANSLITERATED):
        base = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
        if not base and unicodedata.category(char)[0] in "LNS":
            return text
        plain.append(base if base or unicodedata.category(char)[0] == "M" else "-")
    return _NOT_IN_SLUG.sub("-", "".join(plain).lower()).strip("-")


def path_categories(path: str, layout: Layout) -> list[str]:
    """Return the categories that Jekyll reads from the folders above ``_posts``; none for other layouts."""
    if layout.name != "jekyll":
        return []
    inside = path.removeprefix(f"{layout.source}/") if layout.source else path
    above = re.split(r"(?:\A|/)_(?:posts|drafts)/", inside, maxsplit=1)[0]
    return above.split("/") if above != inside and above else []


def _categories(path: str, values: Mapping[str, object], layout: Layout) -> list[str]:
    """Return the categories of a post of Jekyll, as in its address: first those of its folders."""
    found = path_categories(path, layout)
    many, one = values.get("categories"), values.get("category")
    found += many.split() if isinstance(many, str) else [_text(item) for item in many] if isinstance(many, list) else []
    found += [_text(item) for item in one] if isinstance(one, list) else [_text(one)]
    return list(dict.fromkeys(category.lower() for category in found if category))


def _filled(
    path: str,
    found: Mapping[str, str],
    front: Mapping[str, object],
    slug: str,
    date: dt.date | None,
    layout: Layout,
) -> str:
    """Return the permalink with the values of a post, whose front matter is ``front``."""
    permalink = layout.permalink_of(path)[0]
    written = _text(front.get("lang")) if layout.lang_permalink else ""
    if written and written != layout.language:
        permalink = path_pattern(layout.lang_permalink)
    values = dict(found) | {"slug": slug} | (date_values(date) if date is not None else _NO_DATE)
    if layout.name == "jekyll":
        values["section"] = "/".join(_categories(path, front, layout))
    elif layout.name == "mkdocs":
        values["section"] = "/".join(title_slug(one, layout) for one in _categories(path, front, layout))
    elif "section" not in found:
        values["section"] = _section(path, found, layout)
    if layout.lang_permalink:
        values["lang"] = written or layout.language
    lang = found.get("lang") or (layout.language if layout.language_folder else "")
    is_needed = lang and (layout.language_folder or lang != layout.language) and "lang" not in permalink.names
    return (f"/{lang}" if is_needed else "") + permalink.fill({name: value or "" for name, value in values.items()})


def _section(path: str, found: Mapping[str, str], layout: Layout) -> str:
    """Return the folder of a post below the source folder, which may be that of its language."""
    lang, source = found.get("lang"), layout.source
    if lang and layout.language and source.endswith(f"/{layout.language}"):
        source = source.removesuffix(layout.language) + lang
    inside = path.removeprefix(f"{source}/")
    dated = _DATED_FOLDERS.search(inside) if layout.name == "docusaurus" else None
    if dated is not None:
        return inside[: dated.start()]
    folder = inside.rpartition("/")[0]
    in_bundle = _stem(path, lang) == folder.rpartition("/")[2]
    return folder.rpartition("/")[0] if in_bundle else folder


def _cleaned(address: str, layout: Layout) -> str:
    address = f"/{address.lstrip('/')}"
    if layout.lower_case:
        # Hugo also drops percent-encoded bytes of names, such as a hair space.
        decoded = unquote(address) if "%" in address else address
        kept = filter(_is_kept_by_hugo, decoded.replace(" ", "-"))
        address = "".join(char for char in kept if not char.isspace()).lower()
    return address


def title_slug(title: str, layout: Layout) -> str:
    """Return the slug that a generator makes of a title; Hugo's is in any case."""
    if layout.name == "hugo":
        return _hugo_slug(title)
    plain = _TAG.sub("", title)
    if layout.name == "mkdocs":
        slug = re.sub(r"[^\w -]", "", unicodedata.normalize("NFC", plain).strip().lower()).replace(" ", "-")
    else:  # Pelican, which transliterates
        ascii_only = unicodedata.normalize("NFKD", plain.translate(_TRANSLITERATED)).encode("ascii", "ignore").decode()
        slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())
    return slug or normal_address(title).strip("/")


def _aliases(values: Mapping[str, object]) -> list[str]:
    written: list[object] = []
    for value in map(values.get, ALIAS_KEYS):
        written += value if isinstance(value, list) else [value]
    return [text for item in written if (text := _text(item))]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_true(value: object) -> bool:
    return value is True or _text(value).lower() in ("true", "yes", "on")


def _is_false(value: object) -> bool:
    return value is False or _text(value).lower() in ("false", "no", "off")
