"""The requirement that installs this newsarc on another machine."""

from __future__ import annotations

import json
from importlib import metadata

from newsarc.__about__ import __version__


def requirement() -> str | None:
    """Return the requirement for this newsarc, or None if it was installed from a local folder."""
    try:
        said = metadata.distribution("newsarc").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return None
    if said is None:
        return f"newsarc=={__version__}"
    origin = json.loads(said)
    if "vcs_info" in origin and not str(origin["url"]).startswith("file:"):
        vcs = origin["vcs_info"]
        return f"newsarc @ {vcs['vcs']}+{origin['url']}@{vcs['commit_id']}"
    return None
