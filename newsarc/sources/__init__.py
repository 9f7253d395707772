"""What is known about the sources of events: which addresses they have, and whether those still answer.

Only :mod:`newsarc.sources.checker` and what it uses open a socket. All else judges offline, from the ledger.
"""
