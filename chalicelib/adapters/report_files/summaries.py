"""What each section of the page says first, in full sentences: the figures a leader asks for."""

from collections.abc import Callable, Sequence

from chalicelib.adapters.report_files.words import Words, still_open
from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.metrics.report import Report

_NAMED = 3
"""So many of the largest, or of those that share the last place, are named; the others are counted."""


class Summaries:
    """The first paragraphs of one report's sections."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report = report
        self._words = words
        self._say = words.say
        self._total = report.total
        self._sentence = words.catalogue.sentence
        self._paragraph = words.catalogue.paragraph

    def _counted(self, path: str, figure: Figure) -> str | None:
        """A clause with a figure, where there is any of it."""
        n = self._total.count(figure)
        return self._say(path, n=n) if n else None

    def arrived(self) -> str:
        """What came in, what became of it, and what was answered."""
        total = self._total
        came = self._say("overall.received", n=total.count(Figure.RECEIVED))
        accepted = self._say("overall.accepted", n=total.count(Figure.ACCEPTED))
        outside = (Figure.DECLINED, Figure.KEPT, Figure.FORWARDED, Figure.WITHDRAWN)
        others = [self._counted(f"overall.{figure.value}", figure) for figure in outside]
        answered = [self._say("overall.answered", n=total.count(Figure.ANSWERED))]
        if total.count(Figure.ANSWERED):
            on_time, late = total.count(Figure.ON_TIME), total.count(Figure.LATE)
            answered.append(self._say("overall.of_these", on_time=on_time, late=late))
            answered.append(self._say("overall.mean", days=self._words.shown(total.mean_days)))
        return self._paragraph(self._sentence(came, accepted, *others), self._sentence(*answered))

    def triaged(self) -> str:
        """How the centre kept its own limit; nothing where none ended."""
        total = self._total
        if total.triage_timeliness_rate is None:
            return ""
        on_time, late = total.count(Figure.TRIAGED_ON_TIME), total.count(Figure.TRIAGED_LATE)
        told = self._say("overall.triaged", n=on_time + late)
        which = self._say("overall.triaged_of_these", on_time=on_time, late=late)
        rate = self._say("overall.rate", rate=self._words.percent(total.triage_timeliness_rate))
        return self._sentence(told, which, rate).strip()

    def standing(self, annex_of_corrections: str) -> str:
        """What is still owed, open and overdue, and what was recorded too late for its own report."""
        total, overdue = self._total, self._total.count(Figure.OVERDUE)
        owed = self._say("overall.owed", owed=total.count(Figure.REPLY_OWED), given=total.count(Figure.REPLY_GIVEN))
        late = [self._say("overall.none_overdue")]
        if overdue:
            late = [self._say("overall.overdue", n=overdue)]
            late.append(self._say("overall.overdue_days", n=total.amount(Figure.OVERDUE)))
        corrections = len(self._report.corrections)
        more = corrections and self._sentence(
            self._say("overall.corrections", n=corrections), self._say("overall.see", annex=annex_of_corrections)
        )
        open_now = self._sentence(self._say("overall.open", n=total.count(Figure.OPEN)), *late)
        return self._paragraph(self._sentence(owed), open_now, more or "")

    def composition(self) -> str:
        """What the letters that came in are, and where they came from: the largest groups by name."""
        report, words = self._report, self._words
        if not self._total.count(Figure.RECEIVED):
            return self._sentence(self._say("composition.none")).strip()
        told = [
            self._largest("kind", report.by_kind, words.kind),
            self._largest("source", report.by_source, words.source),
            self._largest("field", report.by_field, words.stated),
            self._largest("region", report.by_region, words.stated),
        ]
        return self._paragraph(*(self._sentence(each) for each in told if each))

    def _largest(self, name: str, rows: Sequence[Row], called: Callable[[str], str]) -> str | None:
        if not is_stated(rows):
            return None
        found = sorted(rows, key=lambda row: (-row.count(Figure.RECEIVED), row.key))
        first = [row for row in found[:_NAMED] if row.count(Figure.RECEIVED)]
        rest = self._total.count(Figure.RECEIVED) - sum(row.count(Figure.RECEIVED) for row in first)
        parts = [
            self._say(
                "composition.part",
                name=called(row.key),
                n=row.count(Figure.RECEIVED),
                share=self._words.percent(row.count(Figure.RECEIVED) / self._total.count(Figure.RECEIVED)),
            )
            for row in first
        ]
        parts += [self._say("composition.rest", n=rest)] if rest > 0 else []
        return self._say(f"composition.{name}", parts=self._words.catalogue.listed(parts))

    def units(self, at_work: Sequence[Row]) -> str:
        """How many units worked on letters, and how they kept their limits."""
        judged = [row for row in at_work if row.timeliness_rate is not None]
        told: list[str] = []
        good = sum(row.timeliness_rate == 1 for row in judged)
        if judged and good == len(judged):
            told.append(self._say("unit_section.all_in_time", n=good))
        elif judged:
            told.append(self._say("unit_section.in_time", n=len(judged), all=good))
            lowest = min(row.timeliness_rate or 0 for row in judged)
            units = self._named([row.key for row in judged if row.timeliness_rate == lowest])
            told.append(self._say("unit_section.lowest", units=units, rate=self._words.percent(lowest)))
        worked = self._sentence(self._say("unit_section.worked", n=len(at_work)))
        return self._paragraph(worked, self._sentence(*told))

    def _named(self, units: Sequence[str]) -> str:
        named = self._words.catalogue.listed(self._words.unit(unit) for unit in units[:_NAMED])
        return named if len(units) <= _NAMED else self._say("unit_section.among", units=named, n=len(units))

    def held(self) -> str:
        """How long units had letters in hand, and what they let pass."""
        total, over = self._total, self._total.count(Figure.OVERRAN)
        held, days = total.count(Figure.HANDLED), total.amount(Figure.HANDLED)
        told = self._say("unit_section.overran", n=over, days=self._words.shown(total.amount(Figure.OVERRAN)))
        return self._paragraph(
            self._sentence(self._say("unit_section.held", n=held, days=self._words.shown(days))),
            self._sentence(told if over else self._say("unit_section.none_overran")),
        )

    def triage_of(self, centres: Sequence[Row]) -> str:
        """How each centre kept its own limit."""
        told = [
            self._say(
                "unit_section.triage_unit",
                unit=self._words.unit(row.key),
                on_time=row.count(Figure.TRIAGED_ON_TIME),
                late=row.count(Figure.TRIAGED_LATE),
                rate=self._words.percent(row.triage_timeliness_rate),
            )
            for row in centres
        ]
        if not told:
            return ""
        stop = self._words.catalogue.name("format", "stop")
        return f"{self._say('unit_section.triage')}{self._words.catalogue.points(told)}{stop}".strip()

    def quality(self) -> str:
        """What was sent back, called back, checked, and held to account."""
        told: list[str | None] = [self._say("quality_section.send_backs", n=self._total.count(Figure.SEND_BACKS))]
        for name, figure in (
            ("repeats", Figure.REPEATS),
            ("reopened", Figure.REOPENED),
            ("call_backs", Figure.CALL_BACKS),
            ("unsettled", Figure.CALL_BACKS_UNSETTLED),
            ("spot_checks", Figure.SPOT_CHECKS),
            ("failed", Figure.SPOT_CHECKS_FAILED),
            ("held_to_account", Figure.HELD_TO_ACCOUNT),
        ):
            told.append(self._counted(f"quality_section.{name}", figure))
        return self._sentence(*told).strip()

    def scores(self) -> str:
        """Who leads, who is not ranked, and from how many letters on one is."""
        scores, rule = self._report.scores, self._report.basis.appraisal
        ranked = [each for each in scores if each.rank is not None]
        leading = [each for each in ranked if each.rank == 1]
        told: list[str | None] = [self._say("score_section.ranked", n=len(ranked))]
        if leading:
            units, score = self._named([each.unit for each in leading]), self._words.shown(leading[0].score)
            told.append(self._say("score_section.leading", units=units, score=score))
        if len(ranked) < len(scores):
            told.append(self._say("score_section.unranked", n=len(scores) - len(ranked)))
        least = self._say("score_section.least", n=rule.at_least_letters) if rule else None
        return self._paragraph(self._sentence(*told), self._sentence(least))

    def supervised(self) -> str:
        """How many letters are under supervision."""
        lines = self._report.supervised
        still = self._say("supervised_section.open", n=still_open(lines))
        return self._sentence(self._say("supervised_section.intro", n=len(lines)), still).strip()

    def pushed(self) -> str:
        """What was done about letters that were late or not done well."""
        total = self._total
        sent = [
            self._say(f"overdue_section.{figure.value}", n=total.count(figure))
            for figure in (Figure.REMINDERS, Figure.URGES, Figure.ESCALATIONS)
        ]
        told = [
            self._say("overdue_section.supervised", n=total.count(Figure.SUPERVISED)),
            self._counted("overdue_section.instructed", Figure.INSTRUCTED),
            self._counted("overdue_section.circulars", Figure.CIRCULARS),
            self._say("overdue_section.send_backs", n=total.count(Figure.SEND_BACKS)),
            self._say("overdue_section.extensions", n=total.count(Figure.EXTENSIONS)),
        ]
        if total.count(Figure.EXTENSIONS):
            told.append(self._say("overdue_section.extension_days", n=total.amount(Figure.EXTENSIONS)))
        return self._paragraph(self._sentence(self._words.catalogue.listed(sent)), self._sentence(*told))

    def satisfaction(self) -> str:
        """What writers thought of the answers."""
        total, rated = self._total, self._total.count(Figure.RATED)
        if not rated:
            return self._sentence(self._say("satisfaction_section.none")).strip()
        content = total.scores["5"] + total.scores["4"]
        share = self._words.percent(content / rated)
        return self._paragraph(
            self._sentence(
                self._say("satisfaction_section.intro", n=rated),
                self._say("satisfaction_section.mean", score=self._words.shown(total.mean_score)),
                self._say("satisfaction_section.content", n=content, share=share),
            ),
            self._sentence(self._say("satisfaction_section.note")),
        )


def is_stated(rows: Sequence[Row]) -> bool:
    """Whether a split says anything: of fields and regions a rulebook may have no list, or nobody stated any."""
    return any(row.key for row in rows)
