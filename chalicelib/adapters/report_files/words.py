"""How reports say things in Chinese: what they tell of letters and units, and numbers as people read them."""

from collections.abc import Sequence
from datetime import date

from chalicelib.adapters.report_files.names import (
    DEDUCTIONS,
    FIGURES,
    KINDS,
    MOVES,
    NOTHING,
    ORDINALS,
    PARTS,
    QUALITY_COLUMNS,
    REPORTS,
    SOURCES,
    TOPICS,
    UNIT_COLUMNS,
    WITHHELD,
)
from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.metrics.lines import Correction, LetterLine, OverdueLine
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.metrics.scores import Score
from chalicelib.domain.metrics.sections import NoticeLine, SupervisedLine
from chalicelib.domain.metrics.state import REPLY_OWED
from chalicelib.domain.periods import PeriodKind, parse_period


class Words:
    """The words of one report: its own names for units and kinds first."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._basis = report.basis

    def units_at_work(self) -> list[Row]:
        """The units of which the page's table has anything to tell."""
        return [row for row in self._report.by_unit if any(row.count(figure) for figure in UNIT_COLUMNS)]

    def units_watched(self) -> list[Row]:
        """The units of whose quality and supervision there is anything to tell."""
        return [row for row in self._report.by_unit if any(row.count(figure) for figure in QUALITY_COLUMNS)]

    def has(self, section: str) -> bool:
        """Whether a report of this period has this section, and anything to say in it."""
        report, kind = self._report, self._report.kind
        longer = kind in {PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.YEARLY}
        return {
            "list": kind is PeriodKind.DAILY,
            "excerpts": bool(report.excerpts),
            "verdict": kind in {PeriodKind.QUARTERLY, PeriodKind.YEARLY},
            "units": kind is not PeriodKind.DAILY,
            "quality": kind is not PeriodKind.DAILY and bool(self.units_watched()),
            "scores": longer and bool(report.scores),
            "supervised": bool(report.supervised),
            "notices": longer and bool(report.notices),
            "satisfaction": kind is not PeriodKind.DAILY,
            "tables": kind is not PeriodKind.DAILY,
        }[section]

    def criticised(self) -> list[str]:
        """Units criticised by circular or held to account: those that the tables show, their letters named or not."""
        return [str(row.key) for row in self._report.by_unit if self._measures_against(row)]

    def circular_of(self, unit: str) -> str:
        """What a unit is criticised for, in one phrase; of letters that are not listed, that it was and no more."""
        figures = (Figure.CIRCULARS, Figure.HELD_TO_ACCOUNT)
        mine = [each for each in self._report.notices if each.unit == unit and each.figure in figures]
        parts = [f"{self.trigger(each)}，{each.measure}" for each in mine if each.measure]
        by_ladder = sum(each.measure is None for each in mine)
        parts += [f"来信逾期未办结被通报{by_ladder}次"] if by_ladder else []
        untold = sum(self._measures_against(row) for row in self._report.by_unit if row.key == unit) - len(mine)
        parts += [f"{'另有' if parts else ''}通报批评或者作出处理{untold}次，情况按规定不列"] if untold > 0 else []
        return "；".join(dict.fromkeys(parts))

    @staticmethod
    def _measures_against(row: Row) -> int:
        return max(row.count(Figure.CIRCULARS), row.count(Figure.HELD_TO_ACCOUNT))

    def trigger(self, line: NoticeLine) -> str:
        """What a person held the unit to account for, in the rulebook's words."""
        return self._basis.trigger_names.get(line.trigger or "", line.trigger or "")

    def notice(self, line: NoticeLine) -> str:
        """What was told, in one phrase."""
        name = FIGURES[Figure(line.figure)]
        said = "，".join(part for part in (self.trigger(line), line.measure) if part)
        return f"{name}：{said}" if said else name

    def topic(self, line: SupervisedLine) -> str:
        """What a supervised letter touches."""
        return TOPICS.get(line.topic or "", NOTHING)

    def events(self, line: LetterLine) -> str:
        """What happened to the letter on the day: each with its local time."""
        return "；".join(f"{at[11:16]} {MOVES.get(move, move)}" for at, move in line.moves) or "当日无进展"

    def deductions(self, score: Score) -> str:
        """What was taken off, and for what."""
        told = [f"{DEDUCTIONS[d.name]}{d.cases}件次−{d.cases * d.points}分" for d in score.deductions]
        return "；".join(told) or NOTHING

    def appraisal(self) -> str:
        """How the rulebook scores: weights, and points off."""
        rule = self._basis.appraisal
        if rule is None:
            return ""
        weights = [f"{name}{getattr(rule, key)}分" for key, name in PARTS.items() if getattr(rule, key)]
        off = [f"{DEDUCTIONS[key]}每件次扣{points}分" for key, points in rule.deductions.items() if points]
        least = f"；承办不足{rule.at_least_letters}件的不参加排名" if rule.at_least_letters > 1 else ""
        return f"百分制：{'、'.join(weights)}{('；' + '、'.join(off)) if off else ''}{least}"

    def at_triage(self) -> list[Row]:
        """The centres that screened and assigned letters in the period."""
        return [row for row in self._report.by_unit if row.triage_timeliness_rate is not None]

    def ledger(self) -> str:
        """Which files of the ledger the report was made of."""
        sources = self._basis.ledger
        days = [day(date.fromisoformat(each.name.removeprefix("day="))) for each in sources if each.name[0] == "d"]
        if not sources:
            return "无"
        imports = len(sources) - len(days)
        parts = [f"{days[0]}至{days[-1]}的每日台账共{len(days)}份"] if days else []
        parts += [f"导入的历史台账{imports}份"] if imports else []
        return f"{'、'.join(parts)}，末份清单SHA-256 {sources[-1].manifest_sha256}"

    def title(self) -> str:
        """The report's name, as the rulebook calls it."""
        return self._basis.title or REPORTS[self._report.kind]

    def heading(self) -> str:
        """The document's head: whose it is and what it is. A title that names the county itself stands alone."""
        title, county = self.title(), self._basis.county
        return title if title.startswith(county) else f"{county}{title}"

    def ordinal(self, number: int) -> str:
        """The number of a section."""
        return ORDINALS[number - 1]

    @property
    def withheld(self) -> str:
        """What stands for what may not be listed."""
        return WITHHELD

    def still_open(self, lines: Sequence[SupervisedLine]) -> int:
        """How many of these still await their answer."""
        return sum(line.status in REPLY_OWED for line in lines)

    def issue(self) -> str:
        """Which issue it is: 2026年第47期."""
        return issue_of(self._report.period)

    def span(self) -> str:
        """The days the report covers."""
        first, last = self._report.first, self._report.last
        return day(first) if first == last else f"{day(first)}至{day(last)}"

    def unit(self, key: str | None) -> str:
        """A unit's name; its id where the directory had none."""
        return self._basis.unit_names.get(key, key) if key else NOTHING

    def kind(self, key: str) -> str:
        """A kind, as the rulebook calls it."""
        return self._basis.kind_names.get(key) or KINDS.get(key, key)

    def source(self, key: str | None) -> str:
        """Where letters came from; upstream platforms keep their own name."""
        return SOURCES.get(key or "", key or "")

    def number(self, line: LetterLine | OverdueLine | Correction | SupervisedLine | NoticeLine) -> str:
        """The register number, or what stands in its place."""
        return WITHHELD if line.withheld else line.number or "未编号"

    def on_time(self, line: LetterLine) -> str:
        """How the limit was kept, or stands. Of a letter that is open again also how the answer before was."""
        days = f"逾期{line.overdue_days}个工作日" if line.overdue_days else ""
        if line.status not in REPLY_OWED:
            return NOTHING if line.on_time is None else "按时" if line.on_time else days or "逾期"
        before = "" if line.on_time is None else "曾按时答复" if line.on_time else "曾逾期答复"
        return "，".join(part for part in (before, days and f"已{days}") if part) or NOTHING


