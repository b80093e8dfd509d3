"""What happens in a made-up county before its data are dumped. Runs on the code of any version since the first.

Every letter has a name, by which the tests speak of it. What a version did not know yet is left out.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.letter import Kind
from chalicelib.domain.workflow import Move
from chalicelib.ports import RefusedError
from chalicelib.services.import_letters import import_letters

Letters = dict[str, Any]
"""By name: the citizens who wrote, with their codes."""

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
"""The idempotency key of the letter `keyed`."""
KEYED: dict[str, Any] = {"subject": "桥头的护栏", "body": "桥头的护栏断了一截，请派人来看看。", "kind": "help"}
CSV = (
    "source_number,subject,body,written_at,answer,answered_at\n"
    "1001,老桥的路灯,老桥的路灯坏了三周。,2016-05-09 10:00:00,已经修好。,2016-05-10 09:00:00\n"
    "1002,新桥的路灯,新桥的路灯坏了三天。,2026-11-12 08:00:00,,\n"
)


def knows(move: str) -> bool:
    """Whether this version has the move."""
    return move in {each.value for each in Move}


def shuangfeng(world: Any) -> Letters:
    """Nine days under Shuangfeng's rulebook: from Thursday 12 to Friday 20 November 2026, 10:00."""
    letters: Letters = {}
    world.at("2026-11-12 09:00")
    import_letters(world.installation, CSV.encode(), "wenzheng_hunan", Kind.OTHER, lambda _done, _rows: None)
    _first_week(world, letters)
    _days_pass(world, "2026-11-18 09:00")
    _second_week(world, letters)
    _days_pass(world, "2026-11-20 09:00")
    _last_hour(world, letters)
    world.at("2026-11-20 10:00")
    return letters


def _days_pass(world: Any, until: str) -> None:
    """The jobs run as on their schedules, more rarely."""
    nights = 0
    while world.time.at < _moment(world, until):
        world.later(hours=4)
        for job in ("sweep", "dispatch"):
            world.run(job)
        nights += 1
        if nights % 6 == 0:
            for job in ("close_day", "reports", "publish", "reconcile"):
                world.run(job)
    world.at(until)
    world.run("close_day")
    world.run("reports")


def _moment(world: Any, local: str) -> Any:
    now = world.time.at
    world.at(local)
    then, world.time.at = world.time.at, now
    return then


def _assigned(world: Any, *units: str, **fields: Any) -> Any:
    citizen = world.send_letter(**fields)
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=list(units or ("roads",)))
    return citizen


def _first_week(world: Any, letters: Letters) -> None:
    clerk, roads = world.desk("clerk"), world.desk("roads-handler")
    for name in ("closed", "reopened", "answered_long_ago"):
        letters[name] = _assigned(world, subject=f"路灯（{name}）")
        roads.makes(letters[name].code, "answer", body="路灯已经修好。")
    clerk.makes(letters["answered_long_ago"].code, "approve")
    assert letters["closed"].does("rate", score=5).status == 200
    letters["late"] = _assigned(world, "water", kind="complaint")
    letters["late"].does("supplement", body="水压又低了。")
    letters["unread"] = world.send_letter(subject="无人受理的来信")
    letters["declined"] = world.send_letter()
    ground = clerk.opens(letters["declined"].code).form("decline")["ground"]["oneOf"][0]["const"]
    clerk.makes(letters["declined"].code, "decline", ground=ground, note="请向法院提出。")
    letters["kept"] = world.send_letter(kind="suggestion")
    clerk.makes(letters["kept"].code, "keep_for_information")
    letters["withdrawn"] = world.send_letter()
    assert letters["withdrawn"].does("withdraw").status == 200
    world.later(hours=6)
    assert letters["reopened"].does("reopen", reason="又坏了。").status == 200


def _second_week(world: Any, letters: Letters) -> None:
    clerk, roads = world.desk("clerk"), world.desk("roads-handler")
    letters["sent_back"] = _assigned(world, kind="opinion")
    roads.makes(letters["sent_back"].code, "answer", body="知道了。")
    clerk.makes(letters["sent_back"].code, "send_back", reasons="没有说明何时修复。")
    letters["answered"] = _assigned(world, kind="help", publish_consent=True)
    roads.makes(letters["answered"].code, "answer", body="本周内修复。")
    letters["extension_asked"] = _assigned(world, kind="complaint")
    letters["extended"] = _assigned(world, kind="complaint")
    for name in ("extension_asked", "extended"):
        roads.makes(letters[name].code, "contact_writer", note="已电话说明。")
        form = roads.opens(letters[name].code).form("request_extension")
        ground = {"ground": form["ground"]["oneOf"][0]["const"]} if "ground" in form else {}
        roads.makes(letters[name].code, "request_extension", **ground, reason="需调查。", working_days=5)
    clerk.makes(letters["extended"].code, "grant_extension", working_days=5)
    letters["returned"] = _assigned(world)
    roads.makes(letters["returned"].code, "return", reason="属水务局职责。")
    letters["handed_down"] = _assigned(world, kind="complaint")
    letters["joined"] = _assigned(world, "roads", "water", kind="complaint")
    world.desk("water-handler").makes(letters["joined"].code, "answer", body="水管无碍。")
    letters["supervised"] = _assigned(world, kind="complaint")
    world.desk("inspector").makes(letters["supervised"].code, "supervise", note="请督办。")


