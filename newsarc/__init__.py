"""newsarc: query and validate a Markdown news archive.

The names in ``__all__`` are the public API. Start with :class:`Archive`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from newsarc.__about__ import __version__

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.lint import Finding, lint
    from newsarc.model import Event, RelatedLink, Source
    from newsarc.parser import parse_event

_HOMES = {
    "Archive": "newsarc.api",
    "Event": "newsarc.model",
    "Finding": "newsarc.lint",
    "RelatedLink": "newsarc.model",
    "Source": "newsarc.model",
    "lint": "newsarc.lint",
    "parse_event": "newsarc.parser",
}

__all__ = ["Archive", "Event", "Finding", "RelatedLink", "Source", "__version__", "lint", "parse_event"]


def __getattr__(name: str) -> Any:
    # Lazy, so that each command imports only what it uses.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
