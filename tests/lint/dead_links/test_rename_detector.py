"""Where dead links are said to lead, beyond the kinds of rename that tests/mutation.py makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.lint.finding import Finding

AMERICAN = "American-led intervention in Syria"
RAQQA = "Battle of Raqqa (2017)"
NEWS = "Syrian Democratic Forces capture the old city"


def slug_of(headline: str) -> str:
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in headline.lower()[:140]).split()
    return "-".join(words)


def make(root: Path, pages: dict[str, tuple[str, ...]]) -> Path:
    """Write event pages: by path, the headline and the items of the related links."""
    for path, (headline, *items) in pages.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        related = "\n\n### Related:\n\n" + "\n".join(items) if items else ""
        file.write_text(f"# {headline}\n\nText.\n{related}\n", encoding="utf-8")
    return root


def dead(root: Path) -> list[Finding]:
    with Archive.open(root, cache=False) as archive:
        return list(archive.lint(select=["NA101"]))


def test_no_other_event_is_suggested_if_the_label_is_a_headline(tmp_path: Path) -> None:
    storm, again = "news/2018/03/5/storm-hits.md", "news/2018/03/6/storm-hits.md"
    item = "[Storm hits coast](/news/2018/03/4/storm-hits.md) _Context: X_"
    root = make(
        tmp_path,
        {
            storm: ("Storm hits coast",),
            again: ("Storm hits coast again",),
            "news/2018/03/7/x.md": ("X", f"1. {item}", f"2. [Storm hits coast](/{storm}) _Context: X_"),
        },
    )
    (finding,) = dead(root)
    assert (finding.suggestion, finding.fix) == (None, None)
    (root / storm).write_text("# Storm comes in\n", encoding="utf-8")  # now the label is nobody's headline
    (finding,) = dead(root)
    assert finding.suggestion is not None
    assert finding.suggestion.path == again


def test_a_suggestion_from_a_page_is_not_certain_against_the_label(tmp_path: Path) -> None:
    told = "---\naliases: [quay-sinks]\n---\n"
    item = "1. [The quay sinks](/news/2018/03/5/quay-sinks.md) _Context: X_"
    root = make(
        tmp_path,
        {
            "news/2018/03/5/quay-floods.md": ("The quay floods",),
            "news/2018/03/9/quay-sinks-again.md": ("Elsewhere",),
            "news/2018/03/7/x.md": ("X", item),
        },
    )
    floods = root / "news/2018/03/5/quay-floods.md"
    floods.write_text(told + floods.read_text("utf-8"), encoding="utf-8")
    (finding,) = dead(root)
    assert finding.suggestion is not None
    assert finding.suggestion.certain
    (root / "news/2018/03/9/quay-sinks-again.md").write_text("# The quay sinks\n", encoding="utf-8")
    (finding,) = dead(root)
    assert finding.suggestion is not None
    assert not finding.suggestion.certain


@pytest.mark.parametrize("is_added", [False, True])
def test_two_topics_dropped_or_added_at_once(tmp_path: Path, is_added: bool) -> None:
    with_topics = f"{AMERICAN}: {RAQQA}: {NEWS}"
    new, old = (with_topics, NEWS) if is_added else (NEWS, with_topics)
    event = f"news/2017/08/16/{slug_of(new)}.md"
    target = f"/news/2017/08/16/{slug_of(old)}.md"
    pages: dict[str, tuple[str, ...]] = {
        event: (new,),
        "news/2017/08/16/another-event-of-the-day-that-has-nothing-to-do-with-it.md": ("Another event",),
        "news/2017/08/20/x.md": ("X", f"1. [SDF in Raqqa]({target}) _Context: {AMERICAN}_"),
        "news/2017/08/21/y.md": (f"{RAQQA}: Shelling goes on",),
    }
    (finding,) = dead(make(tmp_path, pages))
    assert finding.suggestion is not None
    assert (finding.suggestion.path, finding.suggestion.certain) == (event, False)
    assert "topic prefixes" in finding.suggestion.reason


def test_a_prefix_that_is_not_a_topic(tmp_path: Path) -> None:
    old = f"Fighting near the northern bridges of the old town and the hospital: {NEWS}"
    pages: dict[str, tuple[str, ...]] = {
        f"news/2017/08/16/{slug_of(NEWS)}.md": (NEWS,),
        "news/2017/08/20/x.md": ("X", f"1. [SDF in Raqqa](/news/2017/08/16/{slug_of(old)}.md) _Context: Syria_"),
    }
    (finding,) = dead(make(tmp_path, pages))
    assert finding.suggestion is None


LONG = (
    "A court in the capital sentences the former harbour minister to nine years in prison for taking bribes from the "
    "builders of the eastern mole"
)
SHORT = "A court in the capital again sentences the former harbour minister to nine years"


@pytest.mark.parametrize(("old", "new"), [(LONG, SHORT), (SHORT, LONG)])
def test_a_word_inserted_and_the_end_cut(tmp_path: Path, old: str, new: str) -> None:
    event = f"news/2017/08/16/{slug_of(new)}.md"
    item = f"1. [{old}](/news/2017/08/16/{slug_of(old)}.md) _Context: Courts_"
    pages: dict[str, tuple[str, ...]] = {event: (new,), "news/2017/08/20/x.md": ("X", item)}
    (finding,) = dead(make(tmp_path, pages))
    assert finding.suggestion is not None
    assert (finding.suggestion.path, finding.suggestion.certain) == (event, False)
    # Two that fit: no telling which.
    pages[f"news/2017/08/16/{slug_of(SHORT.replace('again', 'now'))}.md"] = (SHORT.replace("again", "now"),)
    (finding,) = dead(make(tmp_path, pages))
    assert finding.suggestion is None or new == LONG


def test_an_event_with_too_little_in_common_is_another_one(tmp_path: Path) -> None:
    old, new = (
        f"A court in the capital rules on {'the fate of the ferry line ' * 4}",
        "A court in the capital also rules on",
    )
    pages: dict[str, tuple[str, ...]] = {
        f"news/2017/08/16/{slug_of(new)}.md": (new,),
        "news/2017/08/20/x.md": ("X", f"1. [{old}](/news/2017/08/16/{slug_of(old)}.md) _Context: Courts_"),
    }
    (finding,) = dead(make(tmp_path, pages))
    assert finding.suggestion is None
