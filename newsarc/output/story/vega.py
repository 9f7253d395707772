"""The drawing library of the HTML page: Vega, as bundled by the package vl-convert-python."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from importlib.util import find_spec

from newsarc.errors import UsageError, missing_package

_PACKAGE = "vl-convert-python"
REQUIREMENT = "vl-convert-python>=1.9,<2"  # as in pyproject.toml
# Vega-Embed can interpret Vega's expressions instead of compiling them, so the page needs no "unsafe-eval".
_WANTED = "window.vegaEmbed = vegaEmbed;"
_NOTICE = """/*!
Vega, Vega-Lite and Vega-Embed, https://vega.github.io, of the University of Washington Interactive Data Lab
(BSD-3-Clause), with D3 modules of Mike Bostock (ISC) and others; bundled by VlConvert, whose licence follows.

{license}
*/
"""


def require_library() -> None:
    """Raise UsageError if vl-convert-python is not installed."""
    if find_spec("vl_convert") is None:
        raise UsageError(f"{missing_package('HTML output', REQUIREMENT)}; SVG needs no package: --output story.svg")


def library_version() -> str:
    """Return Vega's version."""
    import vl_convert

    return str(vl_convert.get_vega_version())


@cache
def library_script() -> str:
    """Return Vega as a JavaScript module that defines ``window.vegaEmbed``, preceded by its licence.

    Bundling takes seconds. Raises UsageError if vl-convert-python is not installed.
    """
    require_library()
    import vl_convert

    bundle = vl_convert.javascript_bundle(_WANTED)
    if "</script" in bundle.lower() or "<!--" in bundle:
        raise ValueError("the bundle is not safe in an HTML page")
    return _NOTICE.format(license=_license()) + bundle


def _license() -> str:
    files = metadata.files(_PACKAGE) or []
    texts = [file.read_text() for file in files if file.name.upper().startswith("LICENSE")]
    return "\n".join(texts).replace("*/", "* /").replace("<", "‹").strip()
