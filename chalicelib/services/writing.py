"""Turning what a rule decided into the one write that carries all of it."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain import desk
from chalicelib.domain.attachments import Upload
from chalicelib.domain.draft import Announcement, Outcome, Surroundings
from chalicelib.domain.letter import Letter
from chalicelib.domain.messages import MOST_TOLD, owed
from chalicelib.ports import Change, LetterFile, NumberTaken, ProofUsed, Remembered, SealedWriter

MOST_ITEMS = 100
"""What the store writes as one, at most: a move is written whole or not at all."""


def items_of(change: Change) -> int:
    """How many items the store writes, deletes or looks at for this change."""
    after, staying = change.after, {entry.owner for entry in change.desk}
    gone = [entry for entry in change.desk_before if entry.owner not in staying]
    written = [entry for entry in change.desk if entry not in change.desk_before]
    lists = (change.events, change.clocks, change.texts, change.messages, gone, written)
    source = after.source_number if change.before is None else None
    alone = (change.writer, change.number, change.remember, source, change.unchanged, change.proof)
    return 1 + len(change.uploads) + sum(len(each) for each in lists) + sum(each is not None for each in alone)


def change_of(
    before: LetterFile | None,
    outcomes: Sequence[Outcome],
    around: Surroundings,
    *,
    announcements: Sequence[Announcement] | None = None,
    by_ladder: bool = False,
    writer: SealedWriter | None = None,
    number: NumberTaken | None = None,
    remember: Remembered | None = None,
    import_batch: str | None = None,
    uploads: Sequence[Upload] = (),
    unchanged: Letter | None = None,
    proof: ProofUsed | None = None,
) -> Change:
    """State, ledger lines, clocks, texts, desk and owed messages of one or more moves in a row, as one write.

    Messages take the room that is left beside the rest; whoever is not told then finds the letter on the desk.
    """
    last = outcomes[-1]
    changed = {clock.id: clock for outcome in outcomes for clock in outcome.changed_clocks}
    heard = last.announcements if announcements is None else announcements
    silent = Change(
        before=before.letter if before else None,
        after=last.letter,
        events=tuple(outcome.event for outcome in outcomes),
        clocks=tuple(changed[key] for key in sorted(changed)),
        texts=tuple(text for outcome in outcomes for text in outcome.texts),
        desk_before=before.desk if before else (),
        desk=desk.with_archive(last.letter, last.clocks, around.directory),
        writer=writer,
        number=number,
        remember=remember,
        import_batch=import_batch,
        uploads=tuple(uploads),
        unchanged=unchanged,
        proof=proof,
    )
    room = max(0, min(MOST_TOLD, MOST_ITEMS - items_of(silent)))
    told = owed(heard, last.letter, last.event.sequence, around, by_ladder=by_ladder, room=room)
    return replace(silent, messages=told)
