"""The paper views: a letter's printable forms (CQ-A) and the archive of an office (CQ-10). Nothing here changes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalice.app import Response

from chalicelib.api.http import answer, bearer, header, letter_id
from chalicelib.api.problems import HEADERS, problem
from chalicelib.api.routes import api
from chalicelib.api.staff_parts import local_time
from chalicelib.api.timeline import timeline
from chalicelib.api.words import DEFAULT, Words, words_for, words_in
from chalicelib.bootstrap import container, installation
from chalicelib.domain.clocks import local_date
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ledger import Event
from chalicelib.ports import LetterFile
from chalicelib.services.archive import archive_page, lines, month_of
from chalicelib.services.asking import Visitor, letter_for_staff, visitor
from chalicelib.services.move import as_counted_now
from chalicelib.services.paper_desk import Desk
from chalicelib.services.paper_facts import facts_of
from chalicelib.services.printable_forms import Form, NoFormError, Sheet, reader_of, sheet, sheets
from chalicelib.services.reading import Reading, read_by

HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}


def get_forms(tracking_code: str) -> Response:
    """The forms I may print of this letter now."""
    inst, words = installation(), _words()
    read, around = _opened(tracking_code)
    printable = sheets(read.file, reader_of(read))
    listed = [_entry(each, printable, words, around) for each in printable]
    return answer({"tracking_code": read.file.letter.id, "county": inst.county, "forms": listed})


def get_form(tracking_code: str, form: str) -> Response:
    """One form as a page to print, the last of its kind; `?nth=2` an earlier one."""
    return _form(tracking_code, form, _asked("nth"))


def get_nth_form(tracking_code: str, form: str, nth: str) -> Response:
    """The n-th of its kind, counted from 1 among those I may print."""
    return _form(tracking_code, form, nth)


def get_archive() -> Response:
    """A month's letters of my unit, or of the county for inspectors and leaders."""
    inst, words, who = installation(), _words(), _visitor()
    month = month_of(inst, _asked("month"))
    page = archive_page(inst, who.contact, month, _asked("after"))
    listed = []
    for line in lines(inst, who.contact, page):
        letter, names = line.file.letter, page.directory.units
        kind = inst.rulebook_of(letter.rulebook).kinds.get(letter.kind)
        listed.append(
            {
                "tracking_code": letter.id,
                "number": letter.number,
                "subject": words.subject(line.subject),
                "kind": letter.kind.value,
                "kind_title": words.kind(letter.kind.value, kind.title if kind else None),
                "status": letter.status.value,
                "status_title": words.get("statuses", letter.status.value),
                "received_on": line.received_on.isoformat(),
                "units": [{"id": each, "name": names[each].name if each in names else each} for each in line.units],
                "due_on": line.due_on.isoformat() if line.due_on else None,
                "answered_on": line.answered_on.isoformat() if line.answered_on else None,
                "closed": line.closed_on.isoformat() if line.closed_on else None,
            }
        )
    return answer({"month": month, "letters": listed, "next": page.next})


def get_archive_register() -> Response:
    """The same month as a table to print."""
    inst, who = installation(), _visitor()
    month, words = month_of(inst, _asked("month")), PaperWords()
    page = archive_page(inst, who.contact, month, _asked("after"))
    own = page.directory.units.get(who.contact.unit)
    listed = []
    for line in lines(inst, who.contact, page):
        letter, names = line.file.letter, page.directory.units
        kind = inst.rulebook_of(letter.rulebook).kinds.get(letter.kind)
        listed.append(
            {
                "number": letter.number,
                "code": letter.id,
                "subject": line.subject or "（保密）",
                "kind": kind.title if kind else letter.kind.value,
                "status": words.get("statuses", letter.status.value),
                "units": [names[each].name if each in names else each for each in line.units],
                "received_on": line.received_on.isoformat(),
                "due_on": line.due_on.isoformat() if line.due_on else None,
                "answered_on": line.answered_on.isoformat() if line.answered_on else None,
                "overdue": line.overdue,
            }
        )
    today = local_date(inst.time.now(), inst.zone)
    facts: dict[str, object] = {
        "title": words.get("printable_forms", "month_register"),
        "county": inst.county,
        "unit": own.name if own else who.contact.unit,
        "month": f"{int(month[:4])}年{int(month[5:])}月",
        "printed_on": words.get("formats", "date", year=today.year, month=today.month, day=today.day),
        "letters": listed,
        "begins_at": page.begins_at,
        "begins_after": page.begins_at > 0,
        "next": page.next,
    }
    return Response(container().pages.page("month", facts), dict(HTML), 200)


class PaperWords:
    """The words of papers: their own, else the catalogue's. Papers are in Chinese, whoever prints them."""

    def get(self, section: str, key: str, **data: object) -> str:
        """See Phrases."""
        own = container().pages.word(section, key)
        return own.format_map(data) if own is not None else words_in(DEFAULT).get(section, key, **data)


def _form(tracking_code: str, name: str, nth: str | None) -> Response:
    inst = installation()
    read, around = _opened(tracking_code)
    if name not in {each.value for each in Form} or not _is_count(nth):
        raise NotFoundError
    reader = reader_of(read)
    try:
        wanted = sheet(read.file, reader, Form(name), int(nth) if nth else None)
    except NoFormError as error:
        words = _words()
        detail = words.get("missing_forms", error.form.value)
        return Response(problem(404, error.code, words, detail, form=error.form.value), dict(HEADERS), 404)
    told = Desk(read.file, reader, read.writer, around, PaperWords(), inst.county, _story(read.file, around))
    return Response(container().pages.page(wanted.form.value, facts_of(told, wanted)), dict(HTML), 200)


def _is_count(nth: str | None) -> bool:
    return nth is None or (nth.isascii() and nth.isdigit() and len(nth) < 6)


def _entry(each: Sheet, among: tuple[Sheet, ...], words: Words, around: Surroundings) -> dict[str, Any]:
    alike = [other for other in among if other.form is each.form]
    return {
        "form": each.form.value,
        "title": words.get("printable_forms", each.form.value),
        "at": local_time(each.event.at, around),
        "nth": each.nth,
        "last": each is alike[-1],
    }


def _story(file: LetterFile, around: Surroundings) -> Callable[[Event], str | None]:
    """An event in a sentence, as the letter's timeline tells it."""

    def told(event: Event) -> str | None:
        found = timeline(replace(file, events=(event,)), around, words_in(DEFAULT), for_writer=False)
        return str(found[0]["text"]) if found else None

    return told


def _opened(tracking_code: str) -> tuple[Reading, Surroundings]:
    inst, who = installation(), _visitor()
    file, directory = letter_for_staff(inst, who, letter_id(tracking_code))
    around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
    return read_by(inst, as_counted_now(file, around), who.contact, around), around


def _visitor() -> Visitor:
    return visitor(installation(), bearer(api.current_request))


def _asked(name: str) -> str | None:
    """A parameter of the address; the first, where it is given twice."""
    params: Mapping[str, str] = api.current_request.query_params or {}
    return params.get(name) or None


def _words() -> Words:
    return words_for(header(api.current_request, "accept-language"))
