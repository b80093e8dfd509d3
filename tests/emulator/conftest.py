"""The longest files first: of a run by several workers, each of which takes whole files, none is left to the end."""

import pytest

_LONGEST_FIRST = (
    "test_stand_silence",
    "test_stand_killed",
    "test_import_on_emulator",
    "test_stand",
    "test_stand_http",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All others stay in their order."""
    turns = {name: turn for turn, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: turns.get(item.path.stem, len(turns)))
