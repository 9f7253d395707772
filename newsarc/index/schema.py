"""The tables of the index."""

SCHEMA = """
CREATE TABLE event (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, slug TEXT NOT NULL, day TEXT, headline TEXT NOT NULL, summary TEXT,
  sources INTEGER NOT NULL, related INTEGER NOT NULL, broken INTEGER NOT NULL);
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL, folded TEXT NOT NULL);
-- position: NULL for a topic that only the rest of the archive shows the headline's beginning to be
CREATE TABLE topic (event INTEGER NOT NULL, name INTEGER NOT NULL, position INTEGER);
CREATE TABLE context (event INTEGER NOT NULL, name INTEGER NOT NULL);
CREATE TABLE source (event INTEGER NOT NULL, label INTEGER NOT NULL, host TEXT NOT NULL);
-- contexts: the ids of the names with a comma before, between and behind them (",12,7,"), or empty
CREATE TABLE link (event INTEGER NOT NULL, target INTEGER NOT NULL, contexts TEXT NOT NULL);
-- former slugs, from Changes and from front matter's aliases
CREATE TABLE alias (slug TEXT NOT NULL, event INTEGER NOT NULL);
CREATE TABLE day_page (path TEXT NOT NULL, day TEXT);
"""
INDEXES = """
CREATE INDEX event_day ON event (day);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX topic_name ON topic (name, event);
CREATE INDEX topic_event ON topic (event);
CREATE INDEX context_name ON context (name, event);
CREATE INDEX context_event ON context (event);
CREATE INDEX source_event ON source (event);
CREATE INDEX alias_slug ON alias (slug);
CREATE INDEX link_target ON link (target);
"""
TEXT = """
CREATE VIRTUAL TABLE text USING fts5(
  headline, topics, contexts, summary, sources, content='', tokenize='unicode61 remove_diacritics 0')
"""
