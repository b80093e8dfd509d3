"""Files with a letter: sent, taken, shown to whoever may read the letter, and gone with its words."""

import pytest

from chalicelib.domain.attachments import MAX_BYTES
from tests.functional.some_files import DOCX, EXE, HEIC, JPEG, PDF, PNG, WEBP, XLSX, announce, archive, uploaded
from tests.functional.world import Answer, Citizen, World, assigned

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "张晓明 院内.jpg"


def stored(world: World, citizen: Citizen) -> list[bytes]:
    """The bytes of the letter's files."""
    return [data for (letter, _), data in world.attachments.files.items() if letter == citizen.code]


def refused(answer: Answer) -> dict[str, str]:
    """The fields of a 422, with what is said of them."""
    assert answer.status == 422, answer.raw
    return {each["field"]: each["message"] for each in answer.body["errors"]}


def test_a_file_goes_with_the_letter_and_its_writer_and_the_unit_can_open_it(world: World) -> None:
    citizen = assigned(world, attachments=[uploaded(world, NAME)])
    for view in (
        citizen.looks(),
        world.desk("roads-handler").opens(citizen.code),
        world.desk("clerk").opens(citizen.code),
    ):
        (shown,) = view["attachments"]
        assert (shown["name"], shown["type"], shown["size"], shown["by"]) == (NAME, "image/jpeg", len(JPEG), "writer")
        assert shown["url"].startswith("https://files.invalid/")
        assert shown["added_at"] == "2026-11-20T10:00:00+08:00"
        assert shown["expires_at"] > shown["added_at"]
    assert stored(world, citizen) == [JPEG]
    assert world.attachments.waiting == {}


def test_what_the_pages_need_to_know_stands_in_the_rulebook(world: World) -> None:
    limits = world.call("GET", "/rulebook")["uploads"]
    assert (limits["max_bytes"], limits["max_files"]) == (10 * 1024 * 1024, 5)
    assert {"type": "image/jpeg", "extensions": ["jpg", "jpeg"]} in limits["types"]
    assert not {"svg", "html", "zip", "exe", "js"} & {each for kind in limits["types"] for each in kind["extensions"]}


def test_the_form_takes_this_type_and_at_most_this_size_for_a_quarter_of_an_hour(world: World) -> None:
    offer = announce(world, data=JPEG)
    assert (offer["max_bytes"], offer["type"], offer["name"]) == (len(JPEG), "image/jpeg", "路灯.jpg")
    assert offer["fields"]["Content-Type"] == "image/jpeg"
    assert offer["expires_at"] == "2026-11-20T10:15:00+08:00"
    assert len(offer["id"]) == 32
    assert world.attachments.post(offer["fields"], JPEG + b"x") == 400


@pytest.mark.parametrize(
    ("name", "type_", "data", "kept"),
    [
        ("a.jpg", "image/jpeg", JPEG, "image/jpeg"),
        ("a.JPEG", "", JPEG, "image/jpeg"),
        ("a.png", "image/png", PNG, "image/png"),
        ("a.webp", "application/octet-stream", WEBP, "image/webp"),
        ("IMG_1.HEIC", "", HEIC, "image/heic"),
        ("a.heif", "image/heif", HEIC, "image/heic"),
        ("合同.pdf", "application/pdf; charset=binary", PDF, "application/pdf"),
        ("a.docx", WORD, DOCX, WORD),
        ("a.xlsx", EXCEL, XLSX, EXCEL),
    ],
)
def test_photos_and_papers_are_taken(world: World, name: str, type_: str, data: bytes, kept: str) -> None:
    citizen = world.send_letter(attachments=[uploaded(world, name, data, type_)])
    (shown,) = citizen.looks()["attachments"]
    assert shown["type"] == kept
    ((type_kept, disposition),) = world.attachments.headers.values()
    assert type_kept == kept
    assert disposition.startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", EXE),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
        ("a.docx", archive("run.exe")),
        ("a.docx", XLSX),
        ("a.docx", b"PK\x03\x04 not an archive at all"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", DOCX),
        ("a.webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("a.heic", b"\x00\x00\x00\x18ftypisom" + bytes(30)),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_kept(world: World, name: str, data: bytes) -> None:
    good, bad = uploaded(world), uploaded(world, name, data)
    said = refused(world.try_to_send(attachments=[good, bad]))
    assert list(said) == ["attachments.1"]
    assert "请换一个文件" in said["attachments.1"]
    assert world.attachments.files == {}
    assert world.try_to_send(attachments=[good]).status == 201


@pytest.mark.parametrize(
    ("name", "type_", "field"),
    [
        ("a.exe", "", "name"),
        ("a.svg", "image/svg+xml", "name"),
        ("a.html", "text/html", "name"),
        ("a.zip", "application/zip", "name"),
        ("a.doc", "application/msword", "name"),
        ("a.jpg.exe", "image/jpeg", "name"),
        ("noextension", "image/jpeg", "name"),
        ("a.jpg", "text/html", "type"),
        ("a.pdf", "image/jpeg", "type"),
    ],
)
def test_other_kinds_of_files_are_refused_before_they_are_sent(world: World, name: str, type_: str, field: str) -> None:
    said = refused(announce(world, name, type_=type_))
    assert list(said) == [field]


@pytest.mark.parametrize(
    ("size", "message"), [(0, "空"), (-1, "空"), (MAX_BYTES + 1, "10 MB"), (10**30, ""), ("5", ""), (1.5, "")]
)
def test_a_size_that_cannot_be_is_refused(world: World, size: object, message: str) -> None:
    said = refused(announce(world, size=size))
    assert list(said) == ["size"]
    assert message in said["size"]


def test_the_largest_file_is_taken(world: World) -> None:
    assert announce(world, size=MAX_BYTES).status == 201
