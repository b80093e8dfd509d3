"""Figures, scores and reports that the five regulations ask for, from people's own moves to what a reader is shown."""

import json
from typing import Any

import pytest

from chalicelib.domain.letter import LetterId, Role
from chalicelib.domain.messages import Message
from chalicelib.domain.metrics.scores import Score, best_of, ranked
from chalicelib.domain.rules import AppraisalRule
from chalicelib.services.publish import NOTICES, STATISTICS
from tests.builders import ROADS, a_contact
from tests.fakes.store import FakeOutbox
from tests.functional.world import Citizen
from tests.regulations.county import County, a_county

SIGNATURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
CRITERIA = ["lawful", "sincere", "to_the_point", "direct_and_concrete", "brief", "plain", "consistent"]


def a_world(book: str) -> County:
    county = County(a_county(), book)
    county.at("2026-11-16T09:00")
    return county


def answers(county: County, citizen: Citizen, unit: str = "roads") -> None:
    county.desk(f"{unit}-handler").makes(citizen.code, "answer", body="路灯已经修好。", channel="web")


def report(county: County, key: str) -> dict[str, Any]:
    return dict(json.loads(county.files.files[f"reports/{key}/report.json"]))


def page(county: County, key: str) -> str:
    return county.files.files[f"reports/{key}/report.html"].decode()


def row(made: dict[str, Any], unit: str) -> dict[str, int]:
    """The unit's figures that are not nothing."""
    found = next(each for each in made["by_unit"] if each["key"] == unit)
    return {name: cell["count"] for name, cell in found["cells"].items() if cell["count"]}


def public(county: County, key: str = STATISTICS) -> dict[str, Any]:
    county.run("publish")
    return dict(json.loads(county.files.files[key]))


def hold_to_account(county: County, citizen: Citizen, trigger: str) -> None:
    county.desk("inspector").makes(citizen.code, "hold_to_account", trigger=trigger, note="敷衍了事")


# the way of an answer


def signed(county: County, citizen: Citizen, contact: str, **more: Any) -> None:
    desk = county.desk(contact)
    step = desk.opens(citizen.code).form("approve")["step"]["const"]
    desk.makes(citizen.code, "approve", step=step, **more)


def unit_head_signs(county: County, citizen: Citizen) -> None:
    code = county.code_for("roads-head", citizen.code, "approve")
    signed(county, citizen, "roads-head", signature=SIGNATURE, code=code)


def the_year(county: County) -> dict[str, Any]:
    county.at("2027-01-02T09:00")
    county.run("reports")
    return report(county, "yearly/2026")


def test_a_late_signature_of_the_government_is_not_the_units() -> None:
    """BB-3.1, BB-3.4: the unit has seven working days, to the 25th, the government's four signatures three more."""
    county = a_world("bengbu-2014")
    citizen = county.assigned("roads")
    county.at("2026-11-17T09:00")
    county.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。", channel="web", chain="government")
    county.at("2026-11-18T09:00")
    unit_head_signs(county, citizen)
    assert citizen.looks()["answers"] == []
    for contact in ("deputy-secretary", "secretary", "deputy-mayor"):
        signed(county, citizen, contact)
    county.at("2026-11-30T09:00")
    signed(county, citizen, "mayor")
    made = the_year(county)
    assert row(made, "roads").items() >= {"on_time": 1, "answered": 1}.items()
    assert "late" not in row(made, "roads")
    assert "released_late" not in row(made, "roads")
    assert row(made, "centre")["signed_late"] == 1
    [line] = made["letters"]
    assert (line["answered_on"], line["working_days_used"], line["on_time"]) == ("2026-11-30", 2, True)


def test_a_head_who_signs_after_the_units_limit_makes_the_unit_late_once() -> None:
    """BB-3.2: the unit's own signature lies inside its limit."""
    county = a_world("bengbu-2014")
    citizen = county.assigned("roads")
    county.at("2026-11-17T09:00")
    answers(county, citizen)
    county.at("2026-11-27T09:00")
    unit_head_signs(county, citizen)
    signed(county, citizen, "clerk", criteria=CRITERIA)
    figures = row(the_year(county), "roads")
    assert figures["late"] == 1
    assert "on_time" not in figures
    assert "released_late" not in figures


