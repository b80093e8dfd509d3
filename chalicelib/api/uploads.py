"""The uploads view: an address for a file; and how a letter's files are shown."""

from typing import Annotated, Any

from chalice.app import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.api.http import answer, raw_body
from chalicelib.api.requests import BlankIsNone, Clean, parse
from chalicelib.api.routes import api
from chalicelib.api.staff_parts import local_time
from chalicelib.bootstrap import installation
from chalicelib.domain.attachments import LINK_GOOD_FOR, NAME_MAX
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import LetterId, Text
from chalicelib.ports import LetterFile
from chalicelib.services.attachments import link_to
from chalicelib.services.installation import Installation
from chalicelib.services.uploads import offer_upload


class UploadFields(BaseModel):
    """`POST /uploads`: a file as the browser knows it. `type` may be blank: then the name decides."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX), Clean]
    type: Annotated[Annotated[str, StringConstraints(max_length=200), Clean] | None, BlankIsNone] = None
    size: Annotated[int, Field(strict=True)]


def post_upload() -> Response:
    """Where to post a file, and the id by which a letter takes it. Refused at once, if it would be refused later."""
    inst = installation()
    fields = parse(UploadFields, raw_body(api.current_request))
    offer = offer_upload(inst, fields.name, fields.type or "", fields.size)
    said = {
        "id": offer.id,
        "url": offer.form.url,
        "fields": offer.form.fields,
        "name": offer.name,
        "type": offer.type,
        "max_bytes": offer.max_bytes,
        "expires_at": offer.expires_at.astimezone(inst.zone).isoformat(timespec="seconds"),
    }
    return answer(said, 201)


def with_attachments(
    inst: Installation, shown: LetterFile, view: dict[str, Any], around: Surroundings
) -> dict[str, Any]:
    """The view with the letter's files, of the letter as its reader reads it.

    Who reads the letter without what tells who wrote learns that there is a file, of which type and size, and no more:
    nothing can be taken out of a file (PL-18, PL-6).
    """
    letter = shown.letter.id
    return {
        **view,
        "attachments": [_attachment(inst, letter, each, around) for each in shown.texts if each.file and each.salt],
    }


def _attachment(inst: Installation, letter: LetterId, text: Text, around: Surroundings) -> dict[str, Any]:
    assert text.file is not None  # noqa: S101  asked by whoever calls
    may_open = bool(text.content)
    return {
        "id": text.file.id,
        "name": text.content or None,
        "type": text.file.type,
        "size": text.file.size,
        "added_at": local_time(text.at, around),
        "by": text.author.value,
        "url": link_to(inst, letter, text.file) if may_open else None,
        "expires_at": local_time(around.now + LINK_GOOD_FOR, around) if may_open else None,
    }
