"""Before a letter is sent: what the public would read of it, if its writer agrees and it is published."""

from chalice.app import Response
from pydantic import BaseModel, ConfigDict

from chalicelib.api.http import answer, raw_body
from chalicelib.api.requests import Body, Subject, WriterFields, parse
from chalicelib.api.routes import api
from chalicelib.services.previews import preview_of


class PreviewFields(BaseModel):
    """`POST /previews`: what `POST /letters` takes of it, within the same limits."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    subject: Subject
    body: Body
    writer: WriterFields = WriterFields()


def post_preview() -> Response:
    """The words without personal data. Keeps nothing."""
    fields = parse(PreviewFields, raw_body(api.current_request))
    shown = preview_of(fields.subject, fields.body, fields.writer.writer())
    return answer({"subject": shown.subject, "body": shown.body})
