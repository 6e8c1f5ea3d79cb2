"""What in a source folder readers would stumble over, found before anybody signs it."""

from reader.publish.lint.findings import Finding, Severity
from reader.publish.lint.outdated import Outdated, read_outdated
from reader.publish.lint.rules import RULES, Rule
from reader.publish.lint.run import LintReport, accept, lint_source

__all__ = [
    "RULES",
    "Finding",
    "LintReport",
    "Outdated",
    "Rule",
    "Severity",
    "accept",
    "lint_source",
    "read_outdated",
]
