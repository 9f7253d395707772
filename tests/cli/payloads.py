"""Hostile texts, an archive that has each of them in every place, and what none of them may become."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

PAYLOADS = {
    "rich tag": "ISIS [Isis territory] falls",
    "rich closing tag": "An end [/x] and [/] and [bold]b[/bold]",
    "rich escape": "Back\\slash [red]r\\[/red] [link=https://e.example]x[/link] :smile:",
    "ansi": "Red \x1b[31mred\x1b[0m and \x1b[2J cleared \x1b]0;title\x07",
    "osc 8": "A \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\ in it",
    "c1": "CSI \x9b31m and OSC \x9d0;t\x9c here",
    "bidi": "Right \u202e tfel \u202c and \u2066 iso \u2069 and \u200f mark",
    "nul": "A NUL \x00 and BEL \x07 and BS \x08\x08\x08 and DEL \x7f",
    "invisible": "Zero\u200bwidth and \ufeffbom and tag \U000e0041\U000e007f end",
    "tabs": "A tab\there and\x0bvertical\x0cform",
    "line ends": "One\u2028two\u2029three\x85four\rfive",
    "csv": "Quote \" comma , semi ; and '",
    "formula": "=cmd|' /C calc'!A0",
    "formula at": "@SUM(1+1)*cmd",
    "minus": "-1+1 and +2",
    "entities": "AT&amp;T &lt;b&gt; &#27;[31m &#x202e; &quo",
    "json": 'A "quoted" \\u0041 {"a": [1]} </script>',
    "percent": "%s %d {0} {name} $HOME `id` $(id)",
    "emoji": "👩‍👩‍👧‍👦 and 🇫🇷 and e\u0301 and ﷽ and 漢字かな",
    "github": "::error file=x::forged %0A::set-output",
    "link": "A [label](https://e.example) and <b>html</b>",
}
ALL = {
    **PAYLOADS,
    "osc 52": "Copy \x1b]52;c;ZXZpbA==\x07 that \x9d52;c;ZXZpbA==\x9c",
    "dcs": "Device \x1bP+q544e\x1b\\ and \x90+q\x9c and \x1b_apc\x1b\\",
    "no xml": "Not \ufffe one \uffff of ]]> <![CDATA[ x ]]> them",
    "surrogate": "Bytes \udcff\udcfe of no text",
    "csv tab": "\t=1+1",
    "csv plus": "+1+cmd|' /C calc'!A0",
    "csv full width": "＝2+2",
    "header": "Content-Type: text/html",
    "workflow": "##[error]forged and ::set-output name=x::y",
    "braces": "{{tmpl|x}} {0} }{ {{ }}",
    "svg": '"><script>alert(1)</script><svg onload=alert(1)>',
    "dot": 'x"]; n9 [label="forged"]; // \\N \\G',
    "mermaid": 'x"] --> n9; click n9 "javascript:x" %% #quot;',
}
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\U000e0000-\U000e007f]"
)
FOLDER = "news/2020/03/1"


def shown_by_markdown(payload: str) -> str:
    """What a reader of the page is to see, before anything is made visible."""
    text = re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", payload.removesuffix("&quo"))
    text = re.sub(r"`([^`]*)`", r"\1", text)
    text = html.unescape(text)
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return " ".join(text.split())


def name_of(number: int, payload: str) -> str:
    """The name of the file of a payload's event: the payload itself as far as a name can hold it."""
    return f"e{number:02}-" + re.sub(r"[/\0\ud800-\udfff]", "", payload)[:60]


def page_of(number: int, payload: str, dead: str) -> bytes:
    text = payload.replace("\n", " ").replace("\r", " ")
    label = text.replace("[", "(").replace("]", ")")
    name = name_of(number, payload)
    lines = [
        f"### [2020-03-01](/{FOLDER}/index.md)",
        "",
        f"##### {text}",
        f"# {text}",
        "",
        f"needle {text}",
        "",
        "### Sources:",
        "",
        f"1. [{label}](https://e.example/{number})",
        f"2. [{label}](https://e.example/{label.replace(' ', '')}x)",
        "",
        "### Changes:",
        "",
        f"1. [{label}](/{FOLDER}/{dead}-{number}.md) _2018-02-06 13:49:27 ({label})_",
        f"2. [{label}](<../1/{name}.md>) _(Current version)_",
        "",
        "### Related:",
        "",
        f"1. [{label}](/{FOLDER}/hub.md) _Context: {label.replace('_', '')}_",
        f"2. [{label}](/{FOLDER}/{dead}-{label.replace(' ', '')}.md) _Context: {label.replace('_', '')}_",
        f"3. [{label}",
        f"### {text}",
        "",
    ]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def write_hostile_archive(root: Path) -> None:
    """Write an event for each text and, in every way that a page can link, events that link to them."""
    folder = root / FOLDER
    folder.mkdir(parents=True)
    hub = [f"### [2020-03-01](/{FOLDER}/index.md)", "", "# Hub needle", "", "### Related:", ""]
    for number, payload in enumerate(ALL.values()):
        name = name_of(number, payload)
        (folder / f"{name}.md").write_bytes(page_of(number, payload, "gone"))
        hub.append(f"1. [e](<./{name.replace('<', '%3C').replace('>', '%3E')}.md>) _Context: Hub_")
    (folder / "hub.md").write_bytes(("\n".join(hub) + "\n").encode("utf-8", "surrogateescape"))
    twin = root / "news/2020/03/2/hub-again.md"
    twin.parent.mkdir()
    again = hub[0].replace("2020-03-01", "2020-03-02").replace("/1/", "/2/")
    links = [line.replace("](<", "](<../1/") for line in hub[6:10]]
    twin.write_text("\n".join([again, "", "# Hub needle again", *hub[3:6], *links, ""]), encoding="utf-8")
    front = [
        "---",
        'title: "=cmd \\e[31m \\u202e ::error::x"',
        '"k\\e[31m::error::": 1',
        'slug: "\\u202eslug"',
        'aliases: ["../\\e[2J"]',
        'newsarc: {ignore: ["\\e[31m::error::", NA101]}',
        "---",
    ]
    (folder / "front.md").write_text("\n".join([*front, "# Front needle", ""]), encoding="utf-8")
    passed_over = root / "news/2020/03/3"  # no cache keeps a day in which a page is passed over
    passed_over.mkdir()
    with open(os.fsencode(passed_over) + b"/bytes-\xff\x1b[31m.md", "wb") as file:  # noqa: PTH123
        file.write(b"# In vain\n")
