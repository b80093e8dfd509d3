"""Choosing a rulebook by name or file, and saying what is in one, for the operator's commands."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError

if TYPE_CHECKING:
    from chalicelib.domain.rulebook import Rulebook
    from chalicelib.domain.rules import LimitRule

SUFFIX = ".toml"


def chosen(name_or_file: str) -> str:
    """The rulebook's name, or its file's whole path, after looking that it can be used. Raises OperatorError."""
    from chalicelib.adapters.rulebook_files import rulebook
    from chalicelib.domain.errors import RulebookError

    wanted = str(Path(name_or_file).resolve()) if name_or_file.endswith(SUFFIX) else name_or_file
    try:
        rulebook(wanted)
    except RulebookError as error:
        raise OperatorError(f"The rulebook cannot be used. {error}") from error
    return wanted


def summary(book: "Rulebook", today: date) -> Iterator[str]:
    """What a county would be run by, line by line. `today`: whether it is in force yet, or still."""
    until = f" until {book.in_force_until}" if book.in_force_until else ""
    yield f"{book.name}, version {book.version}: {book.title} ({book.issued_by})"
    yield f"in force from {book.in_force_from}{until}; {len(book.clauses)} clauses"
    if today < book.in_force_from:
        yield f"NOT IN FORCE YET: it begins on {book.in_force_from}, and whoever runs it now runs it before that"
    if book.in_force_until is not None and today > book.in_force_until:
        yield f"NO LONGER IN FORCE: it ended on {book.in_force_until}"
    yield f"triage: {limit_words(book.triage)}"
    for kind, rule in book.kinds.items():
        complex_ = f", complex {limit_words(rule.handle_complex)}" if rule.handle_complex else ""
        yield f"{kind} {rule.title}: {limit_words(rule.handle or book.county_handle)}{complex_}"
    for name, limit in (("urgent", book.urgent_handle), ("direct", book.direct_handle)):
        if limit is not None:
            yield f"{name}: {limit_words(limit)}"
    yield f"redo: {limit_words(book.redo)}"
    yield from _rules(book)
    for name, steps in book.ladder.items():
        rungs = ", ".join(f"{step.action} {step.offset:+d}" for step in steps)
        yield f"ladder {name}: {rungs}"
    for chain in book.answer_chains:
        yield f"answer chain {chain.name}: {' > '.join(step.name for step in chain.steps) or 'at once'}"
    yield f"reports: {', '.join(book.reports) or 'none'}"
    yield f"left out: {', '.join(_left_out(book)) or 'nothing'}"
    unused = _unused_clauses(book)
    if unused:
        yield f"clauses that no rule names (people carry them out, or something was forgotten): {', '.join(unused)}"


def _rules(book: "Rulebook") -> Iterator[str]:
    """The rules that the file has beside limits, each in a line."""
    if book.return_ is not None:
        yield f"return: {limit_words(book.return_.window) if book.return_.window else 'always, without a due date'}"
    if book.extension is not None:
        grounds = ", ".join(each.id for each in book.extension.grounds) or "any ground"
        cap = limit_words(book.extension.cap) if book.extension.cap else "without a cap"
        yield f"extension: in all {cap}; {grounds}"
    for rule in book.instruction:
        yield f"instruction: {', '.join(rule.sensitivity)} to {' > '.join(rule.by)}"
    if book.publication is not None:
        at = ", ".join(f"{each:%H:%M}" for each in book.publication.at) or "at once"
        consent = "with the writer's consent" if book.publication.needs_consent else "without asking the writer"
        yield f"publication: {at}, {consent}"
    yield from _ways(book)
    for name, ids in (
        ("sources", [each.id for each in book.sources]),
        ("criteria", [each.id for each in book.criteria]),
        ("responsibility", [each.id for each in book.responsibility]),
    ):
        if ids:
            yield f"{name}: {', '.join(ids)}"
    yield f"number: {book.number.written(book.in_force_from.year, 1, '某局')}"


def _ways(book: "Rulebook") -> Iterator[str]:
    if book.pool is not None:
        yield "pool: units claim letters"
    if book.reading is not None:
        yield f"reading: the head of the unit reads before {', '.join(book.reading.before)}"
    if book.spot_checks is not None:
        drawn = book.spot_checks
        yield f"spot checks: {drawn.number} letters on weekday {drawn.weekday} at {drawn.at:%H:%M}"
    if book.repeats is not None:
        yield f"repeats: within {book.repeats.within_days} days"


def limit_words(limit: "LimitRule | None") -> str:
    """A limit in a few words."""
    if limit is None:
        return "no limit"
    clause = f" ({limit.clause})" if limit.clause else " (the county's own)"
    counted = limit.counted_in.value.replace("_", " ")
    return f"{counted if counted == 'same day' else f'{limit.number} {counted}'}{clause}"


def _left_out(book: "Rulebook") -> list[str]:
    """Keys of the top level for which the file says nothing, as they are written."""
    fields = type(book).model_fields.items()
    return [info.alias or name for name, info in fields if name not in book.model_fields_set]


def _unused_clauses(book: "Rulebook") -> list[str]:
    from chalicelib.domain.rulebook_checks import clauses_used

    used = {clause for _, clause in clauses_used(book.model_dump(by_alias=True))}
    return [clause for clause in book.clauses if clause not in used]
