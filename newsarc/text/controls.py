"""Characters that no text needs: they control a terminal, reorder text or hide some of it."""

from __future__ import annotations

import re
from functools import lru_cache

# C0 and C1 controls but for tab and line ends, line separators, bidirectional embeddings, overrides and isolates,
# characters without width, tags, and the marks of annotations.
# Not here: the joiners U+200C and U+200D, which scripts and emoji need; the marks U+200E, U+200F and U+061C, which move
# nothing but neutral neighbours and come with Arabic and Hebrew quotations; the soft hyphen. The three invisible ones
# U+200B, U+2060 and U+FEFF are here: no page of the Chinese archive has one, and two names that differ in nothing but
# one of them look the same, sort apart and are not found by search.
_HARMFUL = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
CONTROL = re.compile(f"[{_HARMFUL}]|\r(?!\n|\\Z)")
_UNCLEAN = re.compile(f"[{_HARMFUL}\r\ud800-\udfff]")
ENTITY = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});")
_ASCII_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})


def is_clean(text: str) -> bool:
    """Whether ``text`` is Unicode without control characters, written as they are or as entities, and without carriage
    returns.
    """
    # A search of _UNCLEAN alone takes up to ten times as long.
    if text.isascii():
        data = text.encode()
        is_clean = len(data.translate(None, _ASCII_CONTROLS)) == len(data)
    else:
        is_clean = text.replace("\n", "").isprintable() or not _UNCLEAN.search(text)
    return is_clean and ("&" not in text or not any(map(is_control_entity, set(ENTITY.findall(text)))))


@lru_cache(maxsize=1024)
def is_control_entity(entity: str) -> bool:
    """Whether ``entity``, a match of ENTITY, stands for a control character."""
    char = entity_char(entity)
    return char is not None and CONTROL.match(f"{char} ") is not None and char != "\r"


def entity_char(entity: str) -> str | None:
    """Return what stands for ``entity`` in Markdown (which, unlike browsers, keeps controls); None where it is none."""
    if not entity.startswith("&#"):
        from html.entities import html5  # 3 ms, which pages without named entities are read without

        return html5.get(entity[1:])
    digits = entity[2:-1]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
