"""Every clause of the five regulations is driven by a test, and docs/clauses.md says by which."""

import os
from pathlib import Path

from tests.builders import rulebook
from tests.regulations.clauses import all_clauses, as_page, clauses_to_tests
from tests.regulations.conftest import BOOKS

PAGE = Path(__file__).parents[2] / "docs" / "clauses.md"


def test_every_clause_has_a_test() -> None:
    assert len(all_clauses()) == 66
    assert [clause for clause, tests in clauses_to_tests().items() if not tests] == []


def test_every_rulebook_lists_the_clauses_of_its_regulation() -> None:
    for regulation, name in BOOKS.items():
        wanted = {clause for clause in all_clauses() if clause.startswith(regulation)}
        assert set(rulebook(name).clauses) == wanted, name


def test_the_page_of_clauses_is_what_the_tests_say() -> None:
    """Written anew where it is not; in CI, where nobody could commit it, that is an error."""
    titles = {clause: words for name in BOOKS.values() for clause, words in rulebook(name).clauses.items()}
    page = as_page(clauses_to_tests(), titles)
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page
    if stale and not os.environ.get("CI"):
        PAGE.write_text(page, encoding="utf-8")
    assert not stale, "docs/clauses.md was written anew from the tests: look at it and commit it"
