"""The nine printable forms (CQ-A): when each is there, who may print it, and what stands on it."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from chalicelib.domain.directory import Directory
from chalicelib.domain.letter import Role, UnitId
from tests.builders import a_contact
from tests.functional.world import WRITER, Answer, Citizen, Desk, World, answered, assigned

NINE = ("number", "processing", "assignment", "forwarding", "referral", "reply", "urge", "send_back", "register")
PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BODY = "东路的路灯坏了一周，请问何时修复？"


class _Text(HTMLParser):
    """What a reader reads of a page, and which elements it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "style", "onload"}]

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        if not self.tags or self.tags[-1] != "style":
            self.words.append(data)


def prints(desk: Desk, citizen: Citizen, form: str) -> Answer:
    """Somebody asks for a form."""
    return desk.call("GET", f"/desk/letters/{citizen.code}/forms/{form}")


def reads(desk: Desk, citizen: Citizen, form: str) -> str:
    """What stands on a form that is there."""
    said = prints(desk, citizen, form)
    assert said.status == 200, said.raw
    return "".join(_Text(said.raw).words)


def offered(desk: Desk, citizen: Citizen) -> list[str]:
    """The forms in the list."""
    said = desk.call("GET", f"/desk/letters/{citizen.code}/forms")
    assert said.status == 200, said.raw
    return [each["form"] for each in said["forms"]]


def missing(desk: Desk, citizen: Citizen, form: str) -> bool:
    """Whether the form is refused as not there, with a reason."""
    said = prints(desk, citizen, form)
    return said.refused() == (404, "no_form") and len(said["detail"]) > 8


def test_a_new_letter_has_its_register_alone_and_says_why_the_others_are_missing(world: World) -> None:
    citizen, clerk = world.send_letter(), world.desk("clerk")
    assert offered(clerk, citizen) == ["register"]
    assert all(missing(clerk, citizen, form) for form in NINE if form != "register")
    assert prints(clerk, citizen, "nonsense").refused() == (404, "not_found")
    assert prints(clerk, citizen, "register/99").refused() == (404, "no_form")
    assert prints(clerk, citizen, f"register/{quote('两')}").refused() == (404, "not_found")


def test_each_form_appears_with_the_step_it_is_about(world: World) -> None:
    """A letter that is assigned, urged, answered, sent back and answered again."""
    citizen = assigned(world)
    clerk, handler = world.desk("clerk"), world.desk("roads-handler")
    assert offered(clerk, citizen) == ["number", "processing", "assignment", "register"]
    assert missing(clerk, citizen, "reply")
    clerk.makes(citizen.code, "urge", note="请于本周内答复。")
    handler.makes(citizen.code, "answer", body="第一次的答复。")
    clerk.makes(citizen.code, "send_back", reasons="没有说明修复时间。")
    handler.makes(citizen.code, "answer", body="路灯已于二十日修好。")
    assert offered(clerk, citizen) == [
        "number", "processing", "assignment", "reply", "reply", "urge", "send_back", "register",
    ]  # fmt: skip
    assert "请于本周内答复。" in reads(clerk, citizen, "urge")
    assert "没有说明修复时间。" in reads(clerk, citizen, "send_back")
    assert "路灯已于二十日修好。" in reads(clerk, citizen, "reply")
    assert "第一次的答复。" in reads(clerk, citizen, "reply/1")
    assert "第一次的答复。" in reads(clerk, citizen, "reply?nth=1")
    assert "第一次的答复。" not in reads(clerk, citizen, "reply")


def test_a_forwarded_letter_has_a_forwarding_sheet(world: World) -> None:
    citizen, clerk = world.send_letter(), world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "forward", unit="water", ask_answer=True, note="请核实后答复。")
    text = reads(clerk, citizen, "forwarding")
    assert "unit water" in text
    assert "请贵单位直接答复来信人" in text
    assert "请核实后答复。" in text
    assert BODY in reads(world.desk("water-handler"), citizen, "forwarding")
    assert world.desk("roads-handler").opens(citizen.code).status == 404
    assert prints(world.desk("roads-handler"), citizen, "forwarding").refused() == (404, "not_found")


def test_a_letter_referred_up_has_a_referral_sheet() -> None:
    world = World(book="chongqing-2005")
    world.people(Directory.of([], [a_contact("centre-head", UnitId("centre"), Role.FIRST_RESPONSIBLE)], []))
    citizen, clerk = world.send_letter(), world.desk("clerk")
    clerk.makes(citizen.code, "accept", proposal="拟请分管领导批示。")
    world.desk("centre-head").makes(citizen.code, "approve", step="read", note="同意拟办意见。")
    assert missing(clerk, citizen, "referral")
    clerk.makes(citizen.code, "refer_up", leader="leader", note="事关全县。")
    text = reads(clerk, citizen, "referral")
    assert "事关全县。" in text
    assert "拟请分管领导批示。" in text
    assert "name of leader" in text
    assert "同意拟办意见。" in text[text.index("部门负责人阅批") :]
    world.desk("leader").makes(citizen.code, "instruct", text="请住建局本周办结。")
    again = reads(clerk, citizen, "referral")
    assert "请住建局本周办结。" in again
    assert again.count("name of leader") == 2, "to whom it was referred, and who instructed"


