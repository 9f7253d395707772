"""Where the event went that a dead link meant.

Files are renamed with their headlines, within their day folder (FORMAT: "How links die"), so only the events of that
day come into question. What is found is named with its reason; a deleted event gets no guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from newsarc.links import canonical
from newsarc.lint.finding import Suggestion
from newsarc.model import Event, RelatedLink
from newsarc.text import fold

if TYPE_CHECKING:
    from newsarc.archive import Archive

# How alike two slugs must be, in percent, to be two wordings of one headline, and by how much the best must lead.
_ALIKE = 85.0
_LEAD = 5.0
# What of a slug must be the same behind its topic: less than this could be two different events on the topic.
_MIN_SHARED = 24


def where_it_went(link: RelatedLink, page: str, archive: Archive) -> Suggestion | None:
    """Return the event that the dead ``link`` of ``page`` probably meant, or None where there is no telling.

    Certain is only what a page itself says: the dead slug is a former slug of one event of that day, or the label is
    the headline of one.
    """
    path = canonical(link.target, page, archive.config.site_prefix)
    if path is None:
        return None
    folder, _, name = path.rpartition("/")
    slug = name.removesuffix(".md")
    events = archive.events_in_folder(folder)
    tests: Sequence[tuple[Callable[[Event], bool], str, bool]] = (
        (lambda event: slug in event.former_slugs, "a former slug of it", True),
        (
            lambda event: bool(event.headline) and fold(event.headline) == fold(link.text),
            "same day, same headline",
            True,
        ),
        (lambda event: _is_without_topic(slug, _slug(event)), "same day, topic prefix dropped", False),
        (lambda event: _is_without_topic(_slug(event), slug), "same day, topic prefix added", False),
    )
    for test, reason, certain in tests:
        found = [event for event in events if test(event)]
        if len(found) == 1:
            return Suggestion(found[0].path, reason, certain)
    return _most_alike(slug, events)


def _is_without_topic(longer: str, shorter: str) -> bool:
    """Whether ``shorter`` is what ``longer`` says behind a topic; a slug's end may be cut, and a stray ``p`` may
    stand between.
    """
    at = longer.find("-")
    while at >= 0 and len(longer) - at > _MIN_SHARED:
        rest = longer[at + 1 :]
        if shorter.startswith((rest, rest.removeprefix("p"))) or (
            len(shorter) >= _MIN_SHARED and rest.startswith(shorter)
        ):
            return True
        at = longer.find("-", at + 1)
    return False


def _most_alike(slug: str, events: Sequence[Event]) -> Suggestion | None:
    from rapidfuzz import fuzz

    ranked = sorted(((fuzz.ratio(slug, _slug(event)), event.path) for event in events), reverse=True)
    if not ranked or ranked[0][0] < _ALIKE or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _LEAD):
        return None
    return Suggestion(ranked[0][1], "same day, words changed", certain=False)


def _slug(event: Event) -> str:
    return event.path.rpartition("/")[2].removesuffix(".md")
