"""Scratch space: what a name holds comes back frame by frame, and nothing is left afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.adapters.scratch_files import ScratchFiles, scratch_files


@pytest.fixture
def scratch() -> Iterator[ScratchFiles]:
    with scratch_files() as space:
        yield space


def test_frames_come_back_in_the_order_in_which_they_were_added(scratch: ScratchFiles) -> None:
    scratch.append("a", [b"first", b"", b"\x00\n" * 40_000])
    scratch.append("b", [b"other"])
    scratch.append("a", iter([b"last"]))
    assert list(scratch.frames("a")) == [b"first", b"", b"\x00\n" * 40_000, b"last"]
    assert list(scratch.frames("a")) == list(scratch.frames("a"))


def test_a_name_never_written_to_holds_nothing(scratch: ScratchFiles) -> None:
    assert list(scratch.frames("nothing")) == []


def test_two_can_read_the_same_name_at_once(scratch: ScratchFiles) -> None:
    scratch.append("a", [b"1", b"2"])
    one, two = scratch.frames("a"), scratch.frames("a")
    assert (next(one), next(two), next(one), next(two)) == (b"1", b"1", b"2", b"2")


def test_more_names_than_files_may_be_open_hold_what_was_added(scratch: ScratchFiles) -> None:
    for frame in (b"1", b"2"):
        for number in range(1500):
            scratch.append(f"name-{number}", [frame])
    assert all(list(scratch.frames(f"name-{number}")) == [b"1", b"2"] for number in range(1500))
    scratch.append("name-7", [b"3"])
    assert list(scratch.frames("name-7")) == [b"1", b"2", b"3"]


def test_nothing_is_left_also_when_something_fails() -> None:
    kept: list[Path] = []

    def fails() -> None:
        with scratch_files() as space:
            space.append("a", [b"1"])
            kept.append(space.path("a"))
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    assert not kept[0].parent.exists()
