"""Values as TOML writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def toml(value: Any) -> str:
    """Return ``value`` as TOML, on one line: a string, number or date, or a list or mapping of such."""
    if isinstance(value, str):
        # A string of JSON is one of TOML, but for one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml(key)} = {toml(part)}" for key, part in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(toml, value))}]"
    return str(value)
