"""The command line, the only user of Typer."""

import gc


def main() -> None:
    """Run newsarc with the arguments of the process."""
    # Imported modules stay, so collecting garbage among them wastes start-up time. app.load turns the collector on
    # again once the command is loaded.
    gc.disable()
    try:
        from newsarc.cli.utf8_mode import restart_in_utf8_mode

        restart_in_utf8_mode()
        from newsarc.cli.app import run

        gc.freeze()
        run()
    except KeyboardInterrupt:  # nothing else catches it during imports and the last output
        raise SystemExit(130) from None


__all__ = ["main"]
