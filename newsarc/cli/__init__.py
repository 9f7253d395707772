"""The command line, the only user of Typer."""

import os

from newsarc.cli.completion import VARIABLE
from newsarc.storage import collector


def main() -> None:
    """Run newsarc with the arguments of the process."""
    # Collections while modules are imported are a good part of the start-up time. app.load resumes the collector.
    collector.pause()
    try:
        from newsarc.cli.utf8_mode import restart_in_utf8_mode

        restart_in_utf8_mode()
        if os.environ.get(VARIABLE, "").startswith("complete"):
            from newsarc.cli.completion.answer import answer

            answer()
        from newsarc.cli.app import run

        collector.exempt_imports()
        run()
    except KeyboardInterrupt:  # nothing else catches it during imports and the last output
        raise SystemExit(130) from None


__all__ = ["main"]
