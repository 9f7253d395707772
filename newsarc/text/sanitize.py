"""Escaping of archive text for terminals, line-based formats, spreadsheets and JSON."""

from __future__ import annotations

import re

# C0 and C1 controls, characters that reorder or hide text, line separators, tags, and lone surrogates (invalid UTF-8).
# Without the joiners U+200C and U+200D, which scripts and emoji need.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f-\x9f]+\Z", re.IGNORECASE)
# Spreadsheets also accept the full-width forms, which input methods produce.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def visible(text: str) -> str:
    """Return ``text`` with unsafe characters made visible: ESC as ``␛``, U+202E as ``⟨U+202E⟩``."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_symbol, text)


def visible_lines(text: str) -> str:
    """Return ``text`` with unsafe characters made visible, except line ends and tabs."""
    return "\n".join("\t".join(visible(part) for part in line.split("\t")) for line in text.split("\n"))


def web_address(url: str) -> str | None:
    """Return ``url`` if it is safe as a hyperlink, else None."""
    return url if _WEB_ADDRESS.match(url) and visible(url) == url else None


def csv_cell(text: str) -> str:
    """Return ``text`` with unsafe characters made visible, and with an apostrophe before it if spreadsheets would
    interpret it as a formula.
    """
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def json_text(document: str) -> str:
    """Return a JSON document with unsafe characters escaped, which does not change its meaning."""
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
        return match[0]  # white space between tokens; in strings it is already escaped
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
