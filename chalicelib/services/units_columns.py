"""The columns of a file of units: their names in both languages, what may stand in them, and an example to fill in.

Typing habits are taken as they are: full-width letters and digits, Chinese column names and role names.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from chalicelib.domain.letter import DERIVED_ROLES, Role
from chalicelib.services.csv_rows import Row

REQUIRED: Final = ("unit", "unit_name", "contact", "name", "roles", "email")
OPTIONAL: Final = (
    *("parent", "level", "mailbox", "mailbox_name", "phone", "active"),
    *("deputy", "deputy_from", "deputy_until", "language"),
)
OF_A_CONTACT: Final = (
    *("contact", "name", "roles", "email", "phone", "active", "deputy", "deputy_from", "deputy_until", "language"),
)
CHINESE: Final[Mapping[str, str]] = {
    "单位代号": "unit",
    "单位名称": "unit_name",
    "上级单位代号": "parent",
    "层级": "level",
    "信箱代号": "mailbox",
    "信箱名称": "mailbox_name",
    "联系人代号": "contact",
    "姓名": "name",
    "角色": "roles",
    "电子邮箱": "email",
    "手机号": "phone",
    "在岗": "active",
    "代理人代号": "deputy",
    "代理开始": "deputy_from",
    "代理结束": "deputy_until",
    "语言": "language",
}
"""Column names as the template has them; the English ones are as good."""
REMARK: Final = "#"
"""Rows that begin with it are explanations and examples, and are passed over."""

_EXPLAINED: Final = (
    "# 说明：以 # 开头的行不导入。照着下面的样子，每位联系人写一行。",
    "# 代号用小写字母、数字、短横线，定了不要再改。单位名称、上级单位代号、层级写在该单位的第一行即可。",
    "# 角色可写几个，用顿号隔开：受理中心、承办人、直接责任人、第一责任人、领导、分管领导、督查、审计。",
    "# 每个承办单位都要有承办人、直接责任人、第一责任人；全县至少有一位受理中心、督查、领导。第一个信箱就是县级信箱。",
    "# 受理中心请保留代号 centre、centre-1 和信箱 county：部署时写下的第一位同志就是它们，导入后就接上了。",
    "# 手机号、代号这几列，在 Excel 里先设成“文本”格式再填。不用的列空着，或者删去。",
)
_EXAMPLES: Final = (
    "#例 centre,县信箱受理中心,,department,county,书记县长信箱,centre-1,张三,受理,zs@county.example,13900000001",
    "#例 centre,,,,,,centre-2,李四,直接责任人、第一责任人,lisi@county.example,13900000002",
    "#例 ducha,县督查室,,department,,,ducha-1,王五,督查,wangwu@county.example,13900000003",
    "#例 zhengfuban,县政府办公室,,department,,,zhengfuban-1,赵六,县长,zhaoliu@county.example,13900000004",
    "#例 jiaotong,县交通运输局,,department,,,jiaotong-1,钱七,承办人,qianqi@county.example,13900000005",
    "#例 jiaotong,,,,,,jiaotong-2,孙八,直接责任人、第一责任人,sunba@county.example,13900000006",
    "#例 jiaotong-beishan,北山交管站,jiaotong,station,,,beishan-1,周九,承办人,zhoujiu@county.example,13900000007",
)

STAFF_ROLES: Final = {role.value: role for role in Role if role not in DERIVED_ROLES | {Role.WRITER, Role.SYSTEM}}
_IN_CHINESE: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.CENTRE: ("受理中心", "受理", "受理人", "受理单位"),
    Role.HANDLER: ("承办人", "承辦人", "承办", "经办人"),
    Role.DIRECT_RESPONSIBLE: ("直接责任人", "直接責任人", "直接责任"),
    Role.FIRST_RESPONSIBLE: ("第一责任人", "第一責任人", "第一责任"),
    Role.LEADER: ("领导", "領導", "县领导", "市领导"),
    Role.DEPUTY_SECRETARY: ("副秘书长", "副秘書長"),
    Role.SECRETARY: ("秘书长", "秘書長"),
    Role.DEPUTY_HEAD: ("分管领导", "分管領導", "副县长", "副市长", "副区长"),
    Role.HEAD: ("主要领导", "主要領導", "县长", "市长", "区长"),
    Role.INSPECTOR: ("督查", "督查员", "督查人员", "督查室", "督办"),
    Role.AUDITOR: ("审计", "審計", "审计员", "审计人员"),
}
ROLE_NAMES: Final = STAFF_ROLES | {name: role for role, names in _IN_CHINESE.items() for name in names}

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
EMAIL_MAX = 200
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,24}")
_ROUNDED = re.compile(r"[0-9.]+[eE]\+?[0-9]+|[0-9]+\.0+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def template() -> bytes:
    """An empty file to fill in, as Excel opens it: Chinese column names, explanations, examples."""
    paper = io.StringIO(newline="")
    writer = csv.writer(paper)
    writer.writerow(CHINESE)
    writer.writerows([line] for line in _EXPLAINED)
    writer.writerows(line.split(",") for line in _EXAMPLES)
    return paper.getvalue().encode("utf-8-sig")


def as_meant(row: Row) -> Row:
    """The row with full-width letters, digits and signs made ordinary; names keep theirs."""
    names = {"unit_name", "mailbox_name", "name"}
    return replace(
        row,
        fields={
            column: value if column in names else unicodedata.normalize("NFKC", value).strip()
            for column, value in row.fields.items()
        },
    )


def wrong_with_roles(roles: Collection[Role | None]) -> str | None:
    """Why these cannot be taken; None when they can."""
    return f"one of them is unknown; there are: {role_list()}" if None in roles else None


def roles_of(cell: str) -> list[Role | None]:
    """The roles that a cell names; None stands for one that is unknown."""
    return [ROLE_NAMES.get(name) for name in re.split(r"[\s,、;；/+|和]+", cell) if name]


def role_list() -> str:
    """Every role that may be written, in both languages."""
    return ", ".join(f"{names[0]} ({role.value})" for role, names in _IN_CHINESE.items())


def wrong_with_email(cell: str) -> str | None:
    """Why this is no address; None when it is one. What stands there is not repeated."""
    if EMAIL.fullmatch(cell) and len(cell) <= EMAIL_MAX:
        return None
    if "@" not in cell:
        return "is not an e-mail address: there is no @ in it"
    if cell.count("@") > 1:
        return "is not one e-mail address: there are several @ in it; one address a person"
    if re.search(r"\s", cell):
        return "is not an e-mail address: there is a space in it"
    if not cell.isascii():
        return "is not an e-mail address: it holds Chinese signs (such as 。 for a dot); type it in English"
    return "is not an e-mail address: look at both sides of the @, such as zhangsan@county.example"


def wrong_with_phone(cell: str) -> str | None:
    """Why this is no phone number; None when it is one."""
    if _ROUNDED.fullmatch(cell):
        return "was rounded by the spreadsheet; format the column as text there, and type the number again"
    if not PHONE.fullmatch(cell):
        return "is not a phone number; one number of digits, such as 13900000001"
    return None


def odd_phone(cell: str) -> bool:
    """Whether it looks like a mainland mobile number that lacks a digit or has one too many."""
    digits = re.sub(r"[ -]", "", cell)
    return digits.startswith("1") and len(digits) in {9, 10, 11, 12, 13} and not _MOBILE.fullmatch(digits)
