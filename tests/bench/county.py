"""The made-up county of the scale benchmark: its regulation, offices, days and the key that signs its ledger."""

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.domain.directory import Contact, Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rulebook_file import parse_rulebook
from tests.builders import calendar

YEAR = 2025
"""All its due dates are certain: the days off of this year and the next are published."""

FIRST, LAST = date(YEAR, 1, 1), date(YEAR + 1, 1, 1)
"""The ledger's days. What happens on the last one belongs to no period of the year."""

UNITS = tuple(f"unit-{number:02d}" for number in range(1, 61))
FIELDS = ("公用事业", "教育", "公共秩序", "城市建设", "环境保护", "劳动就业", "医疗卫生", "交通运输", "其他")
REGIONS = ("永丰街道", "井字镇", "梓门桥镇", "杏子铺镇", "走马街镇", "沙塘乡")
SOURCES = ("web", "wenzheng_hunan", "city_mailbox")
_RULEBOOK = Path(__file__).parents[2] / "chalicelib/rulebooks/shuangfeng-2018.toml"
_ONE_DAY = timedelta(days=1)
_SMALL_FACTORS = math.factorial(2000)


@cache
def book_of(fields: Sequence[str] = FIELDS, regions: Sequence[str] = REGIONS) -> Rulebook:
    """Shuangfeng's regulation with these fields and regions to classify by."""
    listed = f"fields = {[*fields]}\nregions = {[*regions]}\n"
    return parse_rulebook(_RULEBOOK.name, listed.replace("'", '"') + _RULEBOOK.read_text(encoding="utf-8"))


@cache
def people_of(*units: str) -> Directory:
    """The centre and these units, each with somebody to handle and somebody to answer for it."""
    centre = UnitId("centre")
    staff = [
        _contact("clerk", centre, Role.CENTRE),
        _contact("inspector", UnitId("inspection"), Role.INSPECTOR),
        _contact("leader", UnitId("office"), Role.LEADER),
    ]
    for unit in map(UnitId, units):
        staff += [
            _contact(f"{unit}-handler", unit, Role.HANDLER),
            _contact(f"{unit}-deputy", unit, Role.DIRECT_RESPONSIBLE),
        ]
    offices = [Unit(UnitId(unit), f"县{unit}局") for unit in units]
    offices += [Unit(centre, "信箱办"), Unit(UnitId("inspection"), "督查室"), Unit(UnitId("office"), "县政府办")]
    return Directory.of(offices, staff, [Mailbox(MailboxId("county"), "县长信箱", centre)])


def _contact(contact: str, unit: UnitId, role: Role) -> Contact:
    return Contact(ContactId(contact), f"某{contact}", unit, frozenset({role}), f"{contact}@county.test")


@dataclass(frozen=True, slots=True)
class Days:
    """Working days in order, to count on from any day."""

    working: tuple[date, ...]

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after this one; for 0 the day itself, worked or not."""
        return self.working[bisect_right(self.working, day) + count - 1] if count else day


@cache
def days() -> Days:
    """From half a year before the ledger to half a year after it."""
    span = (FIRST + n * _ONE_DAY for n in range(-190, 366 + 190))
    return Days(tuple(day for day in span if calendar().is_working_day(day)))


class SeededSigner:
    """Signer with an RSA key that follows from a seed, so that the same ledger is the same bytes. It proves nothing."""

    def __init__(self, seed: int) -> None:
        self._key = _key(seed)

    def sign(self, data: bytes) -> bytes:
        """See Signer."""
        return self._key.sign(data, padding.PKCS1v15(), SHA256())

    def public_key_pem(self) -> bytes:
        """See Signer."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@cache
def _key(seed: int) -> rsa.RSAPrivateKey:
    drawn = random.Random(seed)  # noqa: S311  a key that anybody can make again is what is wanted
    p, q, e = _prime(drawn), _prime(drawn), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(e, p * q)
    )
    return numbers.private_key()


def _prime(drawn: random.Random) -> int:
    """1,024 bits, the upper two set; a prime as far as Fermat's test with two bases can tell."""
    while True:
        candidate = drawn.getrandbits(1024) | 3 << 1022 | 1
        if math.gcd(candidate, _SMALL_FACTORS) > 1 or candidate % 65537 == 1:
            continue
        if all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3)):
            return candidate
