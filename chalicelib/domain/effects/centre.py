"""The centre's moves: triage, assigning, extensions, review."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.clocks import Clock, ClockName, extend, recompute
from chalicelib.domain.directory import Contact
from chalicelib.domain.draft import Draft, Surroundings
from chalicelib.domain.effects.holding import (
    STAFF_OF_UNIT,
    back_to_centre,
    change_assignment,
    hand_to,
    known_unit,
    release,
)
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import Assignment, MailboxId, Role, TextPurpose, UnitId
from chalicelib.domain.limit import Limit
from chalicelib.domain.payloads import (
    Accept,
    Approve,
    Assign,
    Classify,
    Decline,
    Forward,
    GrantExtension,
    KeepForInformation,
    RefuseExtension,
    SendBack,
)
from chalicelib.domain.preconditions import ANSWER_CLOCKS
from chalicelib.domain.visibility import ABOUT_NOBODY, centre_of, is_about

FREE_TEXT = ("field", "region")
"""Typed by people, so the ledger says only that they were corrected."""
CLASSIFICATION = ("kind", *FREE_TEXT, "complexity", "urgent")


def accept(draft: Draft, payload: Accept) -> None:
    """Valid: the letter gets its number, kept for life (CQ-3.2.3), and joins the centre's list to assign."""
    kept_before = centre_of(draft.letter, draft.around.directory)
    _reclassify(draft, payload)
    _tell_new_keepers(draft, kept_before)
    draft.set(number=draft.letter.number or draft.around.number)
    draft.fact(number=draft.letter.number)
    draft.tell("letter_accepted", Role.WRITER)


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


def classify(draft: Draft, payload: Classify) -> None:
    """Correct the classification; units the letter turns out to be about lose it at once (PL-18).

    When that is the centre itself, others take its place and are told. `about` settles whom a letter means that names
    somebody in words; the ledger says only that it is `guarded`, and which units are left.
    """
    kept_before = centre_of(draft.letter, draft.around.directory)
    if payload.about is not None:
        about = tuple(UnitId(each) for each in payload.about if each != ABOUT_NOBODY)
        unknown = [unit for unit in about if unit not in draft.around.directory.units]
        if unknown:
            raise InvalidFieldsError((FieldError("about", "unknown_unit", (("unit", unknown[0]),)),))
        draft.set(about_units=about, about_unsettled=False)
        draft.fact(about_corrected=True, guarded=bool(about))
    _reclassify(draft, payload)
    accused = [a.unit for a in draft.letter.assignments if is_about(draft.letter, a.unit, draft.around.directory)]
    for unit in accused:
        release(draft, unit)
    if accused:
        back_to_centre(draft)
        lead = draft.letter.lead
        draft.fact(units=[each.unit for each in draft.letter.assignments], lead=lead.unit if lead else None)
    _tell_new_keepers(draft, kept_before)


def _tell_new_keepers(draft: Draft, before: tuple[Contact, ...]) -> None:
    """Whoever holds the centre's moves from now on hears of it."""
    if centre_of(draft.letter, draft.around.directory) != before:
        draft.tell("letter_now_yours", Role.CENTRE)


def _reclassify(draft: Draft, payload: Accept) -> None:
    changes = {name: getattr(payload, name) for name in CLASSIFICATION if getattr(payload, name) is not None}
    if payload.mailbox is not None:
        mailbox = draft.around.directory.mailboxes.get(MailboxId(payload.mailbox))
        if mailbox is None:
            raise InvalidFieldsError((FieldError("mailbox", "unknown_mailbox", (("mailbox", payload.mailbox),)),))
        changes |= {"mailbox": mailbox.id, "centre": mailbox.owner}
    draft.set(**changes)
    draft.fact(**{name: getattr(value, "value", value) for name, value in changes.items() if name not in FREE_TEXT})
    draft.fact(corrected=[name for name in FREE_TEXT if name in changes] or None)
    _recount_handling(draft)


def _recount_handling(draft: Draft) -> None:
    """A new kind has its own limit: counted from the original start, never due before the next working day."""
    letter, around = draft.letter, draft.around
    rule = around.rulebook.handle_limit(letter.kind, letter.complexity)
    for clock in draft.running(ClockName.HANDLE):
        if clock.limit != rule.limit:
            counted = recompute(clock, rule.limit, around.now, around.calendar, around.zone)
            draft.put(draft.wound(replace(counted, clause=rule.clause)))


def assign(draft: Draft, payload: Assign) -> None:
    """To one or several units: the first leads and answers, the others join (CQ-4.2). Again: to others instead."""
    units = tuple(dict.fromkeys(payload.units))
    known = tuple(known_unit(draft, f"units.{index}", unit) for index, unit in enumerate(units))
    empty = [index for index, unit in enumerate(known) if not draft.around.directory.staff_of(unit)]
    if empty:
        raise InvalidFieldsError(tuple(FieldError(f"units.{each}", "unit_has_nobody") for each in empty))
    hand_to(draft, known)
    draft.fact(units=list(known), lead=known[0])
    draft.say(TextPurpose.NOTE, payload.note)


def forward(draft: Draft, payload: Forward) -> None:
    """Outside our duties: passed on, and the writer is told where it went (CQ-4.3)."""
    unit = known_unit(draft, "unit", payload.unit)
    draft.set(forwarded_to=unit, past_units=(*draft.letter.past_units, unit))
    draft.fact(unit=unit, ask_answer=payload.ask_answer)
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
    cap = around.rulebook.extension.cap.limit if around.rulebook.extension else None
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
    """The answer does not do: back to the unit, with reasons and a limit of its own (CQ-7.2)."""
    lead = draft.letter.lead
    draft.fact(unit=lead.unit if lead else None, redo_working_days=payload.working_days)
    draft.say(TextPurpose.REASON, payload.reasons)
    draft.tell("answer_sent_back", *STAFF_OF_UNIT, unit=lead.unit if lead else None)


def approve(draft: Draft, payload: Approve) -> None:
    """The answer stands and the letter is closed (SF-4: reply quality is reviewed)."""
    draft.fact(step=payload.step)
    draft.say(TextPurpose.NOTE, payload.note)
