"""The changes that give a post of a site a new slug or date: its files and front matter, and the links to it."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from newsarc.api import Archive
from newsarc.errors import PageError, UsageError
from newsarc.layout.addresses import Post
from newsarc.layout.link_keys import link_keys, post_keys
from newsarc.layout.path_patterns import normal_address
from newsarc.layout.presets import Layout
from newsarc.layout.translations import untranslated
from newsarc.lint.edits import apply
from newsarc.lint.finding import Edit
from newsarc.model import Event, FrontMatter, Link
from newsarc.parser.post import ParsedPost
from newsarc.scaffold.move.aliases import with_alias
from newsarc.scaffold.move.move import Move, MovedPage, check_slug
from newsarc.scaffold.post.post_draft import refuse_taken_address
from newsarc.storage.changeset import FileChange, FolderMove

ALIAS_KEYS = {"jekyll": "redirect_from", "hugo": "aliases", "zola": "aliases"}
_EXTENSION = re.compile(r"\.(?:md|markdown|mdx)\Z", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_SLASHED = re.compile(r"(?<!\d)\d{4}/\d{1,2}/\d{1,2}(?=/)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A post or its translation in the old place and in the new one. ``text`` has the new front matter."""

    before: ParsedPost
    after: ParsedPost
    old_text: str
    text: str


def move_post(archive: Archive, old: str, slug: str = "", date: dt.date | None = None) -> Move:
    """Return the changes that give the post at ``old`` another slug or date, or both, and its translations with it.

    A post that is a folder moves with all of its files. If an address changes and the generator has aliases, the former
    address becomes one. Links to the post change, in the form in which they were written. Raises UsageError if the slug
    or the date cannot be changed, or if a link cannot be rewritten; PageError if a page that links to the post cannot
    be read.
    """
    assert archive.layout is not None
    before = archive.parse_post(old, archive.tree.read(old)).post
    slug, date = slug or before.slug, date or before.date
    check_slug(slug)
    if (slug, date) == (before.slug, before.date):
        raise UsageError(f"the post already has the slug {slug} and the date {date}")
    new = _new_path(archive.layout, before, slug, date)
    originals = archive.originals(old.rpartition("/")[0])
    paths = [old, *sorted(path for path, original in originals.items() if original == old)]
    stems = [untranslated(path, archive.layout)[0] for path in (old, new)]
    moved = [
        _moved(archive, path, new if path == old else stems[1] + path.removeprefix(stems[0]), before, slug, date)
        for path in paths
    ]
    folder = _folder(archive, old, new, paths)
    if folder is None and new != old:
        _refuse_taken_names(archive, moved)
    for one in moved:
        refuse_taken_address(archive, one.after.event, besides=old)
    editor = _LinkEditor(archive, moved)
    pages, links = [], 0
    for one in moved:
        edits = editor.edits(one.before)
        text = apply(one.text, [(edit,) for edit in edits])  # the new values are on the lines of the old ones
        pages.append(MovedPage(*_path_of(one), one.old_text, _with_former_address(archive, one, text)))
        links += len(edits)
    others: list[FileChange] = []
    for path in _pages_with_links(archive, moved):
        if (archive.root / path).is_symlink():
            continue  # what it leads to is changed
        other = archive.tree.read(path)
        if edits := editor.edits(archive.parse_post(path, other)):
            others.append(FileChange(path, other, apply(other, [(edit,) for edit in edits])))
            links += len(edits)
    files = () if folder is None else _files(archive, folder.old, paths)
    return Move(pages, others, links, folder, files)


def _new_path(layout: Layout, post: Post, slug: str, date: dt.date | None) -> str:
    """Return the new path of the file. It stays where it is if its name has nothing of what changes."""
    matched = layout.matched(post.path)
    assert matched is not None
    pattern, found = matched
    values = {"slug": slug} if found.get("slug") == post.slug else {}
    if date is not None and date != post.date and {"year", "month", "day"} <= pattern.names:
        values |= {"year": f"{date.year:04}", "month": f"{date.month:02}", "day": f"{date.day:02}"}
    return pattern.new_path(values, post.path)


