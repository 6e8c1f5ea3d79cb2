"""Every threat has its tests: the mark says which, and none may be without."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.threats import SEEN, THREATS

_TESTS = Path(__file__).parents[1]


def _marks(file: Path) -> Iterator[tuple[int, str]]:
    """The threats that the tests of a file carry out, with the name of each test."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.threat":
                    yield from ((int(ast.literal_eval(row)), node.name) for row in mark.args)


@cache
def _tests_of_threats(*folders: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for folder in folders:
        for file in sorted((_TESTS / folder).rglob("test_*.py")):
            for row, test in _marks(file):
                found[row].append(test)
    return dict(found)


@pytest.mark.parametrize("row", list(THREATS), ids=lambda row: f"{row} {THREATS[row]}")
def test_every_threat_is_carried_out_on_a_bundle(row: int) -> None:
    assert row in _tests_of_threats("unit", "integration")


@pytest.mark.parametrize("row", sorted(SEEN), ids=lambda row: f"{row} {THREATS[row]}")
def test_every_threat_that_a_person_would_see_is_carried_out_in_the_window(row: int) -> None:
    assert row in _tests_of_threats("ui")


def test_no_mark_names_a_threat_that_there_is_not() -> None:
    assert set(_tests_of_threats("unit", "integration", "ui")) == set(THREATS) == set(range(1, 49))
