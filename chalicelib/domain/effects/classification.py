"""What a letter is: the centre takes it on, corrects its classification, says whom it is about (CQ-3.2.2, PL-18)."""

from collections.abc import Collection
from dataclasses import replace

from chalicelib.domain.clocks import ClockName, Ending, recompute
from chalicelib.domain.directory import Contact
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.accused import keep_from_accused
from chalicelib.domain.effects.holding import belongs_in_pool, handle_limit_of, set_apart
from chalicelib.domain.errors import FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import UNIT_HEADS, ContactId, MailboxId, Role, Status, TextPurpose, UnitId
from chalicelib.domain.payloads import Accept, Classify
from chalicelib.domain.places import PLACES, corrected_places
from chalicelib.domain.visibility import ABOUT_NOBODY, centre_of, hides_writer, is_guarded
from chalicelib.domain.workflow import Move

MARKS = ("kind", "complexity", "sensitivity", "urgent")
"""What the ledger tells whenever it is corrected; of field and region see `places`."""

CONTACT = "contact:"
"""Before the id of a person a letter is about, where units stand under their own."""


def accept(draft: Draft, payload: Accept) -> None:
    """Valid: the letter gets its number, kept for life (CQ-3.2.3), and joins the centre's list to assign."""
    before, kept_before = draft.letter, centre_of(draft.letter, draft.around.directory)
    _reclassify(draft, payload)
    draft.fact(**corrected_places(before, draft.letter, draft.around.rulebook))
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


def classify(draft: Draft, payload: Classify) -> None:
    """Correct the classification; units the letter turns out to be about lose it at once (PL-18).

    When that is the centre itself, others take its place and are told. `about` settles whom a letter means that names
    somebody in words; the ledger says only that it is `guarded`, and which units are left.
    """
    before, kept_before = draft.letter, centre_of(draft.letter, draft.around.directory)
    if payload.about is not None:
        _settle_about(draft, payload.about)
    _reclassify(draft, payload)
    draft.fact(**corrected_places(before, draft.letter, draft.around.rulebook))
    _excerpt(draft, payload)
    if draft.letter.status is Status.ACCEPTED:
        draft.set(in_pool=belongs_in_pool(draft))
    keep_from_accused(draft)
    if draft.letter.status is Status.MERGED and hides_writer(draft.letter):
        set_apart(draft)  # such a letter goes its own way (PL-18)
    _tell_new_keepers(draft, kept_before)


def _excerpt(draft: Draft, payload: Classify) -> None:
    """SF-5: words for the leaders wait until a person has approved them as they stand, and only then are an excerpt.

    None is ever made of an accusation, or of a letter about an office or somebody (PL-18).
    """
    if payload.excerpt is None and payload.excerpt_approved is None:
        return
    named = "excerpt" if payload.excerpt is not None else "excerpt_approved"
    if is_guarded(draft.letter):
        raise InvalidFieldsError((FieldError(named, "never_excerpted"),))
    words = payload.excerpt or _waiting_excerpt(draft)
    if words is None:
        raise InvalidFieldsError((FieldError(named, "no_excerpt_waits"),))
    if payload.excerpt_approved is None:
        draft.say(TextPurpose.EXCERPT_DRAFT, words)
        draft.set(excerpt_draft=draft.last_text)
        return
    if payload.excerpt_approved:
        draft.say(TextPurpose.EXCERPT, words)
    draft.set(excerpt_draft=None)


def _waiting_excerpt(draft: Draft) -> str | None:
    waiting = draft.letter.excerpt_draft
    return next((text.content for text in draft.around.texts if text.id == waiting and text.content), None)


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
    changes = {name: getattr(payload, name) for name in (*MARKS, *PLACES) if getattr(payload, name) is not None}
    if payload.mailbox is not None:
        if draft.letter.about_unsettled:  # it would be another office's to read, perhaps the accused one's
            raise MoveRefusedError(Move.CLASSIFY.value, "settle_about_first")
        mailbox = draft.around.directory.mailboxes.get(MailboxId(payload.mailbox))
        if mailbox is None:
            raise InvalidFieldsError((FieldError("mailbox", "unknown_mailbox", (("mailbox", payload.mailbox),)),))
        changes |= {"mailbox": mailbox.id, "centre": mailbox.owner}
    draft.set(**changes)
    draft.fact(**{name: getattr(value, "value", value) for name, value in changes.items() if name not in PLACES})
    draft.fact(corrected=[name for name in PLACES if name in changes] or None)
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
