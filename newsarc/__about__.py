"""The version of newsarc."""

__version__ = "0.1.0"
