"""Patterns of paths and addresses: ``_posts/{year}-{month}-{day}-{slug}.{md,markdown}``.

Placeholders are ``{year}``, ``{month}``, ``{day}``, ``{slug}``, ``{lang}`` and ``{section}`` (one or more folders), and
in addresses those of :mod:`newsarc.layout.date_placeholders`.
``*`` matches a part of one name, ``**/`` any number of folders, ``{md,markdown}`` one of several texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from newsarc.layout.date_placeholders import DATE_PLACEHOLDERS

_TOKEN = re.compile(r"\{([^{}]*)\}|\*\*/|\*|[^{}*]+|[{}]")
_PLACEHOLDERS = {
    "year": r"\d{4}",
    "month": r"\d{1,2}",
    "day": r"\d{1,2}",
    "slug": r"[^/]+",
    "lang": r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?",
    "section": r"[^/]+(?:/[^/]+)*",
}
_ALL_PLACEHOLDERS = _PLACEHOLDERS | DATE_PLACEHOLDERS
_MAX_PATTERN = 500  # characters
_MAX_OPEN = 4  # parts of a pattern that match text of any length: each multiplies the time of a mismatch
_MAX_PATH = 4096  # characters of a path; longer ones match nothing
_TRAIL = re.compile(r"(?:/index\.html?|\.html?)\Z", re.IGNORECASE)


class PatternError(ValueError):
    """An invalid pattern. The message says what is wrong with it."""


class PathPattern:
    """A compiled pattern. ``names`` are its placeholders."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: frozenset[str] = frozenset()
        self._tokens: list[tuple[str, str]] = []  # as written, and as a regular expression
        self._regex = re.compile(self._translated(text), re.ASCII)

    def _translated(self, text: str) -> str:
        if len(text) > _MAX_PATTERN:
            raise PatternError(f"longer than {_MAX_PATTERN} characters")
        parts = self._tokens
        names: set[str] = set()
        open_parts = 0
        for token in _TOKEN.finditer(text):
            name = token[1]
            if token[0] in ("**/", "*"):
                parts.append((token[0], "(?:[^/]+/)*" if token[0] == "**/" else "[^/]*"))
                open_parts += 1
            elif name in _ALL_PLACEHOLDERS:
                again = name in names
                parts.append((token[0], f"(?P={name})" if again else f"(?P<{name}>{_ALL_PLACEHOLDERS[name]})"))
                names.add(name)
                open_parts += name in ("slug", "section")
            elif name is not None and "," in name:
                parts.append((token[0], f"(?:{'|'.join(map(re.escape, name.split(',')))})"))
            elif token[0][0] in "{}":
                known = ", ".join(f"{{{known}}}" for known in _PLACEHOLDERS)
                raise PatternError(f"{token[0]} is not a placeholder; known ones: {known}")
            else:
                parts.append((token[0], re.escape(token[0])))
        if open_parts > _MAX_OPEN:
            raise PatternError(f"more than {_MAX_OPEN} parts of any length (*, **/, {{slug}}, {{section}})")
        self.names = frozenset(names)
        return "".join(part for _, part in parts)

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values of the placeholders in ``path``, or None if the pattern does not match."""
        if len(path) > _MAX_PATH:
            return None
        found = self._regex.fullmatch(path)
        return None if found is None else found.groupdict()

    @cached_property
    def folder(self) -> str:
        """The folder before the first placeholder or wildcard: ``content/news``; empty for the root."""
        return re.split(r"[*{]", self.text, maxsplit=1)[0].rpartition("/")[0]

    @property
    def has_date(self) -> bool:
        """Whether the pattern has a year."""
        return not self.names.isdisjoint(("year", "short_year", "w_year"))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the pattern with ``values`` in place of its placeholders. Empty folders are left out."""
        filled = _TOKEN.sub(lambda token: token[0] if token[1] is None else values.get(token[1], ""), self.text)
        return re.sub("/{2,}", "/", filled)

    def new_path(self, values: Mapping[str, str], like: str = "") -> str:
        """Return a path that the pattern matches, with ``values`` in place of its placeholders.

        ``like`` is a path that it matches: all other parts are taken from it. Without one, they are as short as
        possible.
        """
        parts = [f"(?P<part{number}>{part})" for number, (_, part) in enumerate(self._tokens)]
        found = re.fullmatch("".join(parts), like, re.ASCII)
        made = ""
        for number, (token, _) in enumerate(self._tokens):
            name = token[1:-1] if token[0] == "{" else ""
            if name in values:
                made += values[name]
            elif found is not None:
                made += found[f"part{number}"]
            elif token not in ("**/", "*") and name not in _ALL_PLACEHOLDERS:
                made += name.split(",")[0] if name else token
        return re.sub("/{2,}", "/", made).lstrip("/")


@lru_cache(maxsize=64)
def path_pattern(text: str) -> PathPattern:
    """Return the compiled pattern. Raises PatternError."""
    return PathPattern(text)


def normal_address(address: str) -> str:
    """Return an address without what servers ignore: a trailing ``/``, ``index.html`` or ``.html``."""
    return _TRAIL.sub("", f"/{address.strip('/')}") or "/"
