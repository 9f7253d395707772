"""Programs for those who work on newsarc; they are not in the wheel."""
