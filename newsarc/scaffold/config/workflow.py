"""The GitHub workflow that runs ``newsarc lint`` on pushes and pull requests."""

from __future__ import annotations

import json

from newsarc.errors import UsageError

WORKFLOW_FILE = ".github/workflows/newsarc.yml"
# Values are passed in environment variables: in a script, they could be executed.
_TEXT = """\
name: newsarc
on: [push, pull_request]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    env:
      # Requirement for pip, and archive root
      NEWSARC: {installed}
      NEWSARC_ARCHIVE: {archive}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: python -m pip install --quiet "$NEWSARC"
      - run: newsarc lint
"""


def workflow_text(archive: str, installed: str) -> str:
    """Return the workflow for ``archive``, relative to the repository, and the requirement ``installed``.

    Raises UsageError if GitHub would evaluate one of them.
    """
    if "${{" in archive + installed:  # GitHub evaluates it anywhere
        raise UsageError("${{ has a special meaning in workflows; neither the folder nor --install may contain it")
    return _TEXT.format(installed=_text(installed), archive=_text(archive))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
