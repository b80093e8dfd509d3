"""Makes docs/rulebooks-side-by-side.md from the rulebooks that are shipped: a row a rule, a column a regulation.

python -m infra.side_by_side
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from chalicelib.adapters.rulebook_files import rulebook, rulebook_names
from chalicelib.domain.clocks import ClockName
from chalicelib.domain.letter import Kind
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import AnswerChain, Ground, LadderStep, LimitRule, Matter, ResponsibilityRule
from chalicelib.domain.workflow import Move
from infra.environment import ROOT

PAGE: Final = ROOT / "docs" / "rulebooks-side-by-side.md"
SILENT: Final = "–"
Cell = Callable[[Rulebook], str]

_INTRODUCTION = """# The rulebooks side by side

Made from the files in `chalicelib/rulebooks/` by `python -m infra.side_by_side`; do not edit it by hand.
Each cell names its clause; *own* is what the county lays down itself, where the regulation leaves it open.
– means that the regulation is silent: the rule is left out, and the program behaves as without it.
wd = working days. What each key means: [rulebooks.md](rulebooks.md).
"""


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page([rulebook(name) for name in rulebook_names()]), encoding="utf-8")


def page(books: Sequence[Rulebook]) -> str:
    """The whole page."""
    parts = [_INTRODUCTION]
    for title, rows in _SECTIONS.items():
        head = ["", *(f"{book.name}" for book in books)]
        lines = [_row(head), _row(["---"] * len(head))]
        lines += [_row([name, *(cell(book) for book in books)]) for name, cell in rows]
        parts.append(f"## {title}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _from(text: str, clause: str | None) -> str:
    return f"{text} `{clause}`" if clause else f"{text} *own*"


def _limit(limit: LimitRule | None) -> str:
    if limit is None:
        return SILENT
    words = {
        CountedIn.WORKING_DAYS: f"{limit.number} wd",
        CountedIn.CALENDAR_DAYS: f"{limit.number} days",
        CountedIn.SAME_DAY: "same day",
        CountedIn.MINUTES: "at once",
    }
    return _from(words[limit.counted_in], limit.clause)


def _handle(kind: Kind) -> Cell:
    def cell(book: Rulebook) -> str:
        rule = book.kinds.get(kind)
        if rule is None:
            return SILENT
        simple = _limit(rule.handle or book.county_handle)
        return f"{simple}; complex {_limit(rule.handle_complex)}" if rule.handle_complex else simple

    return cell


def _extension(book: Rulebook) -> str:
    rule = book.extension
    if rule is None:
        return SILENT
    cap = f"at most {_limit(rule.cap)} in all" if rule.cap else "as granted"
    terms = ["writer contacted first"] if rule.contact_writer_first else []
    terms += ["asked before the limit"] if rule.before_due else []
    terms += [f"on: {'、'.join(each.text for each in rule.grounds)}"] if rule.grounds else []
    return _from("; ".join((cap, *terms)), rule.clause)


def _return(book: Rulebook) -> str:
    rule = book.return_
    if rule is None:
        return SILENT
    return f"within {_limit(rule.window)}" if rule.window else _from("promptly", rule.clause)


def _sources(book: Rulebook) -> str:
    return _lines(_from(each.title, each.clause) for each in book.sources)


def _fetch(book: Rulebook) -> str:
    return _from(", ".join(f"{at:%H:%M}" for at in book.fetch.at), book.fetch.clause) if book.fetch else SILENT


def _pool(book: Rulebook) -> str:
    return _from("units claim", book.pool.clause) if book.pool else SILENT


def _reading(book: Rulebook) -> str:
    return _from(f"before {', '.join(book.reading.before)}", book.reading.clause) if book.reading else SILENT


def _note(book: Rulebook) -> str:
    return _from("must be given", book.assignment.clause) if book.assignment.note_required else SILENT


def _instruction(book: Rulebook) -> str:
    rules = book.instruction
    return _lines(_from(f"{', '.join(each.sensitivity)}: {_then(each.by)}", each.clause) for each in rules)


def _instructed(book: Rulebook) -> str:
    rule = book.instructed
    if rule is None:
        return SILENT
    first = f"; first what {', '.join(rule.priority_of)} instructed" if rule.priority_of else ""
    return _from(f"assigned by {rule.assigned_by}{first}", rule.clause)


def _supervision(book: Rulebook) -> str:
    rule = book.supervision
    return _from(", ".join(rule.sensitivity), rule.clause) if rule else SILENT


def _chains(book: Rulebook) -> str:
    return _lines(map(_chain, book.answer_chains))


def _chain(chain: AnswerChain) -> str:
    """When it is taken, who signs in which order, how long that may take, and in whose name it is given."""
    when = [f"from {', '.join(chain.sources)}"] if chain.sources else []
    when += [f"{', '.join(chain.levels)} units"] if chain.levels else []
    when += ["instructed" if chain.instructed else "not instructed"] if chain.instructed is not None else []
    when += ["on request"] if chain.on_request else []
    signed = (f"{step.name} ({'/'.join(step.by)})" for step in chain.steps)
    way = _then(signed) or "at once"
    limit = f", within {_limit(chain.limit)}" if chain.limit else ""
    copies = f", copies to {', '.join(chain.copies_to)}" if chain.copies_to else ""
    return _from(
        f"{', '.join(when) or 'else'}: {way}{limit}; in the name of the {chain.given_by}{copies}", chain.clause
    )


def _publication(book: Rulebook) -> str:
    rule = book.publication
    if rule is None:
        return SILENT
    terms = ["with the writer's consent" if rule.needs_consent else "consent not needed"]
    terms += ["before the answer too"] if rule.before_answer else []
    terms += [f"at {', '.join(f'{at:%H:%M}' for at in rule.at)}"] if rule.at else []
    return _from("; ".join((*terms, f"signed off by {', '.join(book.moves[Move.PUBLISH])}")), rule.clause)


def _exceptions(book: Rulebook) -> str:
    return _grounds(book.publication.exceptions if book.publication else ())


def _grounds(grounds: Iterable[Ground | Matter]) -> str:
    return _lines(_from(each.text, each.clause) for each in grounds)


def _responsibility(book: Rulebook) -> str:
    def said(rule: ResponsibilityRule) -> str:
        return _from(f"{rule.text} → {rule.measure}", rule.clause)

    return _lines(map(said, book.responsibility))


def _repeats(book: Rulebook) -> str:
    return _from(f"within {book.repeats.within_days} days", book.repeats.clause) if book.repeats else SILENT


def _spot_checks(book: Rulebook) -> str:
    rule = book.spot_checks
    return _from(f"{rule.number} a week", rule.clause) if rule else SILENT


def _appraisal(book: Rulebook) -> str:
    rule = book.appraisal
    if rule is None:
        return SILENT
    weights = {
        "answer rate": rule.answer_rate,
        "timeliness": rule.timeliness_rate,
        "quality": rule.quality,
        "satisfaction": rule.satisfaction,
    }
    return _from(", ".join(f"{name} {weight}" for name, weight in weights.items() if weight), rule.clause)


def _report(period: str) -> Cell:
    def cell(book: Rulebook) -> str:
        found = next((rule for name, rule in book.reports.items() if name == period), None)
        return _from(found.title, found.clause) if found else SILENT

    return cell


def _ladder(clock: ClockName) -> Cell:
    def said(step: LadderStep) -> str:
        return _from(f"{step.action} {step.offset:+d} {step.at:%H:%M}: {', '.join(step.to)}", step.clause)

    return lambda book: _lines(map(said, book.ladder.get(clock, ())))


def _move(move: Move) -> Cell:
    return lambda book: ", ".join(book.moves.get(move, ())) or SILENT


def _reopen(book: Rulebook) -> str:
    days = book.writer.reopen_within_days
    return f"{days} days" if days else "always"


def _then(steps: Iterable[str]) -> str:
    return " → ".join(steps)


def _lines(cells: Iterable[str]) -> str:
    return "<br>".join(cells) or SILENT


def _in_force(book: Rulebook) -> str:
    return (
        f"{book.in_force_from} – {book.in_force_until or ''}".rstrip(" –")
        if book.in_force_until
        else str(book.in_force_from)
    )


_Rows = Sequence[tuple[str, Cell]]

_REGULATION: Final[_Rows] = (
    ("title", lambda book: book.title),
    ("issued as", lambda book: book.issued_by),
    ("in force", _in_force),
    ("version of the file", lambda book: book.version),
    ("clauses", lambda book: str(len(book.clauses))),
)
_LIMITS: Final[_Rows] = (
    ("triage", lambda book: _limit(book.triage)),
    *((f"to answer: {kind}", _handle(kind)) for kind in Kind),
    ("urgent", lambda book: _limit(book.urgent_handle)),
    ("handled by the first office itself", lambda book: _limit(book.direct_handle)),
    ("answer sent back", lambda book: _limit(book.redo)),
    ("extension", _extension),
    ("return of a misrouted letter", _return),
    ("reopening by the writer", _reopen),
)
_IN_AND_OUT: Final[_Rows] = (
    ("sources", _sources),
    ("taken over at", _fetch),
    ("in scope", lambda book: _grounds(book.scope)),
    ("not accepted", lambda book: _grounds(book.decline_grounds)),
    ("removed", lambda book: _grounds(book.remove_grounds)),
    ("fields", lambda book: "、".join(book.fields) or SILENT),
    ("regions", lambda book: "、".join(book.regions) or SILENT),
    ("common pool", _pool),
    ("head of the unit reads it", _reading),
    ("opinion and requirements", _note),
)
_LEADERS: Final[_Rows] = (
    ("goes to leaders first", _instruction),
    ("once instructed", _instructed),
    ("supervised by itself", _supervision),
    ("held to account", _responsibility),
    ("spot checks", _spot_checks),
    ("repeat letters", _repeats),
    ("appraisal", _appraisal),
)
_ANSWER: Final[_Rows] = (
    ("way of an answer", _chains),
    ("criteria", lambda book: _grounds(book.criteria)),
    ("publication", _publication),
    ("not published", _exceptions),
)
_SECTIONS: Final[Mapping[str, _Rows]] = {
    "The regulation": _REGULATION,
    "Time limits": _LIMITS,
    "Coming in and going out": _IN_AND_OUT,
    "Leaders and inspectors": _LEADERS,
    "Answer and publication": _ANSWER,
    "Reports": [(name, _report(name)) for name in ("daily", "weekly", "monthly", "quarterly", "yearly")],
    "Reminding, urging, escalating (working days from the due date)": [(name, _ladder(name)) for name in ClockName],
    "Who may do what": [(f"`{move}`", _move(move)) for move in Move],
}


if __name__ == "__main__":
    main()
