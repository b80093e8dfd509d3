"""One-time codes: whoever signs an answer off or publishes shows that their phone or mailbox is theirs.

A code is a keyed hash over who makes which move on which version of a letter, and of the ten minutes in which it was
asked for. Nothing secret is stored, and a code works once: the move it is for makes another version of the letter.
"""

import hmac
from datetime import datetime, timedelta

from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.engine import why_not
from chalicelib.domain.errors import CodeLockedError, FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import Actor, ContactId, Letter, LetterId
from chalicelib.domain.messages import Channel, Message
from chalicelib.domain.payloads import Approve, Payload, Publish
from chalicelib.domain.preconditions import needs_code
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile, Secrets
from chalicelib.services.installation import Installation

WINDOW = timedelta(minutes=10)
"""A code is good for the rest of its window and for the next one: ten minutes at least, twenty at most."""
WRONG_CODES_MAX = 5
LOCKED_FOR = timedelta(minutes=30)
AGAIN_AFTER = timedelta(minutes=1)
SENT_AT_MOST = 5
"""Codes sent to one person about one letter within `WINDOW` of the last."""
ONE_TIME_CODE = "one_time_code"
"""The template of the message."""


class OneTimeCodesLockedError(CodeLockedError):
    """Too many wrong one-time codes, or too many asked for; `until` is when it may be tried again (UTC)."""

    code = "one_time_codes_locked"


def window_of(now: datetime) -> int:
    """The number of the ten minutes in which an instant lies."""
    return int(now.timestamp()) // int(WINDOW.total_seconds())


def code_for(secrets: Secrets, contact: str, letter: LetterId, version: int, move: str, window: int) -> str:
    """Six digits."""
    digest = secrets.keyed_hash(ONE_TIME_CODE, f"{contact}\n{letter}\n{version}\n{move}\n{window}")
    return f"{int(digest, 16) % 1_000_000:06d}"


def check_code(inst: Installation, letter: Letter, move: Move, actor: Actor, payload: Payload) -> None:
    """Let the move pass if it needs no code, or has the right one. `letter`: as it was before the move.

    Asked last, when nothing else stands against the move. Raises MoveRefusedError (code_needed, code_wrong) and
    OneTimeCodesLockedError. A try is counted before it is compared, and given back when it was right.
    """
    if not needs_code(move, letter, inst.rulebook_of(letter.rulebook)):
        return
    given = payload.code if isinstance(payload, Approve | Publish) else None
    if given is None:
        raise MoveRefusedError(move.value, "code_needed")
    now, counter = inst.time.now(), LetterId(f"one-time-code {letter.id} {actor.id}")
    until = inst.letters.try_code(counter, now, now + LOCKED_FOR, WRONG_CODES_MAX)
    if until is not None:
        raise OneTimeCodesLockedError(until)
    last = window_of(now)
    good = [code_for(inst.secrets, actor.id, letter.id, letter.version, move, each) for each in (last, last - 1)]
    if not any(hmac.compare_digest(given, each) for each in good):
        raise MoveRefusedError(move.value, "code_wrong")
    inst.letters.give_try_back(counter, now)


def send_code(
    inst: Installation, file: LetterFile, directory: Directory, move: Move, actor: Actor, by: Channel | None = None
) -> Channel:
    """Owe this person a code for this move, at once whatever the hour, and say by which way it comes.

    By SMS to their own phone, by e-mail where none is known or `by` says so. Asked again within a minute, the one on
    its way is meant. Raises MoveRefusedError (they could not make the move now), InvalidFieldsError (it needs no
    code, or there is no phone), OneTimeCodesLockedError (asked too often).
    """
    letter, now = file.letter, inst.time.now()
    book = inst.rulebook_of(letter.rulebook)
    reason = why_not(move, letter, file.clocks, actor, inst.surroundings(now, directory, book))
    if reason is not None:
        raise MoveRefusedError(move.value, reason, status=letter.status.value)
    if not needs_code(move, letter, book):
        raise InvalidFieldsError((FieldError("move", "no_code_needed"),))
    contact = directory.contacts[ContactId(actor.id)]
    channel = _channel(contact, by)
    counter = f"{letter.id} {contact.id}"
    if inst.letters.try_code(LetterId(f"code-asked {counter}"), now, now + AGAIN_AFTER, 1) is not None:
        return channel
    until = inst.letters.try_code(LetterId(f"codes-sent {counter}"), now, now + WINDOW, SENT_AT_MOST)
    if until is not None:
        raise OneTimeCodesLockedError(until)
    inst.outbox.add(_message(letter, contact, move, channel, now))
    return channel


def _channel(contact: Contact, by: Channel | None) -> Channel:
    if by is Channel.SMS and contact.phone is None:
        raise InvalidFieldsError((FieldError("by", "no_phone_known"),))
    return by or (Channel.SMS if contact.phone else Channel.EMAIL)


def _message(letter: Letter, contact: Contact, move: Move, channel: Channel, now: datetime) -> Message:
    """It says for what the code is, never the code: that is worked out when the message goes."""
    return Message(
        id=f"code-{letter.id}-{contact.id}-{int(now.timestamp())}",
        letter=letter.id,
        recipient=contact.id,
        channel=channel,
        template=ONE_TIME_CODE,
        created_at=now,
        not_before=now,
        params=(("for_move", move.value), ("version", letter.version), ("window", window_of(now))),
        number=letter.number,
        about_units=letter.about_units,
        about_contacts=letter.about_contacts,
        centre=letter.centre,
    )


def sent_code(secrets: Secrets, message: Message) -> str | None:
    """The code a message is to bring; None: it is no such message."""
    params = dict(message.params)
    if message.template != ONE_TIME_CODE or message.letter is None:
        return None
    version, window = int(params["version"]), int(params["window"])
    return code_for(secrets, message.recipient, message.letter, version, str(params["for_move"]), window)


def is_spent(message: Message, letter: Letter, now: datetime) -> bool:
    """Whether the code a message would bring works no more: used, overtaken by another move, or too old."""
    params = dict(message.params)
    return message.template == ONE_TIME_CODE and (
        params["version"] != letter.version or int(params["window"]) < window_of(now) - 1
    )
