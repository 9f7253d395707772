"""What is known about the sources of events: whether they still answer, and where they are archived.

Only :mod:`newsarc.sources.checker`, :mod:`newsarc.sources.copies` and what they use open a socket. All else judges
offline, from the ledger.
"""
