"""Files as citizens have them, small, and how a browser sends one."""

from io import BytesIO
from zipfile import ZipFile

from tests.functional.world import Answer, World

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(200))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(30)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\x00\x03" + bytes(100)


def archive(*names: str) -> bytes:
    """A ZIP archive with these files in it."""
    made = BytesIO()
    with ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, "<x/>")
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("_rels/.rels", "xl/workbook.xml", "[Content_Types].xml")


def announce(world: World, name: str = "路灯.jpg", data: bytes = JPEG, type_: str = "", **fields: object) -> Answer:
    """`POST /uploads`, whatever comes of it."""
    return world.call("POST", "/uploads", {"name": name, "type": type_, "size": len(data), **fields})


def uploaded(world: World, name: str = "路灯.jpg", data: bytes = JPEG, type_: str = "") -> str:
    """A file that was announced and sent: its id."""
    offer = announce(world, name, data, type_)
    assert offer.status == 201, offer.raw
    assert world.attachments.post(offer["fields"], data) == 204
    return str(offer["id"])
