"""Idempotency keys: a retried POST is the same POST, and another body under the same key is a mistake."""

from dataclasses import dataclass

from chalicelib.domain.errors import FieldError, IdempotencyMismatchError, InvalidFieldsError
from chalicelib.ports import Remembered, Secrets

KEPT_FOR = 24
"""Hours for which the first answer is kept."""

KEY_MAX = 200


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A key in the scope of one caller and one address, and the keyed hash of the body it came with."""

    key: str
    body_hash: str


def request_key(secrets: Secrets, scope: str, header: str | None, body: bytes) -> RequestKey | None:
    """The key of a request; None when the caller sent none. Raises InvalidFieldsError for an unusable one."""
    if header is None:
        return None
    if not 1 <= len(header) <= KEY_MAX or not header.isprintable():
        raise InvalidFieldsError((FieldError("Idempotency-Key", "bad_key", (("max", KEY_MAX),)),))
    digest = secrets.keyed_hash("idempotency-key", f"{scope}\n{header}")
    return RequestKey(digest, secrets.keyed_hash("request-body", body.hex()))


def replayed(key: RequestKey, first: Remembered) -> None:
    """Let a repeated request pass; raises IdempotencyMismatchError when the body is another."""
    if first.body_hash != key.body_hash:
        raise IdempotencyMismatchError
