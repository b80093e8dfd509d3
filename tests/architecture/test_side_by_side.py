"""The page that shows the rulebooks side by side is what the files say."""

from chalicelib.adapters.rulebook_files import rulebook, rulebook_names
from infra.side_by_side import PAGE, page


def test_the_page_is_as_the_files_are() -> None:
    """Stale? Make it anew: `python -m infra.side_by_side`."""
    fresh = page([rulebook(name) for name in rulebook_names()])
    assert PAGE.read_text(encoding="utf-8") == fresh, (
        "docs/rulebooks-side-by-side.md: run `python -m infra.side_by_side`"
    )


def test_every_clause_that_a_rule_names_stands_in_the_page_with_its_rule() -> None:
    shown = page([rulebook("shuangfeng-2018"), rulebook("chongqing-2005")])
    assert "| triage | 2 wd `SF-2.1` | same day `CQ-3.2.1` |" in shown
    assert "| return of a misrouted letter | within 1 wd `SF-3.3.3` | promptly `CQ-5` |" in shown
    assert "| to answer: help | 5 wd *own* | 10 wd `CQ-6` |" in shown
    assert "| common pool | – | – |" in shown


def test_another_rule_gives_another_page() -> None:
    book = rulebook("shuangfeng-2018")
    other = book.model_copy(update={"triage": None})
    assert page([book]) != page([other])
