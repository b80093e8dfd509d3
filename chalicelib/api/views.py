"""What is shown of a letter, as JSON values: to its writer, and to staff as far as they may see it."""

from datetime import datetime
from typing import Any

from chalicelib.api.forms import move_forms
from chalicelib.api.timeline import timeline
from chalicelib.api.words import Words
from chalicelib.domain.clocks import Clock, local_date, overdue_days, receipt, state_of
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.engine import why_not
from chalicelib.domain.letter import Actor, Letter, Role, Text, TextPurpose, UnitId, Writer
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile


def local_time(moment: datetime, around: Surroundings) -> str:
    """An instant as ISO 8601 with the county's offset, to the second."""
    return moment.astimezone(around.zone).isoformat(timespec="seconds")


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
        "days": [
            {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
            for day in receipt(clock, around.calendar, around.zone)
        ],
    }


def unit_name(unit: UnitId | None, around: Surroundings) -> str | None:
    """The office's name; its id when the directory has lost it."""
    if unit is None:
        return None
    known = around.directory.units.get(unit)
    return known.name if known else unit


def source_title(letter: Letter, around: Surroundings, words: Words) -> str:
    """The channel it came by, as the rulebook calls it."""
    listed = next((each.title for each in around.rulebook.sources if each.id == letter.source), None)
    return listed or words.get("sources", letter.source)


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
        "texts": [_text_view(text, around) for text in file.texts if text.for_writer and not _is_answer(text)],
        "timeline": timeline(file, around, words, for_writer=True),
        "moves": move_forms(_open_moves(file, [actor], around), file, actor, around, words),
    }


def staff_view(
    file: LetterFile, actors: list[Actor], writer: Writer | None, around: Surroundings, words: Words
) -> dict[str, Any]:
    """The letter as one contact may see it. `writer` is None when who wrote it is not theirs to know.

    Whom the letter is about is the centre's alone, in whatever words (PL-18).
    """
    moves = _open_moves(file, actors, around)
    actor = actors[0] if actors else Actor("", Role.AUDITOR)
    at_centre = any(each.role is Role.CENTRE for each in actors)
    shown = [
        text for text in file.texts if not _is_answer(text) and (at_centre or text.purpose is not TextPurpose.ABOUT)
    ]
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
        "about": [unit_name(unit, around) for unit in file.letter.about_units] if at_centre else [],
        "writer": None if writer is None else {k: getattr(writer, k) for k in ("name", "phone", "email", "address")},
        "texts": [_text_view(text, around) for text in shown],
        "timeline": timeline(file, around, words, for_writer=False),
        "moves": move_forms(moves, file, actor, around, words),
    }


def _common(file: LetterFile, around: Surroundings, words: Words) -> dict[str, Any]:
    letter = file.letter
    kind = around.rulebook.kinds.get(letter.kind)
    channels = _answer_channels(file)
    ground = around.rulebook.ground(letter.decline_ground) if letter.decline_ground else None
    return {
        "tracking_code": letter.id,
        "version": letter.version,
        "number": letter.number,
        "status": letter.status.value,
        "status_title": words.get("statuses", letter.status.value),
        "kind": letter.kind.value,
        "kind_title": kind.title if kind else letter.kind.value,
        "subject": letter.subject,
        "received_at": local_time(letter.received_at, around),
        "units": [
            {"id": each.unit, "name": unit_name(each.unit, around), "lead": each.lead} for each in letter.assignments
        ],
        "forwarded_to": unit_name(letter.forwarded_to, around),
        "declined": {"ground": ground.id, "text": ground.text, "clause": ground.clause} if ground else None,
        "rating": letter.rating,
        "clocks": [clock_view(clock, around, words) for clock in file.clocks],
        "answers": [
            {
                "at": local_time(text.at, around),
                "unit": unit_name(text.unit, around),
                "channel": channels.get(text.id),
                "body": text.content,
            }
            for text in file.texts
            if _is_answer(text)
        ],
    }


def _answer_channels(file: LetterFile) -> dict[str, object]:
    """By which channel each answer was given, by the id of its text."""
    answers = (event.facts for event in file.events if "answer_channel" in event.facts)
    listed = ((facts.get("texts"), facts["answer_channel"]) for facts in answers)
    return {text["id"]: channel for texts, channel in listed if isinstance(texts, list) for text in texts}


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


def _open_moves(file: LetterFile, actors: list[Actor], around: Surroundings) -> list[Move]:
    """Moves that one of these capacities could make right now, in the order of the MOVES table."""
    return [
        move
        for move in around.rulebook.moves
        if any(why_not(move, file.letter, file.clocks, actor, around) is None for actor in actors)
    ]
