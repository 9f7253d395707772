"""Decoding of HTML entities."""

from __future__ import annotations

import re

_ENDLESS_NUMBER = re.compile(r"&#[0-9]{500,};?")


def decode_entities(written: str) -> str:
    """Return ``written`` with its HTML entities decoded; invalid character references become U+FFFD."""
    import html  # lazy, because most pages have no entities

    try:
        return html.unescape(written)
    except ValueError:  # int() rejects more than 4300 digits
        return html.unescape(_ENDLESS_NUMBER.sub("\ufffd", written))
