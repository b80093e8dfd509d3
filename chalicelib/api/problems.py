"""From what went wrong to what is said: the one table of errors, as problem documents (RFC 9457)."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from math import ceil
from typing import Any, ParamSpec

from chalice.app import Response

from chalicelib.api.words import Words, words_for
from chalicelib.bootstrap import installation
from chalicelib.domain.errors import (
    BusyError,
    CodeLockedError,
    DomainError,
    FieldError,
    IdempotencyMismatchError,
    InvalidFieldsError,
    LinkRefusedError,
    MoveRefusedError,
    NotFoundError,
    VersionConflictError,
)
from chalicelib.domain.notices import CalendarError
from chalicelib.observability import log_failure

STATUS_OF: tuple[tuple[type[DomainError], int], ...] = (
    (NotFoundError, 404),
    (CodeLockedError, 429),
    (VersionConflictError, 409),
    (MoveRefusedError, 403),
    (InvalidFieldsError, 422),
    (IdempotencyMismatchError, 422),
    (LinkRefusedError, 401),
    (BusyError, 503),
    (CalendarError, 503),
)

GATEWAY_CODES = {400: "bad_request", 403: "not_found", 404: "not_found", 405: "method_not_allowed", 415: "not_json"}
"""Errors that Chalice or the gateway answers by itself; an unknown route is their 403."""

HEADERS = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}

Args = ParamSpec("Args")


def problem(status: int, code: str, words: Words, detail: str | None = None, **more: Any) -> dict[str, Any]:
    """A problem document. `code` is stable for programs; title and detail are for people."""
    title = words.get("problems", code)
    document = {"type": f"urn:huiyin:problem:{code}", "title": title, "status": status, "detail": detail or title}
    return {**document, **more}


def of_error(
    error: DomainError, words: Words, now: Callable[[], datetime]
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, document and extra headers for a domain error. One that is not in the table is our own fault: 500."""
    status = next((status for kind, status in STATUS_OF if isinstance(error, kind)), 500)
    code = _told_as(error)
    if isinstance(error, InvalidFieldsError):
        fields = [
            {"field": each.field, "message": words.get("field_errors", each.reason, **_told(each, words))}
            for each in error.errors
        ]
        named = words.listed(dict.fromkeys(_label(each["field"], words) or each["message"] for each in fields))
        detail = words.get("problems", "invalid_fields_detail", fields=named)
        return status, problem(status, code, words, detail, errors=fields), {}
    if isinstance(error, MoveRefusedError):
        status_title = words.get("statuses", str(error.data.get("status", "")))
        detail = words.get("refusals", error.reason, **{**error.data, "status": status_title})
        return status, problem(status, code, words, detail, reason=error.reason), {}
    if isinstance(error, LinkRefusedError):
        detail = words.get("refusals", f"link_{error.reason}")
        return status, problem(status, code, words, detail, reason=error.reason), {"WWW-Authenticate": "Bearer"}
    if isinstance(error, VersionConflictError):
        return status, problem(status, code, words, version=error.current), {}
    if isinstance(error, CodeLockedError):
        return (
            status,
            problem(status, code, words),
            {"Retry-After": str(max(1, ceil((error.until - now()).total_seconds())))},
        )
    return status, problem(status, code, words), {"Retry-After": "2"} if status == 503 else {}


def _told(error: FieldError, words: Words) -> dict[str, object]:
    """The data of what is wrong with a field, lists as the reader's language writes them."""
    return {name: words.listed(value) if isinstance(value, tuple) else value for name, value in error.data}


def _label(field: str, words: Words) -> str:
    """What a field is called on the page: `writer.phone` is the phone. One that no page has goes by its own name."""
    names = [part for part in field.split(".") if not part.isdigit()]
    return (names and words.find("fields", names[-1])) or field


def answering(view: Callable[Args, Response], language: Callable[[], str | None]) -> Callable[Args, Response]:
    """A view whose errors are told as problem documents; what nobody foresaw is logged without data, and said."""

    @wraps(view)
    def answered(*args: Args.args, **kwargs: Args.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except DomainError as error:
            status, document, headers = of_error(error, words_for(language()), _now)
            if status == 500:
                log_failure("request failed", error)
            return Response(document, {**HEADERS, **headers}, status)
        except Exception as error:  # noqa: BLE001  the entry point: nothing may leave it as a bare stack trace
            log_failure("request failed", error)
            return Response(problem(500, "unexpected", words_for(language())), dict(HEADERS), 500)

    return answered


def _told_as(error: DomainError) -> str:
    """The code a caller gets. Kinds of not found are told alike; of a calendar all that matters is that it ends."""
    alike: tuple[tuple[type[DomainError], str], ...] = ((NotFoundError, "not_found"), (CalendarError, "bad_calendar"))
    return next((code for kind, code in alike if isinstance(error, kind)), error.code)


def _now() -> datetime:
    return installation().time.now()


def rewritten(status: int, body: object, words: Words) -> dict[str, Any] | None:
    """A problem document in place of an error that Chalice or a gateway answered; None: leave the answer as it is."""
    if status < 400 or _is_problem(body):
        return None
    if status >= 500:
        return problem(500, "unexpected", words)
    code = GATEWAY_CODES.get(status, "bad_request")
    return problem(404 if code == "not_found" else status, code, words)


def _is_problem(body: object) -> bool:
    if isinstance(body, str | bytes):
        try:
            body = json.loads(body)
        except ValueError:
            return False
    return isinstance(body, dict) and "title" in body and "status" in body
