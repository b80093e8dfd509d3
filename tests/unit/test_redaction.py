"""Redaction: what identifies people goes, what the matter needs stays, and nobody can be named by another spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.letter import Writer
from chalicelib.domain.personal_marks import Personal
from chalicelib.domain.redaction import personal_data_in, redact, redact_writer

ZHANG = Writer("张晓明", "13907385566", "zhang.xiaoming@mail.test", "永丰镇书院路17号3栋2单元501室")


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("我是张晓明。", "我是○○○。"),
        ("张 晓 明敬上", "○○○敬上"),
        ("张先生上周来过", "○○○上周来过"),
        ("张某某女士", "○○○"),
        ("晓明敬上", "○○敬上"),
        ("请打13907385566", "请打（电话略）"),
        ("请打139 0738 5566。", "请打（电话略）。"),
        ("请打139-0738-5566", "请打（电话略）"),
        ("请打１３９０７３８５５６６", "请打（电话略）"),
        ("请打+86 13812345678", "请打（电话略）"),
        ("一三九零七三八五五六六", "（电话略）"),
        ("单位座机0738-6821234找人", "单位座机（电话略）找人"),
        ("(0731) 8821 1234", "（电话略）"),
        ("家里电话：6821234", "家里电话：（电话略）"),
        ("写信到 zhang.xiaoming@mail.test", "写信到 （邮箱略）"),
        ("写信到 ａｂｃ＠ｑｑ．ｃｏｍ", "写信到 （邮箱略）"),
        ("身份证432522198001011234", "身份证（证件略）"),
        ("身份证43252219800101123X。", "身份证（证件略）。"),
        ("身份证432522800101123", "身份证（证件略）"),
        ("卡号6222 0212 3456 7890 123", "卡号（卡号略）"),
        ("车牌湘K·12345", "车牌（车牌略）"),
        ("车牌湘KD12345是新能源车", "车牌（车牌略）是新能源车"),
        ("微信号：xiaoming_1980", "微信号：（账号略）"),
        ("QQ 12345678", "QQ （账号略）"),
        ("我住永丰镇书院路17号3栋2单元501室，夜里吵", "我住（住址略），夜里吵"),
        ("书院路17号门口", "（住址略）门口"),
        ("永丰镇 书院路 17 号门口", "（住址略）门口"),
        ("17号的住户", "○○○的住户"),
        ("电动车停在5栋1单元302室门口", "电动车停在（住址略）门口"),
    ],
)
def test_what_identifies_somebody_is_taken_out(text: str, public: str) -> None:
    assert redact(text, ZHANG) == public


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345热线，或12315、110、400-888-1234",
        "永丰镇书院路的路灯坏了",
        "双信〔2026〕17号文件",
        "双峰县住房和城乡建设局于2026年11月20日答复",
        "补贴13900000000元，另有1234567.89元",
        "受理编号202611200001",
        "2026-11-20 10:00到办事大厅3号窗口",
        "乘17路车到3号线",
        "下次开会是11月17号",
        "张家界的李先生说，晓明路要修",
        "王局长到场，张榜公布",
    ],
)
def test_offices_hotlines_dates_amounts_and_document_numbers_stay(text: str) -> None:
    assert redact(text, ZHANG) == text


@pytest.mark.parametrize(
    ("name", "text", "public"),
    [
        ("欧阳建国", "欧阳女士住建国路", "○○○住建国路"),
        ("李建国", "建国以来", "建国以来"),
        ("李建国", "李建国说", "○○○说"),
        ("张", "张先生说", "○○○说"),
        ("张晓明（业主）", "张晓明来信", "○○○来信"),
        ("张晓明 李丽丽", "李丽丽和张晓明", "○○○和○○○"),
        ("○○", "我叫○○", "我叫○○"),
        ("张伟 李丽", "李丽和张伟", "○○和○○"),
        ("张 晓明", "张晓明", "○○○"),
        ("书院小区全体业主", "书院小区全体业主来信，书先生", "○○○来信，书先生"),
        ("李女士", "李女士与李先生", "○○○与○○○"),
        ("阿卜杜拉·买买提", "我叫阿卜杜拉·买买提，买买提敬上", "我叫○○○，○○○敬上"),
        ("John Smith", "I am john  smith; Smithson is another", "I am ○○○; Smithson is another"),
        ("匿名", "匿名来信", "匿名来信"),
        ("市民", "广大市民", "广大市民"),
        ("😀😀", "你好😀😀", "你好○○"),
        ("a.b(", "a.b( [x", "○○○ [x"),
    ],
)
def test_names_of_all_sorts(name: str, text: str, public: str) -> None:
    assert redact(text, Writer(name=name)) == public


def test_the_kinds_that_are_left_are_named_and_never_the_data() -> None:
    text = "张晓明，13907385566，zhang.xiaoming@mail.test，书院路17号，湘K12345"
    found = personal_data_in(text, ZHANG)
    assert set(found) == {Personal.NAME, Personal.PHONE, Personal.EMAIL, Personal.ADDRESS, Personal.PLATE}


def test_an_office_may_be_named_with_its_door() -> None:
    """The address of a service hall is put back into the preview by whoever publishes."""
    assert personal_data_in("请到政务中心3栋201室办理", ZHANG) == ()
    assert personal_data_in("书院路的路灯已经修好", ZHANG) == ()


def test_without_a_known_writer_numbers_go_all_the_same() -> None:
    assert redact("13812345678，张晓明") == "（电话略），张晓明"


def test_a_unit_that_may_not_know_the_writer_still_reads_what_the_letter_is_about() -> None:
    text = "我叫张晓明（13812345678），举报湘K12345的车主在书院路17号门前收费"
    told = redact_writer(text, ZHANG)
    assert told == "我叫○○○（（电话略）），举报湘K12345的车主在（住址略）门前收费"


def test_what_a_unit_wrote_itself_keeps_its_own_telephone() -> None:
    assert redact_writer("请张晓明打0738-6821234", ZHANG, own_words=False) == "请○○○打0738-6821234"


_CHARACTERS = "张晓明13907-（略）@a号栋室１零一○😀 \n\u3000"
_WORDS = ("先生", "13907385566", "电话", "书院路", "永丰镇", "17", "单元", "微信", "QQ", "湘K", "12345", "zhang")
_PIECES = st.sampled_from((*_CHARACTERS, *_WORDS))
_TEXTS = st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200)
_WRITERS = st.builds(
    Writer,
    name=st.none()
    | st.sampled_from(["张晓明", "电话", "略", "住址", "一三", "○○", "○○○ 张", "ab ○○○"])
    | st.text(max_size=8),
    phone=st.none() | st.just("13907385566") | st.text(alphabet="0123456789 -+", max_size=19),
    email=st.none() | st.just("zhang.xiaoming@mail.test") | st.text(max_size=12),
    address=st.none() | st.just("永丰镇书院路17号3栋2单元501室") | st.text(max_size=20),
)


@given(_TEXTS, _WRITERS)
def test_once_is_enough_and_a_text_never_grows(text: str, writer: Writer) -> None:
    once = redact(text, writer)
    assert redact(once, writer) == once
    assert len(once) <= len(text)


@given(_TEXTS, _WRITERS)
def test_what_was_redacted_passes_the_last_check(text: str, writer: Writer) -> None:
    assert personal_data_in(redact(text, writer), writer) == ()


@given(_TEXTS, _TEXTS)
def test_the_writers_name_and_telephone_are_nowhere_left(before: str, after: str) -> None:
    told = redact(before + "张晓明" + after + "，13907385566。", ZHANG)
    assert "张晓明" not in told
    assert "13907385566" not in told


@pytest.mark.parametrize("filler", ["1", "张", "a", "a.", "1 ", "永丰镇书院路", "a@", "0738-", "微信"])
def test_a_hostile_text_of_full_length_takes_no_time(filler: str) -> None:
    text = (filler * 25_000)[:25_000]
    assert len(redact(text, ZHANG)) <= len(text)
