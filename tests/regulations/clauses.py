"""The clauses of the five regulations, and which tests drive each: read from the tests themselves."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from tests.regulations.conftest import BOOKS

HERE = Path(__file__).parent
FILES = {
    "HF": "test_hefei.py",
    "SF": "test_shuangfeng.py",
    "PL": "test_pingliang.py",
    "BB": "test_bengbu.py",
    "CQ": "test_chongqing.py",
}
CLAUSES = {
    "HF": "1 2.1 2.2 2.3 2.4 3.2 3.3",
    "SF": "1 2.1 2.2 2.3 3.2 3.3.1 3.3.2 3.3.3 4 5",
    "PL": "4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22",
    "BB": "1 2.1 2.2 3.1 3.2 3.3 3.4 4",
    "CQ": "1 2 3.1 3.2.1 3.2.2 3.2.3 4.1 4.2 4.3 4.4 4.5 5 6 7.1 7.2 8 9 10 11.1 11.2 11.3 A",
}
NAME = re.compile(r"test_([A-Z]{2}(?:_[0-9A-Z]+)+)_[a-z]\w+")


def all_clauses() -> list[str]:
    """Every clause id, in the regulations' order."""
    return [f"{regulation}-{number}" for regulation, numbers in CLAUSES.items() for number in numbers.split()]


def clauses_to_tests() -> dict[str, list[str]]:
    """Names of the tests that drive each clause: `test_SF_3_3_3_…` drives SF-3.3.3."""
    found: dict[str, list[str]] = {clause: [] for clause in all_clauses()}
    for regulation, file in FILES.items():
        for name in _tests_in(HERE / file):
            named = NAME.fullmatch(name)
            clause = _clause(named.group(1)) if named else name
            if clause not in found or not clause.startswith(regulation):
                raise ValueError(f"{file}: {name} names no clause of {regulation}")
            found[clause].append(name)
    return found


def _clause(part: str) -> str:
    regulation, _, numbers = part.partition("_")
    return f"{regulation}-{numbers.replace('_', '.')}"


def _tests_in(file: Path) -> list[str]:
    if not file.exists():
        return []
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def as_page(found: Mapping[str, list[str]], titles: Mapping[str, str]) -> str:
    """docs/clauses.md: a line a clause."""
    lines = [
        "# Clauses and their tests",
        "",
        "Which tests drive each clause through the real application (HTTP functions and scheduled functions over",
        "DynamoDB). Made by the test run from the tests' names; it fails while a clause has none.",
        "",
    ]
    for regulation, file in FILES.items():
        lines += [
            f"## {BOOKS[regulation]} (`tests/regulations/{file}`)",
            "",
            "| clause | what it asks | tests |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| {clause} | {titles.get(clause, '')} | {'<br>'.join(f'`{each}`' for each in tests)} |"
            for clause, tests in found.items()
            if clause.startswith(regulation)
        ]
        lines.append("")
    return "\n".join(lines)
