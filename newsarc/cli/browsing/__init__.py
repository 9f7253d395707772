"""The lists of ``newsarc browse``, shown with fzf or as numbered lines."""
