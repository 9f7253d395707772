"""The command line: one module per command. Only here is Typer imported; nothing imports this."""

import gc


def main() -> None:
    """Run newsarc with the arguments of the process."""
    # What is imported stays: looking for garbage in it, here and once more at the end, takes 14 of the 68 ms of
    # import typer. When the command is loaded too, app.load turns the collector on again.
    gc.disable()
    try:
        from newsarc.cli.app import run
    except KeyboardInterrupt:  # while modules are loaded nothing else could catch it
        raise SystemExit(130) from None
    gc.freeze()
    run()


__all__ = ["main"]
