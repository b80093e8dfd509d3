"""Ledger lines with holes: a story is played once by the product's own engine, and stamped for a million letters.

All its days are counted in working days from the arrival, so the same lines, with other dates in them, are what the
engine would have written for any other arrival (a test plays letters of every month and compares). A letter's own
holes are its code, number, units, kind, the minute of what people do, and the hashes.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from chalicelib.domain.ledger import canonical
from tests.bench.county import Days, book_of, days
from tests.bench.played import Particulars, Play, Played
from tests.bench.stories import SORTS, STORIES, Cast, Sort, Story
from tests.bench.tally import CENTRE, Note, notes_of
from tests.builders import SHANGHAI

A, B = "@A@", "@B@"
_ARRIVAL = date(2025, 6, 3)
_ARRIVED = datetime(2025, 6, 3, 12, 34, 56, 654321, tzinfo=SHANGHAI)
_WITHIN = timedelta(minutes=37, seconds=41, microseconds=123457)
_RECORDED = datetime(2001, 1, 1, tzinfo=UTC)
_LONG_AFTER = timedelta(days=75)
HISTORY_DAYS = (1, 2, 4, 7)
"""Working days in which an old system answered."""


@dataclass(frozen=True, slots=True)
class LineTemplate:
    """One line in halves, without the hash between them; `%(name)b` is a hole. `day`: working days since arrival."""

    at: bytes
    head: bytes
    tail: bytes
    day: int


@dataclass(frozen=True, slots=True, eq=False)
class LetterTemplate:
    """All lines of a story, how many hashes of texts they have, and what they count for. Each is itself alone."""

    lines: tuple[LineTemplate, ...]
    texts: int
    notes: tuple[Note, ...]


@cache
def template_of(sort: Sort, story: Story) -> LetterTemplate:
    """A story with a sort of letters, as the engine writes it."""
    play = Play(sort, _nobody(sort), book_of(("@FIELD@",), ("@REGION@",)))
    return _letter([*play.run(story, _ARRIVED.astimezone(UTC) + _LONG_AFTER)], sort)


@cache
def history_of(sort: Sort, working_days: int) -> LetterTemplate:
    """A letter that an old system answered, as an import writes it."""
    play = Play(sort, _nobody(sort), book_of(("@FIELD@",), ("@REGION@",)))
    return _letter([*play.history(_RECORDED, working_days)], sort, late=working_days > sort.limit)


def _nobody(sort: Sort) -> Particulars:
    return Particulars(
        letter="@LETTER@",
        number="@NUMBER@",
        arrived_at=_ARRIVED.astimezone(UTC),
        within=_WITHIN,
        cast=Cast(A, B),
        kind=sort.kinds[0].value,
        source="@SOURCE@",
        field="@FIELD@" if sort.placed else None,
        region="@REGION@" if sort.placed else None,
        score=4,
    )


def _letter(played: Sequence[Played], sort: Sort, *, late: bool | None = None) -> LetterTemplate:
    texts = 0
    lines = []
    for each in played:
        template, texts = _line(each.line, texts, sort)
        lines.append(template)
    if late is None:
        notes = notes_of(played, guarded=sort.guarded)
    else:
        in_time = "late" if late else "on_time"
        notes = [Note("received", CENTRE, 0), Note("answered", CENTRE, 1), Note(in_time, CENTRE, 1)]
    return LetterTemplate(tuple(lines), texts, tuple(notes))


def _line(line: Mapping[str, Any], texts: int, sort: Sort) -> tuple[LineTemplate, int]:
    unhashed = {**line, "prev": "@PREV@"}
    del unhashed["hash"]
    text = canonical(unhashed).decode().replace("%", "%%")
    found = re.findall(r'"sha256":"[0-9a-f]{64}"', text)
    for number, each in enumerate(found, start=texts):
        text = text.replace(each, f'"sha256":"%(h{number})b"', 1)
    for before, hole in _holes(sort):
        text = re.sub(before, hole, text)
    text = re.sub(r"(?<!cn-)\d{4}-\d\d-\d\d", lambda day: f"%({_ordinal(day[0])})b", text)
    head, letter, tail = text.partition(',"letter":')
    at = re.search(r'"at":"([^"]*)"', head)
    assert at is not None
    happened = datetime.fromisoformat(line["at"]).astimezone(SHANGHAI).date()
    template = LineTemplate(at[1].encode(), head.encode(), (letter + tail).encode(), _ordinal(happened.isoformat()))
    return template, texts + len(found)


def _holes(sort: Sort) -> tuple[tuple[str, str], ...]:
    arrived = _ARRIVED.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    recorded = _RECORDED.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return (
        (re.escape(arrived), "%(at)b"),
        (re.escape(recorded), "%(recorded)b"),
        (r":37:41\.123457Z", ":%(within)bZ"),
        ("@([A-Z]+)@", r"%(\1)b"),
        (rf'"kind":"{sort.kinds[0].value}"', '"kind":"%(KIND)b"'),
        (r'"score":4', '"score":%(SCORE)b'),
    )


def _ordinal(day: str) -> int:
    working = days().working
    return working.index(date.fromisoformat(day)) - working.index(_ARRIVAL)


FURTHEST = 60
"""Working days after the arrival of which a template may speak."""


def dates_from(arrival: date, table: Days) -> dict[bytes, bytes]:
    """The holes for dates, for letters that arrive on this local day."""
    return {str(n).encode(): table.after(arrival, n).isoformat().encode() for n in range(FURTHEST)}


def everything() -> bytes:
    """All templates, to see whether what the engine writes has changed."""
    letters = [template_of(sort, story) for sort in SORTS for story in STORIES]
    letters += [history_of(sort, span) for sort in SORTS for span in HISTORY_DAYS]
    return repr([(each.lines, each.notes) for each in letters]).encode()


if __name__ == "__main__":
    print(hashlib.sha256(everything()).hexdigest())  # noqa: T201
