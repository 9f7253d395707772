"""Rules over pages → findings → fixes."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
    from newsarc.lint.linter import Report, lint

__all__ = ["Edit", "Finding", "Fix", "Report", "Suggestion", "lint"]


def __getattr__(name: str) -> Any:
    # All rules are imported with the linter: not for those who need one module of this package.
    if name in ("Report", "lint"):
        from newsarc.lint import linter

        return getattr(linter, name)
    if name in __all__:
        from newsarc.lint import finding

        return getattr(finding, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _CallableModule(ModuleType):
    """The public function and this package are both called ``newsarc.lint``: either of them can be called."""

    def __call__(self, *arguments: Any, **options: Any) -> Report:
        from newsarc.lint.linter import lint

        return lint(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
