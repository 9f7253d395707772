"""What pip installs this newsarc by, elsewhere."""

from __future__ import annotations

import json
from importlib import metadata

import newsarc


def requirement() -> tuple[str, bool]:
    """Return what pip installs this newsarc by, and whether that is where it came from here: not where it was installed
    from a folder, which no other machine has.
    """
    try:
        said = metadata.distribution("newsarc").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        said = None
    if said is None:
        return f"newsarc=={newsarc.__version__}", True
    origin = json.loads(said)
    if "vcs_info" in origin and not str(origin["url"]).startswith("file:"):
        vcs = origin["vcs_info"]
        return f"newsarc @ {vcs['vcs']}+{origin['url']}@{vcs['commit_id']}", True
    return f"newsarc=={newsarc.__version__}", False
