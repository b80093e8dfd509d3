"""The centre's moves beside classifying: declining, assigning, extensions, review."""

from datetime import datetime

from chalicelib.domain.clocks import Clock, ClockName, extend
from chalicelib.domain.draft import Draft, Surroundings
from chalicelib.domain.effects.holding import (
    STAFF_OF_UNIT,
    change_assignment,
    hand_to,
    known_unit,
)
from chalicelib.domain.errors import FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import (
    Assignment,
    Disposition,
    Role,
    TextPurpose,
)
from chalicelib.domain.limit import Limit
from chalicelib.domain.payloads import (
    Assign,
    Decline,
    Forward,
    GrantExtension,
    IssuedAs,
    KeepForInformation,
    RefuseExtension,
    SendBack,
)
from chalicelib.domain.preconditions import ANSWER_CLOCKS
from chalicelib.domain.workflow import Move


def decline(draft: Draft, payload: Decline) -> None:
    """Not accepted; the writer is told the ground (SF-2.3)."""
    ground = draft.around.rulebook.ground(payload.ground)
    if ground is None:
        raise InvalidFieldsError((FieldError("ground", "unknown_ground", (("ground", payload.ground),)),))
    draft.set(decline_ground=ground.id)
    draft.fact(ground=ground.id, clause=ground.clause)
    draft.say(TextPurpose.NOTE, payload.note, for_writer=True)
    draft.tell("letter_declined", Role.WRITER)


def keep_for_information(draft: Draft, payload: KeepForInformation) -> None:
    """Archived for information: no answer is owed (CQ-4.5)."""
    draft.say(TextPurpose.NOTE, payload.note)
    draft.tell("letter_kept", Role.WRITER)


def assign(draft: Draft, payload: Assign) -> None:
    """To one or several units: the first leads and answers, the others join (CQ-4.2). Again: to others instead.

    To the first office itself or one of its sections it is direct (CQ-4.1): nobody else's opinion is needed for that.
    """
    units = tuple(dict.fromkeys(payload.units))
    known = tuple(known_unit(draft, f"units.{index}", unit) for index, unit in enumerate(units))
    empty = [index for index, unit in enumerate(known) if not draft.around.directory.staff_of(unit)]
    if empty:
        raise InvalidFieldsError(tuple(FieldError(f"units.{each}", "unit_has_nobody") for each in empty))
    direct = all(draft.around.directory.is_within(unit, {draft.letter.centre}) for unit in known)
    if not direct:
        _may_be_passed_on(draft, payload)
    draft.set(disposition=Disposition.DIRECT if direct else Disposition.ASSIGNED, referral=None, awaits=())
    issued_as = _issued_as(draft, payload)
    if issued_as is IssuedAs.SUPERVISED_ITEM and not draft.letter.supervised:
        draft.set(supervised=True)
        draft.fact(supervised=True)
    back = [unit for unit in known if unit in draft.letter.returned_by]
    hand_to(draft, known)
    draft.fact(units=list(known), lead=known[0], disposition=disposition_of(draft), ping_pong=back or None)
    draft.fact(issued_as=issued_as.value if issued_as else None)
    draft.say(TextPurpose.NOTE, payload.note)


def _issued_as(draft: Draft, payload: Assign) -> IssuedAs | None:
    """PL-10: what was instructed on goes out as one of the two; left out, as what its supervision makes it (PL-12)."""
    if payload.issued_as is not None or draft.letter.assigner is not Role.INSPECTOR:
        return payload.issued_as
    return IssuedAs.SUPERVISED_ITEM if draft.letter.supervised else IssuedAs.TRANSFER_NOTICE


def _may_be_passed_on(draft: Draft, payload: Assign) -> None:
    """CQ-4.2: with an opinion and requirements, after the head of the unit has read it."""
    book = draft.around.rulebook
    if book.reading and Move.ASSIGN in book.reading.before and draft.letter.head_read is False:
        raise MoveRefusedError(Move.ASSIGN.value, "head_reads_first")
    if book.assignment.note_required and payload.note is None:
        raise InvalidFieldsError((FieldError("note", "note_required"),))


def disposition_of(draft: Draft) -> str | None:
    """The disposition, as the ledger says it."""
    return draft.letter.disposition.value if draft.letter.disposition else None


