"""What is shown of a letter, as JSON values: to its writer, and to staff as far as they may see it."""

from typing import Any

from chalicelib.api.forms import move_forms
from chalicelib.api.staff_parts import (
    approval_view,
    instructions_view,
    local_time,
    publication_view,
    readable_texts,
    referral_view,
    signed_steps,
    source_title,
    unit_name,
)
from chalicelib.api.timeline import timeline
from chalicelib.api.words import Words
from chalicelib.domain.answers import Answer, answers_of, name_told
from chalicelib.domain.clocks import Clock, local_date, overdue_days, overrun, receipt, state_of
from chalicelib.domain.day_count import DayCounted
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.engine import permitted, why_not
from chalicelib.domain.letter import Actor, Letter, Role, Text, TextPurpose, Writer
from chalicelib.domain.reading import oversees
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile


def clock_view(clock: Clock, around: Surroundings, words: Words) -> dict[str, Any]:
    """A time limit with its receipt: each day from the start, counted or not, and why."""
    today = local_date(around.now, around.zone)
    return {
        "id": clock.id,
        "name": clock.name.value,
        "title": words.get("clocks", clock.name.value),
        "clause": clock.clause,
        "unit": clock.unit,
        "unit_name": unit_name(clock.unit, around),
        "started_on": local_date(clock.started_at, around.zone).isoformat(),
        "limit": {"number": clock.limit.number, "counted_in": clock.limit.counted_in.value},
        "granted": clock.granted,
        "due_on": clock.due_on.isoformat(),
        "provisional": clock.provisional,
        "state": state_of(clock, around.zone, today).value,
        "overdue_days": overdue_days(clock, around.calendar, around.zone, today),
        "ended_at": local_time(clock.ended_at, around) if clock.ended_at else None,
        "calendar_version": clock.calendar_version,
        "days": _days(receipt(clock, around.calendar, around.zone), words),
        "late_days": _days(overrun(clock, around.calendar, around.zone, today), words),
    }


def _days(days: tuple[DayCounted, ...], words: Words) -> list[dict[str, Any]]:
    return [{"date": day.date.isoformat(), "counted": day.counted, "why": words.why(day.why)} for day in days]


def receipt_view(
    letter: Letter, clocks: tuple[Clock, ...], code: str, around: Surroundings, words: Words
) -> dict[str, Any]:
    """The answer to `POST /letters`; the only place where the query code is said."""
    return {
        "tracking_code": letter.id,
        "query_code": code,
        "version": letter.version,
        "status": letter.status.value,
        "status_title": words.get("statuses", letter.status.value),
        "received_at": local_time(letter.received_at, around),
        "clocks": [clock_view(clock, around, words) for clock in clocks],
    }


def writer_view(file: LetterFile, around: Surroundings, words: Words) -> dict[str, Any]:
    """The letter as its writer follows it: every step, every date, nothing internal."""
    actor = Actor("writer", Role.WRITER, channel="web")
    return {
        **_common(file, around, words),
        "texts": [_text_view(text, around) for text in file.texts if _is_for_writer(text)],
        "timeline": timeline(file, around, words, for_writer=True),
        "moves": move_forms(_open_moves(file, [actor], around), file, around, words),
    }


def staff_view(
    file: LetterFile, actors: list[Actor], writer: Writer | None, around: Surroundings, words: Words
) -> dict[str, Any]:
    """The letter, in the words in which one contact reads it. `writer` is None when who wrote is not theirs to know.

    Whom the letter is about is the centre's alone (PL-18).
    """
    at_centre = any(each.role is Role.CENTRE for each in actors)
    return {
        **_common(file, around, words),
        "source": file.letter.source,
        "source_title": source_title(file.letter, around, words),
        "source_number": file.letter.source_number,
        "field": file.letter.field,
        "region": file.letter.region,
        "complexity": file.letter.complexity.value,
        "urgent": file.letter.urgent,
        "supervised": file.letter.supervised,
        "publish_consent": file.letter.publish_consent,
        "keep_confidential": file.letter.keep_confidential,
        **_handling(file, actors, around, words),
        "about": _about(file.letter, around) if at_centre else [],
        "about_unsettled": file.letter.about_unsettled if at_centre else None,
        "writer": None if writer is None else {k: getattr(writer, k) for k in ("name", "phone", "email", "address")},
        "texts": [_text_view(text, around) for text in readable_texts(file)],
        "timeline": timeline(file, around, words, for_writer=False),
        "moves": move_forms(_open_moves(file, actors, around), file, around, words),
    }


def _handling(file: LetterFile, actors: list[Actor], around: Surroundings, words: Words) -> dict[str, Any]:
    """How the letter is dealt with, and what was decided on it. Drafts are for those who have to do with it now."""
    letter, above = file.letter, oversees(file.letter, frozenset(actor.role for actor in actors))
    return {
        "sensitivity": letter.sensitivity.value,
        "disposition": letter.disposition.value if letter.disposition else None,
        "in_pool": letter.in_pool,
        "head_read": letter.head_read,
        "awaits": [{"post": post.value, "title": words.get("posts", post.value)} for post in letter.awaits],
        "assigner": letter.assigner.value if letter.assigner else None,
        "instructions": instructions_view(file, around, words, by_name=above),
        "referral": referral_view(letter, around, by_name=above),
        "approval": approval_view(letter, around),
        "signed_steps": signed_steps(file, around) if actors else [],
        "drafts": _drafts(file, around) if actors else [],
        "publication": publication_view(letter, around),
        "returned_by": [{"id": unit, "name": unit_name(unit, around)} for unit in letter.returned_by],
        "answer_asked": letter.answer_asked,
        "at_efficiency_office": letter.at_efficiency_office,
        "called_back": letter.called_back,
    }


