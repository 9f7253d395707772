"""The protocol between the completion scripts of the shells and newsarc: the words typed so far, and quoted offers.

Typer finds the command and the parameter at the cursor. Its own classes split a line at every space and break offers
that contain spaces, quotes or patterns, so this module replaces them for bash, zsh and fish.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from newsarc.text.sanitize import visible

_END = "\0"  # marks the cursor; no line of a shell contains it
_BASH_PLAIN = "_.,+/%-"  # ASCII characters that bash does not interpret, besides letters and digits
_BASH_QUOTED = {
    code: f"\\{char}" for code, char in enumerate(map(chr, range(128))) if not (char.isalnum() or char in _BASH_PLAIN)
}
_ZSH_SPECIAL = re.compile(r"[^A-Za-z0-9_.,/-]", re.ASCII)
_POWERSHELL_QUOTES = re.compile("(['‘’‚‛])")
_POWERSHELL_PLAIN = re.compile(r"[\w.,+/:-]+")
# bash splits words at these; what stands before the last one stays on the line.
_BREAKS = (":", "=")
# Unlike the script of Typer, this one does not expand file name patterns in offers, does not offer files where only
# names fit, and adds no space after a query field.
_BASH_SCRIPT = """
%(complete_func)s() {
    local offers
    COMPREPLY=()
    offers=$( IFS=$'\\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
              %(autocomplete_var)s=complete_bash $1 ) || compopt +o default 2> /dev/null
    [[ -n $offers ]] && mapfile -t COMPREPLY <<< "$offers"
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2> /dev/null
    return 0
}

