"""Every route, and the view that answers it. A view's module is loaded when a request first asks for it.

At init the function imports this table and no view: with the views comes nearly all of the code, and a page that asks
for a letter needs neither the forms nor the archive. See docs/cold-start.md.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from chalice.app import Blueprint, CORSConfig, Response

CORS: Final = CORSConfig(
    allow_origin="*",  # no cookies are used, so any page may call; what counts is the token or the query code
    allow_headers=["Authorization", "Query-Code", "If-Match", "Idempotency-Key", "Accept-Language"],
    expose_headers=["ETag", "Retry-After"],
    max_age=3600,
)

ROUTES: Final = (
    ("POST", "/letters", "public.post_letter"),
    ("GET", "/letters/{tracking_code}", "public.get_letter"),
    ("POST", "/letters/{tracking_code}/moves/{move}", "public.post_writer_move"),
    ("GET", "/rulebook", "public.get_rulebook"),
    ("GET", "/units", "public.get_units"),
    ("GET", "/health", "public.get_health"),
    ("POST", "/uploads", "uploads.post_upload"),
    ("GET", "/challenge", "challenge.get_challenge"),
    ("POST", "/previews", "previews.post_preview"),
    ("GET", "/desk", "desk.get_desk"),
    ("GET", "/desk/letters/{tracking_code}", "desk.get_desk_letter"),
    ("POST", "/desk/letters/{tracking_code}/moves/{move}", "desk.post_desk_move"),
    ("POST", "/desk/letters/{tracking_code}/codes", "desk.post_code"),
    ("POST", "/desk/deputy", "desk.post_deputy"),
    ("DELETE", "/desk/deputy", "desk.delete_deputy"),
    ("POST", "/desk/messages/{message}/seen", "desk.post_message_seen"),
    ("GET", "/desk/reports", "desk.get_reports"),
    ("POST", "/desk/links", "desk.post_link"),
    ("POST", "/desk/letters", "intake.post_desk_letter"),
    ("GET", "/desk/letters/{tracking_code}/forms", "paper.get_forms"),
    ("GET", "/desk/letters/{tracking_code}/forms/{form}", "paper.get_form"),
    ("GET", "/desk/letters/{tracking_code}/forms/{form}/{nth}", "paper.get_nth_form"),
    ("GET", "/desk/archive", "paper.get_archive"),
    ("GET", "/desk/archive/register", "paper.get_archive_register"),
)
"""Method, path and view: `desk.get_desk` is `get_desk` of the module `desk` beside this one."""

api = Blueprint("chalicelib.api")


def _later(module: str, name: str) -> Callable[..., Response]:
    """A view that is loaded when it is first asked for."""

    def answered(**blanks: str) -> Response:
        from chalicelib.api.http import carry_out  # noqa: PLC0415  with it comes nearly all of the code

        return carry_out(lambda: getattr(import_module(f"chalicelib.api.{module}"), name)(**blanks))

    return answered


for _method, _path, _view in ROUTES:
    api.route(_path, methods=[_method], cors=CORS, name=f"chalicelib.api.{_view}")(_later(*_view.split(".")))