def _about(letter: Letter, around: Surroundings) -> list[str | None]:
    """Units and persons by name."""
    persons = (around.directory.contacts.get(each) for each in letter.about_contacts)
    return [*(unit_name(unit, around) for unit in letter.about_units), *(each.name for each in persons if each)]


def _drafts(file: LetterFile, around: Surroundings) -> list[dict[str, Any]]:
    """Answers the writer has not got: the one that waits for signatures, and those that were sent back."""
    approval, answers = file.letter.approval, _by_text(file)
    return [
        {
            **_answer_view(text, answers.get(text.id), around),
            "waiting": approval is not None and approval.text == text.id,
        }
        for text in file.texts
        if _is_answer(text) and text.id in file.letter.unreleased
    ]


def _common(file: LetterFile, around: Surroundings, words: Words) -> dict[str, Any]:
    letter = file.letter
    kind = around.rulebook.kinds.get(letter.kind)
    ground = around.rulebook.ground(letter.decline_ground) if letter.decline_ground else None
    return {
        "tracking_code": letter.id,
        "version": letter.version,
        "number": letter.number,
        "status": letter.status.value,
        "status_title": words.get("statuses", letter.status.value),
        "kind": letter.kind.value,
        "kind_title": words.kind(letter.kind.value, kind.title if kind else None),
        "subject": words.subject(letter.subject),
        "received_at": local_time(letter.received_at, around),
        "language": letter.language.value,
        "today": local_date(around.now, around.zone).isoformat(),
        "units": [
            {"id": each.unit, "name": unit_name(each.unit, around), "lead": each.lead} for each in letter.assignments
        ],
        "forwarded_to": unit_name(letter.forwarded_to, around),
        "declined": {"ground": ground.id, "text": ground.text, "clause": ground.clause} if ground else None,
        "rating": letter.rating,
        "clocks": [clock_view(clock, around, words) for clock in file.clocks],
        "answers": _answers(file, around, words),
    }


def _answers(file: LetterFile, around: Surroundings, words: Words) -> list[dict[str, Any]]:
    """What the writer was given, when, and in whose name (PL-14, BB-3.4).

    A subordinate's answer is given by the unit that stays answerable; the centre's, by whoever stands in for it.
    """
    letter, answers = file.letter, _by_text(file)
    shown = []
    for text in file.texts:
        if not _is_answer(text) or text.id in letter.unreleased or not text.content:
            continue
        answer = answers.get(text.id)
        by = answer.given_by if answer else "unit"
        answerable = answer.unit if answer and answer.unit else text.unit
        giver = answer.giver if answer and answer.giver else letter.centre
        names = {"unit": unit_name(answerable, around), "centre": unit_name(giver, around)}
        office = names.get(by) or words.get("given_by", by, county=around.county)
        chain = around.rulebook.chain(answer.chain) if answer and answer.chain else None
        view = _answer_view(text, answer, around)
        view["at"] = local_time(answer.given_at, around) if answer and answer.given_at else view["at"]
        shown.append({**view, "given_by": by, "in_name_of": name_told(chain, office, around.county)})
    return shown + (_answers(file.joint, around, words) if file.joint else [])


def _answer_view(text: Text, answer: Answer | None, around: Surroundings) -> dict[str, Any]:
    return {
        "at": local_time(text.at, around),
        "unit": unit_name(text.unit, around),
        "channel": answer.channel if answer else None,
        "body": text.content,
    }


def _by_text(file: LetterFile) -> dict[str, Answer]:
    """What the ledger tells of each answer, by the id of its text."""
    return {each.text: each for each in answers_of(file.events) if each.text}


def _is_for_writer(text: Text) -> bool:
    return text.for_writer and bool(text.content) and not _is_answer(text) and text.file is None


def _is_answer(text: Text) -> bool:
    return text.purpose is TextPurpose.ANSWER


def _text_view(text: Text, around: Surroundings) -> dict[str, Any]:
    return {
        "at": local_time(text.at, around),
        "purpose": text.purpose.value,
        "author": text.author.value,
        "unit": unit_name(text.unit, around),
        "body": text.content,
    }


def _open_moves(file: LetterFile, actors: list[Actor], around: Surroundings) -> list[tuple[Move, Actor]]:
    """Moves that one of these capacities could make right now, and which one would, in the rulebook's order.

    Behind them what follows from other rules: reading, signing, giving back what was referred.
    """
    moves = dict.fromkeys((*around.rulebook.moves, *Move))
    makers = ((move, _maker(move, file, actors, around)) for move in moves)
    return [(move, actor) for move, actor in makers if actor is not None]


def _maker(move: Move, file: LetterFile, actors: list[Actor], around: Surroundings) -> Actor | None:
    """In which capacity: their own before one they deputise in, then as the rulebook prefers."""
    allowed = permitted(move, file.letter, around)
    able = sorted(
        (actor for actor in actors if actor.role in allowed),
        key=lambda actor: (actor.deputy_for or "", allowed.index(actor.role)),
    )
    return next((each for each in able if why_not(move, file.letter, file.clocks, each, around) is None), None)
