"""Turning what a rule decided into the one write that carries all of it."""

from collections.abc import Sequence

from chalicelib.domain import desk
from chalicelib.domain.draft import Announcement, Outcome, Surroundings
from chalicelib.domain.messages import owed
from chalicelib.ports import Change, LetterFile, NumberTaken, Remembered, SealedWriter


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
) -> Change:
    """State, ledger lines, clocks, texts, desk and owed messages of one or more moves in a row, as one write."""
    last = outcomes[-1]
    changed = {clock.id: clock for outcome in outcomes for clock in outcome.changed_clocks}
    heard = last.announcements if announcements is None else announcements
    return Change(
        before=before.letter if before else None,
        after=last.letter,
        events=tuple(outcome.event for outcome in outcomes),
        clocks=tuple(changed[key] for key in sorted(changed)),
        texts=tuple(text for outcome in outcomes for text in outcome.texts),
        messages=owed(heard, last.letter, last.event.sequence, around, by_ladder=by_ladder),
        desk_before=before.desk if before else (),
        desk=desk.entries(last.letter, last.clocks, around.directory),
        writer=writer,
        number=number,
        remember=remember,
        import_batch=import_batch,
    )
