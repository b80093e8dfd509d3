"""Seals personal data with a KMS key, bound to its letter or purpose, and makes keyed hashes.

What is sealed for one letter cannot be opened as another's: the letter is part of the encryption context.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import LetterId, Writer
from chalicelib.ports import SealedWriter

LONGEST_WRITER = 3500
"""Bytes of a writer's data as JSON: room to spare below what KMS takes."""

LONGEST = 4096
"""Bytes that KMS encrypts at once. Checked here, for emulators take more."""

_NOT_OURS = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


class KmsSecrets:
    """Secrets on one KMS key. `client` and `installation_secret` are first called when they are needed."""

    def __init__(self, client: Callable[[], Any], key: str, installation_secret: Callable[[], bytes]) -> None:
        self._client = client
        self._key = key
        self._installation_secret = installation_secret

    def seal(self, letter: LetterId, writer: Writer) -> SealedWriter:
        """Encrypt, bound to the letter. Raises InvalidFieldsError when there is too much of it."""
        data = writer_bytes(writer)
        return SealedWriter(self._encrypt({"letter": letter}, data))

    def unseal(self, letter: LetterId, sealed: SealedWriter) -> Writer:
        """Decrypt. Raises ValueError when it was not sealed for this letter."""
        return Writer(**json.loads(self._decrypt({"letter": letter}, sealed.ciphertext)))

    def seal_bytes(self, purpose: str, data: bytes) -> bytes:
        """Encrypt, bound to a purpose. Raises ValueError for more than 4,096 bytes."""
        if len(data) > LONGEST:
            raise ValueError(f"{len(data)} bytes to seal; at most {LONGEST}")
        return self._encrypt({"purpose": purpose}, data)

    def unseal_bytes(self, purpose: str, sealed: bytes) -> bytes:
        """Decrypt what seal_bytes made. Raises ValueError when it was not sealed for this purpose."""
        return self._decrypt({"purpose": purpose}, sealed)

    def keyed_hash(self, purpose: str, value: str) -> str:
        """HMAC-SHA-256 with the installation's secret, hex."""
        return keyed_hash(self._installation_secret(), purpose, value)

    def _encrypt(self, context: Mapping[str, str], data: bytes) -> bytes:
        answer = self._client().encrypt(KeyId=self._key, Plaintext=data, EncryptionContext=context)
        ciphertext: bytes = answer["CiphertextBlob"]
        return ciphertext

    def _decrypt(self, context: Mapping[str, str], sealed: bytes) -> bytes:
        try:
            answer = self._client().decrypt(KeyId=self._key, CiphertextBlob=sealed, EncryptionContext=context)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_OURS:
                raise ValueError("cannot be opened: changed, or sealed for something else") from None
            raise
        plain: bytes = answer["Plaintext"]
        return plain


def writer_bytes(writer: Writer) -> bytes:
    """The writer's data as compact JSON. Raises InvalidFieldsError over 3,500 bytes; the error holds none of it."""
    given = {name: value for name, value in asdict(writer).items() if value is not None}
    data = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
    if len(data) > LONGEST_WRITER:
        raise InvalidFieldsError((FieldError("writer", "too_long", (("at_most_bytes", LONGEST_WRITER),)),))
    return data


def keyed_hash(secret: bytes, purpose: str, value: str) -> str:
    """HMAC-SHA-256 over purpose and value, hex. A hash made for one purpose is of no use for another."""
    return hmac.new(secret, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
