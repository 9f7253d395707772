"""The date of today, here and anywhere."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time

import pytest

from newsarc.storage import clock


@pytest.mark.skipif(sys.platform == "win32", reason="the time zone of a process cannot be set on Windows")
@pytest.mark.parametrize("zone", ["UTC-14", "UTC", "UTC+12"])
def test_today_is_the_date_here(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)  # in POSIX, UTC-14 is the zone that is 14 hours ahead
    time.tzset()
    try:
        hours = {"UTC-14": 14, "UTC": 0, "UTC+12": -12}[os.environ["TZ"]]
        before = dt.datetime.now(dt.UTC)
        today = clock.today()
        here = {(moment + dt.timedelta(hours=hours)).date() for moment in (before, dt.datetime.now(dt.UTC))}
        assert today in here
        assert today <= clock.latest_date()
    finally:
        monkeypatch.undo()
        time.tzset()
