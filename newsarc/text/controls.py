"""Harmful characters: those that control a terminal, reorder text or hide parts of it."""

from __future__ import annotations

import re
from functools import lru_cache

# C0 and C1 controls except tab and line ends, line separators, bidirectional embeddings, overrides and isolates,
# zero-width characters, tags, and annotation marks. U+200B, U+2060 and U+FEFF are included, because names that differ
# only in one of them look the same, but sort differently and are not found.
# Not included: the joiners U+200C and U+200D, which scripts and emoji need; the marks U+200E, U+200F and U+061C, which
# affect only neutral neighbours and are common in Arabic and Hebrew text; the soft hyphen.
_HARMFUL = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
CONTROL = re.compile(f"[{_HARMFUL}]|\r(?!\n|\\Z)")
_UNCLEAN = re.compile(f"[{_HARMFUL}\r\ud800-\udfff]")
ENTITY = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});")
_ASCII_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})


def is_clean(text: str) -> bool:
    """Whether ``text`` is valid Unicode without harmful characters (raw or as entities) or carriage returns."""
    # Much faster than a search for _UNCLEAN alone.
    if text.isascii():
        data = text.encode()
        is_clean = len(data.translate(None, _ASCII_CONTROLS)) == len(data)
    else:
        is_clean = text.replace("\n", "").isprintable() or not _UNCLEAN.search(text)
    return is_clean and ("&" not in text or not any(map(is_control_entity, set(ENTITY.findall(text)))))


@lru_cache(maxsize=1024)
def is_control_entity(entity: str) -> bool:
    """Whether ``entity``, a match of ENTITY, represents a harmful character."""
    char = entity_char(entity)
    return char is not None and CONTROL.match(f"{char} ") is not None and char != "\r"


def entity_char(entity: str) -> str | None:
    """Return the text of ``entity`` in Markdown, which keeps controls, unlike browsers; None for an unknown entity."""
    if not entity.startswith("&#"):
        from html.entities import html5  # lazy, because most pages have no named entities

        return html5.get(entity[1:])
    digits = entity[2:-1]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
