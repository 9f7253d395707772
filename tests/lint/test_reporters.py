"""Every format, parsed by a strict reader, whatever the archive says in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema  # type: ignore[import-untyped]
import pytest

from newsarc.cli.lint_options import OutputFormat
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.linter import Report
from newsarc.lint.reporters import REPORTERS
from newsarc.lint.reporters.sarif import FINGERPRINT
from newsarc.lint.rules import RULES
from newsarc.text.sanitize import visible
from tests.cli.driver import CASES, run, strict_json

SCHEMAS = Path(__file__).parent / "schemas"
PART, OFFICIAL = SCHEMAS / "sarif-2.1.0-part.json", SCHEMAS / "sarif-schema-2.1.0.json"

PAYLOADS = {
    "plain": "two bridges close",
    "ansi": "\x1b[31mred\x1b[0m",
    "osc": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "newline": "one\ntwo\r\nthree\rfour",
    "command": "\n::error file=x::forged\n::set-output name=a::b",
    "old-command": "##[error]forged",
    "percent": "%0A::error::forged %25 %",
    "properties": "a,line=9:b=c;d",
    "cdata": "]]><failure/>",
    "markup": "<b>&amp;&#0;</b> <!-- -->",
    "quotes": "\"double\" 'single' `back` \\",
    "nul": "a\0b",
    "tab": "a\tb",
    "c1": "a\x9b31mb\x85c",
    "surrogate": "bad \udc80 byte",
    "bidi": "a\u202eb\u2066c\u200f",
    "line-separators": "a\u2028b\u2029c",
    "no-xml": "a\ufffeb\uffffc",
    "placeholder": "{0} {{convert|6.2|mi|km}} }{",
    "link": "[click](http://evil.example) [x](0)",
    "json": '"},{"code":"NA999"',
    "chinese": "两座桥关闭 😀 👩\u200d🚀",
    "empty": "",
}


def finding(text: str = "two bridges close", **more: Any) -> Finding:
    """A finding that says ``text`` wherever a finding can say what an archive says."""
    path = f"news/2019/03/1/{text.replace('/', '-')}.md"
    plain = Finding(
        code="NA101",
        name="broken-related-link",
        severity="error",
        message=f"link to a page that does not exist: {text}",
        path=path,
        line=7,
        column=4,
        end_line=7,
        end_column=9,
        target=text,
        suggestion=Suggestion(path, f"because {text}", certain=True),
        fix=Fix(True, (Edit(path, 7, 4, 7, 9, text),)),
    )
    return plain._replace(**more)


WARNING = finding("self", code="NA103", name="self-link", severity="warning", suggestion=None, fix=None)


def report_text(name: str, *findings: Finding) -> str:
    return "".join(REPORTERS[name](Report(findings, files=3, seconds=0.25)))


# --- strict readers: each returns (code, message) of every finding ---

CodesAndMessages = list[tuple[str, str]]


def read_concise(text: str) -> CodesAndMessages:
    lines = [re.fullmatch(r"(.*):(\d+):(\d+): (NA\d{3}) (?:\[\*\] )?(.*)", line) for line in text.split("\n")[:-1]]
    assert all(lines)
    return [(line[4], line[5]) for line in lines if line]


def read_json(text: str) -> CodesAndMessages:
    document = strict_json(text)
    assert list(document) == ["version", "summary", "findings"]
    return [(found["code"], visible(found["message"])) for found in document["findings"]]


def read_jsonl(text: str) -> CodesAndMessages:
    found = [strict_json(line) for line in text.split("\n")[:-1]]
    return [(record["code"], visible(record["message"])) for record in found]


def read_sarif(text: str) -> CodesAndMessages:
    log = strict_json(text)
    for schema in (PART, *([OFFICIAL] if OFFICIAL.is_file() else [])):
        validate(log, schema)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.search(r"\]\(", result["message"]["text"]) is None, "a link"
    return [(result["ruleId"], unbraced(result["message"]["text"])) for result in run["results"]]


def read_github(text: str) -> CodesAndMessages:
    """As the runner does: src/Runner.Common/ActionCommand.cs, TryParseV2."""
    found: CodesAndMessages = []
    for line in text.split("\n")[:-1]:
        match = re.fullmatch(r"::(error|warning) ((?:(?!::).)*)::(.*)", line)
        assert match, line
        pairs = [pair.split("=", 1) for pair in match[2].split(",")]
        assert [name for name, _ in pairs] == ["file", "line", "endLine", "col", "endColumn", "title"]
        properties = {name: unquote_github(value) for name, value in pairs}
        assert properties["line"] == properties["endLine"] == "7"
        found.append((properties["title"].split(" ")[0], unquote_github(match[3])))
    return found


def read_gitlab(text: str) -> CodesAndMessages:
    records = strict_json(text)
    assert len({record["fingerprint"] for record in records}) == len(records)
    for record in records:
        assert list(record) == ["description", "check_name", "fingerprint", "severity", "location"]
        assert record["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert record["location"]["lines"]["begin"] == 7
    return [(record["check_name"], record["description"].split(": ", 1)[1]) for record in records]


def read_junit(text: str) -> CodesAndMessages:
    root = ElementTree.fromstring(text.encode("utf-8"))
    (suite,) = root
    assert (root.tag, suite.tag, {case.tag for case in suite}) == ("testsuites", "testsuite", {"testcase"})
    failed = [case[0] for case in suite if len(case)]
    assert suite.get("tests") == str(len(suite))
    assert suite.get("failures") == str(len(failed))
    return [found for failure in failed for found in read_concise(failure.text or "")]


def unbraced(text: str) -> str:
    assert re.fullmatch(r"([^{}]|\{\{|\}\})*", text), "a placeholder"
    return text.replace("{{", "{").replace("}}", "}")


def unquote_github(text: str) -> str:
    assert re.search(r"%(?!0D|0A|3A|2C|25)", text) is None, text
    for written, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, char)
    return text


def validate(log: Any, schema: Path) -> None:
    validator = jsonschema.Draft7Validator(json.loads(schema.read_bytes()))
    validator.check_schema(validator.schema)
    validator.validate(log)


def read_grouped(text: str) -> CodesAndMessages:
    """Read blocks of lines; each begins with the path of a page, and an empty line ends it."""
    *blocks, rest = text.split("\n\n")
    assert rest == ""
    found: CodesAndMessages = []
    for block in blocks:
        path, *lines = block.split("\n")
        assert path.endswith(".md:")
        for line in lines:
            match = re.fullmatch(r"  \d+:\d+ [EW] (NA\d{3}) (?:\[\*\] )?(.*)", line)
            assert match, line
            found.append((match[1], match[2]))
    return found


READERS: dict[str, Callable[[str], CodesAndMessages]] = {
    "concise": read_concise,
    "grouped": read_grouped,
    "json": read_json,
    "jsonl": read_jsonl,
    "sarif": read_sarif,
    "github": read_github,
    "gitlab": read_gitlab,
    "junit": read_junit,
}


def test_every_format_has_a_reader() -> None:
    assert set(READERS) == set(REPORTERS)
    assert set(get_args(OutputFormat)) == {*REPORTERS, "full"}


@pytest.mark.parametrize("name", ["sarif", "gitlab", "junit", "github"])
def test_on_the_command_line(name: str) -> None:
    result = run("-A", CASES / "harbour", "lint", "--select", "NA101", "--output-format", name)
    assert result.code == 1
    if name == "github":
        assert [line.split(" ")[0] for line in result.lines] == ["::error", "::error"]
        return
    reader = {"sarif": read_sarif, "gitlab": strict_json, "junit": read_junit}[name]
    assert len(reader(result.out)) == 2


def test_github_is_chosen_in_its_actions() -> None:
    arguments = ("-A", CASES / "harbour", "lint", "--select", "NA101")
    chosen = run(*arguments, env={"GITHUB_ACTIONS": "true"}).out
    assert chosen == run(*arguments, "--output-format", "github").out
    assert chosen != run(*arguments, env={"GITHUB_ACTIONS": None}).out


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", READERS)
def test_archive_text_is_only_text(name: str, payload: str) -> None:
    hostile = finding(PAYLOADS[payload])
    text = report_text(name, hostile, WARNING)
    text.encode("utf-8")
    for line in text.split("\n"):
        assert visible(line) == line
    (code, message), (other, _) = READERS[name](text)
    assert (code, other) == ("NA101", "NA103")
    shown = visible(hostile.message)
    if name == "sarif":
        shown = shown.replace("](", "] (")
    if name == "junit":
        shown = shown.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert message.startswith(shown)
    assert "because" in message or name.startswith("json")


@pytest.mark.parametrize("name", READERS)
def test_nothing_found(name: str) -> None:
    text = report_text(name)
    if name in ("concise", "jsonl", "github"):
        assert text == ""
    else:
        assert READERS[name](text) == []
    if name == "junit":
        assert 'tests="1" failures="0"' in text, "some servers take a report without tests for a broken one"


@pytest.mark.parametrize("name", READERS)
def test_the_order_is_the_reports(name: str) -> None:
    found = [finding(), WARNING, WARNING._replace(message="again"), finding("z")]
    assert [code for code, _ in READERS[name](report_text(name, *found))] == ["NA101", "NA103", "NA103", "NA101"]


# --- what each says ---


def test_concise() -> None:
    path = finding().path
    assert report_text("concise", finding()) == (
        f"{path}:7:4: NA101 [*] link to a page that does not exist: two bridges close "
        f"(renamed? {path}: because two bridges close)\n"
    )
    unsafe = finding(fix=Fix(False, (Edit(path, 7, 4, 7, 9, "x"),)))
    assert all(": NA101 link to" in report_text("concise", one) for one in (unsafe, finding(fix=None)))


def test_grouped_says_each_path_once() -> None:
    path = finding().path
    assert report_text("grouped", finding(fix=None, suggestion=None), WARNING._replace(path=path), WARNING) == (
        f"{path}:\n"
        "  7:4 E NA101 link to a page that does not exist: two bridges close\n"
        "  7:4 W NA103 link to a page that does not exist: self\n"
        "\n"
        f"{WARNING.path}:\n"
        "  7:4 W NA103 link to a page that does not exist: self\n"
        "\n"
    )


def test_github() -> None:
    assert report_text("github", finding("50 %: a,b")) == (
        "::error file=news/2019/03/1/50 %25%3A a%2Cb.md,line=7,endLine=7,col=4,endColumn=9,"
        "title=NA101 broken-related-link::link to a page that does not exist: 50 %25: a,b"
        "%0Arenamed? news/2019/03/1/50 %25: a,b.md: because 50 %25: a,b\n"
    )
    assert report_text("github", WARNING).startswith("::warning file=")


def test_gitlab() -> None:
    (record,) = strict_json(report_text("gitlab", WARNING))
    assert {**record, "fingerprint": ""} == {
        "description": "NA103 self-link: link to a page that does not exist: self",
        "check_name": "NA103",
        "fingerprint": "",
        "severity": "minor",
        "location": {"path": "news/2019/03/1/self.md", "lines": {"begin": 7, "end": 7}},
    }


def test_junit_fails_a_page_once() -> None:
    suite = ElementTree.fromstring(
        report_text("junit", finding(), finding(), WARNING._replace(path=finding().path), WARNING)
    )[0]
    first, second = suite
    assert (first.get("name"), second.get("name")) == (finding().path, WARNING.path)
    assert [dict(failure.attrib) for failure in first] == [
        {"type": "error", "message": "2 × NA101 broken-related-link, NA103 self-link"}
    ]
    assert [dict(failure.attrib) for failure in second] == [{"type": "warning", "message": "NA103 self-link"}]
    assert suite.get("time") == "0.250"


def test_sarif() -> None:
    run = strict_json(report_text("sarif", finding("α β"), WARNING))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    assert all(set(rule) >= {"name", "shortDescription", "fullDescription", "help"} for rule in rules)
    off = next(rule for rule in rules if rule["id"] == "NA108")
    assert off["defaultConfiguration"] == {"enabled": False, "level": "warning"}
    result, warning = run["results"]
    assert (result["level"], warning["level"]) == ("error", "warning")
    region = {"startLine": 7, "startColumn": 4, "endLine": 7, "endColumn": 9}
    artifact = {"uri": "news/2019/03/1/%CE%B1%20%CE%B2.md"}
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    replacement = {"deletedRegion": region, "insertedContent": {"text": "α β"}}
    assert [fix["artifactChanges"] for fix in result["fixes"]] == [
        [{"artifactLocation": artifact, "replacements": [replacement]}]
    ]
    assert "fixes" not in warning


def test_sarif_uris_lead_back_to_the_path() -> None:
    for payload in PAYLOADS.values():
        found = finding(payload)
        run = strict_json(report_text("sarif", found))["runs"][0]
        uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri, errors="surrogateescape") == found.path


def test_sarif_leaves_out_a_fix_that_utf8_cannot_say() -> None:
    run = strict_json(report_text("sarif", finding("bad \udc80 byte")))["runs"][0]
    assert "fixes" not in run["results"][0]


@pytest.mark.skipif(not OFFICIAL.is_file(), reason=f"{OFFICIAL.name} is not in {SCHEMAS.name}/: see README.md there")
def test_sarif_is_valid_by_the_official_schema() -> None:
    validate(strict_json(report_text("sarif", finding(), WARNING)), OFFICIAL)


def sarif_fingerprints(*findings: Finding) -> list[str]:
    results = strict_json(report_text("sarif", *findings))["runs"][0]["results"]
    return [result["partialFingerprints"][FINGERPRINT] for result in results]


def gitlab_fingerprints(*findings: Finding) -> list[str]:
    return [record["fingerprint"] for record in strict_json(report_text("gitlab", *findings))]


@pytest.mark.parametrize("of", [sarif_fingerprints, gitlab_fingerprints])
def test_fingerprints(of: Callable[..., list[str]]) -> None:
    first = finding()
    moved = first._replace(line=90, end_line=90, column=1, end_column=6)
    assert of(first) == of(moved) == of(moved._replace(message="other words"))
    assert len({*of(first, moved, WARNING), *of(finding("other")), *of(first._replace(path="other.md"))}) == 5
    assert of(WARNING, first)[1] == of(first)[0], "what else is found does not matter"