def _moved(archive: Archive, path: str, new: str, original: Post, slug: str, date: dt.date | None) -> _Moved:
    """Return the post at ``path``, ``original`` or its translation, with the new slug and date where it has the same.

    Raises UsageError if its front matter cannot be changed.
    """
    assert archive.layout is not None
    old_text = archive.tree.read(path)
    before = archive.parse_post(path, old_text)
    wanted = (
        slug if before.post.slug == original.slug else before.post.slug,
        date if before.post.date == original.date else before.post.date,
    )
    text = _with_new_values(old_text, before, *wanted, archive.layout)
    after = archive.parse_post(new, text)
    if (after.post.slug, after.post.date) != wanted:
        raise UsageError(f"{path}: the slug or the date is in front matter in a form that newsarc cannot change")
    return _Moved(before, after, old_text, text)


def _path_of(moved: _Moved) -> tuple[str, str]:
    return moved.before.post.path, moved.after.post.path


def _folder(archive: Archive, old: str, new: str, pages: Sequence[str]) -> FolderMove | None:
    """Return the move of the folder that the post at ``old`` is, if it is one and moves.

    Raises UsageError if there are other posts in the folder, or if its new place is taken.
    """
    folder, _, name = old.rpartition("/")
    target = new.rpartition("/")[0]
    if name.partition(".")[0] != "index" or folder == target:
        return None
    days = archive.tree.page_folders()
    inside = (path for day in days for path in archive.tree.event_paths(day) if path.startswith(f"{folder}/"))
    other = next((path for path in inside if path not in pages), None)
    if other is not None:
        raise UsageError(f"{other} is another post in the folder of the post; move it out of {folder} first")
    above, _, wanted = target.rpartition("/")
    names = (*archive.tree.folders(above), *archive.tree.files(above))
    taken = next((one for one in names if one.casefold() == wanted.casefold()), None)
    if taken is not None:
        raise UsageError(f"{above}/{taken} already exists")
    return FolderMove(target, folder)


def _files(archive: Archive, folder: str, pages: Sequence[str]) -> list[str]:
    """Return the paths of the files in ``folder``, from there, without ``pages``."""
    base = archive.root / folder
    files = (os.path.join(place, name) for place, _, names in os.walk(base) for name in names)
    found = sorted(os.path.relpath(file, base).replace(os.sep, "/") for file in files)
    return [path for path in found if f"{folder}/{path}" not in pages]


def _refuse_taken_names(archive: Archive, moved: Sequence[_Moved]) -> None:
    """Raise UsageError if there is a file in the new place of a page."""
    for path in (one.after.post.path for one in moved):
        folder, _, name = path.rpartition("/")
        taken = next((one for one in archive.tree.files(folder) if one.casefold() == name.casefold()), None)
        if taken is not None:
            raise UsageError(f"{folder}/{taken} already exists")


def _pages_with_links(archive: Archive, moved: Sequence[_Moved]) -> list[str]:
    """Return the paths of other posts that may have links to those in ``moved``: of events, and of those that are none,
    translations and drafts, if they have the name of one in them.
    """
    own = {one.before.post.path for one in moved}
    linking = dict.fromkeys(row.path for row, _ in archive.index().backlinks(moved[0].before.post.path))
    events = {path for _, path, _ in archive.index().days_and_slugs()}
    names = {name for one in moved for name in _written_names(one.before.post)}
    for day in archive.tree.page_folders():
        for path in archive.tree.event_paths(day):
            if path not in events and path not in own and _has_any(archive, path, names):
                linking[path] = None
    return [path for path in linking if path not in own]


def _written_names(post: Post) -> list[str]:
    names = [post.slug, _stem(post.path), normal_address(post.address).rpartition("/")[2]]
    return [one.casefold() for name in names for one in (name, quote(name)) if name]


def _has_any(archive: Archive, path: str, names: set[str]) -> bool:
    try:
        text = archive.tree.read(path).casefold()
    except PageError:  # lint reports it
        return False
    return any(name in text for name in names)


