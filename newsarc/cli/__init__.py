"""The command line: one module per command. Only here is Typer imported; nothing imports this."""


def main() -> None:
    """Run newsarc with the arguments of the process."""
    try:
        from newsarc.cli.app import run
    except KeyboardInterrupt:  # while modules are loaded nothing else could catch it
        raise SystemExit(130) from None
    run()


__all__ = ["main"]
