"""A letter in three languages: what its writer and staff are told, on pages and by mail, is in their own."""

import re
from dataclasses import replace

import pytest

from chalicelib.adapters.dynamodb import codec
from chalicelib.domain.languages import Language, asked_for, language_of, page_of
from chalicelib.ports import Mail
from tests.builders import an_arrival, arrived
from tests.functional.test_removal import removed
from tests.functional.test_repeats import under_pingliang
from tests.functional.world import SITE, WRITER, World, answered, assigned
from tests.simplified import SIMPLIFIED_ONLY

CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PHONE_ONLY = {"phone": WRITER["phone"]}


@pytest.fixture
def world() -> World:
    return World()


def mails(world: World) -> list[Mail]:
    """What the writer has got so far, oldest first."""
    world.post_goes_out()
    return list(world.mailer.to(WRITER["email"]))


def without_names(text: str) -> str:
    """The text without what stays as it is in every language: the office, the register number, names of units."""
    return re.sub(r"示例县信箱|信箱〔2026〕\d+号|\S*局", "", text)


def test_a_letter_written_in_english_is_answered_in_english(world: World) -> None:
    citizen = answered(world, language="en-GB,en;q=0.9,zh;q=0.5")
    received, *between, told = mails(world)
    assert received.subject == f"We have received your letter (tracking code {citizen.code})"
    assert told.subject.startswith("Your letter has been answered (")
    for mail in (received, *between, told):
        assert f"{SITE}/en/follow.html#{citizen.code}" in mail.text
        assert f'href="{SITE}/en/follow.html#{citizen.code}"' in (mail.html or "")
        assert '<html lang="en">' in (mail.html or "")
        assert not CJK.search(without_names(mail.subject + mail.text + (mail.html or ""))), mail.text


def test_a_letter_written_in_traditional_chinese_is_answered_in_it(world: World) -> None:
    citizen = answered(world, language="zh-HK,zh;q=0.9,en;q=0.8")
    received, *_, told = mails(world)
    assert received.subject == f"您的來信已收到（信件編號 {citizen.code}）"
    assert told.subject.startswith("您的來信已有答覆（")
    for mail in (received, told):
        assert f"{SITE}/zh-Hant/follow.html#{citizen.code}" in mail.text
        assert '<html lang="zh-Hant">' in (mail.html or "")
        assert not SIMPLIFIED_ONLY & set(without_names(mail.subject + mail.text)), mail.text


def test_every_mail_to_a_writer_names_the_tracking_code_as_the_slip_does(world: World) -> None:
    citizen = answered(world)
    grouped = "-".join(citizen.code[at : at + 4] for at in range(0, len(citizen.code), 4))
    told = mails(world)
    assert len(told) > 2
    for mail in told:
        assert mail.text.count(f"信件编号：{grouped}") == (mail.html or "").count(f"信件编号：{grouped}") == 1


def test_without_a_language_a_letter_is_answered_in_simplified_chinese_at_the_sites_root(world: World) -> None:
    citizen = answered(world)
    received, *_, told = mails(world)
    assert received.subject.startswith("您的来信已收到")
    assert told.subject.startswith("您的来信已有答复")
    assert f"\n{SITE}/follow.html#{citizen.code}\n" in told.text


def test_a_language_in_the_letter_itself_comes_before_the_browsers(world: World) -> None:
    """The page knows in which language it is read; a browser may say something else."""
    said = world.call(
        "POST",
        "/letters",
        {"kind": "consultation", "subject": "a", "body": "b", "writer": WRITER, "language": "en"},
        {"Accept-Language": "zh-CN"},
    )
    assert said.status == 201
    assert said["status_title"] == "已收到，待受理", "the answer itself is in the language of the request"
    assert mails(world)[0].subject.startswith("We have received")


@pytest.mark.parametrize("language", ["xx", 7, ["en"], "English please, thank you"])
def test_a_language_that_there_is_not_is_refused_in_words(world: World, language: object) -> None:
    said = world.call("POST", "/letters", {"kind": "consultation", "subject": "a", "body": "b", "language": language})
    assert (said.status, said.fields()) == (422, ["language"])
    assert "language" not in said["errors"][0]["message"]


