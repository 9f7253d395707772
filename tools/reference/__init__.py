"""The reference pages of ``docs/`` and the man page, generated from the code: ``python -m tools.reference``."""
