"""Placeholders of permalinks that a date fills, besides year, month and day: those of Jekyll, and two of Hugo.

Names are English, whatever the locale.
"""

from __future__ import annotations

import datetime as dt

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAME = "[A-Za-z]+"  # Hugo writes addresses in lower case
DATE_PLACEHOLDERS = {
    "i_month": r"\d{1,2}",
    "i_day": r"\d{1,2}",
    "short_year": r"\d{2}",
    "y_day": r"\d{3}",
    "w_year": r"\d{4}",
    "week": r"\d{2}",
    "w_day": "[1-7]",
    "short_month": _NAME,
    "long_month": _NAME,
    "short_day": _NAME,
    "long_day": _NAME,
    "yearday": r"\d{1,3}",
    "weekday": "[0-6]",
}


def date_values(date: dt.date) -> dict[str, str]:
    """Return the values of all placeholders that ``date`` fills."""
    week_year, week, day = date.isocalendar()
    year_day = date.timetuple().tm_yday
    month_name, day_name = _MONTHS[date.month - 1], _DAYS[day - 1]
    return {
        "year": f"{date.year:04}",
        "month": f"{date.month:02}",
        "day": f"{date.day:02}",
        "i_month": f"{date.month}",
        "i_day": f"{date.day}",
        "short_year": f"{date.year % 100:02}",
        "y_day": f"{year_day:03}",
        "w_year": f"{week_year:04}",
        "week": f"{week:02}",
        "w_day": f"{day}",
        "short_month": month_name[:3].upper(),
        "long_month": month_name,
        "short_day": day_name[:3].upper(),
        "long_day": day_name,
        "yearday": f"{year_day}",
        "weekday": f"{day % 7}",  # from Sunday on
    }