def test_an_sms_is_in_the_language_of_the_letter(world: World) -> None:
    world.send_letter(language="en", writer=PHONE_ONLY)
    world.post_goes_out()
    (text,) = [each for each in world.texts.sent if each.to == PHONE_ONLY["phone"]]
    assert text.text.startswith("We have received your letter ")
    assert text.language is Language.EN


def test_what_the_api_says_of_a_letter_is_in_the_language_that_is_asked_for(world: World) -> None:
    """Whatever it was written in: titles, timeline with its dates, forms. Units and steps keep their names."""
    citizen = assigned(world)
    english, traditional = (citizen.looks(**{"Accept-Language": each}) for each in ("en", "zh-TW"))
    assert english["status_title"] == "Being handled"
    assert english["kind_title"] == "Question"
    assert re.fullmatch(r"Assigned to .*, to be answered by \d+ November 2026", english["timeline"][-1]["text"])
    assert re.fullmatch(r"交.*辦理，答覆時限至 2026年11月\d+日", traditional["timeline"][-1]["text"])
    for move in english["moves"]:
        assert not CJK.search(f"{move['title']}{move['help']}{move['schema']}"), move
    said = citizen.does("rate", {"Accept-Language": "en"}, score=9)
    assert not CJK.search(f"{said['title']}{said['detail']}{said['errors']}")
    refused = citizen.does("rate", {"Accept-Language": "en"}, score=5)
    assert not CJK.search(f"{refused['title']}{refused['detail']}")


def test_festivals_in_the_receipt_have_the_readers_names(world: World) -> None:
    world.at("2026-09-30T10:00")
    citizen = world.send_letter()
    told = {day["why"] for day in citizen.looks(**{"Accept-Language": "en"}).clock("triage")["days"]}
    assert not [each for each in told if CJK.search(each)], told
    assert [each for each in told if each.startswith("festival:National Day")]


def test_kinds_in_the_rulebook_are_named_in_the_readers_language(world: World) -> None:
    titles = {each["title"] for each in world.call("GET", "/rulebook", headers={"Accept-Language": "en"})["kinds"]}
    assert "Question" in titles
    assert "咨询" in {each["title"] for each in world.call("GET", "/rulebook")["kinds"]}


def test_a_removed_letter_says_so_in_the_readers_language(world: World) -> None:
    citizen = removed(under_pingliang(world))
    assert citizen.looks()["subject"] == "（已删除）"
    assert citizen.looks(**{"Accept-Language": "en"})["subject"] == "(removed)"
    desk = world.desk("inspector")
    assert desk.opens(citizen.code, {"Accept-Language": "zh-TW"})["subject"] == "（已刪除）"


def test_a_list_to_choose_from_is_strung_together_as_the_language_does(world: World) -> None:
    desk, letter = world.desk("clerk"), {"kind": "help", "subject": "a", "body": "b", "source": "pigeon"}
    for language, comma in (("en", ", "), ("zh-HK", "、")):
        said = desk.call("POST", "/desk/letters", letter, {"Accept-Language": language})
        assert said.fields() == ["source"]
        assert f"web{comma}wenzheng_hunan{comma}city_mailbox" in said["errors"][0]["message"]


def test_what_stands_for_a_subject_that_is_kept_from_a_reader_is_in_their_language(world: World) -> None:
    """Of a letter of before subjects were kept apart, nobody has looked whether the subject tells who wrote."""
    citizen = assigned(world, kind="accusation", subject="张晓明举报某人")
    folder = next(iter(world.letters._folders.values()))
    folder.letter = replace(folder.letter, relay_subject=None)
    folder.desk = tuple(replace(each, relay_subject=None, redacted=False) for each in folder.desk)
    listed = world.desk("roads-handler").call("GET", "/desk", headers={"Accept-Language": "en"})["letters"]
    assert {each["subject"] for each in listed if each["tracking_code"] == citizen.code} == {"(confidential)"}


