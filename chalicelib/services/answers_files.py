"""The public files of published answers: site/data/answers/<month>.json, and index.json of the months there are.

The index is there from the first run on, also without months: a page that asks for it finds it. A month is written
again only when a letter of it changed, something of it appears now, or an office was renamed. What was withheld,
removed or reclassified is gone with the next run. A file holds nothing of a letter beyond what it lists.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.answers import Answer, last_given
from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Directory
from chalicelib.domain.ledger import canonical, line_of
from chalicelib.domain.letter import DeskEntry, TextPurpose, UnitId
from chalicelib.domain.metrics.fold import Fold
from chalicelib.domain.metrics.standing import working_days_of
from chalicelib.domain.metrics.told import told
from chalicelib.domain.periods import year_of
from chalicelib.domain.publishing import owner_published, published_entries, shows_answer
from chalicelib.domain.redaction import redact
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.ledger_files import JSON

ANSWERS = "site/data/answers"
INDEX = f"{ANSWERS}/index.json"
NOTE = "answers"
SCHEMA = 1
_FIELDS = 2
"""Raised when a letter in a file gets another field: months that lie there without it are written again."""
_MONTHS_BACK = 12
"""How far the first run looks back."""


@dataclass(frozen=True, slots=True)
class _Month:
    """What is remembered of a month: what it was made of, how many answers it holds, and when (UTC) more appear."""

    made_of: str
    count: int
    again_at: str | None = None


def publish_answers(inst: Installation, has_time: Callable[[], bool]) -> list[str]:
    """Write the files of the months that changed; returns their keys. Out of time, the rest is for the next run."""
    now, directory = inst.time.now(), inst.registry.directory()
    noted = inst.jobs.last(NOTE)
    known = {month: _Month(**each) for month, each in json.loads(noted or "{}").items()}
    before, written = dict(known), []
    for month in _months(known, f"{now.astimezone(inst.zone):%Y-%m}"):
        if not has_time():
            break
        entries = inst.letters.desk([owner_published(month)])
        made_of = _fingerprint(inst, directory, entries)
        last = known.get(month)
        if last is not None and last.made_of == made_of and (last.again_at is None or last.again_at > now.isoformat()):
            continue
        if last is None and not entries:
            continue
        items, again_at = _items(inst, directory, entries, month, now)
        key = f"{ANSWERS}/{month}.json"
        inst.reports.put(key, canonical({**_head(inst, now), "month": month, "answers": items}), JSON)
        known[month] = _Month(made_of, len(items), again_at.isoformat() if again_at else None)
        written.append(key)
    if known != before or noted is None:
        _write_index(inst, known, now)
        written.append(INDEX)
        inst.jobs.note(NOTE, json.dumps({month: _plain(each) for month, each in sorted(known.items())}))
    return written


def _months(known: dict[str, _Month], this: str) -> list[str]:
    """Every month that may have something: newest first, from the first known one on, or a year back."""
    year, month = int(this[:4]), int(this[5:])
    back = [_month_before(year, month, count) for count in range(_MONTHS_BACK + 1)]
    return sorted({*known, *back}, reverse=True)


def _month_before(year: int, month: int, count: int) -> str:
    whole = year * 12 + month - 1 - count
    return f"{whole // 12:04d}-{whole % 12 + 1:02d}"


def _fingerprint(inst: Installation, directory: Directory, entries: Sequence[DeskEntry]) -> str:
    names = [(unit.id, unit.name) for unit in directory.units.values()]
    made_of = [_FIELDS, inst.county, inst.rulebook.name, inst.rulebook.version, sorted(names)]
    made_of.append(sorted((entry.letter, entry.since or "") for entry in entries))
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _items(
    inst: Installation, directory: Directory, entries: Sequence[DeskEntry], month: str, now: datetime
) -> tuple[list[dict[str, Any]], datetime | None]:
    """What is public of this month now, newest first, and the next moment at which more is."""
    listed: list[tuple[str, str, dict[str, Any]]] = []
    later: list[datetime] = []
    for file in _still_public(inst, entries, month):
        publication = file.letter.publication
        assert publication is not None  # noqa: S101  `_still_public` has looked
        moments = [each for each in (publication.visible_from, publication.answer_from) if each is not None]
        later += [each for each in moments if each > now]
        if publication.visible_from is not None and publication.visible_from <= now:
            item = _item(inst, file, directory, now)
            if item is not None:
                listed.append((max(each for each in moments if each <= now).isoformat(), item["number"] or "", item))
    listed.sort(key=lambda each: each[:2], reverse=True)
    return [item for *_, item in listed], min(later, default=None)


def _still_public(inst: Installation, entries: Sequence[DeskEntry], month: str) -> Iterator[LetterFile]:
    """The letters themselves: the index may lag behind them."""
    for entry in sorted(entries, key=lambda each: each.letter):
        file = inst.letters.load(entry.letter)
        if file is not None and _is_public_in(file, month):
            yield file


def _is_public_in(file: LetterFile, month: str) -> bool:
    return any(entry.owner == owner_published(month) for entry in published_entries(file.letter))


def _item(inst: Installation, file: LetterFile, directory: Directory, now: datetime) -> dict[str, Any] | None:
    """One published letter; None while its answer, without which it may not stand there, is being done again."""
    letter, book = file.letter, inst.rulebook_of(file.letter.rulebook)
    answered = shows_answer(letter, now)
    rule = book.publication
    if rule is None or not (answered or rule.before_answer) or (rule.needs_consent and not letter.publish_consent):
        return None
    kind = book.kinds.get(letter.kind)
    unit = letter.lead.unit if letter.lead else None
    given = last_given(file.events) if answered else None
    return {
        "number": letter.number,
        "kind": letter.kind.value,
        "kind_title": kind.title if kind else letter.kind.value,
        "field": redact(letter.field) if letter.field else None,
        "unit": unit,
        "unit_name": _unit_name(unit, directory),
        "received_on": local_date(letter.received_at, inst.zone).isoformat(),
        "answered_on": local_date(given.given_at, inst.zone).isoformat() if given and given.given_at else None,
        "working_days": _working_days(inst, file, given) if given else None,
        "question": _question(file, now),
        "answer": _newest(file, TextPurpose.PUBLIC_ANSWER) if answered else None,
        "channel": given.channel if given else None,
    }


def _working_days(inst: Installation, file: LetterFile, given: Answer) -> int | None:
    """Those the unit used, as its public mean counts them (docs/figures.md, `mean_days`)."""
    if given.given_at is None:
        return None
    calendar = inst.calendar()
    fold = Fold(year_of(local_date(given.given_at, inst.zone)), inst.zone, calendar)
    fold.add_all(told(line_of(event)) for event in file.events)
    state = fold.result().states.get(file.letter.id)
    return working_days_of(state, calendar) if state else None


def _question(file: LetterFile, now: datetime) -> str:
    """The public wording; signed off anew together with an answer, the new one appears together with it."""
    publication = file.letter.publication
    wordings = _all(file, TextPurpose.PUBLIC_LETTER)
    waits = publication is not None and publication.answer_from is not None and publication.answer_from > now
    return (wordings[-2] if waits and len(wordings) > 1 else wordings[-1]) if wordings else ""


def _newest(file: LetterFile, purpose: TextPurpose) -> str | None:
    return next(reversed(_all(file, purpose)), None)


def _all(file: LetterFile, purpose: TextPurpose) -> list[str]:
    texts = sorted((text for text in file.texts if text.purpose is purpose), key=lambda text: text.id)
    return [text.content for text in texts if text.content]


def _unit_name(unit: UnitId | None, directory: Directory) -> str | None:
    known = directory.units.get(unit) if unit is not None else None
    return known.name if known else unit


def _head(inst: Installation, now: datetime) -> dict[str, Any]:
    as_of = now.astimezone(inst.zone).isoformat(timespec="seconds")
    return {"schema": SCHEMA, "county": inst.county, "as_of": as_of}


def _write_index(inst: Installation, known: dict[str, _Month], now: datetime) -> None:
    months = [{"month": month, "answers": each.count} for month, each in known.items() if each.count]
    months.sort(key=lambda each: str(each["month"]), reverse=True)
    inst.reports.put(INDEX, canonical({**_head(inst, now), "months": months}), JSON)


def _plain(month: _Month) -> dict[str, Any]:
    return {"made_of": month.made_of, "count": month.count, "again_at": month.again_at}
