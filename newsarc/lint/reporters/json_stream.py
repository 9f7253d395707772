"""Streaming of JSON documents that end in a long list, one item per line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from newsarc.text.sanitize import json_text


def stream_items(document: dict[str, Any] | list[Any], items: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield ``document`` as JSON, with ``items`` in its last list, which must be empty.

    Each item is yielded as soon as it is available, on one line: indenting items would be much slower.
    """
    before, _, behind = json.dumps(document, ensure_ascii=False, indent=1).rpartition("[]")
    depth = len(behind) - len(behind.lstrip("\n "))
    yield json_text(f"{before}[")
    separator = ""
    for item in items:
        yield f"{separator}\n {' ' * depth}{json_text(json.dumps(item, ensure_ascii=False))}"
        separator = ","
    closing = "\n" + " " * depth if separator else ""
    yield json_text(f"{closing}]{behind}\n")
