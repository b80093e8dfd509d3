"""What stands on paper of the letter itself, and of its writer as far as the reader may know."""

from chalicelib.domain.letter import TextPurpose
from chalicelib.services.paper_desk import Desk, Facts

HIDDEN = "（保密）"


def letter_facts(desk: Desk) -> Facts:
    """The letter's own data."""
    letter, book = desk.file.letter, desk.around.rulebook
    kind, source = book.kinds.get(letter.kind), next((s for s in book.sources if s.id == letter.source), None)
    marks = {"urgent": letter.urgent, "supervised": letter.supervised, "confidential": letter.keep_confidential}
    about = [desk.unit(each) for each in letter.about_units if each in desk.around.directory.units]
    about += [desk.person(each) for each in letter.about_contacts]
    about += [text.content for text in desk.file.texts if text.purpose is TextPurpose.ABOUT]
    return {
        "number": letter.number,
        "code": letter.id,
        "subject": letter.subject,
        "kind": kind.title if kind else letter.kind.value,
        "field": letter.field,
        "region": letter.region,
        "source": source.title if source else desk.words.get("paper_sources", letter.source),
        "source_number": letter.source_number,
        "received_at": desk.moment(letter.received_at),
        "status": desk.words.get("statuses", letter.status.value),
        "marks": [desk.words.get("paper_marks", name) for name, on in marks.items() if on],
        "sensitivity": desk.words.get("paper_sensitivities", letter.sensitivity.value),
        "complexity": desk.words.get("complexities", letter.complexity.value),
        "about": about if desk.reader.at_centre else [],
        "body": _first(desk, TextPurpose.BODY),
        "supplements": [
            {"at": desk.moment(text.at), "text": desk.said(text)}
            for text in desk.file.texts
            if text.purpose is TextPurpose.SUPPLEMENT
        ],
        "units": [
            {"name": desk.unit(each.unit), "lead": each.lead, "below": [desk.unit(u) for u in each.sub_units]}
            for each in letter.assignments
        ],
        "attachments": sum(1 for text in desk.file.texts if text.file is not None and text.salt),
        "rating": letter.rating,
    }


def writer_facts(desk: Desk) -> dict[str, str | None]:
    """Who wrote, or that it is kept secret."""
    names = ("name", "phone", "email", "address")
    if not desk.reader.knows_writer:
        return dict.fromkeys(names, HIDDEN)
    return {name: getattr(desk.writer, name, None) for name in names}


def _first(desk: Desk, purpose: TextPurpose) -> str | None:
    return next((desk.said(text) for text in desk.file.texts if text.purpose is purpose), None)
