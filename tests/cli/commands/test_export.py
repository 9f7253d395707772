"""``newsarc export``: where it writes, what it refuses, and that nothing half-done is left anywhere."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from newsarc import Archive
from newsarc.cli.commands import export as command
from newsarc.errors import PageError
from newsarc.index import Filter
from newsarc.output.export import FORMATS, ExportedEvent, exported_events
from newsarc.output.export.parquet import REQUIREMENT
from newsarc.output.export.tables import TABLE_NAMES
from tests.cli.driver import CASES, EXAMPLE, on_example, on_terminal, run
from tests.cli.payloads import CONTROL
from tests.naive import Page, write
from tests.output.export.archives import hostile_archive
from tests.output.export.reading import csv_rows, needs, query, said_by

HARBOUR = CASES / "harbour"
OUTPUTS = {"sqlite": "news.db", "jsonl": "news.jsonl", "csv": "one.csv", "csv folder": "csv", "parquet": "parquet"}
# In a process of their own, for the sake of what pyarrow does to one, and of the limit: a run for each of OUTPUTS.
FULL_DISK = """
import json, resource, sys
from tests.cli.commands.test_export import HARBOUR, OUTPUTS, run, words_for
resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))
said = {}
for kind in OUTPUTS:
    result = run("-q", "-A", HARBOUR, "--no-cache", "export", *words_for(kind, sys.argv[1]))
    said[kind] = [result.code, result.out, result.err]
print(json.dumps(said))
"""
INTERRUPTED_PARQUET = """
import sys
from pytest import MonkeyPatch
from tests.cli.commands.test_export import HARBOUR, interrupt, run, words_for
interrupt(MonkeyPatch())
result = run("-q", "-A", HARBOUR, "--no-cache", "export", *words_for("parquet", sys.argv[1]))
print(result.code)
"""


def words_for(kind: str, folder: str | Path) -> list[str]:
    return ["--format", kind.removesuffix(" folder"), "--output", str(Path(folder) / OUTPUTS[kind])]


def interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, when half of the events of the harbour archive are written."""
    count = command._Counts.of

    def interrupted(self: Any, events: Iterable[ExportedEvent]) -> Iterator[ExportedEvent]:
        for event in count(self, events):
            if event.id == 5:
                raise KeyboardInterrupt
            yield event

    monkeypatch.setattr(command._Counts, "of", interrupted)


