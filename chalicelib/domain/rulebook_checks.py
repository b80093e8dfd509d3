"""Whether the rules of a book fit together: each check names the key and says in plain words what to do about it.

A rule that nobody could ever use, or a letter that could never go on, is a mistake of the file and is refused.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chalicelib.domain.clocks import WINDOWS, ClockName
from chalicelib.domain.letter import DERIVED_ROLES, LEADER_POSTS, UNIT_ROLES, Role
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.rules import Action, AnswerChain, LadderStep, LimitRule, refused
from chalicelib.domain.workflow import MOVES, Move

if TYPE_CHECKING:
    from chalicelib.domain.rulebook import Rulebook

LEADERS = LEADER_POSTS | {Role.LEADER}
LISTED_MAX = 80
"""Characters of a field or region; a letter takes no more."""
NO_READERS = frozenset({Role.WRITER, Role.SYSTEM}) | DERIVED_ROLES


def check(book: "Rulebook") -> None:
    """Raises PydanticCustomError for the first thing that does not fit."""
    _clauses_are_listed(book)
    _nothing_stands_twice(book)
    _lists_can_be_picked_from(book)
    _dates_and_hours(book)
    _ladders_can_be_climbed(book)
    _limits_can_be_extended(book)
    _moves_are_given_to_those_who_can(book)
    _rules_have_their_moves(book)
    _lists_and_their_moves(book)
    for place, chain in enumerate(book.answer_chains):
        _chain_can_be_walked(book, f"answer_chains.{place}", chain)
    _chains_are_reached(book)
    _readers_can_read(book)


def _gives(book: "Rulebook", move: Move) -> bool:
    return bool(book.moves.get(move))


def _clauses_are_listed(book: "Rulebook") -> None:
    for key, clause in clauses_used(book.model_dump(by_alias=True)):
        if clause not in book.clauses:
            raise refused(key, f"clause {clause} is used but not listed under [clauses]")


def clauses_used(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every clause id that a rule or the rules inside it name, with its dotted key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            inner_key = f"{key}.{name}" if key else str(name)
            if name == "clause" and inner is not None:
                yield inner_key, inner
            yield from clauses_used(inner, inner_key)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from clauses_used(inner, f"{key}.{index}")


def _nothing_stands_twice(book: "Rulebook") -> None:
    listed: dict[str, Iterable[str]] = {
        "decline_grounds": (each.id for each in book.decline_grounds),
        "remove_grounds": (each.id for each in book.remove_grounds),
        "criteria": (each.id for each in book.criteria),
        "responsibility": (each.id for each in book.responsibility),
        "sources": (each.id for each in book.sources),
        "extension.grounds": (each.id for each in book.extension.grounds) if book.extension else (),
        "publication.exceptions": (each.id for each in book.publication.exceptions) if book.publication else (),
    }
    for key, ids in listed.items():
        _only_once(key, list(ids), "two of them have the same id")
    _only_once("answer_chains", [each.name for each in book.answer_chains], "two of them have the same name")
    _only_once("fields", list(book.fields), "the same one stands there twice")
    _only_once("regions", list(book.regions), "the same one stands there twice")


def _lists_can_be_picked_from(book: "Rulebook") -> None:
    """What a letter says of its field is taken without blanks around it, and cut nowhere."""
    for key, listed in {"fields": book.fields, "regions": book.regions}.items():
        for index, value in enumerate(listed):
            if value != " ".join(value.split()):
                raise refused(f"{key}.{index}", "leave out blanks around it, and double ones")
            if len(value) > LISTED_MAX:
                raise refused(f"{key}.{index}", f"write at most {LISTED_MAX} characters")


def _only_once(key: str, values: list[str], reason: str) -> None:
    if len(set(values)) != len(values):
        raise refused(key, reason)


def _dates_and_hours(book: "Rulebook") -> None:
    if book.office_hours.start >= book.office_hours.end:
        raise refused("office_hours", "'from' must come before 'to'")
    if book.in_force_until is not None and book.in_force_until < book.in_force_from:
        raise refused("in_force_until", "must not come before in_force_from")
    if "weekly" in book.reports and book.reports["weekly"].weekday is None:
        raise refused("reports.weekly.weekday", "say on which day: 1 is Monday, 7 is Sunday")


def _ladders_can_be_climbed(book: "Rulebook") -> None:
    runs = _clocks_that_run(book)
    for name, steps in book.ladder.items():
        key = f"ladder.{name}"
        moments = [(step.offset, step.at) for step in steps]
        if moments != sorted(moments):
            raise refused(key, "write the steps in the order in which they come")
        _only_once(key, [step.name for step in steps], "two steps have the same name")
        nobody = {Role.SYSTEM, Role.AUDITOR, Role.WRITER}
        nobody |= UNIT_ROLES if name in {ClockName.TRIAGE, ClockName.APPROVAL} else set()
        nobody |= set() if name is ClockName.APPROVAL else {Role.APPROVER}
        deaf = {role for step in steps for role in step.to} & nobody
        if deaf:
            raise refused(key, f"{_listed(deaf)} cannot be reached by this ladder")
        if name in WINDOWS and any(step.action is not Action.REMIND for step in steps):
            raise refused(key, "a window lapses and is never late: it can only be reminded of")
        if any(step.action is Action.CIRCULAR for step in steps) and not _gives(book, Move.HOLD_TO_ACCOUNT):
            able = _listed(MOVES[Move.HOLD_TO_ACCOUNT].may_be_given_to)
            raise refused(key, f"a person decides on a circular: give hold_to_account to one of: {able}")
        _remind_before_urge_after(key, steps)
        if name not in runs:
            raise refused(key, f"this time limit never runs here: there is no {_WHAT_RUNS[name]}")


def _remind_before_urge_after(key: str, steps: tuple[LadderStep, ...]) -> None:
    """A limit is late from the day after its due date: nobody is urged for it before, nor reminded of it then."""
    for index, step in enumerate(steps):
        if step.action is Action.REMIND and step.offset > 0:
            raise refused(f"{key}.{index}.offset", "a reminder comes on the due date (0) or before it")
        if step.action is not Action.REMIND and step.offset < 1:
            raise refused(f"{key}.{index}.offset", f"{step.action} comes after the due date: 1 or more working days")


_WHAT_RUNS = {
    ClockName.TRIAGE: "[triage]",
    ClockName.HANDLE: "[county_handle]",
    ClockName.RETURN: "'window' under [return]",
    ClockName.REDO: "send_back under [moves]",
    ClockName.APPROVAL: "answer chain with a 'limit'",
}


def _clocks_that_run(book: "Rulebook") -> set[ClockName]:
    there = {
        ClockName.TRIAGE: book.triage is not None,
        ClockName.HANDLE: True,
        ClockName.RETURN: book.return_ is not None and book.return_.window is not None,
        ClockName.REDO: _gives(book, Move.SEND_BACK) or any(each.steps for each in book.answer_chains),
        ClockName.APPROVAL: any(each.limit for each in book.answer_chains),
    }
    return {name for name, runs in there.items() if runs}


def _limits_can_be_extended(book: "Rulebook") -> None:
    """What is granted is working days on top of the limit: it would mean nothing on top of another count."""
    if book.extension is None:
        return
    limits: dict[str, LimitRule | None] = {
        "extension.cap": book.extension.cap,
        "county_handle": book.county_handle,
        "urgent_handle": book.urgent_handle,
        "direct_handle": book.direct_handle,
        "redo": book.redo,
    }
    for kind, rule in book.kinds.items():
        limits |= {f"kinds.{kind}.handle": rule.handle, f"kinds.{kind}.handle_complex": rule.handle_complex}
    for key, limit in limits.items():
        if limit is not None and limit.counted_in is not CountedIn.WORKING_DAYS:
            raise refused(f"{key}.counted_in", "with [extension], only working_days can be extended")
    cap = book.extension.cap
    for key, limit in limits.items():
        if cap is not None and limit is not None and limit.number > cap.number:
            raise refused("extension.cap.number", f"shorter than {key} ({limit.number}), which it is to cap")


def _moves_are_given_to_those_who_can(book: "Rulebook") -> None:
    for move, roles in book.moves.items():
        wrong = set(roles) - MOVES[move].may_be_given_to
        if wrong:
            able = _listed(MOVES[move].may_be_given_to)
            raise refused(f"moves.{move}", f"{_listed(wrong)} cannot make this move; it may be given to: {able}")
    for move in (Move.ACCEPT, Move.ASSIGN, Move.ANSWER):
        if not _gives(book, move):
            able = _listed(MOVES[move].may_be_given_to)
            raise refused(f"moves.{move}", f"without it no letter gets an answer; give it to one of: {able}")
    if _gives(book, Move.REFER_UP) and not (_gives(book, Move.INSTRUCT) or _gives(book, Move.CONVERT)):
        raise refused("moves.refer_up", "what is referred up would lie there: give instruct or convert to somebody")
    if _gives(book, Move.CONVERT) and not _gives(book, Move.REFER_UP):
        raise refused("moves.convert", "only what was referred up can be converted: give refer_up to somebody")
    if _gives(book, Move.CLAIM) and book.pool is None:
        raise refused("moves.claim", "there is nothing to claim without [pool]")


def _rules_have_their_moves(book: "Rulebook") -> None:
    """A rule whose move nobody may make would only ever stand in the way."""
    needed: list[tuple[str, bool, tuple[Move, ...]]] = [
        ("pool", book.pool is not None, (Move.CLAIM,)),
        ("return", book.return_ is not None, (Move.RETURN,)),
        ("extension", book.extension is not None, (Move.REQUEST_EXTENSION, Move.GRANT_EXTENSION)),
        (
            "extension.contact_writer_first",
            book.extension is not None and book.extension.contact_writer_first,
            (Move.CONTACT_WRITER,),
        ),
        ("reading", book.reading is not None, (Move.APPROVE, *(book.reading.before if book.reading else ()))),
        ("instruction", bool(book.instruction), (Move.INSTRUCT,)),
        ("instructed", book.instructed is not None, (Move.INSTRUCT,)),
        ("publication", book.publication is not None, (Move.PUBLISH,)),
        ("spot_checks", book.spot_checks is not None, (Move.SPOT_CHECK,)),
        ("repeats", book.repeats is not None, (Move.LINK_REPEAT,)),
        ("review_criteria", book.review_criteria, (Move.APPROVE,)),
        ("writer.reopen_within_days", book.writer.reopen_within_days is not None, (Move.REOPEN,)),
    ]
    for key, there, moves in needed:
        missing = [move for move in moves if there and not _gives(book, move)]
        if missing:
            able = _listed(MOVES[missing[0]].may_be_given_to)
            raise refused(key, f"needs {missing[0]} under [moves]; it may be given to: {able}")
    unfit = set(book.instructed.priority_of) - LEADERS if book.instructed else set()
    if unfit:
        raise refused("instructed.priority_of", f"{_listed(unfit)} does not instruct; those who do: {_listed(LEADERS)}")


def _lists_and_their_moves(book: "Rulebook") -> None:
    """Some moves choose from a list: without the list they cannot be made, without the move it is for nothing."""
    exceptions = book.publication.exceptions if book.publication else ()
    pairs: list[tuple[Move, str, tuple[object, ...]]] = [
        (Move.DECLINE, "decline_grounds", book.decline_grounds),
        (Move.REMOVE, "remove_grounds", book.remove_grounds),
        (Move.HOLD_TO_ACCOUNT, "responsibility", book.responsibility),
        (Move.WITHHOLD, "publication.exceptions", exceptions),
    ]
    for move, key, listed in pairs:
        if _gives(book, move) and not listed:
            raise refused(f"moves.{move}", f"there is nothing to choose from: list at least one under [[{key}]]")
        if listed and not _gives(book, move):
            raise refused(key, f"nobody may make the move they are for: add {move} to [moves]")
    asked = book.review_criteria or any(step.criteria for each in book.answer_chains for step in each.steps)
    if asked and not book.criteria:
        raise refused("criteria", "a review goes by them, and none are listed under [[criteria]]")


def _chain_can_be_walked(book: "Rulebook", key: str, chain: AnswerChain) -> None:
    if chain.steps and not _gives(book, Move.APPROVE):
        raise refused(key, 'its steps are taken by approve: add approve = ["centre"] to [moves]')
    strange = set(chain.sources) - {each.id for each in book.sources}
    if strange:
        raise refused(f"{key}.sources", f"{_listed(strange)} is not listed under [[sources]]")
    if chain.limit is not None and all(step.of_unit for step in chain.steps):
        raise refused(f"{key}.limit", "it counts from the end of the unit's own steps, and no step comes after them")
    if chain.instructed and not _gives(book, Move.INSTRUCT):
        raise refused(f"{key}.instructed", "never taken: nobody may instruct; give instruct to a leader under [moves]")
    signers = {role for step in chain.steps for role in step.by}
    if chain.given_by == "government" and not signers & LEADERS:
        raise refused(f"{key}.given_by", "an answer in the government's name needs a step by one of its leaders")
    if chain.given_by == "centre" and not signers & {Role.CENTRE, Role.DEPARTMENT_HEAD}:
        raise refused(f"{key}.given_by", "an answer that the centre gives needs a step by centre or department_head")
    unfit = set(chain.copies_to) & NO_READERS
    if unfit:
        raise refused(f"{key}.copies_to", f"{_listed(unfit)} cannot be sent a copy")


def _chains_are_reached(book: "Rulebook") -> None:
    """The first that fits is taken: after one that fits every letter, no other is ever reached."""
    fits_all = False
    for place, chain in enumerate(book.answer_chains):
        if chain.on_request:
            continue
        if fits_all:
            raise refused(f"answer_chains.{place}", "never taken: one before it fits every letter; put that one last")
        fits_all = not chain.sources and not chain.levels and chain.instructed is None


def _readers_can_read(book: "Rulebook") -> None:
    for name, rule in book.reports.items():
        unfit = set(rule.to) & NO_READERS
        if unfit:
            raise refused(f"reports.{name}.to", f"{_listed(unfit)} gets no reports")


def _listed(roles: Iterable[str]) -> str:
    return ", ".join(sorted(roles))
