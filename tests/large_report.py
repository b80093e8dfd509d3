"""Reports of any size, made up letter by letter: for tests of how they are rendered, not of how they are counted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import fmean, median
from typing import Any

from chalicelib.domain.metrics.figures import NOBODY, Cell, Figure, Row, share
from chalicelib.domain.metrics.lines import Correction, LetterLine, OverdueLine
from chalicelib.domain.metrics.report import Basis, Report, SeriesPoint, Source
from chalicelib.domain.metrics.scores import best_of, scores_of
from chalicelib.domain.metrics.sections import Excerpt, NoticeLine, SupervisedLine
from chalicelib.domain.periods import Period, parse_period, parts_of
from chalicelib.domain.rules import AppraisalRule

LONG_NAME = "清溪县城市管理综合行政执法与市政公用事业服务中心"
"""24 characters, as units are called when three of them were put together."""

KINDS = ("consultation", "complaint", "accusation", "opinion", "suggestion", "help", "other")
RULE = AppraisalRule(
    answer_rate=30,
    timeliness_rate=30,
    quality=20,
    satisfaction=20,
    deductions={"sent_back": 1, "urged": 2, "circular": 5},
    best=3,
    at_least_letters=5,
)


def large_report(
    period: str = "2026",
    *,
    letters: int = 600,
    units: int = 60,
    language: str = "zh-Hans",
    places: bool = True,
    rule: AppraisalRule | None = RULE,
) -> Report:
    """A report with so many letters over so many units, every tenth withheld. `places`: with fields and regions."""
    found = parse_period(period)
    names = {f"unit-{n:02d}": f"{LONG_NAME}{n}" if n % 4 == 0 else f"第{n}局" for n in range(units)}
    making = _Making(found, list(names), Random(7), places=places)  # noqa: S311  the same letters every time
    for number in range(letters):
        making.add(number)
    return making.report(_basis(names, language, rule))


def _basis(names: dict[str, str], language: str, rule: AppraisalRule | None) -> Basis:
    return Basis(
        county="清溪县",
        title="",
        zone="Asia/Shanghai",
        rulebook="shuangfeng-2018@2",
        rulebook_title="信箱来信办理工作制度",
        calendar="cn-2026",
        ledger=(
            Source("import=old-1", "1" * 64),
            Source("day=2026-01-01", "2" * 64),
            Source("day=2026-12-31", "3" * 64),
        ),
        unit_names=names,
        kind_names={"consultation": "咨询"},
        in_name_of="清溪县人民政府办公室",
        trigger_names={"late": "逾期不答复"},
        appraisal=rule,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that counts once."""

    figure: Figure
    letter: str
    unit: str
    kind: str
    source: str
    field: str
    region: str
    amount: int | None
    on: date


def row_of(key: str, facts: Sequence[Fact]) -> Row:
    """A row, counted plainly."""
    found: defaultdict[Figure, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.figure].append(fact)

    def count(*figures: Figure) -> int:
        return sum(len(found[figure]) for figure in figures)

    def amounts(figure: Figure) -> list[int]:
        return [fact.amount for fact in found[figure] if fact.amount is not None]

    days, scores = amounts(Figure.ANSWERED), amounts(Figure.RATED)
    return Row(
        key=key,
        cells={figure: Cell(count(figure), sum(amounts(figure)), None) for figure in Figure},
        triage_timeliness_rate=share(count(Figure.TRIAGED_ON_TIME), count(Figure.TRIAGED_ON_TIME, Figure.TRIAGED_LATE)),
        answer_rate=share(count(Figure.REPLY_GIVEN), count(Figure.REPLY_OWED)),
        timeliness_rate=share(count(Figure.ON_TIME), count(Figure.ON_TIME, Figure.LATE, Figure.RELEASED_LATE)),
        mean_score=round(fmean(scores), 2) if scores else None,
        scores={str(score): scores.count(score) for score in range(1, 6)},
        mean_days=round(fmean(days), 1) if days else None,
        median_days=float(median(days)) if days else None,
    )


def rows_by(name: str, facts: Sequence[Fact]) -> tuple[Row, ...]:
    """A row for each value; none for nobody."""
    groups: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[getattr(fact, name)].append(fact)
    return tuple(row_of(key, groups[key]) for key in sorted(groups) if key or name != "unit")


