"""Files with a letter: sent, taken, shown to whoever may read the letter, and gone with its words."""

import hashlib
from typing import Any
from urllib.parse import unquote

import pytest

from chalicelib.domain.attachments import MAX_BYTES
from chalicelib.domain.letter import LetterId
from chalicelib.ports import Change
from tests.functional.some_files import DOCX, EXE, HEIC, JPEG, PDF, PNG, WEBP, XLSX, announce, archive, uploaded
from tests.functional.test_publication import county
from tests.functional.test_repeats import under_pingliang
from tests.functional.world import Answer, Citizen, World, answered, assigned, heard_in_logs

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


def test_a_file_is_taken_once(world: World) -> None:
    upload = uploaded(world)
    assert world.try_to_send(attachments=[upload]).status == 201
    said = refused(world.try_to_send(attachments=[upload]))
    assert said == {"attachments.0": "这个文件已经附在另一封来信里，请重新选择文件上传"}
    assert len(list(world.letters.letters())) == 1


def test_a_letter_that_is_sent_again_is_not_refused_for_its_own_file(world: World) -> None:
    upload = uploaded(world)
    first, again = (world.try_to_send(key="once", attachments=[upload]) for _ in range(2))
    assert (first.status, again.status, first.raw) == (201, 201, again.raw)
    assert len(world.attachments.files) == 1


def test_of_two_letters_at_once_one_gets_the_file_and_the_other_leaves_nothing_behind(world: World) -> None:
    upload, lost = uploaded(world), uploaded(world)
    letters = world.letters

    class Overtaken:
        """The store, in which another letter takes the file just before this one is written."""

        def __getattr__(self, name: str) -> Any:
            return getattr(letters, name)

        def commit(self, change: Change) -> None:
            world.open(letters=letters)
            world.send_letter(attachments=[lost])
            letters.commit(change)

    world.open(letters=Overtaken())
    said = refused(world.try_to_send(attachments=[upload, lost]))
    assert list(said) == ["attachments.1"]
    assert len(world.attachments.files) == 1
    assert world.try_to_send(attachments=[upload]).status == 201


def test_the_same_request_at_the_same_moment_gets_the_first_answer(world: World) -> None:
    """The second finds the file taken by the first, and says what the first said."""
    upload, letters, answers = uploaded(world), world.letters, []

    class Meanwhile:
        """The store, in which the same request comes through between two looks of this one."""

        def __getattr__(self, name: str) -> Any:
            return getattr(letters, name)

        def upload(self, upload_id: str) -> Any:
            world.open(letters=letters)
            answers.append(world.try_to_send(key="once", attachments=[upload]))
            return letters.upload(upload_id)

    world.open(letters=Meanwhile())
    second = world.try_to_send(key="once", attachments=[upload])
    assert [second.raw] == [each.raw for each in answers]
    assert second.status == 201
    assert len(world.attachments.files) == 1


def test_what_is_not_there_is_said_of_each_file(world: World) -> None:
    announced_only = announce(world)["id"]
    short = announce(world)
    world.attachments.post(short["fields"], JPEG[:-1])
    good = uploaded(world)
    said = refused(world.try_to_send(attachments=[announced_only, short["id"], good]))
    assert said == {
        "attachments.0": "文件没有传完，请重新上传",
        "attachments.1": "收到的文件大小和原来不一样，请重新上传",
    }
    said = refused(world.try_to_send(attachments=[good, "0" * 32, good, "../../letters/x"]))
    assert list(said) == ["attachments.1", "attachments.2", "attachments.3"]
    assert "重新选择" in said["attachments.1"]
    assert "列了两次" in said["attachments.2"]
    assert world.attachments.files == {}


def test_a_file_waits_a_day_for_its_letter_and_no_longer(world: World) -> None:
    one, other = uploaded(world), uploaded(world)
    world.later(hours=23, minutes=59)
    assert world.try_to_send(attachments=[one]).status == 201
    world.later(minutes=1)
    said = refused(world.try_to_send(attachments=[other]))
    assert "24 小时" in said["attachments.0"]


