"""LetterStore: a proof of work is used up with the letter it came with, and with no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.letter import LetterId
from chalicelib.ports import KeyUsedError, ProofSpentError, ProofUsed, Remembered
from tests.builders import FRIDAY, arrived
from tests.contract.stores import Stores, at_once

PROOF = ProofUsed("ab" * 32, FRIDAY + timedelta(hours=1))


def test_a_proof_that_was_used_is_refused_and_nothing_is_written(stores: Stores) -> None:
    stores.letters.commit(replace(arrived("letter-1"), proof=PROOF))
    with pytest.raises(ProofSpentError):
        stores.letters.commit(replace(arrived("letter-2"), proof=PROOF))
    assert stores.letters.load(LetterId("letter-2")) is None
    stores.letters.commit(replace(arrived("letter-3"), proof=replace(PROOF, challenge="cd" * 32)))


def test_a_proof_stays_used_beyond_its_hour(stores: Stores) -> None:
    """A request that saw it in its last second is written after it."""
    stores.letters.commit(replace(arrived("letter-1"), proof=PROOF))
    with pytest.raises(ProofSpentError):
        stores.letters.commit(replace(arrived("letter-2", FRIDAY + timedelta(hours=1, minutes=1)), proof=PROOF))


def test_a_letter_sent_again_is_told_so_before_its_proof_is_looked_at(stores: Stores) -> None:
    remember = Remembered("key", "hash", LetterId("letter-1"), FRIDAY + timedelta(hours=24))
    stores.letters.commit(replace(arrived("letter-1"), proof=PROOF, remember=remember))
    with pytest.raises(KeyUsedError):
        stores.letters.commit(replace(arrived("letter-2"), proof=PROOF, remember=remember))


def test_of_letters_sent_at_once_with_one_proof_one_is_written(shared_stores: Stores) -> None:
    stores = shared_stores

    def send(number: int) -> bool:
        try:
            stores.letters.commit(replace(arrived(f"letter-{number}"), proof=PROOF))
        except ProofSpentError:
            return False
        return True

    assert sum(at_once(send)) == 1
    assert len(list(stores.letters.letters())) == 1
