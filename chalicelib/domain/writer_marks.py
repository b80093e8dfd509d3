"""Where a text gives away its own writer: the name and ways to say it, their telephone, e-mail and home."""

import re
from collections.abc import Iterator

from chalicelib.domain.letter import Writer
from chalicelib.domain.personal_marks import Found, Personal, folded

_TITLES = (
    "先生|女士|小姐|太太|同志|老师|师傅|大爷|大妈|大叔|大婶|大哥|大姐|阿姨|叔叔|爷爷|奶奶|老伯|老人家|老汉|"
    "老太|姑娘|小伙"
)
_COMPOUND = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|"
    "慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐|呼延|轩辕|西门|百里|拓跋"
)
_NO_NAMES = re.compile(
    "匿名|网友|(?:热心|匿名|一)?市民|群众|居民|业主|村民|家长|学生|无名|未知|保密|本人|路人|某某|先生|女士"
)
_COMMON = re.compile(
    "建国|国庆|和平|解放|建设|文明|光明|胜利|前进|团结|红旗|春天|长江|黄河|中华|平安|幸福|健康|安全|卫生"
)
"""Given names that are words as well: taken out with the surname only."""
_PLACE = r"(?!路|街|道|巷|村|镇|乡|社区|小区|大厦|广场|学校|小学|中学|医院|公园|桥|县|市|区)"
_CJK = re.compile(r"[\u3400-\u9fff]+")
_LEAST_PHONE, _MOBILE = 7, 11
"""Digits."""
_LEAST_PLACE = 6
_SHORTEST, _LONGEST = 2, 4
"""Characters: one alone is a word of its own, or an initial."""

_HOUSE = re.compile(
    r"(?:附?[0-9]{1,5}(?:-[0-9]{1,4})?\s?(?:号楼|号院|号|栋|幢|座|单元|室|房|户|组))|(?:[一二三四五六七八九十]{1,3}\s?(?:栋|幢|单元|组))"
)
_NO_HOUSE = r"(?!文|令|公告|线|台|机|窗口|井)"


def writer_marks(text: str, writer: Writer) -> Iterator[Found]:
    """What in this text is the writer's own."""
    plain = folded(text)
    if writer.name:
        yield from _names(plain, " ".join(folded(writer.name).split()))
    if writer.phone:
        yield from _digits(plain, writer.phone)
    if writer.email:
        yield from _email(plain, folded(writer.email).strip())
    if writer.address:
        yield from _address(plain, folded(writer.address))


def _all(pattern: str, plain: str, kind: Personal, *, certain: bool = True) -> Iterator[Found]:
    for match in re.finditer(pattern, plain, re.IGNORECASE):
        if match.end() > match.start():
            yield Found(match.start(), match.end(), kind, certain)


def _names(plain: str, name: str) -> Iterator[Found]:
    """Every name in what the writer gave as one: "张晓明（业主）", "张晓明 李丽", "张先生"."""
    name = re.sub(r"\(.*?\)", " ", name).strip()
    bare = re.sub(rf"(?:{_TITLES})$", "", name).strip()
    if not bare or _NO_NAMES.fullmatch(name):
        return
    if re.search("[·•A-Za-z]", bare) or not _CJK.search(bare):
        if len(bare) >= _SHORTEST:
            yield from _foreign(plain, name)
        return
    parts = _CJK.findall(bare)
    spaced_out = any(len(each) < _SHORTEST for each in parts)  # "张 晓明": one name
    for each in ["".join(parts)] if spaced_out else parts:
        yield from _chinese(plain, each)


def _chinese(plain: str, name: str) -> Iterator[Found]:
    surname = name[:2] if len(name) > 2 and re.match(_COMPOUND, name) else name[:1]
    if len(name) >= _SHORTEST:
        yield from _all(r"[\s·.]{0,2}".join(name), plain, Personal.NAME)
    if len(name) > _LONGEST:
        return
    yield from _all(rf"{surname}\s?(?:某{{0,2}})?\s?(?:{_TITLES})", plain, Personal.NAME)
    given = name[len(surname) :]
    if len(given) > 1 and not _COMMON.fullmatch(given):
        yield from _all(re.escape(given) + _PLACE, plain, Personal.NAME)


def _foreign(plain: str, name: str) -> Iterator[Found]:
    """A name with letters or a point in it: whole, and each part that is more than an initial."""
    parts = [each for each in re.split(r"[\s·•.,]+", name) if each.strip("○")]  # circles are marks, not names
    if not parts:
        return
    whole = r"[\s·•.,]{1,2}".join(map(re.escape, parts))
    for piece in (whole, *(re.escape(each) for each in parts if len(each) > _SHORTEST)):
        yield from _all(rf"(?<![A-Za-z0-9]){piece}(?![A-Za-z0-9])", plain, Personal.NAME)


def _digits(plain: str, phone: str) -> Iterator[Found]:
    """The number however it is spaced; a long one also inside other digits."""
    digits = "".join(each for each in folded(phone) if each.isascii() and each.isdigit())
    if len(digits) > _MOBILE:
        digits = digits.removeprefix("00").removeprefix("86")
    spaced = r"[\s\-.·()]{0,2}".join(digits)
    if len(digits) >= _MOBILE:
        yield from _all(spaced, plain, Personal.PHONE)
    elif len(digits) >= _LEAST_PHONE:
        yield from _all(rf"(?<![0-9]){spaced}(?![0-9])", plain, Personal.PHONE)


def _email(plain: str, email: str) -> Iterator[Found]:
    yield from _all(re.escape(email), plain, Personal.EMAIL)
    local = email.partition("@")[0]
    if len(local) >= _LEAST_PHONE - 1:
        yield from _all(rf"(?<![A-Za-z0-9]){re.escape(local)}(?![A-Za-z0-9])", plain, Personal.ACCOUNT)


def _address(plain: str, address: str) -> Iterator[Found]:
    """The longest pieces that the text and the address have in common, and the house number wherever it stands.

    A road or a village alone stays: it is most often the place the letter is about.
    """
    home = "".join(address.split())
    places = [index for index, char in enumerate(plain) if not char.isspace()]
    packed = "".join(plain[index] for index in places)
    at, least = 0, 4
    grams = {home[i : i + least] for i in range(len(home) - least + 1)}
    while at + least <= len(packed):
        if packed[at : at + least] not in grams:
            at += 1
            continue
        length = least
        while at + length < len(packed) and packed[at : at + length + 1] in home:
            length += 1
        piece = packed[at : at + length]
        at_home = _HOUSE.search(piece) is not None
        if at_home or (length >= _LEAST_PLACE and length * 2 > len(home)):
            certain = at_home or length * 5 >= len(home) * 4
            yield Found(places[at], places[at + length - 1] + 1, Personal.ADDRESS, certain)
        at += length
    for number in {match.group() for match in _HOUSE.finditer(home)}:
        yield from _all(rf"(?<![0-9月第〕\]）)]){re.escape(number)}{_NO_HOUSE}", plain, Personal.ADDRESS, certain=False)
