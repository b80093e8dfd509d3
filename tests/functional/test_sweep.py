"""The sweep: nobody acts, and every step of the ladder is taken once, by day, whatever happens to the machine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta

import pytest

from chalicelib.domain.clocks import Clock, ClockName
from chalicelib.domain.letter import LetterId, Role, RulebookRef
from chalicelib.domain.rules import Action, LadderStep
from chalicelib.ports import LetterFile
from chalicelib.services.sweep import sweep
from tests.builders import SHANGHAI
from tests.fakes.store import FakeLetterStore
from tests.functional.world import Citizen, World, assigned

TRIAGE = ["remind_due_day", "urge_first_day_late", "escalate_third_day_late"]
HANDLE = [
    "remind_day_before",
    "remind_due_day",
    "urge_first_day_late",
    "escalate_third_day_late",
    "escalate_sixth_day_late",
]


def moments(world: World, citizen: Citizen) -> list[str]:
    """When each step was taken, local time."""
    steps = [event for event in world.file(citizen.code).events if event.move == "ladder_step"]
    return [event.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for event in steps]


def test_nobody_triages_and_the_ladder_climbs_once_step_by_step(world: World) -> None:
    """Received Friday, due Tuesday: reminded on the day, urged and escalated after it."""
    citizen = world.send_letter()
    world.post_goes_out()
    world.nobody_acts_until("2026-12-10 12:00", every=timedelta(minutes=30))
    assert world.steps(citizen.code) == TRIAGE
    assert moments(world, citizen) == ["11-24 09:00", "11-25 09:00", "11-27 09:00"]
    assert len(world.mails_to("clerk")) == 1 + 3
    assert len(world.mails_to("inspector")) == 1
    assert world.mails_to("roads-handler") == []


def test_a_silent_unit_is_reminded_urged_and_reported_upwards(world: World) -> None:
    """SF-3.3.1: the handler first, then the direct responsible, then the first responsible and the inspectors."""
    citizen = assigned(world)
    world.nobody_acts_until("2026-12-10 12:00", every=timedelta(minutes=30))
    assert world.steps(citizen.code) == HANDLE
    assert moments(world, citizen) == ["11-23 09:00", "11-24 14:30", "11-25 09:00", "11-27 09:00", "12-02 09:00"]
    mails = {
        name: len(world.mails_to(name)) for name in ("roads-handler", "roads-deputy-head", "roads-head", "inspector")
    }
    assert mails == {"roads-handler": 1 + 3, "roads-deputy-head": 1 + 2, "roads-head": 1 + 2, "inspector": 1}
    told = [step["text"] for step in citizen.looks()["timeline"]]
    assert told[-3:] == ["已到时限仍未办结，系统催办", *["逾期未办结，系统报上一级负责人"] * 2]
    assert "系统提醒承办人" not in told


def test_ten_sweeps_in_a_row_take_each_step_once(world: World) -> None:
    citizen = world.send_letter()
    world.post_goes_out()
    world.at("2026-11-24 09:00")
    results = [world.run("sweep") for _ in range(10)]
    world.post_goes_out()
    assert [each.steps for each in results] == [1] + [0] * 9
    assert world.steps(citizen.code) == TRIAGE[:1]
    assert len(world.mails_to("clerk")) == 2


def test_a_minute_too_early_nothing_happens(world: World) -> None:
    citizen = world.send_letter()
    world.at("2026-11-24 08:59")
    assert world.run("sweep").visited == 0
    assert world.steps(citizen.code) == []


def test_after_days_without_a_sweep_all_passed_steps_are_recorded_and_one_mail_a_person_goes_out(world: World) -> None:
    """Each event keeps the moment the step was due; the mail is worded from now."""
    citizen = assigned(world)
    before = {name: len(world.mails_to(name)) for name in ("roads-handler", "roads-deputy-head", "roads-head")}
    world.at("2026-11-28 03:00")
    assert world.run("sweep").steps == 4
    assert world.steps(citizen.code) == HANDLE[:4]
    due = [str(e.facts["moment"]) for e in world.file(citizen.code).events if e.move == "ladder_step"]
    assert [each[:13] for each in due] == ["2026-11-23T01", "2026-11-24T06", "2026-11-25T01", "2026-11-27T01"]
    world.at("2026-11-30 08:30")
    world.post_goes_out()
    for name, count in before.items():
        assert len(world.mails_to(name)) <= count + 1, name
    assert "逾期" in world.mails_to("roads-head")[-1].text


def test_an_outage_changes_no_figure(world: World) -> None:
    """Met or breached follows from the dates alone."""
    swept = assigned(world)
    world.nobody_acts_until("2026-11-27 12:00")
    world.desk("roads-handler").makes(swept.code, "answer", body="已修好。")
    shown = swept.looks().clock("handle")
    unswept = World()
    missed = assigned(unswept)
    unswept.at("2026-11-27 12:00")
    unswept.desk("roads-handler").makes(missed.code, "answer", body="已修好。")
    assert missed.looks().clock("handle") == shown
    assert (shown["state"], shown["overdue_days"]) == ("breached", 3)


def test_messages_of_the_night_wait_for_the_next_working_morning(world: World) -> None:
    citizen = assigned(world)
    world.post_goes_out()
    sent = len(world.mailer.sent)
    world.at("2026-11-27 23:00")
    world.run("sweep")
    assert len(world.steps(citizen.code)) == 4
    for moment in ("2026-11-27 23:01", "2026-11-28 12:00", "2026-11-30 08:29"):
        world.at(moment)
        world.post_goes_out()
        assert len(world.mailer.sent) == sent, moment
    world.at("2026-11-30 08:30")
    world.post_goes_out()
    assert len(world.mailer.sent) > sent


def test_an_urgent_letter_does_not_wait_for_the_morning(world: World) -> None:
    citizen = assigned(world)
    world.desk("clerk").makes(citizen.code, "classify", urgent=True)
    world.post_goes_out()
    world.at("2026-11-27 23:00")
    world.run("sweep")
    sent = len(world.mailer.sent)
    world.post_goes_out()
    assert len(world.mailer.sent) > sent


def test_what_is_done_is_not_urged(world: World) -> None:
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    world.nobody_acts_until("2026-12-10 12:00", every=timedelta(hours=6))
    assert world.steps(citizen.code) == []


def test_an_extension_moves_the_ladder(world: World) -> None:
    citizen = assigned(world)
    handler = world.desk("roads-handler")
    handler.makes(citizen.code, "contact_writer", note="已联系")
    handler.makes(citizen.code, "request_extension", reason="复杂", working_days=5)
    world.desk("clerk").makes(citizen.code, "grant_extension")
    world.nobody_acts_until("2026-12-01 12:00")
    assert moments(world, citizen) == ["11-30 09:00"]


def test_two_sweeps_at_once_take_each_step_once(world: World) -> None:
    """Threads on the in-memory store, whose commits are conditioned as the table's are."""
    letters = [assigned(world) for _ in range(12)]
    world.at("2026-11-28 03:00")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: sweep(world.installation, lambda: True), range(4)))
    assert sum(each.steps for each in results) == 4 * len(letters)
    assert all(each.failed == () for each in results)
    for citizen in letters:
        assert world.steps(citizen.code) == HANDLE[:4]


