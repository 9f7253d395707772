"""The library that draws the page's pictures: Vega, as the package vl-convert-python carries it."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from importlib.util import find_spec

from newsarc.errors import UsageError

_PACKAGE = "vl-convert-python"
# Vega's own expressions are interpreted, not compiled, so that the page needs no right to evaluate code: Vega-Embed
# brings the interpreter.
_WANTED = "window.vegaEmbed = vegaEmbed;"
_NOTICE = """/*!
Vega, Vega-Lite and Vega-Embed, https://vega.github.io, of the University of Washington Interactive Data Lab
(BSD-3-Clause), with D3 modules of Mike Bostock (ISC) and others; bundled by VlConvert, whose licence follows.

{license}
*/
"""


def require_library() -> None:
    """Raise UsageError where the extra ``graph`` is not installed."""
    if find_spec("vl_convert") is None:
        raise UsageError(
            'a page needs an extra of newsarc: pip install "newsarc[graph]"; a picture does not: --output story.svg'
        )


def library_version() -> str:
    """Return Vega's version."""
    import vl_convert

    return str(vl_convert.get_vega_version())


@cache
def library_script() -> str:
    """Return Vega as one JavaScript module that puts ``vegaEmbed`` into ``window``, with its licence before it.

    It takes two to three seconds. Raises UsageError where the extra is not installed.
    """
    require_library()
    import vl_convert

    bundle = vl_convert.javascript_bundle(_WANTED)
    if "</script" in bundle.lower() or "<!--" in bundle:
        raise ValueError("the bundle cannot stand in a page")
    return _NOTICE.format(license=_license()) + bundle


def _license() -> str:
    files = metadata.files(_PACKAGE) or []
    texts = [file.read_text() for file in files if file.name.upper().startswith("LICENSE")]
    return "\n".join(texts).replace("*/", "* /").replace("<", "‹").strip()