def test_an_answer_under_way_is_none_yet() -> None:
    county = a_world("bengbu-2014")
    citizen = county.assigned("roads")
    answers(county, citizen)
    unit_head_signs(county, citizen)
    made = the_year(county)
    assert "answered" not in row(made, "roads")
    assert made["total"]["answer_rate"] == 0.0


def test_what_the_units_own_head_does_not_sign_is_no_send_back() -> None:
    """What the centre does not take is one."""
    county = a_world("bengbu-2014")
    citizen = county.assigned("roads")
    answers(county, citizen)
    county.desk("roads-head").makes(citizen.code, "send_back", reasons="没有说清楚")
    answers(county, citizen)
    unit_head_signs(county, citizen)
    county.desk("clerk").makes(citizen.code, "send_back", reasons="没有结论")
    assert row(the_year(county), "roads")["send_backs"] == 1


def test_who_was_late_and_did_not_satisfy_does_not_come_clean_by_losing_the_letter() -> None:
    """SF-4: answered late, sent back, then given to another unit."""
    county = a_world("shuangfeng-2018")
    citizen = county.assigned("roads")
    county.at("2026-11-19T09:00")
    answers(county, citizen)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "send_back", reasons="没有结论", working_days=2)
    clerk.makes(citizen.code, "assign", units=["water"], note="请办理")
    answers(county, citizen, "water")
    made = the_year(county)
    assert row(made, "roads")["released_late"] == 1
    assert row(made, "water")["on_time"] == 1


# scores


def two_units_at_work(county: County) -> None:
    """Roads: two letters, one in time and rated 4, one late and urged. Water: one, sent back and redone in time."""
    good, late, redone = (county.assigned(unit, subject=f"来信{unit}") for unit in ("roads", "roads", "water"))
    county.at("2026-11-17T09:00")
    answers(county, good)
    assert good.does("rate", score=4).status == 200
    answers(county, redone, "water")
    county.desk("clerk").makes(redone.code, "send_back", reasons="没有结论", working_days=2)
    answers(county, redone, "water")
    county.nobody_acts_until("2026-11-19T15:00")
    answers(county, late)


def test_the_yearly_appraisal_scores_units_and_names_the_best() -> None:
    """SF-5, PL-22. Weights 30, 40, 20, 10. Roads: 30 + 40/2 + 20 + 10*4/5 - 1 urge. Water, unrated: (30 + 40 + 20/2)
    of 90 count for 100, less 1 for the send-back."""
    county = a_world("shuangfeng-2018")
    two_units_at_work(county)
    made = the_year(county)
    scores = {each["unit"]: each for each in made["scores"]}
    assert (scores["roads"]["score"], scores["roads"]["rank"]) == (77.0, 2)
    assert (scores["water"]["score"], scores["water"]["rank"]) == (87.89, 1)
    parts = {part["name"]: (part["rate"], part["points"]) for part in scores["water"]["parts"]}
    assert parts == {
        "answer_rate": (1.0, 33.33),
        "timeliness_rate": (1.0, 44.44),
        "quality": (0.5, 11.11),
        "satisfaction": (None, None),
    }
    assert scores["water"]["deductions"] == [{"name": "sent_back", "cases": 1, "points": 1}]
    assert made["best"] == ["water", "roads"]
    shown = page(county, "yearly/2026")
    assert "水务局、交通运输局，予以通报表扬" in shown
    assert "87.89" in shown


def a_score(unit: str, score: float | None, letters: int = 5) -> Score:
    return Score(unit, letters, (), (), score)


@pytest.mark.parametrize(("score", "named"), [(60.0, ("a",)), (59.99, ())])
def test_the_first_of_bad_ones_is_not_praised(score: float, named: tuple[str, ...]) -> None:
    assert best_of([Score("a", 5, (), (), score, 1)], AppraisalRule(answer_rate=100)) == named


def test_units_with_the_same_score_share_a_rank_and_those_with_few_letters_or_no_score_have_none() -> None:
    rule = AppraisalRule(answer_rate=100, best=2, at_least_letters=3)
    scores = ranked(
        [
            a_score("d", 70),
            a_score("c", 90),
            a_score("few", 99, 2),
            a_score("b", 90),
            a_score("a", 95),
            a_score("e", None),
        ],
        rule,
    )
    assert [(each.unit, each.rank) for each in scores] == [
        ("a", 1),
        ("b", 2),
        ("c", 2),
        ("d", 4),
        ("few", None),
        ("e", None),
    ]
    assert best_of(scores, rule) == ("a", "b", "c")


