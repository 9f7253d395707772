"""The changes that give a post of a site a new slug or date: its file and front matter, and the links to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from newsarc.api import Archive
from newsarc.errors import UsageError
from newsarc.layout.addresses import Post
from newsarc.layout.link_keys import LinkMeaning, link_keys, post_keys, resolve
from newsarc.layout.path_patterns import normal_address
from newsarc.layout.presets import Layout
from newsarc.lint.edits import apply
from newsarc.lint.finding import Edit
from newsarc.model import Event, FrontMatter, Link
from newsarc.parser.post import ParsedPost
from newsarc.scaffold.move.aliases import with_alias
from newsarc.scaffold.move.move import Move, check_slug
from newsarc.scaffold.post.post_draft import refuse_taken_address
from newsarc.storage.changeset import FileChange

ALIAS_KEYS = {"jekyll": "redirect_from", "hugo": "aliases", "zola": "aliases"}
_EXTENSION = re.compile(r"\.(?:md|markdown|mdx)\Z", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_SLASHED = re.compile(r"(?<!\d)\d{4}/\d{1,2}/\d{1,2}(?=/)", re.ASCII)


def move_post(archive: Archive, old: str, slug: str = "", date: dt.date | None = None) -> Move:
    """Return the changes that give the post at ``old`` another slug or date, or both.

    If its address changes and the generator has aliases, the former address becomes one. Links to the post change, in
    the form in which they were written. Raises UsageError if the slug or the date cannot be changed, or if a link
    cannot be rewritten; PageError if a page that links to the post cannot be read.
    """
    layout = archive.layout
    assert layout is not None
    text = archive.tree.read(old)
    before = archive.parse_post(old, text)
    slug, date = slug or before.post.slug, date or before.post.date
    check_slug(slug)
    if (slug, date) == (before.post.slug, before.post.date):
        raise UsageError(f"the post already has the slug {slug} and the date {date}")
    new = _new_path(archive, before.post, slug, date)
    moved = _with_new_values(text, before, slug, date, layout)
    after = archive.parse_post(new, moved)
    if (after.post.slug, after.post.date) != (slug, date):
        raise UsageError(f"{old}: the slug or the date is in front matter in a form that newsarc cannot change")
    refuse_taken_address(archive, after.event, besides=old)
    own = _edits(archive, before, before, after.post)
    moved = apply(moved, [(edit,) for edit in own])  # the new values are on the lines of the old ones
    links = len(own)
    key = ALIAS_KEYS.get(layout.name)
    if key is not None and normal_address(after.post.address) != normal_address(before.post.address):
        moved = _with_former_address(moved, archive.parse_post(new, moved), before.post.address, key)
    others: list[FileChange] = []
    for path in dict.fromkeys(row.path for row, _ in archive.index().backlinks(old)):
        if (archive.root / path).is_symlink():
            continue  # what it leads to is changed
        other = archive.tree.read(path)
        if edits := _edits(archive, archive.parse_post(path, other), before, after.post):
            others.append(FileChange(path, other, apply(other, [(edit,) for edit in edits])))
            links += len(edits)
    return Move(old, new, text, moved, others, links)


def _new_path(archive: Archive, post: Post, slug: str, date: dt.date | None) -> str:
    """Return the new path of the file. It stays where it is if its name has nothing of what changes."""
    layout = archive.layout
    assert layout is not None
    pattern = next(one for one in layout.patterns if one.match(post.path))
    found = pattern.match(post.path) or {}
    values = {"slug": slug} if found.get("slug") == post.slug else {}
    if date is not None and date != post.date and {"year", "month", "day"} <= pattern.names:
        values |= {"year": f"{date.year:04}", "month": f"{date.month:02}", "day": f"{date.day:02}"}
    new = pattern.new_path(values, post.path)
    if new == post.path:
        return new
    _check_place(archive, post.path, new)
    return new


def _check_place(archive: Archive, old: str, new: str) -> None:
    """Raise UsageError if the file cannot move alone, or if its new place is taken."""
    folder, _, name = old.rpartition("/")
    stem = _EXTENSION.sub("", name)
    is_bundle = stem.partition(".")[0] == "index"
    beside = [*archive.tree.files(folder), *(archive.tree.folders(folder) if is_bundle else [])]
    translation = re.compile(rf"{re.escape(stem)}\.[a-z]{{2,3}}(?:[-_]\w{{2,4}})?{_EXTENSION.pattern}", re.IGNORECASE)
    others = [one for one in beside if one != name and (is_bundle or translation.match(one))]
    if others:
        raise UsageError(f"{folder}/{others[0]} belongs to the post; move it by hand with the post")
    taken = {one.casefold(): one for one in archive.tree.files(new.rpartition("/")[0])}
    other = taken.get(new.rpartition("/")[2].casefold())
    if other is not None:
        raise UsageError(f"{new.rpartition('/')[0]}/{other} already exists")


def _with_new_values(text: str, parsed: ParsedPost, slug: str, date: dt.date | None, layout: Layout) -> str:
    """Return ``text`` with the new slug and date where its front matter has the old ones."""
    front, post = parsed.event.front_matter, parsed.post
    lines = text.split("\n")
    for key in front.keys if front is not None else ():
        name, line = key.name.lower(), lines[key.line - 1]
        is_address = name in layout.address_keys
        if name == "slug" or is_address:
            line = re.sub(rf"(?<=[\s/\"'=:]){re.escape(post.slug)}(?=/?(?:\.html)?[\"']?\s*\Z)", lambda _: slug, line)
        if is_address and date != post.date and date is not None:
            line = _SLASHED.sub(f"{date:%Y/%m/%d}", line, count=1)
        elif name == "date" and date != post.date:
            line = _DATE.sub(str(date), line, count=1)
        lines[key.line - 1] = line
    return "\n".join(lines)


def _with_former_address(text: str, parsed: ParsedPost, address: str, key: str) -> str:
    """Return ``text`` with the former address as an alias. Raises UsageError if its aliases cannot be extended."""
    front: FrontMatter | None = parsed.event.front_matter
    changed = with_alias(text, front, address, key)
    if changed is None:
        raise UsageError(f'{parsed.post.path}: add "{address}" to {key} in its front matter first')
    return changed


def _edits(archive: Archive, page: ParsedPost, old: ParsedPost, new: Post) -> list[Edit]:
    """Return the edits of links in ``page`` to the post ``old`` that would not lead to it as ``new``.

    Raises UsageError for a link that cannot be rewritten.
    """
    layout = archive.layout
    assert layout is not None
    is_own = page.post.path == old.post.path
    reached = {page.meanings[at].keys[0]: path for at, (path, _) in archive.index().reached_by(page.post.path).items()}
    reaching = {key for key, path in reached.items() if path == old.post.path}
    if is_own:
        reaching |= {key for key in post_keys(old.post) if not key.startswith("name:")}
    here = new if is_own else page.post
    known = dict.fromkeys(post_keys(replace(new, aliases=())), new.path)
    edits = []
    for link in [*_in_front_matter(page.event, archive), *page.event.links]:
        meaning = link_keys(link.target, page.post, layout)
        if not meaning.keys:
            continue
        if is_own and reached.get(meaning.keys[0]) and link_keys(link.target, here, layout).keys != meaning.keys:
            raise UsageError(f"{page.post.path}:{link.line}: {link.target} is relative to the address; change it first")
        if not (meaning.keys[0] in reaching or _reaches(meaning, old.post, archive)):
            continue
        if resolve(meaning, known) is not None:
            continue
        target = next(
            (
                one
                for one in _candidates(link.target, old.post, new)
                if resolve(link_keys(one, here, layout), known) is not None
            ),
            None,
        )
        if target is None:
            if set(meaning.keys) & {key for key in post_keys(old.post) if key.startswith("alias:")}:
                continue  # written with an older address, which stays an alias
            raise UsageError(f"{page.post.path}:{link.line}: cannot rewrite the link {link.target}; change it first")
        edits.append(Edit(page.post.path, link.line, link.column, link.line, link.end_column, target))
    return edits


def _reaches(meaning: LinkMeaning, post: Post, archive: Archive) -> bool:
    """Whether a link leads to ``post``. The index has only the first of several links to a post on a page."""
    is_near = not set(meaning.keys).isdisjoint(post_keys(post))
    return is_near and archive.index().path_of_key(meaning.keys) == post.path


def _in_front_matter(event: Event, archive: Archive) -> Iterator[Link]:
    """Yield the related links in front matter, with their places. Raises UsageError for one whose place is unclear."""
    front = event.front_matter
    written = [link for link in event.related if link.column == link.end_column]
    if front is None or not written:
        return
    lines = archive.tree.read(event.path).replace("\r\n", "\n").split("\n")[: front.end_line]
    for link in written:
        places = [
            (number, line.index(link.target) + 1)
            for number, line in enumerate(lines, 1)
            if number >= link.line and link.target in line
        ]
        if places:
            line, column = places[0]
            yield Link("", link.target, None, line, column, column + len(link.target))


def _candidates(target: str, old: Post, new: Post) -> Iterator[str]:
    """Yield the forms that ``target`` can have for the post in its new place, the likeliest first."""
    for before, after in _names(old, new):
        at = target.casefold().rfind(before.casefold()) if before and before != after else -1
        if at >= 0:
            yield target[:at] + after + target[at + len(before) :]


def _names(old: Post, new: Post) -> Sequence[tuple[str, str]]:
    """Return pairs of what the old and the new place are called: by path, by address, by name."""
    addresses = [normal_address(post.address).strip("/") for post in (old, new)]
    pairs = [
        (old.path, new.path),
        (addresses[0], addresses[1]),
        (_stem(old.path), _stem(new.path)),
        (old.slug, new.slug),
    ]
    return [*pairs, *((quote(before), quote(after)) for before, after in pairs)]


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = _EXTENSION.sub("", name)
    return folder.rpartition("/")[2] if stem.partition(".")[0] == "index" else stem
