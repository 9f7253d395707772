"""The tables of the index.

The rows of a day folder come from the pages of that folder alone, and from names with a comma that the archive proves:
so they can take the place of its former ones. A link's row does not say which page it reaches, only which paths it
means, as a number (:mod:`newsarc.index.targets`). Which page that is, a join with ``destination`` tells: the view
``reached``. What only all pages together show is worked out when it is asked for.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

# So many that the links of a page of 150 MB fit, an item being 9 bytes at least.
LINK_BITS = 24
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- pages, stamp: content and listing of its newsarc.storage.fingerprint.FolderFingerprint; empty if that was racy.
CREATE TABLE folder (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, pages BLOB NOT NULL, stamp BLOB NOT NULL);
-- What had to be passed over in a folder, for the user. is_unread: a page, or the folder, could not be read.
CREATE TABLE note (folder INTEGER NOT NULL, path BLOB NOT NULL, line BLOB NOT NULL, is_unread INTEGER NOT NULL);
-- Each page that a link can reach, readable or not: those of events and days, by the names of their files; folder 0:
-- others that a link may mean, by their paths.
CREATE TABLE page (id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name TEXT NOT NULL);
-- Which page a target reaches. is_path: it says the very path of the page.
CREATE TABLE destination (target INTEGER PRIMARY KEY, page INTEGER NOT NULL, is_path INTEGER NOT NULL);
-- The paths that a target can mean, where these are not plain; place: the likeliest first.
CREATE TABLE spelling (
  target INTEGER NOT NULL, place INTEGER NOT NULL, path INTEGER NOT NULL, PRIMARY KEY (target, place)) WITHOUT ROWID;
-- Paths outside day folders that links may mean: whether a page is there must be asked of the disk.
CREATE TABLE elsewhere (path INTEGER PRIMARY KEY, text BLOB NOT NULL);
-- slug: NULL where it is what the file is called. day: ISO, of the folder, else of the page. line: of the headline.
-- words: hash of the headline (newsarc.text.headlines.words_hash).
CREATE TABLE event (
  id INTEGER PRIMARY KEY, slug TEXT, day TEXT, headline TEXT NOT NULL, summary TEXT,
  sources INTEGER NOT NULL, related INTEGER NOT NULL, line INTEGER NOT NULL, words INTEGER NOT NULL);
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL, folded TEXT NOT NULL);
CREATE TABLE topic (event INTEGER NOT NULL, place INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (event, place))
  WITHOUT ROWID;
-- What may be topics before a headline, if the rest of the archive knows them as such.
CREATE TABLE prefix (event INTEGER NOT NULL, place INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (event, place))
  WITHOUT ROWID;
CREATE TABLE source (
  event INTEGER NOT NULL, place INTEGER NOT NULL, label INTEGER NOT NULL, host INTEGER NOT NULL,
  PRIMARY KEY (event, place)) WITHOUT ROWID;
-- Lists of contexts: names has the ids of their names, in order, with a comma between ("12,7"); list_name has the same
-- as rows.
CREATE TABLE list (id INTEGER PRIMARY KEY, names TEXT NOT NULL);
CREATE TABLE list_name (name INTEGER NOT NULL, list INTEGER NOT NULL, PRIMARY KEY (name, list)) WITHOUT ROWID;
-- id: the event, shifted by LINK_BITS, and the place among its links: with columns of their own for both it took twice
-- the space. target: the paths that it can mean, 0 for another site. contexts: a list, 0 for none. label: hash of what
-- it says (newsarc.text.headlines.label_hash).
CREATE TABLE link (
  id INTEGER PRIMARY KEY, target INTEGER NOT NULL, contexts INTEGER NOT NULL, label INTEGER NOT NULL);
CREATE VIEW reached AS
  SELECT link.id AS id, link.id >> {LINK_BITS} AS event, destination.page AS page, link.contexts AS contexts
  FROM link JOIN destination ON destination.target = link.target;
-- The contexts that a day page of the folder gives the event at a path.
CREATE TABLE day_entry (folder INTEGER NOT NULL, path INTEGER NOT NULL, contexts INTEGER NOT NULL);
CREATE VIEW entry AS
  SELECT day_entry.folder AS folder, destination.page AS event, day_entry.contexts AS contexts
  FROM day_entry JOIN destination ON destination.target = day_entry.path AND destination.is_path;
-- former slugs, from Changes and from front matter's aliases; former_path: those of them that are whole paths
CREATE TABLE alias (slug TEXT NOT NULL, event INTEGER NOT NULL);
CREATE TABLE former_path (path BLOB NOT NULL, event INTEGER NOT NULL);
-- Targets of other links than related ones whose pages rules ask for. is_entry: it is an entry of a day page.
CREATE TABLE mention (page INTEGER NOT NULL, target INTEGER NOT NULL, is_entry INTEGER NOT NULL);
-- What rules found, all of them. is_of_page: a rule that needs no other pages found it. fix: marshal, NULL for none.
CREATE TABLE finding (
  id INTEGER PRIMARY KEY, page INTEGER NOT NULL, is_of_page INTEGER NOT NULL, code TEXT NOT NULL, message NOT NULL,
  line INTEGER NOT NULL, column INTEGER NOT NULL, end_line INTEGER NOT NULL, end_column INTEGER NOT NULL, target,
  fix BLOB);
-- A link that a finding says is broken. path: of the event that it means, as far as it means one. kind: related,
-- change, current (the item of Changes that is marked as the current version) or entry. words: hash of the label.
-- suggestion: the page that was probably meant.
CREATE TABLE dead_link (
  finding INTEGER PRIMARY KEY, path BLOB, folder BLOB, slug BLOB, kind TEXT NOT NULL, target BLOB NOT NULL,
  label BLOB NOT NULL, contexts BLOB NOT NULL, words INTEGER NOT NULL, suggestion TEXT, reason TEXT, certain INTEGER);
-- Comments and front matter that ask to ignore rules. rules: their codes with spaces between; empty for unknown ones.
-- first_line: NULL for the whole page.
CREATE TABLE suppression (
  page INTEGER NOT NULL, written BLOB NOT NULL, rules TEXT NOT NULL, first_line INTEGER, last_line INTEGER,
  line INTEGER NOT NULL, column INTEGER NOT NULL, end_column INTEGER NOT NULL);
-- What tells a page that has findings from itself after any change.
CREATE TABLE digest (page INTEGER PRIMARY KEY, digest BLOB NOT NULL);
-- What changed since the rules that need other pages were last run: pages that were read again, events as they were and
-- as they are (with words 0, paths that are no longer the former path of an event, or the target of a broken link, or
-- that became one), and targets whose page came or went.
CREATE TABLE changed_page (page INTEGER PRIMARY KEY);
CREATE TABLE changed_event (path BLOB NOT NULL, words INTEGER NOT NULL, headline TEXT NOT NULL);
CREATE TABLE changed_target (target INTEGER PRIMARY KEY);
"""
INDEXES = """
CREATE INDEX note_folder ON note (folder);
CREATE INDEX page_folder ON page (folder);
CREATE INDEX page_name ON page (name);
CREATE INDEX event_day ON event (day);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX topic_name ON topic (name);
CREATE INDEX prefix_name ON prefix (name);
CREATE INDEX source_label ON source (label);
CREATE INDEX list_name_list ON list_name (list);
CREATE INDEX link_target ON link (target);
CREATE INDEX link_contexts ON link (contexts);
CREATE INDEX day_entry_folder ON day_entry (folder);
CREATE INDEX day_entry_path ON day_entry (path);
CREATE INDEX day_entry_contexts ON day_entry (contexts);
CREATE INDEX destination_page ON destination (page);
CREATE INDEX spelling_path ON spelling (path);
CREATE INDEX alias_slug ON alias (slug);
CREATE INDEX alias_event ON alias (event);
CREATE INDEX event_words ON event (words);
CREATE INDEX former_path_event ON former_path (event);
CREATE INDEX former_path_path ON former_path (path);
CREATE INDEX mention_page ON mention (page);
CREATE INDEX mention_target ON mention (target);
CREATE INDEX finding_page ON finding (page);
CREATE INDEX dead_link_path ON dead_link (path);
CREATE INDEX suppression_page ON suppression (page);
"""
# The contexts of events as pairs: those of their related links, and those of day pages.
CONTEXTS = f"""
  SELECT link.id >> {LINK_BITS} AS event, list_name.name AS name
  FROM link JOIN list_name ON list_name.list = link.contexts
  UNION SELECT entry.event, list_name.name FROM entry JOIN list_name ON list_name.list = entry.contexts
"""
# Of a row of link: whether it means a page of the archive and reaches none.
IS_BROKEN = "target <> 0 AND target NOT IN (SELECT target FROM destination)"
PATH = "folder.path || '/' || page.name"
# What newsarc.text.tokenizer gives: it decides what is a word, the table's own tokenizer only where words end.
TEXT = """
CREATE VIRTUAL TABLE text USING fts5(
  headline, topics, contexts, summary, sources, content='', tokenize='ascii')
"""


def as_stored(text: str) -> bytes:
    """Return what stands in the table for a text that may have bytes in it that are no UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def as_text(stored: bytes) -> str:
    """Return the text that :func:`as_stored` made ``stored`` of."""
    return stored.decode("utf-8", "surrogatepass")


def connect(file: Path | None = None, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to the database in ``file``, or to a new one in memory; transactions begin when told to."""
    db = sqlite3.connect(":memory:" if file is None else file, isolation_level=None)
    db.execute("PRAGMA temp_store=MEMORY")
    if read_only:
        db.execute("PRAGMA query_only=ON")
    return db
