"""Redirect tables: former addresses of pages, from ``_redirects`` files, ``redirects.json`` and aliases pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from newsarc.layout.path_patterns import normal_address

_MAX_STEPS = 10  # redirects to redirects


class Redirects:
    """Former addresses and where they lead. The first rule for an address counts."""

    def __init__(self, rules: Iterable[tuple[str, str]] = ()) -> None:
        self._exact: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        for old, new in rules:
            if old.endswith("*"):
                self._prefixes.setdefault(old[:-1], new)
            else:
                self._exact.setdefault(normal_address(old), new)

    def __repr__(self) -> str:
        return f"Redirects({[*self._exact.items(), *self._prefixes.items()]})"  # part of the key of the cache

    def __bool__(self) -> bool:
        return bool(self._exact or self._prefixes)

    def follow(self, address: str) -> str | None:
        """Return where ``address`` leads in the end, or None if no rule is about it."""
        found: str | None = None
        for _ in range(_MAX_STEPS):
            step = self._step(address)
            if step is None or step == address:
                break
            found = address = step
        return found

    def _step(self, address: str) -> str | None:
        exact = self._exact.get(normal_address(address))
        if exact is not None:
            return exact
        # A splat stands for whole folders, so only the ends of folders can be where one begins.
        at = len(address) if self._prefixes else 0
        while at > 0:
            at = address.rfind("/", 0, at)
            new = self._prefixes.get(address[: at + 1])
            if new is not None:
                return new.replace(":splat", address[at + 1 :])
        return None


def read_redirects(text: str) -> Iterator[tuple[str, str]]:
    """Yield the rules of a ``_redirects`` file, ``FROM TO [STATUS]`` per line, or of a ``redirects.json``."""
    if text.lstrip()[:1] in ("{", "["):
        yield from _from_json(text)
        return
    for line in text.splitlines():
        words = line.split("#", 1)[0].split() if line.lstrip().startswith("#") else line.split()
        if len(words) >= 2 and words[0].startswith("/"):
            yield words[0], words[1]


def _from_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    rules: list[object] = []
    if isinstance(document, Mapping):
        listed = document.get("redirects")
        rules = listed if isinstance(listed, list) else [{"from": old, "to": new} for old, new in document.items()]
    elif isinstance(document, list):
        rules = document
    for rule in rules:
        if isinstance(rule, Mapping):
            old, new = rule.get("source", rule.get("from")), rule.get("destination", rule.get("to"))
            if isinstance(old, str) and isinstance(new, str):
                yield old, new
