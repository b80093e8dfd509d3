"""What every view needs of a request: its headers, its raw body, the caller's language."""

from collections.abc import Callable
from typing import Any

from chalice.app import Request, Response

from chalicelib import bootstrap
from chalicelib.api.problems import answering
from chalicelib.api.routes import api
from chalicelib.api.words import Words, words_for
from chalicelib.domain.errors import FieldError, InvalidFieldsError, LinkRefusedError, NotFoundError
from chalicelib.domain.letter import LetterId
from chalicelib.domain.workflow import Move

JSON = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def carry_out(view: Callable[[], Response]) -> Response:
    """What the view answers; its errors, those of loading it too, as problem documents."""

    def begun() -> Response:
        bootstrap.new_invocation()
        return view()

    return answering(begun, lambda: api.current_request.headers.get("accept-language"))()


def header(request: Request, name: str) -> str | None:
    """A header's value, whatever its case; None when it was not sent. What is no text becomes question marks."""
    value: str | None = request.headers.get(name.lower())
    return None if value is None else value.encode("utf-8", "replace").decode()


def raw_body(request: Request) -> bytes:
    """The body as it came. Raises InvalidFieldsError when it holds half characters."""
    try:
        body = request.raw_body
        return body.encode() if isinstance(body, str) else body
    except UnicodeEncodeError:
        raise InvalidFieldsError((FieldError("", "json_invalid"),)) from None


def words_of(request: Request) -> Words:
    """The catalogue of the caller's language."""
    return words_for(header(request, "accept-language"))


def answer(body: Any, status: int = 200, version: int | None = None) -> Response:
    """A JSON answer; `version` goes out as the ETag that If-Match takes back."""
    headers: dict[str, str | list[str]] = {**JSON} if version is None else {**JSON, "ETag": f'"{version}"'}
    return Response(body, headers, status)


def letter_id(code: str) -> LetterId:
    """A tracking code as people type it: any case, with or without dashes and spaces. Raises NotFoundError."""
    plain = code.replace("-", "").replace(" ", "").upper()
    if not plain.isascii() or not plain.isalnum() or len(plain) > 40:
        raise NotFoundError
    return LetterId(plain)


def bearer(request: Request) -> str:
    """The desk link's token. Raises LinkRefusedError when none was sent."""
    scheme, _, token = (header(request, "authorization") or "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise LinkRefusedError("malformed")
    return token.strip()


def seen_version(request: Request) -> int | None:
    """The version the page saw, from If-Match. Raises InvalidFieldsError for anything but a version."""
    value = header(request, "if-match")
    if value is None or value.strip() == "*":
        return None
    digits = value.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise InvalidFieldsError((FieldError("If-Match", "bad_version"),))
    return int(digits)


def move_of(name: str) -> Move:
    """The move of this name. Raises NotFoundError for a name that is none."""
    try:
        return Move(name)
    except ValueError:
        raise NotFoundError from None