def test_an_assignment_sheet_shows_that_the_head_has_read_and_tells_nobody_to_return_what_may_not_be_returned() -> None:
    world = World(book="chongqing-2005")
    world.people(Directory.of([], [a_contact("centre-head", UnitId("centre"), Role.FIRST_RESPONSIBLE)], []))
    citizen = world.send_letter()
    world.desk("clerk").makes(citizen.code, "accept")
    world.desk("centre-head").makes(citizen.code, "approve", step="read")
    world.desk("clerk").makes(citizen.code, "assign", units=["roads"], note="请核实后答复。")
    text = reads(world.desk("clerk"), citizen, "assignment")
    head = text[text.index("部门负责人阅批") :]
    assert head.index("已阅") < head.index("name of centre-head") < head.index("承办单位签收")
    assert "请及时退回并说明理由" in text
    pingliang = World(book="pingliang-2012")
    assert "请及时退回并说明理由" not in reads(pingliang.desk("clerk"), assigned(pingliang), "assignment")


def test_only_an_urge_is_printed_as_one() -> None:
    """The ladder of a letter that nobody answers goes on to escalations."""
    world = World(book="hefei-2008")
    citizen = assigned(world)
    world.nobody_acts_until("2026-12-03T20:00")
    assert {"urge", "escalate"} <= {each.facts.get("action") for each in world.file(citizen.code).events}
    assert offered(world.desk("clerk"), citizen).count("urge") == 1


def test_a_form_is_a_whole_page_with_nothing_from_elsewhere_and_nothing_that_runs(world: World) -> None:
    citizen = answered(world, body="<script>alert(1)</script>\n" + BODY, subject="<b>路灯</b>")
    clerk = world.desk("clerk")
    for form in offered(clerk, citizen):
        said = prints(clerk, citizen, form)
        assert said.headers["content-type"] == "text/html; charset=utf-8"
        assert said.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in said.headers["content-security-policy"]
        page = _Text(said.raw)
        assert said.raw.startswith("<!DOCTYPE html>")
        assert {"script", "link", "iframe", "b"} & set(page.tags) == set()
        assert page.addresses == []
        assert "@page { size: A4" in said.raw
        assert "示例县" in "".join(page.words)
    assert "<script>alert(1)</script>" in reads(clerk, citizen, "register")


def test_every_form_carries_the_number_the_letters_own_data_and_room_for_a_hand(world: World) -> None:
    citizen = answered(world)
    clerk = world.desk("clerk")
    number = clerk.opens(citizen.code)["number"]
    for form in offered(clerk, citizen):
        text = reads(clerk, citizen, form)
        assert number in text, form
        assert "东路的路灯" in text, form
    for form in ("processing", "assignment", "register"):
        text = reads(clerk, citizen, form)
        assert BODY in text
        assert "年　　月　　日" in text
        assert WRITER["phone"] in text
    assert "unit roads" in reads(clerk, citizen, "assignment")


def test_the_register_tells_every_step(world: World) -> None:
    citizen = answered(world)
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "approve")
    text = reads(clerk, citizen, "register")
    told = [each["text"] for each in clerk.opens(citizen.code)["timeline"]]
    assert len(told) >= 5
    assert [each for each in told if each not in text] == []
    assert "name of roads-handler" in text


def test_who_may_not_know_the_writer_prints_secret_in_its_place(world: World) -> None:
    """A confidential letter: the unit handles it without a name; inspectors never need one."""
    citizen = assigned(world, keep_confidential=True, body="我叫张晓明，电话13907385566，东路路灯坏了。")
    for who in ("roads-handler", "inspector"):
        desk = world.desk(who)
        for form in offered(desk, citizen):
            text = prints(desk, citizen, form).raw
            assert not [each for each in WRITER.values() if each in text], (who, form)
            if form not in {"number", "urge"}:
                assert "（保密）" in text
        assert "东路路灯坏了。" in reads(desk, citizen, "register"), "the matter itself is there to be read"
    assert WRITER["name"] in reads(world.desk("clerk"), citizen, "assignment")


def test_an_inspector_reads_the_letter_but_not_its_writer(world: World) -> None:
    citizen = assigned(world)
    text = reads(world.desk("inspector"), citizen, "assignment")
    assert BODY in text
    assert WRITER["name"] not in text
    assert "（保密）" in text


def test_the_accused_prints_nothing_and_only_the_centre_reads_whom_it_is_about(world: World) -> None:
    citizen = assigned(world, kind="complaint", about=[{"unit": "water"}])
    for path in ("forms", "forms/register", "forms/number", "forms/assignment/1"):
        said = world.desk("water-handler").call("GET", f"/desk/letters/{citizen.code}/{path}")
        assert said.refused() == (404, "not_found"), path
    assert "unit water" in reads(world.desk("clerk"), citizen, "register")
    for who in ("roads-handler", "inspector"):
        for form in offered(world.desk(who), citizen):
            assert "unit water" not in reads(world.desk(who), citizen, form), (who, form)