def _with_new_values(text: str, parsed: ParsedPost, slug: str, date: dt.date | None, layout: Layout) -> str:
    """Return ``text`` with the new slug and date where its front matter has the old ones."""
    front, post = parsed.event.front_matter, parsed.post
    lines = text.split("\n")
    for key in front.keys if front is not None else ():
        name, line = key.name.lower(), lines[key.line - 1]
        is_address = name in layout.address_keys
        if name == "slug" or is_address:
            line = re.sub(rf"(?<=[\s/\"'=:]){re.escape(post.slug)}(?=/?(?:\.html)?[\"']?,?\s*\Z)", lambda _: slug, line)
        if is_address and date != post.date and date is not None:
            line = _SLASHED.sub(f"{date:%Y/%m/%d}", line, count=1)
        elif name == "date" and date != post.date:
            line = _DATE.sub(str(date), line, count=1)
        lines[key.line - 1] = line
    return "\n".join(lines)


def _with_former_address(archive: Archive, moved: _Moved, text: str) -> str:
    """Return ``text`` with the former address as an alias, if it changed and the generator has aliases.

    Raises UsageError if its aliases cannot be extended.
    """
    assert archive.layout is not None
    key, address = ALIAS_KEYS.get(archive.layout.name), moved.before.post.address
    if key is None or normal_address(moved.after.post.address) == normal_address(address):
        return text
    if normal_address(address) in map(normal_address, moved.before.post.aliases):
        return text
    new = moved.after.post.path
    front: FrontMatter | None = archive.parse_post(new, text).event.front_matter
    changed = with_alias(text, front, address, key)
    if changed is None:
        raise UsageError(f'{new}: add "{address}" to {key} in its front matter first')
    return changed


class _LinkEditor:
    """Rewrites the links of pages to the posts in ``moved``: a post and its translations."""

    def __init__(self, archive: Archive, moved: Sequence[_Moved]) -> None:
        assert archive.layout is not None
        self._archive = archive
        self._layout = archive.layout
        self._own = {one.before.post.path: one for one in moved}
        self._old: dict[str, _Moved] = {}
        self._new: dict[str, _Moved] = {}
        for one in moved:
            for keys, post in ((self._old, one.before.post), (self._new, replace(one.after.post, aliases=()))):
                for key in post_keys(post):
                    keys.setdefault(key, one)
        self._path = moved[0].before.post.path

    def edits(self, page: ParsedPost) -> list[Edit]:
        """Return the edits of links in ``page``, in its old place, that would not lead where they led.

        Raises UsageError for a link that cannot be rewritten.
        """
        links = [*_in_front_matter(page.event, self._archive), *page.event.links]
        return [edit for link in links if (edit := self._edit(page, link)) is not None]

    def _edit(self, page: ParsedPost, link: Link) -> Edit | None:
        own, place = self._own.get(page.post.path), f"{page.post.path}:{link.line}"
        here = own.after.post if own is not None else page.post
        keys = link_keys(link.target, page.post, self._layout).keys
        meant = next((self._old[key] for key in keys if key in self._old), None)
        # Another post may have one of the keys, too.
        if meant is None or self._reached(keys) != self._path:
            reached = self._reached(keys) if own is not None else None
            if reached is not None and self._reached(link_keys(link.target, here, self._layout).keys) != reached:
                raise UsageError(f"{place}: {link.target} is relative to the address; change it first")
            return None
        if self._leads_to(meant, link.target, here):
            return None
        names = _candidates(link.target, meant.before.post, meant.after.post)
        target = next((one for one in names if self._leads_to(meant, one, here)), None)
        if target is None:
            if any(key.startswith("alias:") and self._old.get(key) is meant for key in keys):
                return None  # written with an older address, which stays an alias
            raise UsageError(f"{place}: cannot rewrite the link {link.target}; change it first")
        return Edit(page.post.path, link.line, link.column, link.line, link.end_column, target)

    def _reached(self, keys: Sequence[str]) -> str | None:
        return self._archive.index().path_of_key(keys)

    def _leads_to(self, meant: _Moved, target: str, here: Post) -> bool:
        """Whether ``target``, written in ``here``, leads to a post in its new place."""
        keys = link_keys(target, here, self._layout).keys
        return next((self._new[key] for key in keys if key in self._new), None) is meant


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
