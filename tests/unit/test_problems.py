"""From what went wrong to what is said: every error of the domain has its place in the table."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from chalice.app import Response

from chalicelib.adapters.calendar_files import CalendarFileError
from chalicelib.api.problems import STATUS_OF, answering, of_error, problem, rewritten
from chalicelib.api.words import words_in
from chalicelib.domain.errors import (
    BusyError,
    CodeLockedError,
    DomainError,
    FieldError,
    InvalidFieldsError,
    MoveRefusedError,
)
from chalicelib.domain.notices import CalendarError

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
WORDS = words_in("zh-Hans")


def status_of(error: DomainError) -> int:
    """Its status."""
    return of_error(error, WORDS, lambda: NOW)[0]


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


OWN_FAULT = {
    "RulebookError",
    "ConflictError",
    "KeyUsedError",
    "AlreadyImportedError",
    "DayNotOverError",
    "DaysOutOfOrderError",
    "LedgerKeyChangedError",
}
"""Never meant for a caller: services turn them into others, or only jobs and the operator meet them."""


def test_every_error_of_the_domain_is_in_the_table_or_is_our_own_fault() -> None:
    ours = {kind for kind in _below(DomainError) if kind.__module__.startswith("chalicelib.domain.errors")}
    assert len(ours) > 8
    for kind in ours:
        assert issubclass(kind, tuple(each for each, _ in STATUS_OF)) or kind.__name__ in OWN_FAULT, kind


@pytest.mark.parametrize(("left", "said"), [(1800, "1800"), (0.2, "1"), (-5, "1"), (61.5, "62")])
def test_retry_after_says_what_is_left_of_a_lock(left: float, said: str) -> None:
    _, _, headers = of_error(CodeLockedError(NOW + timedelta(seconds=left)), WORDS, lambda: NOW)
    assert headers == {"Retry-After": said}


def test_busy_asks_to_try_again() -> None:
    status, _, headers = of_error(BusyError(), WORDS, lambda: NOW)
    assert (status, headers) == (503, {"Retry-After": "2"})


def test_a_calendar_that_ends_is_told_in_words_whatever_the_kind() -> None:
    for error in (CalendarError("no notice for 2031"), CalendarFileError("2031.toml", "off", "?")):
        status, document, _ = of_error(error, WORDS, lambda: NOW)
        assert (status, document["type"]) == (503, "urn:huiyin:problem:bad_calendar")
        assert document["title"].startswith("工作日历")


def test_a_finding_about_the_whole_body_is_said_in_the_detail() -> None:
    error = InvalidFieldsError((FieldError("", "json_invalid"), FieldError("kind", "missing")))
    _, document, _ = of_error(error, WORDS, lambda: NOW)
    assert document["detail"] == "请更正：不是有效的 JSON，或含有不完整的字符、类别"


def test_a_refused_move_says_the_status_in_words() -> None:
    error = MoveRefusedError("rate", "wrong_status", status="received")
    _, document, _ = of_error(error, WORDS, lambda: NOW)
    assert document["detail"] == "来信当前的状态（已收到，待受理）不能进行这一步。"


def test_what_is_typed_cannot_reach_into_the_words() -> None:
    """Data is filled in once, never read as a pattern again."""
    error = InvalidFieldsError((FieldError("unit", "unknown_unit", (("unit", "{0.__class__} {unit} %s"),)),))
    _, document, _ = of_error(error, WORDS, lambda: NOW)
    assert document["errors"][0]["message"] == "没有这个单位：{0.__class__} {unit} %s"


def test_what_nobody_foresaw_is_a_problem_document_without_its_message() -> None:
    def view() -> Response:
        raise ZeroDivisionError("张晓明")

    said = answering(view, lambda: "en")()
    assert (said.status_code, said.body["status"]) == (500, 500)
    assert said.body["type"] == "urn:huiyin:problem:unexpected"
    assert "张晓明" not in repr(said.body)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "not_found", 404),
        (404, "not_found", 404),
        (405, "method_not_allowed", 405),
        (415, "not_json", 415),
        (400, "bad_request", 400),
        (418, "bad_request", 418),
        (500, "unexpected", 500),
        (502, "unexpected", 500),
    ],
)
def test_what_others_answer_is_told_in_our_words(status: int, code: str, said: int) -> None:
    bodies: list[object] = [
        {"Code": "X", "Message": "y"},
        '{"message":"Missing Authentication Token"}',
        b"\xff",
        None,
        [],
    ]
    for body in bodies:
        document = rewritten(status, body, WORDS)
        assert document is not None
        assert (document["type"], document["status"]) == (f"urn:huiyin:problem:{code}", said)


def test_our_own_answers_are_left_as_they_are() -> None:
    assert rewritten(200, {"title": 1}, WORDS) is None
    assert rewritten(409, problem(409, "version_conflict", WORDS), WORDS) is None