def _last_hour(world: Any, letters: Letters) -> None:
    """What is new when the dump is made: nothing of it has been mailed yet, but for what the desks needed."""
    clerk = world.desk("clerk")
    letters["accepted"] = world.send_letter()
    clerk.makes(letters["accepted"].code, "accept")
    letters["assigned"] = _assigned(world)
    letters["about_roads"] = world.send_letter(
        kind="accusation", subject="反映作风", body="办事推诿。", about=[{"unit": "roads"}], keep_confidential=True
    )
    if hasattr(world, "attachments"):
        _with_files(world, letters)
    _deputy_and_links(world)
    _post_that_fails(world, letters)
    letters["keyed"] = world.send_letter(key=KEY, **KEYED)
    assert letters["keyed"].looks("wrong-wrong-wrong").status in {403, 404}
    letters["received"] = world.send_letter(kind="complaint", subject="刚刚收到的来信")


def _with_files(world: Any, letters: Letters) -> None:
    from tests.functional.some_files import uploaded  # versions without files have no such module

    letters["with_file"] = world.send_letter(attachments=[uploaded(world)])
    uploaded(world)  # offered, and taken by no letter


def _deputy_and_links(world: Any) -> None:
    head = world.desk("roads-head")
    if world.call("POST", "/desk/deputy", {}).status != 403 and knows("refer_up"):
        head.call("POST", "/desk/deputy", {"contact": "roads-deputy-head", "until": "2026-11-30"})
    world.registry.raise_epoch(world.contact("leader").id)


def _post_that_fails(world: Any, letters: Letters) -> None:
    """One message that a mail server refused for good, and one whose sender died in the middle of it."""
    world.post_goes_out()
    world.mailer.failing[world.contact("water-handler").email] = RefusedError("no such mailbox")
    clerk = world.desk("clerk")
    letters["undelivered"] = world.send_letter()
    clerk.makes(letters["undelivered"].code, "accept")
    clerk.makes(letters["undelivered"].code, "assign", units=["water"])
    world.post_goes_out()
    letters["half_sent"] = world.send_letter(subject="正在寄出的通知")
    message = world.outbox.due(world.time.at, 1)[0]
    assert world.outbox.lease(message, world.time.at.replace(minute=30))


def chongqing(county: Any) -> Letters:
    """One week under Chongqing's rulebook, for what Shuangfeng's has not: referrals, chains, publishing, removal."""
    letters: Letters = {}
    county.at("2026-11-16 09:00")
    clerk, head = county.desk("roads-clerk"), county.desk("roads-head")

    def read(**fields: Any) -> Any:
        citizen = county.send_letter(mailbox="roads-box", **fields)
        clerk.makes(citizen.code, "accept")
        head.makes(citizen.code, "approve", step="read")
        return citizen

    letters["referred"] = read()
    clerk.makes(letters["referred"].code, "refer_up", leader="mayor", note="事关多个部门。")
    letters["coordinated"] = read()
    clerk.makes(letters["coordinated"].code, "refer_up", mailbox="county", note="请协调。")
    letters["instructed"] = read()
    clerk.makes(letters["instructed"].code, "refer_up", leader="mayor", note="请示。")
    county.desk("mayor").makes(letters["instructed"].code, "instruct", text="请水务局办理并报结果。")
    _answers_and_ends(county, letters, read)
    county.at("2026-11-18 09:00")
    county.run("close_day")
    county.run("publish")
    letters["to_read"] = county.send_letter(mailbox="roads-box")
    clerk.makes(letters["to_read"].code, "accept")
    letters["late"] = county.send_letter(mailbox="roads-box", publish_consent=True)
    county.at("2026-11-20 09:00")
    for job in ("sweep", "dispatch", "close_day", "reports", "publish", "reconcile"):
        county.run(job)
    county.at("2026-11-20 10:00")
    return letters


def _answers_and_ends(county: Any, letters: Letters, read: Callable[..., Any]) -> None:
    clerk, centre = county.desk("roads-clerk"), county.desk("clerk")
    letters["in_approval"] = county.assigned("water")
    handler = county.desk("water-handler")
    handler.makes(letters["in_approval"].code, "answer", body="已查明。", chain="through_assigner")
    letters["published"] = read(body="我叫张晓明，电话13907385566。东路的路灯坏了。", publish_consent=True)
    clerk.makes(letters["published"].code, "assign", units=["roads"])
    county.desk("roads-handler").makes(letters["published"].code, "answer", body="路灯已经修好。")
    clerk.makes(letters["published"].code, "approve")
    code = county.code_for("roads-head", letters["published"].code, "publish")
    county.desk("roads-head").makes(letters["published"].code, "publish", code=code)
    letters["removed"] = county.send_letter(body="本店大减价")
    centre.makes(letters["removed"].code, "decline", ground="advertising")
    centre.makes(letters["removed"].code, "remove", ground="advertising")


def pingliang(county: Any) -> Letters:
    """A morning under Pingliang's rulebook: repeats that are merged, and a letter that units may claim."""
    letters: Letters = {}
    county.at("2026-11-19 09:00")
    clerk = county.desk("clerk")
    for name, body in (("first", "石龙村的垃圾填埋场苍蝇成群。"), ("merged", "填埋场苍蝇成群，请处理。")):
        letters[name] = county.accepted(subject="垃圾填埋场", body=body, kind="complaint")
    clerk.makes(letters["merged"].code, "link_repeat", to=letters["first"].code, merge=True)
    letters["in_pool"] = county.accepted(kind="complaint", subject="待认领的来信")
    county.at("2026-11-20 09:00")
    for job in ("sweep", "dispatch", "close_day", "publish", "reconcile"):
        county.run(job)
    county.at("2026-11-20 10:00")
    return letters
