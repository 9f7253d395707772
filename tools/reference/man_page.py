"""The help of all commands as the man page ``newsarc.1``, which the build puts into the wheel.

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
from newsarc.cli.app import COMMANDS, load
from newsarc.cli.help import SHARED, group_of
from newsarc.errors import ExitCode
from tools.reference.commands import arguments_of, groups_of, meaning, metavar, parameters, spelling

_WIDTH = 76
_EVERYWHERE = "list"  # has the options of all commands
_DESCRIPTION = (
    "A news archive is a folder of Markdown files, one event per file, each naming its sources and its related events. "
    "This program finds events, follows their links, and checks that none of them is dead."
)
_EXIT = {
    ExitCode.DONE: "Done; lint: no errors.",
    ExitCode.NOTHING_FOUND: "Nothing found; lint: errors, or a baseline with needless entries.",
    ExitCode.SETUP: "The command line, the configuration or the disk is at fault.",
    ExitCode.AMBIGUOUS: "A REF means several events.",
    ExitCode.INTERNAL: "A bug in newsarc.",
    ExitCode.INTERRUPTED: "Interrupted.",
}
_ENVIRONMENT = {
    "NEWSARC_ARCHIVE": "The archive's root folder, where --archive does not say.",
    "NEWSARC_CACHE_DIR": "Where newsarc keeps what it worked out; otherwise the user's cache folder.",
    "NEWSARC_PAGER, PAGER": "What shows output that is longer than the screen; otherwise less.",
    "VISUAL, EDITOR": "What newsarc new --edit opens.",
    "NO_COLOR": "Where set, no colour.",
}
_FILES = {
    "newsarc.toml": "Configuration of an archive, in its root folder or above it; or [tool.newsarc] in pyproject.toml."
}
_EXAMPLES = {
    "newsarc show 2017-06-16": "What happened on a day.",
    "newsarc search raqqa": "Where a word occurs, best first.",
    "newsarc related 2017-06-16/russian --both": "What an event names as related, and what names it.",
    "newsarc lint --select NA101": "Which related links are dead.",
}


def page() -> Iterator[str]:
    """Yield the lines of the page. It bears the date of ``$SOURCE_DATE_EPOCH``, or none, so that the same source makes
    the same page.
    """
    yield f'.TH NEWSARC 1 "{_date()}" "newsarc {__version__}" "User Commands"\n'
    yield ".SH NAME\nnewsarc \\- query and validate a Markdown news archive\n"
    yield ".SH SYNOPSIS\n.B newsarc\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n"
    yield f".SH DESCRIPTION\n{_paragraph(_DESCRIPTION)}\n"
    shared = (one for one in parameters(_EVERYWHERE) if group_of(one) == SHARED)
    yield from _list("OPTIONS OF ALL COMMANDS", map(_entry, shared))
    yield ".SH COMMANDS\n"
    for name in COMMANDS:
        yield from _command(name)
    yield from _list("EXIT STATUS", ((str(int(code)), _EXIT[code]) for code in ExitCode))
    yield from _list("ENVIRONMENT", _ENVIRONMENT.items())
    yield from _list("FILES", _FILES.items())
    yield from _list("EXAMPLES", _EXAMPLES.items())


def _date() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat() if epoch.isdecimal() else ""
    except (ValueError, OverflowError, OSError):  # of no year that there is
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
    """Return running text: a sentence begins a line, as in all man pages, and no line begins like a request."""
    sentences = re.sub(r"(?<=[a-z)]{2}[.;:]) (?=[A-Z])", "\n", " ".join(text.split())).split("\n")
    lines = (line for one in sentences for line in textwrap.wrap(_plain(one), _WIDTH, break_on_hyphens=False))
    return "\n".join(re.sub(r"\A(?=[.'])", r"\\&", line) for line in lines)


def _plain(text: str) -> str:
    """Return ``text`` for roff: its own signs escaped, dashes such as can be copied."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("…", "...")
