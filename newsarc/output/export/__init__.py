"""Events → files that other programs work with: SQLite, Parquet, JSON Lines, CSV.

``records.py`` makes whole records of the chosen events, a few at a time; ``tables.py`` says which tables there are and
takes a record apart into their rows; a module for each format writes records or rows as they come. ``target.py`` says
where to, and how nothing half-done is ever found there. ``docs.py`` describes the tables for readers.
"""

from newsarc.output.export.records import ExportedEvent, exported_events
from newsarc.output.export.target import FORMATS, ExportFormat, ExportTarget

__all__ = ["FORMATS", "ExportFormat", "ExportTarget", "ExportedEvent", "exported_events"]
