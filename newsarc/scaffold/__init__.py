"""Drafts of files: a new event, and what an archive begins with."""
