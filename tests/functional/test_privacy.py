"""Names, phones, addresses, query codes and anybody's words: in no log line, no ledger line, no public page."""

import json
from collections.abc import Iterable

from chalicelib.domain.ledger import line_of
from chalicelib.domain.letter import LetterId, Writer
from chalicelib.ports import Mail, SealedWriter
from tests.fakes.files import FakeSecrets
from tests.functional.world import WRITER, Citizen, World, heard_in_logs

SUBJECT, BODY = "举报砂石厂夜间偷排", "砂石厂每晚十一点偷排泥浆，厂长王大锤知情。"
WORDS = ["泥浆样本照片", "已现场取样封存", "内部拟罚款方案", "请从严查处此事", "感谢办理人员", "又在偷排泥浆"]
STAFF_NAMES = ["name of clerk", "clerk@county.test", "roads-handler@county.test"]


def secrets_of(citizen: Citizen) -> list[str]:
    """Everything that may stand nowhere but in the letter itself."""
    return [*WRITER.values(), citizen.query_code, SUBJECT, BODY, *WORDS, *STAFF_NAMES, "青山镇石桥村"]


def leaks(text: str, words: Iterable[str]) -> list[str]:
    """Which of the words stand in the text, plainly or escaped."""
    return [word for word in words if word in text or json.dumps(word)[1:-1] in text]


def a_full_life(world: World) -> Citizen:
    """One letter through every kind of step, with mistakes on the way."""
    citizen = world.send_letter(kind="complaint", subject=SUBJECT, body=BODY, region="青山镇石桥村", key="k-1")
    world.try_to_send(kind="?", subject=SUBJECT, body=BODY, writer={**WRITER, "phone": "13907385566x"})
    citizen.looks("wrong " + citizen.query_code)
    citizen.does("supplement", body=WORDS[0])
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept", region="青山镇石桥村")
    clerk.makes(citizen.code, "assign", units=["roads"], note=WORDS[2])
    world.desk("leader").makes(citizen.code, "instruct", text=WORDS[3])
    handler = world.desk("roads-handler")
    handler.makes(citizen.code, "contact_writer", note=WORDS[1])
    handler.makes(citizen.code, "request_extension", reason=WORDS[1], working_days=2)
    clerk.makes(citizen.code, "grant_extension", note=WORDS[2])
    handler.tries(citizen.code, "answer", body=WORDS[1], colour=WRITER["name"])
    world.nobody_acts_until("2026-12-04 12:00")
    handler = world.desk("roads-handler")
    handler.makes(citizen.code, "explain_delay", reason=WORDS[1])
    handler.makes(citizen.code, "answer", body=WORDS[1])
    citizen.does("rate", score=2, comment=WORDS[4])
    citizen.does("reopen", reason=WORDS[5])
    for job in ("close_day", "reports", "reconcile", "calendar_watch"):
        world.run(job)
    return citizen


def test_no_log_line_of_a_full_life_tells_anything(world: World) -> None:
    with heard_in_logs() as heard:
        citizen = a_full_life(world)
    assert heard().count("job finished") > 100
    assert leaks(heard(), secrets_of(citizen)) == []


class Talkative(FakeSecrets):
    """Fails, and says in its message what it was given: as libraries do."""

    def seal(self, letter: LetterId, writer: Writer) -> SealedWriter:
        """See Secrets."""
        raise RuntimeError(f"cannot encrypt {letter} {writer.name} {writer.phone} {writer.email} {writer.address}")

    def keyed_hash(self, purpose: str, value: str) -> str:
        """See Secrets."""
        if purpose.startswith("query-code"):
            raise RuntimeError(f"cannot hash {value}")
        return super().keyed_hash(purpose, value)


def test_an_error_that_repeats_what_it_was_given_is_logged_without_its_message(world: World) -> None:
    citizen = world.send_letter()
    world.open(secrets=Talkative())
    with heard_in_logs() as heard:
        failed = world.try_to_send()
        looked = citizen.looks()
    assert (failed.refused(), looked.refused()) == ((500, "unexpected"), (500, "unexpected"))
    assert heard().count("request failed") == 2
    assert "RuntimeError" in heard()
    assert leaks(heard() + failed.raw + looked.raw, secrets_of(citizen)) == []


class Gossip:
    """A mail client whose errors hold the address and the words."""

    def send(self, mail: Mail) -> None:
        """See Mailer."""
        raise ValueError(f"550 {mail.to}: {mail.text}")


def test_a_mail_that_fails_leaves_no_address_behind(world: World) -> None:
    citizen = world.send_letter()
    world.open(mailer=Gossip())
    with heard_in_logs() as heard:
        world.run("dispatch")
    assert "ValueError" in heard()
    assert leaks(heard() + repr(world.outbox.messages), secrets_of(citizen)) == []


def test_no_ledger_line_and_no_ledger_file_tells_anything(world: World) -> None:
    citizen = a_full_life(world)
    events = world.file(citizen.code).events
    lines = "".join(json.dumps(line_of(event), ensure_ascii=False) for event in events)
    assert {"receive", "supplement", "answer", "rate", "reopen", "ladder_step"} <= {event.move for event in events}
    assert leaks(lines, secrets_of(citizen)) == []
    assert not [key for key in world.files.files if leaks(key, secrets_of(citizen))]


def test_what_anybody_may_read_says_nothing_of_letters_or_people(world: World) -> None:
    citizen = a_full_life(world)
    shown = "".join(world.call("GET", path).raw for path in ("/health", "/units", "/rulebook"))
    assert leaks(shown, [*secrets_of(citizen), citizen.code, "county.test"]) == []


def test_no_mail_and_no_sms_repeats_a_citizens_words(world: World) -> None:
    """The query code is never mailed either; it was said once, on the page."""
    citizen = a_full_life(world)
    mails = "".join(f"{mail.subject} {mail.text} {mail.html}" for mail in world.mailer.sent)
    texts = "".join(f"{sms.text} {sms.params}" for sms in world.texts.sent)
    assert len(world.mailer.sent) > 10
    assert leaks(mails + texts, [*WRITER.values(), citizen.query_code, SUBJECT, BODY, *WORDS]) == []


def test_the_writer_lies_sealed_in_the_store(world: World) -> None:
    citizen = world.send_letter()
    stored = repr(world.letters.load(LetterId(citizen.code)))
    assert leaks(stored, [*WRITER.values(), citizen.query_code]) == []


def test_a_refusal_repeats_nothing_that_was_typed(world: World) -> None:
    said = world.try_to_send(
        kind="王大锤", writer={"name": "张晓明" * 40, "phone": "王大锤", "email": "王大锤", "address": "王大锤" * 400}
    )
    assert said.status == 422
    assert leaks(said.raw, ["王大锤", "张晓明"]) == []