def issue_of(key: str) -> str:
    """Which issue a period's report is: 2026年第47期."""
    period = parse_period(key)
    match period.kind:
        case PeriodKind.DAILY:
            return day(period.first)
        case PeriodKind.WEEKLY:
            return f"{key[:4]}年第{int(key[6:])}期"
        case PeriodKind.MONTHLY:
            return f"{period.first.year}年{period.first.month}月"
        case PeriodKind.QUARTERLY:
            return f"{period.first.year}年第{key[-1]}季度"
        case PeriodKind.YEARLY:
            return f"{period.first.year}年度"


def minute(at: str | None) -> str | None:
    """A local time (ISO 8601) to the minute, as people read it."""
    return at[:16].replace("T", " ") if at else None


def day(value: date) -> str:
    """2026年11月22日."""
    return f"{value.year}年{value.month}月{value.day}日"


def percent(value: float | None) -> str:
    """A share (0–1) as people read it."""
    return NOTHING if value is None else f"{value * 100:.1f}%"


def plain(value: object) -> str:
    """A value for a table cell; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    return f"{value:g}" if isinstance(value, float) else str(value)


def days_taken(row: Row) -> str:
    """Mean and median of working days, as one phrase."""
    if row.mean_days is None or row.median_days is None:
        return NOTHING
    return f"{row.mean_days:g}／{row.median_days:g}"


def score(value: float) -> str:
    """A mean rating as people read it: 4.25."""
    return f"{round(value, 2):g}"
