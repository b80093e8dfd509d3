"""How a report speaks of letters, units and periods: its own names first, then the catalogue of its language."""

from collections.abc import Iterable
from datetime import date

from chalicelib.adapters.report_files.catalogue import Catalogue, catalogue_in
from chalicelib.domain.languages import DEFAULT
from chalicelib.domain.metrics.figures import Row
from chalicelib.domain.metrics.lines import Correction, LetterLine, OverdueLine
from chalicelib.domain.metrics.report import Basis, Report
from chalicelib.domain.metrics.scores import BEST_RATING, PARTS, Part, Score
from chalicelib.domain.metrics.sections import Excerpt, NoticeLine, SupervisedLine
from chalicelib.domain.metrics.state import REPLY_OWED
from chalicelib.domain.periods import Period, PeriodKind, parse_period

Listed = LetterLine | OverdueLine | Correction | SupervisedLine | NoticeLine


def language_of(basis: Basis) -> str:
    """The language a report is written in."""
    return basis.language or DEFAULT.value


class Words:
    """The words of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._basis = report.basis
        self.catalogue: Catalogue = catalogue_in(language_of(report.basis))
        self.say = self.catalogue.say
        self.nothing = self.say("gaps.nothing")
        self.withheld = self.say("gaps.withheld")

    # --- the document

    def title(self) -> str:
        """The report's name: as the rulebook calls it, where that is in the report's language."""
        own = self._basis.title if self.catalogue.language == DEFAULT else ""
        return own or self.say(f"titles.{self._report.kind.value}")

    def heading(self) -> str:
        """The document's head: whose it is and what it is. A title that names the county itself stands alone."""
        title, county = self.title(), self._basis.county
        return title if title.startswith(county) else self.say("format.document", county=county, title=title)

    def issue(self, key: str | None = None) -> str:
        """Which issue a period's report is, such as the 47th week of 2026; without a key this one's."""
        period = parse_period(key or self._report.period)
        if period.kind is PeriodKind.DAILY:
            return self.catalogue.date(period.first)
        return self.say(f"issues.{period.kind.value}", **self._parts_of(period))

    def _parts_of(self, period: Period) -> dict[str, object]:
        month = period.first.month
        name = self.catalogue.name("months", str(month))
        year = period.key[:4]
        week = int(period.key[6:]) if period.kind is PeriodKind.WEEKLY else 0
        return {"year": year, "month": month, "month_name": name, "quarter": (month + 2) // 3, "week": week}

    def span(self) -> str:
        """The days the report covers."""
        return self.catalogue.span(self._report.first, self._report.last)

    def ledger(self) -> str:
        """Which files of the ledger the report was made of."""
        sources = self._basis.ledger
        days = [date.fromisoformat(each.name.removeprefix("day=")) for each in sources if each.name[0] == "d"]
        if not sources:
            return self.say("ledger.none")
        imports = len(sources) - len(days)
        parts = [self.say("ledger.days", span=self.catalogue.span(days[0], days[-1]), n=len(days))] if days else []
        parts += [self.say("ledger.imports", n=imports)] if imports else []
        last = self.say("ledger.last", hash=sources[-1].manifest_sha256)
        return self.catalogue.clauses(self.catalogue.listed(parts), last)

    # --- names

    def unit(self, key: str | None) -> str:
        """A unit's name; its id where the directory had none."""
        return self._basis.unit_names.get(key, key) if key else self.nothing

    def units(self, keys: Iterable[str]) -> str:
        """Several units' names in a row."""
        return self.catalogue.listed(map(self.unit, keys))

    def kind(self, key: str) -> str:
        """A kind, as the rulebook calls it; in another language by that language's word."""
        own, word = self._basis.kind_names.get(key), self.catalogue.find("kinds", key)
        return (own or word or key) if self.catalogue.language == DEFAULT else (word or own or key)

    def source(self, key: str | None) -> str:
        """Where letters came from; upstream platforms keep their own name."""
        return self.catalogue.find("sources", key) or key if key else self.say("gaps.not_stated")

    def stated(self, key: str | None) -> str:
        """A field or a region, as the rulebook's list calls it."""
        return key or self.say("gaps.not_stated")

    def status(self, key: str) -> str:
        """How a letter stands."""
        return self.catalogue.name("statuses", key)

    def move(self, key: str | None) -> str | None:
        """What happened."""
        return self.catalogue.name("moves", key) if key else None

    def clock(self, key: str) -> str:
        """Which limit."""
        return self.catalogue.name("clocks", key)

    def number(self, line: Listed | Excerpt) -> str:
        """The register number, or what stands in its place."""
        withheld = not isinstance(line, Excerpt) and line.withheld
        return self.withheld if withheld else line.number or self.say("gaps.no_number")

    # --- what is told of a letter

    def on_time(self, line: LetterLine) -> str:
        """How the limit was kept, or stands. Of a letter that is open again also how the answer before was."""
        n = line.overdue_days
        if line.status not in REPLY_OWED:
            if line.on_time is None:
                return self.nothing
            late = self.say("limit.late_by", n=n) if n else self.say("limit.late")
            return self.say("limit.in_time") if line.on_time else late
        before = {None: None, True: "limit.was_in_time", False: "limit.was_late"}[line.on_time]
        return self.catalogue.clauses(before and self.say(before), n > 0 and self.say("limit.late_now", n=n)) or (
            self.nothing
        )

    def events(self, line: LetterLine) -> str:
        """What happened to the letter on the day: each with its local time."""
        told = [f"{at[11:16]} {self.move(move)}" for at, move in line.moves]
        return self.catalogue.points(told) or self.say("gaps.no_moves")

    def topic(self, line: SupervisedLine) -> str:
        """What a supervised letter touches."""
        return self.catalogue.name("sensitivities", line.topic) if line.topic else self.nothing

    def notice(self, line: NoticeLine) -> str:
        """What was told, in one phrase; what a person decided in the rulebook's words."""
        name = self.catalogue.name("figures", line.figure)
        said = self.catalogue.clauses(self.trigger(line), line.measure)
        return self.say("format.noted", text=name, note=said) if said else name

    def trigger(self, line: NoticeLine) -> str:
        """What a person held the unit to account for, in the rulebook's words."""
        return self._basis.trigger_names.get(line.trigger or "", line.trigger or "")

    # --- scores

    def deductions(self, score: Score) -> str:
        """What was taken off, and for what."""
        told = [
            self.say("score_section.case", name=self.deduction(d.name), n=d.cases, points=d.cases * d.points)
            for d in score.deductions
        ]
        return self.catalogue.points(told) or self.nothing

    def part(self, name: str) -> str:
        """A part of a score."""
        return self.catalogue.name("rates", name)

    def deduction(self, name: str) -> str:
        """What points are taken off for."""
        return self.catalogue.name("deductions", name)

    def part_rate(self, part: Part) -> str:
        """What a part of a score is judged by: a mean rating as such, anything else as a share."""
        if part.name != "satisfaction" or part.rate is None:
            return self.percent(part.rate)
        return self.say("score_section.rating", score=f"{round(part.rate * BEST_RATING, 2):g}")

    def appraisal(self) -> str:
        """How the rulebook scores: weights, and points off."""
        rule = self._basis.appraisal
        if rule is None:
            return ""
        weights = [
            self.say("score_section.weight", part=self.part(name), n=weight)
            for name in PARTS
            if (weight := getattr(rule, name))
        ]
        off = [
            self.say("score_section.off", name=self.deduction(name), n=points)
            for name, points in rule.deductions.items()
            if points
        ]
        weighed = self.say("score_section.weights", parts=self.catalogue.listed(weights))
        return self.catalogue.sentence(self.catalogue.points([weighed, *off])).strip()

    # --- numbers

    def shown(self, value: object) -> str:
        """A value for a table cell; nothing is a dash."""
        if value is None or value == "":
            return self.nothing
        if isinstance(value, float):
            return f"{value:g}"
        return self.catalogue.number(value) if isinstance(value, int) else str(value)

    def some(self, value: int) -> str:
        """A number for a table cell that is a dash where there is nothing."""
        return self.shown(value or None)

    def percent(self, value: float | None) -> str:
        """A share (0–1) as people read it: one that is not quite all, or not quite nothing, is never shown as that."""
        if value is None:
            return self.nothing
        digits = 2 if 0 < value < 1 and f"{value:.3f}" in {"0.000", "1.000"} else 1
        return f"{value * 100:.{digits}f}%"

    def days_taken(self, row: Row) -> str:
        """Mean and median of working days, as one phrase."""
        if row.mean_days is None or row.median_days is None:
            return self.nothing
        return self.say("format.pair", left=self.shown(row.mean_days), right=self.shown(row.median_days))


def still_open(lines: Iterable[SupervisedLine]) -> int:
    """How many of these still await their answer."""
    return sum(line.status in REPLY_OWED for line in lines)


def minute(at: str | None) -> str | None:
    """A local time (ISO 8601) to the minute, as people read it."""
    return at[:16].replace("T", " ") if at else None
