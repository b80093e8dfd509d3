"""A citizen sends a letter: stored whole with its time limit running, or refused clearly."""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.domain.arrival import Arrival, receive
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.draft import Outcome, Surroundings
from chalicelib.domain.errors import BusyError, FieldError, IdempotencyMismatchError, InvalidFieldsError
from chalicelib.domain.letter import Actor, LetterId, MailboxId, UnitId, Writer
from chalicelib.ports import AlreadyImportedError, ConflictError, KeyUsedError, ProofSpentError, Remembered
from chalicelib.services.attachments import commit, take
from chalicelib.services.idempotency import KEPT_FOR, RequestKey, replayed
from chalicelib.services.installation import Installation
from chalicelib.services.proof import checked, refused
from chalicelib.services.repeats import new_traces
from chalicelib.services.writing import change_of

TRIES = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """What the citizen sent, fields checked, offices not yet looked up."""

    arrival_fields: dict[str, object]
    mailbox: str | None
    about_units: tuple[str, ...]
    writer: Writer = field(repr=False)
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A letter that has arrived. The query code is said here and never again."""

    outcome: Outcome
    query_code: str = field(repr=False)
    around: Surroundings


def submit(
    inst: Installation,
    submission: Submission,
    key: RequestKey | None,
    render: Callable[[Receipt], dict[str, object]],
    taken_in_by: Actor | None = None,
    proof: str | None = None,
) -> dict[str, object]:
    """Store the letter and give the answer to say; the same key with the same body says the first answer again.

    `taken_in_by`: who wrote it down for the writer, when it did not come by the website. Then no `proof`
    is asked for.

    Raises InvalidFieldsError, IdempotencyMismatchError, BusyError.
    """
    said_before = _said_before(inst, key)
    if said_before is not None:
        return said_before
    try:
        return _submitted(inst, submission, key, render, taken_in_by, proof)
    except InvalidFieldsError:
        said_meanwhile = _said_before(inst, key)
        if said_meanwhile is None:
            raise
        return said_meanwhile  # sent twice at once: what this one finds used up, the other has used for both


def _submitted(
    inst: Installation,
    submission: Submission,
    key: RequestKey | None,
    render: Callable[[Receipt], dict[str, object]],
    taken_in_by: Actor | None,
    proof: str | None,
) -> dict[str, object]:
    spent = None if taken_in_by else checked(inst, proof)
    directory = inst.registry.directory()
    arrival = _with_traces(inst, _arrival(submission, directory).of(submission.writer), submission.writer)
    channel = taken_in_by.channel if taken_in_by else "web"
    for attempt in range(TRIES):
        now = inst.time.now()
        around = inst.surroundings(now, directory, inst.rulebook)
        letter_id, code = inst.ids.letter_id(), inst.ids.query_code()
        sealed_writer = inst.secrets.seal(letter_id, submission.writer)
        around = replace(around, files=take(inst, letter_id, submission.attachments))
        outcome = receive(letter_id, code_hash(inst, letter_id, code), arrival, channel, around, taken_in_by)
        answer = render(Receipt(outcome, code, around))
        remember = None
        if key is not None:
            sealed = inst.secrets.seal_bytes(key.key, zlib.compress(json.dumps(answer, ensure_ascii=False).encode()))
            remember = Remembered(key.key, key.body_hash, letter_id, now + timedelta(hours=KEPT_FOR), sealed)
        taken = [each.upload for each in around.files]
        change = change_of(None, [outcome], around, uploads=taken, writer=sealed_writer, remember=remember, proof=spent)
        try:
            commit(inst, change)
        except KeyUsedError as used:
            return _first_answer(inst, key, used.remembered) if key else answer
        except AlreadyImportedError as there:
            raise InvalidFieldsError((FieldError("source_number", "already_taken_in"),)) from there
        except ProofSpentError as used_up:
            raise refused("proof_used") from used_up
        except ConflictError:
            inst.pause(attempt)
            continue
        return answer
    raise BusyError


def code_hash(inst: Installation, letter: LetterId, code: str) -> str:
    """What is kept of a query code: a keyed hash bound to the letter."""
    return inst.secrets.keyed_hash(f"query-code:{letter}", code)


def _said_before(inst: Installation, key: RequestKey | None) -> dict[str, object] | None:
    """The first answer to the same request; None when it is the first one."""
    first = inst.letters.remembered(key.key, inst.time.now()) if key else None
    return _first_answer(inst, key, first) if key and first else None


def _first_answer(inst: Installation, key: RequestKey, first: Remembered) -> dict[str, object]:
    replayed(key, first)
    if first.answer is None:
        raise IdempotencyMismatchError
    answer: dict[str, object] = json.loads(zlib.decompress(inst.secrets.unseal_bytes(key.key, first.answer)))
    return answer


def _arrival(submission: Submission, directory: Directory) -> Arrival:
    errors = [
        FieldError(f"about.{index}.unit", "unknown_unit", (("unit", unit),))
        for index, unit in enumerate(submission.about_units)
        if unit and unit not in directory.units
    ]
    mailbox = _mailbox(submission.mailbox, directory)
    if mailbox is None:
        errors.append(FieldError("mailbox", "unknown_mailbox", (("mailbox", submission.mailbox or ""),)))
    if errors or mailbox is None:
        raise InvalidFieldsError(tuple(errors))
    about = tuple(dict.fromkeys(UnitId(unit) for unit in submission.about_units if unit))
    return Arrival(mailbox=mailbox, about_units=about, **submission.arrival_fields)  # type: ignore[arg-type]


def _with_traces(inst: Installation, arrival: Arrival, writer: Writer) -> Arrival:
    said = (arrival.subject, arrival.body)
    return replace(arrival, traces=new_traces(inst, inst.rulebook.repeats, said, writer, inst.time.now()))


def _mailbox(wanted: str | None, directory: Directory) -> Mailbox | None:
    """The mailbox that was picked; without a pick the first one, the county's own."""
    if wanted is not None:
        return directory.mailboxes.get(MailboxId(wanted))
    return next(iter(directory.mailboxes.values()), None)
