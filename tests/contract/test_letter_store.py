"""LetterStore: what every implementation must do. Contention has a module of its own."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from chalicelib.domain.letter import LetterId
from tests.builders import FRIDAY, arrived
from tests.contract.conftest import Stores


def test_a_letter_comes_back_as_it_was_written(stores: Stores) -> None:
    change = arrived()
    stores.letters.commit(change)
    file = stores.letters.load(change.after.id)
    assert file is not None
    assert (file.letter, file.clocks, file.texts, file.events, file.desk, file.writer) == (
        change.after,
        change.clocks,
        change.texts,
        change.events,
        change.desk,
        change.writer,
    )