@pytest.mark.parametrize("kind", [kind for kind in OUTPUTS if kind != "parquet"])
def test_nothing_is_left_after_an_interrupt(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(monkeypatch)
    result = run("-q", "-A", HARBOUR, "export", *words_for(kind, tmp_path))
    assert (result.code, result.out, result.err, list(tmp_path.iterdir())) == (130, "", "", [])


def test_nothing_is_left_of_parquet_after_an_interrupt(tmp_path: Path) -> None:
    needs("pyarrow")
    assert (said_by(INTERRUPTED_PARQUET, tmp_path), list(tmp_path.iterdir())) == (130, [])


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits of this kind")
def test_nothing_is_left_on_a_full_disk(tmp_path: Path) -> None:
    needs("pyarrow")
    for kind, (code, out, err) in said_by(FULL_DISK, tmp_path).items():
        assert (code, out) == (2, "")
        (line,) = err.splitlines()
        assert re.match(rf"newsarc: .*{OUTPUTS[kind]}: not written: \w+", line)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite", "csv folder"])
def test_what_was_there_stays_after_an_interrupt(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["-A", str(HARBOUR), "export", *words_for(kind, tmp_path)]
    assert run(*words, "captain-held").code == 0
    before = contents(tmp_path)
    interrupt(monkeypatch)
    assert run(*words, "--force").code == 130
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", [kind for kind in OUTPUTS if kind != "parquet"])
def test_what_is_there_is_replaced_only_with_force(kind: str, tmp_path: Path) -> None:
    words = ["-A", str(HARBOUR), "export", *words_for(kind, tmp_path)]
    first = run(*words, "captain-held")
    told = "1 event, 5 related links (2 broken)"
    if kind == "csv":
        told = 'wrote table "event" (1 event); use a folder for all tables'
    assert (first.code, first.out) == (0, f"{words[-1]}: {told}\n")
    before = contents(tmp_path)
    again = run(*words)
    assert (again.code, again.out, contents(tmp_path)) == (2, "", before)
    (line,) = again.err.splitlines()
    assert "already exists" in line
    assert "use --force to overwrite" in line
    assert run(*words, "--force").code == 0
    after = contents(tmp_path)
    assert after.keys() == before.keys()
    assert after != before


def test_a_file_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    file, link = tmp_path / "real.db", tmp_path / "news.db"
    file.touch(mode=0o600)
    link.symlink_to(file)
    assert on_example("export", "--output", link, "--force").code == 0
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o600
    assert query(file, "SELECT count(*) FROM event") == [(50,)]


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "event.csv").touch()
    (tmp_path / "thesis.txt").touch()
    result = on_example("export", "--format", "csv", "--output", tmp_path, "--force")
    assert (result.code, sorted(path.name for path in tmp_path.iterdir())) == (2, ["event.csv", "thesis.txt"])
    assert "thesis.txt" in result.err


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert on_example("export", "--format", "csv", "--output", tmp_path / "out").code == 0
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == sorted(TABLE_NAMES)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ([], "specify an output file: --output"),
        (["--format", "sqlite"], "use --output FILE"),
        (["--format", "parquet"], "use --output FILE"),
        (["--output", "news"], "--format sqlite, parquet, jsonl or csv"),
        (["--output", "-"], "standard output: cannot tell the format"),
        (["--output", "-", "--format", "sqlite"], "use --output FILE"),
        (["--output", "-", "--format", "parquet"], "use --output FILE"),
        (["--output", "nowhere/news.db"], "folder nowhere does not exist"),
        (["--output", "folder", "--format", "sqlite"], "is a folder"),
        (
            ["--output", "file", "--format", "csv"],
            "not a folder; csv needs a folder of tables, or NAME.csv",
        ),
        (["--output", "news.db", "--spreadsheet-safe"], "--format csv"),
        (["--output", "news.db", "--table", "event"], "--table requires a single file"),
        (["--output", "new", "--format", "csv", "--table", "event"], "--table requires a single file"),
        (["--output", "/dev/null", "--format", "jsonl", "--force"], "not a regular file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense(words: list[str], hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    result = on_example("export", *words)
    assert (result.code, result.out, sorted(os.listdir(tmp_path))) == (2, "", ["file", "folder"])
    (line,) = result.err.splitlines()
    assert hint in line


@pytest.mark.parametrize("output", ["csv", "jsonl"])
def test_a_format_is_enough_in_a_pipe(output: str) -> None:
    result = on_example("export", "2017-06", "--format", output)
    assert result.code == 0
    assert result.lines
    assert result == on_example("export", "2017-06", "--format", output, "--output", "-")


def test_a_terminal_needs_an_output(tmp_path: Path) -> None:
    errors: list[str] = []
    assert on_terminal("-A", EXAMPLE, "export", "--format", "csv", errors=errors) == (2, "")
    assert errors[0].startswith("newsarc: specify an output file: --output")
    assert on_terminal("-A", EXAMPLE, "export", "2017-06", "--format", "csv", "--output", "-")[0] == 0


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = on_example("export", "--format", "parquet", "--output", tmp_path / "out")
    assert (result.code, result.out, list(tmp_path.iterdir())) == (2, "", [])
    (line,) = result.err.splitlines()
    assert f'pip install "{REQUIREMENT}"' in line


def test_nothing_found_leaves_nothing(tmp_path: Path) -> None:
    result = on_example("export", "--topic", "Rusian intervention in Syria", "--output", tmp_path / "news.db")
    assert (result.code, result.out, list(tmp_path.iterdir())) == (1, "", [])
    assert "did you mean\n  Russian intervention in Syria\n" in result.err


def test_a_page_that_goes_meanwhile(tmp_path: Path) -> None:
    root = write(
        tmp_path, [Page(dt.date(2020, 3, 1), "a", "Ferry sinks"), Page(dt.date(2020, 3, 1), "b", "Ferry held")]
    )
    with Archive.open(root, cache=False) as archive:
        chosen = archive.index().select(Filter())
        (root / "news/2020/03/1/b.md").unlink()
        with pytest.raises(PageError, match=r"b\.md: not read"):
            list(exported_events(archive, chosen, lambda done, of: None))


# --- what is in it ---


def test_links_that_lead_out_of_the_export(tmp_path: Path) -> None:
    """Of the five links of this event two reach other events, two are broken, one leads to the web."""
    file = tmp_path / "news.db"
    assert run("-A", HARBOUR, "export", "captain-held", "--output", file).code == 0
    states = "SELECT state, count(*), count(target_id), min(target_headline) FROM link_with_headlines GROUP BY 1"
    assert [row[:3] for row in query(file, states)] == [("broken", 2, 0), ("elsewhere", 2, 0), ("web", 1, 0)]
    paths = query(file, "SELECT count(path), sum(broken) FROM related_link")
    assert paths == [(2, 2)]
    assert run("-A", HARBOUR, "export", "--output", file, "--force").code == 0
    held = "SELECT state, target_headline FROM link_with_headlines WHERE headline = 'Captain held over the ferry fire'"
    assert ("exported", "Ferry burns off Port Ansel") in query(file, held)
    assert {state for state, _ in query(file, held)} == {"exported", "broken", "web"}


@pytest.mark.parametrize("by", ["topic", "context"])
@pytest.mark.parametrize("root", [EXAMPLE, HARBOUR, CASES / "valley"], ids=lambda root: root.name)
def test_views_count_as_list_does(root: Path, by: str, tmp_path: Path) -> None:
    counts = run("-A", root, "list", "--count-by", by, "--json").json["counts"]
    assert run("-A", root, "export", "--output", tmp_path / "news.db").code == 0
    found = query(tmp_path / "news.db", f"SELECT name, events FROM {by}_with_counts ORDER BY events DESC, name")
    assert found == [(count["value"], count["count"]) for count in counts if count["value"] is not None]


def test_views_count_as_stats_do(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    assert on_example("export", "--output", file).code == 0
    stats = on_example("stats", "--top", "0", "--json").json
    assert query(file, "SELECT count(*) FROM broken_link") == [(stats["links_broken"],)]
    sums = "SELECT sum(related_links), sum(broken_links), sum(sources > 0), count(*) FROM event_with_counts"
    wanted = tuple(stats[name] for name in ("links", "links_broken", "with_sources", "count"))
    assert query(file, sums) == [wanted]
    days = query(file, "SELECT date, events FROM day_with_counts ORDER BY events DESC, date")
    assert days == [(day["value"], day["count"]) for day in stats["busiest_days"]]
    assert query(file, "SELECT sum(related_links), sum(broken_links) FROM day_with_counts") == [wanted[:2]]
    linked = query(file, "SELECT path, backlinks FROM event_with_counts WHERE backlinks ORDER BY 2 DESC")
    assert dict(linked) == {event["path"]: event["count"] for event in stats["most_linked"]}


def test_topics_that_only_the_archive_tells(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    assert on_example("export", "--output", file).code == 0
    origins = dict(query(file, "SELECT origin, count(*) FROM event_topic GROUP BY 1"))
    assert origins["archive"] > 0
    named = query(
        file, "SELECT DISTINCT event_id FROM event_topic JOIN topic ON id = topic_id WHERE folded = 'insight'"
    )
    assert len(named) == on_example("list", "--topic", "insight", "--count", "--json").json["count"]


@pytest.mark.parametrize(("word", "number"), [("lava", 4), ("Sevastopol", 0), ("gois", 1), ("Góis", 1)])
def test_full_text(word: str, number: int, tmp_path: Path) -> None:
    assert on_example("export", "--output", tmp_path / "news.db").code == 0
    assert query(tmp_path / "news.db", "SELECT count(*) FROM event_fts WHERE event_fts MATCH ?", word) == [(number,)]


def test_full_text_of_a_script_without_spaces(tmp_path: Path) -> None:
    pages = [Page(dt.date(2020, 3, 1), str(number), f"花蓮外海發生規模{number}的地震") for number in range(3)]
    root = write(tmp_path / "archive", pages)
    assert run("-A", root, "export", "--output", tmp_path / "news.db").code == 0
    assert query(tmp_path / "news.db", "SELECT count(*) FROM event_fts('發生規')") == [(3,)]


def test_spreadsheets_get_no_formula(tmp_path: Path) -> None:
    root = hostile_archive(tmp_path / "archive")
    plain = run("-A", root, "export", "--format", "csv", "-o", "-")
    safe = run("-A", root, "export", "--format", "csv", "-o", "-", "--spreadsheet-safe")
    assert safe.out.startswith("\ufeff")
    assert not plain.out.startswith("\ufeff")
    cells = {cell for row in csv_rows(plain.out) for cell in row}
    assert {"=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "-1+1 and +2", "+49 30 1234"} <= cells
    disarmed = {cell for row in csv_rows(safe.out.removeprefix("\ufeff")) for cell in row}
    assert {"'=cmd|' /C calc'!A0", "'@SUM(1+1)*cmd", "'-1+1 and +2", "'+49 30 1234"} <= disarmed
    assert not any(re.match(r"[=+\-@\t\r\n]", cell) for cell in disarmed)
    assert run("-A", root, "export", "--format", "csv", "-o", tmp_path / "csv", "--spreadsheet-safe").code == 0
    assert (tmp_path / "csv" / "event.csv").read_bytes() == safe.out.encode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("output", ["csv", "jsonl"])
def test_a_terminal_is_not_told_what_to_do(output: str, tmp_path: Path) -> None:
    from tests.test_readme import run_on_terminal

    root = hostile_archive(tmp_path / "archive")
    assert "\x1b" in run("-A", root, "export", "--format", "csv", "-o", "-").out
    shown = run_on_terminal(f"newsarc -A '{root}' export --format {output} -o -", tmp_path, tmp_path)
    assert "e29.md" in shown
    assert not CONTROL.search(shown)


def test_names_are_the_same_in_the_command() -> None:
    assert get_args(command.TableName) == TABLE_NAMES
    assert get_args(command.Format) == FORMATS


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_database_that_is_open_elsewhere_is_not_replaced(tmp_path: Path, ending: str) -> None:
    """Whoever opened it would put its changes into the new one."""
    place = tmp_path / "news.db"
    assert run("-A", HARBOUR, "export", "-o", place).code == 0
    place.with_name(f"news.db{ending}").write_bytes(b"changes")
    before = contents(tmp_path)
    result = run("-A", HARBOUR, "export", "-o", place, "--force")
    assert (result.code, result.out, contents(tmp_path)) == (2, "", before)
    assert f"news.db{ending} exists" in result.err


def test_a_folder_that_is_replaced_keeps_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "tables"
    place.mkdir()
    place.chmod(0o700)
    words = ["-A", str(HARBOUR), "export", "--format", "csv"]
    assert run(*words, "-o", place).code == 0
    assert run(*words, "-o", place, "--force").code == 0
    assert place.stat().st_mode & 0o777 == 0o700
    monkeypatch.chdir(place)
    refused = run(*words, "-o", ".", "--force")
    assert (refused.code, Path.cwd()) == (2, place)
