"""Choosing a rulebook by name or file, and saying what is in one, for the operator's commands."""

from collections.abc import Iterator
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


def summary(book: "Rulebook") -> Iterator[str]:
    """What a county would be run by, line by line."""
    until = f" until {book.in_force_until}" if book.in_force_until else ""
    yield f"{book.name}, version {book.version}: {book.title} ({book.issued_by})"
    yield f"in force from {book.in_force_from}{until}; {len(book.clauses)} clauses"
    yield f"triage: {limit_words(book.triage)}"
    for kind, rule in book.kinds.items():
        complex_ = f", complex {limit_words(rule.handle_complex)}" if rule.handle_complex else ""
        yield f"{kind} {rule.title}: {limit_words(rule.handle or book.county_handle)}{complex_}"
    yield f"redo: {limit_words(book.redo)}"
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
