"""File names and arguments are UTF-8, whatever the locale is."""

from __future__ import annotations

import os
import sys


def restart_in_utf8_mode() -> None:
    """Start this program again with ``python -X utf8`` where Python decodes names and arguments in another encoding.

    The names in an archive are UTF-8. Read in another encoding they are other names: links to them look broken, and a
    fix would write them wrong. Python chooses the encoding once, when it starts. Returns where all is well, and where
    the program cannot be started again: then ``Archive.open`` refuses.
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
    """Return the arguments of the interpreter as they were given: decoding and encoding may have changed them."""
    try:
        with open("/proc/self/cmdline", "rb") as file:  # noqa: PTH123
            words = file.read().split(b"\0")[:-1]
    except OSError:
        words = []
    if len(words) != len(sys.orig_argv):
        words = [os.fsencode(word) for word in sys.orig_argv]
    return words[1:]
