"""The house rules of our SQL, as pglast reads it: the command and the tests check the same."""

from kwtools.linting._rule import Finding, Rule
from kwtools.linting._sources import Sources
from kwtools.linting.functions import FUNCTION_RULES
from kwtools.linting.layout import LAYOUT_RULES
from kwtools.linting.statements import STATEMENT_RULES

RULES: tuple[Rule, ...] = (*FUNCTION_RULES, *STATEMENT_RULES, *LAYOUT_RULES)
"""Every rule."""

__all__ = ["RULES", "Finding", "Rule", "Sources", "findings"]


def findings(sources: Sources) -> list[Finding]:
    """Return every place where ``sources`` break a rule."""
    return [
        Finding(rule.name, file, what, rule.remedy)
        for rule in RULES
        for file, what in rule.breaks(sources)
    ]
