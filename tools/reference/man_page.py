"""The man page ``newsarc.1``, generated from the help of all commands. The build adds it to the wheel.

``python -m tools.reference man | man -l -`` shows it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from newsarc.__about__ import __version__
from newsarc.cli.app import load
from newsarc.cli.help import SHARED, group_of
from newsarc.errors import ExitCode
from tools.reference.commands import all_commands, arguments_of, groups_of, meaning, metavar, parameters, spelling

_WIDTH = 76
_EVERYWHERE = "list"  # has the options of all commands
_DESCRIPTION = (
    "A news archive is a folder of Markdown files, one event per file, each with its sources and links to related "
    "events. newsarc finds events, follows their links, and reports broken ones."
)
_EXIT = {
    ExitCode.DONE: "Success; for lint: no errors.",
    ExitCode.NOTHING_FOUND: "Nothing found; for lint: errors, or obsolete baseline entries.",
    ExitCode.SETUP: "Usage, configuration or I/O error.",
    ExitCode.AMBIGUOUS: "Ambiguous REF.",
    ExitCode.INTERNAL: "Internal error (a bug; please report it).",
    ExitCode.INTERRUPTED: "Interrupted.",
}
_ENVIRONMENT = {
    "NEWSARC_ARCHIVE": "Archive root, unless --archive is given.",
    "NEWSARC_CACHE_DIR": "Cache folder. Default: the user's cache folder.",
    "NEWSARC_PAGER, PAGER": "Pager for long output. Default: less.",
    "BROWSER": "Browser for newsarc open and newsarc graph --open. Default: the system's browser.",
    "VISUAL, EDITOR": "Editor for newsarc open and newsarc new --edit.",
    "NO_COLOR": "If set, no colour.",
}
_FILES = {"newsarc.toml": "Configuration, in the archive root or above it; or [tool.newsarc] in pyproject.toml."}
_EXAMPLES = {
    "newsarc show 2017-06-16": "Show a day.",
    "newsarc search raqqa": "Search for a word.",
    "newsarc related 2017-06-16/russian --both": "Follow links in both directions.",
    "newsarc lint --select NA101": "Find broken related links.",
}


def page() -> Iterator[str]:
    """Yield the lines of the page. Its date is ``$SOURCE_DATE_EPOCH``, or missing, so that builds are reproducible."""
    yield f'.TH NEWSARC 1 "{_date()}" "newsarc {__version__}" "User Commands"\n'
    yield ".SH NAME\nnewsarc \\- query and validate a Markdown news archive\n"
    yield ".SH SYNOPSIS\n.B newsarc\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n"
    yield f".SH DESCRIPTION\n{_paragraph(_DESCRIPTION)}\n"
    shared = (one for one in parameters(_EVERYWHERE) if group_of(one) == SHARED)
    yield from _list("GLOBAL OPTIONS", map(_entry, shared))
    yield ".SH COMMANDS\n"
    for name in all_commands():
        yield from _command(name)
    yield from _list("EXIT STATUS", ((str(int(code)), _EXIT[code]) for code in ExitCode))
    yield from _list("ENVIRONMENT", _ENVIRONMENT.items())
    yield from _list("FILES", _FILES.items())
    yield from _list("EXAMPLES", _EXAMPLES.items())


def _date() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat() if epoch.isdecimal() else ""
    except (ValueError, OverflowError, OSError):  # not a valid year
        return ""


def _command(name: str) -> Iterator[str]:
    command = load(name)
    arguments = arguments_of(name)
    usage = " ".join([f"\\fBnewsarc {name}\\fR", "[\\fIOPTIONS\\fR]", *(_plain(metavar(one)) for one in arguments)])
    yield f".SS {name}\n{usage}\n"
    for paragraph in re.split(r"\n\s*\n", command.help.strip()):
        yield f".PP\n{_paragraph(paragraph)}\n"
    for one in arguments:
        yield from _item(*_entry(one))
    for title, options in groups_of(name):
        if title != "Options":
            yield f".PP\n.I {_plain(title)}\n"
        for option in options:
            yield from _item(*_entry(option))
    if command.epilog:
        yield ".PP\n.I Examples\n"
        for example in command.epilog.splitlines():
            yield f".br\n{_plain(example)}\n"


def _entry(parameter: Any) -> tuple[str, str]:
    return ", ".join(spelling(parameter)), meaning(parameter)


def _list(title: str, entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f".SH {title}\n"
    for name, text in entries:
        yield from _item(name, text)


def _item(name: str, text: str) -> Iterator[str]:
    yield f".TP\n\\fB{_plain(name)}\\fR\n{_paragraph(text)}\n"


def _paragraph(text: str) -> str:
    """Return running text with one sentence per line, as usual in man pages, and no line that is a request."""
    sentences = re.sub(r"(?<=[a-z)]{2}[.;:]) (?=[A-Z])", "\n", " ".join(text.split())).split("\n")
    lines = (line for one in sentences for line in textwrap.wrap(_plain(one), _WIDTH, break_on_hyphens=False))
    return "\n".join(re.sub(r"\A(?=[.'])", r"\\&", line) for line in lines)


def _plain(text: str) -> str:
    """Return ``text`` escaped for roff, with dashes that can be copied."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("…", "...")
