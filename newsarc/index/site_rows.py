"""Rows of a site of posts that depend on all of its posts.

A link to an address of the site leads to a post or to some other page, and a topic that all posts have tells nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from newsarc.index.schema import LINK_BITS

# Of links to the same post, the first one. A target is negative if it may also be another page of the site.
_LINKS = f"""
    INSERT INTO link SELECT id, target, contexts, label FROM (
      SELECT written_link.*, destination.page AS page,
        row_number() OVER (PARTITION BY id >> {LINK_BITS}, destination.page ORDER BY id) AS place
      FROM written_link LEFT JOIN destination ON destination.target = written_link.target)
    WHERE CASE WHEN page IS NULL THEN target > 0 ELSE place = 1 AND page <> id >> {LINK_BITS} END"""
_FIRST_POSTS = """
    INSERT OR IGNORE INTO destination SELECT post_key.number, post_key.page, 1 FROM post_key
    JOIN page ON page.id = post_key.page JOIN folder ON folder.id = page.folder"""
_IS_WANTED = "WHERE post_key.number IN (SELECT value FROM json_each(:numbers))"
_COMMON = """
    SELECT name FROM written_topic GROUP BY name
    HAVING count(DISTINCT event) = (SELECT count(*) FROM event) AND count(DISTINCT event) > 1"""


def make_destinations(db: sqlite3.Connection, numbers: Iterable[int] | None = None) -> None:
    """Make the rows that lead from keys to posts, for the keys with these ``numbers`` (None: all)."""
    wanted, values = "", {}
    if numbers is not None:
        wanted, values = _IS_WANTED, {"numbers": json.dumps(list(numbers))}
        db.execute(
            "DELETE FROM destination WHERE is_path AND target IN (SELECT value FROM json_each(:numbers))", values
        )
    db.execute(f"{_FIRST_POSTS} {wanted} ORDER BY folder.path, page.name", values)


def make_links(db: sqlite3.Connection) -> None:
    """Make the rows of links to posts, without links of a post to itself and second links, and count them."""
    db.execute("DELETE FROM link")
    db.execute(_LINKS)
    links = f"link.id BETWEEN event.id << {LINK_BITS} AND (event.id + 1 << {LINK_BITS}) - 1"
    db.execute(f"UPDATE event SET related = (SELECT count(*) FROM link WHERE {links})")


def make_topics(db: sqlite3.Connection) -> list[str]:
    """Make the rows of topics, without those that all posts have. Return these."""
    common = [text for (text,) in db.execute(f"SELECT text FROM name WHERE id IN ({_COMMON}) ORDER BY text")]
    db.execute("DELETE FROM topic")
    db.execute(f"INSERT INTO topic SELECT * FROM written_topic WHERE name NOT IN ({_COMMON})")
    return common
