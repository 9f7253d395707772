"""Formatting of values as TOML, and the lines of the keys of a document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# Strings, comments, line breaks, punctuation, bare keys. An unterminated string ends with the text.
_TOKEN = re.compile(
    r'"""(?:\\.?|[^\\])*?(?:"{3,5}|\Z)'
    r"|'{3}.*?(?:'{3,5}|\Z)"
    r'|"(?:\\.?|[^"\\\n])*"?'
    r"|'[^'\n]*'?|\#[^\n]*|\n|[][{}=]|[A-Za-z0-9_-]+",
    re.DOTALL,
)


def toml(value: Any) -> str:
    """Return ``value``, a string, number, truth value or date, or a list or mapping of these, as TOML on one line."""
    if isinstance(value, str):
        # JSON strings are valid in TOML, except for DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml(key)} = {toml(part)}" for key, part in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(toml, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of each table and each key of a valid TOML document, by its full name.

    The keys of inline tables are not listed.
    """
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    name: list[str] = []
    number, depth, is_key, is_header = 1, 0, True, False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n" and depth == 0:  # the next statement
            name, is_key, is_header = [], True, False
        elif not is_key:
            # Not below 0: the second bracket that ends [[table]] was never counted.
            depth = max(0, depth + (token in "[{") - (token in "]}"))
        elif token == "[":
            is_header = True
        elif token in ("=", "]"):
            full = tuple(name) if is_header else (*table, *name)
            lines.setdefault(full, number)
            table, is_key = full if is_header else table, False
        elif token[0] not in "#{}\n":
            name.append(_key(token))
        number += token.count("\n")
    return lines


def _key(token: str) -> str:
    """Return a key without quotes and escapes."""
    import tomllib

    if token[0] not in "\"'":
        return token
    try:
        return str(tomllib.loads(f"key = {token}")["key"])
    except ValueError:  # not valid TOML
        return token
