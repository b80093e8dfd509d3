"""The desk views: what staff see and do, by a signed link. A GET changes nothing: mail scanners open links."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Response

from chalicelib.api.http import answer, bearer, header, letter_id, move_of, raw_body, seen_version, words_of
from chalicelib.api.preview import with_preview
from chalicelib.api.requests import CodeFields, DeputyFields, LinkFields, parse
from chalicelib.api.routes import api
from chalicelib.api.uploads import with_attachments
from chalicelib.api.views import staff_view
from chalicelib.bootstrap import installation
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.letter import LetterId
from chalicelib.domain.payloads import PAYLOADS
from chalicelib.services.asking import (
    Visitor,
    acting_as,
    letter_for_staff,
    send_fresh_link,
    staff_actor,
    visitor,
)
from chalicelib.services.deputies import end_deputy, name_deputy
from chalicelib.services.desk_list import desk_list
from chalicelib.services.idempotency import request_key
from chalicelib.services.installation import Installation
from chalicelib.services.move import as_counted_now, make_move
from chalicelib.services.one_time_codes import send_code
from chalicelib.services.reading import read_by
from chalicelib.services.repeats import repeats_view
from chalicelib.services.report_shelf import report_shelf
from chalicelib.services.undelivered import see_to


def get_desk() -> Response:
    """Who I am, and what waits for me, nearest due first."""
    inst = installation()
    return answer(_listed(inst, visitor(inst, bearer(api.current_request))))


def get_desk_letter(tracking_code: str) -> Response:
    """One letter, as far as it is mine to see, with the moves I may make."""
    inst = installation()
    return _as_staff(visitor(inst, bearer(api.current_request)), letter_id(tracking_code))


def post_desk_move(tracking_code: str, move: str) -> Response:
    """Make a move. After one that takes the letter out of the mover's own sight, little is left to show."""
    inst, request = installation(), api.current_request
    who, letter = visitor(inst, bearer(request)), letter_id(tracking_code)
    letter_for_staff(inst, who, letter)
    made = move_of(move)
    scope = f"{who.contact.id} {letter} {made}"
    key = request_key(inst.secrets, scope, header(request, "Idempotency-Key"), raw_body(request))
    payload = parse(PAYLOADS[made], raw_body(request))
    make_move(inst, letter, made, payload, acting_as(inst, who, made), seen_version=seen_version(request), key=key)
    try:
        return _as_staff(who, letter)
    except NotFoundError:
        return answer({"tracking_code": letter, "moves": []})


def post_code(tracking_code: str) -> Response:
    """Send me the one-time code that a move of mine asks for."""
    inst, request = installation(), api.current_request
    who = visitor(inst, bearer(request))
    file, directory = letter_for_staff(inst, who, letter_id(tracking_code))
    asked = parse(CodeFields, raw_body(request))
    actor = staff_actor(inst, who.contact, asked.move, file, directory)
    channel = send_code(inst, file, directory, asked.move, actor, asked.by)
    detail = words_of(request).get("answers", f"code_sent_{channel.value}")
    return answer({"detail": detail, "sent_to": channel.value}, 202)


def post_deputy() -> Response:
    """Name who stands in for me, through which day; without a contact, nobody does any more."""
    inst, request = installation(), api.current_request
    who, named = visitor(inst, bearer(request)), parse(DeputyFields, raw_body(request))
    if named.contact is None or named.until is None:
        end_deputy(inst, who)
    else:
        name_deputy(inst, who, named.contact, named.first, named.until)
    return answer(_listed(inst, visitor(inst, bearer(request))))


def delete_deputy() -> Response:
    """Nobody stands in for me any more."""
    inst, request = installation(), api.current_request
    end_deputy(inst, visitor(inst, bearer(request)))
    return answer(_listed(inst, visitor(inst, bearer(request))))


def post_message_seen(message: str) -> Response:
    """These people were reached another way: the message leaves the centre's desk."""
    inst, request = installation(), api.current_request
    who = visitor(inst, bearer(request))
    see_to(inst, who, message)
    return answer(_listed(inst, who))


def get_reports() -> Response:
    """Report files this contact may read, as links that work for an hour; `?kind=daily&before=2026-11-01` for older."""
    inst, request = installation(), api.current_request
    asked: Mapping[str, str] = request.query_params or {}
    contact = visitor(inst, bearer(request)).contact
    return answer(report_shelf(inst, contact, asked.get("kind"), asked.get("before")))


def post_link() -> Response:
    """Send a fresh link. Answers alike whether or not the address is known."""
    request = api.current_request
    send_fresh_link(installation(), parse(LinkFields, raw_body(request)).email)
    return answer({"detail": words_of(request).get("answers", "link_sent")}, 202)


def _listed(inst: Installation, who: Visitor) -> dict[str, Any]:
    """The desk's list; what stands in a subject's place is in the reader's words."""
    shown, words = desk_list(inst, who), words_of(api.current_request)
    for section in ("letters", "pool", "supervised", "lying"):
        for row in shown[section]:
            row["subject"] = words.subject(row["subject"])
    return shown


def _as_staff(who: Visitor, letter: LetterId) -> Response:
    inst, words = installation(), words_of(api.current_request)
    file, directory = letter_for_staff(inst, who, letter)
    around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
    read = read_by(inst, as_counted_now(file, around), who.contact, around)
    shown = with_preview(inst, file, staff_view(read.file, list(read.actors), read.writer, around, words))
    shown = with_attachments(inst, read.file, shown, around)
    return answer({**shown, **repeats_view(inst, file, who.contact, around)}, version=file.letter.version)
