"""Rules over pages → findings → fixes."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from newsarc.lint.engine import Report, lint
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion

__all__ = ["Edit", "Finding", "Fix", "Report", "Suggestion", "lint"]


class _CallableModule(ModuleType):
    """The public function and this package are both called ``newsarc.lint``: either of them can be called."""

    def __call__(self, *arguments: Any, **options: Any) -> Report:
        return lint(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
