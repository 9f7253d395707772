"""``newsarc rule``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from newsarc.cli.completion.fixed_values import complete_rule
from newsarc.cli.options import JsonOption
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view

if TYPE_CHECKING:
    from newsarc.lint.rules import Rule

RuleFormat = Literal["table", "plain", "json", "jsonl", "csv"]
HEADER = ("code", "name", "severity", "default", "summary")


def rule(
    session: Session,
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="[RULE]",
            help="A code, a name, or a family (NA1).",
            show_default=False,
            autocompletion=complete_rule,
        ),
    ] = None,
    format: Annotated[
        RuleFormat | None,
        typer.Option("--format", help="Default: table on a terminal, plain in a pipe.", rich_help_panel="Output"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a lint rule, or list all rules.

    Examples:
        newsarc rule NA101
        newsarc rule broken-related-link
    """
    from newsarc.lint.rule_selection import rules_for
    from newsarc.lint.rules import RULES

    rules = list(RULES) if wanted is None else rules_for(wanted)
    output = session.format(format, as_json)
    alone = rules[0] if wanted is not None and len(rules) == 1 else None
    if output == "plain" and alone is not None:
        from newsarc.lint.docs import rule_markdown

        session.write([rule_markdown(alone)])
        return
    json = json_of("rules", map(_record, rules), lambda: {"count": len(rules)})
    write_view(session, OutputView(HEADER, map(_row, rules), json, lambda: _print(session, rules, alone)), output)


def _print(session: Session, rules: list[Rule], alone: Rule | None) -> None:
    from newsarc.output.terminal.rules import print_rule, print_rules

    with session.console() as console:
        if alone is not None:
            print_rule(console, alone)
        else:
            print_rules(console, rules)


def _row(rule: Rule) -> tuple[str, ...]:
    from newsarc.lint.docs import state

    return rule.code, rule.name, rule.severity, state(rule), rule.summary


def _record(rule: Rule) -> dict[str, Any]:
    """Return the RULE of the JSON formats; ``documentation`` is Markdown."""
    from newsarc.lint.docs import family, rule_markdown

    return {
        "code": rule.code,
        "name": rule.name,
        "family": family(rule),
        "severity": rule.severity,
        "default": rule.default,
        "summary": rule.summary,
        "documentation": rule_markdown(rule),
    }
