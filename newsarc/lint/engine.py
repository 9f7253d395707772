"""Rules over events → findings. The one place that decides what is reported."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from newsarc.archive import Archive
from newsarc.errors import ConfigError
from newsarc.lint.finding import Finding
from newsarc.lint.select import selected_rules
from newsarc.model import Event


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of lint found: findings in the order of path, line and column; pages looked at; seconds taken."""

    findings: tuple[Finding, ...]
    files: int
    seconds: float

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.findings) - self.errors


def lint(
    archive: Archive,
    paths: Collection[str] | None = None,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
) -> Report:
    """Run the selected rules over the events of ``archive``.

    ``paths``, from the root, are the pages and folders whose findings are wanted (None: all); links are checked against
    the whole archive whatever they are. ``select`` stands in for the configuration's, ``ignore`` is added to it. Raises
    UsageError for an unknown rule, and ConfigError where the configuration lacks the site prefix that most links carry:
    then every finding would be false.
    """
    started = time.perf_counter()
    configured = archive.config.lint
    rules = selected_rules(select or configured.select, (*configured.ignore, *(ignore or ())))
    if archive.missing_prefix and not archive.config.site_prefix:
        raise ConfigError(archive.prefix_note)
    findings: list[Finding] = []
    files = 0
    for event in _events(archive, paths):
        files += 1
        for rule in rules:
            findings.extend(rule.check(event, archive))
    findings.sort(key=lambda finding: finding.place)
    return Report(tuple(findings), files, time.perf_counter() - started)


def _events(archive: Archive, paths: Collection[str] | None) -> Iterator[Event]:
    for day in archive.tree.days():
        wanted = [path for path in archive.tree.event_paths(day) if paths is None or _is_in(path, paths)]
        for path in wanted:
            event = archive.try_load(path)
            if event is not None:
                yield event


def _is_in(path: str, paths: Collection[str]) -> bool:
    return any(path == wanted or path.startswith(f"{wanted}/") or not wanted for wanted in paths)
