"""``python -m tools.reference`` writes generated files: pages of ``docs/``, and a table for completion.

With ``man``, it prints the man page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.reference.man_page import page
from tools.reference.pages import FILES


def main(arguments: list[str]) -> None:
    """Write all files, or print the man page."""
    if arguments == ["man"]:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]  # the same page everywhere
        sys.stdout.writelines(page())
    elif arguments:
        sys.exit("usage: python -m tools.reference [man]")
    else:
        for name, made in FILES.items():
            file = Path(__file__).resolve().parents[2] / name
            before = file.read_text(encoding="utf-8")
            if (after := made(before)) != before:
                file.write_text(after, encoding="utf-8", newline="\n")
                print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
