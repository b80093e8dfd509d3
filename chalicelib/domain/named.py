"""Who is named in words: offices and people of the county that a writer accuses without picking them from a list.

A guess that errs on the side of the accuser (PL-18): whoever may be meant is kept from the letter until the centre, or
whoever stands in for it, has said whom it is about. Nothing goes on before that.
"""

import re
from dataclasses import dataclass

from chalicelib.domain.directory import Contact, Directory, Unit
from chalicelib.domain.letter import UNIT_HEADS, ContactId, UnitId

_ABOVE = "省市县区"
_OFFICE = re.compile(r"[局委办院站队所]")
_SHORT = (3, 6)
"""An office's short name has so many characters: 住建局, 县卫健局, 信息化办."""


@dataclass(frozen=True, slots=True)
class Named:
    """Offices and people found. With the head of an office the whole office is meant."""

    units: tuple[UnitId, ...] = ()
    contacts: tuple[ContactId, ...] = ()


def named_in(text: str, directory: Directory) -> Named:
    """Everybody of the directory whose name, or an office's short name, stands in the text. Blanks do not matter."""
    plain = re.sub(r"\s+", "", text)
    if not plain:
        return Named()
    short = set(_short_names(plain))
    units = [unit.id for unit in directory.units.values() if _is_named(unit, plain, short)]
    people = [each for each in directory.contacts.values() if _stands_in(each, plain)]
    units += [each.unit for each in people if each.roles & UNIT_HEADS]
    return Named(tuple(dict.fromkeys(units)), tuple(each.id for each in people))


def _stands_in(contact: Contact, plain: str) -> bool:
    name = re.sub(r"\s+", "", contact.name)
    return len(name) > 1 and name in plain


def _is_named(unit: Unit, plain: str, short: set[str]) -> bool:
    name = re.sub(r"\s+", "", unit.name)
    bare = name[1:] if len(name) > 4 and name[0] in _ABOVE else name
    forms = {bare, bare.replace("人民政府", "政府")}
    return any(len(form) > 2 and form in plain for form in forms) or any(_shortens(each, bare) for each in short)


def _short_names(plain: str) -> list[str]:
    """Every few characters that end like an office, without the county's own mark before them."""
    found = []
    for end in (match.end() for match in _OFFICE.finditer(plain)):
        for size in range(_SHORT[0], _SHORT[1] + 1):
            piece = plain[max(0, end - size) : end]
            found.append(piece[1:] if piece[0] in _ABOVE else piece)
    return [each for each in found if len(each) >= _SHORT[0]]


def _shortens(short: str, name: str) -> bool:
    """住建局 of 住房和城乡建设局: its characters in their order, beginning and ending alike."""
    if short[0] != name[0] or short[-1] != name[-1]:
        return False
    rest = iter(name)
    return all(character in rest for character in short)
