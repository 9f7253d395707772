"""A former slug in the front matter of a page, in the form that the front matter has."""

from __future__ import annotations

import json
import re

from newsarc.model import FrontMatter

_BOM = "\ufeff"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*[a-z_-][a-z0-9_-]*\Z")  # YAML reads nothing but a string in it
_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def with_alias(text: str, front: FrontMatter | None, alias: str, name: str = "aliases") -> str | None:
    """Return ``text`` with ``alias`` in the key ``name`` of its front matter, which is added if ``text`` has none.

    Returns None if the existing aliases are in a form that cannot be extended line by line.
    """
    end = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    if front is None:
        bom = _BOM if text.startswith(_BOM) else ""
        body = text.removeprefix(_BOM)
        return f"{bom}---{end}{name}: [{_yaml(alias)}]{end}---{end}{body}"
    lines = text.split("\n")
    if lines[front.line - 1].lstrip(f"{_BOM} \t").startswith("{"):
        return None  # JSON
    key = next((key for key in front.keys if key.name == name), None)
    carriage = "\r" if end == "\r\n" else ""
    if key is None:
        line = f"{name} = [{json.dumps(alias, ensure_ascii=False)}]" if front.is_toml else f"{name}: [{_yaml(alias)}]"
        at = front.line if front.is_toml else front.end_line - 1  # in TOML, keys after a table belong to it
        lines.insert(at, line + carriage)
        return "\n".join(lines)
    at = key.line - 1
    value = json.dumps(alias, ensure_ascii=False) if front.is_toml else _yaml(alias)
    written = lines[at].rstrip("\r")
    if match := re.match(r"(.*[:=][ \t]*\[)(.*)(\][ \t]*(?:#.*)?)\Z", written):
        inside = match[2].strip().rstrip(",")
        lines[at] = f"{match[1]}{inside}{', ' if inside else ''}{value}{match[3]}{carriage}"
        return "\n".join(lines)
    if front.is_toml and re.match(r"[^=]*=[ \t]*\[[ \t]*\Z", written) and at + 1 < front.end_line - 1:
        below = lines[at + 1]
        lines.insert(at + 1, f"{below[: len(below) - len(below.lstrip())]}{value},{carriage}")
        return "\n".join(lines)
    if front.is_toml or not re.match(r"[^:]*:[ \t]*(?:#.*)?\Z", written):
        return _with_single(lines, at, value, carriage) if not front.is_toml else None
    last = at
    item = re.compile(r"([ \t]*)- ")
    indent = ""
    while last + 1 < front.end_line - 1 and (match := item.match(lines[last + 1])):
        last, indent = last + 1, match[1]
    if last == at:
        return None
    lines.insert(last + 1, f"{indent}- {value}{carriage}")
    return "\n".join(lines)


def _with_single(lines: list[str], at: int, value: str, carriage: str) -> str | None:
    """Make a list of the one alias that ``aliases: name`` gives."""
    match = re.match(r"([^:]*:[ \t]*)([^\s\[{&*!|>#%@`'\"][^#:]*?)[ \t]*\Z", lines[at].rstrip("\r"))
    if match is None:
        return None
    lines[at] = f"{match[1]}[{match[2]}, {value}]{carriage}"
    return "\n".join(lines)


def _yaml(text: str) -> str:
    return text if _PLAIN.match(text) and text not in _RESERVED else json.dumps(text, ensure_ascii=False)
