"""Spot checks by lot: who is drawn follows from the closed ledger, so nobody can steer it and everybody can check."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.clocks import Clock
from chalicelib.domain.draft import Draft, Outcome, Surroundings
from chalicelib.domain.letter import Actor, Letter, LetterId, Role
from chalicelib.domain.workflow import MOVES, Move

SYSTEM = Actor("system", Role.SYSTEM, channel="spot_checks")
ENDED = MOVES[Move.SPOT_CHECK].from_
"""What a letter has come to when it can be drawn: answered or closed, declined, kept, forwarded."""


def ended_letters(lines: Iterable[Mapping[str, Any]]) -> list[LetterId]:
    """The letters that these lines of the ledger, in their order, leave at an end."""
    status: dict[LetterId, str] = {}
    for line in lines:
        if "status" in line["facts"]:
            status[LetterId(line["letter"])] = line["facts"]["status"]
    return [letter for letter, last in status.items() if last in ENDED]


def by_lot(letters: Iterable[LetterId], seed: str) -> list[LetterId]:
    """The letters in the order of SHA-256(seed + tracking code), hex. `seed`: the last closed day's manifest hash."""
    return sorted(letters, key=lambda letter: hashlib.sha256(f"{seed}{letter}".encode()).hexdigest())


def drawn(letter: Letter, clocks: Iterable[Clock], draw: str, seed: str, around: Surroundings) -> Outcome:
    """The letter was drawn: it lies on the inspectors' desk until one of them has checked it (CQ-11.1).

    `draw`: the local date of the draw. The ledger keeps it with the seed, so that the lot can be cast again.
    """
    draft = Draft(letter, {clock.id: clock for clock in clocks}, SYSTEM, around)
    draft.set(spot_check_drawn=True)
    rule = around.rulebook.spot_checks
    draft.fact(draw=draw, seed=seed, clause=rule.clause if rule else None)
    draft.tell("spot_check_drawn", Role.INSPECTOR)
    return draft.finish("spot_check_drawn")
