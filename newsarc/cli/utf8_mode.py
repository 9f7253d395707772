"""UTF-8 for file names and arguments in every locale."""

from __future__ import annotations

import os
import sys


def restart_in_utf8_mode() -> None:
    """Restart with ``python -X utf8`` if Python decodes names and arguments in another encoding.

    File names in an archive are UTF-8. Decoded differently, links to them would look broken, and fixes would corrupt
    them. Python chooses the encoding at start-up. Returns if no restart is needed or possible; in the latter case,
    ``Archive.open`` refuses to work.
    """
    if sys.getfilesystemencoding() == "utf-8" or os.name != "posix":
        return
    if "utf8" in sys._xoptions or not sys.executable or hasattr(sys, "frozen"):
        return
    try:
        words = [os.fsencode(sys.executable), b"-X", b"utf8", *_arguments()]
        os.execve(words[0], words, os.environb)
    except (OSError, ValueError):
        return


def _arguments() -> list[bytes]:
    """Return the original arguments of the interpreter, which a decoding round trip may change."""
    try:
        with open("/proc/self/cmdline", "rb") as file:  # noqa: PTH123
            words = file.read().split(b"\0")[:-1]
    except OSError:
        words = []
    if len(words) != len(sys.orig_argv):
        words = [os.fsencode(word) for word in sys.orig_argv]
    return words[1:]
