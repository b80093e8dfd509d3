"""What is taken from ledger lines to count limits anew: lines written by hand here, as auditors would read them."""

from datetime import date
from typing import Any

from chalicelib.domain.letter import Kind
from chalicelib.domain.what_if import Case, Marks
from chalicelib.domain.what_if_ledger import Reading
from tests.builders import SHANGHAI

LAST = date(2026, 11, 30)
Line = dict[str, Any]


class Told:
    """A letter's lines in November 2026, one after the other; each at ten in the morning."""

    def __init__(self, **facts: Any) -> None:
        self.lines: list[Line] = []
        self.says(16, "receive", kind="help", centre="centre", status="received", **facts)

    def says(self, day: int, move: str, **facts: Any) -> "Told":
        at = f"2026-11-{day:02d}T02:00:00.000000Z"
        line = {"letter": "one", "sequence": len(self.lines) + 1, "at": at, "move": move, "facts": facts}
        self.lines.append(line)
        return self

    def given(self, day: int, *units: str, first: int = 1, **facts: Any) -> "Told":
        clocks = [a_clock(f"C#{number}", unit, day) for number, unit in enumerate(units, start=first)]
        return self.says(day, "assign", units=list(units), status="assigned", clocks=clocks, **facts)

    def case(self) -> Case:
        (case,) = self.cases()
        return case

    def cases(self, last: date = LAST) -> list[Case]:
        reading = Reading(None, last, SHANGHAI)
        for line in self.lines:
            reading.add(line)
        return list(reading.cases())


def a_clock(clock: str, unit: str, day: int, name: str = "handle", **changes: Any) -> Line:
    begun = {"id": clock, "name": name, "unit": unit, "started_on": f"2026-11-{day:02d}", "granted": 0}
    return {**begun, "state": "running", **changes}


def ended(clock: str, unit: str, day: int, name: str = "handle", state: str = "met") -> Line:
    return a_clock(clock, unit, day, name, state=state, working_days_used=1)


def test_an_answer_on_its_way_through_signatures_is_none_yet() -> None:
    told = Told().given(16, "roads")
    told.says(17, "answer", unit="roads", leads=True, status="in_approval", clocks=[ended("C#1", "roads", 16)])
    case = told.case()
    assert (case.answered_on, case.terms[0].ended_on) == (None, date(2026, 11, 17))


def test_the_last_signature_gives_it_and_the_units_own_part_was_done_before() -> None:
    told = Told().given(16, "roads")
    told.says(17, "answer", unit="roads", leads=True, status="in_approval", clocks=[ended("C#1", "roads", 16)])
    told.says(18, "approve").says(20, "approve", status="answered")
    case = told.case()
    assert (case.unit, case.answered_on, case.done_on) == ("roads", date(2026, 11, 20), date(2026, 11, 17))


def test_an_approval_of_something_else_gives_no_answer() -> None:
    told = Told().given(16, "roads").says(17, "approve", status="assigned")
    assert told.case().answered_on is None


def test_what_comes_back_on_its_way_leaves_an_earlier_answer_standing() -> None:
    """As the figures have it: only an answer that the writer had is taken back by sending it back."""
    told = Told().given(16, "roads")
    told.says(17, "answer", unit="roads", leads=True, status="answered", clocks=[ended("C#1", "roads", 16)])
    told.says(18, "spot_check", status="in_approval").says(19, "send_back", status="assigned", unit="roads")
    assert told.case().answered_on == date(2026, 11, 17)


def test_a_joining_units_part_is_no_answer() -> None:
    told = Told().given(16, "roads", "water")
    told.says(17, "answer", unit="water", leads=False, status="assigned", clocks=[ended("C#2", "water", 16)])
    case = told.case()
    assert (case.unit, case.answered_on) == ("roads", None)


def test_who_answers_a_forwarded_letter_owed_it_to_nobody() -> None:
    told = Told().says(16, "forward", status="forwarded", unit="roads")
    told.says(17, "answer", unit="roads", leads=True, status="forwarded")
    assert told.cases() == []


def test_units_that_a_letter_is_about_lose_it_when_it_is_classified() -> None:
    told = Told().given(16, "roads", "water")
    told.says(17, "classify", guarded=True, units=["water"], clocks=[ended("C#1", "roads", 16, state="stopped")])
    case = told.case()
    assert (case.unit, case.withheld) == ("water", True)


def test_a_line_without_the_units_that_are_left_says_it_by_the_limits_that_were_dropped() -> None:
    told = Told().given(16, "roads", "water")
    told.says(17, "classify", clocks=[ended("C#1", "roads", 16, state="stopped")])
    assert told.case().unit == "water"


def test_a_letter_about_an_office_is_withheld_whatever_its_kind() -> None:
    assert Told(guarded=True).given(16, "roads").case().withheld
    assert not Told().given(16, "roads").case().withheld


def test_doing_it_again_keeps_the_days_that_were_set_for_it() -> None:
    told = Told().given(16, "roads")
    told.says(17, "answer", unit="roads", leads=True, status="answered", clocks=[ended("C#1", "roads", 16)])
    again = [a_clock("C#2", "roads", 18, "redo")]
    told.says(18, "send_back", unit="roads", status="assigned", redo_working_days=8, clocks=again)
    case = told.case()
    assert [(term.redo, term.asked_days, term.ended_on) for term in case.terms] == [
        (False, None, date(2026, 11, 17)),
        (True, 8, None),
    ]


def test_a_letter_opened_again_is_the_centres_and_has_no_limit_yet() -> None:
    told = Told().given(16, "roads").says(17, "reopen", status="accepted", units=["roads"])
    case = told.case()
    assert (case.unit, case.terms) == ("centre", ())


def test_an_office_that_gives_back_what_it_handled_itself_leaves_no_direct_handling() -> None:
    told = Told().given(16, "centre", "roads", disposition="direct")
    told.says(17, "return", unit="centre", status="assigned").says(18, "classify", kind="consultation")
    case = told.case()
    assert (case.unit, case.terms[0].marks) == ("roads", Marks(Kind.HELP, direct=True))
    assert [step.marks for step in case.terms[0].steps] == [Marks(Kind.CONSULTATION)]


def test_a_subordinate_that_gives_it_back_changes_nothing_outside_the_unit() -> None:
    told = Told().given(16, "roads", disposition="direct").says(17, "return", unit="roads", sub_unit="lamps")
    case = told.case()
    assert (case.unit, case.terms[0].marks.direct) == ("roads", True)


def test_a_cap_is_counted_from_the_first_unit_that_had_the_letter() -> None:
    told = Told().given(16, "roads")
    told.says(18, "return", unit="roads", status="accepted", clocks=[ended("C#1", "roads", 16, state="stopped")])
    told.given(19, "water", first=2)
    case = told.case()
    assert (case.terms[0].started_on, case.first_start) == (date(2026, 11, 19), date(2026, 11, 16))


def test_a_day_of_the_ledger_is_the_countys_day() -> None:
    """16:00 in UTC is midnight in Shanghai."""
    told = Told().given(16, "roads")
    told.says(17, "answer", unit="roads", leads=True, status="answered", clocks=[ended("C#1", "roads", 16)])
    for at, day in (("2026-11-17T15:59:59.999999Z", 17), ("2026-11-17T16:00:00.000000Z", 18)):
        told.lines[-1]["at"] = at
        assert told.case().answered_on == date(2026, 11, day)
    (open_still,) = told.cases(last=date(2026, 11, 17))
    assert open_still.answered_on is None
