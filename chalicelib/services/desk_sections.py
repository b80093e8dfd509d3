"""How the entries of a desk are parted into lists, and in which order each is read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from chalicelib.domain.desk import UNDATED, WITH_OTHERS, is_shown_to, owner_centre
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import DeskEntry, Role, UnitId
from chalicelib.domain.reading import subject_to_others
from chalicelib.services.installation import Installation

Found = tuple[DeskEntry, Contact | None]
"""An entry, and in whose place this person meets it (None: in their own)."""


def own_turn_first(found: Found) -> tuple[bool, str, bool]:
    """Of several entries for one letter: what this person has to do before what others have, then the nearest due."""
    entry, stands_for = found
    return (entry.waits_for in WITH_OTHERS, entry.due_on, stands_for is not None)


def by_turn(found: Found) -> tuple[bool, bool, str, str]:
    """The order of what waits: one's own turn before others', what is urgent (SF-1), then the nearest due first."""
    entry, _ = found
    return (entry.waits_for in WITH_OTHERS, not entry.urgent, entry.due_on, entry.letter)


def once(entries: Iterable[Found]) -> tuple[Found, ...]:
    """Each letter once, by its first entry."""
    first: dict[str, Found] = {}
    for each in entries:
        first.setdefault(each[0].letter, each)
    return tuple(first.values())


def overseen(inst: Installation, contact: Contact, directory: Directory) -> Iterator[Found]:
    """What waits at all the centres, for inspectors: nobody is reminded of what has no time limit (CQ-5).

    They are not the centre: who wrote may be kept from them.
    """
    if Role.INSPECTOR not in contact.roles:
        return
    owners = dict.fromkeys(owner_centre(mailbox.owner) for mailbox in directory.mailboxes.values())
    for entry in inst.letters.desk(tuple(owners)):
        if is_shown_to(entry, contact, directory):
            yield replace(entry, subject=subject_to_others(entry)), None


def lying(entries: Iterable[Found], contact: Contact) -> tuple[Found, ...]:
    """What has no time limit, the longest waiting first, for a centre and for inspectors: no due date, but seen."""
    if not contact.roles & {Role.CENTRE, Role.INSPECTOR}:
        return ()
    return tuple(sorted(once(each for each in entries if each[0].due_on == UNDATED), key=_longest))


def _longest(found: Found) -> tuple[str, str]:
    return (found[0].since or "", found[0].letter)


def unit_name(unit: UnitId, directory: Directory) -> str:
    """The office's name; its id when the directory has lost it."""
    known = directory.units.get(unit)
    return known.name if known else unit