def test_the_public_page_scores_and_ranks_units_with_enough_letters() -> None:
    """HF-2.4, PL-19. Roads answers five of six; water has one letter, which is too few to say anything of."""
    county = a_world("pingliang-2012")
    letters = [county.assigned("roads", subject=f"来信{number}") for number in range(6)]
    county.assigned("water")
    for citizen in letters[:5]:
        answers(county, citizen)
    units = {each["unit"]: each for each in public(county)["units"]}
    assert units["roads"]["answer_rate"] == 0.83
    assert units["roads"]["rank"] == 1
    rule = county.installation.rulebook.appraisal
    assert rule is not None
    judged = rule.answer_rate + rule.timeliness_rate + rule.quality
    expected = (rule.answer_rate * 0.83 + rule.timeliness_rate + rule.quality) * 100 / judged
    assert units["roads"]["score"] == round(expected, 2)
    assert (units["water"]["score"], units["water"]["rank"]) == (None, None)


def test_a_writer_who_has_to_write_again_counts_against_the_unit_that_answered() -> None:
    county = a_world("pingliang-2012")
    first = county.assigned("roads")
    answers(county, first)
    again = county.assigned("water", subject="路灯还是不亮")
    county.desk("clerk").makes(again.code, "link_repeat", to=first.code)
    made = the_year(county)
    assert row(made, "roads")["repeats"] == 1
    assert "repeats" not in row(made, "water")
    scored = {each["unit"]: each["deductions"] for each in made["scores"]}
    assert scored["roads"] == [{"name": "repeat", "cases": 1, "points": 2}]


@pytest.mark.parametrize("about", [[{"unit": "roads"}], []])
def test_an_accusation_linked_to_what_a_unit_answered_leaves_no_trace_in_that_units_figures(about: list[Any]) -> None:
    """PL-18: its number of repeats and its points would tell it that somebody accuses it."""
    county = a_world("pingliang-2012")
    first = county.assigned("roads")
    answers(county, first)
    accusation = county.accepted(kind="accusation", about=about, subject="他们收钱")
    county.desk("clerk").makes(accusation.code, "link_repeat", to=first.code)
    made = the_year(county)
    assert "repeats" not in row(made, "roads")
    assert made["total"]["cells"]["repeats"]["count"] == 1
    assert [each["deductions"] for each in made["scores"] if each["unit"] == "roads"] == [[]]
    assert "roads" not in str(county.file(accusation.code).events[-1].facts)


def test_call_backs_and_spot_checks_count_for_the_unit_that_answered() -> None:
    county = a_world("bengbu-2014")
    citizen = county.assigned("roads")
    answers(county, citizen)
    unit_head_signs(county, citizen)
    signed(county, citizen, "clerk", criteria=CRITERIA)
    county.desk("clerk").makes(citizen.code, "call_back", outcome="dissatisfied")
    county.desk("clerk").makes(citizen.code, "refer_to_efficiency_office", trigger="late_or_poor", note="质量差")
    hold_to_account(county, citizen, "late_or_poor")
    figures = row(the_year(county), "roads")
    assert {name: figures[name] for name in ("call_backs", "call_backs_unsettled", "held_to_account")} == {
        "call_backs": 1,
        "call_backs_unsettled": 1,
        "held_to_account": 1,
    }
    assert figures["referred_to_inspection"] == 1
    assert "circulars" not in figures


# what reports tell


def test_the_daily_list_tells_of_every_open_letter_what_happened_that_day() -> None:
    county = a_world("shuangfeng-2018")
    quiet = county.assigned("water")
    county.at("2026-11-17T09:00")
    busy = county.assigned("roads")
    county.at("2026-11-17T15:30")
    answers(county, busy)
    county.at("2026-11-18T09:00")
    county.run("reports")
    lines = {each["tracking_code"]: each for each in report(county, "daily/2026-11-17")["letters"]}
    assert [move for _, move in lines[busy.code]["moves"]] == ["receive", "accept", "assign", "answer"]
    assert lines[busy.code]["moves"][-1][0].startswith("2026-11-17T15:30")
    assert lines[quiet.code]["moves"] == []
    shown = page(county, "daily/2026-11-17")
    assert "15:30 答复" in shown
    assert "当日无进展" in shown


