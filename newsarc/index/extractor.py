"""Extraction of index rows from the pages of day folders. May run in a worker."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from newsarc.archive.reader import PageReader
from newsarc.errors import PageError
from newsarc.index.findings import PageChecks, PageFindings
from newsarc.index.schema import LINK_BITS
from newsarc.index.target_numbers import OTHER_SITE, CheckedTargets, Targets, path_number
from newsarc.layout.link_keys import LinkMeaning, post_keys
from newsarc.layout.local_files import needs_page, needs_post
from newsarc.layout.path_patterns import normal_address
from newsarc.model import DayPage, Event, Link
from newsarc.parser.contexts import headline_prefixes
from newsarc.parser.post import ParsedPost
from newsarc.storage.fingerprint import FolderFingerprint
from newsarc.storage.tree import Day
from newsarc.text.headlines import label_hash, strip_punctuation, words_hash
from newsarc.text.normalize import fold, without_surrogates
from newsarc.text.urls import host_of


class FolderPart(NamedTuple):
    """A folder, or of one with many posts some of them: those at ``paths``."""

    folder: Day
    paths: Sequence[str] | None = None


@dataclass(slots=True)
class FolderRows:
    """The rows of one day folder, or of some of the posts in a folder. Pages are identified by their file names.

    - ``names``: the files of events and day pages; ``numbers``: the target numbers of their paths.
    - ``page_states``: for posts, the numbers of ``names`` in the fingerprint of the folder, 0 for those to read again.
    - ``keys``: for posts, the name and the number of a key under which links find the post.
    - ``day_pages``: those of ``names`` that are day pages.
    - ``warnings``: path and warning for each item that was skipped, and whether it could not be read.
    - ``is_cacheable``: false if the rows may differ next time although nothing changed.
    - ``events``: the columns of the table, with the name instead of the id.
    - ``links``: five columns: index of the event in ``names``, position of the link on its page, number of its target
      (:mod:`newsarc.index.target_numbers`), index of its contexts in the lists of the :class:`Batch`, hash of its
      label.
    - ``entries``: entries of day pages, with the number of a path and its contexts.
    - ``mentions``: other links, with the number of the target and whether the link is an entry.
    - ``checked``: the findings of page rules.
    """

    path: str
    state: FolderFingerprint
    names: list[str]
    numbers: array[int]
    day_pages: frozenset[str]
    page_states: list[int] = field(default_factory=list)
    keys: list[tuple[str, int]] = field(default_factory=list)
    is_cacheable: bool = True
    warnings: list[tuple[str, str, bool]] = field(default_factory=list)
    events: list[tuple[str, str | None, str | None, str, str | None, int, int, int, int]] = field(default_factory=list)
    topics: list[tuple[str, int, str]] = field(default_factory=list)
    prefixes: list[tuple[str, int, str]] = field(default_factory=list)
    sources: list[tuple[str, int, str, str]] = field(default_factory=list)
    links: tuple[array[int], ...] = field(default_factory=lambda: tuple(array(kind) for kind in "iiqiq"))
    entries: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    former_paths: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[tuple[str, int, bool]] = field(default_factory=list)
    checked: list[tuple[str, PageFindings]] = field(default_factory=list)

    def add_checked(self, name: str, found: PageFindings | None) -> None:
        """Add the findings of page rules on a page, if there are any."""
        if found is not None:
            self.checked.append((name, found))


@dataclass(slots=True)
class Batch:
    """The rows of several day folders, with the values that they share.

    ``lists`` are the distinct lists of contexts; the first one is empty. For the other attributes see
    :class:`~newsarc.index.target_numbers.Targets`.
    """

    folders: list[FolderRows]
    lists: list[tuple[str, ...]]
    spellings: Mapping[int, Sequence[int]]
    elsewhere: Set[str]
    root_folders: Mapping[str, bool]

    def comma_names(self) -> frozenset[str]:
        """Return the topics that contain a comma and a space, the separator of contexts in a list."""
        return frozenset(topic for rows in self.folders for _, _, topic in rows.topics if ", " in topic)


class Extractor:
    """A task for workers that returns the rows of day folders.

    ``reader`` and ``states`` (fingerprints of the folders) are those of a snapshot. Pass ``is_complete=False`` if the
    folders are not the whole archive. With ``checks``, the page rules run as well. With ``for_lint``, rows that no rule
    needs are left out.
    """

    def __init__(
        self,
        reader: PageReader,
        states: Mapping[str, FolderFingerprint],
        *,
        is_complete: bool = True,
        checks: PageChecks | None = None,
        for_lint: bool = False,
    ) -> None:
        self.reader = reader
        self.states = states
        self._checks = checks
        self._for_lint = for_lint
        self._make_targets = Targets if is_complete else CheckedTargets
        self._targets: Targets = self._make_targets(reader)
        self._lists: dict[tuple[str, ...], int] = {}

    def precompute(self, folders: Iterable[str]) -> None:
        """Compute what all workers need before they fork: the missing site prefix and the listings of ``folders``.

        That saves work, and all workers resolve links against the same state.
        """
        self.reader.find_missing_prefix()
        if self._checks is not None:
            for folder in folders:
                self.reader.tree.files(folder)

    def __call__(self, parts: Sequence[FolderPart]) -> Batch:
        """Return the rows of ``parts``."""
        targets = self._targets = self._make_targets(self.reader)
        self._lists = {(): 0}
        folders = [
            self._folder(part.folder) if part.paths is None else self._posts(part.folder, part.paths) for part in parts
        ]
        return Batch(folders, list(self._lists), targets.spellings, targets.elsewhere, targets.root_folders)

    def _folder(self, day: Day) -> FolderRows:
        tree = self.reader.tree
        day_pages = tree.day_page_paths(day)
        paths = [*tree.event_paths(day), *day_pages]
        names = [path.rpartition("/")[2] for path in paths]
        rows = FolderRows(
            day.path,
            self.states[day.path],
            names,
            array("q", map(path_number, paths)),
            frozenset(names[len(names) - len(day_pages) :]),
        )
        filed = day.date.isoformat() if day.date else None
        for number, path in enumerate(paths[: len(paths) - len(day_pages)]):
            if (text := self._read(path)) is not None:
                canonical = self.reader.read_canonical(path, text)
                event = canonical or self.reader.parse_tolerantly(path, text)
                if self._checks is not None:
                    found = self._checks.check_event(self.reader, text, day, event, is_canonical=event is canonical)
                    rows.add_checked(names[number], found)
                self._add_event(rows, number, filed, event)
        for path in day_pages:
            if (text := self._read(path)) is not None:
                page = self.reader.parse_day_page(path, text)
                if self._checks is not None:
                    name = path.rpartition("/")[2]
                    rows.add_checked(name, self._checks.check_day_page(self.reader, text, day, page))
                self._add_day_page(rows, page)
        self._targets.add_folder(day, names)
        rows.warnings = [(path, line, self.reader.is_unread(path)) for path, line in self.reader.warnings_in(day.path)]
        is_cacheable = all(found.is_cacheable for _, found in rows.checked)
        rows.is_cacheable = is_cacheable and not rows.warnings and not tree.is_unlistable(day.path)
        return rows

    def _posts(self, folder: Day, paths: Sequence[str]) -> FolderRows:
        """Return the rows of the posts at ``paths``, all in ``folder``."""
        assert self.reader.layout is not None
        names = [path.rpartition("/")[2] for path in paths]
        state = self.states[folder.path]
        rows = FolderRows(
            folder.path, state._replace(pages={}), names, array("q", map(path_number, paths)), frozenset()
        )
        self._add_posts(rows, folder, paths, drafts=self.reader.layout.drafts)
        unread = self.reader.warnings_by_path()
        rows.warnings = [(path, unread[path], True) for path in paths if path in unread]
        known = {} if state.is_racy else state.pages
        uncertain = {name for name, found in rows.checked if not found.is_cacheable}
        uncertain.update(path.rpartition("/")[2] for path, _, _ in rows.warnings)
        rows.page_states = [0 if name in uncertain else known.get(name, 0) for name in names]
        rows.is_cacheable = not uncertain
        return rows

    def _add_posts(self, rows: FolderRows, folder: Day, paths: Sequence[str], *, drafts: bool) -> None:
        """Add the events of posts, and the keys under which links find them.

        Keys of a translation lead to its original. Without ``drafts``, a draft is no event, and no link leads to it. A
        page without a date is none either, unless it is a draft.
        """
        originals = self.reader.originals(rows.path)
        left_out: set[str] = set()
        for number, path in sorted(enumerate(paths), key=lambda pair: pair[1] in originals):  # originals first
            if (text := self._read(path)) is None:
                continue
            parsed = self.reader.parse_post(path, text)
            original = originals.get(path, path)
            if (parsed.post.is_draft and not drafts) or original in left_out:
                left_out.add(path)
                continue
            if self._checks is not None:
                checked = self._checks.check_post(self.reader, text, folder, parsed.event)
                rows.add_checked(rows.names[number], checked)
            if parsed.post.date is None and not parsed.post.is_draft:
                continue
            if original == path:
                self._add_event(rows, number, None, parsed.event, parsed.meanings)
                rows.addresses.append((rows.names[number], without_surrogates(normal_address(parsed.post.address))))
            rows.mentions += self._needed(parsed, rows.names[number], is_event=original == path)
            name = original.rpartition("/")[2]
            rows.keys.extend((name, path_number(key)) for key in post_keys(parsed.post))

    def _needed(self, parsed: ParsedPost, name: str, *, is_event: bool) -> list[tuple[str, int, bool]]:
        """Return the rows of mentions for links that are dead if they lead to no post.

        Those of events that only a post can be the target of are among their related links.
        """
        layout = self.reader.layout
        assert layout is not None
        targets = set()
        for link, meaning in zip(parsed.event.related, parsed.meanings, strict=True):
            is_of_post = needs_post(link.target, meaning, layout)
            if not (is_event and is_of_post) and needs_page(link.target, meaning, layout):
                targets.add(self._targets.meaning(meaning, is_of_post=is_of_post))
        return [(name, target, False) for target in sorted(targets)]

    def _post_target(self, link: Link, meaning: LinkMeaning) -> int:
        layout = self.reader.layout
        assert layout is not None
        return self._targets.meaning(meaning, is_of_post=needs_post(link.target, meaning, layout))

    def _read(self, path: str) -> str | None:
        try:
            return self.reader.tree.read(path)
        except PageError as error:
            self.reader.add_warnings({path: str(error)})
            return None

    def _add_event(
        self,
        rows: FolderRows,
        number: int,
        filed: str | None,
        event: Event,
        meanings: Sequence[LinkMeaning] | None = None,
    ) -> None:
        clean = without_surrogates
        name = rows.names[number]
        slug = None if event.slug == name.removesuffix(".md") else clean(event.slug)
        day = filed or (event.date.isoformat() if event.date else None)
        headline = clean(event.headline)
        summary = event.summary and clean(event.summary)
        words = words_hash(strip_punctuation(fold(headline)))
        line = event.headline_line or 1
        rows.events.append((name, slug, day, headline, summary, len(event.sources), len(event.related), line, words))
        if not self._for_lint:
            self._add_names(rows, name, event)
        numbers, places, targets, lists, labels = rows.links
        for place, link in enumerate(event.related[: 1 << LINK_BITS]):
            target = (
                self._targets.number(link, event.path) if meanings is None else self._post_target(link, meanings[place])
            )
            contexts = () if self._for_lint else _clean(link.contexts)
            if target != OTHER_SITE or contexts:
                numbers.append(number)
                places.append(place)
                targets.append(target)
                lists.append(self._lists.setdefault(contexts, len(self._lists)))
                labels.append(label_hash(link.label))
        rows.aliases.extend((name, clean(slug)) for slug in event.former_slugs)
        rows.former_paths.extend((name, path) for path in event.former_paths)
        self._add_mentions(rows, name, event.changes)
        if event.date_link is not None:
            self._add_mentions(rows, name, (event.date_link,))

    def _add_names(self, rows: FolderRows, name: str, event: Event) -> None:
        clean = without_surrogates
        rows.topics.extend((name, place, clean(topic)) for place, topic in enumerate(event.topics))
        if not event.topic_lines and self.reader.layout is None:
            prefixes = headline_prefixes(clean(event.headline))
            rows.prefixes.extend((name, place, text) for place, text in enumerate(prefixes))
        for place, source in enumerate(event.sources):
            rows.sources.append((name, place, clean(source.text), host_of(source.url)))

    def _add_day_page(self, rows: FolderRows, page: DayPage) -> None:
        name = page.path.rpartition("/")[2]
        for entry in page.entries:
            if entry.contexts and entry.link.path and not self._for_lint:
                rows.entries.append((path_number(entry.link.path), _clean(entry.contexts)))
            if self._checks is not None:
                rows.mentions.append((name, self._targets.number(entry.link, page.path), True))
        self._add_mentions(rows, name, page.headings)

    def _add_mentions(self, rows: FolderRows, name: str, links: Iterable[Link]) -> None:
        """Add links other than related ones, unless they point to their own folder.

        When a page of that folder is added or removed, all its pages are read again anyway.
        """
        own = f"{rows.path}/"
        for link in links if self._checks is not None else ():
            if link.path is None or not link.path.startswith(own):
                rows.mentions.append((name, self._targets.number(link, f"{own}{name}"), False))


def _clean(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if all(map(str.isascii, names)) else tuple(map(without_surrogates, names))
