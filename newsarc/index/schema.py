"""The tables of the index.

The rows of a day folder depend on the pages of that folder only (and on the set of names with a comma), so that they
can be replaced without reading other folders. The row of a link therefore holds no page, but a number that stands for
the possible paths of its target (:mod:`newsarc.index.target_numbers`). A join with ``destination`` resolves it to a
page: see the view ``reached``. Values that depend on all pages are computed when they are queried.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from newsarc.query.fields import columns

# Enough for the links of a page of 150 MB, as an item has at least 9 bytes.
LINK_BITS = 24
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Day folders. pages: the fingerprint of the pages; empty if racy (see newsarc.storage.fingerprint). stamp: the
-- fingerprint of the listing, which needs no reading of the folder.
CREATE TABLE folder (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, pages BLOB NOT NULL, stamp BLOB NOT NULL);
-- Warnings about items that were skipped in a folder. is_unread: a page, or the folder, could not be read.
CREATE TABLE warning (folder INTEGER NOT NULL, path BLOB NOT NULL, line BLOB NOT NULL, is_unread INTEGER NOT NULL);
-- Pages that links can point to, readable or not. name: the file name of an event or day page. Folder 0 is for pages
-- outside day folders; their names are paths.
CREATE TABLE page (
  id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name TEXT NOT NULL, is_day_page INTEGER NOT NULL DEFAULT 0);
-- The page that a target resolves to. is_path: the target is the path of the page.
CREATE TABLE destination (target INTEGER PRIMARY KEY, page INTEGER NOT NULL, is_path INTEGER NOT NULL);
-- The possible paths of targets that are not plain paths. place: 0 is the likeliest.
CREATE TABLE spelling (
  target INTEGER NOT NULL, place INTEGER NOT NULL, path INTEGER NOT NULL, PRIMARY KEY (target, place)) WITHOUT ROWID;
-- Possible link targets outside day folders. Whether they exist must be checked on disk.
CREATE TABLE elsewhere (path INTEGER PRIMARY KEY, text BLOB NOT NULL);
-- slug: NULL if it is the file name. day: ISO date of the folder, else of the page. sources, related: counts. line: of
-- the headline. words: hash of the headline (newsarc.text.headlines.words_hash).
CREATE TABLE event (
  id INTEGER PRIMARY KEY, slug TEXT, day TEXT, headline TEXT NOT NULL, summary TEXT,
  sources INTEGER NOT NULL, related INTEGER NOT NULL, line INTEGER NOT NULL, words INTEGER NOT NULL);
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL, folded TEXT NOT NULL);
CREATE TABLE topic (event INTEGER NOT NULL, place INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (event, place))
  WITHOUT ROWID;
-- Headline prefixes, which are topics if the rest of the archive uses them so.
CREATE TABLE prefix (event INTEGER NOT NULL, place INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (event, place))
  WITHOUT ROWID;
CREATE TABLE source (
  event INTEGER NOT NULL, place INTEGER NOT NULL, label INTEGER NOT NULL, host INTEGER NOT NULL,
  PRIMARY KEY (event, place)) WITHOUT ROWID;
-- Lists of contexts. names: the ids of the names in order, separated by commas ("12,7"); list_name has them as rows.
CREATE TABLE list (id INTEGER PRIMARY KEY, names TEXT NOT NULL);
CREATE TABLE list_name (name INTEGER NOT NULL, list INTEGER NOT NULL, PRIMARY KEY (name, list)) WITHOUT ROWID;
-- Related links. id: the event id shifted by LINK_BITS, plus the position of the link; two columns would take twice the
-- space. target: the number of the target, 0 for another site. contexts: a list, 0 for none. label: hash of the label
-- (newsarc.text.headlines.label_hash).
CREATE TABLE link (
  id INTEGER PRIMARY KEY, target INTEGER NOT NULL, contexts INTEGER NOT NULL, label INTEGER NOT NULL);
CREATE VIEW reached AS
  SELECT link.id AS id, link.id >> {LINK_BITS} AS event, destination.page AS page, link.contexts AS contexts
  FROM link JOIN destination ON destination.target = link.target;
-- Links and topics as posts have them: rows of link and topic are made of these when the posts of the whole site are
-- known (newsarc.index.site_rows).
CREATE TABLE written_link (
  id INTEGER PRIMARY KEY, target INTEGER NOT NULL, contexts INTEGER NOT NULL, label INTEGER NOT NULL);
CREATE TABLE written_topic (
  event INTEGER NOT NULL, place INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (event, place)) WITHOUT ROWID;
-- The number of the page of a post in the fingerprint of its folder; 0 if it must be read again.
CREATE TABLE page_state (page INTEGER PRIMARY KEY, number INTEGER NOT NULL);
-- The keys under which links find posts; of posts with the same key, the first by path counts.
CREATE TABLE post_key (number INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (number, page)) WITHOUT ROWID;
-- The contexts that the day pages of a folder give to the event at a path.
CREATE TABLE day_entry (folder INTEGER NOT NULL, path INTEGER NOT NULL, contexts INTEGER NOT NULL);
CREATE VIEW entry AS
  SELECT day_entry.folder AS folder, destination.page AS event, day_entry.contexts AS contexts
  FROM day_entry JOIN destination ON destination.target = day_entry.path AND destination.is_path;
-- The addresses of posts on their site, in the form in which servers compare them.
CREATE TABLE address (event INTEGER PRIMARY KEY, text TEXT NOT NULL);
-- Former slugs, from Changes and from aliases in front matter. former_path: those that are complete paths.
CREATE TABLE alias (slug TEXT NOT NULL, event INTEGER NOT NULL);
CREATE TABLE former_path (path BLOB NOT NULL, event INTEGER NOT NULL);
-- Targets of other links than related ones, for rules. is_entry: the link is an entry of a day page. In sites: targets
-- that need a file if they lead to no post.
CREATE TABLE mention (page INTEGER NOT NULL, target INTEGER NOT NULL, is_entry INTEGER NOT NULL);
-- Findings of all rules. is_of_page: a page rule reported it. fix: serialized with marshal, NULL for none.
CREATE TABLE finding (
  id INTEGER PRIMARY KEY, page INTEGER NOT NULL, is_of_page INTEGER NOT NULL, code TEXT NOT NULL, message NOT NULL,
  line INTEGER NOT NULL, column INTEGER NOT NULL, end_line INTEGER NOT NULL, end_column INTEGER NOT NULL, target,
  fix BLOB);
-- Broken links that findings are about. path: the path of the missing event, NULL if the target is not one. kind:
-- related, change, current (the item of Changes marked as the current version) or entry. words: hash of the label.
-- suggestion: the page that was probably meant.
CREATE TABLE dead_link (
  finding INTEGER PRIMARY KEY, path BLOB, folder BLOB, slug BLOB, kind TEXT NOT NULL, target BLOB NOT NULL,
  label BLOB NOT NULL, contexts BLOB NOT NULL, words INTEGER NOT NULL, suggestion TEXT, reason TEXT, certain INTEGER);
-- Suppressions in comments and front matter. rules: codes separated by spaces; empty for an unknown rule. first_line:
-- NULL for the whole page.
CREATE TABLE suppression (
  page INTEGER NOT NULL, written BLOB NOT NULL, rules TEXT NOT NULL, first_line INTEGER, last_line INTEGER,
  line INTEGER NOT NULL, column INTEGER NOT NULL, end_column INTEGER NOT NULL);
-- Hashes of the pages with findings.
CREATE TABLE digest (page INTEGER PRIMARY KEY, digest BLOB NOT NULL);
-- Changes since the last archive pass: pages that were read again; events, in their old and their new form (with words
-- 0: paths that became or ceased to be the former path of an event or the target of a broken link); targets whose page
-- was added or removed.
CREATE TABLE changed_page (page INTEGER PRIMARY KEY);
CREATE TABLE changed_event (path BLOB NOT NULL, words INTEGER NOT NULL, headline TEXT NOT NULL);
CREATE TABLE changed_target (target INTEGER PRIMARY KEY);
"""
INDEXES = """
CREATE INDEX warning_folder ON warning (folder);
CREATE INDEX page_folder ON page (folder);
CREATE INDEX page_name ON page (name, folder, is_day_page);
CREATE INDEX event_day ON event (day);
CREATE INDEX event_slug ON event (slug) WHERE slug IS NOT NULL;
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
CREATE INDEX post_key_page ON post_key (page);
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
# The (event, context) pairs of related links and of day pages.
CONTEXTS = f"""
  SELECT link.id >> {LINK_BITS} AS event, list_name.name AS name
  FROM link JOIN list_name ON list_name.list = link.contexts
  UNION SELECT entry.event, list_name.name FROM entry JOIN list_name ON list_name.list = entry.contexts
"""
# Condition on a row of link: its target means a page of the archive that does not exist.
IS_BROKEN = "target > 0 AND target NOT IN (SELECT target FROM destination)"
PATH = "CASE folder.path WHEN '' THEN page.name ELSE folder.path || '/' || page.name END"
# Holds the output of newsarc.text.tokenizer, which defines words; FTS5's own tokenizer only splits at spaces.
TEXT = f"CREATE VIRTUAL TABLE text USING fts5({columns()}, content='', tokenize='ascii')"


def encode_text(text: str) -> bytes:
    """Return ``text`` as bytes for the table. It may contain surrogate escapes, for bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(stored: bytes) -> str:
    """Return the text that :func:`encode_text` converted to ``stored``."""
    return stored.decode("utf-8", "surrogatepass")


def connect(file: Path | None = None, *, read_only: bool = False) -> sqlite3.Connection:
    """Connect to the database in ``file``, or to a new one in memory. Transactions are explicit."""
    db = sqlite3.connect(":memory:" if file is None else file, isolation_level=None)
    db.execute("PRAGMA temp_store=MEMORY")
    if read_only:
        db.execute("PRAGMA query_only=ON")
    return db