def _texts(event: Any) -> list[Any]:
    return list(event.facts.get("texts", ()))


def excerpted(county: County, **fields: Any) -> Citizen:
    citizen = county.assigned("roads", **fields)
    words = "群众反映东路路灯长期不亮，\n影响夜间出行。"
    county.desk("clerk").makes(citizen.code, "classify", excerpt=words, excerpt_approved=True)
    return citizen


def test_the_monthly_summary_excerpts_important_letters_in_the_words_the_centre_chose() -> None:
    county = a_world("shuangfeng-2018")
    citizen = excerpted(county)
    county.at("2026-12-02T09:00")
    county.run("reports")
    made = report(county, "monthly/2026-11")
    assert [(each["tracking_code"], each["text"]) for each in made["excerpts"]] == [
        (citizen.code, "群众反映东路路灯长期不亮，\n影响夜间出行。")
    ]
    assert "<p>影响夜间出行。</p>" in page(county, "monthly/2026-11")
    facts: Any = [text for event in county.file(citizen.code).events for text in _texts(event)]
    [fact] = [text for text in facts if text["purpose"] == "excerpt"]
    assert made["excerpts"][0]["text_sha256"] == fact["sha256"]
    before = dict(county.files.files)
    county.desk("clerk").makes(citizen.code, "classify", excerpt="另一种说法", excerpt_approved=True)
    del county.files.files["reports/monthly/2026-11/manifest.json"]
    county.run("reports")
    assert county.files.files == before


def test_what_is_supervised_has_a_list_of_its_own() -> None:
    """SF-4, PL-13: with what it touches, since when, and how it stands."""
    county = a_world("shuangfeng-2018")
    citizen, accused = county.assigned("roads"), county.assigned("roads", kind="accusation")
    inspector = county.desk("inspector")
    inspector.makes(citizen.code, "supervise", topic="stability")
    inspector.makes(accused.code, "supervise")
    county.at("2026-11-23T09:00")
    county.run("reports")
    first, second = report(county, "weekly/2026-W47")["supervised"]
    assert (first["tracking_code"], first["unit"], first["topic"]) == (citizen.code, "roads", "stability")
    assert (first["since"], first["open_days"], first["overdue_days"]) == ("2026-11-16", 4, 2)
    assert (second["withheld"], second["tracking_code"], second["unit"]) == (True, None, None)
    shown = page(county, "weekly/2026-W47")
    assert "涉及稳定" in shown
    assert accused.code not in shown
    answers(county, citizen)
    county.at("2026-12-07T09:00")
    county.run("reports")
    assert report(county, "weekly/2026-W48")["supervised"][0]["concluded_on"] == "2026-11-23"
    assert [each["withheld"] for each in report(county, "weekly/2026-W49")["supervised"]] == [True]


def test_the_quarterly_circular_names_the_good_and_the_bad_in_the_county_offices_name() -> None:
    county = a_world("shuangfeng-2018")
    two_units_at_work(county)
    poor = county.assigned("roads")
    answers(county, poor)
    trigger = next(each.id for each in county.installation.rulebook.responsibility if each.circular)
    hold_to_account(county, poor, trigger)
    county.at("2027-01-02T09:00")
    county.run("reports")
    made, shown = report(county, "quarterly/2026-Q4"), page(county, "quarterly/2026-Q4")
    assert {(each["figure"], each["unit"], each["on"]) for each in made["notices"]} == {
        ("send_backs", "water", "2026-11-17"),
        ("urges", "roads", "2026-11-19"),
        ("circulars", "roads", "2026-11-19"),
    }
    assert made["basis"]["in_name_of"] == "示例县人民政府办公室"
    assert "示例县人民政府办公室" in shown
    rule = next(each for each in county.installation.rulebook.responsibility if each.id == trigger)
    assert f"交通运输局：{rule.text}，{rule.measure}" in shown
    assert made["best"] == ["water"]  # nobody is praised and criticised at once


