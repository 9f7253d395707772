"""The reference pages of ``docs/`` and the man page, made from the code: ``python -m tools.reference``."""
