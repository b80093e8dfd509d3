"""What personal data look like in a text, whoever's they are: telephone, e-mail, cards, plates, accounts, homes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """A kind of personal data."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    ACCOUNT = "account"


MARK = {
    Personal.PHONE: "（电话略）",
    Personal.EMAIL: "（邮箱略）",
    Personal.ADDRESS: "（住址略）",
    Personal.ID_CARD: "（证件略）",
    Personal.BANK_CARD: "（卡号略）",
    Personal.PLATE: "（车牌略）",
    Personal.ACCOUNT: "（账号略）",
}
"""What stands in its place; a name, and what is shorter than its mark, becomes circles."""

MARKS = re.compile("|".join(map(re.escape, MARK.values())))


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data from `start` to before `end`. Not `certain`: better left out, but it may be something else."""

    start: int
    end: int
    kind: Personal
    certain: bool = True


_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), ord("-"))
_FOLD = _WIDE | _DASHES


def folded(text: str) -> str:
    """The same text with full-width letters and digits as plain ones, character for character."""
    return text.translate(_FOLD)


_GAP = r"[\s\-.·]{0,2}"
_DIGIT = r"[0-9]"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![0-9])", r"(?![0-9])"
_NOT_MONEY = r"(?!\s*(?:[元万亿]|余元|多元|美元))"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

GENERAL: tuple[tuple[Personal, re.Pattern[str], bool], ...] = (
    (
        Personal.EMAIL,
        re.compile(
            r"[A-Za-z0-9_%+-]{1,64}(?:\.[A-Za-z0-9_%+-]{1,64}){0,8}\s?@\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
        ),
        True,
    ),
    (
        Personal.ID_CARD,
        re.compile(
            rf"{_NO_DIGIT_BEFORE}[1-9][0-9]{{5}}\s?(?:19|20)[0-9]{{2}}\s?{_DAY}\s?[0-9]{{3}}[0-9Xx](?![0-9A-Za-z])"
            rf"|{_NO_DIGIT_BEFORE}[1-9][0-9]{{5}}[0-9]{{2}}{_DAY}[0-9]{{3}}{_NO_DIGIT_AFTER}"
        ),
        True,
    ),
    (
        Personal.BANK_CARD,
        re.compile(
            rf"{_NO_DIGIT_BEFORE}[3-9][0-9]{{3}}(?:[\s-]?[0-9]{{4}}){{3}}(?:[\s-]?[0-9]{{1,3}})?{_NO_DIGIT_AFTER}"
        ),
        True,
    ),
    (
        Personal.PHONE,
        re.compile(
            rf"{_NO_DIGIT_BEFORE}(?:(?:\+|00)?86{_GAP})?1[3-9]{_DIGIT}(?:{_GAP}{_DIGIT}){{8}}{_NO_DIGIT_AFTER}{_NOT_MONEY}"
            rf"|(?<![0-9.\-])\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?[\s\-]{{0,2}}[2-8][0-9]{{2,3}}[\s\-]?[0-9]{{4}}{_NO_DIGIT_AFTER}"
            r"|[零〇一二三四五六七八九幺]{11,13}"
        ),
        True,
    ),
    (
        Personal.PHONE,
        re.compile(
            r"(?:电话|手机|座机|致电|号码|联系)(?:号码?|是|为|[:\s]){0,3}"
            r"(?P<it>[2-8][0-9]{2,3}[\s-]?[0-9]{4})(?![0-9元])"
        ),
        True,
    ),
    (
        Personal.PLATE,
        re.compile(
            rf"[{_PROVINCES}][A-Z][·.\s-]?(?=[A-Z]{{0,4}}[0-9])[A-Z0-9]{{4,5}}[A-Z0-9挂学警港澳](?![A-Z0-9])",
            re.IGNORECASE,
        ),
        True,
    ),
    (
        Personal.ACCOUNT,
        re.compile(
            r"(?:微信|薇信|威信|V信|扣扣|QQ|VX|WX)(?:号码?|ID(?=[:\s是为])|账号|同号|是|为|[:\s(]){0,4}"
            r"(?P<it>[A-Za-z0-9][A-Za-z0-9_-]{4,19})",
            re.IGNORECASE,
        ),
        True,
    ),
    (
        Personal.ADDRESS,
        re.compile(
            r"[0-9]{1,4}\s?(?:栋|幢|座|号楼)\s?(?:[0-9一二三四五六七八九十]{1,3}\s?单元\s?)?[0-9]{2,4}\s?(?:室|房|户)"
            r"|[0-9]{1,4}\s?(?:栋|幢|座|号楼)\s?[0-9一二三四五六七八九十]{1,3}\s?单元"
            r"|[0-9一二三四五六七八九十]{1,3}\s?单元\s?[0-9]{2,4}\s?(?:室|房|户)?"
        ),
        False,
    ),
)
"""The writer's home is certain (see `writer_marks`); a flat without a name may as well be an office's."""


def general_marks(text: str) -> Iterator[Found]:
    """Everybody's data in a text."""
    plain = folded(text)
    for kind, pattern, certain in GENERAL:
        for match in pattern.finditer(plain):
            start = match.start("it") if "it" in pattern.groupindex else match.start()
            yield Found(start, match.end(), kind, certain)