def forward(draft: Draft, payload: Forward) -> None:
    """Outside our duties: passed on, and the writer is told where it went (CQ-4.3)."""
    unit = known_unit(draft, "unit", payload.unit)
    if not draft.around.directory.staff_of(unit):
        raise InvalidFieldsError((FieldError("unit", "unit_has_nobody"),))
    draft.set(
        forwarded_to=unit,
        answer_asked=payload.ask_answer,
        past_units=tuple(dict.fromkeys((*draft.letter.past_units, unit))),
        disposition=Disposition.FORWARDED,
        in_pool=False,
    )
    draft.fact(unit=unit, ask_answer=payload.ask_answer, disposition=disposition_of(draft))
    draft.say(TextPurpose.NOTE, payload.note)
    draft.tell("letter_forwarded_to_you", *STAFF_OF_UNIT, unit=unit)
    draft.tell("letter_forwarded", Role.WRITER)


def _asking(draft: Draft, unit: str | None) -> Assignment:
    asking = [a for a in draft.letter.assignments if a.extension and unit in {None, a.unit}]
    if len(asking) != 1:
        reason = "name_the_unit" if asking else "unit_did_not_ask"
        raise InvalidFieldsError((FieldError("unit", reason),))
    return asking[0]


def grant_extension(draft: Draft, payload: GrantExtension) -> None:
    """More time, counted from the original start and never past the cap in all (HF-2.2, SF-3.3.3).

    What is granted, kept and told are the days that count: of more than the cap allows, as many as reach it.
    """
    asking = _asking(draft, payload.unit)
    assert asking.extension is not None  # noqa: S101  _asking chose it for having one
    around = draft.around
    wanted, days = payload.working_days or asking.extension.working_days, 0
    rule = around.rulebook.extension
    cap = rule.cap.limit if rule and rule.cap else None
    first_start = min(c.started_at for c in draft.clocks.values() if c.name is ClockName.HANDLE)
    for clock in draft.running(*ANSWER_CLOCKS, unit=asking.unit):
        longer = extend(clock, wanted, cap, first_start, around.calendar, around.zone)
        if longer.due_on <= clock.due_on:
            raise InvalidFieldsError(
                (FieldError("working_days", "past_the_cap", (("cap", cap.number if cap else 0),)),)
            )
        effective = _effective(clock, longer, cap, first_start, around)
        draft.put(draft.wound(effective))
        days = max(days, effective.granted - clock.granted)
    change_assignment(draft, asking.unit, extension=None)
    draft.fact(unit=asking.unit, working_days=days)
    draft.say(TextPurpose.NOTE, payload.note)
    draft.tell("extension_granted", *STAFF_OF_UNIT, unit=asking.unit, working_days=days)
    draft.tell("extension_told", Role.WRITER)


def _effective(clock: Clock, longer: Clock, cap: Limit | None, first_start: datetime, around: Surroundings) -> Clock:
    """The clock extended by the fewest days that bring it as far as `longer`: the rest the cap has cut off."""
    fewer = (
        extend(clock, days, cap, first_start, around.calendar, around.zone)
        for days in range(1, longer.granted - clock.granted)
    )
    return next((each for each in fewer if each.due_on == longer.due_on), longer)


def refuse_extension(draft: Draft, payload: RefuseExtension) -> None:
    """The limit stays."""
    asking = _asking(draft, payload.unit)
    change_assignment(draft, asking.unit, extension=None)
    draft.fact(unit=asking.unit)
    draft.say(TextPurpose.NOTE, payload.note)
    draft.tell("extension_refused", *STAFF_OF_UNIT, unit=asking.unit)


def send_back(draft: Draft, payload: SendBack) -> None:
    """The answer does not do: back to the unit, with reasons and a limit of its own (CQ-7.2), the cap at most."""
    rule = draft.around.rulebook.extension
    most = rule.cap.number if rule and rule.cap else None
    if most is not None and payload.working_days is not None and payload.working_days > most:
        raise InvalidFieldsError((FieldError("working_days", "past_the_cap", (("cap", most),)),))
    lead = draft.letter.lead
    step = draft.letter.approval.step if draft.letter.approval else None
    draft.set(approval=None)
    draft.fact(unit=lead.unit if lead else None, redo_working_days=payload.working_days, step=step)
    draft.say(TextPurpose.REASON, payload.reasons)
    draft.tell("answer_sent_back", *STAFF_OF_UNIT, unit=lead.unit if lead else None)