complete -o default -F %(complete_func)s %(prog_name)s
"""

_ZSH_REGISTER = "compdef %(complete_func)s %(prog_name)s"


class TypedLine(NamedTuple):
    """A line up to the cursor.

    ``words`` are those before the cursor, ``current`` is the one at the cursor, without quotes, and ``quote`` is the
    quotation mark that it leaves open, if any. ``kept`` is the length of what an offer must not repeat.
    """

    words: list[str]
    current: str
    quote: str = ""
    kept: int = 0


class Offer(NamedTuple):
    """A completion, with a description for shells that show one."""

    value: str
    help: str = ""


def parse_line(line: str) -> TypedLine:
    """Parse a line as zsh and fish pass it: in one piece, up to the cursor."""
    words, current, quote = _split(line)
    return TypedLine(words[1:], current, quote)


def parse_bash_words(words: list[str], position: int) -> TypedLine:
    """Parse a line as bash passes it: in words that are also split at colons and equal signs."""
    before, at_cursor = words[:position], words[position] if position < len(words) else ""
    joined: list[str] = []
    for word in before:
        if len(joined) > 1 and joined[-1] == "=" and joined[-2].startswith("--"):
            joined[-2:] = [f"{joined[-2]}={word}"]
        else:
            joined.append(word)
    kept = ""
    if at_cursor in _BREAKS:
        joined.append(at_cursor)
        at_cursor = ""
    while len(joined) > 1 and joined[-1] in _BREAKS:
        kept = joined[-2] + joined[-1] + kept
        del joined[-2:]
    args = [part for word in joined[1:] for part in _split(f"{word} ")[0]]
    _, current, quote = _split(at_cursor)
    _, start, _ = _split(kept)
    return TypedLine(args, start + current, quote, len(start))


def _split(line: str) -> tuple[list[str], str, str]:
    """Split a line as a shell does; return the complete words, the last one and the quotation mark left open."""
    lexer = shlex.shlex(line + _END, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    quote = ""
    try:
        words.extend(lexer)
    except ValueError:  # an open quotation mark
        state = str(getattr(lexer, "state", ""))
        quote = state if state in ("'", '"') else ""
        words.append(lexer.token)
    return words[:-1], words[-1].removesuffix(_END), quote


def quote_for_bash(value: str, quote: str = "") -> str:
    """Return ``value`` as bash needs it at the cursor, after the open quotation mark ``quote`` if there is one."""
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'(["$`\\])', r"\\\1", value)
    return value.translate(_BASH_QUOTED)


def quote_for_zsh(value: str) -> str:
    """Return ``value`` as a word of zsh code without spaces or patterns, because the script splits and evaluates it."""
    encoded = _ZSH_SPECIAL.sub(
        lambda match: "".join(f"\\x{byte:02x}" for byte in match[0].encode("utf-8", "surrogateescape")), value
    )
    return f"$'{encoded}'"


def quote_for_powershell(value: str) -> str:
    """Return ``value`` as PowerShell needs it on the line."""
    return value if _POWERSHELL_PLAIN.fullmatch(value) else "'" + _POWERSHELL_QUOTES.sub(r"\1\1", value) + "'"


def read_line(shell: str) -> TypedLine:
    """Return the line that the script of ``shell`` put into the environment. Raises KeyError or ValueError for none."""
    if shell == "bash":
        return parse_bash_words(os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"]))
    line = parse_line(os.environ["_TYPER_COMPLETE_ARGS"])
    if shell in ("powershell", "pwsh"):  # passes the whole line, not only up to the cursor
        current = os.environ.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        words = line.words if current or not line.current else [*line.words, line.current]
        return TypedLine(words, current.lstrip("'\""))
    return line


def offers_for(shell: str, offers: Sequence[Offer], line: TypedLine, *, files_fit: bool) -> str:
    """Return what the script of ``shell`` expects: the offers, quoted.

    ``files_fit`` is true where file names are a choice too if there are no offers.
    """
    if shell == "bash":
        quoted = (quote_for_bash(offer.value[line.kept :], line.quote) for offer in offers)
        return "\n".join(_with_plain_colon(value) for value in quoted)
    if shell == "zsh":
        return _zsh_code(offers) if offers else "_files" if files_fit else ":"
    if shell == "fish":
        return "\n".join(f"{offer.value}\t{visible(offer.help)}" if offer.help else offer.value for offer in offers)
    return "\n".join(f"{quote_for_powershell(offer.value)}:::{visible(offer.help) or ' '}" for offer in offers)


def _with_plain_colon(quoted: str) -> str:
    """Return a query field with its colon as people type it; the script looks for it, too."""
    return f"{quoted[:-2]}:" if quoted.endswith("\\:") else quoted


def _zsh_code(offers: Sequence[Offer]) -> str:
    # -U: newsarc has chosen the offers, also those in another case or script; zsh quotes them.
    values = " ".join(quote_for_zsh(offer.value) for offer in offers)
    options = ["-U", *(["-S", "''"] if all(offer.value.endswith(":") for offer in offers) else [])]
    code = f"local -a newsarc_values newsarc_shown; newsarc_values=( {values} ); "
    if any(offer.help for offer in offers):
        widest = max(len(offer.value) for offer in offers)
        lines = (f"{offer.value:{widest}}  {offer.help}".rstrip() for offer in offers)
        code += f"newsarc_shown=( {' '.join(quote_for_zsh(visible(line)) for line in lines)} ); "
        options += ["-l", "-d", "newsarc_shown"]
    return f"{code}compadd {' '.join(options)} -a newsarc_values"


def fix_scripts() -> None:
    """Replace Typer's script for bash, and make the one for zsh complete on the first Tab of a session, too.

    zsh calls the installed file as the completion function the first time; Typer's script only registers another one
    for the next time.
    """
    from typer import _completion_classes as classes
    from typer import _completion_shared as shared

    shared._completion_scripts["bash"] = classes.BashComplete.source_template = _BASH_SCRIPT
    now = f"{_ZSH_REGISTER}\n[[ $zsh_eval_context[-1] != loadautofunc ]] || %(complete_func)s"
    script = shared.COMPLETION_SCRIPT_ZSH.replace(f"\n{_ZSH_REGISTER}", f"\n{now}")
    shared._completion_scripts["zsh"] = classes.ZshComplete.source_template = script
