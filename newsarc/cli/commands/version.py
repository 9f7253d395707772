"""``newsarc version``."""

from __future__ import annotations

from newsarc.__about__ import __version__
from newsarc.cli.session import Session


def version(session: Session) -> None:
    """Print the version.

    Examples:
        newsarc version
    """
    session.write([f"newsarc {__version__}\n"])
