"""Files for an archive that begins to use newsarc: its settings, a pre-commit hook, a CI workflow."""
