"""Files that come with a letter: which are taken, under what name they are kept, and whether they are what they say.

A file is taken only when its name, the type it was announced with and its content agree. It is only ever served as a
download of that type, so nothing in it runs on a page; what a viewer makes of it is beyond us (no virus scan is made).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import quote
from zipfile import BadZipFile, ZipFile

from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import StoredFile

MAX_BYTES = 10 * 1024 * 1024
"""Of one file."""
MOST_AT_ONCE = 5
"""Files of one letter as it is sent, and of one supplement."""
MOST_OF_LETTER = 20
"""Files of one letter in all: a writer may supplement as often as they like."""
FORM_GOOD_FOR = timedelta(minutes=15)
"""How long a file may be sent to the address we gave for it."""
CLAIM_WITHIN = timedelta(hours=24)
"""How long an uploaded file waits for its letter. The bucket forgets it some time after, never before."""
LINK_GOOD_FOR = timedelta(minutes=15)
"""How long the address of a file that a page shows may be opened."""
NAME_MAX = 255
"""Characters of a name as it is sent; file systems allow no more."""
_KEPT_NAME_MAX = 100
"""Characters of a name as it is kept, extension included: percent-encoded it has to fit in a header."""


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(starts)


def _webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def _heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS


def _office(folder: str) -> Callable[[bytes], bool]:
    """Whether it is an Office document of this kind: a ZIP archive is one by what is in it. Programs are refused."""

    def is_one(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        try:
            names = [name.casefold() for name in ZipFile(BytesIO(data)).namelist()]
        except (BadZipFile, ValueError, OSError, NotImplementedError):
            return False
        has_program = any(name.endswith("vbaproject.bin") for name in names)
        return "[content_types].xml" in names and any(name.startswith(folder) for name in names) and not has_program

    return is_one


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken. `extensions`: the usual one first. `also`: other names browsers have for it."""

    type: str
    extensions: tuple[str, ...]
    is_one: Callable[[bytes], bool]
    also: tuple[str, ...] = ()


_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = (
    FileType("image/jpeg", ("jpg", "jpeg"), _begins(b"\xff\xd8\xff"), ("image/jpg", "image/pjpeg")),
    FileType("image/png", ("png",), _begins(b"\x89PNG\r\n\x1a\n")),
    FileType("image/webp", ("webp",), _webp),
    FileType("image/heic", ("heic", "heif"), _heic, ("image/heif", "image/heic-sequence", "image/heif-sequence")),
    FileType("application/pdf", ("pdf",), _begins(b"%PDF-"), ("application/x-pdf",)),
    FileType(f"{_OFFICE}.wordprocessingml.document", ("docx",), _office("word/")),
    FileType(f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",), _office("xl/")),
)
"""No SVG and no HTML (they hold programs), no bare archives, no old Office files (nobody sees the macros in them)."""
_UNSAID = frozenset({"", "application/octet-stream"})
"""What browsers say of a file whose type they do not know; then its name decides."""
EXTENSIONS = tuple(extension for each in TYPES for extension in each.extensions)


@dataclass(frozen=True, slots=True)
class Announced:
    """A file as somebody is about to send it: its name as it will be kept, its type by ours, its size in bytes."""

    name: str = part(repr=False)
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """An address given for one file. `name` is sealed; `good_until` (UTC) is when it can no longer be claimed.

    `taken`: a letter has it; no other can.
    """

    id: str
    type: str
    size: int
    good_until: datetime
    name: bytes = part(default=b"", repr=False)
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a letter takes, and the upload it came as: its content was looked at. `name` is personal data."""

    name: str = part(repr=False)
    file: StoredFile
    upload: Upload


def announced(name: str, type_: str, size: int) -> Announced:
    """What was announced, checked and cleaned. Raises InvalidFieldsError naming each field."""
    errors = []
    stem, extension = _parts(name)
    known = next((each for each in TYPES if extension in each.extensions), None)
    said = type_.partition(";")[0].strip().casefold()
    if known is None:
        errors.append(FieldError("name", "file_type_refused", (("known", tuple(EXTENSIONS)),)))
    elif said not in _UNSAID and said not in (known.type, *known.also):
        errors.append(FieldError("type", "file_type_differs", (("extension", extension),)))
    if size < 1:
        errors.append(FieldError("size", "file_empty"))
    elif size > MAX_BYTES:
        errors.append(FieldError("size", "file_too_large", (("max", MAX_BYTES // 1024 // 1024),)))
    if errors or known is None:
        raise InvalidFieldsError(tuple(errors))
    return Announced(f"{stem[: _KEPT_NAME_MAX - len(extension) - 1].rstrip(' .')}.{extension}", known.type, size)


def _parts(name: str) -> tuple[str, str]:
    """Name and extension without folders, without characters nobody sees (they can turn a name's order around), and
    without those that file systems refuse. A name of which nothing is left is called `file`."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", seen).split())
    stem, _, extension = plain.rpartition(".")
    return stem.strip(" .") or "file", extension.strip().casefold()


def is_what_it_says(type_: str, data: bytes) -> bool:
    """Whether the content is of this type, one of ours."""
    return any(each.type == type_ and each.is_one(data) for each in TYPES)


def disposition(name: str) -> str:
    """The header by which a browser saves the file under its name, whatever the letters (RFC 6266, RFC 5987)."""
    stem, _, extension = name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", stem)
    return f"attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{quote(name, safe='')}"


def limits() -> dict[str, object]:
    """What a page has to know before somebody chooses a file."""
    return {
        "max_bytes": MAX_BYTES,
        "max_files": MOST_AT_ONCE,
        "types": [{"type": each.type, "extensions": list(each.extensions)} for each in TYPES],
    }
