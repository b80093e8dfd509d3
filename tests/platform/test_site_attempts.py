"""A letter is sent once: what was sent and may have arrived keeps its key, whatever goes wrong on the next try."""

import json
import subprocess
from typing import Any

import pytest

from infra.environment import ROOT
from infra.site.node import node

MODULE = ROOT / "website" / "src" / "shared" / "attempt.js"
LOST = {"kind": "timeout", "status": 0, "uncertain": True}


def _tried(*errors: dict[str, Any]) -> list[dict[str, Any] | None]:
    """The attempt to send one text, after each of these errors."""
    script = f"""
        const {{ attemptFor, attemptAfter }} = await import({json.dumps(MODULE.as_uri())});
        const states = [];
        let attempt = null;
        for (const error of {json.dumps(errors)}) {{
          attempt = attemptAfter(error, attemptFor("a letter", attempt));
          states.push(attempt);
        }}
        console.log(JSON.stringify(states));
    """
    run = [str(node()), "--input-type=module", "--eval", script]
    said = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    states: list[dict[str, Any] | None] = json.loads(said)
    return states


@pytest.mark.parametrize(
    "error",
    [
        pytest.param({"kind": "problem", "status": 429, "uncertain": False}, id="too-many-requests"),
        pytest.param({"kind": "problem", "status": 404, "uncertain": False}, id="api-gone"),
        pytest.param({"name": "TypeError"}, id="a-part-of-the-page-did-not-load"),
    ],
)
def test_what_may_have_arrived_is_tried_again_under_its_key(error: dict[str, Any]) -> None:
    lost, after = _tried(LOST, error)
    assert lost is not None
    assert after == lost


def test_what_was_refused_is_another_letter_when_it_is_sent_again() -> None:
    refused = {"kind": "problem", "status": 422, "uncertain": False}
    assert _tried(LOST, refused)[-1] is None
    assert _tried({"kind": "problem", "status": 429, "uncertain": False}) == [None]


def test_what_is_being_sent_by_an_earlier_try_keeps_its_key() -> None:
    first, second = _tried(LOST, {"kind": "problem", "status": 409, "uncertain": False})
    assert first is not None
    assert second == first
