"""The sheet that says what every figure means: its unit, its formula, whose it is, and the clauses it serves."""

from collections.abc import Iterator, Sequence
from itertools import chain

from chalicelib.adapters.report_files.catalogue import figure_facts
from chalicelib.adapters.report_files.sheets import Column, Table, Value
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure
from chalicelib.domain.metrics.report import Report


def notes_table(report: Report, words: Words) -> Table:
    """The sheet."""
    say = words.say
    columns = (
        Column(say("heads.figure"), "text", 26),
        Column(say("heads.measured_in"), "text", 14),
        Column(say("heads.meaning"), "text", 90),
        Column(say("heads.counts_for"), "text", 30),
        Column(say("heads.clause"), "text", 18),
    )
    return Table(say("sheets.explained"), columns, chain(_rows(words), _more(report, words)))


def _more(report: Report, words: Words) -> Iterator[Sequence[Value]]:
    """How the workbook is to be read, and what it was made of."""
    say, basis = words.say, report.basis
    rules = say("footer.rules", last=words.catalogue.date(report.last))
    made = say(
        "footer.basis",
        title=basis.rulebook_title,
        rulebook=basis.rulebook,
        calendar=basis.calendar,
        ledger=words.ledger(),
    )
    yield say("footer.counting"), None, rules, None, None
    yield say("rows.no_unit"), None, say("sheet.no_unit"), None, None
    yield say("heads.value"), None, say("sheet.formulas"), None, None
    yield say("heads.clause"), None, say("sheet.clauses"), None, None
    yield say("footer.made"), None, made, None, None


def _rows(words: Words) -> Iterator[Sequence[Value]]:
    say, facts = words.say, figure_facts()
    for figure in Figure:
        fact = facts["figures"].get(figure.value, {"unit": "occurrences", "whose": "", "clause": ""})
        whose = say(f"whose.{fact['whose']}") if fact["whose"] else None
        unit, meaning = say(f"units.{fact['unit']}"), say(f"explained.{figure.value}")
        yield say(f"figures.{figure.value}"), unit, meaning, whose, fact["clause"] or None
        if figure in WITH_AMOUNT:
            unit = say(f"units.{facts['amounts'].get(figure.value, 'working_days')}")
            yield (
                say(f"amounts.{figure.value}"),
                unit,
                say(f"explained_amounts.{figure.value}"),
                whose,
                fact["clause"] or None,
            )
    for name, unit in facts["rates"].items():
        yield say(f"rates.{name}"), say(f"units.{unit}"), say(f"explained_rates.{name}"), None, None
