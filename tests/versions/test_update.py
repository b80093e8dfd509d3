"""An update while letters are open loses nothing: each version's data under the present code."""

import json
from typing import Any, cast

from chalicelib.domain.letter import Kind
from chalicelib.domain.messages import MessageState
from chalicelib.services.import_letters import import_letters
from tests.functional.world import Answer
from tests.versions import stories
from tests.versions.county import ENDED, Updated

ANSWER = "已核实办理完毕。"


def essence(told: dict[str, Any]) -> dict[str, Any]:
    """What must not change for the writer; words around it may be put better."""
    return {
        **{key: told[key] for key in ("tracking_code", "status", "number", "kind", "subject", "received_at", "rating")},
        "clocks": [
            (each["id"], each["name"], each["due_on"], each["granted"], each["state"]) for each in told["clocks"]
        ],
        "answers": [each["body"] for each in told["answers"]],
        "texts": [each["body"] for each in told["texts"]],
        "units": [each["id"] for each in told["units"]],
        "steps": [(each["move"], each["at"]) for each in told["timeline"]],
    }


def test_every_writer_finds_the_letter_as_it_was(county: Updated) -> None:
    for name, letter in county.dump.letters.items():
        now = county.writer_of(name).looks()
        assert now.status == 200, (name, now.raw)
        assert essence(now.body) == essence(letter["told"]), name


def test_who_wrote_can_still_be_read(county: Updated) -> None:
    for name, letter in county.dump.letters.items():
        file = county.file(letter["code"])
        assert file.writer is not None
        writer = county.secrets.unseal(file.letter.id, file.writer)
        assert writer.phone == "13907385566", name


def test_a_link_mailed_before_the_update_opens_the_desk_with_all_that_waited(county: Updated) -> None:
    for contact, waited in county.dump.desks.items():
        shown = county.by_old_link(contact).call("GET", "/desk")
        if waited is None:
            assert shown.status == 401, contact
            continue
        now = sorted([each["tracking_code"], each["waits_for"], each["due_on"]] for each in shown["letters"])
        assert now == waited, contact


def test_whoever_has_a_letter_waiting_opens_it(county: Updated) -> None:
    for contact, waited in county.dump.desks.items():
        for code, _, _ in waited or ():
            opened = county.by_old_link(contact).opens(code)
            assert (opened.status, opened.body.get("tracking_code")) == (200, code), (contact, opened.raw)


def test_reconcile_finds_nothing_that_the_update_broke(county: Updated) -> None:
    """Only the message that did not get through, and lines of today, which no day's file has yet."""
    found = county.run("reconcile")
    assert found.letters_checked >= len(county.dump.letters)
    assert (found.unreadable, found.without_clock, found.clock_not_in_index) == ((), (), ())
    assert (found.broken_sequence, found.not_in_files, found.on_no_desk) == ((), (), ())
    assert (found.desk_wrong, found.left_merged, found.files_missing, found.finished) == ((), (), (), True)


def steps_of(county: Updated) -> list[tuple[str, str, str]]:
    """Every ladder step ever taken: letter, clock, step."""
    files = [county.file(letter) for letter in county.letters.letter_ids()]
    events = [event for file in files for event in file.events if event.move == "ladder_step"]
    return [
        (event.letter, clock["id"], str(event.facts["step"]))
        for event in events
        for clock in cast(list[dict[str, str]], event.facts["clocks"])
    ]


def test_the_sweep_takes_the_steps_that_are_due_and_none_that_was_taken_before(shuangfeng: Updated) -> None:
    before = steps_of(shuangfeng)
    assert before, "the version before took some"
    shuangfeng.at("2026-12-04 18:00")
    swept = shuangfeng.run("sweep")
    after = steps_of(shuangfeng)
    assert swept.failed == ()
    assert swept.steps > 20
    assert set(before) < set(after)
    assert len(set(after)) == len(after)
    assert shuangfeng.run("sweep").steps == 0