def test_a_sweep_stops_cleanly_when_its_time_is_up_and_the_next_goes_on(world: World) -> None:
    letters = [world.send_letter() for _ in range(5)]
    world.at("2026-11-24 09:05")
    left = iter([True, True, False])
    first = world.run("sweep", has_time=lambda: next(left))
    assert (first.visited, first.steps, first.finished) == (2, 2, False)
    assert world.call("GET", "/health")["status"] == "ok"
    second = world.run("sweep")
    assert (second.steps, second.finished) == (3, True)
    assert all(world.steps(each.code) == TRIAGE[:1] for each in letters)


def lose_rulebook(world: World, citizen: Citizen) -> None:
    """The letter began with a rulebook that is no longer shipped."""
    folder = world.letters._folders[LetterId(citizen.code)]
    folder.letter = replace(folder.letter, rulebook=RulebookRef("gone-2001", "1"))


def test_a_clock_that_cannot_be_read_backs_off_and_holds_up_nobody(world: World) -> None:
    bad, good = world.send_letter(), world.send_letter()
    lose_rulebook(world, bad)
    world.at("2026-11-24 09:05")
    run = world.run("sweep")
    assert run.failed == ("KeyError",)
    assert world.steps(good.code) == TRIAGE[:1]
    failures = []
    for _ in range(24 * 60 // 5):
        world.later(minutes=5)
        failures.append(len(world.run("sweep").failed))
    assert sum(failures) == 7, "tried again after 10, 20, 40 … minutes, at most twelve hours"
    folder = world.letters._folders[LetterId(bad.code)]
    folder.letter = replace(folder.letter, rulebook=RulebookRef("shuangfeng-2018", "1"))
    world.at("2026-11-26 12:00")
    world.run("sweep")
    assert world.steps(bad.code) == TRIAGE[:2], "put right, it catches up"
    assert all(clock.failures == 0 for clock in world.file(bad.code).clocks)


class Unreadable(FakeLetterStore):
    """A store in which some letters cannot be read at all, so that their clocks cannot even be put off."""

    def __init__(self, world: World) -> None:
        super().__init__(world.outbox, SHANGHAI)
        self.bad: set[str] = set()

    def load(self, letter: LetterId) -> LetterFile | None:
        """See LetterStore."""
        if letter in self.bad:
            raise ValueError("a letter about 张晓明 is broken")
        return super().load(letter)


class Stubborn(FakeLetterStore):
    """A store in which no clock can be put off."""

    def put_off(self, letter: LetterId, clock: Clock) -> None:  # noqa: ARG002
        """See LetterStore."""
        raise OSError("throttled")


def test_clocks_that_cannot_even_be_put_off_starve_nobody(world: World) -> None:
    """A hundred and twenty of them stand first in the index; the sweep asks for a hundred at a time."""
    store = Unreadable(world)
    world.letters = store
    world.open(letters=store)
    store.bad = {world.send_letter().code for _ in range(120)}
    world.at("2026-11-23 10:00")
    good = [world.send_letter() for _ in range(3)]
    world.at("2026-11-25 09:05")
    run = world.run("sweep")
    assert run.finished
    assert len(run.failed) == 240
    assert all(world.steps(each.code) == TRIAGE[:1] for each in good)


def test_a_store_that_refuses_to_put_off_stops_no_sweep(world: World) -> None:
    store = Stubborn(world.outbox, SHANGHAI)
    world.letters = store
    world.open(letters=store)
    bad, good = world.send_letter(), world.send_letter()
    lose_rulebook(world, bad)
    world.at("2026-11-24 09:05")
    assert world.run("sweep").failed == ("KeyError", "OSError")
    assert world.steps(good.code) == TRIAGE[:1]


@pytest.mark.parametrize("kind", ["complaint", "opinion", "suggestion"])
def test_five_working_days_for_what_is_no_consultation(world: World, kind: str) -> None:
    """SF-3.3.3."""
    citizen = assigned(world, kind=kind)
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-27"
    world.nobody_acts_until("2026-11-27 12:00")
    assert moments(world, citizen) == ["11-26 09:00"]


def test_what_inspectors_are_told_of_lies_on_their_desk_until_it_is_done(world: World) -> None:
    """SF-4: a mail that says "open the desk to see them all" must not lead to an empty desk."""
    citizen = assigned(world)
    world.nobody_acts_until("2026-12-04 12:00")
    inspector = world.desk("inspector")
    (late,) = inspector.waiting()
    assert (late["tracking_code"], late["waits_for"]) == (citizen.code, "watch")
    assert late["overdue_days"] > 0
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已修复。")
    assert inspector.waiting() == []


def test_a_supervised_letter_stays_on_the_inspectors_desk(world: World) -> None:
    citizen = assigned(world)
    inspector = world.desk("inspector")
    assert inspector.waiting() == []
    inspector.makes(citizen.code, "supervise")
    assert [each["waits_for"] for each in inspector.waiting()] == ["watch"]


def test_a_unit_is_reminded_that_its_time_to_return_a_letter_ends(world: World) -> None:
    """The window is never late, but who wants to use it should hear of its last day."""
    book = world.installation.rulebook
    step = LadderStep(name="last_day", action=Action.REMIND, offset=0, at=time(9), to=(Role.HANDLER,))
    book = book.model_copy(update={"ladder": {**book.ladder, ClockName.RETURN: (step,)}})
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    citizen = assigned(world, kind="complaint")
    before = len(world.mails_to("roads-handler"))
    world.nobody_acts_until("2026-11-23 12:00")
    assert world.steps(citizen.code) == ["last_day"]
    (mail,) = world.mails_to("roads-handler")[before + 1 :]
    assert "退回" in mail.text
