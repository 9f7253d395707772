"""An archive whose links are all whole → one with links broken on purpose, and the truth about it.

It shares no code with newsarc: it keeps for every related link the path that it was meant to have, so that dead is what
names no file in the end. ``python -m tests.mutation SRC DST --seed N`` writes the mutated archive to DST, and the truth
to DST/truth.json (no page, so no checker looks at it).

Renamed events get a new file name and a new headline; the links that nobody rewrote keep the old name and, mostly, the
old headline as their label. Kinds are those of FORMAT.md, "How links die". Some links that are whole are only spelled
otherwise; these are listed as harmless.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import shutil
import unicodedata
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from tests.generated import folder, slug_of

_ITEM = re.compile(r"(\d+\. )\[(.*)\]\((/news/[^()\s]*\.md)\)((?: _.*_)?[ \t]*)")
_HEADLINE = re.compile(r"# (.*)")
_TOPIC = re.compile(r"##### (.+)")
_DATE = re.compile(r"### \[[\d-]+\]\(/news/[\d/]+/index\.md\)")
_RELATED = ("### Related:", "### 有关:")
_SECTION = re.compile(r"### [^\[]*:\s*\Z")
_CJK = re.compile("[\u3400-\u9fff]")
_DAY_PAGES = ("index.md", "README.md")

RENAMES = (
    "topic added",
    "topic added, stray p",
    "topic dropped",
    "topic dropped, stray p",
    "words inserted",
    "words removed",
    "words corrected",
    "number changed",
    "end grew",
    "end shrank",
)
TYPOS = ("letter", "wrong case", "NFD", "wrong day")
MOVED, DELETED = "moved to another day", "deleted"
HARMLESS = ("encoded", "fragment", "query", "html", "no ending", "relative", "padded day", "day folder", "day page")


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what happens; of events: deleted, renamed, moved. Of links: the rest."""

    deleted: float = 0.05
    renamed: float = 0.25
    moved: float = 0.01
    rewritten: float = 0.2  # of pages: their links to renamed events are up to date
    mistyped: float = 0.04
    harmless: float = 0.08
    respelled: float = 0.05  # of dead links: also percent-encoded, as .html, …
    unbalanced: float = 0.02  # labels with a "]" too many
    short_labels: float = 0.05  # of dead links: a label that is not the old headline
    recorded: float = 0.15  # of renames: Changes or an alias name the former slug
    rough: float = 0.1  # of pages: CRLF, no final newline, trailing spaces, bytes that are no UTF-8


@dataclass(slots=True)
class Link:
    """One item of a Related section. ``old`` is the path that it names, ``new`` where that event is now."""

    head: str
    label: str
    old: str
    tail: str
    new: str | None = None
    target: str = ""
    kind: str = "whole"
    unbalanced: bool = False

    def written(self) -> str:
        return f"{self.head}[{self.label}]({self.target}){self.tail}"


@dataclass(slots=True)
class Page:
    """One event page: its lines, where a link is a record."""

    old: str
    path: str
    lines: list[str | Link]
    headline: str = ""
    said: str = ""  # the headline in the source
    topics: tuple[str, ...] = ()
    kind: str = "kept"
    recorded: bool = False
    gone: bool = False
    encoding: tuple[str, ...] = ()

    @property
    def links(self) -> list[Link]:
        return [line for line in self.lines if isinstance(line, Link)]


@dataclass(frozen=True, slots=True)
class Place:
    """A related link of the mutated archive. ``right`` is the path that it should have; None for a deleted event.

    ``twins`` are events of its day that tell the same as a deleted one did; ``recorded``: a page lists the former slug.
    """

    path: str
    line: int
    column: int
    target: str
    kind: str
    right: str | None = None
    twins: tuple[str, ...] = ()
    recorded: bool = False
    unbalanced: bool = False

    def verdict(self, suggested: str | None) -> str:
        """Say what a suggestion is: ``right``, ``wrong``, ``none``; ``twin`` for a duplicate of a deleted event."""
        if suggested is None:
            return "none"
        if suggested == self.right:
            return "right"
        return "twin" if suggested in self.twins else "wrong"