def test_every_message_that_was_owed_goes_out_once(county: Updated) -> None:
    owed = {each.id: each.message for each in county.outbox.owed()}
    assert all(owed.values())
    waiting = {key for key, message in owed.items() if message.state is MessageState.WAITING}
    county.at("2026-11-20 14:00")
    county.run("dispatch")
    left = {each.id: each.message.state for each in county.outbox.owed() if each.message}
    assert not waiting & left.keys()
    tried = [(mail.to, mail.subject, mail.text) for mail in county.mailer.sent]
    assert len(set(tried)) == len(tried)
    sent = len(county.mailer.sent) + len(county.texts.sent)
    county.run("dispatch")
    assert len(county.mailer.sent) + len(county.texts.sent) == sent


def test_a_message_that_did_not_get_through_and_one_cut_off_are_both_seen_to(shuangfeng: Updated) -> None:
    states = {each.message.state for each in shuangfeng.outbox.owed() if each.message}
    assert {MessageState.FAILED, MessageState.LEASED} <= states
    shuangfeng.at("2026-11-20 14:00")
    shuangfeng.run("dispatch")
    left = [each.message for each in shuangfeng.outbox.owed() if each.message]
    assert {message.state for message in left} <= {MessageState.FAILED, MessageState.UNKNOWN}
    shown = shuangfeng.by_old_link("clerk").call("GET", "/desk")["undelivered"]
    assert shown, "a person has to see it"


def test_the_directory_came_along(shuangfeng: Updated) -> None:
    directory = shuangfeng.registry.directory()
    assert len(directory.contacts) == 9
    assert shuangfeng.contact("leader").epoch == 1
    deputy = shuangfeng.contact("roads-head").deputy
    assert (deputy is not None) == stories_with_deputies(shuangfeng)


def stories_with_deputies(county: Updated) -> bool:
    return not county.dump.name.startswith("1-")


def test_a_letter_sent_again_under_its_key_is_the_same_letter(shuangfeng: Updated) -> None:
    before = sorted(shuangfeng.letters.letter_ids())
    again = shuangfeng.try_to_send(key=stories.KEY, **stories.KEYED)
    letter = shuangfeng.dump.letters["keyed"]
    assert (again.status, again["tracking_code"], again["query_code"]) == (201, letter["code"], letter["query_code"])
    assert sorted(shuangfeng.letters.letter_ids()) == before


def test_the_next_number_follows_the_last_one(shuangfeng: Updated) -> None:
    numbers = [letter["told"]["number"] for letter in shuangfeng.dump.letters.values() if letter["told"]["number"]]
    shuangfeng.desk("clerk").makes(shuangfeng.dump.letters["received"]["code"], "accept")
    given = shuangfeng.writer_of("received").looks()["number"]
    assert [given] == [f"信箱〔2026〕{int(max(numbers)[-5:-1]) + 1:04d}号"]


def test_letters_of_another_platform_are_not_taken_in_a_second_time(shuangfeng: Updated) -> None:
    before = sorted(shuangfeng.letters.letter_ids())
    args = (shuangfeng.installation, stories.CSV.encode(), "wenzheng_hunan", Kind.OTHER)
    taken = import_letters(*args, lambda _done, _rows: None)
    assert sorted(shuangfeng.letters.letter_ids()) == before
    assert taken.refused == ()


def test_files_that_came_with_a_letter_are_there_and_stay(shuangfeng: Updated) -> None:
    if not knows_files(shuangfeng):
        return
    letter = shuangfeng.dump.letters["with_file"]
    shuangfeng.run("reconcile")
    (now,), (then,) = shuangfeng.writer_of("with_file").looks()["attachments"], letter["told"]["attachments"]
    assert {**now, "url": None, "expires_at": None} == {**then, "url": None, "expires_at": None}
    assert len(shuangfeng.attachments.files[letter["code"], now["id"]]) == now["size"]
    again = shuangfeng.try_to_send(attachments=[now["id"]])
    assert again.status == 422, "a file that a letter took before the update is no other letter's"


