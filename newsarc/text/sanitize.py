"""Archive text → text that no terminal and no line-based reader takes for anything but text."""

from __future__ import annotations

import re

# C0 and C1 controls, marks that reorder or hide text, line separators, tags, and bytes that were no UTF-8. The joiners
# U+200C and U+200D stay: scripts and emoji need them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f-\x9f]+\Z", re.IGNORECASE)
# The wide ones too: spreadsheets take them for the same, where input methods write them.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def visible(text: str) -> str:
    """Return ``text`` with each unsafe character replaced by one that shows it: ESC as ``␛``, U+202E as
    ``⟨U+202E⟩``.
    """
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_symbol, text)


def visible_lines(text: str) -> str:
    """Return ``text`` made visible line by line: its line ends and tabs stay."""
    return "\n".join("\t".join(visible(part) for part in line.split("\t")) for line in text.split("\n"))


def web_address(url: str) -> str | None:
    """Return ``url`` where a terminal may make a hyperlink of it, else None."""
    return url if _WEB_ADDRESS.match(url) and visible(url) == url else None


def csv_cell(text: str) -> str:
    """Return ``text`` such that no spreadsheet takes it for a formula: an apostrophe goes before ``=``, ``+``,
    ``-``, ``@``, wide or not.
    """
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def json_text(document: str) -> str:
    """Return a JSON document with unsafe characters written as escapes, which leaves its meaning as it is."""
    return document if document.isascii() and "\x7f" not in document else _UNSAFE.sub(_json_escape, document)


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"⟨U+{code:04X}⟩"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return match[0]  # between tokens: inside strings the encoder has escaped it already
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
