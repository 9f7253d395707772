"""Rules over events → findings."""

from newsarc.lint.engine import Report, lint
from newsarc.lint.finding import Finding, Suggestion

__all__ = ["Finding", "Report", "Suggestion", "lint"]
