"""Dispatch, through real moves on fakes: who gets what, when it is tried again, and what is never sent."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import cast

import pytest

from chalicelib.domain.letter import ContactId, Kind, LetterId, UnitId, Writer
from chalicelib.domain.messages import Channel, Message, MessageState
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    AnswerChannel,
    Assign,
    Classify,
    ContactWriter,
    ExplainDelay,
    GrantExtension,
    Remark,
    RequestExtension,
)
from chalicelib.domain.workflow import Move
from chalicelib.ports import LinkClaims, OutcomeUnknownError, RefusedError, SealedWriter, SendingError
from chalicelib.services.dispatch import DispatchResult
from tests.builders import FRIDAY, ROADS_HANDLER, a_message, an_arrival, arrived
from tests.fakes.post import FakeTextSender
from tests.fakes.store import FakeOutbox
from tests.functional.post_office import PostOffice

HANDLER = "roads-handler@county.test"
HEAD = "roads-head@county.test"
CLERK_MAIL = "clerk@county.test"
WANG = Writer(name="王芳", phone="13800001111", email="wang@mail.test", address="东路12号")


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


def on(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 on the county's wall clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def of_template(office: PostOffice, template: str, recipient: str | None = None) -> list[Message]:
    """These messages as they lie in the outbox."""
    return [m for m in office.outbox.messages.values() if m.template == template and recipient in {None, m.recipient}]


def states(office: PostOffice) -> set[tuple[MessageState, str | None]]:
    return {(message.state, message.note) for message in office.outbox.messages.values()}


def test_the_writer_hears_by_mail_and_sms_that_the_letter_came(office: PostOffice) -> None:
    office.arrive("K7RMPXW2", WANG)
    office.dispatch()
    (mail,) = office.mailer.to("wang@mail.test")
    assert mail.subject == "您的来信已收到（信件编号 K7RMPXW2）"
    assert "我们将在11月24日（周二）前完成受理和交办。" in mail.text
    assert "https://letters.county.test/follow.html#K7RMPXW2" in mail.text
    (text,) = office.texts.sent
    assert text.to == "13800001111"
    assert text.params == (("code", "K7RMPXW2"),)
    assert text.text == "您的来信已收到，信件编号K7RMPXW2。请凭信件编号和查询码在网站查看办理进度。"


def test_the_handler_reads_number_kind_due_date_and_days_left(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    assert mail.subject == "来信待办：双信〔2026〕1号（咨询），11月24日（周二）前答复"
    assert "name of roads-handler同志：" in mail.text
    assert "编号双信〔2026〕1号，咨询，应于11月24日（周二）前答复，还有2个工作日。" in mail.text
    assert "由贵单位主办" in mail.text


def test_a_joining_unit_is_told_that_it_joins(office: PostOffice) -> None:
    office.assigned("letter-1", "roads", "water")
    office.dispatch()
    (mail,) = office.mailer.to("water-handler@county.test")
    assert "由贵单位协办" in mail.text


def test_the_link_opens_this_letter_for_this_person_for_fourteen_days(office: PostOffice) -> None:
    office.registry.raise_epoch(ContactId("roads-handler"))
    office.assigned("letter-1", "roads")
    office.time.at = FRIDAY + timedelta(hours=2)
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    address = next(line for line in mail.text.splitlines() if line.startswith("https:"))
    page, _, token = address.partition("#")
    assert page == "https://letters.county.test/desk.html"
    expires = FRIDAY + timedelta(hours=2, days=14)
    assert office.links.read(token) == LinkClaims(ContactId("roads-handler"), LetterId("letter-1"), 1, expires)
    assert mail.html is not None
    assert f'href="{address}"' in mail.html


def test_a_citizens_words_and_data_never_go_out(office: PostOffice) -> None:
    """Neither subject nor body, name, address nor the answer: a whole way of a letter is searched for them."""
    office.arrive("letter-1", WANG)
    office.dispatch()
    office.move(Move.ACCEPT, Accept())
    office.move(Move.ASSIGN, Assign(units=["roads"], note="请路灯所核实"))
    office.dispatch()
    office.move(Move.CONTACT_WRITER, ContactWriter(note="已电话联系"), ROADS_HANDLER)
    office.move(Move.REQUEST_EXTENSION, RequestExtension(reason="需要停电施工", working_days=5), ROADS_HANDLER)
    office.dispatch()
    office.move(Move.GRANT_EXTENSION, GrantExtension())
    office.time.at = on(2, 10, month=12)
    office.sweep()
    office.dispatch()
    office.move(Move.ANSWER, Answer(body="路灯已经修复", channel=AnswerChannel.WEB), ROADS_HANDLER)
    office.dispatch()
    assert len(office.mailer.sent) > 10
    gone = [*map(repr, office.texts.sent), *(f"{m.subject}{m.text}{m.html}" for m in office.mailer.sent)]
    for words in ("路灯", "王芳", "东路", "停电施工", "电话联系"):
        assert not [each for each in gone if words in each]
    to_staff = [m for m in office.mailer.sent if m.to.endswith("county.test")]
    assert not [m for m in to_staff if "13800001111" in m.text or "wang@mail.test" in m.text]


def test_several_messages_to_one_person_become_one_digest_the_most_pressing_first(office: PostOffice) -> None:
    office.assigned("later", "roads", arrival=an_arrival(kind=Kind.SUGGESTION))
    office.time.at = FRIDAY + timedelta(minutes=1)
    office.assigned("sooner", "roads")
    result = office.dispatch()
    assert result.broken == ()
    (mail,) = office.mailer.to(HANDLER)
    assert mail.subject == "您有2封来信的新情况，最近的还有2个工作日"
    lines = [line.strip() for line in mail.text.splitlines()]
    assert lines.index("1. 双信〔2026〕2号（咨询）") < lines.index("2. 双信〔2026〕1号（建议）")
    assert "新交办，由贵单位主办，应于11月24日（周二）前答复，还有2个工作日" in lines
    assert "新交办，由贵单位主办，应于11月27日（周五）前答复，还有5个工作日" in lines
    links = [line for line in lines if line.startswith("https:")]
    opened = [office.links.read(each.partition("#")[2]).letter for each in links]
    assert opened == ["sooner", "later", None]
    assert {m.state for m in of_template(office, "letter_assigned", "roads-handler")} == {MessageState.SENT}


def test_a_digest_of_very_many_letters_lists_the_most_pressing_and_counts_the_rest(office: PostOffice) -> None:
    for number in range(23):
        office.arrive(f"letter-{number}")
    office.dispatch()
    (mail,) = office.mailer.to("clerk@county.test")
    assert mail.subject.startswith("您有23封来信的新情况")
    assert mail.text.count("新来信待受理") == 20
    assert "另有3封，请打开办理台查看。" in mail.text
    assert "另有3封" in (mail.html or "")


def test_what_is_said_twice_of_a_letter_stands_in_the_digest_once(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.move(Move.URGE, Remark(note="请抓紧"))
    office.move(Move.URGE, Remark(note="请再抓紧"))
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    assert mail.text.count("催办") == 1


def test_a_digest_names_a_letter_once_with_all_its_news(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.time.at = on(23, 9)
    office.sweep()
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    assert mail.subject == "您有1封来信的新情况，最近的还有1个工作日"
    assert mail.text.count("双信〔2026〕1号") == 1
    assert mail.text.index("新交办") < mail.text.index("待答复，应于11月24日（周二）前答复，还有1个工作日")


def test_two_writers_never_share_a_message(office: PostOffice) -> None:
    office.arrive("letter-1", WANG)
    office.arrive("letter-2", Writer(email="li@mail.test"))
    office.dispatch()
    assert "letter-1" in office.mailer.to("wang@mail.test")[0].text
    (mail,) = office.mailer.to("li@mail.test")
    assert "letter-2" in mail.text
    assert "letter-1" not in mail.text


def test_several_news_for_one_writer_go_in_one_mail(office: PostOffice) -> None:
    office.arrive("letter-1", WANG)
    office.move(Move.ACCEPT, Accept())
    result = office.dispatch()
    assert result.broken == ()
    (mail,) = office.mailer.to("wang@mail.test")
    assert mail.subject == "您的来信有新进展（双信〔2026〕1号）"
    assert mail.text.index("来信已收到") < mail.text.index("已受理，编号双信〔2026〕1号")
    assert "desk.html" not in mail.text


def test_a_provisional_date_says_so(office: PostOffice) -> None:
    office.time.at = on(28, 10, month=12)
    office.assigned("letter-1", "roads")
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    assert "应于12月30日（周三，暂定）前答复" in mail.text


def test_a_date_in_another_year_names_the_year(office: PostOffice) -> None:
    office.time.at = on(30, 10, month=12)
    office.assigned("letter-1", "roads")
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    assert "应于2027年1月4日（周一，暂定）前答复" in mail.text


@pytest.mark.parametrize(
    ("day", "hour", "address", "subject"),
    [
        pytest.param(24, 15, HANDLER, "期限提醒：双信〔2026〕1号（咨询），今天到期", id="on the due date"),
        pytest.param(25, 9, HANDLER, "催办：双信〔2026〕1号（咨询），已逾期1个工作日", id="the day after"),
        pytest.param(
            27, 9, HEAD, "逾期未办结：双信〔2026〕1号（咨询），unit roads，已逾期3个工作日", id="three days after"
        ),
    ],
)
def test_each_rung_of_the_ladder_is_worded_from_today(
    office: PostOffice, day: int, hour: int, address: str, subject: str
) -> None:
    office.assigned("letter-1", "roads")
    office.empty()
    office.time.at = on(day, hour)
    office.sweep()
    office.dispatch()
    assert [mail.subject for mail in office.mailer.to(address)] == [subject]


def test_an_escalation_to_the_centre_names_the_unit_that_owes_the_answer(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.empty()
    office.time.at = on(27, 9)
    office.sweep()
    office.dispatch()
    (mail,) = office.mailer.to(CLERK_MAIL)
    assert "unit roads的一封来信需要您过问" in mail.text


def test_an_sms_to_staff_gives_the_tracking_code_alone(office: PostOffice) -> None:
    handler = office.registry.directory().contacts[ContactId("roads-handler")]
    office.registry.put([], [replace(handler, phone="13900002222")], [])
    office.assigned("letter-1", "roads")
    office.empty()
    office.time.at = on(25, 9)
    office.sweep()
    office.dispatch()
    (text,) = office.texts.sent
    assert (text.template, text.params) == ("staff_ladder_urge", (("code", "letter-1"),))
    assert text.text == "来信letter-1催办，请立即打开邮件中的链接办理。"


def test_several_sms_to_one_person_become_one_with_their_number(office: PostOffice) -> None:
    """Gateways take one SMS a minute for a phone."""
    handler = office.registry.directory().contacts[ContactId("roads-handler")]
    office.registry.put([], [replace(handler, phone="13900002222")], [])
    office.assigned("letter-1", "roads")
    office.assigned("letter-2", "roads")
    office.empty()
    office.time.at = on(25, 9)
    office.sweep("letter-1")
    office.sweep("letter-2")
    result = office.dispatch()
    assert result.broken == ()
    (text,) = office.texts.sent
    assert (text.template, text.params) == ("staff_digest", (("count", "2"),))


def test_a_letter_found_to_be_about_the_unit_is_not_mailed_to_it_any_more(office: PostOffice) -> None:
    """PL-18: the guard is asked when the message goes, not only when it was owed."""
    office.assigned("letter-1", "roads")
    office.move(Move.CLASSIFY, Classify(about=["roads"]))
    office.dispatch()
    assert not [mail for mail in office.mailer.sent if mail.to.startswith("roads")]
    (message,) = of_template(office, "letter_assigned", "roads-handler")
    assert (message.state, message.note, message.sent_at) == (MessageState.SENT, "kept_from", None)


def test_somebody_who_left_the_unit_gets_nothing_of_its_letters(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    handler = office.registry.directory().contacts[ContactId("roads-handler")]
    office.registry.put([], [replace(handler, unit=UnitId("water"))], [])
    office.dispatch()
    assert office.mailer.to(HANDLER) == []
    assert of_template(office, "letter_assigned", "roads-handler")[0].note == "not_theirs"


def test_a_reminder_whose_letter_was_answered_meanwhile_stays_at_home(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.empty()
    office.time.at = on(23, 9)
    office.sweep()
    office.move(Move.ANSWER, Answer(body="已修复", channel=AnswerChannel.WEB), ROADS_HANDLER)
    office.dispatch()
    assert office.mailer.to(HANDLER) == []
    (message,) = of_template(office, "ladder_remind")
    assert (message.state, message.note) == (MessageState.SENT, "overtaken")


def test_a_reminder_whose_limit_was_extended_meanwhile_stays_at_home(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.time.at = on(23, 9)
    office.move(Move.CONTACT_WRITER, ContactWriter(note="已联系"), ROADS_HANDLER)
    office.move(Move.REQUEST_EXTENSION, RequestExtension(reason="复杂", working_days=5), ROADS_HANDLER)
    office.empty()
    office.sweep()
    office.move(Move.GRANT_EXTENSION, GrantExtension())
    office.dispatch()
    (mail,) = office.mailer.to(HANDLER)
    assert mail.subject == "延期已批准：双信〔2026〕1号（咨询），12月1日（周二）前答复"
    assert of_template(office, "ladder_remind")[0].note == "overtaken"


def test_an_urge_whose_delay_was_explained_meanwhile_stays_at_home(office: PostOffice) -> None:
    """CQ-7.1: an explained state of progress is not urged."""
    office.assigned("letter-1", "roads")
    office.empty()
    office.time.at = on(25, 9)
    office.sweep()
    office.move(Move.EXPLAIN_DELAY, ExplainDelay(reason="等待材料"), ROADS_HANDLER)
    office.dispatch()
    assert office.mailer.to(HANDLER) == []
    assert {m.note for m in of_template(office, "ladder_urge")} == {"overtaken"}


def test_a_letter_that_was_accepted_meanwhile_is_not_announced_for_triage(office: PostOffice) -> None:
    office.arrive()
    office.move(Move.ACCEPT, Accept())
    office.dispatch()
    assert office.mailer.to(CLERK_MAIL) == []


@pytest.mark.parametrize(
    "writer", [pytest.param(None, id="erased"), pytest.param(Writer(name="王芳"), id="none given")]
)
def test_a_writer_without_an_address_is_no_error(office: PostOffice, writer: Writer | None) -> None:
    office.arrive("letter-1", writer)
    result = office.dispatch()
    assert (result.failed, result.dropped, result.broken) == (0, 2, ())
    assert {(m.state, m.note) for m in of_template(office, "letter_received")} == {(MessageState.SENT, "no_address")}


def test_what_is_sent_is_marked_with_its_moment(office: PostOffice) -> None:
    office.arrive("letter-1", WANG)
    assert office.dispatch() == DispatchResult(sent=3)
    assert states(office) == {(MessageState.SENT, None)}
    assert {m.sent_at for m in office.outbox.messages.values()} == {FRIDAY}
    assert office.dispatch() == DispatchResult()


def test_nothing_goes_before_its_time(office: PostOffice) -> None:
    office.outbox.add(a_message(not_before=FRIDAY + timedelta(seconds=1), template="desk_link"))
    assert office.dispatch() == DispatchResult()
    office.time.at += timedelta(seconds=1)
    assert office.dispatch() == DispatchResult(sent=1)


def test_a_failing_message_is_tried_six_times_at_growing_distances_and_then_given_up(office: PostOffice) -> None:
    office.outbox.add(a_message(template="desk_link"))
    office.mailer.failing["*"] = SendingError("smtp:451")
    waited = []
    while (moment := office.outbox.next_due()) is not None:
        waited.append(int((moment - office.time.at).total_seconds() / 60))
        office.time.at = moment
        assert office.dispatch() in {DispatchResult(postponed=1), DispatchResult(failed=1)}
    assert waited == [0, 1, 5, 15, 60, 240]
    assert len(office.mailer.tried) == 6
    assert states(office) == {(MessageState.FAILED, "smtp:451")}
    assert len({mail.message_id for mail in office.mailer.tried}) == 1


def test_a_refused_message_is_given_up_at_once(office: PostOffice) -> None:
    office.outbox.add(a_message(template="desk_link"))
    office.mailer.failing["*"] = RefusedError("smtp:550")
    assert office.dispatch() == DispatchResult(failed=1)
    assert states(office) == {(MessageState.FAILED, "smtp:550")}
    assert [m.id for m in office.outbox.stuck()] == ["message-1"]


def test_a_retried_digest_keeps_its_message_id(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.assigned("letter-2", "roads")
    office.mailer.failing[HANDLER] = SendingError("down")
    office.dispatch()
    office.time.at += timedelta(minutes=1)
    office.mailer.failing.clear()
    office.dispatch()
    tried = [mail.message_id for mail in office.mailer.tried if mail.to == HANDLER]
    assert tried == ["<letter-1-000003-01+2@county.test>"] * 2


def test_an_sms_of_unknown_fate_is_never_tried_again(office: PostOffice) -> None:
    office.arrive("letter-1", WANG)
    office.texts.failing["*"] = OutcomeUnknownError("gateway:ReadTimeoutError")
    assert office.dispatch() == DispatchResult(sent=2, unknown=1)
    office.time.at += timedelta(days=1)
    assert office.dispatch() == DispatchResult()
    assert len(office.texts.tried) == 1
    assert [(m.channel, m.state) for m in office.outbox.stuck()] == [(Channel.SMS, MessageState.UNKNOWN)]


def test_an_error_nobody_foresaw_while_an_sms_goes_out_counts_as_unknown(office: PostOffice) -> None:
    office.arrive("letter-1", WANG)
    office.texts.failing["*"] = RuntimeError("a bug")
    assert office.dispatch() == DispatchResult(sent=2, unknown=1, broken=("RuntimeError",))


class _NotSetUp:
    """A sender made on first use, from a setting that is wrong."""

    def __getattr__(self, name: str) -> object:
        raise LookupError("no such secret")


def test_a_sender_that_cannot_be_made_has_sent_nothing(office: PostOffice) -> None:
    """An SMS is of unknown fate only once it was being handed over."""
    office.arrive("letter-1", WANG)
    office.texts = cast(FakeTextSender, _NotSetUp())
    assert office.dispatch() == DispatchResult(sent=2, postponed=1, broken=("LookupError",))


def test_a_dispatcher_that_died_leaves_its_mail_to_the_next_and_its_sms_to_a_person(office: PostOffice) -> None:
    """An e-mail goes again under its Message-ID; an SMS may be out already."""
    office.arrive("letter-1", WANG)
    for message in office.outbox.due(FRIDAY, 10):
        office.outbox.lease(message, FRIDAY + timedelta(minutes=5))
    assert office.dispatch() == DispatchResult()
    office.time.at += timedelta(minutes=5)
    assert office.dispatch() == DispatchResult(sent=2, unknown=1)
    assert office.texts.tried == []
    assert [mail.message_id for mail in office.mailer.to("wang@mail.test")] == ["<letter-1-000001-01@county.test>"]


def test_a_message_that_kills_every_dispatcher_is_given_up(office: PostOffice) -> None:
    office.outbox.add(a_message(template="desk_link"))
    for _ in range(6):
        (message,) = office.outbox.due(office.time.at, 10)
        office.time.at += timedelta(minutes=5)
        office.outbox.lease(message, office.time.at)
    assert office.dispatch() == DispatchResult(failed=1)
    assert states(office) == {(MessageState.FAILED, "interrupted")}


class StaleOutbox(FakeOutbox):
    """Its index shows as due whatever waits: it has not heard yet that a message failed and waits its time."""

    def due(self, now: datetime, at_most: int) -> Sequence[Message]:
        """See Outbox."""
        return super().due(now + timedelta(days=1), at_most)


def test_an_index_that_lags_behind_cancels_no_waiting_time(office: PostOffice) -> None:
    """Else a message could use up all its tries within minutes."""
    stale = StaleOutbox()
    stale.messages, office.outbox = office.outbox.messages, stale
    stale.add(a_message(template="desk_link"))
    office.mailer.failing["*"] = SendingError("down")
    assert office.dispatch() == DispatchResult(postponed=1)
    assert office.dispatch() == DispatchResult()
    assert len(office.mailer.tried) == 1


def test_one_that_fails_stops_none_of_the_others(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.mailer.failing[HANDLER] = SendingError("down")
    office.mailer.failing["roads-deputy-head@county.test"] = RuntimeError("a bug")
    result = office.dispatch()
    assert (result.postponed, result.broken) == (2, ("RuntimeError",))
    assert len(office.mailer.to(HEAD)) == 1


def test_a_writer_whose_data_cannot_be_opened_stops_nobody(office: PostOffice) -> None:
    office.letters.commit(replace(arrived(), writer=SealedWriter(b"sealed under another key")))
    result = office.dispatch()
    assert (result.sent, result.postponed, result.broken) == (1, 2, ("ValueError", "ValueError"))
    assert len(office.mailer.to(CLERK_MAIL)) == 1


def test_a_message_without_words_leaves_its_digest_and_the_others_go(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.outbox.add(a_message("odd", letter=LetterId("letter-1"), recipient="roads-handler", template="no_such"))
    result = office.dispatch()
    assert len(office.mailer.to(HANDLER)) == 1
    assert set(result.broken) == {"KeyError"}
    assert office.outbox.messages["odd"].state is MessageState.WAITING


def test_it_stops_when_time_runs_out_and_leaves_the_rest_free(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    office.empty()
    office.assigned("letter-2", "roads")
    office.outbox.messages = {m.id: m for m in of_template(office, "letter_assigned")}
    looks = iter([True, False, False])
    assert office.dispatch(has_time=lambda: next(looks)) == DispatchResult(sent=1, postponed=2)
    assert office.dispatch() == DispatchResult(sent=2)


def test_dispatchers_running_at_once_send_each_message_once(office: PostOffice) -> None:
    for number in range(10):
        office.outbox.add(
            a_message(f"message-{number}", recipient="clerk" if number % 2 else "leader", template="desk_link")
        )
        office.assigned(f"letter-{number}", "roads", "water")
    start = Barrier(8)

    def run() -> None:
        start.wait()
        office.dispatch()

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {m.state for m in office.outbox.messages.values()} == {MessageState.SENT}
    assert {m.attempts for m in office.outbox.messages.values()} == {1}
    said = "".join(mail.text for mail in office.mailer.to(HANDLER))
    # In a digest, and in a mail about one alone.
    names = [rf"双信〔2026〕{n}号(?:（咨询）|，咨询)" for n in range(1, 11)]
    assert [len(re.findall(name, said)) for name in names] == [1] * 10


def test_a_desk_link_asked_for_twice_comes_in_one_mail(office: PostOffice) -> None:
    office.outbox.add(a_message("link-clerk-1", template="desk_link"))
    office.outbox.add(a_message("link-clerk-2", template="desk_link"))
    office.dispatch()
    (mail,) = office.mailer.to(CLERK_MAIL)
    assert mail.subject == "您的办理台链接"
    link = next(line for line in mail.text.splitlines() if line.startswith("https:"))
    assert office.links.read(link.partition("#")[2]).letter is None


def test_a_desk_link_does_not_hide_in_a_digest(office: PostOffice) -> None:
    office.assigned("letter-1", "roads")
    for template in ("desk_link", "calendar_ends"):
        params = (("certain_through", "2026-12-28"),)
        office.outbox.add(a_message(template, recipient="roads-handler", template=template, params=params))
    assert office.dispatch().broken == ()
    subjects = {mail.subject for mail in office.mailer.to(HANDLER)}
    assert {"您的办理台链接", "请载入下一年度放假安排（现有安排到2026年12月28日为止）"} < subjects
    assert len(subjects) == 3


def test_messages_for_nobody_known_or_of_a_vanished_letter_are_put_away(office: PostOffice) -> None:
    office.outbox.add(a_message("to nobody", recipient="gone", template="desk_link"))
    office.outbox.add(a_message("of nothing", letter=LetterId("gone")))
    assert office.dispatch() == DispatchResult(dropped=2)
    assert states(office) == {(MessageState.SENT, "no_contact"), (MessageState.SENT, "no_letter")}