@dataclass(slots=True)
class Truth:
    """What is dead, what is only spelled otherwise, and what became of the events (old path → new path or None)."""

    seed: int
    dead: list[Place] = field(default_factory=list)
    harmless: list[Place] = field(default_factory=list)
    events: dict[str, str | None] = field(default_factory=dict)
    undecodable: list[str] = field(default_factory=list)

    @property
    def places(self) -> set[tuple[str, int, int, str]]:
        return {(place.path, place.line, place.column, place.target) for place in self.dead}


def mutate(source: Path, destination: Path, seed: int, *, rates: Rates | None = None, site_prefix: str = "") -> Truth:
    """Write the mutated archive to ``destination``, which must not exist, and the truth beside it; return the truth."""
    pages = set(source.glob("news/*/*/*/*.md"))  # which are written when it is known what they are to say
    shutil.copytree(source, destination, ignore=lambda at, names: [name for name in names if Path(at, name) in pages])
    run = _Mutation(source, destination, random.Random(seed), rates or Rates(), site_prefix)
    run.change_events()
    run.change_links()
    run.change_day_pages()
    truth = run.write(seed)
    (destination / "truth.json").write_text(json.dumps(asdict(truth), ensure_ascii=False, indent=1), encoding="utf-8")
    return truth


class _Mutation:
    def __init__(self, source: Path, root: Path, rng: random.Random, rates: Rates, site_prefix: str) -> None:
        self.source, self.root = source, root
        self.rng, self.rates, self.site_prefix = rng, rates, site_prefix
        files = sorted(source.glob("news/*/*/*/*.md"))
        self.day_pages = [file.relative_to(source).as_posix() for file in files if file.name in _DAY_PAGES]
        self.pages: dict[str, Page] = {}
        self.twins: dict[str, tuple[str, ...]] = {}
        for file in files:
            if file.name not in _DAY_PAGES:
                page = _read(file, file.relative_to(source).as_posix())
                self.pages[page.old] = page
        self.taken = {path.casefold() for path in (*self.pages, *self.day_pages)}
        self.is_chinese = sum(bool(_CJK.search(page.headline)) for page in self.pages.values()) > len(self.pages) / 2

    # --- events ---

    def change_events(self) -> None:
        rates, rng = self.rates, self.rng
        for page in self.pages.values():
            chance = rng.random()
            if chance < rates.deleted:
                page.gone, page.kind = True, DELETED
            elif chance < rates.deleted + rates.moved:
                self._move(page)
            elif chance < rates.deleted + rates.moved + rates.renamed:
                self._rename(page)

    def _move(self, page: Page) -> None:
        day = _date_of(page.path) + dt.timedelta(days=self.rng.choice((-3, -2, -1, -1, 1, 1, 2, 7)))
        if self._take(page, f"{folder(day)}/{_slug(page.path)}.md"):
            page.kind = MOVED
            page.lines = [
                f"### [{day}](/{folder(day)}/index.md)" if isinstance(line, str) and _DATE.match(line) else line
                for line in page.lines
            ]

    def _rename(self, page: Page) -> None:
        if page.headline != page.headline.strip("\r") or self._slug_for(page.headline) != _without_p(page):
            return  # its slug follows other rules: what a new headline would make of it is not known
        for kind in self.rng.sample(RENAMES, len(RENAMES)):
            made = self._edited(page, kind)
            if made is None:
                continue
            headline, slug = made
            if slug == _slug(page.path) or not self._take(page, f"{_folder(page.path)}/{slug}.md"):
                continue
            old, page.kind = page.headline, kind
            page.headline = headline
            number = next(at for at, line in enumerate(page.lines) if isinstance(line, str) and line.startswith("# "))
            page.lines[number] = f"# {headline} "
            if self.rng.random() < self.rates.recorded:
                self._record(page, old)
            return

    def _edited(self, page: Page, kind: str) -> tuple[str, str] | None:
        """Return the new headline and slug; None where this kind of edit is impossible here."""
        headline, rng = page.headline.strip(), self.rng
        old_slug = _slug(page.path)
        match kind:
            case "topic added" | "topic added, stray p":
                if not page.topics or headline.startswith(page.topics[0]):
                    return None
                stray = "p" if kind.endswith("p") else ""
                colon = "：" if self.is_chinese else ": "
                return f"{page.topics[0]}{colon}{headline}", self._slug_for(f"{page.topics[0]}{colon}{stray}{headline}")
            case "topic dropped" | "topic dropped, stray p":
                topic = next((name for name in page.topics if headline.startswith((f"{name}:", f"{name}. "))), "")
                bare = headline[len(topic) + 1 :].strip()
                has_stray = f"-p{self._slug_for(bare)[:9]}" in old_slug
                if not topic or has_stray != kind.endswith("p"):
                    return None
                return bare, self._slug_for(bare)
            case "end grew" | "end shrank":
                size = _size(self.is_chinese)
                long = len(headline) if self.is_chinese else len(headline.encode())
                if long > size + 9:  # at the cut: the same headline, cut elsewhere
                    slug = self._slug_for(headline, size + rng.randint(1, 8) * (1 if kind == "end grew" else -1))
                    return headline, slug
                changed = self._with_more(headline) if kind == "end grew" else self._with_less(headline)
                return None if changed is None else (changed, self._slug_for(changed))
            case _:
                changed = self._reworded(headline, kind)
                return None if changed is None else (changed, self._slug_for(changed))

    def _with_more(self, headline: str) -> str:
        more = "，警方稱|，至少兩人受傷|並展開調查" if self.is_chinese else " on Monday|, police say| overnight"
        return headline.rstrip("。.") + self.rng.choice(more.split("|"))

    def _with_less(self, headline: str) -> str | None:
        joint = "" if self.is_chinese else " "
        tokens = _tokens(headline, self.is_chinese)
        return joint.join(tokens[: -self.rng.randint(1, 4)]) if len(tokens) > 14 else None

    def _reworded(self, headline: str, kind: str) -> str | None:
        rng, joint = self.rng, "" if self.is_chinese else " "
        tokens = _tokens(headline, self.is_chinese)
        if len(tokens) < 6:
            return None
        at = rng.randrange(1, min(len(tokens), 45 if self.is_chinese else 16))
        if kind == "number changed":
            numbers = list(re.finditer(r"\d+", headline[: _size(self.is_chinese) - 5]))
            if not numbers:
                return None
            match = rng.choice(numbers)
            return f"{headline[: match.start()]}{int(match[0]) + rng.randint(1, 30)}{headline[match.end() :]}"
        if kind == "words inserted":
            other = _tokens(rng.choice(list(self.pages.values())).headline.strip(), self.is_chinese)
            words = other[: rng.randint(1, 4 if self.is_chinese else 3)]
            tokens[at:at] = words
        elif kind == "words removed":
            del tokens[at : at + rng.randint(1, 3 if self.is_chinese else 2)]
        elif self.is_chinese:  # corrected: a character, or two that changed places
            tokens[at - 1], tokens[at] = tokens[at], rng.choice((tokens[at - 1], "的", "於"))
        else:
            tokens[at] = _misspelled(tokens[at], rng)
        return joint.join(tokens)

    def _record(self, page: Page, old: str) -> None:
        """Let the page itself say what it was called."""
        page.recorded = True
        if self.rng.random() < 0.5:
            alias = self.rng.choice((_slug(page.old), f"/{page.old}", f"/{page.old.removesuffix('.md')}.html"))
            page.lines[0:0] = ["---", f"aliases: [{json.dumps(alias, ensure_ascii=False)}]", "---"]
            return
        section: list[str | Link] = ["### Changes:", ""]
        section += [f"1. [{old}](/{page.old}) _2018-02-06 13:49:27 (First version)_"]
        section += [f"2. [{page.headline} ](/{page.path}) _(Current version)_", ""]
        at = next((n for n, line in enumerate(page.lines) if line in ("### Changes:", *_RELATED)), len(page.lines))
        if at < len(page.lines) and page.lines[at] == "### Changes:":
            section = section[2:-1]
            at += 2
        page.lines[at:at] = section

    def _take(self, page: Page, path: str) -> bool:
        if path.casefold() in self.taken or not _slug(path):
            return False
        self.taken.add(path.casefold())
        page.path = path
        return True

    def _slug_for(self, headline: str, size: int = 0) -> str:
        size = size or _size(self.is_chinese)
        return chinese_slug(headline, size) if self.is_chinese else slug_of(headline, size)

    # --- links ---

    def change_links(self) -> None:
        rates, rng = self.rates, self.rng
        for page in self.pages.values():
            is_rewritten = rng.random() < rates.rewritten
            for link in page.links:
                meant = self.pages[link.old]
                link.new = None if meant.gone else meant.path
                link.target = f"/{link.old}"
                if link.new == link.old:
                    self._change_whole(page, link)
                elif link.new is not None and is_rewritten:
                    link.kind, link.target, link.label = "rewritten", f"/{link.new}", meant.headline
                else:
                    self._change_dead(page, link, meant)
                if rng.random() < rates.unbalanced:
                    link.unbalanced = True
                    at = rng.randrange(len(link.label) + 1)
                    link.label = f"{link.label[:at]}]{link.label[at:]}"

    def _change_whole(self, page: Page, link: Link) -> None:
        chance = self.rng.random()
        if chance < self.rates.mistyped:
            for kind in self.rng.sample(TYPOS, len(TYPOS)):
                typo = self._mistyped(link.old, kind)
                if typo is not None and (kind in ("wrong case", "NFD") or typo.casefold() not in self.taken):
                    link.kind, link.target = kind, f"/{typo}"
                    break
        elif chance < self.rates.mistyped + self.rates.harmless:
            kind = self.rng.choice(HARMLESS)
            if (target := self._respelled(link.old, kind, page)) is not None:
                link.kind, link.target = kind, target

    def _change_dead(self, page: Page, link: Link, meant: Page) -> None:
        link.kind = meant.kind
        if self.rng.random() < self.rates.short_labels:
            tokens = _tokens(link.label.strip(), self.is_chinese)
            link.label = ("" if self.is_chinese else " ").join(tokens[: 10 if self.is_chinese else 5])
        if self.rng.random() < self.rates.respelled:
            kind = self.rng.choice(HARMLESS[:7])
            link.target = self._respelled(link.old, kind, page) or link.target

    def _mistyped(self, path: str, kind: str) -> str | None:
        rng, slug, day = self.rng, _slug(path), _folder(path)
        if kind == "letter":
            at = rng.randrange(len(slug))
            letter = rng.choice("於在中不是" if self.is_chinese else "aeiorstn")
            made = slug[:at] + rng.choice(("", letter)) + slug[at + rng.choice((0, 1, 1)) :]
        elif kind == "wrong case":
            letters = [at for at, char in enumerate(slug) if char.upper() != char.lower()]
            if not letters:
                return None
            at = rng.choice(letters)
            made = slug[:at] + slug[at].swapcase() + slug[at + 1 :]
        elif kind == "NFD":
            made = unicodedata.normalize("NFD", slug)
        else:
            date = _date_of(path) + dt.timedelta(days=rng.choice((-2, -1, 1, 2, 5)))
            return f"{folder(date)}/{slug}.md"
        return None if made in (slug, "") else f"{day}/{made}.md"

    def _respelled(self, path: str, kind: str, page: Page) -> str | None:
        """Return another way to write the same target."""
        year, month, day, name = path.split("/")[1:]
        if kind in ("day folder", "day page"):
            page_name = self.rng.choice(_DAY_PAGES)
            wanted = _folder(path) if kind == "day folder" else f"{_folder(path)}/{page_name}"
            is_there = f"{_folder(path)}/{page_name}" in self.day_pages
            return f"/{wanted}{self.rng.choice(('', '/')) if kind == 'day folder' else ''}" if is_there else None
        encoded = quote(f"/{path}")
        return {
            "encoded": encoded if encoded != f"/{path}" else f"/{path}".replace("-", "%2D", 2),
            "fragment": f"/{path}#related",
            "query": f"/{path}?from=feed&n=1",
            "html": f"/{path.removesuffix('.md')}.html",
            "no ending": f"/{path.removesuffix('.md')}",
            "relative": _relative(path, PurePosixPath(page.path).parent.parts),
            "padded day": f"/news/{year}/{month}/{int(day):02d}/{name}" if len(day) == 1 else None,
        }[kind]

    # --- the rest ---

    def change_day_pages(self) -> None:
        """Give the day pages the new names, and take the deleted events out."""
        self.day_texts: dict[str, str] = {}
        changed = {page.old: page for page in self.pages.values() if page.gone or page.path != page.old}
        for path in self.day_pages:
            lines = (self.source / path).read_bytes().decode("utf-8", "surrogateescape").split("\n")
            for number, line in enumerate(lines):
                target = re.search(r"\(/(news/[^()\s]*\.md)\)\s*\Z", line)
                page = changed.get(target[1]) if target else None
                if page is not None and line.startswith("### ["):
                    lines[number] = "" if page.gone else f"### [{page.headline} ](/{page.path})"
            self.day_texts[path] = self._prefixed("\n".join(lines))

    def write(self, seed: int) -> Truth:
        truth = Truth(seed, events={page.old: None if page.gone else page.path for page in self.pages.values()})
        for path, text in self.day_texts.items():
            (self.root / path).write_bytes(text.encode("utf-8", "surrogateescape"))
        if self.site_prefix:
            (self.root / "newsarc.toml").write_text(f'site-prefix = "{self.site_prefix}"\n', encoding="utf-8")
        files = {page.path for page in self.pages.values() if not page.gone} | set(self.day_pages)
        for page in self.pages.values():
            if not page.gone:
                self._write_page(page, truth, files)
        truth.dead.sort(key=lambda place: (place.path, place.line, place.column))
        return truth

    def _write_page(self, page: Page, truth: Truth, files: set[str]) -> None:
        rng = self.rng
        lines: list[str] = []
        is_rough = rng.random() < self.rates.rough
        roughness = rng.sample(("crlf", "no final newline", "trailing", "bytes", "bom"), 2) if is_rough else []
        if page.lines[0] == "---" and "bom" in roughness:
            roughness.remove("bom")  # front matter behind a byte order mark is a matter of its own
        for line in page.lines:
            if isinstance(line, str):
                lines.append(self._prefixed(line))
                continue
            if "bytes" in roughness and rng.random() < 0.5:
                line.label = f"{line.label}\udcff\udcfe"
            if "trailing" in roughness:
                line.tail += "  "
            if self.site_prefix and line.target.startswith("/") and rng.random() < 0.95:
                line.target = f"{self.site_prefix}{line.target}"
            place = self._place(page, line, len(lines) + 1)
            if line.kind in HARMLESS:
                truth.harmless.append(place)
            elif line.kind not in ("whole", "rewritten"):
                assert line.kind == DELETED or line.new in files
                truth.dead.append(place)
            lines.append(line.written())
        if "bytes" in roughness:
            at = next(number for number, line in enumerate(lines) if line.startswith("# "))
            lines[at] += "\udce9"
            truth.undecodable.append(page.path)
        text = "\n".join(lines)
        text = text.rstrip("\n") if "no final newline" in roughness else text
        text = text.replace("\n", "\r\n") if "crlf" in roughness else text
        data = (b"\xef\xbb\xbf" if "bom" in roughness else b"") + text.encode("utf-8", "surrogateescape")
        file = self.root / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def _place(self, page: Page, link: Link, line: int) -> Place:
        meant = self.pages[link.old]
        twins = self._twins(meant) if link.new is None else ()
        return Place(
            path=page.path,
            line=line,
            column=len(link.head) + len(link.label) + 4,
            target=link.target,
            kind=link.kind,
            right=link.new,
            twins=twins,
            recorded=meant.recorded,
            unbalanced=link.unbalanced,
        )

    def _twins(self, gone: Page) -> tuple[str, ...]:
        """Return the pages of the same day that told the same in the source: real archives have such."""
        if gone.path not in self.twins:
            self.twins[gone.path] = tuple(
                page.path
                for page in self.pages.values()
                if not page.gone and _folder(page.old) == _folder(gone.old) and _tell_the_same(page.said, gone.said)
            )
        return self.twins[gone.path]

    def _prefixed(self, line: str) -> str:
        return line.replace("](/news/", f"]({self.site_prefix}/news/") if self.site_prefix else line