def test_five_files_at_once_and_no_more(world: World) -> None:
    files = [uploaded(world) for _ in range(6)]
    assert list(refused(world.try_to_send(attachments=files))) == ["attachments"]
    assert len(world.send_letter(attachments=files[:5]).looks()["attachments"]) == 5


def test_a_letter_takes_twenty_files_in_all(world: World) -> None:
    citizen = world.send_letter(attachments=[uploaded(world) for _ in range(5)])
    for _ in range(3):
        assert (
            citizen.does("supplement", body="还有照片", attachments=[uploaded(world) for _ in range(5)]).status == 200
        )
    assert list(refused(citizen.does("supplement", body="还有", attachments=[uploaded(world)]))) == ["attachments"]
    assert len(stored(world, citizen)) == 20


def test_a_supplement_brings_files_too(world: World) -> None:
    citizen = assigned(world)
    world.later(days=1)
    said = citizen.does("supplement", body="补一张照片", attachments=[uploaded(world, "补充.pdf", PDF)])
    assert [each["name"] for each in said["attachments"]] == ["补充.pdf"]
    assert said["attachments"][0]["added_at"].startswith("2026-11-21")
    shown = world.desk("roads-handler").opens(citizen.code)["attachments"]
    assert [(each["name"], each["type"]) for each in shown] == [("补充.pdf", "application/pdf")]


def test_a_supplement_sent_twice_is_one_and_a_refused_one_takes_nothing(world: World) -> None:
    citizen, upload = assigned(world), uploaded(world)
    for _ in range(2):
        said = citizen.does("supplement", {"Idempotency-Key": "k"}, body="补一张照片", attachments=[upload])
        assert said.status == 200
    assert len(stored(world, citizen)) == 1
    other = world.send_letter()
    assert other.does("withdraw").status == 200
    waiting = uploaded(world)
    assert other.does("supplement", body="迟了", attachments=[waiting]).status == 403
    assert stored(world, other) == []
    assert world.try_to_send(attachments=[waiting]).status == 201


def test_a_clerk_takes_in_a_letter_with_its_papers(world: World) -> None:
    letter = {"kind": "help", "subject": "来信", "body": "见附件", "attachments": [uploaded(world, "来信.pdf", PDF)]}
    said = world.desk("clerk").call("POST", "/desk/letters", letter)
    assert said.status == 201
    (shown,) = world.desk("clerk").opens(said["tracking_code"])["attachments"]
    assert (shown["name"], shown["by"]) == ("来信.pdf", "writer")


def test_of_a_confidential_letter_only_the_centre_opens_the_files(world: World) -> None:
    """PL-18: what a photo or a signed paper tells of who wrote, nobody can take out of it."""
    citizen = assigned(world, kind="accusation", attachments=[uploaded(world, NAME)])
    handler = world.desk("roads-handler").opens(citizen.code)
    (shown,) = handler["attachments"]
    assert (shown["name"], shown["url"], shown["expires_at"]) == (None, None, None)
    assert (shown["type"], shown["size"]) == ("image/jpeg", len(JPEG))
    assert "张晓明" not in handler.raw
    for view in (citizen.looks(), world.desk("clerk").opens(citizen.code)):
        assert [(each["name"], each["url"] is None) for each in view["attachments"]] == [(NAME, False)]


def test_the_files_go_with_the_words_of_a_removed_letter(world: World) -> None:
    under_pingliang(world)
    citizen = world.send_letter(attachments=[uploaded(world, NAME)])
    other = world.send_letter(attachments=[uploaded(world)])
    said = world.desk("inspector").makes(citizen.code, "remove", ground="advertising")
    assert said["attachments"] == []
    assert citizen.looks()["attachments"] == []
    assert stored(world, citizen) == []
    assert stored(world, other) == [JPEG]
    assert NAME not in repr(world.file(citizen.code).texts)


