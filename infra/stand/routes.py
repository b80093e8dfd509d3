"""What lies under /_stand/: the post box, the clock, the jobs, the bucket's files, the contacts' desks."""

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from chalicelib.bootstrap import Container
from chalicelib.domain.languages import page_of
from chalicelib.ports import LinkClaims
from infra.stand.answers import TYPES, Answer, problem, said
from infra.stand.clock import StandClock
from infra.stand.clock_requests import ClockError, parsed, target_of
from infra.stand.jobs import Jobs, next_moment
from infra.stand.journey import Journeys
from infra.stand.post_box import PostBox
from infra.stand.server import Request
from infra.stand.settings import sms_words
from infra.stand.static import Folder

PREFIX: Final = "/_stand"
LINK_LIFE: Final = timedelta(days=14)
_WAIT_FOR_JOBS = 20.0
_OBJECT_POLICY = "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; sandbox"
"""A report carries its own styles and no script."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Everything that the stand's own addresses work on."""

    container: Container
    clock: StandClock
    jobs: Jobs
    journeys: Journeys
    post_box: PostBox
    pages: Folder
    say: Callable[[str], None]


def handle(stand: Stand, request: Request) -> Answer:
    """The answer to anything under /_stand."""
    path = request.path.removeprefix(PREFIX)
    if path == "":
        return Answer(301, headers={"Location": f"{PREFIX}/"})
    name, _, rest = path.removeprefix("/").partition("/")
    if request.method == "POST":
        return _post(stand, request, name, rest)
    if request.method != "GET":
        return problem(405, "method_not_allowed")
    return _get(stand, request, name, rest)


def _get(stand: Stand, request: Request, name: str, rest: str) -> Answer:
    if name == "objects":
        return _objects(stand, rest)
    if rest:
        return problem(404, "not_found")
    lists: dict[str, Callable[[], Answer]] = {
        "messages": lambda: _messages(stand, request),
        "clock": lambda: said(clock_view(stand)),
        "contacts": lambda: said({"contacts": _contacts(stand)}),
        "jobs": lambda: said({"jobs": list(stand.jobs.names)}),
    }
    if name in lists:
        return lists[name]()
    return stand.pages.get(name or "page.html") or problem(404, "not_found")


def _post(stand: Stand, request: Request, name: str, rest: str) -> Answer:
    if name == "sms-gateway" and not rest:
        return _take_sms(stand, request)
    if _is_foreign(request):
        return problem(403, "foreign_page")
    if name == "clock" and not rest:
        return _set_clock(stand, request)
    if name == "jobs" and rest in stand.jobs.names:
        return _run_job(stand, rest)
    known = name in {"messages", "contacts", "objects", "jobs", ""} and not rest
    return problem(405, "method_not_allowed") if known else problem(404, "not_found")


def clock_view(stand: Stand) -> dict[str, Any]:
    """The stand's time, and what comes next on it."""
    inst = stand.container.installation
    now = stand.clock.now()

    def local(moment: datetime | None) -> str | None:
        return moment.astimezone(inst.zone).isoformat(timespec="seconds") if moment else None

    return {
        "now": local(now),
        "offset_seconds": round(stand.clock.offset.total_seconds(), 3),
        "next_due": local(inst.letters.next_due_clock()),
        "next_message": local(inst.outbox.next_due()),
        "next_jobs": {name: local(next_moment(name, now)) for name in stand.jobs.names},
    }


def _set_clock(stand: Stand, request: Request) -> Answer:
    try:
        wanted = parsed(request.body)
        with stand.jobs.alone():  # another journey may be under way: where this one leads is counted from its end
            stand.journeys.go(target_of(wanted, stand.container.installation), run_jobs=wanted.run_jobs)
    except ClockError as error:
        return problem(422, "invalid_fields", errors=error.errors)
    stand.post_box.collect(stand.jobs.sendings)
    return said(clock_view(stand))


def _messages(stand: Stand, request: Request) -> Answer:
    """What is due now has been sent when this answers, unless a long journey is under way."""
    with stand.jobs.alone(_WAIT_FOR_JOBS) as free:
        if free:
            stand.jobs.send_what_is_due()
    stand.post_box.collect(stand.jobs.sendings)
    query = parse_qs(request.target.partition("?")[2])
    return said({"messages": stand.post_box.messages(query.get("to", [None])[0])})


def _run_job(stand: Stand, name: str) -> Answer:
    try:
        return said({"job": name, "result": stand.jobs.by_hand(name)})
    except Exception as error:  # noqa: BLE001  said on the terminal and to whoever asked, and the stand goes on
        frame = traceback.extract_tb(error.__traceback__)[-1]
        stand.say(f"job {name} failed: {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}")
        return problem(500, "job_failed")


def _objects(stand: Stand, key: str) -> Answer:
    store = stand.container.installation.reports
    if not key:
        return said({"objects": [{"key": each, "url": f"{PREFIX}/objects/{quote(each)}"} for each in store.keys("")]})
    data = store.get(key)
    if data is None:
        return problem(404, "not_found")
    content_type = TYPES.get(PurePosixPath(key).suffix, "application/octet-stream")
    headers = {"Content-Type": content_type, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    return Answer(200, data, {**headers, "Content-Security-Policy": _OBJECT_POLICY, "Referrer-Policy": "no-referrer"})


def _contacts(stand: Stand) -> list[dict[str, Any]]:
    """Everybody, each with a fresh link to their desk."""
    inst = stand.container.installation
    directory = inst.registry.directory()
    expires = inst.time.now() + LINK_LIFE

    def desk(contact: Any) -> str:
        token = inst.links.token(LinkClaims(contact.id, None, contact.epoch, expires))
        return f"{page_of(inst.site_url, contact.language, 'desk.html')}#{token}"

    return [
        {
            "id": contact.id,
            "name": contact.name,
            "unit": contact.unit,
            "unit_name": directory.units[contact.unit].name,
            "roles": sorted(contact.roles),
            "email": contact.email,
            "desk": desk(contact),
        }
        for contact in directory.contacts.values()
    ]


def _take_sms(stand: Stand, request: Request) -> Answer:
    """The SMS gateway that the product is set to; it fills the parameters into the words it knows."""
    try:
        sms = json.loads(request.body)
        words = sms_words()[sms["template"]]
        stand.post_box.take_sms(sms["sign"], sms["phone"], words, dict(sms["params"]), str(sms["id"]))
    except (ValueError, KeyError, TypeError):
        return problem(422, "bad_request")
    return said({"accepted": True})


def _is_foreign(request: Request) -> bool:
    """Whether a page of another origin sent this."""
    headers = {name.casefold(): value for name, value in request.headers.items()}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")
