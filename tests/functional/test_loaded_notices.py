"""Loading holiday notices: none is lost, none is loaded twice."""

from chalicelib.services.notices import add_notice, loaded_notices
from tests.fakes.store import FakeJobRuns


class Meanwhile(FakeJobRuns):
    """Somebody else loads a notice while one is being loaded."""

    def __init__(self, *others: str) -> None:
        super().__init__()
        self._others = list(others)

    def last(self, job: str) -> str | None:
        """See JobRuns."""
        seen = super().last(job)
        if self._others:
            add_notice(self, self._others.pop())
        return seen


def test_a_notice_is_loaded_once() -> None:
    runs = FakeJobRuns()
    assert [add_notice(runs, text) for text in ("one", "two", "one")] == [True, True, False]
    assert loaded_notices(runs) == ("one", "two")


def test_two_notices_loaded_at_once_are_both_there() -> None:
    runs = Meanwhile("other")
    assert add_notice(runs, "own")
    assert sorted(loaded_notices(runs)) == ["other", "own"]


def test_the_same_notice_loaded_at_once_is_there_once() -> None:
    runs = Meanwhile("same")
    assert not add_notice(runs, "same")
    assert loaded_notices(runs) == ("same",)