def speaks(world: World, contact: str, language: Language) -> None:
    """This person wants another language."""
    world.registry.put([], [replace(world.contact(contact), language=language)], [])


def test_staff_get_mails_and_desk_links_in_their_own_language(world: World) -> None:
    speaks(world, "roads-handler", Language.EN)
    citizen = assigned(world)
    world.post_goes_out()
    (mail,) = world.mails_to("roads-handler")
    assert mail.subject.startswith("Letter to handle: 信箱〔2026〕0001号 (Question), by ")
    address = re.search(rf"{SITE}/en/desk\.html#(\S+)", mail.text)
    assert address is not None
    assert world.links.read(address.group(1)).letter == citizen.code
    assert world.mails_to("clerk")[-1].subject.startswith("新来信待受理")


def test_a_digest_is_in_its_readers_language_too(world: World) -> None:
    speaks(world, "roads-handler", Language.EN)
    for _ in range(2):
        assigned(world)
    world.nobody_acts_until("2026-11-25T12:00")
    told = [mail for mail in world.mails_to("roads-handler") if mail.subject.startswith("News about 2 letters")]
    assert told, [mail.subject for mail in world.mails_to("roads-handler")]
    assert not CJK.search(without_names(told[0].text.replace(world.contact("roads-handler").name, "")))


def test_a_desk_link_asked_for_leads_to_the_readers_pages(world: World) -> None:
    speaks(world, "clerk", Language.ZH_HANT)
    assert world.call("POST", "/desk/links", {"email": world.contact("clerk").email}).status == 202
    world.post_goes_out()
    mail = world.mails_to("clerk")[-1]
    assert mail.subject == "您的辦理台連結"
    assert f"{SITE}/zh-Hant/desk.html#" in mail.text


def test_a_deputy_reads_in_their_own_language_whomever_they_stand_in_for(world: World) -> None:
    """The mail goes to the deputy, so it is the deputy who has to read it."""
    speaks(world, "roads-deputy-head", Language.EN)
    handler = world.desk("roads-handler")
    named = handler.call("POST", "/desk/deputy", {"contact": "roads-deputy-head", "until": "2026-12-31"})
    assert named.status == 200
    assigned(world)
    world.nobody_acts_until("2026-11-30T12:00")
    told = [mail for mail in world.mails_to("roads-deputy-head") if "You are standing in for" in mail.text]
    assert told
    assert not world.mails_to("roads-handler")[1:], "what was the handler's went to the deputy"


def test_a_letter_stored_before_there_were_languages_is_in_simplified_chinese() -> None:
    letter = arrived("letter-1", arrival=an_arrival()).after
    stored = codec.LETTER.dump(letter)
    assert "language" not in stored
    assert codec.LETTER.load(stored).language is Language.ZH_HANS
    english = replace(letter, language=Language.EN)
    assert codec.LETTER.load(codec.LETTER.dump(english)) == english


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hant-CN", "zh-Hant"),
        ("ZH-mo", "zh-Hant"),
        ("en-HK", "en"),
        ("fr", None),
        ("", None),
    ],
)
def test_a_tag_asks_for_a_language(tag: str, language: str | None) -> None:
    assert language_of(tag) == language


def test_nothing_that_comes_as_a_header_is_an_error() -> None:
    for header in (
        None,
        "",
        ";",
        ",;q=,",
        "q=1",
        "zh;q=1e9",
        "en;q=-1",
        "*;q=0.1",
        "🙂",
        "en;level=1",
        "-",
        "a" * 5000,
    ):
        assert asked_for(header) in Language


def test_pages_lie_in_a_folder_of_their_language_but_for_the_first() -> None:
    assert page_of("https://a.test/", Language.ZH_HANS, "follow.html") == "https://a.test/follow.html"
    assert page_of("https://a.test", Language.EN, "desk.html") == "https://a.test/en/desk.html"
