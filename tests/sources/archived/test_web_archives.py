"""URLs and answers of web archives."""

from __future__ import annotations

import datetime as dt

import pytest

from newsarc.sources.archived.memento import ArchiveAnswer, cdx_captures, http_date, memento_link, timestamp
from newsarc.sources.archived.web_archives import (
    ARQUIVO,
    WAYBACK,
    capture_time,
    is_capture,
    is_same_original,
    read_timestamp,
)

AT = dt.datetime(2017, 6, 16, 10, 15, tzinfo=dt.UTC)
BASE = "https://web.archive.org/web/2017/http://a.example/"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/web/20170616101500/http://a.example/", "https://web.archive.org/web/20170616101500/http://a.example/"),
        ("http://web.archive.org:80/web/x", "https://web.archive.org:80/web/x"),
        ("//web.archive.org/web/x", "https://web.archive.org/web/x"),
        ("https://user@web.archive.org/web/x", None),
        ("https://web.archive.org.evil.example/web/x", None),
        ("https://10.0.0.5/", None),
        ("https://web.archive.org:8080/", None),
        ("https://web.archive.org:x/", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
        ("/web/x\x1b[31m", None),
    ],
)
def test_redirects_stay_in_the_archive(location: str, url: str | None) -> None:
    assert WAYBACK.resolve(BASE, location) == url


def test_a_source_becomes_a_part_of_a_url() -> None:
    source = "http://a.example/é b?x=1&y=%7E#z"
    assert (
        WAYBACK.capture_url(source, "2017")
        == "https://web.archive.org/web/2017/http://a.example/%C3%A9%20b?x=1&y=%7E%23z"
    )
    assert WAYBACK.cdx_url(source, "20170616120000", (dt.date(2017, 6, 15), dt.date(2018, 6, 16))) == (
        "https://web.archive.org/cdx/search/cdx?url=http%3A%2F%2Fa.example%2F%C3%A9+b%3Fx%3D1%26y%3D%257E%23z"
        "&closest=20170616120000&sort=closest&filter=statuscode%3A200&fl=timestamp%2Cstatuscode"
        "&from=20170615&to=20180616&limit=50"
    )
    with pytest.raises(ValueError, match=r"Arquivo\.pt has no CDX server"):
        ARQUIVO.cdx_url(source, "2017", None)


def test_sources_that_are_captures() -> None:
    assert is_capture("http://web.archive.org/web/20170616101500/http://a.example/")
    assert is_capture("https://web.archive.org/web/20170616101500id_/http://a.example/")
    assert is_capture("https://arquivo.pt/wayback/20170616101500mp_/http://a.example/")
    assert not is_capture("https://web.archive.org/web/2017*/http://a.example/")
    assert not is_capture("http://a.example/20170616101500/http://b.example/")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("http://a.example/x", "https://www.a.example:443/x/", True),
        ("http://a.example:80/X%20y", "http:/a.example/x y", True),
        ("http://a.example/x#top", "a.example/x?", True),
        ("http://a.example/x", "http://a.example/", False),
        ("http://a.example/x?y=1", "http://a.example/x?y=2", False),
        ("http://a.example:8080/x", "http://a.example/x", False),
    ],
)
def test_urls_that_archives_treat_as_one(one: str, other: str, is_same: bool) -> None:
    assert is_same_original(one, other) == is_same_original(other, one) == is_same


def test_times() -> None:
    assert timestamp(AT) == "20170616101500"
    assert timestamp(AT.replace(year=33)) == "00330616101500"
    assert read_timestamp("20170616101500") == AT
    assert read_timestamp("20170000101500") == AT.replace(month=1, day=1)
    assert [read_timestamp(text) for text in ("", "20171316101500", "20170231101500", "00000616101500")] == [None] * 4
    assert capture_time("https://web.archive.org/web/20170616101500id_/http://a.example/20190303101500/") == AT
    assert [capture_time(url) for url in ("https://a.example/", "https://a.example/20171316101500/")] == [None] * 2
    assert http_date("Fri, 16 Jun 2017 10:15:00 GMT") == http_date("Fri, 16 Jun 2017 12:15:00 +0200") == AT
    assert [http_date(text) for text in ("", "soon", "Fri, 99 Jun 2017 10:15:00 GMT")] == [None] * 3


def test_rows_of_a_cdx_server() -> None:
    body = b"20170616101500 200\n20170616101501 404\n20170616101502 -\n20171399101500 200\n\xff\n201706161"
    assert cdx_captures(ArchiveAnswer(200, {}, body)) == ["20170616101500"]


def test_links_of_a_memento() -> None:
    link = (
        '<http://a.example/>; rel="original", <https://x.example/1>; rel="prev memento"; '
        'datetime="Thu, 15 Jun 2017 10:15:00 GMT", <https://x.example/2>;rel=memento;'
        'datetime="Fri, 16 Jun 2017 10:15:00 GMT"'
    )
    assert memento_link(ArchiveAnswer(200, {"link": link}), AT) == "https://x.example/2"
    assert memento_link(ArchiveAnswer(200, {"link": "<" * 20000}), AT) is None
    assert memento_link(ArchiveAnswer(200, {"link": "<x>" + "; a=b" * 20000}), AT) is None
    assert memento_link(ArchiveAnswer(200, {}), AT) is None
