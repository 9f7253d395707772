"""HTML entities in archive text."""

from __future__ import annotations

import re

_ENDLESS_NUMBER = re.compile(r"&#[0-9]{500,};?")


def decode_entities(written: str) -> str:
    """Return ``written`` with its HTML entities decoded; one that stands for no character becomes U+FFFD."""
    import html  # 2 ms, which a day without entities is shown without

    try:
        return html.unescape(written)
    except ValueError:  # Python makes no number of more than 4300 digits
        return html.unescape(_ENDLESS_NUMBER.sub("\ufffd", written))
