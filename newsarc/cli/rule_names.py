"""Codes and names of the rules, for completion: importing the rules is slow.

A test compares them with the rules.
"""

from __future__ import annotations

RULE_NAMES = {
    "NA101": "broken-related-link",
    "NA102": "broken-change-link",
    "NA103": "self-link",
    "NA104": "duplicate-related-link",
    "NA105": "stale-link-text",
    "NA106": "non-canonical-link",
    "NA107": "link-outside-archive",
    "NA108": "one-way-link",
    "NA109": "missing-context",
    "NA110": "malformed-item",
    "NA111": "unrendered-link",
    "NA201": "date-mismatch",
    "NA202": "invalid-date",
    "NA203": "missing-date",
    "NA204": "future-date",
    "NA301": "missing-source",
    "NA302": "invalid-source-url",
    "NA303": "duplicate-source",
    "NA304": "dead-source",
    "NA305": "moved-source",
    "NA401": "missing-headline",
    "NA402": "multiple-headlines",
    "NA403": "unknown-section",
    "NA404": "duplicate-section",
    "NA405": "duplicate-event",
    "NA406": "slug-mismatch",
    "NA501": "event-not-on-day-page",
    "NA502": "broken-day-link",
    "NA503": "missing-day-page",
    "NA504": "day-pages-differ",
    "NA505": "dead-previous-day",
    "NA601": "invalid-encoding",
    "NA602": "control-character",
    "NA603": "html-entity",
    "NA604": "wiki-markup",
    "NA701": "invalid-front-matter",
    "NA702": "unknown-front-matter-key",
    "NA703": "front-matter-mismatch",
    "NA901": "unreadable-file",
    "NA902": "unused-suppression",
}
