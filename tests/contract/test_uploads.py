"""An upload waits in the store, and one letter takes it: in the letter's own write, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.attachments import Upload
from chalicelib.domain.letter import StoredFile, TextPurpose
from chalicelib.ports import Change, ConflictError, KeyUsedError, Remembered, UploadTakenError
from tests.builders import arrived
from tests.contract.stores import Stores, at_once, loaded, written

UNTIL = datetime(2026, 11, 21, 2, tzinfo=UTC)
UPLOAD = Upload("A" * 32, "image/jpeg", 1000, UNTIL, b"sealed name")


def bringing(number: int, *uploads: Upload) -> Change:
    """A new letter that takes these."""
    return replace(arrived(f"letter-{number}"), uploads=uploads)


def test_an_upload_is_found_as_it_was_offered(stores: Stores) -> None:
    assert stores.letters.upload(UPLOAD.id) is None
    stores.letters.offer(UPLOAD)
    assert stores.letters.upload(UPLOAD.id) == UPLOAD


def test_a_taken_upload_is_taken_for_good_and_its_name_is_gone(stores: Stores) -> None:
    stores.letters.offer(UPLOAD)
    stores.letters.commit(bringing(1, UPLOAD))
    assert stores.letters.upload(UPLOAD.id) == replace(UPLOAD, taken=True, name=b"")
    with pytest.raises(UploadTakenError):
        stores.letters.commit(bringing(2, UPLOAD))
    assert stores.letters.load(bringing(2).after.id) is None


def test_a_letter_with_one_upload_that_is_not_there_takes_none(stores: Stores) -> None:
    stores.letters.offer(UPLOAD)
    with pytest.raises(UploadTakenError):
        stores.letters.commit(bringing(1, UPLOAD, replace(UPLOAD, id="B" * 32)))
    assert stores.letters.upload(UPLOAD.id) == UPLOAD


def test_a_used_key_and_a_conflict_are_told_before_a_taken_upload(stores: Stores) -> None:
    """A repeated request gets its first answer; a page that lost a race looks again."""
    stores.letters.offer(UPLOAD)
    first = bringing(1, UPLOAD)
    key = Remembered("key", "hash", first.after.id, first.events[-1].recorded_at + timedelta(hours=24))
    stores.letters.commit(replace(first, remember=key))
    with pytest.raises(KeyUsedError):
        stores.letters.commit(replace(bringing(2, UPLOAD), remember=key))
    with pytest.raises(ConflictError):
        stores.letters.commit(first)


def test_of_eight_letters_at_once_one_takes_it(shared_stores: Stores) -> None:
    shared_stores.letters.offer(UPLOAD)

    def take(number: int) -> bool:
        try:
            shared_stores.letters.commit(bringing(number, UPLOAD))
        except UploadTakenError:
            return False
        return True

    assert sum(at_once(take)) == 1


def test_a_letters_file_is_kept_with_its_texts(stores: Stores) -> None:
    arrival = arrived("letter-1")
    file = StoredFile("F" * 32, "image/jpeg", 1000, "0" * 64)
    text = replace(arrival.texts[0], id="T#002", purpose=TextPurpose.ATTACHMENT, content="照片.jpg", file=file)
    written(stores, replace(arrival, texts=(*arrival.texts, text)))
    assert loaded(stores).texts == (*arrival.texts, text)
