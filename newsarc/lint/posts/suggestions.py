"""Suggestions for the posts that broken links of a site meant.

Posts are rescheduled and renamed, and links keep the old date or the old words; a few have stray characters. Each
suggestion states its reason. It is *certain*, and fixed without ``--unsafe-fixes``, only if the link needs nothing but
characters taken away or a slash put before it, or if git reports a rename without other changes. A link whose text is
the headline of another post is never certain.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsarc.layout.addresses import read_post
from newsarc.layout.link_keys import link_keys, link_path, post_keys
from newsarc.lint.changes import Changes
from newsarc.lint.finding import Suggestion
from newsarc.lint.posts.post_table import PostRecord, PostTable
from newsarc.lint.posts.unresolved_links import UnresolvedLink
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import display, fold

if TYPE_CHECKING:
    from newsarc.layout.presets import Layout

# As for events in day folders: newsarc.lint.dead_links.suggestions.
_MIN_SIMILARITY = 80.0
_MIN_LEAD = 5.0
_MIN_SIMILARITY_ELSEWHERE = 92.0  # of a slug on another day
_NEAR_DAYS = 7
_SEASON = 60  # days: a headline that comes back later is that of another post
_MAX_SEARCHES = 1000  # in the whole site, in one run: each takes time in proportion to the number of posts
_DATE = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|\Z)", re.ASCII)
_DATED_NAME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-(?=.)", re.ASCII)
_STRAY = re.compile(r"[\s>)\]\"',;.]+/?\Z|(?:\.(?:md|markdown|mdx|html?))/?\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_COPY = re.compile(r"-\d\Z")  # WordPress puts it behind a slug that is taken


class PostSuggester:
    """Suggests the posts that broken links meant, based on all posts and on renames in git."""

    def __init__(self, posts: PostTable, layout: Layout, changes: Changes | None = None) -> None:
        self.posts = posts
        self.layout = layout
        self._unedited = changes.unedited if changes is not None else frozenset()
        self._searches = 0
        self._last_linked: tuple[str, frozenset[str]] = ("", frozenset())
        self._renamed: dict[str, tuple[str, str]] = {}  # keys of the old path → old and new path
        for old, new in (changes.renamed if changes is not None else {}).items():
            post = read_post(old, {}, layout)
            for key in post_keys(post) if post is not None else ():
                self._renamed.setdefault(key, (old, new))

    def suggest(self, link: UnresolvedLink) -> Suggestion | None:
        """Return the post that a broken link probably meant, or None."""
        found = self._renamed_in_git(link) or self._own_page(link) or self._by_characters(link) or self._by_words(link)
        if found is None:
            return None
        words = strip_punctuation(fold(display(link.link.label)))
        others = self.posts.by_headline.get(words, ()) if words else ()
        is_of_another = bool(others) and all(other.path != found.path for other in others)
        return found._replace(certain=False) if is_of_another else found

    def _renamed_in_git(self, link: UnresolvedLink) -> Suggestion | None:
        for key in link.meaning.keys:
            old, new = self._renamed.get(key, ("", ""))
            if any(post.path == new for post in self.posts.posts):
                return Suggestion(new, "renamed in git", old in self._unedited)
        return None

    def _own_page(self, link: UnresolvedLink) -> Suggestion | None:
        """Suggest the page itself for a link to the file that its address was before it became a folder."""
        post = link.parsed.post
        name = post.address.rstrip("/").rpartition("/")[2]
        is_own = link_path(link.link.target) == f"{name}.html"
        return Suggestion(post.path, "the page itself", certain=True) if is_own else None

    def _by_characters(self, link: UnresolvedLink) -> Suggestion | None:
        """Suggest the post that the link leads to without its last characters, or with a slash before it."""
        path = link_path(link.link.target)
        for written, reason in (
            (_STRAY.sub("", path), "stray characters at the end"),
            (f"/{path}", "no slash at the beginning"),
            (f"/{_STRAY.sub('', path)}", "no slash at the beginning"),
        ):
            meaning = link_keys(written, link.parsed.post, self.layout)
            if written != path and meaning.wanted is not None and (post := self.posts.reached(meaning.keys)):
                return Suggestion(post.path, reason, certain=True)
        return None

    def _by_words(self, link: UnresolvedLink) -> Suggestion | None:
        path = _STRAY.sub("", link_path(link.link.target)).rstrip("/")
        slug, date = _slug(path), _date(path)
        words = strip_punctuation(fold(display(link.link.label)))
        same = self._with_slug(slug)
        near = [post for post in same if date is not None and _is_within(_NEAR_DAYS, post, date)]
        if len(near) == 1:
            return Suggestion(near[0].path, _difference(near[0], slug, date), False)
        linked = self._linked(link)
        labelled = [
            post
            for post in (self.posts.by_headline.get(words, ()) if words else ())
            if post.path not in linked and (date is None or _is_within(_SEASON, post, date))
        ]
        if len(labelled) == 1:
            is_same_day = date is not None and labelled[0].date == date
            return Suggestion(labelled[0].path, "same day, same headline" if is_same_day else "same headline", False)
        others = [post for post in same if post.path != link.page]  # the same slug says more than another link
        if len(others) == 1:
            return Suggestion(others[0].path, _difference(others[0], slug, date), False)
        return self._by_similarity(slug, date, words, linked)

    def _linked(self, link: UnresolvedLink) -> frozenset[str]:
        """Return the paths of the page and of the posts that its other links lead to: it does not mean these twice."""
        post = link.parsed.post
        if self._last_linked[0] != post.path:
            meanings = (link_keys(one.target, post, self.layout) for one in link.parsed.event.links)
            reached = (self.posts.reached(meaning.keys) for meaning in meanings if meaning.keys)
            self._last_linked = post.path, frozenset((post.path, *(one.path for one in reached if one is not None)))
        return self._last_linked[1]

    def _with_slug(self, slug: str) -> Sequence[PostRecord]:
        slug = slug.lower()
        return self.posts.by_slug.get(slug) or self.posts.by_slug.get(_COPY.sub("", slug), ())

    def _by_similarity(self, slug: str, date: dt.date | None, words: str, linked: frozenset[str]) -> Suggestion | None:
        of_day = self.posts.by_date.get(date, ()) if date is not None else ()
        best = _most_similar(slug, words, of_day, _MIN_SIMILARITY)
        if best is not None:
            return Suggestion(best.path, "same day, words changed", False) if best.path not in linked else None
        if self._searches >= _MAX_SEARCHES:
            return None
        self._searches += 1
        best = _most_similar(slug, "", self.posts.posts, _MIN_SIMILARITY_ELSEWHERE)
        if best is None or best.path in linked:
            return None
        return Suggestion(best.path, "words changed" if date is None else "another day, words changed", False)


def _most_similar(slug: str, words: str, posts: Sequence[PostRecord], least: float) -> PostRecord | None:
    """Return the post whose slug or headline is most similar, if it is well ahead of the others."""
    from rapidfuzz import fuzz, process

    scores: dict[int, float] = {}
    slugs, headlines = [post.slug.lower() for post in posts], [post.words for post in posts]
    for text, names in ((slug.lower(), slugs), (strip_punctuation(fold(slug)), headlines), (words, headlines)):
        similar = process.extract(text, names, scorer=fuzz.ratio, score_cutoff=least - _MIN_LEAD, limit=9)
        for _, score, at in similar if text else ():
            scores[at] = max(score, scores.get(at, 0.0))
    ranked = sorted(((score, at) for at, score in scores.items()), reverse=True)
    if not ranked or ranked[0][0] < least or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _MIN_LEAD):
        return None
    best = posts[ranked[0][1]]
    # Versions, parts and years tell the posts of a series apart.
    is_same_part = _NUMBER.findall(slug) in (_NUMBER.findall(best.slug), _NUMBER.findall(best.words))
    return best if is_same_part else None


def _difference(post: PostRecord, slug: str, date: dt.date | None) -> str:
    """Return how a link with this slug and date differs from the address of ``post``."""
    is_same = post.slug.lower() == slug.lower()
    same = "same slug" if is_same else f"same slug without {slug[-2:]}"
    if date is None or post.date != date:
        return f"{same} on another day" if date is not None else same
    return "same day and slug, another folder" if is_same else f"same day, {same}"


def _is_within(days: int, post: PostRecord, date: dt.date) -> bool:
    return post.date is not None and abs((post.date - date).days) <= days


def _slug(path: str) -> str:
    return _DATED_NAME.sub("", path.rpartition("/")[2])


def _date(path: str) -> dt.date | None:
    for found in _DATE.finditer(path):
        try:
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    return None