def knows_files(county: Updated) -> bool:
    return "with_file" in county.dump.letters


def on(county: Updated, contact: str, code: str, move: str, **fields: Any) -> Answer | None:
    """The move, if it is offered to this person now."""
    desk = county.desk(contact)
    offered = desk.opens(code)
    return desk.makes(code, move, **fields) if offered.status == 200 and move in offered.moves() else None


def test_every_open_letter_goes_on_to_its_answer(shuangfeng: Updated) -> None:
    for name, letter in shuangfeng.dump.letters.items():
        if letter["told"]["status"] in ENDED:
            continue
        code, writer = letter["code"], shuangfeng.writer_of(name)
        on(shuangfeng, "clerk", code, "accept")
        on(shuangfeng, "clerk", code, "grant_extension", working_days=5)
        on(shuangfeng, "clerk", code, "assign", units=["water"])
        if writer.looks()["status"] == "assigned":
            lead = writer.looks()["units"][0]["id"]
            shuangfeng.desk(f"{lead}-handler").makes(code, "answer", body=ANSWER)
            assert ANSWER in [each["body"] for each in writer.looks()["answers"]], name
        on(shuangfeng, "clerk", code, "approve")
        if writer.looks()["rating"] is None:
            assert writer.does("rate", score=4).status == 200, name
        assert writer.looks()["status"] == "closed", name


def test_what_waited_for_signatures_or_leaders_goes_on(chongqing: Updated) -> None:
    codes = {name: letter["code"] for name, letter in chongqing.dump.letters.items()}
    chongqing.desk("mayor").makes(codes["referred"], "instruct", text="请交通运输局办理。")
    assert chongqing.writer_of("referred").looks()["status"] == "accepted"
    chongqing.desk("clerk").makes(codes["coordinated"], "assign", units=["water"], note="请办理。")
    chongqing.desk("roads-clerk").makes(codes["instructed"], "assign", units=["water"], note="请办理。")
    chongqing.desk("clerk").makes(codes["in_approval"], "approve")
    assert [each["body"] for each in chongqing.writer_of("in_approval").looks()["answers"]] == ["已查明。"]
    chongqing.desk("roads-head").makes(codes["to_read"], "approve", step="read")
    for name in ("coordinated", "instructed"):
        chongqing.desk("water-handler").makes(codes[name], "answer", body=ANSWER)
        assert chongqing.writer_of(name).looks()["answers"], name


def test_what_was_published_stays_public_and_shows_the_same(chongqing: Updated) -> None:
    pages = {key: data for key, data in chongqing.files.files.items() if key.startswith("site/data/answers")}
    before = json.dumps([json.loads(data) for data in pages.values()], ensure_ascii=False)
    chongqing.run("publish")
    now = b"".join(data for key, data in chongqing.files.files.items() if key.startswith("site/data/answers"))
    assert "路灯已经修好" in before
    assert "路灯已经修好" in now.decode()
    assert "13907385566" not in now.decode()


def test_a_merged_letters_writer_reads_the_others_answer(pingliang: Updated) -> None:
    codes = {name: letter["code"] for name, letter in pingliang.dump.letters.items()}
    assert pingliang.desk("clerk").opens(codes["merged"])["status"] == "merged"
    roads = pingliang.desk("roads-handler")
    listed = roads.call("GET", "/desk")["pool"]
    assert {each["tracking_code"] for each in listed} == {codes["in_pool"], codes["first"]}
    for name in ("first", "in_pool"):
        roads.makes(codes[name], "claim")
        assert pingliang.writer_of(name).looks()["status"] == "assigned"
    roads.makes(codes["first"], "answer", body=ANSWER)
    assert [each["body"] for each in pingliang.writer_of("merged").looks()["answers"]] == [ANSWER]