def test_the_ledger_proves_the_file_and_tells_neither_its_name_nor_its_hash(world: World) -> None:
    citizen = world.send_letter(attachments=[uploaded(world, NAME)])
    file = world.file(citizen.code)
    (event,), (text,) = file.events, [each for each in file.texts if each.file]
    told = next(each for each in event.facts["texts"] if each["purpose"] == "attachment")  # type: ignore[attr-defined]
    digest = hashlib.sha256(JPEG).hexdigest()
    salted = hashlib.sha256((text.salt + digest).encode()).hexdigest()
    assert told["file"] == {"type": "image/jpeg", "size": len(JPEG), "sha256": salted}
    assert event.facts["attachments"] == 1
    assert NAME not in repr(event)
    assert digest not in repr(event)


def test_a_files_name_is_in_no_log_no_key_no_address_and_sealed_while_it_waits(world: World) -> None:
    with heard_in_logs() as log:
        upload = uploaded(world, NAME)
        waiting = world.letters.upload(upload)
        assert NAME.encode() not in waiting.name
        citizen = world.send_letter(attachments=[upload])
        world.try_to_send(attachments=[upload])
        (shown,) = citizen.looks()["attachments"]
        assert "张晓明" not in unquote(shown["url"])
        assert "张晓明" not in repr([*world.attachments.files])
        assert world.letters.upload(upload).name == b""
        assert "张晓明" not in log()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\fakepath\\照片.JPG", "照片.jpg"),
        ("evil\u202egpj.exe.jpg", "evilgpj.exe.jpg"),
        ("a\u200b\ufeffb.jpg", "ab.jpg"),
        ("🏠 楼道 😀.jpg", "🏠 楼道 😀.jpg"),
        ("  多  个   空格 .jpg", "多 个 空格.jpg"),
        ('a"b<c>d|e?f*g:h.jpg', "a_b_c_d_e_f_g_h.jpg"),
        (".jpg", "file.jpg"),
        ("....jpg", "file.jpg"),
        ("e\u0301té.jpg", "été.jpg"),
        ("ü" * 250 + ".jpg", "ü" * 96 + ".jpg"),
        ("\u0627\u0644\u0634\u0627\u0631\u0639.jpg", "\u0627\u0644\u0634\u0627\u0631\u0639.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("a\x00.jpg", ""),
        ("\x1b[31m.jpg", ""),
        ("x" * 1000 + ".jpg", ""),
        ("", ""),
        ("   ", ""),
    ],
)
def test_hostile_names_are_cleaned_or_refused(world: World, name: str, kept: str) -> None:
    said = announce(world, name)
    if not kept:
        assert list(refused(said)) == ["name"]
        return
    assert said["name"] == kept
    citizen = world.send_letter(attachments=[uploaded(world, name)])
    assert citizen.looks()["attachments"][0]["name"] == kept
    ((_, disposition),) = world.attachments.headers.values()
    assert disposition.isascii()
    assert disposition.isprintable()
    assert unquote(disposition.partition("''")[2]) == kept
    assert len(disposition) < 2000


def test_half_a_character_is_no_name(world: World) -> None:
    said = world.call("POST", "/uploads", raw=b'{"name": "\\ud800.jpg", "type": "", "size": 5}')
    assert said.status == 422


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"null", b'{"name": "a.jpg"}', b'{"name": 5, "size": 5}', b'{"size": "x"}']
)
def test_nonsense_is_refused(world: World, body: bytes) -> None:
    assert world.call("POST", "/uploads", raw=body).status == 422


@pytest.mark.parametrize("value", ["x", 5, {"id": "x"}, [5], [None], [""], ["x" * 5000], [["x"]]])
def test_nonsense_for_files_is_refused_with_the_letter(world: World, value: object) -> None:
    said = refused(world.try_to_send(attachments=value))
    assert all(each.startswith("attachments") for each in said)


def test_a_copy_without_a_letter_is_deleted_by_reconcile_when_nobody_can_be_writing_it_any_more(world: World) -> None:
    """A function that ends between keeping the copy and writing the letter leaves one."""
    citizen = world.send_letter(attachments=[uploaded(world)])
    world.attachments.keep(LetterId("NEVERWRITTEN"), "A", JPEG, "image/jpeg", "attachment")
    world.attachments.keep(LetterId(citizen.code), "B", JPEG, "image/jpeg", "attachment")
    world.later(hours=23)
    assert world.run("reconcile").files_deleted == 0
    world.later(hours=2)
    found = world.run("reconcile")
    assert (found.files_deleted, found.files_missing) == (2, ())
    assert stored(world, citizen) == [JPEG]
    assert len(world.attachments.files) == 1


