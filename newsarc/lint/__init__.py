"""The linter: rules, findings and fixes."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
    from newsarc.lint.linter import Report, lint

__all__ = ["Edit", "Finding", "Fix", "Report", "Suggestion", "lint"]


def __getattr__(name: str) -> Any:
    # The linter imports all rules, which those who need another module of this package should not pay for.
    if name in ("Report", "lint"):
        from newsarc.lint import linter

        return getattr(linter, name)
    if name in __all__:
        from newsarc.lint import finding

        return getattr(finding, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _CallableModule(ModuleType):
    """A callable package, because ``newsarc.lint`` is also the name of the public function."""

    def __call__(self, *arguments: Any, **options: Any) -> Report:
        from newsarc.lint.linter import lint

        return lint(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