def test_a_unit_prints_its_own_forms_and_not_another_units(world: World) -> None:
    """Roads was urged and gave the letter back; now water has it."""
    citizen = assigned(world)
    clerk, roads = world.desk("clerk"), world.desk("roads-handler")
    clerk.makes(citizen.code, "urge", note="请道路局抓紧。")
    roads.makes(citizen.code, "return", reason="属于水务。")
    clerk.makes(citizen.code, "assign", units=["water"], note="请水务局办理。")
    water = world.desk("water-handler")
    assert offered(water, citizen) == ["number", "processing", "assignment", "register"]
    assert missing(water, citizen, "urge")
    assert "请道路局抓紧。" not in reads(water, citizen, "register")
    assert "请水务局办理。" in reads(water, citizen, "assignment")
    assert "请道路局抓紧。" in reads(roads, citizen, "urge")
    assert "请水务局办理。" not in reads(roads, citizen, "assignment")
    assert "请水务局办理。" in reads(clerk, citizen, "assignment")
    assert "unit roads" in reads(clerk, citizen, "assignment/1")


def test_an_urge_notice_says_how_late_the_unit_is_by_now(world: World) -> None:
    """CQ-7.1: two working days for a consultation of Friday, so it is late on Wednesday."""
    citizen = assigned(world)
    world.nobody_acts_until("2026-11-25 10:00")
    clerk = world.desk("clerk")
    assert "urge" in offered(clerk, citizen)
    first = reads(clerk, citizen, "urge")
    assert "2026年11月24日" in first
    assert "累计逾期" in first
    assert "1 个工作日" in first
    world.at("2026-11-27 10:00")
    assert "3 个工作日" in reads(world.desk("clerk"), citizen, "urge")


def code_for(desk: Desk, citizen: Citizen, move: str) -> str:
    """The one-time code this person gets for the move."""
    assert desk.call("POST", f"/desk/letters/{citizen.code}/codes", {"move": move}).status < 300
    desk.world.post_goes_out()
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", desk.world.mails_to(desk.contact)[-1].text)
    assert found, "a mail without a code"
    return str(found[0])


def bengbu_letter() -> tuple[World, Citizen]:
    """An answer that waits for the hand of the unit's first responsible person (BB-3.2)."""
    world = World(book="bengbu-2014")
    citizen, clerk = world.send_letter(), world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"])
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已修好。")
    return world, citizen


def test_the_reply_shows_the_signature_as_it_was_drawn() -> None:
    world, citizen = bengbu_letter()
    handler, head = world.desk("roads-handler"), world.desk("roads-head")
    assert "审签中，尚未答复来信人" in reads(handler, citizen, "reply")
    head.makes(citizen.code, "approve", signature=PICTURE, code=code_for(head, citizen, "approve"))
    page = prints(world.desk("clerk"), citizen, "reply")
    assert PICTURE in _Text(page.raw).addresses
    assert page.raw.count(PICTURE) == 1, "a picture, not its letters among the remarks"
    assert "name of roads-head" in page.raw
    assert "主要负责人" in page.raw


def test_the_reply_shows_the_exception_where_nobody_signed_by_hand() -> None:
    world, citizen = bengbu_letter()
    head = world.desk("roads-head")
    head.makes(citizen.code, "approve", exception="出差在外，已电话审定。", code=code_for(head, citizen, "approve"))
    text = reads(world.desk("clerk"), citizen, "reply")
    assert "出差在外，已电话审定。" in text
    assert "未手写签名" in text


@pytest.mark.parametrize("who", ["clerk", "roads-handler", "inspector", "leader"])
def test_whatever_is_in_the_list_can_be_printed(world: World, who: str) -> None:
    citizen = answered(world)
    desk = world.desk(who)
    listed = desk.call("GET", f"/desk/letters/{citizen.code}/forms")["forms"]
    assert listed
    for each in listed:
        assert prints(desk, citizen, f"{each['form']}/{each['nth']}").status == 200
        assert each["title"]
        assert each["at"].startswith("2026-11-20T10:")


def test_printing_changes_nothing(world: World) -> None:
    citizen = answered(world)
    clerk = world.desk("clerk")
    before = world.everything()
    for form in offered(clerk, citizen):
        prints(clerk, citizen, form)
    assert world.everything() == before


def test_a_removed_letter_prints_no_word_of_it() -> None:
    world = World(book="chongqing-2005")
    citizen, clerk = world.send_letter(body="不堪入目的话"), world.desk("clerk")
    clerk.makes(
        citizen.code, "decline", ground=clerk.opens(citizen.code).form("decline")["ground"]["oneOf"][0]["const"]
    )
    ground = clerk.opens(citizen.code).form("remove")["ground"]["oneOf"][0]["const"]
    clerk.makes(citizen.code, "remove", ground=ground)
    text = reads(clerk, citizen, "register")
    assert "不堪入目的话" not in text
    assert "内容已依规定删除" in text
