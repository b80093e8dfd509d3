"""The centre's moves: triage, assigning, extensions, review."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.clocks import Clock, ClockName, Ending, extend, recompute
from chalicelib.domain.directory import Contact
from chalicelib.domain.draft import Draft, Surroundings
from chalicelib.domain.effects.accused import keep_from_accused
from chalicelib.domain.effects.holding import (
    STAFF_OF_UNIT,
    belongs_in_pool,
    change_assignment,
    hand_to,
    handle_limit_of,
    known_unit,
    set_apart,
)
from chalicelib.domain.errors import FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import (
    UNIT_HEADS,
    Assignment,
    ContactId,
    Disposition,
    MailboxId,
    Role,
    Status,
    TextPurpose,
    UnitId,
)
from chalicelib.domain.limit import Limit
from chalicelib.domain.payloads import (
    Accept,
    Assign,
    Classify,
    Decline,
    Forward,
    GrantExtension,
    IssuedAs,
    KeepForInformation,
    RefuseExtension,
    SendBack,
)
from chalicelib.domain.preconditions import ANSWER_CLOCKS
from chalicelib.domain.visibility import ABOUT_NOBODY, centre_of, hides_writer
from chalicelib.domain.workflow import Move

FREE_TEXT = ("field", "region")
"""Typed by people, so the ledger says only that they were corrected."""
CLASSIFICATION = ("kind", *FREE_TEXT, "complexity", "sensitivity", "urgent")
CONTACT = "contact:"
"""Before the id of a person a letter is about, where units stand under their own."""


def accept(draft: Draft, payload: Accept) -> None:
    """Valid: the letter gets its number, kept for life (CQ-3.2.3), and joins the centre's list to assign."""
    kept_before = centre_of(draft.letter, draft.around.directory)
    _reclassify(draft, payload)
    _tell_new_keepers(draft, kept_before)
    _see_to_leaders(draft)
    if draft.letter.repeat_of is not None and not draft.letter.awaits:
        draft.open_triage()  # it may have been merged
    draft.set(number=draft.letter.number or draft.around.number)
    draft.fact(number=draft.letter.number)
    draft.set(in_pool=belongs_in_pool(draft))
    draft.fact(pool=draft.letter.in_pool or None)
    draft.tell("letter_accepted", Role.WRITER)
    if draft.around.rulebook.reading is not None:
        draft.set(head_read=False)
        draft.tell("letter_to_read", Role.DEPARTMENT_HEAD)


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
        _settle_about(draft, payload.about)
    _reclassify(draft, payload)
    draft.say(TextPurpose.EXCERPT, payload.excerpt)
    if draft.letter.status is Status.ACCEPTED:
        draft.set(in_pool=belongs_in_pool(draft))
    keep_from_accused(draft)
    if draft.letter.status is Status.MERGED and hides_writer(draft.letter):
        set_apart(draft)  # such a letter goes its own way (PL-18)
    _tell_new_keepers(draft, kept_before)


def _settle_about(draft: Draft, about: tuple[str, ...]) -> None:
    """Units and persons; with a person who heads a unit, everybody there would answer for the head (PL-18)."""
    directory = draft.around.directory
    named = [each for each in about if each != ABOUT_NOBODY]
    persons = tuple(ContactId(each.removeprefix(CONTACT)) for each in named if each.startswith(CONTACT))
    units = [UnitId(each) for each in named if not each.startswith(CONTACT)]
    unknown = [each for each in units if each not in directory.units]
    unknown += [UnitId(each) for each in persons if each not in directory.contacts]
    if unknown:
        raise InvalidFieldsError((FieldError("about", "unknown_unit", (("unit", unknown[0]),)),))
    heads = (directory.contacts[each] for each in persons)
    units += [each.unit for each in heads if each.roles & UNIT_HEADS]
    draft.set(
        about_units=tuple(dict.fromkeys(units)), about_contacts=persons, about_unsettled=False, about_guessed=False
    )
    draft.fact(about_corrected=True, guarded=bool(named))


