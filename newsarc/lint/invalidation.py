"""Invalidation of findings: the pages, days and broken links that depend on changes since the last archive pass.

An update of the index records the pages that it read again, the events that changed, and the targets whose page was
added or removed (see the tables ``changed_page``, ``changed_event`` and ``changed_target``). What depends on them are
pages with links to a page that was added, removed or got a new headline; their days; and broken links that may mean an
event that changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from typing import NamedTuple

from newsarc.archive.reader import PageReader
from newsarc.index.build import ARCHIVE_PASS, get, put
from newsarc.index.schema import LINK_BITS, decode_text
from newsarc.index.target_numbers import path_number
from newsarc.lint.dead_links.suggestions import RenameDetector
from newsarc.lint.event_table import IN_LIST, EventTable, json_ids, json_texts
from newsarc.lint.rows import StoredLink, find_stored_links
from newsarc.lint.rules.rule import RuleScope
from newsarc.parser.contexts import headline_prefixes
from newsarc.storage.tree import Day
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import fold

_LOGS = ("changed_page", "changed_event", "changed_target")
_RARE = 2  # headlines; one more or less may make a prefix that so few have a known topic, or an unknown one


def is_due(db: sqlite3.Connection) -> bool:
    """Whether the index changed since the last archive pass, or no pass has run yet."""
    changed = " UNION ALL ".join(f"SELECT 1 FROM (SELECT 1 FROM {log} LIMIT 1)" for log in _LOGS)
    return get(db, ARCHIVE_PASS) is None or db.execute(changed).fetchone() is not None


class Affected(NamedTuple):
    """What an archive pass must check again: the ``scope`` of its rules, and broken ``links``."""

    scope: RuleScope
    links: list[StoredLink]


class Invalidation:
    """Finds the results that changes of the index make stale, inside the open transaction of ``db``."""

    def __init__(self, db: sqlite3.Connection, reader: PageReader, events: EventTable) -> None:
        self.db = db
        self.reader = reader
        self.events = events
        self.is_first_pass = get(db, ARCHIVE_PASS) is None

    def read_pages(self) -> set[int]:
        """Return the ids of the pages that were read again since the last pass."""
        return {page for (page,) in self.db.execute("SELECT page FROM changed_page")}

    def linking_pages(self) -> set[int]:
        """Return the ids of the pages with links to a page that was added or removed.

        They include pages that were read again, because their targets may have changed after that.
        """
        targets = [target for (target,) in self.db.execute("SELECT target FROM changed_target")]
        return self._pages_linking_to(targets) if targets else set()

    def affected(self, read: Collection[int]) -> Affected:
        """Return what depends on the changes; in the first pass, everything.

        ``read`` are the pages that were read or checked again. The links are all those to paths that may mean a
        different event than before.
        """
        if self.is_first_pass:
            return Affected(RuleScope(), find_stored_links(self.db, "1"))
        events = [
            (decode_text(path), words, headline)
            for path, words, headline in self.db.execute("SELECT DISTINCT path, words, headline FROM changed_event")
        ]
        paths = {path for path, _, _ in events}
        words = [words for _, words, _ in events if words]
        relabelled = self._pages_linking_to([path_number(path) for path, words, _ in events if words])
        pages = relabelled.union(read, self._pages_with_label(words))
        folders = self._folders_of(read) | {path.rpartition("/")[0] for path in paths}
        folders |= {sibling for folder in folders for sibling in _siblings(folder)}
        is_flipped = get(self.db, ARCHIVE_PASS) != self._day_page_state()
        dead = self._affected_paths(read, folders, paths, words)
        dead |= self._paths_affected_by_topics({headline for _, _, headline in events})
        of_paths = "dead_link.path IN (SELECT CAST(value AS BLOB) FROM json_each(?))"
        links = find_stored_links(self.db, f"finding.page {IN_LIST} OR {of_paths}", json_ids(read), json_texts(dead))
        return Affected(RuleScope(pages, None if is_flipped else folders), links)

    def finish(self) -> None:
        """Forget the changes, once all results are up to date."""
        for log in _LOGS:
            self.db.execute(f"DELETE FROM {log}")
        put(self.db, ARCHIVE_PASS, self._day_page_state())

    def _day_page_state(self) -> dict[str, bool]:
        """Return the property of the whole archive on which the rules for all days depend."""
        return {"has_day_pages": self.events.has_day_pages()}

    def _pages_linking_to(self, targets: Collection[int]) -> set[int]:
        """Return the ids of the pages with a link to one of ``targets``, in any spelling."""
        written = "SELECT value FROM json_each(:targets)"
        spelled = f"{written} UNION SELECT target FROM spelling WHERE path IN ({written})"
        query = f"""
            SELECT id >> {LINK_BITS} FROM link WHERE target IN ({spelled})
            UNION SELECT page FROM mention WHERE target IN ({spelled})"""
        return {page for (page,) in self.db.execute(query, {"targets": json_ids(targets)})}

    def _pages_with_label(self, words: Collection[int]) -> set[int]:
        """Return the ids of the pages with findings and a link whose label has one of these hashes."""
        query = f"""
            SELECT DISTINCT finding.page FROM finding
            JOIN link ON link.id BETWEEN finding.page << {LINK_BITS} AND (finding.page + 1 << {LINK_BITS}) - 1
            WHERE NOT finding.is_of_page AND link.label {IN_LIST}"""
        return {page for (page,) in self.db.execute(query, (json_ids(words),))}

    def _folders_of(self, pages: Collection[int]) -> set[str]:
        query = f"SELECT DISTINCT folder.path FROM page JOIN folder ON folder.id = page.folder WHERE page.id {IN_LIST}"
        return {path for (path,) in self.db.execute(query, (json_ids(pages),))}

    def _affected_paths(
        self, pages: Collection[int], folders: Collection[str], paths: Collection[str], words: Collection[int]
    ) -> set[str]:
        """Return the paths of the broken links that may mean a different event than before.

        These are links on changed pages, and links that share a folder, slug or label with a changed event.
        """
        stored = "(SELECT CAST(value AS BLOB) FROM json_each(?))"
        query = f"""
            SELECT DISTINCT dead_link.path FROM dead_link JOIN finding ON finding.id = dead_link.finding
            WHERE dead_link.path NOTNULL AND (
              finding.page {IN_LIST} OR dead_link.folder IN {stored} OR dead_link.slug IN {stored}
              OR dead_link.path IN {stored} OR dead_link.words {IN_LIST} OR dead_link.suggestion {IN_LIST})"""
        names = {path.rpartition("/")[2] for path in paths}
        values = (
            json_ids(pages),
            json_texts(folders),
            json_texts(names),
            json_texts(paths),
            json_ids(words),
            json_texts(paths),
        )
        return {decode_text(path) for (path,) in self.db.execute(query, values)}

    def _paths_affected_by_topics(self, headlines: Collection[str]) -> set[str]:
        """Return the paths of the broken links that a topic in ``headlines`` affects.

        Only topics that hardly any other headline has matter, since others are known topics before and after.
        """
        topics = {topic for headline in headlines for topic in headline_prefixes(fold(headline))}
        if not topics:
            return set()
        known = RenameDetector(self.reader, self.events).prefixes
        rare = {topic for topic in topics if known[topic] <= _RARE}
        if not rare:
            return set()
        topic_words = set(filter(None, map(strip_punctuation, rare)))
        folders = {
            event.day.path
            for event in self.events.in_folders(None)
            if any(topic in event.headline for topic in rare) or _has_word(event.slug, topic_words)
        }
        return {
            row.link.path
            for row in find_stored_links(self.db, "1")
            if row.link.path is not None
            and (
                row.link.path.rpartition("/")[0] in folders
                or any(topic in fold(row.link.text) for topic in rare)
                or _has_word(row.link.path.rpartition("/")[2], topic_words)
            )
        }


def _siblings(folder: str) -> Iterator[str]:
    """Yield all spellings of the day of ``folder``: 2019/03/1, 2019/03/01, and so on."""
    try:
        day = Day.at(folder)
    except ValueError:
        return
    year = folder.split("/")[1]
    for month, number in product({str(day.month), f"{day.month:02}"}, {str(day.day), f"{day.day:02}"}):
        yield f"news/{year}/{month}/{number}"


def _has_word(slug: str, words: Iterable[str]) -> bool:
    text = strip_punctuation(slug)
    return any(word in text for word in words)