def test_a_unit_criticised_for_a_letter_that_may_not_be_named_is_criticised_in_the_circular_too() -> None:
    """The table and the scores show it; which letter, and what for, stays untold."""
    county = a_world("shuangfeng-2018")
    accused = county.assigned("roads", kind="accusation")
    answers(county, accused)
    trigger = next(each for each in county.installation.rulebook.responsibility if each.circular)
    hold_to_account(county, accused, trigger.id)
    county.at("2027-01-02T09:00")
    county.run("reports")
    shown = page(county, "quarterly/2026-Q4")
    assert "本期没有应予通报批评的单位" not in shown
    assert "交通运输局：通报批评或者作出处理1次，情况按规定不列。" in shown
    assert accused.code not in shown
    assert trigger.text not in shown


def test_a_circular_is_on_the_notice_board_for_thirty_days_and_never_of_an_accusation() -> None:
    """HF-3.3: decided by a person, of a letter that has its answer."""
    county = a_world("hefei-2008")
    poor, accused = county.assigned("roads"), county.assigned("roads", kind="accusation")
    for citizen in (poor, accused):
        answers(county, citizen)
    trigger = next(each for each in county.installation.rulebook.responsibility if each.circular)
    for citizen in (poor, accused):
        hold_to_account(county, citizen, trigger.id)
    [notice] = public(county, NOTICES)["notices"]
    assert (notice["kind"], notice["unit"], notice["measure"]) == ("circular", "roads", trigger.measure)
    county.later(days=30)
    county.run("close_day")
    assert len(public(county, NOTICES)["notices"]) == 1
    county.later(days=1)
    county.run("close_day")
    assert public(county, NOTICES)["notices"] == []


def test_a_ladder_only_proposes_a_circular_and_a_person_decides_on_it() -> None:
    """HF-3.3: ten working days after the due date; a consultation of Mon 16 Nov is due on the 19th."""
    county = a_world("hefei-2008")
    citizen = county.assigned("roads")
    county.nobody_acts_until("2026-12-03T20:00")
    assert "circular" in county.steps(citizen.code)
    waiting = {each["tracking_code"]: each["waits_for"] for each in county.desk("inspector").waiting()}
    assert waiting == {citizen.code: "decide_measure"}
    assert [mail for mail in county.mails_to("inspector") if mail.subject.startswith("逾期未办结，提请研究通报")]
    county.run("close_day")
    assert {each["kind"] for each in public(county, NOTICES)["notices"]} == {"urge"}
    trigger = next(each.id for each in county.installation.rulebook.responsibility if each.circular)
    hold_to_account(county, citizen, trigger)
    kinds = {each["kind"]: each for each in public(county, NOTICES)["notices"]}
    assert set(kinds) == {"urge", "circular"}
    assert kinds["circular"]["overdue_days"] == 10
    assert "decide_measure" not in {each["waits_for"] for each in county.desk("inspector").waiting()}


def test_a_proposed_circular_costs_a_unit_no_points_and_a_decided_one_does() -> None:
    """HF-3.3: two letters equally late; against one unit a measure by circular is decided on."""
    county = a_world("hefei-2008")
    proposed, decided = county.assigned("roads"), county.assigned("water")
    county.nobody_acts_until("2026-12-03T20:00")
    trigger = next(each.id for each in county.installation.rulebook.responsibility if each.circular)
    hold_to_account(county, decided, trigger)
    assert {"circular"} <= set(county.steps(proposed.code)) & set(county.steps(decided.code))
    made = the_year(county)
    assert "circulars" not in row(made, "roads")
    assert row(made, "water")["circulars"] == 1
    taken = {each["unit"]: {d["name"] for d in each["deductions"]} for each in made["scores"]}
    assert "circular" not in taken["roads"]
    assert "circular" in taken["water"]


# when, and for whom


def test_reports_of_periods_that_the_rulebook_does_not_list_are_not_made() -> None:
    county = a_world("bengbu-2014")
    county.assigned("roads")
    county.at("2027-01-02T09:00")
    county.run("reports")
    folders = {
        key.rsplit("/", 1)[0]
        for key in county.files.files
        if key.startswith("reports/") and key.endswith("/manifest.json")
    }
    assert folders == {"reports/yearly/2026"}


def mails_about(county: County, contact: str, title: str) -> int:
    county.post_goes_out()
    return sum(title in mail.subject for mail in county.mails_to(contact))