def _tell_new_keepers(draft: Draft, before: tuple[Contact, ...]) -> None:
    """Whoever holds the centre's moves from now on hears of it."""
    if centre_of(draft.letter, draft.around.directory) != before:
        draft.tell("letter_now_yours", Role.CENTRE)


def _listed(draft: Draft, payload: Accept) -> None:
    """CQ-3.2.2: what staff correct is one of those the rulebook lists, where it lists any."""
    book = draft.around.rulebook
    lists: dict[str, Collection[str]] = {"kind": book.kinds, "field": book.fields, "region": book.regions}
    wrong = [
        name
        for name, listed in lists.items()
        if listed and getattr(payload, name) is not None and getattr(payload, name) not in listed
    ]
    if wrong:
        raise InvalidFieldsError(tuple(FieldError(name, "not_listed") for name in wrong))


def _reclassify(draft: Draft, payload: Accept) -> None:
    _listed(draft, payload)
    changes = {name: getattr(payload, name) for name in CLASSIFICATION if getattr(payload, name) is not None}
    if payload.mailbox is not None:
        if draft.letter.about_unsettled:  # it would be another office's to read, perhaps the accused one's
            raise MoveRefusedError(Move.CLASSIFY.value, "settle_about_first")
        mailbox = draft.around.directory.mailboxes.get(MailboxId(payload.mailbox))
        if mailbox is None:
            raise InvalidFieldsError((FieldError("mailbox", "unknown_mailbox", (("mailbox", payload.mailbox),)),))
        changes |= {"mailbox": mailbox.id, "centre": mailbox.owner}
    draft.set(**changes)
    draft.fact(**{name: getattr(value, "value", value) for name, value in changes.items() if name not in FREE_TEXT})
    draft.fact(corrected=[name for name in FREE_TEXT if name in changes] or None)
    draft.say(TextPurpose.PROPOSAL, payload.proposal)
    if payload.sensitivity is not None:
        if draft.letter.number is not None:
            _see_to_leaders(draft)
        _supervise_by_itself(draft)
    _recount_handling(draft)


def _see_to_leaders(draft: Draft) -> None:
    """BB-2.2, PL-10: certain matters wait for these leaders, in order; posts that nobody holds are passed over.

    The centre's own limit has been kept, or not, with that; it runs anew when the last of them has instructed.
    """
    letter, around = draft.letter, draft.around
    if letter.status is Status.MERGED:
        return
    wanted: list[Role] = []
    if letter.status is Status.ACCEPTED:
        done = {each.post for each in letter.instructions}
        rules = (rule for rule in around.rulebook.instruction if letter.sensitivity in rule.sensitivity)
        wanted = [post for rule in rules for post in rule.by if post not in done]
    held = [post for post in wanted if around.directory.holders(post)]
    draft.set(awaits=tuple(held or wanted[:1]))
    draft.fact(awaits=[post.value for post in draft.letter.awaits] or None)
    if draft.letter.awaits and draft.letter.awaits != letter.awaits:
        for clock in draft.running(ClockName.TRIAGE):
            draft.end(clock, Ending.DONE)
        draft.tell("letter_to_instruct", draft.letter.awaits[0])
    elif letter.awaits and not draft.letter.awaits:
        draft.open_triage()


def _supervise_by_itself(draft: Draft) -> None:
    """PL-13: what touches development or stability is supervised on its own."""
    rule = draft.around.rulebook.supervision
    if rule is None or draft.letter.sensitivity not in rule.sensitivity or draft.letter.supervised:
        return
    draft.set(supervised=True)
    draft.fact(supervised=True)
    draft.tell("letter_under_supervision", Role.INSPECTOR)


def _recount_handling(draft: Draft) -> None:
    """A new kind has its own limit: counted from the original start, never due before the next working day."""
    letter, around = draft.letter, draft.around
    rule = handle_limit_of(letter, around.rulebook)
    for clock in draft.running(ClockName.HANDLE):
        if clock.limit != rule.limit:
            counted = recompute(clock, rule.limit, around.now, around.calendar, around.zone)
            draft.put(draft.wound(replace(counted, clause=rule.clause)))


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
