"""Shell completion. It answers a key press, so it parses the command line itself instead of importing Typer."""

VARIABLE = "_NEWSARC_COMPLETE"  # such as complete_bash; the scripts of the shells set it
