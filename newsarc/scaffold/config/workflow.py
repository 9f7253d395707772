"""The workflow that runs ``newsarc lint`` on GitHub, whenever somebody pushes or asks for a merge."""

from __future__ import annotations

import json

from newsarc.errors import UsageError

WORKFLOW_FILE = ".github/workflows/newsarc.yml"
# Names from outside stand in the environment: in a script they could say more than a name.
_TEXT = """\
name: newsarc
on: [push, pull_request]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    env:
      # What pip installs, and where the archive is.
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
    """Return the workflow for an archive at ``archive``, seen from the repository; pip installs ``installed``.

    Raises UsageError where GitHub would take one of them for more than a text.
    """
    if "${{" in archive + installed:  # which GitHub would work out, wherever it stands
        raise UsageError("${{ has a special meaning in workflows; neither the folder nor --install may contain it")
    return _TEXT.format(installed=_text(installed), archive=_text(archive))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
