"""Somebody makes a move on a letter: staff from the desk, or the writer. Every move goes this one way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Directory
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.engine import make, why_not
from chalicelib.domain.errors import BusyError, InvalidFieldsError, NotFoundError, VersionConflictError
from chalicelib.domain.letter import Actor, LetterId, MailboxId, UnitId
from chalicelib.domain.messages import Message
from chalicelib.domain.payloads import Accept, Classify, LinkRepeat, Payload, Publish, Supplement
from chalicelib.domain.visibility import Keeper, keepers_of
from chalicelib.domain.watch import counted_anew, recount
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change, ConflictError, KeyUsedError, LetterFile, NumberTaken, Remembered
from chalicelib.services.attachments import commit, take
from chalicelib.services.idempotency import KEPT_FOR, RequestKey, replayed
from chalicelib.services.installation import Installation
from chalicelib.services.joined import follow_up, with_news_for_joined
from chalicelib.services.one_time_codes import check_code
from chalicelib.services.publication import check_excerpt, signed_off
from chalicelib.services.removal import only_contact_kept
from chalicelib.services.repeats import letter_to_link
from chalicelib.services.writing import change_of

TRIES = 12
"""How often a write is tried again when others write the same letter or series: eight at once need about ten."""
PATIENCE = timedelta(seconds=15)
"""No further try after so long: the gateway waits 29 seconds in all, and then nobody learns what became of it."""

WhoMoves = Callable[[LetterFile, Directory], Actor]
"""Decides in what capacity the caller acts on this letter; raises NotFoundError when it is not theirs to see."""


def make_move(
    inst: Installation,
    letter: LetterId,
    move: Move,
    payload: Payload,
    who: WhoMoves,
    *,
    seen_version: int | None = None,
    key: RequestKey | None = None,
) -> None:
    """Make the move in one write, or not at all; clocks of an older calendar are counted again in the same write.

    Raises NotFoundError, VersionConflictError (the page is stale), MoveRefusedError, InvalidFieldsError,
    OneTimeCodesLockedError, IdempotencyMismatchError, BusyError (others kept writing; nothing was changed).
    """
    begun = inst.time.now()
    for attempt in range(TRIES):
        if inst.time.now() - begun > PATIENCE:
            break
        file, directory = inst.letters.load(letter), inst.registry.directory()
        if file is None:
            raise NotFoundError
        if _done_before(inst, key):
            return  # asked before `who`: a unit that has returned a letter may not do so twice, but may ask again
        actor = who(file, directory)
        if seen_version is not None and seen_version != file.letter.version:
            raise VersionConflictError(seen_version, file.letter.version)
        around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
        planned = _planned(inst, file, move, payload, actor, key, around)
        if planned is None:
            return
        change, surplus = planned
        check_code(inst, file.letter, move, actor, payload)  # last: a move refused for another reason uses up no try
        try:
            commit(inst, change)
        except KeyUsedError as used:
            if key is not None:
                replayed(key, used.remembered)
            return
        except ConflictError:
            inst.pause(attempt)
            continue
        follow_up(inst, change.after, surplus, around)
        return
    raise BusyError


def as_counted_now(file: LetterFile, around: Surroundings) -> LetterFile:
    """The letter to be shown: dates as of the present calendar, recorded yet or not, so that each fits its receipt."""
    return replace(file, clocks=counted_anew(file.clocks, around))


def _done_before(inst: Installation, key: RequestKey | None) -> bool:
    first = inst.letters.remembered(key.key, inst.time.now()) if key else None
    if key is None or first is None:
        return False
    replayed(key, first)
    return True


def _planned(
    inst: Installation,
    file: LetterFile,
    move: Move,
    payload: Payload,
    actor: Actor,
    key: RequestKey | None,
    around: Surroundings,
) -> tuple[Change, tuple[Message, ...]] | None:
    """What is to be written. None: the same request, sent at the same time, was faster, and has taken the uploads."""
    try:
        return _change(inst, file, move, payload, actor, key, around)
    except InvalidFieldsError:
        if _done_before(inst, key):
            return None
        raise


def _change(
    inst: Installation,
    file: LetterFile,
    move: Move,
    payload: Payload,
    actor: Actor,
    key: RequestKey | None,
    around: Surroundings,
) -> tuple[Change, tuple[Message, ...]]:
    counted = recount(file.letter, file.clocks, around)
    letter, clocks = (counted.letter, counted.clocks) if counted else (file.letter, file.clocks)
    taken = None
    if isinstance(payload, Accept) and move is Move.ACCEPT and file.letter.number is None:
        taken, around = _number(inst, file, payload, around)
    if isinstance(payload, Publish):
        payload = signed_off(inst, file, letter, clocks, actor, payload, around)
    if isinstance(payload, Classify):
        check_excerpt(inst, file, letter, clocks, actor, payload, around)
    taking = _with_what_it_takes(inst, file, move, payload, actor, around)
    outcome = make(move, letter, clocks, actor, payload, taking)
    outcomes = [counted, outcome] if counted else [outcome]
    heard = [each for every in reversed(outcomes) for each in every.announcements]  # the first are told for certain
    remember = None
    if key is not None:
        remember = Remembered(key.key, key.body_hash, file.letter.id, around.now + timedelta(hours=KEPT_FOR))
    writer = only_contact_kept(inst, file) if move is Move.REMOVE else None
    change = change_of(
        file,
        outcomes,
        around,
        announcements=heard,
        number=taken,
        remember=remember,
        writer=writer,
        uploads=[each.upload for each in taking.files],
        unchanged=taking.other,  # what was decided about the one holds only while the other is as it was read
    )
    return with_news_for_joined(inst, change, outcome, around)


def _with_what_it_takes(
    inst: Installation, file: LetterFile, move: Move, payload: Payload, actor: Actor, around: Surroundings
) -> Surroundings:
    """What some moves ask for beside the letter: the one that a link names, the words that a removal drops or that are
    approved, files."""
    if isinstance(payload, LinkRepeat):
        return replace(around, other=letter_to_link(inst, file, payload.to, actor, around))
    if isinstance(payload, Supplement) and why_not(move, file.letter, file.clocks, actor, around) is None:
        return replace(around, files=take(inst, file.letter.id, payload.attachments, file.texts))
    looks_back = move is Move.REMOVE or (isinstance(payload, Classify) and payload.excerpt_approved is not None)
    return replace(around, texts=file.texts) if looks_back else around


def _number(
    inst: Installation, file: LetterFile, payload: Accept, around: Surroundings
) -> tuple[NumberTaken, Surroundings]:
    """The next number of its series. Equal texts come from one counter (CQ-3.2.3: one letter, one number)."""
    first_unit = _first_unit(file, payload, around.directory)
    unit = around.directory.units.get(first_unit)
    name, year = unit.name if unit else first_unit, local_date(around.now, around.zone).year
    rule = around.rulebook.number
    series = rule.series(year, name)
    value = inst.letters.next_number(series)
    numbered = replace(around, number=rule.written(year, value, name))
    return NumberTaken(series, value), numbered


def _first_unit(file: LetterFile, payload: Accept, directory: Directory) -> UnitId:
    keeper, people = keepers_of(file.letter, directory)
    if keeper is not Keeper.OWN_CENTRE and people:
        return people[0].unit  # a gap in the accused office's own numbers would tell it of the letter (PL-18)
    mailbox = directory.mailboxes.get(MailboxId(payload.mailbox or file.letter.mailbox))
    return mailbox.owner if mailbox else file.letter.centre