def a_week_in_chongqing() -> County:
    """Roads had a letter in hand, water none. The mayor is entered twice, with one address."""
    county = a_world("chongqing-2005")
    county.assigned("roads")
    mayor = county.contact("mayor")
    twin = a_contact("mayor-too", ROADS, Role.LEADER)
    county.registry.put([], [type(twin)(twin.id, "x", ROADS, twin.roles, mayor.email)], [])
    county.at("2026-11-23T09:30")
    return county


def test_the_weekly_report_reaches_leaders_and_the_units_concerned_once() -> None:
    county = a_week_in_chongqing()
    county.run("reports")
    county.run("reports")
    county.later(hours=1)
    county.run("reports")
    title = "市长信箱工作周报"
    heard = ("mayor", "deputy-secretary", "leader", "inspector", "clerk", "auditor", "roads-head")
    assert {contact: mails_about(county, contact, title) for contact in heard} == dict.fromkeys(heard, 1)
    assert mails_about(county, "water-head", title) == 0
    assert mails_about(county, "roads-handler", title) == 0
    shelf = county.desk("roads-head").call("GET", "/desk/reports")["reports"]
    assert [(each["period"], each["name"]) for each in shelf] == [("weekly", "2026-W47")]
    assert county.desk("roads-handler").call("GET", "/desk/reports")["reports"] == []


def test_a_circular_is_sent_to_everybody_it_is_addressed_to() -> None:
    """PL-20: in the inspectors' name to every head; the yearly summary only to heads whose units had letters."""
    county = a_world("pingliang-2012")
    county.assigned("roads")
    county.at("2027-01-15T09:30")
    county.run("reports")
    told = {
        title: {unit for unit in ("roads", "water", "town") if mails_about(county, f"{unit}-head", title)}
        for title in (county.rulebooks["pingliang-2012"].reports[each].title for each in ("quarterly", "yearly"))
    }
    assert list(told.values()) == [{"roads", "water", "town"}, {"roads"}]


class _DyingOutbox(FakeOutbox):
    """Takes two messages, then the function is cut off."""

    def add(self, message: Message) -> None:
        if sum(each.template == "report_ready" for each in self.messages.values()) == 2:
            raise TimeoutError
        super().add(message)


def test_a_run_cut_off_while_telling_readers_is_taken_up_and_tells_nobody_twice() -> None:
    county = a_week_in_chongqing()
    dying = _DyingOutbox()
    dying.messages = county.outbox.messages
    county.open(outbox=dying)
    with pytest.raises(Exception, match="reports: TimeoutError"):
        county.run("reports")
    county.open(outbox=county.outbox)
    county.post_goes_out()
    county.run("reports")
    heard = ("mayor", "leader", "inspector", "inspector-2", "clerk", "auditor", "roads-head")
    title = "市长信箱工作周报"
    assert {contact: mails_about(county, contact, title) for contact in heard} == dict.fromkeys(heard, 1)


def test_somebody_who_comes_later_is_not_told_of_the_reports_before() -> None:
    county = a_week_in_chongqing()
    county.run("reports")
    county.registry.put([], [a_contact("new-inspector", ROADS, Role.INSPECTOR)], [])
    county.later(hours=2)
    county.run("reports")
    assert mails_about(county, "new-inspector", "市长信箱工作周报") == 0


def test_a_report_long_past_lies_on_the_desk_and_is_not_announced() -> None:
    county = a_week_in_chongqing()
    county.at("2027-02-01T09:30")
    county.run("reports")
    county.post_goes_out()
    told = "".join(mail.text for mail in county.mails_to("mayor"))
    assert told.count("市长信箱工作周报（2026年第47期）") == 0
    assert told.count("市长信箱工作周报（2027年第4期）") == 1


def test_a_letter_removed_without_a_trace_would_be_counted_all_the_same() -> None:
    """PL-17: a removal counts, and owes no answer."""
    county = a_world("pingliang-2012")
    citizen = county.send_letter()
    book = county.installation.rulebook
    who = "clerk" if Role.CENTRE in book.moves["remove"] else "inspector"  # type: ignore[index]
    county.desk(who).makes(citizen.code, "remove", ground=book.remove_grounds[0].id, note="广告")
    made = the_year(county)
    assert made["total"]["cells"]["removed"]["count"] == 1
    assert made["total"]["cells"]["open"]["count"] == 0
    assert county.file(citizen.code).letter.id == LetterId(citizen.code)
