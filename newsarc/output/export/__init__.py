"""Exports for other programs: SQLite, Parquet, JSON Lines and CSV.

``records.py`` streams the records of the selected events, ``tables.py`` defines the tables and splits records into
rows, and each format has a module that writes records or rows. ``target.py`` decides on the format and writes the
result atomically.
"""

from newsarc.output.export.records import ExportedEvent, exported_events
from newsarc.output.export.target import FORMATS, ExportFormat, ExportTarget

__all__ = ["FORMATS", "ExportFormat", "ExportTarget", "ExportedEvent", "exported_events"]
