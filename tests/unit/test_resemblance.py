"""Letters about one matter resemble each other in whatever words; others do not (PL-16)."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.letter import Writer
from chalicelib.domain.resemblance import SAME_MATTER, SKETCH, features, similarity, sketch
from chalicelib.domain.traces import OF_MATTER, OF_WRITER, traces_of

LAMPS = ("东路路灯坏了", "东路靠近第三小学那一段的路灯坏了一个多星期，晚上孩子放学路上很黑，请尽快修复。")
COVER = ("永丰镇书院路污水井盖破损", "永丰镇书院路17号门前的污水井盖破损两周，电动车经过险些摔倒，希望有人管。")
COVER_AGAIN = (
    "书院路井盖没人管",
    "书院路17号门口那个下水井的盖子裂了，前几天有老人骑电动车摔了一跤，反映过没有人来换。",
)
LAMPS_ELSEWHERE = ("西街路灯不亮", "西街农贸市场门口的路灯坏了很久，晚上买菜的人看不清路，请派人修复。")
FEES = ("蓝天幼儿园乱收费", "蓝天幼儿园这学期另收兴趣班费800元，不交就不让上课，请教育局查处。")
FEES_AGAIN = (
    "举报幼儿园强制收兴趣班的钱",
    "孩子在蓝天幼儿园上中班，老师要求每人交800元兴趣班费，不交的孩子被安排到别的教室坐着，这合规吗？",
)
FEES_ELSEWHERE = ("育才幼儿园收费问题", "育才幼儿园每学期收取延时费，没有收据，请教育局查一查是否合理。")
DUMP = ("梓门桥镇垃圾场臭味", "梓门桥镇石龙村的垃圾填埋场臭气熏天，苍蝇成群，村民无法开窗。")
DUMP_AGAIN = ("石龙村臭气扰民", "梓门桥石龙村旁边的填埋场天天飘来恶臭，夏天苍蝇多得饭都吃不了，请环保部门来看看。")
DUMP_ELSEWHERE = ("垃圾没人清运", "荷叶镇街上的垃圾箱满了一个星期没人清运，臭味很大，苍蝇很多，请环卫部门处理。")
LIFT = ("锦绣花园物业不作为", "锦绣花园小区电梯三号楼坏了一个月，物业只收费不修，老人上下楼困难。")
LIFT_AGAIN = (
    "锦绣花园电梯停运",
    "我家住锦绣花园3号楼18层，电梯停运快三十天了，物业公司推说没有维修资金，家里老人下不了楼。",
)

Said = tuple[str, str]
WORDS = st.text(alphabet="东西南北路灯小学坏了问题政府abc 1。，\n", max_size=80)
SENTENCES = st.lists(
    st.sampled_from([*LAMPS[1].split("，"), *FEES_AGAIN[1].split("，"), *DUMP[1].split("，"), *LIFT[1].split("，")]),
    min_size=3,
    max_size=12,
)


def alike(one: Said, other: Said) -> float:
    return similarity(features(*one), features(*other))


@pytest.mark.parametrize(
    ("first", "again"), [(COVER, COVER_AGAIN), (FEES, FEES_AGAIN), (DUMP, DUMP_AGAIN), (LIFT, LIFT_AGAIN)]
)
def test_the_same_matter_in_other_words_is_recognised(first: Said, again: Said) -> None:
    assert alike(first, again) >= SAME_MATTER


@pytest.mark.parametrize(
    ("here", "elsewhere"),
    [(LAMPS, LAMPS_ELSEWHERE), (FEES, FEES_ELSEWHERE), (DUMP, DUMP_ELSEWHERE), (LAMPS, FEES), (DUMP, LIFT)],
)
def test_another_complaint_of_the_same_field_is_another_matter(here: Said, elsewhere: Said) -> None:
    assert alike(here, elsewhere) < SAME_MATTER


@given(WORDS, WORDS, WORDS, WORDS)
def test_it_is_the_same_from_both_sides_and_between_none_and_one(a: str, b: str, c: str, d: str) -> None:
    one, other = features(a, b), features(c, d)
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


@given(WORDS, WORDS)
def test_a_letter_that_says_something_is_wholly_like_itself(subject: str, body: str) -> None:
    own = features(subject, body)
    assert similarity(own, features(subject, body)) == (1 if own else 0)


@given(SENTENCES, st.randoms(use_true_random=False))
def test_the_order_of_the_sentences_hardly_matters(sentences: list[str], shuffle: object) -> None:
    other = list(sentences)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert alike(("", "。".join(sentences)), ("", "。".join(other))) > 0.95


@given(WORDS, WORDS)
def test_little_is_kept_of_a_letter_and_always_the_same(subject: str, body: str) -> None:
    own = features(subject, body)
    kept = sketch(own)
    assert kept == sketch(features(subject, body))
    assert len(kept) == min(SKETCH, len(own))
    assert set(kept) <= own.keys()


def test_phrases_of_every_letter_say_nothing_of_this_one() -> None:
    assert not features("问题", "希望，政府，领导，解决")
    assert alike(("问题", "希望，政府，领导，解决"), ("问题", "希望，政府，领导，解决")) == 0


def hashed(purpose: str, value: str) -> str:
    return hashlib.sha256(f"{purpose} {value}".encode()).hexdigest()


@pytest.mark.parametrize(
    "typed",
    ["139 0738 5566", "+86 13907385566", "0086-139-0738-5566", "１３９０７３８５５６６"],
)
def test_a_writer_is_known_again_however_the_number_was_typed(typed: str) -> None:
    once = traces_of("", "", Writer(phone="13907385566"), hashed)
    assert traces_of("", "", Writer(phone=typed), hashed) == once
    assert len(once) == 1


def test_a_writer_is_known_again_by_the_address_in_capitals_too() -> None:
    once = traces_of("", "", Writer(email="zhang@mail.test"), hashed)
    assert traces_of("", "", Writer(email=" Zhang@Mail.TEST"), hashed) == once != ()


def test_a_common_name_makes_nobody_the_same_writer_but_an_account_of_one_platform_does() -> None:
    assert traces_of("", "", Writer(name="张晓明"), hashed) == ()
    assert traces_of("", "", Writer(name="张晓明"), hashed, "people-cn") == ()
    account = traces_of("", "", Writer(name="UU008363"), hashed, "people-cn")
    assert len(account) == 1
    assert traces_of("", "", Writer(name="UU008363"), hashed, "elsewhere") != account


def test_the_traces_are_few_and_short_and_hold_no_word() -> None:
    seen: list[tuple[str, str]] = []

    def keyed(purpose: str, value: str) -> str:
        seen.append((purpose, value))
        return f"{len(seen):064x}"[::-1]

    traces = traces_of(*LAMPS, Writer("张晓明", "13907385566", "zhang@mail.test", "书院路"), keyed)
    assert len(traces) == len(seen) == 8
    assert sum(each.startswith(OF_WRITER) for each in traces) == 2
    assert sum(each.startswith(OF_MATTER) for each in traces) == 6
    assert all(len(each) == 14 for each in traces)
    assert {purpose for purpose, _ in seen} == {"repeat-writer", "repeat-matter"}
