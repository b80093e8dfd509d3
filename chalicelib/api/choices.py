"""What can be picked in a form's fields, from the rulebook and the directory. Nothing PL-18 forbids is ever offered."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.api.words import Words
from chalicelib.domain.directory import Contact, Unit
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.effects.chain import fitting_chains
from chalicelib.domain.effects.classification import CONTACT
from chalicelib.domain.effects.referral import may_be_referred_to
from chalicelib.domain.effects.unit import extension_grounds
from chalicelib.domain.letter import Actor, UnitId
from chalicelib.domain.rules import Ground
from chalicelib.domain.visibility import ABOUT_NOBODY, is_about, is_kept_from
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile

Pairs = list[tuple[str | bool, str]]


@dataclass(frozen=True, slots=True)
class Asking:
    """For which form the choices are wanted."""

    move: Move
    file: LetterFile
    actor: Actor
    around: Surroundings
    words: Words


def choices(name: str, asking: Asking) -> Pairs | None:
    """What can be picked in this field, as (value, title); None: it is filled in freely."""
    found = _CHOICES.get(name)
    return found(asking) if found else None


def _is_free(asking: Asking, unit: UnitId) -> bool:
    return not is_about(asking.file.letter, unit, asking.around.directory)


def _units(asking: Asking) -> Pairs:
    """Those that may have the letter and have anybody to handle it."""
    directory = asking.around.directory
    units = (unit for unit in directory.units.values() if _is_free(asking, unit.id))
    return [(unit.id, unit.name) for unit in units if directory.staff_of(unit.id)]


def _unit(asking: Asking) -> Pairs:
    """By the move: where it may go, who is below the actor's unit, who asked for time, who has or had the letter."""
    letter, directory, own = asking.file.letter, asking.around.directory, asking.actor.unit
    if asking.move is Move.FORWARD:
        return _units(asking)
    if asking.move is Move.SUB_ASSIGN:
        below = (unit for unit in directory.units if unit != own and own and directory.is_within(unit, {own}))
        wanted = [unit for unit in below if directory.staff_of(unit)]
    elif asking.move is Move.HOLD_TO_ACCOUNT:
        held = (unit for each in letter.assignments for unit in (each.unit, *each.sub_units))
        wanted = [*dict.fromkeys((*held, *letter.past_units))]
    else:
        return _named([each.unit for each in letter.assignments if each.extension], asking)
    return _named([unit for unit in wanted if _is_free(asking, unit)], asking)


def _named(units: list[UnitId], asking: Asking) -> Pairs:
    known = asking.around.directory.units
    return [(unit, known[unit].name) for unit in units if unit in known]


def _mailboxes(asking: Asking) -> Pairs:
    """Referred up, it goes to another office than the present one."""
    letter = asking.file.letter
    boxes = [box for box in asking.around.directory.mailboxes.values() if _is_free(asking, box.owner)]
    if asking.move is Move.REFER_UP:
        boxes = [box for box in boxes if box.owner != letter.centre]
    return [(box.id, box.name) for box in boxes]


def _about(asking: Asking) -> Pairs:
    """The centre says whom the letter means: units, or persons."""
    directory = asking.around.directory
    nobody = (ABOUT_NOBODY, asking.words.get("choices", "about_nobody"))
    persons = [each for each in directory.contacts.values() if each.active]
    return [
        nobody,
        *((unit.id, unit.name) for unit in directory.units.values()),
        *((CONTACT + each.id, _person(each, directory.units.get(each.unit), asking.words)) for each in persons),
    ]


def _person(contact: Contact, unit: Unit | None, words: Words) -> str:
    return words.with_note(contact.name, unit.name) if unit else contact.name


def _contact(asking: Asking) -> Pairs:
    """Staff of the actor's own unit."""
    directory = asking.around.directory
    staff = directory.staff_of(asking.actor.unit)
    return [(each.id, each.name) for each in staff if not is_kept_from(asking.file.letter, each, directory)]


def _leader(asking: Asking) -> Pairs:
    letter, directory = asking.file.letter, asking.around.directory
    fit = (each for each in directory.contacts.values() if may_be_referred_to(letter, each, directory))
    return [
        (each.id, _person(each, directory.units.get(each.unit), asking.words))
        for each in sorted(fit, key=lambda c: c.id)
    ]


def _ground(asking: Asking) -> Pairs:
    book = asking.around.rulebook
    if asking.move is Move.REQUEST_EXTENSION:
        return [(each.id, each.text) for each in extension_grounds(asking.file.letter, book)]
    grounds: dict[Move, tuple[Ground, ...]] = {
        Move.DECLINE: book.decline_grounds,
        Move.WITHHOLD: book.publication.exceptions if book.publication else (),
        Move.REMOVE: book.remove_grounds,
    }
    return [(each.id, each.text) for each in grounds.get(asking.move, ())]


def _chain(asking: Asking) -> Pairs:
    """Only where there is a choice, and to the unit whose answer it is."""
    letter, around = asking.file.letter, asking.around
    held = letter.assignment_of(asking.actor.unit)
    fitting = fitting_chains(letter, around.rulebook, around.directory) if held and held.lead else ()
    usual = [each for each in fitting if not each.on_request][:1]
    offered = [*usual, *(each for each in fitting if each.on_request)]
    return [(each.name, each.title) for each in offered] if any(each.on_request for each in offered) else []


def _criteria(asking: Asking) -> Pairs:
    """What a reviewer checks, where this step, or the last review, asks for it (BB-3.2)."""
    book, approval = asking.around.rulebook, asking.file.letter.approval
    step = book.step(approval.chain, approval.step) if approval else None
    asked = step.criteria if step else approval is None and asking.file.letter.lead is not None and book.review_criteria
    return [(each.id, each.text) for each in book.criteria] if asked else []


def _triggers(asking: Asking) -> Pairs:
    return [(each.id, f"{each.text} → {each.measure}") for each in asking.around.rulebook.responsibility]


def _issued_as(asking: Asking) -> Pairs:
    return _section("issued_as")(asking) if asking.around.rulebook.instructed else []


def _section(section: str) -> Callable[[Asking], Pairs]:
    return lambda asking: [*asking.words.section(section).items()]


def _yes_or_no(asking: Asking) -> Pairs:
    return [(True, asking.words.get("choices", "yes")), (False, asking.words.get("choices", "no"))]


def _listed(name: str) -> Callable[[Asking], Pairs | None]:
    """A list of the rulebook; filled in freely where it has none."""

    def pairs(asking: Asking) -> Pairs | None:
        values: tuple[str, ...] = getattr(asking.around.rulebook, name)
        return [(value, value) for value in values] or None

    return pairs


_CHOICES: dict[str, Callable[[Asking], Pairs | None]] = {
    "units": _units,
    "unit": _unit,
    "mailbox": _mailboxes,
    "about": _about,
    "contact": _contact,
    "leader": _leader,
    "ground": _ground,
    "chain": _chain,
    "criteria": _criteria,
    "trigger": _triggers,
    "issued_as": _issued_as,
    "kind": lambda asking: [
        (k.value, asking.words.kind(k, rule.title)) for k, rule in asking.around.rulebook.kinds.items()
    ],
    "field": _listed("fields"),
    "region": _listed("regions"),
    "urgent": _yes_or_no,
    "passed": _yes_or_no,
    "excerpt_approved": _yes_or_no,
    "complexity": _section("complexities"),
    "sensitivity": _section("sensitivities"),
    "topic": _section("sensitivities"),
    "channel": _section("answer_channels"),
    "outcome": _section("call_back_outcomes"),
}