class _Making:
    def __init__(self, period: Period, units: list[str], random: Random, *, places: bool) -> None:
        self._period, self._units, self._random, self._places = period, units, random, places
        self._days = (period.last - period.first).days + 1
        self._facts: list[Fact] = []
        self._letters: list[LetterLine] = []
        self._overdue: list[OverdueLine] = []
        self._supervised: list[SupervisedLine] = []
        self._notices: list[NoticeLine] = []
        self._corrections: list[Correction] = []
        self._excerpts: list[Excerpt] = []

    def add(self, number: int) -> None:
        """One letter: received, assigned, and answered in time, late, given up late, or still open."""
        random, code = self._random, f"2026-{number:06d}-abcd"
        day = self._period.first + timedelta(days=random.randrange(self._days))
        kind, unit = KINDS[min(random.randrange(12), 6)], self._units[int(random.triangular(0, len(self._units), 0))]
        source = random.choice(["web", "web", "hotline", "12345热线平台"])
        field = random.choice(["城市建设", "教育", ""]) if self._places else ""
        region = random.choice(["城关镇", ""]) if self._places else ""
        withheld, days = number % 10 == 0, random.randrange(1, 30)
        facts: list[tuple[Figure, str, int | None]] = [
            (Figure.RECEIVED, "centre", None),
            (Figure.ACCEPTED, "centre", None),
            (Figure.TRIAGED_ON_TIME if number % 3 else Figure.TRIAGED_LATE, "centre", None),
            (Figure.ASSIGNED, unit, None),
            (Figure.HANDLED, NOBODY if number % 40 == 0 else unit, days),
            (Figure.REPLY_OWED, unit, None),
        ]
        late = 0
        match number % 5:
            case 0 | 1:
                facts += [(Figure.ANSWERED, unit, days), (Figure.ON_TIME, unit, None), (Figure.REPLY_GIVEN, unit, None)]
                facts += [(Figure.RATED, unit, 1 + number % 4)] if number % 2 else []
            case 2:
                facts += [(Figure.ANSWERED, unit, days), (Figure.LATE, unit, None), (Figure.REPLY_GIVEN, unit, None)]
                facts += [(Figure.SEND_BACKS, unit, None), (Figure.OVERRAN, unit, 3)]
            case 3:
                facts += [(Figure.RELEASED_LATE, unit, None), (Figure.RETURNS, unit, None), (Figure.OPEN, unit, None)]
                facts += [(Figure.URGES, unit, None), (Figure.EXTENSIONS, unit, 5)]
            case _:
                late = random.randrange(1, 90)
                facts += [(Figure.OPEN, unit, None), (Figure.OVERDUE, unit, late), (Figure.CIRCULARS, unit, None)]
                facts += [(Figure.SUPERVISED, unit, None)]
        entries = [Fact(figure, code, who, kind, source, field, region, n, day) for figure, who, n in facts]
        self._facts += entries
        self._list(number, entries, withheld=withheld, late=late, day=day)

    def _list(self, number: int, entries: list[Fact], *, withheld: bool, late: int, day: date) -> None:
        first, unit = entries[0], entries[3].unit
        status = "assigned" if number % 5 > 2 else "answered"
        line = LetterLine(first.kind, status, withheld=True)
        named: dict[str, Any] = {"withheld": True}
        if not withheld:
            named = {"unit": unit, "tracking_code": first.letter, "number": f"清信〔2026〕{number + 1}号"}
            line = LetterLine(first.kind, status, source=first.source, field=first.field, region=first.region, **named)
            line.received_at, line.due_on = f"{day}T09:{number % 60:02d}:00+08:00", day + timedelta(days=7)
            line.overdue_days = late
            if status == "answered":
                line.answered_by, line.answered_on, line.on_time = unit, day, number % 5 < 2
                line.working_days_used, line.rating = entries[6].amount, number % 5 or None
        for fact in entries:
            who = NOBODY if withheld else fact.unit
            line.counts.setdefault(who, {}).setdefault(fact.figure.value, 0)
            line.counts[who][fact.figure.value] += 1
            if fact.amount is not None:
                line.amounts.setdefault(who, {}).setdefault(fact.figure.value, 0)
                line.amounts[who][fact.figure.value] += fact.amount
        self._letters.append(line)
        if late:
            self._overdue.append(OverdueLine(first.kind, "handle", late, due_on=None if withheld else day, **named))
            about: dict[str, Any] = {} if withheld else {"topic": "stability", "instructed": number % 2 == 0}
            self._supervised.append(SupervisedLine(first.kind, status, day, late, **about, **named))
            told: dict[str, Any] = {} if withheld else {"trigger": "late", "measure": "责成限期改正"}
            self._notices.append(NoticeLine("circulars", day, first.kind, **told, **named))
        if number % 50 == 1:
            self._corrections.append(Correction("2025", first.kind, day, "receive", f"{day}T08:00:00+08:00", **named))
            excerpt = Excerpt(first.letter, None, first.kind, unit, status, day, "老旧小区\n加装电梯。", "0" * 64)
            self._excerpts.append(excerpt)

    def report(self, basis: Basis) -> Report:
        """What they come to."""
        period, facts = self._period, self._facts
        by_unit = rows_by("unit", facts)
        scores = scores_of(by_unit, basis.appraisal)
        return Report(
            kind=period.kind,
            period=period.key,
            first=period.first,
            last=period.last,
            basis=basis,
            total=row_of("total", facts),
            by_unit=by_unit,
            by_kind=rows_by("kind", facts),
            by_source=rows_by("source", facts),
            by_field=rows_by("field", facts),
            by_region=rows_by("region", facts),
            overdue=tuple(sorted(self._overdue, key=lambda line: -line.overdue_days)),
            letters=tuple(self._letters),
            corrections=tuple(self._corrections),
            supervised=tuple(self._supervised),
            notices=tuple(self._notices),
            scores=scores,
            best=best_of(scores, basis.appraisal),
            excerpts=tuple(self._excerpts[:3]),
            series=tuple(self._point(first, last) for first, last in parts_of(period)),
        )

    def _point(self, first: date, last: date) -> SeriesPoint:
        row = row_of("", [fact for fact in self._facts if first <= fact.on <= last])
        figures = (Figure.RECEIVED, Figure.ANSWERED, Figure.ON_TIME, Figure.LATE)
        return SeriesPoint(first, last, *(row.count(figure) for figure in figures))
