"""The command line. Only here is Typer imported; nothing imports this."""

import gc


def main() -> None:
    """Run newsarc with the arguments of the process."""
    # What is imported stays: looking for garbage in it, here and once more at the end, takes 14 of the 68 ms of
    # import typer. When the command is loaded too, app.load turns the collector on again.
    gc.disable()
    try:
        from newsarc.cli.utf8_mode import restart_in_utf8_mode

        restart_in_utf8_mode()
        from newsarc.cli.app import run

        gc.freeze()
        run()
    except KeyboardInterrupt:  # while modules are loaded, or the last output is written, nothing else catches it
        raise SystemExit(130) from None


__all__ = ["main"]
