"""What a merged letter that goes on alone adds to the figures: nothing, and nobody has it but the centre."""

from datetime import date

import pytest

from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.happenings import happen
from chalicelib.domain.metrics.state import LetterState
from chalicelib.domain.metrics.told import told


@pytest.mark.parametrize("move", ["part", "reopen"])
def test_a_merged_letter_that_goes_on_alone_is_the_centres_and_counts_against_nobody(move: str) -> None:
    state = LetterState("letter-1", centre="centre", status="merged", units=["roads"])
    line = {
        "letter": "letter-1",
        "sequence": 5,
        "recorded_at": "2026-11-20T02:00:00.000000Z",
        "at": "2026-11-20T02:00:00.000000Z",
        "move": move,
        "actor": {"unit": None},
        "facts": {"status": "accepted", "units": []},
    }
    marks = happen(state, told(line), date(2026, 11, 20), in_period=True)
    assert Figure.REOPENED not in {mark.figure for mark in marks}
    assert (state.holder, state.is_open, state.ended_on) == ("centre", True, None)
