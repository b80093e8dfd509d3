"""What `check-rulebook` says: everything a county would be run by, and that a file is not in force yet."""

import argparse
from datetime import date
from pathlib import Path

import pytest

from infra.commands import check_rulebook
from infra.errors import OperatorError
from infra.rulebooks import summary
from tests.builders import rulebook
from tests.unit.test_rulebook import BARE


def said(name: str, today: date = date(2026, 11, 22)) -> str:
    return "\n".join(summary(rulebook(name), today))


@pytest.mark.parametrize(
    ("book", "lines"),
    [
        ("hefei-2008", ["extension: in all 30 working days (HF-2.2); several_departments, hard", "publication: "]),
        ("shuangfeng-2018", ["return: ", "sources: ", "responsibility: "]),
        ("pingliang-2012", ["pool: ", "repeats: ", "instruction: ", "publication: "]),
        (
            "bengbu-2014",
            ["urgent: 60 minutes (BB-3.1)", "criteria: lawful, ", "instruction: important to deputy_secretary > "],
        ),
        ("chongqing-2005", ["reading: the head of the unit reads before ", "spot checks: ", "direct: "]),
    ],
)
def test_each_rule_of_a_file_has_its_line(book: str, lines: list[str]) -> None:
    for line in (*lines, "number: "):
        assert f"\n{line}" in said(book), line


def test_rules_that_a_file_does_not_have_have_no_line() -> None:
    assert "extension:" not in said("pingliang-2012")
    assert "pool:" not in said("hefei-2008")


def test_a_number_is_shown_as_it_will_be_written() -> None:
    book = rulebook("hefei-2008")
    assert f"number: {book.number.written(book.in_force_from.year, 1, '某局')}" in said("hefei-2008")


def test_a_rulebook_that_lies_ahead_says_so() -> None:
    assert "NOT IN FORCE YET" not in said("hefei-2008")
    assert "NOT IN FORCE YET: it begins on 2008-" in said("hefei-2008", date(2007, 1, 1))


def test_the_command_tells_it_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bare.toml"
    file.write_text(BARE.replace("2026-01-01", "2999-01-01"), "utf-8")
    assert check_rulebook.run(argparse.Namespace(rulebook=str(file))) == 0
    assert "NOT IN FORCE YET: it begins on 2999-01-01" in capsys.readouterr().out


def test_a_path_that_is_no_toml_file_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "bare.txt"
    file.write_text(BARE, "utf-8")
    with pytest.raises(OperatorError, match=r"a rulebook's file ends in \.toml; this does not"):
        check_rulebook.run(argparse.Namespace(rulebook=str(file)))