def test_a_file_that_is_gone_is_a_finding(world: World) -> None:
    citizen = world.send_letter(attachments=[uploaded(world)])
    world.attachments.files.clear()
    found = world.run("reconcile")
    assert found.files_missing == (citizen.code,)
    assert found.count >= 1


def test_files_of_a_removed_letter_that_could_not_be_deleted_at_once_go_with_the_next_reconcile(world: World) -> None:
    under_pingliang(world)
    citizen = world.send_letter(attachments=[uploaded(world)])
    before = dict(world.attachments.files)
    world.desk("inspector").makes(citizen.code, "remove", ground="advertising")
    world.attachments.files.update(before)
    world.later(days=1)
    found = world.run("reconcile")
    assert (found.files_deleted, found.files_missing, stored(world, citizen)) == (1, (), [])


def test_reconcile_deletes_nothing_of_a_letter_it_cannot_read(world: World) -> None:
    citizen, letters = world.send_letter(attachments=[uploaded(world)]), world.letters

    class Damaged:
        """The store, in which one item is of another shape."""

        def __getattr__(self, name: str) -> Any:
            return getattr(letters, name)

        def load(self, *_: object) -> Any:
            raise ValueError

    world.open(letters=Damaged())
    world.later(days=2)
    assert world.run("reconcile").files_deleted == 0
    assert stored(world, citizen) == [JPEG]


def test_a_printed_form_says_how_many_files_there_are_and_not_their_names(world: World) -> None:
    citizen = assigned(world, attachments=[uploaded(world, NAME), uploaded(world)])
    citizen.does("supplement", body="补一张", attachments=[uploaded(world, "补充.pdf", PDF)])
    page = world.desk("clerk").call("GET", f"/desk/letters/{citizen.code}/forms/processing").raw
    assert "3 件" in page
    assert not any(name in page for name in (NAME, "路灯.jpg", "补充.pdf"))
    without = assigned(world)
    assert "附件" not in world.desk("clerk").call("GET", f"/desk/letters/{without.code}/forms/processing").raw


def test_what_the_public_reads_holds_no_file(world: World) -> None:
    county(world)
    citizen = answered(world, attachments=[uploaded(world, NAME)], publish_consent=True)
    world.desk("clerk").makes(citizen.code, "publish")
    world.later(days=7)
    world.run("publish")
    published = b"".join(data for key, data in world.files.files.items() if key.startswith("site/")).decode()
    assert "东路的路灯坏了一周" in published
    assert not any(each in published for each in ("院内", "files.invalid", "image/jpeg", "attachment"))


def test_a_unit_sees_files_as_it_sees_the_words_and_nobody_else_does(world: World) -> None:
    citizen = assigned(world, attachments=[uploaded(world)])
    assert world.desk("water-handler").opens(citizen.code).status == 404
    assert citizen.looks("00000000").status == 404
    world.desk("roads-handler").makes(citizen.code, "return", reason="不属我局")
    (before,) = world.desk("roads-handler").opens(citizen.code)["attachments"]
    assert before["url"]


def test_files_of_letters_that_were_read_another_night_are_left_alone(world: World) -> None:
    """A round of reconcile may take several nights; its last run has not read the letters of the first."""
    for _ in range(2):
        world.send_letter(attachments=[uploaded(world)])
    world.later(days=2)
    looks = iter([True])
    assert not world.run("reconcile", lambda: next(looks, False)).finished
    found = world.run("reconcile")
    assert (found.letters_checked, found.finished, found.files_deleted) == (1, True, 0)
    assert len(world.attachments.files) == 2


def test_a_files_name_is_not_listed_among_the_words(world: World) -> None:
    citizen = world.send_letter(attachments=[uploaded(world)])
    for view in (citizen.looks(), world.desk("clerk").opens(citizen.code)):
        assert [each["purpose"] for each in view["texts"]] == ["body"]
