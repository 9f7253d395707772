"""Similarity between one event and others: shared names, shared headline words, and shared linked events.

Results are sets of event ids rather than rows, because some names are used by thousands of events.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsarc.index.full_text import phrase
from newsarc.index.schema import LINK_BITS
from newsarc.text.normalize import fold, without_surrogates
from newsarc.text.tokenizer import has_spaceless, word_spans

_DATE = re.compile(r"[\d年月日\W]+")  # 2017, 2019年, 6月16日: not the name of a story
_MAX_CHARACTERS = 1000  # characters of a headline or a summary that are used
_MAX_NAME_WORDS = 12  # in a name that is searched for in a text
_MIN_NAME_CHARACTERS = (2, 3)  # characters, in spaceless scripts and in others
_MAX_WORDS = 80  # in a headline
_ALWAYS_RARE = 200  # events: words that are not in more are always rare enough
_MIN_RARITY = 50  # ignore words that are in more than one headline in 50
_MIN_RARITY_TO_SEARCH = 20  # do not search texts for names that more than one event in 20 is tagged with
_LINKS_OF = f"id BETWEEN :wanted << {LINK_BITS} AND (:wanted + 1 << {LINK_BITS}) - 1"
_LISTS_WITH_NAME = "SELECT list FROM list_name WHERE name IN (SELECT id FROM name WHERE folded = :wanted)"
_TAGGED = f"""
    SELECT id >> {LINK_BITS} FROM link WHERE contexts IN ({_LISTS_WITH_NAME})
    UNION ALL SELECT event FROM entry WHERE contexts IN ({_LISTS_WITH_NAME}) AND event IN (SELECT id FROM event)
    UNION ALL SELECT event FROM topic WHERE name IN (SELECT id FROM name WHERE folded = :wanted)
    UNION ALL SELECT event FROM prefix WHERE name IN (SELECT id FROM name WHERE folded = :wanted)"""
_OWN_TAGS = f"""
    SELECT text, folded FROM name WHERE id IN (
      SELECT name FROM list_name WHERE list IN (
        SELECT contexts FROM link WHERE {_LINKS_OF} UNION SELECT contexts FROM entry WHERE event = :wanted)
      UNION SELECT name FROM topic WHERE event = :wanted)
    ORDER BY text"""
# A headline prefix is a name if another event has the same prefix, or is tagged with it.
_PREFIXES = """
    SELECT text, folded FROM prefix AS own JOIN name ON name.id = own.name WHERE own.event = :wanted AND (
      EXISTS (SELECT 1 FROM prefix WHERE prefix.name = own.name AND prefix.event != :wanted)
      OR name.folded IN (
        SELECT folded FROM name AS other WHERE other.folded = name.folded
        AND (other.id IN (SELECT name FROM list_name) OR other.id IN (SELECT name FROM topic))))"""
_KNOWN_NAMES = """
    SELECT min(text), folded FROM name WHERE folded IN (SELECT value FROM json_each(?))
    AND (EXISTS (SELECT 1 FROM list_name WHERE name = name.id) OR EXISTS (SELECT 1 FROM topic WHERE name = name.id))
    GROUP BY folded"""


@dataclass(frozen=True, slots=True)
class SharedName:
    """A name that an event shares with others.

    With ``is_tagged`` the event is tagged with it, as a topic or a context; without, its text mentions it.
    ``tagged`` are the other events that are tagged with the name, ``mentioning`` those that only mention it.
    """

    text: str
    is_tagged: bool
    tagged: frozenset[int]
    mentioning: frozenset[int]

    @property
    def events(self) -> int:
        """The number of events with the name, including the one that was queried."""
        return len(self.tagged) + len(self.mentioning) + 1


class SimilarityQuery:
    """Similarity queries for one event, given by its id. The full-text table must exist.

    ``total`` is the number of all events.
    """

    def __init__(self, db: sqlite3.Connection, event: int) -> None:
        self._db = db
        self.event = event
        self.total = int(db.execute("SELECT count(*) FROM event").fetchone()[0])

    def linked(self) -> set[int]:
        """Return the events that the event links to or is linked from."""
        return self._linked_events(self.event)

    def _linked_events(self, event: int) -> set[int]:
        query = f"""
            SELECT page FROM reached WHERE {_LINKS_OF}
            UNION SELECT event FROM reached WHERE page = :wanted"""
        return {other for (other,) in self._db.execute(query, {"wanted": event})} - {event}

    def shared_neighbours(self) -> dict[int, list[int]]:
        """Return the events that share linked events with this one.

        The values have one item for each linked event that both share: how many events that one is linked with.
        """
        found: dict[int, list[int]] = defaultdict(list)
        for between in self.linked():
            others = self._linked_events(between)
            for other in others - {self.event}:
                found[other].append(len(others))
        return found

    def names(self) -> list[SharedName]:
        """Return the names that the event shares with others, without dates."""
        own_tags: dict[str, str] = {}
        for query in (_OWN_TAGS, _PREFIXES):
            for text, folded in self._db.execute(query, {"wanted": self.event}):
                own_tags.setdefault(folded, text)
        names = {**self._mentioned(), **own_tags}
        found = (
            self._shared_name(text, folded, folded in own_tags)
            for folded, text in names.items()
            if not _DATE.fullmatch(folded)
        )
        return [name for name in found if name is not None]

    def _mentioned(self) -> dict[str, str]:
        """Return the known topics and contexts that the headline or the summary mentions: folded → as written."""
        parts = {part for text in self._own_text() for part in name_candidates(text)}
        return {folded: text for text, folded in self._db.execute(_KNOWN_NAMES, (json.dumps(sorted(parts)),))}

    def _own_text(self) -> tuple[str, str]:
        query = "SELECT headline, coalesce(summary, '') FROM event WHERE id = ?"
        headline, summary = self._db.execute(query, (self.event,)).fetchone()
        return headline[:_MAX_CHARACTERS], summary[:_MAX_CHARACTERS]

    def _shared_name(self, text: str, folded: str, is_tagged: bool) -> SharedName | None:
        tagged = {event for (event,) in self._db.execute(_TAGGED, {"wanted": folded})} - {self.event}
        mentioning: set[int] = set()
        if len(tagged) <= max(_ALWAYS_RARE, self.total // _MIN_RARITY_TO_SEARCH) and (plain := text.rstrip("*")):
            mentioning = self._full_text_matches(f"{{headline summary}} : {phrase(plain)}") - tagged
        if not tagged and not mentioning:
            return None
        return SharedName(text, is_tagged, frozenset(tagged), frozenset(mentioning))

    def words(self) -> dict[str, frozenset[int]]:
        """Return the rare words of the headline, with the other events that have them in their headlines.

        In spaceless scripts, each pair of adjacent characters is a word.
        """
        most = max(_ALWAYS_RARE, self.total // _MIN_RARITY)
        found: dict[str, frozenset[int]] = {}
        for word in headline_words(self._own_text()[0]):
            events = self._full_text_matches(f"headline : {phrase(word)}", most + 2)
            if len(events) <= most:
                found[word] = frozenset(events)
        return found

    def _full_text_matches(self, expression: str, limit: int = -1) -> set[int]:
        query = "SELECT rowid FROM text WHERE text MATCH ? LIMIT ?"
        return {event for (event,) in self._db.execute(query, (expression, limit))} - {self.event}

    def days(self, events: Iterable[int]) -> Mapping[int, str | None]:
        """Return the ISO dates that ``events`` are filed under, or None, by id."""
        query = "SELECT id, day FROM event WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(query, (json.dumps(list(events)),)))


def name_candidates(text: str) -> set[str]:
    """Return the word sequences in ``text`` that may be a name, folded, with the characters between the words."""
    folded = fold(without_surrogates(text))
    spans = list(word_spans(folded))
    found: set[str] = set()
    for at, (start, _) in enumerate(spans):
        for _, end in spans[at : at + _MAX_NAME_WORDS]:
            part = folded[start:end]
            if len(part) >= _MIN_NAME_CHARACTERS[part.isascii()]:
                found.add(part)
                if end < len(folded) and not folded[end].isspace():
                    found.add(folded[start : end + 1])  # Raqqa (2017), Washington, D.C.
    return found


def headline_words(headline: str) -> list[str]:
    """Return the words by which headlines are compared, without duplicates, up to a maximum number."""
    found: dict[str, None] = {}
    folded = fold(without_surrogates(headline))
    last: tuple[int, int] | None = None
    for start, end in word_spans(folded):
        word = folded[start:end]
        if has_spaceless(word):
            if last is not None and last[1] == start:
                found[folded[last[0] : end]] = None
            last = start, end
        else:
            found[word] = None
            last = None
    return list(found)[:_MAX_WORDS]
