"""The intake view: a clerk writes down a letter that came by telephone, on paper or by another site."""

from chalice.app import Response

from chalicelib.api.http import answer, bearer, header, raw_body, words_of
from chalicelib.api.requests import Line, SubmissionFields, parse
from chalicelib.api.routes import api
from chalicelib.api.views import receipt_view
from chalicelib.bootstrap import installation
from chalicelib.services.asking import visitor
from chalicelib.services.idempotency import request_key
from chalicelib.services.submit import Receipt, submit
from chalicelib.services.take_in import clerk, source_said, where_to


class TakenInFields(SubmissionFields):
    """`POST /desk/letters`: as a citizen's letter, with where it came from and its number there."""

    source: Line = None
    source_number: Line = None


def post_desk_letter() -> Response:
    """Take in a letter. The codes are said here and nowhere else: the clerk hands them to the caller."""
    inst, request = installation(), api.current_request
    who = visitor(inst, bearer(request))
    actor = clerk(inst, who)
    fields = parse(TakenInFields, raw_body(request))
    source = source_said(inst.rulebook, fields.source)
    fields = fields.model_copy(update={"mailbox": where_to(inst, who.contact, source, fields.mailbox)})
    came = fields.submission()
    came.arrival_fields.update(source=source, source_number=fields.source_number)
    key = request_key(inst.secrets, f"{who.contact.id} take_in", header(request, "Idempotency-Key"), raw_body(request))

    def said(receipt: Receipt) -> dict[str, object]:
        outcome = receipt.outcome
        return receipt_view(outcome.letter, outcome.clocks, receipt.query_code, receipt.around, words_of(request))

    return answer(submit(inst, came, key, said, actor), 201)