def chinese_slug(headline: str, size: int = 60) -> str:
    """Return the Chinese archive's slug of a headline, as far as its rules are known."""
    text = re.sub(r"(?<=\w)[.,](?=\w)", "", headline.strip())
    return re.sub(r"[\W_]+", "-", text)[:size].strip("-")


def _read(file: Path, path: str) -> Page:
    lines: list[str | Link] = []
    headline, topics, is_related = "", list[str](), False
    for line in file.read_bytes().decode("utf-8", "surrogateescape").split("\n"):
        item = _ITEM.fullmatch(line) if is_related else None
        if item is not None:
            lines.append(Link(item[1], item[2], item[3].removeprefix("/"), item[4]))
            continue
        if _SECTION.match(line):
            is_related = line.strip() in _RELATED
        if not headline and (match := _HEADLINE.match(line)):
            headline = match[1]
        if match := _TOPIC.match(line):
            topics.append(match[1].strip())
        lines.append(line)
    for link in lines:
        if isinstance(link, Link):  # what this headline begins with may be a topic that others are about, too
            topics.extend(name for name in re.findall(r"_[^:：]*[:：] *(.*)_", link.tail) for name in name.split(", "))
    if match := re.match(r"([^:.]{4,60})(?::|\. )", headline):
        topics.append(match[1])
    return Page(path, path, lines, headline, headline, tuple(topics))


