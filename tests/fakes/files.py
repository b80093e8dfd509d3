"""In-memory stand-ins for the bucket, the ledger's key, and the key of personal data.

tests/contract proves that they behave as S3 and KMS do.
"""

import functools
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.domain.attachments import Announced
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import LetterId, Writer
from chalicelib.ports import KeptFile, SealedWriter, UploadForm


class FakeReports:
    """ReportStore in a dict. `types` holds the content types."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.types: dict[str, str] = {}

    def put(self, key: str, data: bytes, content_type: str) -> None:
        if not key.startswith("site/"):
            raise ValueError(f"{key}: only files under site/ may be replaced")
        self.files[key] = data
        self.types[key] = content_type

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        if key in self.files:
            return False
        self.files[key] = data
        self.types[key] = content_type
        return True

    def put_file_once(self, key: str, path: Path, content_type: str) -> bool:
        return self.put_once(key, path.read_bytes(), content_type)

    def get(self, key: str) -> bytes | None:
        return self.files.get(key)

    def open(self, key: str) -> BinaryIO | None:
        data = self.get(key)
        return None if data is None else BytesIO(data)

    def keys(self, prefix: str) -> Sequence[str]:
        return sorted(key for key in self.files if key.startswith(prefix))

    def link(self, key: str, seconds: int) -> str:
        return f"https://bucket.invalid/{key}?expires={seconds}"


@functools.cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """One key a name and test process: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeSigner:
    """Signer with an RSA key of its own; two with the same name share it."""

    def __init__(self, name: str = "ledger") -> None:
        self._key = rsa_key(name)

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), SHA256())

    def public_key_pem(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class FakeSecrets:
    """Secrets that hide nothing, but notice a wrong letter, a wrong purpose and a changed byte."""

    def __init__(self, secret: bytes = b"installation") -> None:
        self._secret = secret

    def seal(self, letter: LetterId, writer: Writer) -> SealedWriter:
        given = {name: value for name, value in asdict(writer).items() if value is not None}
        data = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) > 3500:
            raise InvalidFieldsError((FieldError("writer", "too_long", (("at_most_bytes", 3500),)),))
        return SealedWriter(self._lock(f"letter={letter}", data))

    def unseal(self, letter: LetterId, sealed: SealedWriter) -> Writer:
        return Writer(**json.loads(self._unlock(f"letter={letter}", sealed.ciphertext)))

    def seal_bytes(self, purpose: str, data: bytes) -> bytes:
        if len(data) > 4096:
            raise ValueError(f"{len(data)} bytes to seal; at most 4096")
        return self._lock(f"purpose={purpose}", data)

    def unseal_bytes(self, purpose: str, sealed: bytes) -> bytes:
        return self._unlock(f"purpose={purpose}", sealed)

    def keyed_hash(self, purpose: str, value: str) -> str:
        return hmac.new(self._secret, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()

    def _lock(self, context: str, data: bytes) -> bytes:
        flipped = bytes(byte ^ 0x5A for byte in data)
        return hmac.digest(self._secret, context.encode() + flipped, "sha256") + flipped

    def _unlock(self, context: str, sealed: bytes) -> bytes:
        tag, flipped = sealed[:32], sealed[32:]
        if not hmac.compare_digest(tag, hmac.digest(self._secret, context.encode() + flipped, "sha256")):
            raise ValueError("cannot be opened: changed, or sealed for something else")
        return bytes(byte ^ 0x5A for byte in flipped)


class FakeAttachments:
    """AttachmentStore in dicts. `post` is what a browser does with a form; it is refused as S3 would refuse it."""

    def __init__(self) -> None:
        self.waiting: dict[str, bytes] = {}
        self.files: dict[tuple[str, str], bytes] = {}
        self.headers: dict[tuple[str, str], tuple[str, str]] = {}
        self.since: dict[tuple[str, str], datetime] = {}
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._forms: dict[str, tuple[str, int]] = {}

    def form(self, upload: str, file: Announced, seconds: int) -> UploadForm:
        self._forms[upload] = (file.type, file.size)
        return UploadForm("https://files.invalid/", {"key": upload, "Content-Type": file.type, "expires": str(seconds)})

    def post(self, fields: dict[str, str], data: bytes) -> int:
        """The status that S3 answers."""
        type_, size = self._forms[fields["key"]]
        if fields["Content-Type"] != type_:
            return 403
        if not 1 <= len(data) <= size:
            return 400
        self.waiting[fields["key"]] = data
        return 204

    def incoming(self, upload: str, at_most: int) -> bytes | None:
        data = self.waiting.get(upload)
        return None if data is None else data[: at_most + 1]

    def keep(self, letter: LetterId, file: str, data: bytes, content_type: str, disposition: str) -> None:
        self.files[letter, file] = data
        self.headers[letter, file] = content_type, disposition
        self.since[letter, file] = self.now()

    def forget_incoming(self, uploads: Sequence[str]) -> None:
        for each in uploads:
            self.waiting.pop(each, None)

    def drop(self, letter: LetterId, files: Sequence[str]) -> None:
        for each in files:
            self.files.pop((letter, each), None)

    def link(self, letter: LetterId, file: str, seconds: int) -> str:
        return f"https://files.invalid/letters/{letter}/{file}?expires={seconds}"

    def kept(self, letter: LetterId | None = None) -> Iterator[KeptFile]:
        found = [key for key in self.files if letter in {None, key[0]}]
        return iter([KeptFile(LetterId(of), file, self.since[of, file]) for of, file in found])
