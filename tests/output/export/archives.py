"""An archive whose texts are as bad as texts can be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.cli.payloads import PAYLOADS
from tests.naive import Named, Page, folder_of, write

DAY = dt.date(2020, 3, 1)
MORE = {
    "fullwidth": "＝1+1",
    "plus": "+49 30 1234",
    "at": "@here",
    "quoted": '"quoted" text, "again"',
    "null": "NULL",
    "na": "NA",
    "number": "007",
    "date": "2020-02-30",
    "true": "true",
}


def hostile_archive(root: Path) -> Path:
    """An event for each bad text, which is headline, topic, context, summary, source and label; each names the next."""
    texts = [text.replace("\r", " ") for text in (*PAYLOADS.values(), *MORE.values())]
    pages = []
    for number, text in enumerate(texts):
        label = text.replace("[", "(").replace("]", ")")
        following = f"{folder_of(DAY)}/e{(number + 1) % len(texts)}.md"
        links = (Named(following, (text.replace("_", ""),), label), Named(f"{folder_of(DAY)}/dead{number}.md"))
        pages.append(
            Page(DAY, f"e{number}", text, (text,), text, ((label, f"https://e.example/{number}?{label}"),), links)
        )
    root = write(root, pages)
    no_text = (
        b"### [2020-03-01](/news/2020/03/1/index.md)\n\n##### T\xff\n# Bad \xff\xfe bytes\n\nA \x00 NUL and \xc3\x28.\n"
    )
    (root / folder_of(DAY) / "bytes.md").write_bytes(no_text)
    return root
