"""Values of the configuration files of generators. These are read, never run; anything unexpected counts as missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from newsarc.parser.front_matter import block_values

Read = Callable[[str], str | None]  # the text of a file of the site; None without it

_PYTHON_TEXT = r"""(?m)^{name}[ \t]*=[ \t]*[ubr]?(?:"([^"\n]*)"|'([^'\n]*)')"""
_MAX_OPTIONS = 4000  # characters of an object in a program


def loaded(name: str, text: str | None) -> Mapping[str, Any]:
    """Return the document of a configuration file; an empty one if it is missing or invalid."""
    if text is None:
        return {}
    if not name.endswith((".toml", ".json")):
        return yaml_mapping(text)
    import tomllib

    try:
        return mapping(tomllib.loads(text) if name.endswith(".toml") else json.loads(text))
    except (ValueError, RecursionError):
        return {}


def yaml_mapping(text: str | None) -> Mapping[str, Any]:
    """Return a YAML document; an empty one if it is missing or no mapping. All scalars are text."""
    lines = [line for line in (text or "").replace("\r\n", "\n").split("\n") if line.rstrip() not in ("---", "...")]
    found = block_values(["---", *lines, "---"])
    return found[0] if found is not None else {}


def lowered(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with its keys in lower case."""
    return {key.lower(): value for key, value in config.items()}


def python_text(text: str, name: str) -> str:
    """Return the value of an assignment of a text in a Python file; empty without one."""
    found = re.search(_PYTHON_TEXT.replace("{name}", name), text)
    return "" if found is None else found[1] or found[2] or ""


def script_options(text: str, name: str) -> str:
    """Return the object after ``name:`` in a JavaScript file, without nested objects; empty without one."""
    found = re.search(rf"""["']?\b{re.escape(name)}["']?\s*[:,]\s*\{{""", text)
    if found is None:
        return ""
    depth, kept = 1, []
    for char in text[found.end() : found.end() + _MAX_OPTIONS]:
        depth += (char == "{") - (char == "}")
        if depth == 0:
            break
        if depth == 1:
            kept.append(char)
    return "".join(kept)


def script_text(text: str, name: str) -> str | None:
    """Return the first value ``name: "…"`` in a JavaScript file; None without one."""
    found = re.search(
        rf"""(?<![\w/"'])["']?{re.escape(name)}["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|`([^`$\n]*)`)""", text
    )
    return None if found is None else next((value for value in found.groups() if value is not None), "")


def sites(url: object) -> tuple[str, ...]:
    """Return the URL of a site, if it is one."""
    written = plain(url)
    return (written,) if written.startswith(("http://", "https://", "//")) else ()


def mapping(value: object) -> Mapping[str, Any]:
    """Return ``value`` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def plain(value: object) -> str:
    """Return a text or a truth value as text; empty for anything else."""
    return value.strip() if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else ""
