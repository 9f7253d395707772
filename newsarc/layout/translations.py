"""Translations of posts: files beside the original, ``bridge.fr.md`` beside ``bridge.md``."""

from __future__ import annotations

from collections.abc import Iterable

from newsarc.layout.presets import Layout


def untranslated(path: str, layout: Layout) -> tuple[str, str]:
    """Return the path of a post without language and extension, which its translations share, and its language."""
    stem = path.rpartition(".")[0]
    if not layout.has_languages or "." not in stem.rpartition("/")[2]:
        return stem, ""
    lang = (layout.match(path) or {}).get("lang") or ""
    return stem.removesuffix(f".{lang}") if lang else stem, lang


def originals(paths: Iterable[str], layout: Layout) -> dict[str, str]:
    """Return the original of each translation among ``paths``, the posts of a folder.

    The original names no language, or else that of the site. Without it, a translation is a post of its own, and is
    left out here.
    """
    if not layout.has_languages:
        return {}
    groups: dict[str, dict[str, str]] = {}
    for path in paths:
        stem, lang = untranslated(path, layout)
        groups.setdefault(stem, {})[lang] = path
    return {
        path: original
        for group in groups.values()
        if len(group) > 1 and (original := group.get("", group.get(layout.language))) is not None
        for path in group.values()
        if path != original
    }