def _without_p(page: Page) -> str:
    """Return the slug of ``page``; without the stray p behind a topic where there is one."""
    slug = _slug(page.path)
    topic = next((name for name in page.topics if page.headline.startswith(f"{name}:")), "")
    if topic and slug.startswith(start := f"{slug_of(topic)}-p"):
        bare = slug_of(page.headline[len(topic) + 1 :])
        whole = slug_of(page.headline)
        if not whole.startswith(start) and bare.startswith(slug.removeprefix(start)[:20]):
            return whole
    return slug


def _misspelled(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    other = rng.choice(("new", "two", "its"))
    return rng.choice((word[:at] + word[at + 1 :], word[: at + 1] + word[at:], f"{word}s", other))


def _tokens(headline: str, is_chinese: bool) -> list[str]:
    return list(headline) if is_chinese else headline.split(" ")


def _size(is_chinese: bool) -> int:
    return 60 if is_chinese else 140


def _tell_the_same(one: str, other: str) -> bool:
    numbers = [re.findall(r"\d+", headline) for headline in (one, other)]
    return numbers[0] == numbers[1] and SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.95


def _slug(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _date_of(path: str) -> dt.date:
    year, month, day = path.split("/")[1:4]
    return dt.date(int(year), int(month), int(day))


def _relative(path: str, here: tuple[str, ...]) -> str:
    parts = path.split("/")
    same = 0
    while parts[same] == here[same] and same < len(here) - 1:
        same += 1
    return "../" * (len(here) - same) + "/".join(parts[same:])


def main() -> None:
    parser = argparse.ArgumentParser(description="Make an archive with broken links, and the truth about them.")
    parser.add_argument("source", type=Path)
    parser.add_argument("destination", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--site-prefix", default="", help='such as "/zh"')
    options = parser.parse_args()
    truth = mutate(options.source, options.destination, options.seed, site_prefix=options.site_prefix)
    print(f"{len(truth.dead)} dead links, {len(truth.harmless)} spelled otherwise, in {options.destination}")


if __name__ == "__main__":
    main()
