"""Where the keys of a TOML document are."""

from __future__ import annotations

import pytest

from newsarc.text.toml import key_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", {}),
        ("a = 1\nb = 2", {"a": 1, "b": 2}),
        ("\n# a = 1\n  b=2 # c = 3\n", {"b": 3}),
        ("[t]\na = 1\n[ t . u ]\nb = 1", {"t": 1, "t.a": 2, "t.u": 3, "t.u.b": 4}),
        ("[[t]]\na = 1\n[[t]]\nb = 1", {"t": 1, "t.a": 2, "t.b": 4}),
        ("a.b = 1\na . c = 2", {"a.b": 1, "a.c": 2}),
        ('"a" = 1\n\'b c\' = 2\n"\\u0064" = 3', {"a": 1, "b c": 2, "d": 3}),
        ('a = [ # ]\n  "b = [",\n  [1],\n]\nc = 1', {"a": 1, "c": 5}),
        ("a = { b = 1, c = [\n1] }\nd = 1", {"a": 1, "d": 3}),
        ('a = """\nb = 1\n\\"""\n"""\nc = 1', {"a": 1, "c": 5}),
        ('a = """x""""\nc = 1', {"a": 1, "c": 2}),
        ("a = '''\n[t]\n'''\nb = 1", {"a": 1, "b": 4}),
        ('a = \'\\\'\nb = "\\""\nc = \'\'\nd = "#"', {"a": 1, "b": 2, "c": 3, "d": 4}),
        ("a = 1979-05-27T07:32:00Z\r\nb = 1.5\r\n", {"a": 1, "b": 2}),
        ('["t[1]"]\n"a=b" = 1', {"t[1]": 1, "t[1].a=b": 2}),
    ],
)
def test_key_lines(text: str, lines: dict[str, int]) -> None:
    assert {".".join(name): line for name, line in key_lines(text).items()} == lines
