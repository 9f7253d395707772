"""Citations: the web addresses that events cite, and how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from newsarc.model import Event
from newsarc.sources.web_addresses import web_address

_MAX_TEXTS = 20  # headlines of one address; a front page may be cited by thousands of events


class Citation(NamedTuple):
    """How events cite an address: their headlines, and the labels of the source."""

    headlines: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def citations_in(events: Iterable[Event]) -> dict[str, Citation]:
    """Return the addresses that are sources of ``events``, in this order. Cover images and other URLs are left out."""
    found: dict[str, Citation] = {}
    for event in events:
        for source in event.sources:
            address = None if source.is_cover_image else web_address(source.url)
            if address is None:
                continue
            known = found.get(address, Citation())
            found[address] = Citation(
                _with(known.headlines, event.headline),
                _with(known.labels, source.text),
            )
    return found


def _with(texts: tuple[str, ...], text: str) -> tuple[str, ...]:
    return texts if text in texts or len(texts) >= _MAX_TEXTS else (*texts, text)
