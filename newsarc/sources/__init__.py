"""What is known about the sources of events: whether they still answer, and where they are archived.

``check`` asks whether sources answer, and ``archived`` asks web archives for copies of them. Only these two open a
socket. All else judges offline, from the ledger.
"""
