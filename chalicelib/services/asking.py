"""Who is asking: the contact behind a desk link, or the writer behind a query code."""

import hmac
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import actors_of, may_look_today
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.engine import permitted, why_not
from chalicelib.domain.errors import CodeLockedError, LinkRefusedError, MoveRefusedError, NotFoundError
from chalicelib.domain.letter import Actor, LetterId, Role
from chalicelib.domain.messages import Channel, Message
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.move import WhoMoves
from chalicelib.services.submit import code_hash

WRONG_CODES_MAX = 5
LOCKED_FOR = timedelta(minutes=30)
WRITER_ACTOR = Actor("writer", Role.WRITER, channel="web")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A contact whose link is good. `letter`: where the link lands; from there the whole desk is open."""

    contact: Contact
    letter: LetterId | None


def visitor(inst: Installation, token: str) -> Visitor:
    """The contact behind a desk link. Raises LinkRefusedError: malformed, expired, revoked."""
    claims = inst.links.read(token)
    if claims.expires_at <= inst.time.now():
        raise LinkRefusedError("expired")
    contact = inst.registry.directory().contacts.get(claims.contact)
    if contact is None or not contact.active or contact.epoch != claims.epoch:
        raise LinkRefusedError("revoked")
    return Visitor(contact, claims.letter)


def letter_for_staff(inst: Installation, who: Visitor, letter: LetterId) -> tuple[LetterFile, Directory]:
    """The letter, if it is theirs to see; otherwise NotFoundError, exactly as if there were none (PL-18)."""
    file, directory = inst.letters.load(letter), inst.registry.directory()
    if file is None or not may_look_today(file.letter, who.contact, directory, today(inst)):
        raise NotFoundError
    return file, directory


def today(inst: Installation) -> date:
    """The county's local date: deputies stand in by it."""
    return local_date(inst.time.now(), inst.zone)


def acting_as(inst: Installation, who: Visitor, move: Move) -> WhoMoves:
    """The capacity in which this visitor makes the move on a letter."""

    def actor(file: LetterFile, directory: Directory) -> Actor:
        if not may_look_today(file.letter, who.contact, directory, today(inst)):
            raise NotFoundError
        return staff_actor(inst, who.contact, move, file, directory)

    return actor


def staff_actor(inst: Installation, contact: Contact, move: Move, file: LetterFile, directory: Directory) -> Actor:
    """The capacity in which the contact makes the move: one that can now, their own before one they deputise in.

    Raises MoveRefusedError when none of the roles they hold or stand in for on this letter may make it at all.
    """
    letter = file.letter
    around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(letter.rulebook))
    allowed = permitted(move, letter, around)
    capacities = [each for each in actors_of(letter, contact, directory, today(inst)) if each.role in allowed]
    if not capacities:
        raise MoveRefusedError(move.value, "not_your_move")
    capacities.sort(key=lambda each: (each.deputy_for or "", allowed.index(each.role)))
    can = (each for each in capacities if why_not(move, letter, file.clocks, each, around) is None)
    return next(can, capacities[0])


def letter_for_writer(inst: Installation, letter: LetterId, code: str | None) -> LetterFile:
    """The letter whose query code this is, typed in groups or not.

    A wrong code and an unknown letter answer alike: NotFoundError. After several wrong codes the letter's code is
    locked for a while: CodeLockedError, whether or not it exists. Each try is counted before the code is compared and
    given back when it was right, so that guesses made at once are no more than guesses one after the other.
    """
    typed = "".join((code or "").split()).replace("-", "")
    if not typed:  # no guess was made: a page opened without its code must not lock anybody out
        raise NotFoundError
    now = inst.time.now()
    file = inst.letters.load(letter)
    counter = letter if file else _unknown_letters(inst, letter)
    until = inst.letters.try_code(counter, now, now + LOCKED_FOR, WRONG_CODES_MAX)
    if until is not None:
        raise CodeLockedError(until)
    expected = file.letter.code_hash if file else ""
    given = code_hash(inst, letter, typed)
    if file is None or not hmac.compare_digest(expected, given):
        raise NotFoundError
    inst.letters.give_try_back(counter, now)
    return file


def _unknown_letters(inst: Installation, letter: LetterId) -> LetterId:
    """The counter that tracking codes of no letter share: 65,536 of them, however many codes somebody invents.

    By a keyed hash, so that nobody can choose codes which meet in one. The name cannot be a tracking code.
    """
    return LetterId(f"unknown-{inst.secrets.keyed_hash('unknown-letter', letter)[:4]}")


def send_fresh_link(inst: Installation, email: str) -> None:
    """Owe a fresh desk link to the contact with this address, at most one in five minutes; else do nothing."""
    contact = inst.registry.directory().by_email(email)
    if contact is None:
        return
    now = inst.time.now()
    slot = int(now.timestamp()) // 300
    message = Message(
        id=f"link-{contact.id}-{slot}",
        letter=None,
        recipient=contact.id,
        channel=Channel.EMAIL,
        template="desk_link",
        created_at=now,
        not_before=now,
    )
    inst.outbox.add(message)
