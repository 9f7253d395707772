"""The pre-commit hook that runs ``newsarc lint``, in a new or an existing configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

HOOK_FILE = ".pre-commit-config.yaml"


def hook_text(archive: str, installed: str, before: str | None) -> str | None:
    """Return the pre-commit configuration with the hook added, or None if ``before``, the current text, has one.

    ``archive`` is the archive root relative to the repository; ``installed`` is the requirement for pip. Keeps
    ``before`` byte for byte. Raises ValueError if the hook cannot be added.
    """
    if before is None:
        return "\n".join(["repos:", *_entry(archive, installed, "  "), ""])
    import yaml

    try:
        known, node = yaml.safe_load(before), yaml.compose(before, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ValueError("it is not valid YAML") from None
    repos = known.get("repos") if isinstance(known, dict) else None
    if not isinstance(repos, list):
        raise ValueError("it has no list of repos")
    if "newsarc" in _words(repos):
        return None
    assert isinstance(node, yaml.MappingNode)
    sequence = next((value for key, value in node.value if key.value == "repos"), None)
    if sequence is None or sequence.flow_style or not repos:
        raise ValueError("its repos are not a list with one item per line")
    end = "\r\n" if "\r\n" in before else "\n"
    lines = before.splitlines(keepends=True)
    indent = lines[sequence.value[0].start_mark.line].partition("-")[0]
    entry = [line + end for line in _entry(archive, installed, indent)]
    at = _last_line(sequence) + 1
    if at <= len(lines) and not lines[at - 1].endswith("\n"):
        lines[at - 1] += end
    after = "".join([*lines[:at], *entry, *lines[at:]])
    try:
        is_same = yaml.safe_load(after) == {**known, "repos": [*repos, *yaml.safe_load("".join(entry))]}
    except yaml.YAMLError:
        is_same = False
    if not is_same:
        raise ValueError("the hook cannot be added at the end of its repos")
    return after


def _entry(archive: str, installed: str, indent: str) -> Sequence[str]:
    args = ["--changed-since", "HEAD", *(["--archive", archive] if archive != "." else [])]
    return [
        f"{indent}- repo: local",
        f"{indent}  hooks:",
        f"{indent}    - id: newsarc",
        f"{indent}      name: newsarc lint",
        f"{indent}      entry: newsarc lint",
        f"{indent}      args: {json.dumps(args, ensure_ascii=False)}",
        f"{indent}      language: python",
        f"{indent}      additional_dependencies: [{json.dumps(installed, ensure_ascii=False)}]",
        f"{indent}      # Deleting a page breaks links elsewhere, so the whole archive is always checked.",
        f"{indent}      pass_filenames: false",
        f"{indent}      always_run: true",
    ]


def _words(repos: Any) -> set[str]:
    """Return all words in the hooks: names, commands and repositories."""
    return set(re.findall(r"[\w-]+", json.dumps(repos, default=str)))


def _last_line(node: Any) -> int:
    """Return the index of the last line of a YAML node."""
    while isinstance(node.value, list) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    line: int = node.end_mark.line
    return line - 1 if node.end_mark.column == 0 and line > node.start_mark.line else line
