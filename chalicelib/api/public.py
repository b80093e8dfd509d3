"""The public views: sending a letter, following it, and what anybody may know. No account."""

from chalice.app import Response

from chalicelib.api.http import answer, header, letter_id, move_of, raw_body, seen_version, words_of
from chalicelib.api.requests import SubmissionFields, parse
from chalicelib.api.routes import api
from chalicelib.api.uploads import with_attachments
from chalicelib.api.views import receipt_view, writer_view
from chalicelib.bootstrap import installation
from chalicelib.domain.errors import MoveRefusedError
from chalicelib.domain.languages import asked_for
from chalicelib.domain.letter import LetterId
from chalicelib.domain.payloads import PAYLOADS
from chalicelib.services.asking import WRITER_ACTOR, letter_for_writer
from chalicelib.services.idempotency import request_key
from chalicelib.services.joined import with_joint_answer
from chalicelib.services.move import as_counted_now, make_move
from chalicelib.services.public_facts import health, rulebook_facts, units_and_mailboxes
from chalicelib.services.submit import Receipt, submit


def post_letter() -> Response:
    """A citizen sends a letter."""
    inst, request = installation(), api.current_request
    fields = parse(SubmissionFields, raw_body(request))
    language = fields.language or asked_for(header(request, "accept-language"))
    submission = fields.model_copy(update={"language": language}).submission()
    body = fields.without_proof() if fields.proof else raw_body(request)
    key = request_key(inst.secrets, "POST /letters", header(request, "Idempotency-Key"), body)

    def said(receipt: Receipt) -> dict[str, object]:
        outcome = receipt.outcome
        return receipt_view(outcome.letter, outcome.clocks, receipt.query_code, receipt.around, words_of(request))

    return answer(submit(inst, submission, key, said, proof=fields.proof), 201)


def get_letter(tracking_code: str) -> Response:
    """The writer follows the letter."""
    letter = letter_id(tracking_code)
    letter_for_writer(installation(), letter, header(api.current_request, "Query-Code"))
    return _as_writer(letter)


def post_writer_move(tracking_code: str, move: str) -> Response:
    """The writer supplements, rates, reopens or withdraws."""
    inst, request, letter = installation(), api.current_request, letter_id(tracking_code)
    file = letter_for_writer(inst, letter, header(request, "Query-Code"))
    made = move_of(move)
    if WRITER_ACTOR.role not in inst.rulebook_of(file.letter.rulebook).moves.get(made, ()):
        raise MoveRefusedError(made.value, "not_your_move")
    key = request_key(inst.secrets, f"{letter} {made}", header(request, "Idempotency-Key"), raw_body(request))
    payload = parse(PAYLOADS[made], raw_body(request))
    make_move(inst, letter, made, payload, lambda *_: WRITER_ACTOR, seen_version=seen_version(request), key=key)
    return _as_writer(letter)


def _as_writer(letter: LetterId) -> Response:
    inst = installation()
    file = inst.letters.load(letter)
    assert file is not None  # noqa: S101  the query code has just been checked against it
    around = inst.surroundings(inst.time.now(), inst.registry.directory(), inst.rulebook_of(file.letter.rulebook))
    shown = as_counted_now(with_joint_answer(inst, file), around)
    view = with_attachments(inst, shown, writer_view(shown, around, words_of(api.current_request)), around)
    return answer(view, version=file.letter.version)


def get_rulebook() -> Response:
    """The rules in force: kinds and their limits, scope, grounds for declining, clauses."""
    facts, words = rulebook_facts(installation()), words_of(api.current_request)
    for kind in facts["kinds"]:
        kind["title"] = words.kind(kind["kind"], kind["title"])
    return answer(facts)


def get_units() -> Response:
    """Units and mailboxes."""
    return answer(units_and_mailboxes(installation()))


def get_health() -> Response:
    """Whether the installation lives: rulebook, calendar, last sweep."""
    return answer(health(installation()))
